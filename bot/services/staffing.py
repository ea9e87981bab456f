"""Who speaks for an agency: leave, order, position, hand-over, names and phones; every change is audited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import ASSIGNMENT
from bot.domain.model import DubanError, Position, Role
from bot.domain.people import Actor, choose_recipient
from bot.intake.roster_people import names_in, phones_in, squeeze
from bot.services import cards, entering, succession, trail
from storage import people
from storage.people import Place
from storage.tables import Contact, Office, Person

_LONGEST_LEAVE_DAYS = 400
_LONGEST_NAME = 30
_LONGEST_PHONE = 40


def place(session: Session, actor: Actor, contact_id: int) -> Place:
    """A place in force of the actor's office. Raises DubanError place_gone."""
    contact = session.get(Contact, contact_id)
    if contact is None or contact.office_id != actor.office_id or contact.left_at is not None:
        raise DubanError("place_gone")
    return Place(contact, session.get_one(Person, contact.person_id))


def set_leave(
    session: Session, actor: Actor, person_id: int, from_on: date, until_on: date, now: datetime, stand_in: int = 0
) -> None:
    """Leave from one local day to another, both included, in every agency the person speaks for.

    `stand_in` is the contact who is asked next after the person, 0 for whoever is. Raises DubanError leave_days_wrong.
    """
    today = now.astimezone(actor.zone).date()
    if not from_on <= until_on or until_on < today or (until_on - from_on).days > _LONGEST_LEAVE_DAYS:
        raise DubanError("leave_days_wrong")
    held = people.places_of(session, person_id)
    for contact in held:
        contact.away_from_on, contact.away_until_on = from_on, until_on
        if stand_in:
            _ask_next(session, actor, contact, place(session, actor, stand_in).contact)
    session.flush()
    detail = {"from": from_on.isoformat(), "until": until_on.isoformat(), "stand_in": stand_in}
    trail.record(session, actor, "leave_set", f"person:{person_id}", detail, now)
    entering.catch_up(session, actor.office_id, (), now)
    if held and actor.person_id == person_id and uncovered(session, held, from_on):
        person = session.get_one(Person, person_id)
        entering.tell_coordinators(session, person, "leave_uncovered", now, day=from_on, until=until_on)


def uncovered(session: Session, held: Iterable[Contact], day: date) -> bool:
    """Whether nobody at all can be asked on a day for one of these places' agencies."""
    agencies = {contact.agency_id for contact in held}
    asked = people.recipients(session, agencies, day)
    return any(choose_recipient(asked.get(agency_id, ())) is None for agency_id in agencies)


