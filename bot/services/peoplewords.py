"""Words typed for the card 人员: days of a leave, names, phones, a successor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.absence import stated_days
from bot.domain.model import DubanError, Position
from bot.domain.people import Actor
from bot.services import cards, staffing
from bot.services.peoplecard import KIND, Hand, hand_over, send_link
from storage import calendars
from storage.tables import Card


def listens(card: Card) -> bool:
    """Whether the card waits for something to be typed."""
    return bool(card.state["stage"] == "ask")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """Typed words for what the card asked; what they did is shown below them."""
    hand = Hand(session, actor, card, now)
    stage, note, contact_id = _ASKED[card.state["ask"]](hand, text.strip())
    state = {**hand.state, "stage": stage, "ask": "", "note": note, "contact": contact_id}
    cards.show(session, actor, KIND, state, now)
    cards.redraw(session, card, now, stage="moved", ask="")


# The stage shown next, what was done, the person on the card.
_Outcome = tuple[str, str, int | None]


def _days(hand: Hand, text: str) -> _Outcome:
    calendar = calendars.calendar_of(hand.session, hand.actor.office_id)
    days = stated_days(text, hand.now.astimezone(hand.actor.zone), calendar)
    person = staffing.place(hand.session, hand.actor, hand.contact_id).person
    staffing.set_leave(hand.session, hand.actor, person.id, *days, hand.now)
    return "person", "leave_set", hand.contact_id


def _name(hand: Hand, text: str) -> _Outcome:
    staffing.rename(hand.session, hand.actor, hand.contact_id, text, hand.now)
    return "person", "changed", hand.contact_id


def _phone(hand: Hand, text: str) -> _Outcome:
    staffing.set_phone(hand.session, hand.actor, hand.contact_id, text, hand.now)
    return "person", "changed", hand.contact_id


def _successor(hand: Hand, text: str) -> _Outcome:
    """Somebody named: of the agency already, or new, whose link comes with the answer."""
    name, phone = staffing.read_name_and_phone(text)
    contact = staffing.place(hand.session, hand.actor, hand.contact_id).contact
    there = staffing.named(hand.session, hand.actor, contact.agency_id, name)
    if there is not None and there.contact.id == contact.id:
        raise DubanError("person_there_already", name=name)
    position = Position(contact.position)
    found = (
        there.contact
        if there
        else staffing.add(hand.session, hand.actor, contact.agency_id, name, phone, position, hand.now)
    )
    hand_over(hand, found.id)
    return "agency", "handed_over", None


def _new(position: Position) -> Callable[[Hand, str], _Outcome]:
    def call(hand: Hand, text: str) -> _Outcome:
        name, phone = staffing.read_name_and_phone(text)
        added = staffing.add(hand.session, hand.actor, hand.agency_id, name, phone, position, hand.now)
        if staffing.place(hand.session, hand.actor, added.id).person.chat_id is None:
            send_link(hand, added.id)
        return "agency", "added", None

    return call


_ASKED: Mapping[str, Callable[[Hand, str], _Outcome]] = {
    "away": _days,
    "name": _name,
    "phone": _phone,
    "successor": _successor,
    **{position.value: _new(position) for position in Position},
}
