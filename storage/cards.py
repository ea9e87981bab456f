"""Cards: the living chat messages and which one a message or a press belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.people import Actor
from storage.tables import Card


def add(session: Session, office_id: int, person_id: int, kind: str, state: dict[str, Any], now: datetime) -> Card:
    """A new card, not yet shown."""
    card = Card(office_id=office_id, person_id=person_id, kind=kind, state=state, created_at=now, touched_at=now)
    session.add(card)
    session.flush()
    return card


def own(session: Session, actor: Actor, card_id: int) -> Card | None:
    """A card of this person; a card of anybody else looks the same as none."""
    return session.scalars(select(Card).where(Card.id == card_id, Card.person_id == actor.person_id)).first()


def of_message(session: Session, actor: Actor, message_id: int) -> Card | None:
    """The person's card that a chat message shows, for replies to it."""
    query = select(Card).where(Card.person_id == actor.person_id, Card.message_id == message_id)
    return session.scalars(query.order_by(Card.id.desc())).first()


def latest(session: Session, actor: Actor, kinds: Iterable[str], since: datetime) -> tuple[Card, ...]:
    """The person's cards of some kinds touched since a moment, newest touch first."""
    query = select(Card).where(Card.person_id == actor.person_id, Card.kind.in_(tuple(kinds)), Card.touched_at >= since)
    return tuple(session.scalars(query.order_by(Card.touched_at.desc(), Card.id.desc())))


def of_kind(session: Session, person_id: int, kind: str) -> tuple[Card, ...]:
    """Every card of one kind of a person, oldest first."""
    query = select(Card).where(Card.person_id == person_id, Card.kind == kind)
    return tuple(session.scalars(query.order_by(Card.id)))
