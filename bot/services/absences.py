"""A contact's own leave: said in words or by the button 请假, shown back, carried out by one tap, ended by another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.absence import Absence, check_leave_end, read_absence, stand_in_named, stated_days
from bot.domain.model import DubanError, Position
from bot.domain.people import Actor
from bot.domain.peopleviews import AbsenceView, OwnPlace
from bot.domain.wording import plain
from bot.services import cards, peoplecard, staffing, words
from bot.services.reporting import Source
from storage import calendars, people
from storage.people import Place
from storage.tables import Card, Contact

KIND = "absence"
_BLANK: Mapping[str, Any] = {"stage": "home", "from": None, "until": None, "name": "", "words": "", "source": None}


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """请假 / AB角: who is asked for the person's agencies, and what can be done about a leave."""
    return cards.show(session, actor, KIND, dict(_BLANK), now)


def take_words(session: Session, actor: Actor, text: str, source: Source, reply_to: int | None, now: datetime) -> None:
    """A contact's free text: the own leave is shown back, everything else is about the work."""
    if words.awaited(session, actor, reply_to, now) or not _heard(session, actor, text, source, now):
        words.take(session, actor, text, source, reply_to, now)


def _heard(session: Session, actor: Actor, text: str, source: Source, now: datetime) -> bool:
    """Words that announce or end the writer's leave are shown back; False for all others."""
    calendar = calendars.calendar_of(session, actor.office_id)
    reading = read_absence(text, now.astimezone(actor.zone), calendar)
    if reading is None or not (reading.kind == "away" or _leave_of(session, actor)):
        return False
    if reading.until_on is not None:
        check_leave_end(text, reading.until_on, now.astimezone(actor.zone), calendar)
    cards.show(session, actor, KIND, _asked(actor, reading, text, source.as_json(), now), now)
    return True


def _asked(actor: Actor, reading: Absence, text: str, source: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """The state that shows a reading back, or asks for its days."""
    state = {**_BLANK, "words": text, "source": source, "name": reading.stand_in}
    if reading.kind == "back":
        return {**state, "stage": "back"}
    if reading.until_on is None:
        return {**state, "stage": "ask"}
    begins = max(reading.from_on or reading.until_on, now.astimezone(actor.zone).date())
    return {**state, "stage": "confirm", "from": begins.isoformat(), "until": reading.until_on.isoformat()}


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> str | None:
    """A button of the card. Raises DubanError button_unknown for a forged one."""
    do = _VERBS.get(args[0] if args else "")
    if do is None:
        raise DubanError("button_unknown")
    return do(session, actor, card, now)


def listens(card: Card) -> bool:
    """Whether the card waits for days or for a deputy's name."""
    return card.state["stage"] in ("ask", "ask_deputy")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """The days, or who is to stand in. Raises what `stated_days` does, DubanError name_unreadable, phone_unreadable."""
    if card.state["stage"] == "ask_deputy":
        _name_deputy(session, actor, text, now, key)
        cards.redraw(session, card, now, stage="home")
        return
    days = stated_days(text, now.astimezone(actor.zone), calendars.calendar_of(session, actor.office_id))
    reading = Absence("away", *days, stand_in_named(plain(text)) or card.state["name"])
    said = card.state["words"] or text
    cards.show(session, actor, KIND, _asked(actor, reading, said, card.state["source"], now), now)
    cards.redraw(session, card, now, stage="cancelled")


def absence_view(session: Session, card: Card, actor: Actor, now: datetime) -> AbsenceView:
    """The card at this moment."""
    state, today = card.state, now.astimezone(actor.zone).date()
    own = people.places_of(session, actor.person_id)
    names = people.agency_names(session, actor.agency_ids)
    until = date.fromisoformat(state["until"]) if state["until"] else None
    begins = date.fromisoformat(state["from"]) if state["from"] else None
    leave = _leave_of(session, actor)
    named = _named(session, actor, state["name"])
    view = AbsenceView(
        card_id=card.id,
        rev=card.rev,
        stage=state["stage"],
        today=today,
        places=tuple(_own_place(session, contact, names[contact.agency_id], begins or today, today) for contact in own),
        from_on=begins,
        until_on=until,
        named=named.person.name if named else state["name"],
        known=named is not None,
        entered=named is not None and named.person.chat_id is not None,
        words=state["words"],
    )
    if leave is None or (leave.away_until_on and leave.away_until_on < today):
        return view
    return replace(view, away_from_on=leave.away_from_on, away_until_on=leave.away_until_on)


def _own_place(session: Session, contact: Contact, agency: str, day: date, today: date) -> OwnPlace:
    asked = staffing.chosen(session, contact, today)
    return OwnPlace(agency, Position(contact.position), asked, staffing.stand_in_on(session, contact, day))


def _leave_of(session: Session, actor: Actor) -> Contact | None:
    own = people.places_of(session, actor.person_id)
    return next((contact for contact in own if contact.away_until_on is not None), None)


def _named(session: Session, actor: Actor, name: str) -> Place | None:
    """The colleague of that name in one of the person's agencies who may be asked: no unit head, not the person."""
    for agency_id in sorted(actor.agency_ids) if name else ():
        found = staffing.named(session, actor, agency_id, name)
        if found and found.contact.position != Position.HEAD and found.person.id != actor.person_id:
            return found
    return None


def _confirm(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    state = card.state
    if state["stage"] != "confirm":
        raise DubanError("card_moved_on")
    named = _named(session, actor, state["name"])
    days = (date.fromisoformat(state["from"]), date.fromisoformat(state["until"]))
    staffing.set_leave(session, actor, actor.person_id, *days, now, named.contact.id if named else 0)
    if state["name"] and named is None:
        for agency_id in sorted(actor.agency_ids):
            peoplecard.propose(session, actor, agency_id, state["name"], "", now)
    cards.redraw(session, card, now, stage="done")


def _return(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    staffing.come_back(session, actor, actor.person_id, now)
    cards.redraw(session, card, now, stage="ended")


def _stage(stage: str) -> Callable[[Session, Actor, Card, datetime], None]:
    def call(session: Session, actor: Actor, card: Card, now: datetime) -> None:
        cards.redraw(session, card, now, stage=stage)

    return call


def _not_leave(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """The words were no leave: they are taken as a report."""
    if card.state["source"] is None or card.state["stage"] not in ("confirm", "back", "ask"):
        raise DubanError("card_moved_on")
    cards.redraw(session, card, now, stage="cancelled")
    words.take(session, actor, card.state["words"], Source.from_json(card.state["source"]), None, now)


def _name_deputy(session: Session, actor: Actor, text: str, now: datetime, key: str) -> None:
    """Who stands in whenever the person is away: known, then asked next; unknown, then the coordinator's to add."""
    name, phone = staffing.read_name_and_phone(text)
    named = _named(session, actor, name)
    if named is not None:
        staffing.ask_next(session, actor, named.contact.id, now)
        cards.notice(session, actor, "deputy_set", now, key, name=named.person.name)
        return
    for agency_id in sorted(actor.agency_ids):
        peoplecard.propose(session, actor, agency_id, name, phone, now)
    cards.notice(session, actor, "deputy_forwarded", now, key, name=name)


_VERBS: Mapping[str, Callable[[Session, Actor, Card, datetime], str | None]] = {
    "yes": _confirm,
    "back": _return,
    "ask": _stage("ask"),
    "deputy": _stage("ask_deputy"),
    "home": _stage("home"),
    "stop": _stage("cancelled"),
    "report": _not_leave,
}
