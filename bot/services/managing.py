"""管理: the coordinator's menu of rare levers, and which service opens each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.manageviews import ManageView
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.services import behalf, calendars, cards, groups, levers, peoplecard, policycard, previews, whycard
from storage.tables import Card

KIND = "manage"
Opening = Callable[[Session, Actor, datetime], object]
PARTS: Mapping[str, Opening] = {
    "levers": levers.show,
    "policy": policycard.show,
    "calendar": calendars.show,
    "groups": groups.show,
    "people": peoplecard.show,
    "preview": previews.show,
    "why": whycard.show,
    "behalf": behalf.show,
}


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """The menu as a card."""
    return cards.show(session, actor, KIND, {}, now)


def press(session: Session, actor: Actor, name: str, now: datetime) -> None:
    """Open one part as a card of its own."""
    if name not in PARTS:
        raise DubanError("button_unknown")
    PARTS[name](session, actor, now)


def manage_view(session: Session, card: Card, actor: Actor, now: datetime) -> ManageView:
    """The menu."""
    return ManageView(card.id, card.rev, tuple(PARTS))
