"""The plan people mean now, and whether its year still holds something to be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import ladder, settling
from storage import facts as fact_queries
from storage import readings, reminders
from storage.tables import Plan

_FAR = timedelta(days=60)


@dataclass(frozen=True)
class PlanNow:
    """The plan people mean now; `state` draft, active or closed (paused counts as active)."""

    plan_id: int
    title: str
    year: int
    state: str


def plan_meant(session: Session) -> Plan | None:
    """The newest plan that was activated, else the newest of all."""
    return session.scalars(select(Plan).order_by(Plan.activated_at.is_(None), Plan.id.desc())).first()


def plan_now(session: Session, now: datetime) -> PlanNow | None:
    """The plan meant, with its state; closed too when its year holds nothing more to be said."""
    plan = plan_meant(session)
    if plan is None:
        return None
    return PlanNow(plan.id, plan.title, plan.year, _state(session, plan, now))


def _state(session: Session, plan: Plan, now: datetime) -> str:
    if plan.activated_at is None:
        return "draft"
    return "closed" if plan.closed_at is not None or _is_over(session, plan, now) else "active"


def _is_over(session: Session, plan: Plan, now: datetime) -> bool:
    """Whether the year's last rung has been decided. Worked out only when the planner means to sleep long."""
    if plan.wake_at is None or plan.wake_at - now < _FAR or reminders.waiting(session, plan.id):
        return False
    facts = fact_queries.plan_facts(session, plan)
    return ladder.coming(facts, fact_queries.calendar_of(session, plan.office_id), now).anybody is None


def size_of(session: Session, plan: Plan) -> dict[str, Any]:
    """How much a plan holds: title, and numbers of tasks, agencies and open doubts."""
    reading = readings.from_json(plan.reading)
    return {
        "title": plan.title,
        "tasks": len(reading.tasks),
        "agencies": len(reading.agencies),
        "doubts": len(settling.open_doubts(reading)),
    }
