"""The history of a plan's reading: every change is a new version, an undo too; nothing is ever taken away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.reading import PlanReading, Remark
from storage import planrows, readings
from storage.tables import Plan, PlanVersion

IMPORTED = "imported"


def add(
    session: Session,
    plan: Plan,
    reading: PlanReading,
    what: Remark,
    by: str,
    now: datetime,
    restores: int | None = None,
) -> PlanVersion:
    """Make `reading` what the plan says: a new version, and the rows brought to it."""
    version = PlanVersion(
        plan_id=plan.id,
        version=number_of(session, plan.id) + 1,
        at=now,
        by=by,
        what=readings.remark_to_json(what),
        reading=readings.to_json(reading),
        restores=restores,
    )
    session.add(version)
    plan.reading = version.reading
    planrows.bring(session, plan, reading, now)
    return version


def number_of(session: Session, plan_id: int) -> int:
    """The number of the version in force; 0 while the plan is being made."""
    return session.scalar(select(func.max(PlanVersion.version)).where(PlanVersion.plan_id == plan_id)) or 0


def newest(session: Session, plan_id: int) -> PlanVersion | None:
    """The version in force; None only while a plan is being made."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id)
    return session.scalars(query.order_by(PlanVersion.version.desc())).first()


def changes(session: Session, plan_id: int) -> tuple[tuple[int, Remark], ...]:
    """What made each version, oldest first, without the readings."""
    query = select(PlanVersion.version, PlanVersion.what).where(PlanVersion.plan_id == plan_id)
    rows = session.execute(query.order_by(PlanVersion.version)).all()
    return tuple((version, readings.remark_from_json(what)) for version, what in rows)


def one(session: Session, plan_id: int, version: int) -> PlanVersion:
    """A version by its number."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan_id, PlanVersion.version == version)
    return session.scalars(query).one()


def undoable(session: Session, plan_id: int) -> tuple[Remark, int] | None:
    """The change an undo takes back and the version it goes back to; None when nothing was changed.

    An undone change is passed over: what counts is the version an undo restored.
    """
    query = select(PlanVersion.version, PlanVersion.restores).where(PlanVersion.plan_id == plan_id)
    restored = {version: restores or version for version, restores in session.execute(query)}
    last = restored[max(restored)] if restored else 1
    return (dict(changes(session, plan_id))[last], restored[last - 1]) if last > 1 else None
