"""代填 in typed words: whose answer it is, and what was understood of it (“代填 水利局 （一）2 已完成60%”)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import owing
from bot.domain.agencies import find_agency
from bot.domain.model import DubanError, DueKey, Role
from bot.domain.people import Actor
from bot.domain.task_refs import TaskRef, mentions
from bot.domain.understanding import understand
from bot.domain.wording import plain
from bot.services import phonelist, words
from bot.services.dues import DueBook
from storage import people, plans

_SPOKEN = re.compile(
    r"\s*(?:电话)?代(?:为)?(?:填写?|填报|报|登记)[\s:：,，]*(\S.*)$|\s*(?:on behalf of|by phone)\b[\s:,]*(\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile(r"[\s,，:：、;；]+")
_AROUND = " 　的、，,:：。；;（("
Item = dict[str, Any]


def speaks(actor: Actor, text: str) -> bool:
    """Whether a coordinator logs somebody's answer in words; anybody else's 代填 is a report."""
    return actor.is_a(Role.COORDINATOR) and _SPOKEN.match(text) is not None


def answer_in(text: str) -> str:
    """What follows 代填: the agency and its answer, as typed."""
    spoken = _SPOKEN.match(text)
    return (spoken[1] or spoken[2]).strip() if spoken else text.strip()


def acting_for(actor: Actor, agency_id: int) -> Actor:
    """The coordinator speaking for one agency: its dues are the ones that may be answered."""
    return replace(actor, agency_ids=frozenset({agency_id}))


def agency_in(session: Session, actor: Actor, text: str) -> tuple[int, str]:
    """The agency the words begin with, or name, and the rest of them.

    Raises DubanError agency_unknown with the likeliest names.
    """
    said = plain(text)
    mine = phonelist.agencies_in_force(session, actor)
    known = [one for one in people.known_agencies(session, actor.office_id) if one[0] in mine]
    likely: tuple[int, ...] = ()
    tried = [piece for piece in _pieces(session, actor, said) if piece]
    for piece in tried:
        match = find_agency(piece, known)
        if match.found is not None:
            return match.found, said.replace(piece, " ", 1).strip(" 　，,:：、")
        likely = likely or match.candidates
    for agency_id, name, aliases in known:
        for word in sorted((name, name[1:], *aliases), key=len, reverse=True):
            if len(word) > 2 and word in said:
                return agency_id, said.replace(word, " ", 1).strip(" 　，,:：、")
    names = {agency_id: name for agency_id, name, _ in known}
    raise DubanError("agency_unknown", agency=tried[0] if tried else text, candidates=[names[one] for one in likely])


def _pieces(session: Session, actor: Actor, said: str) -> Iterator[str]:
    """Where the agency may stand: before the task, as the first word, right after the task."""
    tasks = [
        task
        for plan in plans.active_plans(session, actor.office_id)
        for task in plans.visible_tasks(session, actor, plan.id)
    ]
    named = mentions(said, [TaskRef(task.number, "") for task in tasks], ())
    if named:
        yield said[: named[0].start].strip(_AROUND)
    yield _BREAK.split(said.strip(_AROUND), maxsplit=1)[0].strip(_AROUND)
    if named:
        yield _BREAK.split(said[named[0].end :].strip(_AROUND), maxsplit=1)[0].strip(_AROUND)


def understood(
    session: Session, actor: Actor, agency_id: int, text: str, chosen: DueKey | None, now: datetime
) -> list[Item]:
    """The answer as items of a card, understood as the agency's own words would be; a due is left open where the
    words do not say which of several is meant.
    """
    acting = acting_for(actor, agency_id)
    books = [DueBook(session, plan, acting, now) for plan in plans.active_plans(session, actor.office_id)]
    found = [_read(book, text, chosen, now) for book in books if chosen is None or book.knows(chosen)]
    return _settled(found)


@dataclass(frozen=True)
class _Read:
    """The words as understood against one plan; `named` when they name one of its tasks."""

    book: DueBook
    items: list[Item]
    named: bool

    @property
    def bound(self) -> bool:
        return all(item["due"] for item in self.items)

    @property
    def wanted(self) -> bool:
        """Whether every due meant still wants an answer."""
        keys = [key_of(item["due"]) for item in self.items if item["due"]]
        return self.bound and all(owing.outstanding(key, self.book.facts) for key in keys)


def key_of(due: Mapping[str, Any]) -> DueKey:
    """A due as a card keeps it."""
    return DueKey(due["task"], due["agency"], due["what"])


def _read(book: DueBook, text: str, chosen: DueKey | None, now: datetime) -> _Read:
    open_keys = book.reportable_keys()
    candidates = (chosen,) if chosen else open_keys
    known = words.refs(book, tuple(dict.fromkeys((*candidates, *open_keys))))
    reading = understand(text, now.astimezone(book.facts.zone), book.calendar, known)
    named = chosen is not None or any(item.task is not None for item in reading.items)
    return _Read(book, words.items_of(reading, book, candidates), named)


def _settled(found: list[_Read]) -> list[Item]:
    """Of several plans the one whose open due the words name; where two do, or none is named, nothing is guessed."""
    owing = [one for one in found if one.named or one.book.open_keys()] or found
    named = [one for one in owing if one.named and one.bound] or [one for one in owing if not one.named]
    best = [one for one in named if one.wanted] or named or owing
    if len(best) == 1:
        return best[0].items
    return [{**item, "due": None} for item in best[0].items] if best else []
