"""代填: the coordinator logs what an agency said by phone; the lists that lead there; the agency's contact is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey, Status
from bot.domain.people import Actor, choose_recipient, in_turn
from bot.services import behalfwords, cards, levers, leverwords, phonelist, reporting, reviewing, wordcard
from bot.services.behalfwords import Item, acting_for, key_of
from bot.services.reporting import Draft, Source
from bot.services.words import MAX_LENGTH
from bot.texts.markup import one_line
from bot.texts.phoned import call_source
from storage import people
from storage.tables import Card, Person, Report, Task

KIND = "behalf"
_LISTS = ("agencies", "phones", "held")
_SOURCE = 60
_BLANK: dict[str, Any] = {
    "stage": "agencies",
    "page": 0,
    "agency": None,
    "items": [],
    "words": "",
    "source": "",
    "receipts": [],
    "told": None,
    "from_phones": False,
}


def show(session: Session, actor: Actor, now: datetime, stage: str = "agencies") -> Card:
    """A fresh card that asks which agency, or one of the lists: phones, held. Raises DubanError no_active_plan."""
    if not phonelist.agencies_in_force(session, actor):
        raise DubanError("no_active_plan")
    return cards.show(session, actor, KIND, {**_BLANK, "stage": stage}, now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> None:
    """A button of the card, or one elsewhere that leads here: list:STAGE:PAGE, agency:ID, dues:PAGE, due:TASK:WHAT,
    st:STATUS, ask:STAGE, who:PLACE, go, un, urge:PLAN:AGENCY.

    Raises DubanError button_unknown, card_moved_on and what reporting raises.
    """
    verb, rest = (args[0] if args else ""), tuple(args[1:])
    if card.kind != KIND or (card.state["stage"] == "sent" and verb == "list"):
        # A receipt stays where it is: its undo is there.
        show(session, actor, now, rest[0] if verb == "list" and rest and rest[0] in _LISTS else "agencies")
    elif verb == "list" and len(rest) == 2 and rest[0] in _LISTS:
        cards.redraw(session, card, now, **{**_BLANK, "stage": rest[0], "page": _number(rest[1])})
    elif verb == "agency":
        _choose_agency(session, actor, card, _number(_first(rest)), now)
    elif verb == "urge" and len(rest) == 2:
        levers.show_urging(session, actor, _number(rest[0]), _number(rest[1]), now)
    elif card.state["agency"] is None:
        raise DubanError("button_unknown")
    else:
        _on_answer(session, actor, card, verb, rest, now)


def _on_answer(session: Session, actor: Actor, card: Card, verb: str, rest: Sequence[str], now: datetime) -> None:
    """What is done with the answer in hand."""
    if verb == "un":
        _undo(session, actor, card, now)
        return
    if card.state["stage"] == "sent":
        raise DubanError("card_moved_on")
    if verb == "dues":
        cards.redraw(session, card, now, stage="dues", page=_number(_first(rest)))
    elif verb == "due" and len(rest) > 1:
        _choose_due(session, actor, card, _number(rest[0]), ":".join(rest[1:]), now)
    elif verb == "st":
        _choose_status(session, card, _first(rest), now)
    elif verb == "ask" and _first(rest) in ("status", "source", "back"):
        stage = _stage(card.state["items"]) if rest[0] == "back" else rest[0]
        cards.redraw(session, card, now, stage=stage)
    elif verb == "who":
        _choose_source(session, actor, card, _number(_first(rest)), now)
    elif verb == "go":
        _log(session, actor, card, now)
    else:
        raise DubanError("button_unknown")


def listens(card: Card) -> bool:
    """Whether the card waits for the answer in words, or for whose answer it is."""
    return card.state["stage"] in ("dues", "status", "source")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """The answer as the coordinator puts it, or its source; a new 代填 and the levers' words are those instead."""
    state = card.state
    if behalfwords.speaks(actor, text):
        take_words(session, actor, text, now)
    elif leverwords.speaks(actor, text):
        levers.take_words(session, actor, text, now)
    elif state["stage"] == "source":
        _set_source(session, card, text, now)
    else:
        chosen = key_of(state["items"][0]["due"]) if state["items"] and state["items"][0]["due"] else None
        items = _understood(session, actor, state["agency"], text, chosen, now)
        said = "\n".join(one for one in (state["words"], text.strip()) if one)
        items = [{**item, "draft": {**item["draft"], "words": said}} for item in items]
        cards.redraw(session, card, now, items=items, words=said, stage=_stage(items), page=0)


