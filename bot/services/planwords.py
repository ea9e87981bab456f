"""Words typed for a plan under check: a title, agencies, a year, a day, a time limit, a target, a place to divide."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import editing
from bot.domain.agencies import find_agency
from bot.domain.agency_names import complete_list, split_names
from bot.domain.dates import read_date
from bot.domain.model import DubanError, DutyRole
from bot.domain.people import Actor
from bot.domain.reading import DeadlineReading, PlanReading, Remark, TargetReading
from bot.intake.blocks import Line
from bot.intake.deadlines import read_time_limit
from bot.intake.passages import Passage
from bot.intake.targets import read_targets
from bot.services import cards, plancard, planedits, planning
from bot.services.plancard import Hand
from storage import agencyrows, people
from storage import facts as fact_queries
from storage.tables import Card

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def listens(card: Card) -> bool:
    """Whether a plan's card waits for words: what was asked for, or where to divide a task."""
    splitting = card.state["stage"] == "task" and card.state.get("part") == "split"
    return splitting or bool(card.state.get("ask"))


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """Do what the words were asked for and show it in a new card.

    `key` makes the notice unique that the plan has changed meanwhile.
    """
    said = plancard.hold(session, actor, card, partial(_act, text=text.strip()), now)
    if said is not None:
        cards.notice(session, actor, said, now, key)
    _move_down(session, actor, card, now)


