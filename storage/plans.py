"""Plans, tasks and duties: saving a reading and asking for what an actor may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.domain.model import Cadence
from bot.domain.people import Actor
from bot.domain.reading import DutyReading, PlanReading, TargetReading, TaskReading
from storage.tables import Agency, Doubt, Duty, Milestone, Plan, Section, Target, Task


def save_reading(
    session: Session, office_id: int, reading: PlanReading, document: tuple[str, bytes, dict[str, Any]], now: datetime
) -> Plan:
    """Store a reading as a plan that is not yet active. `document` is name, bytes and the reading as JSON."""
    name, data, as_json = document
    plan = Plan(
        office_id=office_id,
        title=reading.title or name.rsplit(".", 1)[0],
        year=reading.year or now.year,
        document_name=name[:255],
        document_sha256=hashlib.sha256(data).hexdigest(),
        reading=as_json,
        policy={},
        created_at=now,
    )
    session.add(plan)
    session.flush()
    agencies = ensure_agencies(session, office_id, reading.agencies)
    sections = _save_sections(session, plan, reading.tasks)
    for position, task in enumerate(reading.tasks):
        _save_task(session, plan, task, position, sections, agencies)
    session.add_all(_target(plan.id, None, target) for target in reading.targets)
    for position, doubt in enumerate(reading.doubts):
        session.add(
            Doubt(
                plan_id=plan.id,
                position=position,
                code=doubt.code,
                task_number=doubt.task_number,
                question=doubt.question,
                sentence=doubt.sentence,
                options=list(doubt.options),
            )
        )
    session.flush()
    return plan


def ensure_agencies(session: Session, office_id: int, names: Iterable[str]) -> dict[str, int]:
    """Ids of the named agencies, created where the office does not know them yet."""
    known = {agency.name: agency.id for agency in session.scalars(select(Agency).where(Agency.office_id == office_id))}
    for name in names:
        if name not in known:
            agency = Agency(office_id=office_id, name=name, is_collective=name.startswith("各"))
            session.add(agency)
            session.flush()
            known[name] = agency.id
    return known


def _save_sections(session: Session, plan: Plan, tasks: Iterable[TaskReading]) -> dict[tuple[str, str], int]:
    saved: dict[tuple[str, str], int] = {}
    for task in tasks:
        key = (task.section_number, task.section)
        if any(key) and key not in saved:
            section = Section(plan_id=plan.id, number=key[0], title=key[1], position=len(saved))
            session.add(section)
            session.flush()
            saved[key] = section.id
    return saved


def _save_task(
    session: Session,
    plan: Plan,
    reading: TaskReading,
    position: int,
    sections: dict[tuple[str, str], int],
    agencies: dict[str, int],
) -> None:
    task = Task(
        office_id=plan.office_id,
        plan_id=plan.id,
        section_id=sections.get((reading.section_number, reading.section)),
        number=reading.number,
        title=reading.title,
        body=reading.body,
        position=position,
    )
    session.add(task)
    session.flush()
    first_named: dict[str, DutyReading] = {}
    for duty in reading.duties:
        first_named.setdefault(duty.agency, duty)
    for duty in first_named.values():
        session.add(Duty(task_id=task.id, agency_id=agencies[duty.agency], role=duty.role))
    for deadline in reading.deadlines:
        cadence = str(deadline.cadence) if deadline.cadence else None
        session.add(
            Milestone(
                task_id=task.id,
                day_on=deadline.on,
                cadence=cadence,
                words=deadline.text,
                assumed=deadline.assumed,
            )
        )
    session.add_all(_target(plan.id, task.id, target) for target in reading.targets)


def _target(plan_id: int, task_id: int | None, target: TargetReading) -> Target:
    return Target(
        plan_id=plan_id, task_id=task_id, words=target.text, op=target.op, value=target.value, unit=target.unit
    )


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
    """The plan's tasks the actor may see, in the plan's order."""
    query = select(Task).where(Task.plan_id == plan_id, may_see_task(actor)).order_by(Task.position)
    return tuple(session.scalars(query))


def visible_task(session: Session, actor: Actor, task_id: int) -> Task | None:
    """One task the actor may see."""
    return session.scalars(select(Task).where(Task.id == task_id, may_see_task(actor))).first()


def duties_of(session: Session, plan_id: int) -> tuple[Duty, ...]:
    """Every duty in force of a plan, in the order of the text."""
    query = select(Duty).join(Task, Task.id == Duty.task_id)
    return tuple(session.scalars(query.where(Task.plan_id == plan_id, Duty.ended_at.is_(None)).order_by(Duty.id)))


def milestones_of(session: Session, task_ids: Iterable[int]) -> tuple[Milestone, ...]:
    """Deadlines of tasks, dated and recurring."""
    query = select(Milestone).where(Milestone.task_id.in_(set(task_ids))).order_by(Milestone.id)
    return tuple(session.scalars(query))


def targets_of(session: Session, task_ids: Iterable[int]) -> tuple[Target, ...]:
    """Targets of tasks."""
    return tuple(session.scalars(select(Target).where(Target.task_id.in_(set(task_ids))).order_by(Target.id)))


def is_recurring(milestone: Milestone) -> bool:
    """Whether a deadline comes round by itself, as 每季度."""
    return milestone.cadence is not None and Cadence(milestone.cadence) is not Cadence.ONGOING
