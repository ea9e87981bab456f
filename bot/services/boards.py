"""The coordinator's board: one pinned card per coordinator, drawn again whenever the figures change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.services import cards
from storage import cards as card_queries
from storage import people, plans

BACKGROUND = 3


def show(session: Session, actor: Actor, now: datetime) -> None:
    """看板: a fresh board at the end of the chat, pinned; the older one stops living."""
    plan = plans.current_plan(session, actor.office_id)
    if plan is None:
        raise DubanError("no_active_plan")
    cards.show(session, actor, "board", {"plan": plan.id}, now)


def refresh(session: Session, office_id: int, now: datetime) -> None:
    """Draw every coordinator's newest board again."""
    for person in people.holders_of(session, office_id, Role.COORDINATOR):
        boards = card_queries.of_kind(session, person.id, "board")
        if boards:
            cards.redraw(session, boards[-1], now, urgency=BACKGROUND)