def _move_down(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """What the words did is shown below them, not in a message that they have pushed out of sight."""
    cards.show(session, actor, "plan", card.state, now)
    cards.redraw(session, card, now, stage="moved", ask=None)


def _act(hand: Hand, text: str) -> None:
    ask = hand.card.state.get("ask")
    if ask is None:
        _split(hand, text)
    elif ask["kind"] == "which":
        _resolve(hand, _asked_first(ask), [*split_names(text), *ask["rest"]], ask["done"])
    elif ask["kind"] in _AGENCIES:
        _resolve(hand, ask, list(split_names(text)), [])
    else:
        _WORDS[ask["kind"]](hand, ask, text)


def _done(hand: Hand, ask: Mapping[str, Any], reading: PlanReading, code: str) -> None:
    what = planedits.told(reading, ask["task"], code)
    hand.change(reading, what, stage=ask["back"])


def _title(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    _done(hand, ask, editing.retitle(hand.reading, ask["task"], text), "title_changed")


def _plan_name(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    hand.change(editing.rename_plan(hand.reading, text), Remark("plan_named"), stage=ask["back"])


def _split(hand: Hand, text: str) -> None:
    """Divide where the typed words stand in the task's text."""
    key = hand.card.state["task"]
    at = editing.task_of(hand.reading, key).body.find(text, 1)
    if at < 0:
        raise DubanError("split_words_not_found")
    fresh = f"s{planning.version_of(hand.session, hand.plan) + 1}"
    step = planedits.split_at(hand.reading, key, at, fresh)
    hand.change(step.reading, step.what, **step.then)


def _year(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    found = _YEAR.search(text)
    if found is None:
        raise DubanError("year_unlikely")
    plancard.answer(hand, ask["doubt"], ask["option"], found[1])


def _date(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    limit = next((d for d in read_limits(hand, text) if d.on is not None), None)
    if limit is None or limit.on is None:
        raise DubanError("date_not_understood")
    plancard.answer(hand, ask["doubt"], ask["option"], limit.on.isoformat())


def _limit(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    reading, place = hand.reading, ask["place"]
    for limit in read_limits(hand, text):
        reading, place = editing.set_deadline(reading, ask["task"], limit, place), None
    _done(hand, ask, reading, "limit_changed")


def read_limits(hand: Hand, text: str) -> tuple[DeadlineReading, ...]:
    """Typed time limits as a plan words them, else a day in everyday words. Raises DubanError date_not_understood."""
    written = read_time_limit(Passage.of(Line(1, text)), hand.plan.year)
    if written:
        return tuple(replace(limit, source=None, confidence=1.0) for limit in written)
    zone = fact_queries.zone_of(hand.session, hand.plan.office_id)
    calendar = fact_queries.calendar_of(hand.session, hand.plan.office_id)
    day = read_date(text, hand.now.astimezone(zone), calendar)
    if day is None:
        raise DubanError("date_not_understood")
    return (DeadlineReading(text, day.end, None),)


def _target(hand: Hand, ask: Mapping[str, Any], text: str) -> None:
    reading, place = hand.reading, ask["place"]
    for target in _targets(text):
        reading, place = editing.set_target(reading, ask["task"], target, place), None
    _done(hand, ask, reading, "target_changed")


def _targets(text: str) -> tuple[TargetReading, ...]:
    """Typed targets as a plan words them; a bare number is one to reach."""
    for words in (text, f"达到{text}"):
        found = read_targets(Passage.of(Line(1, words)))
        if found:
            return tuple(replace(target, source=None, confidence=1.0) for target in found)
    raise DubanError("target_not_understood")


def _resolve(hand: Hand, ask: Mapping[str, Any], typed: Sequence[str], done: list[str]) -> None:
    """Find the agencies meant by typed names one after the other; ask which when a name may mean several."""
    if not typed and not done:
        raise DubanError("agency_name_needed")
    known = [one for one in people.known_agencies(hand.session, hand.plan.office_id) if one[1] != _unsaid(hand, ask)]
    names = {agency_id: name for agency_id, name, _ in known}
    for at, name in enumerate(typed):
        match = find_agency(name, known)
        if match.found is not None:
            done.append(names[match.found])
        elif match.candidates and ask.get("option") != "list_members":
            choices = [names[agency_id] for agency_id in match.candidates]
            rest = {"of": ask["kind"], "words": name, "choices": choices, "rest": list(typed[at + 1 :]), "done": done}
            hand.ask(**{**ask, "kind": "which", **rest})
            return
        else:
            done.append(_completed(hand.reading, name))
    _given(hand, ask, list(dict.fromkeys(done)))


def _unsaid(hand: Hand, ask: Mapping[str, Any]) -> str:
    """The name to be replaced, which the typed one cannot mean."""
    return str(hand.reading.doubts[ask["doubt"]].params.get("agency", "")) if "doubt" in ask else ""


def _completed(reading: PlanReading, name: str) -> str:
    """A new agency's name with the level the plan's others have."""
    return complete_list([name], reading.region_prefix, reading.agencies)[0].name


def choose(hand: Hand, choice: str) -> None:
    """The agency a typed name meant: one of those offered, remembered for the next time, or a new one."""
    ask = hand.card.state.get("ask") or {}
    if ask.get("kind") != "which":
        raise DubanError("card_moved_on")
    if choice == "new":
        name = _completed(hand.reading, ask["words"])
    elif choice.isdecimal() and int(choice) < len(ask["choices"]):
        name = ask["choices"][int(choice)]
        agencyrows.remember(hand.session, hand.plan.office_id, name, ask["words"])
    else:
        raise DubanError("button_unknown")
    _resolve(hand, _asked_first(ask), ask["rest"], [*ask["done"], name])


def _asked_first(ask: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked before one of the names turned out to mean several."""
    earlier = {field: value for field, value in ask.items() if field not in ("of", "words", "choices", "rest", "done")}
    return {**earlier, "kind": ask["of"]}


def _given(hand: Hand, ask: Mapping[str, Any], names: Sequence[str]) -> None:
    if "doubt" in ask:
        single = ask["kind"] == "name"
        plancard.answer(hand, ask["doubt"], ask["option"], names[0] if single else "、".join(names))
        return
    reading = hand.reading
    for name in names:
        reading = editing.set_duty(reading, ask["task"], name, DutyRole(ask["role"]))
    _done(hand, ask, reading, "duty_added")


_AGENCIES = ("agency", "agencies", "name")
_WORDS: Mapping[str, Callable[[Hand, Mapping[str, Any], str], None]] = {
    "title": _title,
    "plan_name": _plan_name,
    "year": _year,
    "date": _date,
    "limit": _limit,
    "target": _target,
}
