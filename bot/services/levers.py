"""暂停|催办管理: the coordinator's card of levers: what stands still, pausing, never reminding, sending now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.leverviews import Choice, Fate, LeversView, Urged, Urging
from bot.domain.model import DubanError, DueKey
from bot.domain.people import Actor
from bot.services import cards, leverwords, pauses, summaries, urging
from bot.services.dues import DueBook
from bot.services.pauses import Outcome, Reach
from storage import people, plans
from storage.tables import Card, Plan, Reminder

KIND = "levers"
PER_PAGE = 8
_HOME: Mapping[str, Any] = {"stage": "home", "purpose": "", "page": 0, "reach": None, "urge": None}
_PURPOSES = ("pause", "mute", "urge")


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """The card on the plan in force. Raises DubanError no_active_plan."""
    return _show(session, actor, _current(session, actor), now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> None:
    """A button of the card, or the one on the board and under a chase list that leads to sending now.

    Raises DubanError button_unknown, card_moved_on and what the acts raise.
    """
    verb, rest = (args[0] if args else ""), tuple(args[1:])
    if card.kind != KIND:
        _from_elsewhere(session, actor, card, now)
        return
    plan = _plan(session, actor, card)
    if verb in ("home", "plan"):
        chosen = _other(session, actor, rest) if verb == "plan" else plan
        _go(session, card, now, plan=chosen.id, note=None)
    elif verb == "list":
        _list(session, card, rest, now)
    elif verb in ("task", "agency"):
        _chosen(session, actor, card, plan, verb, _number(rest), now)
    elif verb == "whole":
        _go(session, card, now, stage="ask", reach=[None, None], note=None)
    elif verb in ("resume", "unmute"):
        _give_back(session, actor, card, plan, verb, _number(rest), now)
    elif verb == "urge":
        _go(session, card, now, stage="urge", urge={"period": summaries.default_period(session, plan, now)}, note=None)
    elif verb == "go":
        _carry_out(session, actor, card, plan, now)
    else:
        raise DubanError("button_unknown")


def show_urging(session: Session, actor: Actor, plan_id: int, agency_id: int, now: datetime) -> Card:
    """A card that is about to remind one agency of a plan now. Raises DubanError no_active_plan, button_unknown."""
    plan = plans.plan_for(session, actor, plan_id)
    if plan is None:
        raise DubanError("no_active_plan")
    if agency_id not in plans.agency_ids(session, plan.id):
        raise DubanError("button_unknown")
    return _show(session, actor, plan, now, stage="urge", urge={"agency": agency_id})


def listens(card: Card) -> bool:
    """Whether the card waits for the day a pause ends."""
    return bool(card.state["stage"] == "ask")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """The typed last day of the pause asked about; another lever's words are that instead."""
    if leverwords.speaks(actor, text):
        take_words(session, actor, text, now)
        return
    plan = _plan(session, actor, card)
    through_on = leverwords.day_in(session, plan, text, now)
    done = pauses.pause(session, plan, Reach(*card.state["reach"]), through_on, _by(actor), now)
    _done(session, card, done, now)


def take_words(session: Session, actor: Actor, text: str, now: datetime) -> None:
    """A lever pulled in words, on the plan in force; a fresh card says what was done."""
    plan = _current(session, actor)
    said = leverwords.read(session, plan, text, now)
    by, reach = _by(actor), said.reach
    if said.act == leverwords.URGE:
        _show(session, actor, plan, now, stage="urge", urge=_urge_of(session, plan, reach, now))
        return
    if said.act == leverwords.PAUSE:
        done = pauses.pause(session, plan, reach, said.through_on, by, now)
    elif said.act == leverwords.RESUME:
        done = pauses.resume(session, plan, reach, by, now)
    elif said.act == leverwords.MUTE:
        done = pauses.mute(session, plan, reach.task_id or 0, by, now)
    else:
        done = pauses.unmute(session, plan, reach.task_id or 0, by, now)
    _show(session, actor, plan, now, note=_note(done))


