"""The history of a plan's reading: every change is a new version, an undo too; nothing is ever taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.reading import PlanReading, Remark
from storage import deltas, planrows, readings
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
    version = _write(session, plan, reading, what, by, now, restores)
    plan.reading = readings.to_json(reading)
    planrows.bring(session, plan, reading, now)
    return version


def keep(session: Session, plan: Plan, document: PlanReading, what: Remark, by: str, now: datetime) -> None:
    """Put another reading into the history; the plan itself goes on saying what it said before."""
    standing = newest(session, plan.id)
    restores = (standing.restores or standing.version) if standing else None
    _write(session, plan, document, what, by, now, restores).aside = True
    session.flush()


def _write(
    session: Session, plan: Plan, reading: PlanReading, what: Remark, by: str, now: datetime, restores: int | None
) -> PlanVersion:
    """A version as it is kept: by what it has otherwise than what the plan says now."""
    version = PlanVersion(
        plan_id=plan.id,
        version=number_of(session, plan.id) + 1,
        at=now,
        by=by,
        what=readings.remark_to_json(what),
        delta=deltas.difference(plan.reading, readings.to_json(reading)),
        aside=False,
        restores=restores,
    )
    session.add(version)
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


def reading_at(session: Session, plan_id: int, version: int) -> PlanReading:
    """What a version said."""
    query = select(PlanVersion.delta, PlanVersion.aside)
    query = query.where(PlanVersion.plan_id == plan_id, PlanVersion.version <= version).order_by(PlanVersion.version)
    standing: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for delta, aside in session.execute(query):
        found = deltas.applied(standing, delta)
        standing = standing if aside else found
    return readings.from_json(found)


def undoable(session: Session, plan_id: int) -> tuple[Remark, int] | None:
    """The change an undo takes back and the version it goes back to; None when nothing was changed.

    An undone change is passed over: what counts is the version an undo restored.
    """
    query = select(PlanVersion.version, PlanVersion.restores).where(PlanVersion.plan_id == plan_id)
    restored = {version: restores or version for version, restores in session.execute(query)}
    last = restored[max(restored)] if restored else 1
    return (dict(changes(session, plan_id))[last], restored[last - 1]) if last > 1 else None
