"""Agencies with duties that nobody can be asked for yet, as a list to work through."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import Position
from bot.domain.people import Actor
from bot.domain.rosterviews import MissingAgency, MissingView
from bot.services import cards
from storage import people, plans
from storage.tables import Card, Contact, Person, Plan

KIND = "missing"


def missing_agencies(session: Session, office_id: int) -> tuple[MissingAgency, ...]:
    """Agencies with a duty in an open plan whose contacts and deputies are none, or have all yet to enter."""
    names = people.agency_names(session, _holders(session, office_id))
    rows = session.execute(
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.agency_id.in_(names), Contact.left_at.is_(None))
        .order_by(Contact.id)
    )
    staff: dict[int, list[tuple[Contact, Person]]] = {agency_id: [] for agency_id in names}
    for contact, person in rows:
        staff[contact.agency_id].append((contact, person))
    found = (_missing(names[agency_id], staff[agency_id]) for agency_id in sorted(names))
    return tuple(one for one in found if one is not None)


def _holders(session: Session, office_id: int) -> set[int]:
    open_plans = session.scalars(select(Plan.id).where(Plan.office_id == office_id, Plan.closed_at.is_(None)))
    return {duty.agency_id for plan_id in open_plans for duty in plans.duties_of(session, plan_id)}


def _missing(agency: str, staff: list[tuple[Contact, Person]]) -> MissingAgency | None:
    asked = [person for contact, person in staff if contact.position != Position.HEAD]
    if any(person.chat_id is not None for person in asked):
        return None
    told = asked or [person for _, person in staff]
    return MissingAgency(agency, bool(asked), tuple((person.name, person.phone) for person in told))


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """The list as a card."""
    return cards.show(session, actor, KIND, {"page": 0}, now)


def turn(session: Session, card: Card, page: int, now: datetime) -> None:
    """Another page, as things stand now."""
    cards.redraw(session, card, now, page=max(page, 0))


def missing_view(session: Session, card: Card, actor: Actor, now: datetime) -> MissingView:
    """The list at this moment."""
    return MissingView(card.id, card.rev, missing_agencies(session, actor.office_id), card.state["page"])
