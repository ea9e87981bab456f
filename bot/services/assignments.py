"""The assignment on a card: signed for (签收), or disputed as not the agency's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.services import cards, requests, trail
from storage.tables import Card, Duty, Plan, Task


def sign(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """签收: the agency has received its tasks."""
    duties = _assigned_duties(session, actor, card)
    if not duties:
        raise DubanError("card_moved_on")
    for duty in duties:
        duty.signed_at = duty.signed_at or now
    trail.record(
        session, actor, "assignment_signed", f"plan:{card.state['plan']}", {"duties": [duty.id for duty in duties]}, now
    )
    cards.redraw(session, card, now)


def dispute_assignment(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """不是我单位的, on the assignment: to the coordinator, with trail; nothing is taken away by itself."""
    duties = _assigned_duties(session, actor, card)
    if not duties:
        raise DubanError("card_moved_on")
    for duty in duties:
        duty.disputed_at = duty.disputed_at or now
    for plan_id, agency_id in _given(actor, card):
        plan = session.get_one(Plan, plan_id)
        requests.raise_request(session, actor, "decline", plan, None, agency_id, "", now)
    cards.redraw(session, card, now)


def _assigned_duties(session: Session, actor: Actor, card: Card) -> tuple[Duty, ...]:
    given = tuple_(Task.plan_id, Duty.agency_id).in_(_given(actor, card))
    query = select(Duty).join(Task, Task.id == Duty.task_id).where(given, Duty.ended_at.is_(None))
    return tuple(session.scalars(query.order_by(Duty.id)))


def _given(actor: Actor, card: Card) -> list[tuple[int, int]]:
    """The (plan, agency) pairs whose tasks the card hands over, of the agencies the actor still speaks for."""
    given = [(given["plan"], given["agency"]) for given in card.state.get("assignment", [])]
    return [pair for pair in given if pair[1] in actor.agency_ids]