def take_words(session: Session, actor: Actor, text: str, now: datetime) -> Card:
    """代填 水利局 （一）2 已完成60%: a card with what was understood.

    Raises DubanError agency_unknown, text_too_long, no_active_plan.
    """
    if not phonelist.agencies_in_force(session, actor):
        raise DubanError("no_active_plan")
    answer = behalfwords.answer_in(text)
    agency_id, said = behalfwords.agency_in(session, actor, answer)
    state = {**_BLANK, "agency": agency_id, "source": _prefilled(session, actor, agency_id, now), "stage": "dues"}
    if said:
        items = _understood(session, actor, agency_id, said, None, now)
        items = [{**item, "draft": {**item["draft"], "words": answer}} for item in items]
        state |= {"items": items, "words": answer, "stage": _stage(items)}
    return cards.show(session, actor, KIND, state, now)


def _understood(
    session: Session, actor: Actor, agency_id: int, text: str, chosen: DueKey | None, now: datetime
) -> list[Item]:
    if len(text) > MAX_LENGTH:
        raise DubanError("text_too_long", limit=MAX_LENGTH)
    items = behalfwords.understood(session, actor, agency_id, text, chosen, now)
    if not items:
        raise DubanError("card_moved_on")
    return items


def _stage(items: Sequence[Item]) -> str:
    """The one question that is still open: which due, which status; then the confirmation."""
    if not items or any(item["due"] is None for item in items):
        return "dues"
    return "status" if any(item["draft"]["status"] is None for item in items) else "confirm"


def _first(words: Sequence[str]) -> str:
    return words[0] if words else ""


def _number(word: str) -> int:
    """A forged button may hold anything."""
    if not (word.isascii() and word.isdecimal() and len(word) <= 9):
        raise DubanError("button_unknown")
    return int(word)


def _choose_agency(session: Session, actor: Actor, card: Card, agency_id: int, now: datetime) -> None:
    if agency_id not in phonelist.agencies_in_force(session, actor) or card.state["stage"] == "sent":
        raise DubanError("card_moved_on")
    source = _prefilled(session, actor, agency_id, now)
    keys = reporting.reportable(session, acting_for(actor, agency_id), now)
    items = [_item(keys[0])] if len(keys) == 1 else []
    from_phones = card.state["stage"] == "phones" or card.state["from_phones"]
    changes = {
        "agency": agency_id,
        "source": source,
        "items": items,
        "stage": _stage(items),
        "from_phones": from_phones,
    }
    cards.redraw(session, card, now, **{**_BLANK, **changes})


def _item(key: DueKey) -> Item:
    due = {"task": key.task_id, "agency": key.agency_id, "what": key.what}
    return {"due": due, "draft": Draft().as_json()}


def _choose_due(session: Session, actor: Actor, card: Card, task_id: int, what: str, now: datetime) -> None:
    """The due meant; what was said already and fits no other is said of it."""
    key = DueKey(task_id, card.state["agency"], what)
    if key not in reporting.reportable(session, acting_for(actor, key.agency_id), now):
        raise DubanError("card_moved_on")
    chosen = _item(key)
    items = [{**item, "due": item["due"] or chosen["due"]} for item in card.state["items"]]
    if not items or all(item["due"] for item in card.state["items"]):
        draft = items[0]["draft"] if len(items) == 1 else chosen["draft"]
        items = [{"due": chosen["due"], "draft": draft}]
    items = wordcard.one_per_due(items)
    cards.redraw(session, card, now, items=items, stage=_stage(items))