def levers_view(session: Session, card: Card, actor: Actor, now: datetime) -> LeversView:
    """The card at this moment."""
    plan, state = _plan(session, actor, card), card.state
    note = state.get("note") or {"code": "", "params": {}}
    reach = Reach(*state["reach"]) if state["reach"] else Reach()
    others = [other for other in plans.active_plans(session, actor.office_id) if other.id != plan.id]
    return LeversView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(actor.zone),
        plan_title=plan.title,
        stage=state["stage"],
        stopped=pauses.stopped(session, plan, now),
        silenced=pauses.silenced(session, plan),
        purpose=state["purpose"],
        choices=_choices(session, plan, actor, state, now),
        page=state["page"],
        asked=pauses.scope_of(session, plan, reach),
        urging=_urging(session, plan, actor, state, now),
        note=note["code"],
        note_params=note["params"],
        other_plans=tuple(Choice(other.id, other.title) for other in others),
    )


def _show(session: Session, actor: Actor, plan: Plan, now: datetime, **state: Any) -> Card:
    return cards.show(session, actor, KIND, {**_HOME, "plan": plan.id, "note": None, **state}, now)


def _go(session: Session, card: Card, now: datetime, **state: Any) -> None:
    """The card in another stage; what is not named begins anew."""
    cards.redraw(session, card, now, **{**_HOME, **state})


def _done(session: Session, card: Card, done: Outcome, now: datetime) -> None:
    _go(session, card, now, note=_note(done))


def _note(done: Outcome) -> dict[str, Any]:
    return {"code": done.code, "params": dict(done.params)}


def _by(actor: Actor) -> str:
    return f"person:{actor.person_id}"


def _current(session: Session, actor: Actor) -> Plan:
    plan = plans.current_plan(session, actor.office_id)
    if plan is None:
        raise DubanError("no_active_plan")
    return plan


def _plan(session: Session, actor: Actor, card: Card) -> Plan:
    plan = plans.plan_for(session, actor, card.state["plan"])
    if plan is None:
        raise DubanError("no_active_plan")
    return plan


def _number(words: Sequence[str]) -> int:
    """A forged button may hold anything."""
    word = words[0] if words else ""
    if not (word.isascii() and word.isdecimal() and len(word) <= 9):
        raise DubanError("button_unknown")
    return int(word)


def _other(session: Session, actor: Actor, words: Sequence[str]) -> Plan:
    wanted = _number(words)
    for plan in plans.active_plans(session, actor.office_id):
        if plan.id == wanted:
            return plan
    raise DubanError("card_moved_on")


