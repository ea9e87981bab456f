"""Makes a plan's rows say what its reading says, with the fewest changes; nothing that was in force is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.model import DutyRole
from bot.domain.reading import DeadlineReading, DutyReading, PlanReading, TargetReading, TaskReading
from storage import agencyrows
from storage.tables import Duty, Milestone, Plan, Section, Target, Task

OfTask = TypeVar("OfTask", Duty, Milestone, Target)
Removable = TypeVar("Removable", Milestone, Target)


def bring(session: Session, plan: Plan, reading: PlanReading, now: datetime) -> None:
    """Make section, task, duty, milestone and target rows equal to `reading`; tasks are matched by their key.

    Before 启用 rows that fall away are deleted. After it duties are ended, tasks, time limits and targets marked
    removed; what is given again comes back, duties and days beginning anew at `now`. 销号 and pauses stay.
    """
    plan.title, plan.year = reading.title or plan.title, reading.year or plan.year
    agencies = agencyrows.bring(session, plan, reading)
    kept = {task.key for task in reading.tasks}
    _drop_tasks(session, plan, [row for row in _tasks(session, plan) if row.key not in kept], now)
    tasks = _bring_tasks(session, plan, reading.tasks)
    duties, milestones = _grouped(session, plan, Duty), _grouped(session, plan, Milestone)
    targets = _grouped(session, plan, Target)
    for task in reading.tasks:
        row = tasks[task.key]
        _bring_duties(session, plan, duties.get(row.id, []), _duties(row.id, task.duties, agencies), now)
        _bring_milestones(
            session, plan, milestones.get(row.id, []), [_milestone(row.id, d) for d in task.deadlines], now
        )
        _replace(session, plan, targets.get(row.id, []), [_target(plan.id, row.id, t) for t in task.targets], now)
    goals = session.scalars(select(Target).where(Target.plan_id == plan.id, Target.task_id.is_(None))).all()
    _replace(session, plan, goals, [_target(plan.id, None, t) for t in reading.targets], now)
    session.flush()
    _sweep(session, plan)


def _tasks(session: Session, plan: Plan) -> Sequence[Task]:
    return session.scalars(select(Task).where(Task.plan_id == plan.id)).all()


def _grouped(session: Session, plan: Plan, table: type[OfTask]) -> dict[int, list[OfTask]]:
    """The plan's rows of a table by task, oldest first."""
    query = select(table).join(Task, Task.id == table.task_id).where(Task.plan_id == plan.id).order_by(table.id)
    found: dict[int, list[OfTask]] = {}
    for row in session.scalars(query):
        found.setdefault(row.task_id or 0, []).append(row)
    return found


def _drop_tasks(session: Session, plan: Plan, fallen: Sequence[Task], now: datetime) -> None:
    ids = [task.id for task in fallen]
    if plan.activated_at is None:
        for table in (Duty, Milestone, Target):
            session.execute(delete(table).where(table.task_id.in_(ids)))
        session.execute(delete(Task).where(Task.id.in_(ids)))
        return
    for task in fallen:
        task.removed_at = task.removed_at or now
    for duty in session.scalars(select(Duty).where(Duty.task_id.in_(ids), Duty.ended_at.is_(None))):
        duty.ended_at = now


def _bring_tasks(session: Session, plan: Plan, readings: Sequence[TaskReading]) -> dict[str, Task]:
    """The rows of the reading's tasks by key, made where there are none, a removed one in force again."""
    sections = _bring_sections(session, plan, readings)
    rows = {row.key: row for row in _tasks(session, plan)}
    for position, reading in enumerate(readings):
        row = rows.get(reading.key)
        if row is None:
            row = rows[reading.key] = Task(office_id=plan.office_id, plan_id=plan.id, key=reading.key)
            session.add(row)
        row.number, row.title, row.body, row.position = reading.number, reading.title, reading.body, position
        row.section_id = sections.get((reading.section_number, reading.section))
        row.removed_at = None
    session.flush()
    return rows


