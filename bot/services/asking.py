"""Cards that wait for a person's typed words: which one a message answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.people import Actor
from storage import cards
from storage.tables import Card

FRESH_FOR = timedelta(minutes=30)
# Cards that take a person's next words without being asked to: bare words go to the newest of them.
_SPEAKING = ("roster", "plan", "dues", "words", "board", "review", "summary", "revision")


@dataclass(frozen=True)
class Listener:
    """How one kind of card takes words: the act of `handlers.access` it needs, whether the card listens now, and what
    it does with them (session, actor, card, text, now, key; `key` makes a notice of it unique).

    A card that always listens, unasked, takes bare words only while it is the newest (`newest_only`).
    """

    act: str
    listens: Callable[[Card], bool]
    take: Callable[[Session, Actor, Card, str, datetime, str], None]
    newest_only: bool = False


def waiting(
    session: Session, actor: Actor, reply_to: int | None, now: datetime, listeners: Mapping[str, Listener]
) -> Card | None:
    """The card that waits for the person's words: the one replied to, else the newest fresh one that listens.

    Of each kind only the newest card may.
    """
    if reply_to is not None:
        card = cards.of_message(session, actor, reply_to)
        return card if card is not None and _listens(card, listeners) else None
    fresh = cards.latest(session, actor, {*listeners, *_SPEAKING}, now - FRESH_FOR)
    seen: set[str] = set()
    for place, card in enumerate(fresh):
        newest_of_kind = card.kind not in seen
        seen.add(card.kind)
        if newest_of_kind and _listens(card, listeners) and (place == 0 or not listeners[card.kind].newest_only):
            return card
    return None


def _listens(card: Card, listeners: Mapping[str, Listener]) -> bool:
    return card.kind in listeners and listeners[card.kind].listens(card)
