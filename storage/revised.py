"""The documents a plan was made of: what its newest one said, in the plan's keys, to compare the next one with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.reading import PlanReading, Remark
from storage import planversions, readings
from storage.tables import Plan, PlanVersion

DOCUMENT = "document_read"


def keep(session: Session, plan: Plan, document: PlanReading, name: str, by: str, now: datetime) -> None:
    """Put a revised document's reading into the plan's history; the plan itself says what it said before."""
    standing = planversions.newest(session, plan.id)
    session.add(
        PlanVersion(
            plan_id=plan.id,
            version=standing.version + 1 if standing else 1,
            at=now,
            by=by,
            what=readings.remark_to_json(Remark(DOCUMENT, {"name": name})),
            reading=readings.to_json(document),
            restores=(standing.restores or standing.version) if standing else None,
        )
    )
    session.flush()


def document_of(session: Session, plan: Plan) -> PlanReading:
    """What the plan's newest document said, before anybody edited it."""
    query = select(PlanVersion.version, PlanVersion.what).where(PlanVersion.plan_id == plan.id)
    kept = [version for version, what in session.execute(query) if what["code"] == DOCUMENT]
    return readings.from_json(planversions.one(session, plan.id, max(kept, default=1)).reading)