def _bring_sections(session: Session, plan: Plan, tasks: Iterable[TaskReading]) -> dict[tuple[str, str], int]:
    """Ids of the sections by number and title, in the order of their first task."""
    wanted = dict.fromkeys((task.section_number, task.section) for task in tasks)
    query = select(Section).where(Section.plan_id == plan.id).order_by(Section.id)
    rows = {(row.number, row.title): row for row in session.scalars(query)}
    for position, key in enumerate(key for key in wanted if any(key)):
        if key not in rows:
            rows[key] = Section(plan_id=plan.id, number=key[0], title=key[1])
            session.add(rows[key])
        rows[key].position = position
    session.flush()
    return {key: row.id for key, row in rows.items()}


def _duties(task_id: int, duties: Iterable[DutyReading], agencies: Mapping[str, int]) -> list[Duty]:
    """One duty for each agency; one named twice in a task has the role named first."""
    roles: dict[str, DutyRole] = {}
    for duty in duties:
        roles.setdefault(duty.agency, duty.role)
    return [Duty(task_id=task_id, agency_id=agencies[name], role=role) for name, role in roles.items()]


def _bring_duties(session: Session, plan: Plan, rows: Sequence[Duty], made: Sequence[Duty], now: datetime) -> None:
    held = {row.agency_id: row for row in rows}
    begun_at = now if plan.activated_at is not None else None
    for new in made:
        row = held.pop(new.agency_id, None)
        if row is None:
            new.begun_at = begun_at
            session.add(new)
        else:
            _renew(row, DutyRole(new.role), begun_at)
    for row in held.values():
        if plan.activated_at is None:
            session.delete(row)
        else:
            row.ended_at = row.ended_at or now


def _renew(row: Duty, role: DutyRole, begun_at: datetime | None) -> None:
    """A duty given again begins anew; one that took part and is now to report owes only what falls due from now."""
    if row.ended_at is not None:
        row.ended_at, row.signed_at, row.disputed_at, row.begun_at = None, None, None, begun_at
    elif role.owes_reports and not DutyRole(row.role).owes_reports:
        row.begun_at = begun_at
    row.role = role


def _bring_milestones(
    session: Session, plan: Plan, rows: Sequence[Milestone], made: Sequence[Milestone], now: datetime
) -> None:
    """A day in force stays so since it was first named, whatever words name it now; others begin at `now`."""
    begun = {row.day_on: row.begun_at for row in rows if row.removed_at is None}
    _replace(session, plan, rows, made, now)
    for row in (row for row in (*rows, *made) if row.removed_at is None):
        row.begun_at = begun.get(row.day_on, now if plan.activated_at is not None else None)


def _milestone(task_id: int, deadline: DeadlineReading) -> Milestone:
    cadence = str(deadline.cadence) if deadline.cadence else None
    return Milestone(
        task_id=task_id, day_on=deadline.on, cadence=cadence, words=deadline.text, assumed=deadline.assumed
    )


def _target(plan_id: int, task_id: int | None, target: TargetReading) -> Target:
    return Target(
        plan_id=plan_id, task_id=task_id, words=target.text, op=target.op, value=target.value, unit=target.unit
    )


def _replace(session: Session, plan: Plan, rows: Sequence[Removable], made: Sequence[Removable], now: datetime) -> None:
    """Rows that say the same stay (those in force first), the others fall away, new ones are added."""
    free = sorted(rows, key=lambda row: (row.removed_at is not None, row.id))
    for new in made:
        same = next((row for row in free if _said(row) == _said(new)), None)
        if same is None:
            session.add(new)
        else:
            free.remove(same)
            same.removed_at = None
    for row in free:
        if plan.activated_at is None:
            session.delete(row)
        else:
            row.removed_at = row.removed_at or now


def _said(row: Milestone | Target) -> tuple[object, ...]:
    if isinstance(row, Milestone):
        return (row.day_on, row.cadence, row.words, row.assumed)
    return (row.words, row.op, row.value, row.unit)


def _sweep(session: Session, plan: Plan) -> None:
    """Sections no task stands in any more, and agencies nobody names or speaks for."""
    used = select(Task.section_id).where(Task.plan_id == plan.id, Task.section_id.is_not(None))
    session.execute(delete(Section).where(Section.plan_id == plan.id, Section.id.not_in(used)))
    agencyrows.sweep(session, plan.office_id)
