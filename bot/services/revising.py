"""A revised document of a plan: offered as such, its differences chosen one by one, carried out when confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.merging import merge, renamed_agencies
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.domain.reading import PlanReading, Remark
from bot.domain.revision import Revision, compare
from bot.domain.task_matching import match_tasks
from bot.services import boards, cards, handover, planning
from storage import audit, readings, revised
from storage.tables import Agency, AgencyAlias, Card, Duty, Plan, Task

KIND = "revision"
STAGES = ("offer", "list", "confirm", "declined")
# Shares of the smaller document's tasks found in the other: from here on it is offered, and taken for the same plan.
_OFFERED, _SAME = 0.35, 0.6
_DIGITS = 6


@dataclass(frozen=True)
class Document:
    """A revised document: its file's name, the sha256 of its bytes, and what it says."""

    name: str
    sha256: str
    reading: PlanReading

    @classmethod
    def of(cls, name: str, data: bytes, reading: PlanReading) -> Document:
        """A file as it arrived."""
        return cls(name, hashlib.sha256(data).hexdigest(), reading)


def arrived(session: Session, actor: Actor, reading: PlanReading, document: tuple[str, bytes], now: datetime) -> Card:
    """A plan file from the coordinator: beside a like plan of the same year a revision is offered, else it is imported.

    Raises DubanError plan_imported_before when the same file is active.
    """
    name, data = document
    known = Document.of(name, data, reading)
    plan = like(session, actor.office_id, reading)
    if plan is None or plan.document_sha256 == known.sha256:
        plan = planning.import_reading(session, actor.office_id, reading, document, _by(actor), now)
        return planning.show(session, actor, plan, now)
    state = {
        "plan": plan.id,
        "version": planning.version_of(session, plan),
        "name": name[:255],
        "sha256": known.sha256,
        "reading": readings.to_json(reading),
        "stage": "offer",
        "accepted": [],
        "page": 0,
        "chosen": 0,
    }
    return cards.show(session, actor, KIND, state, now)


def like(session: Session, office_id: int, reading: PlanReading) -> Plan | None:
    """The plan in force or under check of the same year that shares most tasks with a reading; active ones first."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.closed_at.is_(None))
    open_plans = session.scalars(query.order_by(Plan.activated_at.is_(None), Plan.id.desc()))
    same_year = [plan for plan in open_plans if reading.year in (None, plan.year)]
    shared = {plan.id: share(revised.document_of(session, plan), reading) for plan in same_year}
    best = max(same_year, key=lambda plan: shared[plan.id], default=None)
    return best if best is not None and shared[best.id] >= _OFFERED else None


def share(old: PlanReading, new: PlanReading) -> float:
    """Which part of the smaller document's tasks the other has as well, 0 to 1."""
    smaller = min(len(old.tasks), len(new.tasks))
    return len(match_tasks(old.tasks, new.tasks)) / smaller if smaller else 0.0


def is_likely(old: PlanReading, new: PlanReading) -> bool:
    """Whether a document clearly is the same plan."""
    return share(old, new) >= _SAME


def revision_of(session: Session, plan: Plan, reading: PlanReading) -> Revision:
    """The differences between a plan as it stands and a new document."""
    former = revised.former_tasks(session, plan)
    return compare(planning.reading_of(plan), reading, revised.document_of(session, plan), former)


def on_card(session: Session, card: Card) -> Revision:
    """The differences a card is about."""
    plan = session.get_one(Plan, card.state["plan"])
    return revision_of(session, plan, readings.from_json(card.state["reading"]))


