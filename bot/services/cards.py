"""Cards: showing a new one, drawing one again after a change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.people import Actor
from storage import cards, outbox
from storage.tables import Card


def show(session: Session, actor: Actor, kind: str, state: dict[str, Any], now: datetime, urgency: int = 0) -> Card:
    """Put a new card before the person."""
    card = cards.add(session, actor.office_id, actor.person_id, kind, state, now)
    _put(session, card, now, urgency)
    return card


def redraw(session: Session, card: Card, now: datetime, urgency: int = 0, **changes: Any) -> None:
    """Change a card's state and let its message be edited in place."""
    card.state = {**card.state, **changes}
    card.rev += 1
    card.touched_at = now
    _put(session, card, now, urgency)


def show_again(session: Session, card: Card, now: datetime) -> None:
    """Draw a card as it stands, for a press on a stale button."""
    redraw(session, card, now)


def seen(card: Card, chat_id: int, message_id: int, is_photo: bool) -> None:
    """A press shows where a card stands when its sender died before writing that down: its message did arrive."""
    if card.message_id is None:
        card.chat_id, card.message_id, card.is_photo = chat_id, message_id, is_photo


def notice(session: Session, actor: Actor, code: str, now: datetime, key: str, **params: object) -> None:
    """Tell the person one sentence. `key` makes it unique: asking twice is normal."""
    payload = {"code": code, "params": {name: _plain(value) for name, value in params.items()}}
    outbox.put(
        session,
        key=f"notice:{actor.person_id}:{key}",
        kind="notice",
        payload=payload,
        now=now,
        office_id=actor.office_id,
        person_id=actor.person_id,
    )


def menu(session: Session, actor: Actor, code: str, now: datetime, key: str) -> None:
    """One notice that also lays out the person's fixed keyboard."""
    outbox.put(
        session,
        key=f"menu:{actor.person_id}:{key}",
        kind="notice",
        payload={"code": code, "params": {"name": actor.name}, "menu": True},
        now=now,
        office_id=actor.office_id,
        person_id=actor.person_id,
    )


def _put(session: Session, card: Card, now: datetime, urgency: int) -> None:
    outbox.put(
        session,
        key=f"card:{card.id}:{card.rev}",
        kind="card",
        payload={"rev": card.rev},
        now=now,
        office_id=card.office_id,
        person_id=card.person_id,
        chat_id=card.chat_id,
        card_id=card.id,
        urgency=urgency,
        resend=True,
    )


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
