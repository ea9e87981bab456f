"""The documents a plan was made of: what its newest one said, in the plan's keys, to compare the next one with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.reading import PlanReading, Remark, TaskReading
from storage import planversions
from storage.tables import Plan, PlanVersion

DOCUMENT = "document_read"


def keep(session: Session, plan: Plan, document: PlanReading, name: str, by: str, now: datetime) -> None:
    """Put a revised document's reading into the plan's history; the plan itself says what it said before."""
    planversions.keep(session, plan, document, Remark(DOCUMENT, {"name": name}), by, now)


def document_of(session: Session, plan: Plan) -> PlanReading:
    """What the plan's newest document said, before anybody edited it."""
    return planversions.reading_at(session, plan.id, _documents(session, plan)[-1])


def former_tasks(session: Session, plan: Plan) -> tuple[TaskReading, ...]:
    """Every task of the plan's earlier documents, the newest wording of each."""
    found: dict[str, TaskReading] = {}
    for version in _documents(session, plan)[:-1]:
        reading = planversions.reading_at(session, plan.id, version)
        found |= {task.key: task for task in reading.tasks}
    return tuple(found.values())


def _documents(session: Session, plan: Plan) -> list[int]:
    """The versions that are documents as read, oldest first; the first is the one imported."""
    query = select(PlanVersion.version, PlanVersion.what).where(PlanVersion.plan_id == plan.id)
    found = session.execute(query.order_by(PlanVersion.version))
    return [1, *(version for version, what in found if what["code"] == DOCUMENT)]
