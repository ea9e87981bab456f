"""Who is who: the acting person, an agency's recipients, roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import Position, Role
from bot.domain.people import Actor, Recipient, on_leave
from storage.tables import Agency, AgencyAlias, Contact, Office, Person, RoleGrant


class Place(NamedTuple):
    """A person's place in an agency, with the person."""

    contact: Contact
    person: Person


def actor_of_user(session: Session, user_id: int) -> Actor | None:
    """The bound person behind a messenger account, or None for a stranger or somebody who has left."""
    person = session.scalars(select(Person).where(Person.user_id == user_id).order_by(Person.id)).first()
    actor = actor_of(session, person) if person else None
    return actor if actor and actor.roles else None


def actor_of(session: Session, person: Person) -> Actor:
    """The person with the roles and agencies in force."""
    granted = session.scalars(
        select(RoleGrant.role).where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None))
    )
    agencies = session.scalars(
        select(Contact.agency_id).where(Contact.person_id == person.id, Contact.left_at.is_(None))
    ).all()
    roles = {Role(role) for role in granted} | ({Role.CONTACT} if agencies else set())
    return Actor(
        person_id=person.id,
        office_id=person.office_id,
        name=person.name,
        language=person.language,
        chat_id=person.chat_id,
        roles=frozenset(roles),
        agency_ids=frozenset(agencies),
        zone=zone_of(session, person.office_id),
    )


def office_actor(session: Session, office_id: int) -> Actor:
    """The office itself acting (the command line): a coordinator's rights, nobody in chat."""
    rights = frozenset({Role.COORDINATOR})
    return Actor(0, office_id, "", "zh", None, rights, frozenset(), zone_of(session, office_id))


def zone_of(session: Session, office_id: int) -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(session.get_one(Office, office_id).timezone)


def holders_of(session: Session, office_id: int, role: Role) -> tuple[Person, ...]:
    """People who hold an office role now, oldest first."""
    found = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.office_id == office_id, RoleGrant.role == role, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return tuple(dict.fromkeys(found))


def recipients(session: Session, agency_ids: Iterable[int], today: date) -> dict[int, tuple[Recipient, ...]]:
    """Everybody in each agency a message could go to: contacts, deputies, heads, each by rank and in roster order.

    `today` decides who is on leave.
    """
    rows = session.execute(
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.agency_id.in_(set(agency_ids)), Contact.left_at.is_(None))
        .order_by(Contact.rank, Contact.id)
    )
    found: dict[int, list[Recipient]] = {}
    for contact, person in rows:
        found.setdefault(contact.agency_id, []).append(_recipient(contact, person, today))
    return {agency_id: tuple(sorted(people, key=_place_in_line)) for agency_id, people in found.items()}


def _place_in_line(recipient: Recipient) -> int:
    return (Position.CONTACT, Position.DEPUTY, Position.HEAD).index(recipient.position)


def _recipient(contact: Contact, person: Person, today: date) -> Recipient:
    return Recipient(
        person_id=person.id,
        agency_id=contact.agency_id,
        name=person.name,
        phone=person.phone,
        position=Position(contact.position),
        bound=person.chat_id is not None,
        reachable=person.unreachable_since_at is None,
        away=on_leave(contact.away_from_on, contact.away_until_on, today),
        rank=contact.rank,
        away_until_on=contact.away_until_on,
    )


def known_agencies(session: Session, office_id: int) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """The office's agencies as (id, name, aliases) for the look-up of typed names."""
    aliases: dict[int, list[str]] = {}
    for alias in session.scalars(select(AgencyAlias).where(AgencyAlias.office_id == office_id)):
        aliases.setdefault(alias.agency_id, []).append(alias.alias)
    agencies = session.scalars(select(Agency).where(Agency.office_id == office_id).order_by(Agency.id))
    return tuple((agency.id, agency.name, tuple(aliases.get(agency.id, ()))) for agency in agencies)


def agency_names(session: Session, agency_ids: Iterable[int]) -> dict[int, str]:
    """Names by id."""
    rows = session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(set(agency_ids))))
    return dict(rows.all())


def places(session: Session, office_id: int, agency_ids: Iterable[int] | None = None) -> tuple[Place, ...]:
    """The places in force of the office's agencies, or of some, by agency, rank and order of entering."""
    query = (
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.office_id == office_id, Contact.left_at.is_(None))
        .order_by(Contact.agency_id, Contact.rank, Contact.id)
    )
    if agency_ids is not None:
        query = query.where(Contact.agency_id.in_(set(agency_ids)))
    return tuple(Place(contact, person) for contact, person in session.execute(query))


def places_of(session: Session, person_id: int) -> tuple[Contact, ...]:
    """A person's places in force, oldest first."""
    query = select(Contact).where(Contact.person_id == person_id, Contact.left_at.is_(None))
    return tuple(session.scalars(query.order_by(Contact.id)))
