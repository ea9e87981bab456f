"""What the coordinator must chase: who is missing, whom to phone, what the cap held back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.facts import Reason
from bot.domain.people import choose_recipient
from bot.domain.views import ChaseLine
from storage import facts as fact_queries
from storage import people, plans
from storage.tables import Plan, Reminder, Task


def lines(
    session: Session, plan: Plan, reminder_ids: Iterable[int], now: datetime, *, name_plans: bool = False
) -> tuple[ChaseLine, ...]:
    """The rungs a coordinator's morning message carries, with the person to phone; each with its plan if asked for."""
    wanted = set(reminder_ids)
    if not wanted:
        return ()
    query = select(Reminder).where(Reminder.id.in_(wanted)).order_by(Reminder.due_on, Reminder.id)
    rows = session.scalars(query).all()
    today = now.astimezone(fact_queries.zone_of(session, plan.office_id)).date()
    agencies = {row.agency_id for row in rows}
    asked = people.recipients(session, agencies, today)
    names = people.agency_names(session, agencies)
    tasks = {task.id: task for task in session.scalars(select(Task).where(Task.id.in_({r.task_id for r in rows})))}
    titles = plan_titles(session, {row.plan_id for row in rows}) if name_plans else {}
    found = []
    for row in rows:
        task = tasks.get(row.task_id)
        person = next(iter(asked.get(row.agency_id, ())), None)
        found.append(
            ChaseLine(
                agency=names.get(row.agency_id, ""),
                agency_id=row.agency_id,
                task_id=row.task_id,
                number=task.number if task else "",
                title=task.title if task else "",
                what=row.what,
                rung=row.rung,
                due_on=row.due_on,
                contact=person.name if person else "",
                phone=person.phone if person else "",
                plan=titles.get(row.plan_id, ""),
            )
        )
    return tuple(found)


def plans_of(session: Session, reminder_ids: Iterable[int]) -> frozenset[int]:
    """The plans that some rungs belong to."""
    return frozenset(session.scalars(select(Reminder.plan_id).where(Reminder.id.in_(set(reminder_ids)))))


def plan_titles(session: Session, plan_ids: Iterable[int]) -> dict[int, str]:
    """Titles by id."""
    rows = session.execute(select(Plan.id, Plan.title).where(Plan.id.in_(set(plan_ids))))
    return dict(rows.all())


def agencies_without_receiver(session: Session, plan: Plan, today: date) -> tuple[str, ...]:
    """Agencies of the plan whose messages would reach nobody today."""
    agencies = {duty.agency_id for duty in plans.duties_of(session, plan.id)}
    asked = people.recipients(session, agencies, today)
    names = people.agency_names(session, agencies)
    return tuple(name for aid, name in sorted(names.items()) if choose_recipient(asked.get(aid, ())) is None)


def held_back(session: Session, plan: Plan) -> int:
    """How many rungs the quarterly cap held back over the year."""
    query = select(func.count()).select_from(Reminder)
    return session.scalar(query.where(Reminder.plan_id == plan.id, Reminder.reason == Reason.CAP)) or 0