def come_back(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """The leave ends now, or is called off. Raises DubanError not_on_leave."""
    held = people.places_of(session, person_id)
    if all(contact.away_until_on is None for contact in held):
        raise DubanError("not_on_leave")
    for contact in held:
        contact.away_from_on = contact.away_until_on = None
    trail.record(session, actor, "leave_ended", f"person:{person_id}", {}, now)
    entering.catch_up(session, actor.office_id, [contact.agency_id for contact in held], now)


def all_leaves_over(session: Session, now: datetime) -> None:
    """`leaves_over` in every office."""
    for office_id in session.scalars(select(Office.id)).all():
        leaves_over(session, office_id, now)


def leaves_over(session: Session, office_id: int, now: datetime) -> int:
    """Leaves whose last day has passed end; how many there were. Tasks that nobody could be handed are handed out now.

    What fell due meanwhile went to the coordinator's phone list and is not said again; the next rungs are. Idempotent;
    meant for the first tick of a day.
    """
    today = now.astimezone(people.zone_of(session, office_id)).date()
    query = select(Contact).where(Contact.office_id == office_id, Contact.away_until_on < today)
    ended = session.scalars(query).all()
    for contact in ended:
        contact.away_from_on = contact.away_until_on = None
    if ended:
        session.flush()
        entering.catch_up(
            session, office_id, {row.agency_id for row in ended if row.left_at is None}, now, what=ASSIGNMENT
        )
    return len(ended)


def make_first(session: Session, actor: Actor, contact_id: int, now: datetime) -> None:
    """设为主联络员: asked before every other contact of the agency."""
    contact = place(session, actor, contact_id).contact
    contact.position = Position.CONTACT
    _put_in_order(session, [contact, *(one for one in _colleagues(session, contact) if one.id != contact.id)])
    _changed(session, actor, contact, "made_first", {}, now)


def ask_next(session: Session, actor: Actor, contact_id: int, now: datetime) -> None:
    """Ask a colleague right after the person, whenever that one is away; a contact names the own stand-in."""
    stand_in = place(session, actor, contact_id).contact
    own = next((one for one in people.places_of(session, actor.person_id) if one.agency_id == stand_in.agency_id), None)
    if own is None:
        raise DubanError("not_allowed")
    _ask_next(session, actor, own, stand_in)
    _changed(session, actor, stand_in, "stand_in_named", {}, now)


def set_position(session: Session, actor: Actor, contact_id: int, position: Position, now: datetime) -> None:
    """Make somebody contact, deputy (AB角) or head (单位负责人) of the agency."""
    contact = place(session, actor, contact_id).contact
    contact.position = position
    _changed(session, actor, contact, "position_changed", {"position": position}, now)


def rename(session: Session, actor: Actor, contact_id: int, name: str, now: datetime) -> None:
    """Another name for the person, in every place."""
    contact, person = place(session, actor, contact_id)
    before, person.name = person.name, read_name(name)
    _changed(session, actor, contact, "person_renamed", {"before": before, "name": person.name}, now)


def set_phone(session: Session, actor: Actor, contact_id: int, phone: str, now: datetime) -> None:
    """Another phone number, in every place."""
    contact, person = place(session, actor, contact_id)
    person.phone = read_phone(phone)
    _changed(session, actor, contact, "phone_changed", {}, now)


def add(
    session: Session, actor: Actor, agency_id: int, name: str, phone: str, position: Position, now: datetime
) -> Contact:
    """Somebody in an agency: who is there already by that name, who has the same name and phone elsewhere in the
    office (double binding, said by the coordinator), or somebody new who has to be invited.

    Raises DubanError person_there_already for somebody who holds that position there.
    """
    if agency_id not in {known for known, _, _ in people.known_agencies(session, actor.office_id)}:
        raise DubanError("place_gone")
    there = named(session, actor, agency_id, name)
    if there is not None:
        if there.contact.position == position:
            raise DubanError("person_there_already", name=there.person.name)
        set_position(session, actor, there.contact.id, position, now)
        return there.contact
    person = _elsewhere(session, actor, name, phone)
    if person is None:
        person = entering.add_person(session, actor.office_id, name, Role.CONTACT, now, phone, agency_id, position)
    else:
        entering.grant(session, person, Role.CONTACT, now, agency_id, position)
    contact = next(one for one in people.places_of(session, person.id) if one.agency_id == agency_id)
    _cover(session, person, contact)
    last = max((one.rank for one in _colleagues(session, contact) if one.id != contact.id), default=-1)
    contact.rank = last + 1
    _changed(session, actor, contact, "person_added", {"position": position}, now)
    return contact


def leave_agency(session: Session, actor: Actor, contact_id: int, now: datetime) -> None:
    """离任: the person speaks for this agency no more; other agencies and roles stay."""
    contact, person = place(session, actor, contact_id)
    entering.end_place(session, actor, contact, now)
    trail.record(session, actor, "left_agency", f"person:{person.id}", {"agency": contact.agency_id}, now)


def hand_over(session: Session, actor: Actor, contact_id: int, successor_id: int, now: datetime) -> None:
    """移交: another person of the agency takes the place, the turn in the order too, and hears of what is open.

    Raises DubanError successor_elsewhere unless both stand in the same agency.
    """
    contact, person = place(session, actor, contact_id)
    successor, to = place(session, actor, successor_id)
    if successor.agency_id != contact.agency_id or successor.id == contact.id:
        raise DubanError("successor_elsewhere", name=to.name)
    before = succession.asked(session, contact, now)
    turns = [one for one in _colleagues(session, contact) if one.id != successor.id]
    turns[turns.index(contact)] = successor
    successor.position = contact.position
    _put_in_order(session, turns)
    entering.end_rights(session, contact, now)
    succession.hand_on(session, actor, contact, before, now, awaited=to.chat_id is None)
    detail = {"agency": contact.agency_id, "successor": f"person:{to.id}"}
    trail.record(session, actor, "handed_over", f"person:{person.id}", detail, now)


def named(session: Session, actor: Actor, agency_id: int, name: str) -> Place | None:
    """Somebody of the agency by name; blanks and case do not count."""
    wanted = squeeze(name).lower()
    found = people.places(session, actor.office_id, [agency_id])
    return next((one for one in found if squeeze(one.person.name).lower() == wanted), None)


def read_name(text: str) -> str:
    """A typed name. Raises DubanError name_unreadable."""
    found = names_in(text)
    name = found[0][0] if len(found) == 1 else ""
    if not 1 < len(name) <= _LONGEST_NAME or any(letter.isdigit() for letter in name):
        raise DubanError("name_unreadable")
    return name


def read_phone(text: str) -> str:
    """A typed phone number, digits only. Raises DubanError phone_unreadable."""
    digits = phones_in(text, 0)
    if len(digits) != 1 or not 5 < len(digits[0]) <= _LONGEST_PHONE:
        raise DubanError("phone_unreadable")
    return digits[0]


def read_name_and_phone(text: str) -> tuple[str, str]:
    """“李四 13800000000”; the phone may be left out."""
    at = next((place for place, letter in enumerate(text) if letter.isdigit() or letter == "+"), len(text))
    name, phone = text[:at].strip(" ,，:：、"), text[at:].strip(" ,，。")
    return read_name(name), read_phone(phone) if phone else ""


def chosen(session: Session, contact: Contact, day: date) -> str:
    """The name of who is asked for the place's agency on a day, "" for nobody."""
    candidates = people.recipients(session, [contact.agency_id], day).get(contact.agency_id, ())
    found = choose_recipient(candidates)
    return found.name if found else ""


def stand_in_on(session: Session, contact: Contact, day: date) -> str:
    """Who would be asked in the agency on a day were this person not there, "" for nobody."""
    candidates = people.recipients(session, [contact.agency_id], day).get(contact.agency_id, ())
    found = choose_recipient(replace(one, away=one.away or one.person_id == contact.person_id) for one in candidates)
    return found.name if found else ""


def tell(session: Session, actor: Actor, person_id: int, code: str, now: datetime, key: str, **params: object) -> None:
    """One sentence to somebody a change concerns."""
    asker = people.actor_of(session, session.get_one(Person, person_id))
    cards.notice(session, asker, code, now, key, **params)


def _changed(
    session: Session, actor: Actor, contact: Contact, action: str, detail: dict[str, object], now: datetime
) -> None:
    """Audit a change of a place and let the plans see who is asked now."""
    session.flush()
    detail = {"agency": contact.agency_id, **detail}
    trail.record(session, actor, action, f"person:{contact.person_id}", detail, now)
    entering.catch_up(session, actor.office_id, [contact.agency_id], now)


def _colleagues(session: Session, contact: Contact) -> list[Contact]:
    """Those in force in the same position of the same agency, in the order they are asked; the contact among them."""
    found = people.places(session, contact.office_id, [contact.agency_id])
    return [one.contact for one in found if one.contact.position == contact.position]


def _put_in_order(session: Session, turns: Iterable[Contact]) -> None:
    for rank, contact in enumerate(turns):
        contact.rank = rank
    session.flush()


def _ask_next(session: Session, actor: Actor, contact: Contact, stand_in: Contact) -> None:
    """Put a stand-in right after the one who leaves for a while, or first among the deputies."""
    if stand_in.agency_id != contact.agency_id or stand_in.id == contact.id:
        return
    turns = [one for one in _colleagues(session, stand_in) if one.id != stand_in.id]
    at = next((place + 1 for place, one in enumerate(turns) if one.id == contact.id), 0)
    _put_in_order(session, [*turns[:at], stand_in, *turns[at:]])


def _elsewhere(session: Session, actor: Actor, name: str, phone: str) -> Person | None:
    """Somebody of the office with the same name and phone; a name alone is nobody's."""
    same = select(Person).where(Person.office_id == actor.office_id, Person.name == name, Person.phone == phone)
    return session.scalars(same.order_by(Person.id)).first() if phone else None


def _cover(session: Session, person: Person, contact: Contact) -> None:
    """A leave covers a new place too."""
    other = next((one for one in people.places_of(session, person.id) if one.id != contact.id), None)
    if other is not None:
        contact.away_from_on, contact.away_until_on = other.away_from_on, other.away_until_on