def press(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> str | None:
    """A button of the card: what to do, and where. Returns a toast's code.

    A plan that was edited since the changes were shown shows them anew instead. Raises DubanError button_unknown, and
    card_moved_on when the document is decided on already.
    """
    step = _STEPS.get(words[0]) if words else None
    if step is None:
        raise DubanError("button_unknown")
    if words[0] == "plan":
        step(session, actor, card, words[1:], now)
        return None
    if not card.state["reading"]:
        raise DubanError("card_moved_on")
    version = planning.version_of(session, session.get_one(Plan, card.state["plan"]))
    if card.state["version"] != version:
        cards.redraw(session, card, now, version=version, accepted=[], stage="list", page=0)
        return "plan_edited_meanwhile"
    step(session, actor, card, words[1:], now)
    return None


def _turn(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """Go to the offer, a page of the list, the confirmation, or leave the plan as it is."""
    stage = words[0] if words else ""
    if stage not in STAGES:
        raise DubanError("button_unknown")
    if stage == "confirm" and not card.state["accepted"]:
        raise DubanError("nothing_accepted")
    cards.redraw(session, card, now, stage=stage, page=_number(words[1:]))


def _look(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """One change in detail, with both texts."""
    cards.redraw(session, card, now, stage="one", chosen=_place(session, card, words))


def _toggle(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """采纳 or not: the other way round than before."""
    chosen = set(card.state["accepted"]) ^ {_place(session, card, words)}
    cards.redraw(session, card, now, accepted=sorted(chosen))


def _accept_all(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """全部采纳; a second tap takes it back."""
    every = list(range(len(on_card(session, card).changes)))
    chosen = [] if card.state["accepted"] == every else every
    cards.redraw(session, card, now, accepted=chosen, stage="list")


def _as_new(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """作为新计划: the document becomes a plan of its own, to be checked."""
    reading = readings.from_json(card.state["reading"])
    document = (card.state["name"], card.state["sha256"])
    plan = planning.import_reading(session, actor.office_id, reading, document, _by(actor), now)
    cards.redraw(session, card, now, stage="imported", reading={})
    planning.show(session, actor, plan, now)


def _confirm(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """确认修订: what was accepted is carried out and the card says what was done."""
    if card.state["stage"] != "confirm":
        raise DubanError("card_moved_on")
    plan = session.get_one(Plan, card.state["plan"])
    document = Document(card.state["name"], card.state["sha256"], readings.from_json(card.state["reading"]))
    accepted = with_numbers(on_card(session, card), card.state["accepted"])
    told = apply(session, _by(actor), plan, document, accepted, now)
    cards.redraw(session, card, now, stage="done", reading={}, done=told)


def _show_plan(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    """看计划: the plan as it stands now, on a card of its own."""
    planning.show(session, actor, session.get_one(Plan, card.state["plan"]), now)


_STEPS: Mapping[str, Callable[[Session, Actor, Card, Sequence[str], datetime], None]] = {
    "go": _turn,
    "one": _look,
    "set": _toggle,
    "all": _accept_all,
    "new": _as_new,
    "sure": _confirm,
    "plan": _show_plan,
}


def _number(words: Sequence[str]) -> int:
    """A page or place of a button's data; anything else is a forged button."""
    if not words or not words[0].isascii() or not words[0].isdecimal() or len(words[0]) > _DIGITS:
        raise DubanError("button_unknown")
    return int(words[0])


def _place(session: Session, card: Card, words: Sequence[str]) -> int:
    place = _number(words)
    if place >= len(on_card(session, card).changes):
        raise DubanError("card_moved_on")
    return place


def with_numbers(revision: Revision, accepted: Collection[int]) -> frozenset[int]:
    """The accepted changes; the numbers follow as soon as anything is accepted."""
    quiet = {place for place, change in enumerate(revision.changes) if change.quiet}
    return frozenset(accepted) | quiet if accepted else frozenset()


def apply(
    session: Session, by: str, plan: Plan, document: Document, accepted: Collection[int], now: datetime
) -> dict[str, Any]:
    """Make the accepted changes part of the plan; returns as JSON who has new tasks, who has fewer, and when told.

    `accepted` are places in `revision_of(…).changes`. Raises DubanError nothing_accepted.
    """
    revision = revision_of(session, plan, document.reading)
    if not accepted:
        raise DubanError("nothing_accepted")
    merged = merge(revision, accepted)
    _rename(session, plan, revision, accepted)
    revised.keep(session, plan, revision.document, document.name, by, now)
    counted: dict[str, str | int] = {
        "name": document.name,
        "accepted": len(accepted),
        "declined": len(revision.changes) - len(accepted),
    }
    planning.change(session, by, plan, merged, Remark("revised", counted), now)
    plan.document_name, plan.document_sha256 = document.name[:255], document.sha256
    before, after = ({task.key for task in reading.tasks} for reading in (revision.plan, merged))
    done: dict[str, Any] = {"added": len(after - before), "ended": len(before - after)}
    if plan.activated_at is None:
        return done
    _note_ended(session, by, plan, before - after, now)
    told = handover.tell(session, plan, now)
    boards.refresh(session, plan.office_id, now)
    return {**done, "assigned": list(told.assigned), "relieved": list(told.relieved), "at": told.at.isoformat()}


def _rename(session: Session, plan: Plan, revision: Revision, accepted: Collection[int]) -> None:
    """An agency called otherwise keeps its people and its history; its former name stays known as an alias."""
    for old, new in renamed_agencies(revision, accepted):
        rows = {
            row.name: row
            for row in session.scalars(
                select(Agency).where(Agency.office_id == plan.office_id, Agency.name.in_((old, new)))
            )
        }
        if old in rows and new not in rows and not _elsewhere(session, plan, rows[old]):
            rows[old].name = new
            _remember(session, rows[old], old)
    session.flush()


def _elsewhere(session: Session, plan: Plan, agency: Agency) -> bool:
    """Whether another open plan names the agency as well."""
    query = select(Task.id).join(Duty, Duty.task_id == Task.id).join(Plan, Plan.id == Task.plan_id)
    query = query.where(Duty.agency_id == agency.id, Plan.id != plan.id, Plan.closed_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def _remember(session: Session, agency: Agency, name: str) -> None:
    known = select(AgencyAlias).where(AgencyAlias.office_id == agency.office_id, AgencyAlias.alias == name)
    if session.scalars(known).first() is None:
        session.add(AgencyAlias(office_id=agency.office_id, agency_id=agency.id, alias=name))


def _note_ended(session: Session, by: str, plan: Plan, keys: Collection[str], now: datetime) -> None:
    query = select(Task).where(Task.plan_id == plan.id, Task.key.in_(keys)).order_by(Task.position)
    for task in session.scalars(query):
        audit.append(
            session,
            office_id=plan.office_id,
            at=now,
            actor=by,
            action="task_ended",
            subject=f"task:{task.id}",
            detail={"reason": "plan_revised", "number": task.number, "title": task.title},
        )


def _by(actor: Actor) -> str:
    return f"person:{actor.person_id}"