def _choose_status(session: Session, card: Card, word: str, now: datetime) -> None:
    """A tapped status goes to the items without one, else to all."""
    items = [{"due": item["due"], "draft": dict(item["draft"])} for item in card.state["items"]]
    if word not in set(Status) or not items:
        raise DubanError("button_unknown")
    for item in [one for one in items if one["draft"]["status"] is None] or items:
        item["draft"]["status"] = word
    cards.redraw(session, card, now, items=items, stage=_stage(items))


def _prefilled(session: Session, actor: Actor, agency_id: int, now: datetime) -> str:
    """Whose answer it most likely is: the first contact's, by phone, today."""
    today = now.astimezone(actor.zone).date()
    known = people.recipients(session, [agency_id], today).get(agency_id, ())
    likely = next(iter((*in_turn(known), *known)), None)
    name = likely.name if likely else people.agency_names(session, [agency_id])[agency_id]
    return call_source(name, today, actor.language)


def _choose_source(session: Session, actor: Actor, card: Card, place: int, now: datetime) -> None:
    today = now.astimezone(actor.zone).date()
    known = people.recipients(session, [card.state["agency"]], today).get(card.state["agency"], ())
    callees = phonelist.callees(known)
    if place >= len(callees):
        raise DubanError("card_moved_on")
    _set_source(session, card, call_source(callees[place].name, today, actor.language), now)


def _set_source(session: Session, card: Card, text: str, now: datetime) -> None:
    source = one_line(text)
    if not source or len(source) > _SOURCE:
        raise DubanError("source_length", limit=_SOURCE)
    cards.redraw(session, card, now, source=source, stage=_stage(card.state["items"]))


def _log(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """登记: a report of the agency, sent by the coordinator, at the moment of the call."""
    state = card.state
    if state["stage"] != "confirm":
        raise DubanError("card_moved_on")
    acting = acting_for(actor, state["agency"])
    made, receipts = [], []
    for item in state["items"]:
        key = key_of(item["due"])
        plan, draft = reporting.plan_of_due(session, key), Draft.from_json(item["draft"])
        report = reporting.submit(session, acting, plan, key, draft, Source(now), now, on_behalf=state["source"])
        reviewing.take_unreviewed(session, actor, report, now)
        made.append(report)
        receipts.append([item["due"], report.id])
    told = _tell(session, actor, made, "behalf_logged", now)
    cards.redraw(session, card, now, stage="sent", receipts=receipts, told=told)


def _undo(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """撤回 within ten minutes; who was told hears of it."""
    if card.state["stage"] != "sent":
        raise DubanError("card_moved_on")
    taken = [
        reporting.undo(session, acting_for(actor, card.state["agency"]), report_id, now)
        for _, report_id in card.state["receipts"]
    ]
    if card.state["told"] is not None:
        _tell(session, actor, taken, "behalf_taken_back", now, card.state["told"])
    stage = _stage(card.state["items"])
    cards.redraw(session, card, now, stage=stage, receipts=[], told=None)


def _tell(
    session: Session, actor: Actor, made: Sequence[Report], code: str, now: datetime, person_id: int | None = None
) -> int | None:
    """One line to the agency's contact about what was logged, or taken back; who was told, None when nobody can be."""
    agency_id, today = made[0].agency_id, now.astimezone(actor.zone).date()
    if person_id is None:
        asked = choose_recipient(people.recipients(session, [agency_id], today).get(agency_id, ()))
        person_id = asked.person_id if asked else None
    if person_id is None or person_id == actor.person_id:
        return None
    contact = people.actor_of(session, session.get_one(Person, person_id))
    tasks = [session.get_one(Task, report.task_id) for report in made]
    named = [f"{task.number} {task.title}".strip() for task in tasks]
    params: dict[str, object] = {"source": made[0].on_behalf, "task": named[0], "agency": _name(session, agency_id)}
    if len(made) == 1:
        params |= {"due": made[0].what, "status": made[0].status}
    else:
        code, params["task"] = f"{code}_several", "；".join(named)
    cards.notice(session, contact, code, now, f"{code}:{made[0].id or made[0].number}:{made[0].version}", **params)
    return person_id


def _name(session: Session, agency_id: int) -> str:
    return people.agency_names(session, [agency_id])[agency_id]
