"""Looking up a person's own card for a press or a reply."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.domain.people import Actor
from storage import cards
from storage.tables import Card

__all__ = ["Card", "own"]


def own(session: Session, actor: Actor, card_id: int) -> Card | None:
    """The card if it is this person's; somebody else's looks like none."""
    return cards.own(session, actor, card_id)
