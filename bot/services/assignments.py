"""The assignment on a card: signed for (签收), or disputed as not the agency's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.services import cards, handover, requests, trail
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
    given = _given(actor, card)
    pairs = tuple_(Task.plan_id, Duty.agency_id).in_(given)
    query = select(Duty, Plan).join(Task, Task.id == Duty.task_id).join(Plan, Plan.id == Task.plan_id)
    found = session.execute(query.where(pairs, Duty.ended_at.is_(None)).order_by(Duty.id))
    return tuple(
        duty
        for duty, plan in found
        if any(handover.belongs(plan, turn, duty.begun_at) for turn in given[plan.id, duty.agency_id])
    )


def _given(actor: Actor, card: Card) -> dict[tuple[int, int], list[int]]:
    """The rounds of the assignments a card hands over, by plan and agency the actor still speaks for."""
    found: dict[tuple[int, int], list[int]] = {}
    for given in card.state.get("assignment", []):
        if given["agency"] in actor.agency_ids:
            found.setdefault((given["plan"], given["agency"]), []).append(given.get("round", 0))
    return found
