"""Plans, tasks and duties: a new plan, and asking for what an actor may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.domain.people import Actor
from bot.domain.reading import PlanReading, Remark
from storage import planversions
from storage.tables import Duty, Milestone, Plan, Target, Task


def add(
    session: Session, office_id: int, reading: PlanReading, document: tuple[str, bytes | str], by: str, now: datetime
) -> Plan:
    """Store a reading as a plan that is not yet active, with its first version.

    `document` is name and bytes, or the bytes' sha256.
    """
    name, data = document
    plan = Plan(
        office_id=office_id,
        title=name.rsplit(".", 1)[0],
        year=now.year,
        document_name=name[:255],
        document_sha256=data if isinstance(data, str) else hashlib.sha256(data).hexdigest(),
        reading={},
        policy={},
        created_at=now,
    )
    session.add(plan)
    session.flush()
    planversions.add(session, plan, reading, Remark(planversions.IMPORTED, {"name": name}), by, now)
    return plan


def awake(session: Session, now: datetime) -> tuple[Plan, ...]:
    """Active plans whose planner may have something to say by now."""
    query = select(Plan).where(
        Plan.activated_at.is_not(None), Plan.closed_at.is_(None), or_(Plan.wake_at.is_(None), Plan.wake_at <= now)
    )
    return tuple(session.scalars(query.order_by(Plan.id)))


def next_wake(session: Session) -> datetime | None:
    """When the earliest sleeping plan wakes, for clocks that jump."""
    query = select(Plan.wake_at).where(Plan.activated_at.is_not(None), Plan.closed_at.is_(None))
    return min((wake for wake in session.scalars(query) if wake is not None), default=None)


def current_plan(session: Session, office_id: int) -> Plan | None:
    """The plan people mean when they name none: the newest active one."""
    return next(iter(active_plans(session, office_id)), None)


def active_plans(session: Session, office_id: int) -> tuple[Plan, ...]:
    """Every active plan, the newest first."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.activated_at.is_not(None), Plan.closed_at.is_(None))
    return tuple(session.scalars(query.order_by(Plan.activated_at.desc(), Plan.id.desc())))


def plan_for(session: Session, actor: Actor, plan_id: int) -> Plan | None:
    """A plan of the actor's office; None looks the same as a plan that does not exist."""
    return session.scalars(select(Plan).where(Plan.id == plan_id, Plan.office_id == actor.office_id)).first()


def may_see_task(actor: Actor) -> ColumnElement[bool]:
    """The SQL filter of tasks an actor may see: the whole office's, or those the own agencies take part in."""
    in_office = Task.office_id == actor.office_id
    if actor.sees_whole_plan:
        return in_office
    own = select(Duty.task_id).where(Duty.agency_id.in_(actor.agency_ids), Duty.ended_at.is_(None))
    return in_office & Task.id.in_(own)


def visible_tasks(session: Session, actor: Actor, plan_id: int) -> tuple[Task, ...]:
    """The tasks the plan names now and the actor may see, in the plan's order."""
    named = (Task.plan_id == plan_id) & Task.removed_at.is_(None)
    query = select(Task).where(named, may_see_task(actor)).order_by(Task.position)
    return tuple(session.scalars(query))


def visible_task(session: Session, actor: Actor, task_id: int) -> Task | None:
    """One task the actor may see."""
    return session.scalars(select(Task).where(Task.id == task_id, may_see_task(actor))).first()


def duties_of(session: Session, plan_id: int) -> tuple[Duty, ...]:
    """Every duty in force of a plan, in the order of the text."""
    query = select(Duty).join(Task, Task.id == Duty.task_id)
    return tuple(session.scalars(query.where(Task.plan_id == plan_id, Duty.ended_at.is_(None)).order_by(Duty.id)))


def agency_ids(session: Session, plan_id: int) -> frozenset[int]:
    """The agencies that have, or had, a duty in a plan: what still waits for one that left is decided too."""
    query = select(Duty.agency_id).join(Task, Task.id == Duty.task_id).where(Task.plan_id == plan_id)
    return frozenset(session.scalars(query.distinct()))


def milestones_of(session: Session, task_ids: Iterable[int]) -> tuple[Milestone, ...]:
    """Deadlines in force of tasks, dated and recurring."""
    query = select(Milestone).where(Milestone.task_id.in_(set(task_ids)), Milestone.removed_at.is_(None))
    return tuple(session.scalars(query.order_by(Milestone.id)))


def targets_of(session: Session, task_ids: Iterable[int]) -> tuple[Target, ...]:
    """Targets in force of tasks."""
    query = select(Target).where(Target.task_id.in_(set(task_ids)), Target.removed_at.is_(None))
    return tuple(session.scalars(query.order_by(Target.id)))