def _from_elsewhere(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """From the board: all that is open in the period; from a chase list: what it lists."""
    plan = _plan(session, actor, card)
    urge: dict[str, Any] = {"period": summaries.default_period(session, plan, now)}
    if card.kind == "dues":
        rows = session.scalars(select(Reminder).where(Reminder.id.in_(card.state.get("chase", []))))
        listed = [[row.task_id, row.agency_id, row.what] for row in rows if row.task_id and row.plan_id == plan.id]
        urge = {"dues": listed} if listed else urge
    _show(session, actor, plan, now, stage="urge", urge=urge)


def _list(session: Session, card: Card, words: Sequence[str], now: datetime) -> None:
    purpose, stage = words[0] if words else "", words[1] if len(words) > 1 else ""
    if purpose not in _PURPOSES or stage not in ("tasks", "agencies"):
        raise DubanError("button_unknown")
    _go(session, card, now, stage=stage, purpose=purpose, page=_number(words[2:]), note=None)


def _chosen(session: Session, actor: Actor, card: Card, plan: Plan, kind: str, chosen: int, now: datetime) -> None:
    """A task or an agency was picked from a list, for what the list was for."""
    purpose = card.state["purpose"]
    if purpose == "mute" and kind == "task":
        _done(session, card, pauses.mute(session, plan, chosen, _by(actor), now), now)
    elif purpose == "urge" and kind == "agency":
        _go(session, card, now, stage="urge", urge={"agency": chosen}, note=None)
    elif purpose == "pause":
        reach = [chosen, None] if kind == "task" else [None, chosen]
        _go(session, card, now, stage="ask", reach=reach, note=None)
    else:
        raise DubanError("button_unknown")


def _give_back(session: Session, actor: Actor, card: Card, plan: Plan, verb: str, chosen: int, now: datetime) -> None:
    if verb == "resume":
        done = pauses.resume(session, plan, pauses.reach_of(session, plan, chosen), _by(actor), now)
    else:
        done = pauses.unmute(session, plan, chosen, _by(actor), now)
    _done(session, card, done, now)


def _carry_out(session: Session, actor: Actor, card: Card, plan: Plan, now: datetime) -> None:
    """The one tap that pauses without an end, or sends."""
    stage = card.state["stage"]
    if stage == "ask":
        _done(session, card, pauses.pause(session, plan, Reach(*card.state["reach"]), None, _by(actor), now), now)
    elif stage == "urge":
        book = DueBook(session, plan, actor, now)
        sent = urging.send(session, actor, book, _keys(book, card.state["urge"]), now)
        _go(session, card, now, stage="urged", urge=_as_json(sent), note=None)
    else:
        raise DubanError("card_moved_on")


def _urge_of(session: Session, plan: Plan, reach: Reach, now: datetime) -> dict[str, Any]:
    if reach == Reach():
        return {"period": summaries.default_period(session, plan, now)}
    return {"task": reach.task_id, "agency": reach.agency_id} if reach.task_id else {"agency": reach.agency_id}


def _keys(book: DueBook, urge: Mapping[str, Any]) -> tuple[DueKey, ...]:
    """The open dues that a send-now is about; what has been answered meanwhile is not among them."""
    if "dues" in urge:
        return urging.still_open(book, [DueKey(task, agency, what) for task, agency, what in urge["dues"]])
    if "period" in urge:
        return urging.of_period(book, urge["period"])
    return urging.of_begun(book, urge.get("task"), urge.get("agency"))


def _urging(session: Session, plan: Plan, actor: Actor, state: Mapping[str, Any], now: datetime) -> Urging | None:
    if state["stage"] == "urged":
        return _from_json(state["urge"], actor.zone)
    if state["stage"] != "urge":
        return None
    book = DueBook(session, plan, actor, now)
    return urging.look(book, _keys(book, state["urge"]))


def _choices(session: Session, plan: Plan, actor: Actor, state: Mapping[str, Any], now: datetime) -> tuple[Choice, ...]:
    if state["stage"] == "tasks":
        tasks = plans.visible_tasks(session, actor, plan.id)
        open_ = (task for task in tasks if task.closed_at is None and task.removed_at is None)
        wanted = (task for task in open_ if state["purpose"] != "mute" or task.muted_at is None)
        return tuple(Choice(task.id, " ".join((task.number, task.title)).strip()) for task in wanted)
    if state["stage"] == "agencies":
        names = people.agency_names(session, plans.agency_ids(session, plan.id))
        if state["purpose"] == "urge":
            book = DueBook(session, plan, actor, now)
            owing = {key.agency_id for key in urging.of_begun(book)}
            names = {agency_id: name for agency_id, name in names.items() if agency_id in owing}
        return tuple(Choice(agency_id, name) for agency_id, name in sorted(names.items()))
    return ()


def _as_json(sent: Urging) -> dict[str, Any]:
    """What was done, kept with the card: looked at again it would read as done already."""
    return {**asdict(sent), "at": sent.at.isoformat()}


def _from_json(kept: Mapping[str, Any], zone: ZoneInfo) -> Urging:
    lines = tuple(Urged(**{**line, "fate": Fate(line["fate"]), "dues": _pairs(line["dues"])}) for line in kept["lines"])
    return Urging(**{**kept, "at": datetime.fromisoformat(kept["at"]).astimezone(zone), "lines": lines})


def _pairs(kept: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, what) for label, what in kept)
