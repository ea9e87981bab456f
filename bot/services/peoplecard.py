"""The coordinator's card 人员: agencies with their people, one person with what can be done, what a roster left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DubanError, Position, Role
from bot.domain.people import Actor
from bot.services import cards, papers_out, staffing
from storage import cards as card_queries
from storage import people
from storage import settings as office_settings
from storage.tables import Card

KIND = "people"
_KEPT = "roster_kept"
_BLANK: Mapping[str, Any] = {
    "stage": "list", "page": 0, "todo": False, "agency": None, "contact": None, "ask": "", "note": "",
}  # fmt: skip
_POSITIONS = frozenset(Position)


@dataclass(frozen=True)
class Hand:
    """A press or typed words on a card, and who gave them."""

    session: Session
    actor: Actor
    card: Card
    now: datetime

    @property
    def state(self) -> dict[str, Any]:
        return self.card.state

    @property
    def contact_id(self) -> int:
        """The person on the card. Raises DubanError card_moved_on when none is."""
        found = self.state.get("contact")
        if not isinstance(found, int):
            raise DubanError("card_moved_on")
        return found

    @property
    def agency_id(self) -> int:
        """The agency on the card. Raises DubanError card_moved_on when none is."""
        found = self.state.get("agency")
        if not isinstance(found, int):
            raise DubanError("card_moved_on")
        return found

    def go(self, stage: str, **changes: Any) -> None:
        """Show another stage."""
        cards.redraw(self.session, self.card, self.now, **{"ask": "", "note": "", **changes, "stage": stage})


def show(session: Session, actor: Actor, now: datetime, *, todo: bool = False) -> Card:
    """人员: every agency that has people or tasks, five a page."""
    return cards.show(session, actor, KIND, {**_BLANK, "todo": todo}, now)


def show_gone(session: Session, actor: Actor, contact_ids: Iterable[int], now: datetime) -> None:
    """After a new roster: who still stands here and is not in it, for the coordinator to settle. Nobody: no card."""
    kept = set(office_settings.read(session, actor.office_id, _KEPT).get("contacts", ()))
    asked = [contact_id for contact_id in contact_ids if contact_id not in kept]
    if asked:
        state = {**_BLANK, "stage": "gone", "gone": asked, "settled": {}}
        cards.show(session, actor, KIND, state, now)


def propose(session: Session, actor: Actor, agency_id: int, name: str, phone: str, now: datetime) -> None:
    """A contact names a deputy nobody knows yet: every coordinator is asked, the same only once."""
    proposal = {"agency": agency_id, "name": name, "phone": phone, "by": actor.person_id, "decided": ""}
    state = {**_BLANK, "stage": "proposal", "proposal": proposal}
    for person in people.holders_of(session, actor.office_id, Role.COORDINATOR):
        asked = (card.state.get("proposal") for card in card_queries.of_kind(session, person.id, KIND))
        if proposal not in asked:
            cards.show(session, people.actor_of(session, person), KIND, state, now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> str | None:
    """A button: a verb and what it is about. Raises DubanError button_unknown for a forged one."""
    verb, about = (args[0] if args else ""), "".join(args[1:2])
    do = _VERBS.get(verb)
    if do is None:
        raise DubanError("button_unknown")
    return do(Hand(session, actor, card, now), about)


def _number(about: str) -> int:
    if not about.isascii() or not about.isdecimal() or len(about) > 9:
        raise DubanError("button_unknown")
    return int(about)


def _list(hand: Hand, about: str) -> None:
    hand.go("list", page=_number(about), agency=None, contact=None)


def _filter(hand: Hand, about: str) -> None:
    hand.go("list", page=0, todo=about == "todo", agency=None, contact=None)


def _agency(hand: Hand, about: str) -> None:
    hand.go("agency", agency=_number(about), contact=None)


def _person(hand: Hand, about: str) -> None:
    contact = staffing.place(hand.session, hand.actor, _number(about)).contact
    hand.go("person", agency=contact.agency_id, contact=contact.id)


def _up(hand: Hand, about: str) -> None:
    """One step back, from a question to the person or agency it was about."""
    if hand.state["contact"] is not None and hand.state["stage"] in ("ask", "leaving", "successor"):
        hand.go("person")
    elif hand.state["agency"] is not None and hand.state["stage"] in ("ask", "person"):
        hand.go("agency", contact=None)
    else:
        hand.go("list", agency=None, contact=None)


def _ask(hand: Hand, about: str) -> None:
    if about not in _ASKS:
        raise DubanError("button_unknown")
    if about in _OF_A_PERSON:
        staffing.place(hand.session, hand.actor, hand.contact_id)
    hand.go("ask", ask=about)


def _done(do: Callable[[Hand], None], note: str) -> Callable[[Hand, str], None]:
    """A change of the person on the card, who stays on it."""

    def call(hand: Hand, about: str) -> None:
        do(hand)
        hand.go("person", note=note)

    return call


def _back(hand: Hand) -> None:
    person = staffing.place(hand.session, hand.actor, hand.contact_id).person
    staffing.come_back(hand.session, hand.actor, person.id, hand.now)


def _first(hand: Hand) -> None:
    staffing.make_first(hand.session, hand.actor, hand.contact_id, hand.now)


def _position(hand: Hand, about: str) -> None:
    if about not in _POSITIONS:
        raise DubanError("button_unknown")
    staffing.set_position(hand.session, hand.actor, hand.contact_id, Position(about), hand.now)
    hand.go("person", note="changed")


def _invite(hand: Hand, about: str) -> str:
    send_link(hand, hand.contact_id)
    return "paper_coming"


def send_link(hand: Hand, contact_id: int) -> None:
    """A fresh link for the coordinator to pass on; earlier ones end with it."""
    person = staffing.place(hand.session, hand.actor, contact_id).person
    key = f"{hand.card.id}:{hand.card.rev}:{person.id}"
    papers_out.ask(hand.session, hand.actor, "invitations", hand.now, key, people=[person.id])


def _stage(stage: str) -> Callable[[Hand, str], None]:
    """Ask once more, or whom to hand over to, before anything happens."""

    def call(hand: Hand, about: str) -> None:
        staffing.place(hand.session, hand.actor, hand.contact_id)
        hand.go(stage)

    return call


def _leave(hand: Hand, about: str) -> None:
    staffing.leave_agency(hand.session, hand.actor, hand.contact_id, hand.now)
    hand.go("agency", contact=None, note="left")


def _hand_to(hand: Hand, about: str) -> None:
    hand_over(hand, _number(about))
    hand.go("agency", contact=None, note="handed_over")


def hand_over(hand: Hand, successor_id: int) -> None:
    """The person on the card hands over; a successor who has yet to enter gets a link."""
    staffing.hand_over(hand.session, hand.actor, hand.contact_id, successor_id, hand.now)
    if staffing.place(hand.session, hand.actor, successor_id).person.chat_id is None:
        send_link(hand, successor_id)


def _gone(outcome: str) -> Callable[[Hand, str], None]:
    """Somebody a roster left out: gone from the agency, or kept and not asked about again."""

    def call(hand: Hand, about: str) -> None:
        settled, contact_id = dict(hand.state.get("settled", {})), _number(about)
        if hand.state["stage"] != "gone" or contact_id not in hand.state["gone"] or about in settled:
            raise DubanError("card_moved_on")
        if outcome == "left":
            staffing.leave_agency(hand.session, hand.actor, contact_id, hand.now)
        else:
            _keep(hand, contact_id)
        hand.go("gone", settled={**settled, about: outcome})

    return call


def _keep(hand: Hand, contact_id: int) -> None:
    kept = office_settings.read(hand.session, hand.actor.office_id, _KEPT).get("contacts", [])
    office_settings.write(hand.session, hand.actor.office_id, _KEPT, {"contacts": sorted({*kept, contact_id})})


def _gone_page(hand: Hand, about: str) -> None:
    hand.go("gone", page=_number(about))


def _decide(granted: bool) -> Callable[[Hand, str], None]:
    """The answer to a contact's wish for a deputy; the contact and the other coordinators' cards follow."""

    def call(hand: Hand, about: str) -> None:
        proposal = hand.state.get("proposal")
        if not proposal or proposal["decided"]:
            raise DubanError("already_decided")
        decided = "granted" if granted else "refused"
        if granted:
            name, phone = proposal["name"], proposal["phone"]
            added = staffing.add(hand.session, hand.actor, proposal["agency"], name, phone, Position.DEPUTY, hand.now)
            if staffing.place(hand.session, hand.actor, added.id).person.chat_id is None:
                send_link(hand, added.id)
        for twin in _twins(hand, proposal):
            cards.redraw(hand.session, twin, hand.now, proposal={**proposal, "decided": decided})
        key = f"deputy:{hand.card.id}"
        code = f"deputy_{decided}"
        staffing.tell(hand.session, hand.actor, proposal["by"], code, hand.now, key, name=proposal["name"])

    return call


def _twins(hand: Hand, proposal: Mapping[str, Any]) -> list[Card]:
    found = hand.session.scalars(select(Card).where(Card.office_id == hand.actor.office_id, Card.kind == KIND))
    return [card for card in found if card.state.get("proposal") == proposal]


# What may be asked to be typed: about the person on the card, or somebody new in the agency by position.
_OF_A_PERSON = frozenset(("away", "name", "phone", "successor"))
_ASKS = _OF_A_PERSON | _POSITIONS
_VERBS: Mapping[str, Callable[[Hand, str], str | None]] = {
    "list": _list,
    "show": _filter,
    "ag": _agency,
    "p": _person,
    "up": _up,
    "ask": _ask,
    "back": _done(_back, "returned"),
    "first": _done(_first, "changed"),
    "as": _position,
    "link": _invite,
    "leave": _stage("leaving"),
    "gone": _leave,
    "hand": _stage("successor"),
    "to": _hand_to,
    "gl": _gone("left"),
    "gk": _gone("kept"),
    "gp": _gone_page,
    "yes": _decide(True),
    "no": _decide(False),
}
