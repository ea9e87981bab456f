"""The office's calendar as it is kept: days set by hand, holiday notices by year; changing it wakes the plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.workdays import Calendar
from storage.tables import CalendarNotice, CalendarOverride, Milestone, Plan, Task

_KEPT = "calendars"


def calendar_of(session: Session, office_id: int) -> Calendar:
    """The office's working-day calendar: its overrides, its notices, below them what the library knows.

    Read once in a unit of work, which asks for it again and again.
    """
    kept: dict[int, Calendar] = session.info.setdefault(_KEPT, {})
    if office_id not in kept:
        kept[office_id] = _read(session, office_id)
    return kept[office_id]


def _read(session: Session, office_id: int) -> Calendar:
    notices = session.scalars(select(CalendarNotice).where(CalendarNotice.office_id == office_id))
    return Calendar(overrides_of(session, office_id), {row.year: _as_days(row.days) for row in notices})


def overrides_of(session: Session, office_id: int) -> dict[date, bool]:
    """The days the office set by hand, and whether they are worked."""
    rows = session.scalars(select(CalendarOverride).where(CalendarOverride.office_id == office_id))
    return {row.day_on: row.is_workday for row in rows}


def notice_of(session: Session, office_id: int, year: int) -> CalendarNotice | None:
    """The year's notice as it was entered."""
    return session.get(CalendarNotice, (office_id, year))


def set_day(session: Session, office_id: int, day: date, worked: bool | None, note: str) -> None:
    """Set a day by hand; None takes the setting back. `note` says who did it."""
    session.execute(
        delete(CalendarOverride).where(CalendarOverride.office_id == office_id, CalendarOverride.day_on == day)
    )
    if worked is not None:
        session.add(CalendarOverride(office_id=office_id, day_on=day, is_workday=worked, note=note))
    replan(session, office_id)


def keep_notice(
    session: Session, office_id: int, year: int, days: Mapping[date, bool], words: str, by: str, now: datetime
) -> None:
    """Make this the year's notice, in place of an earlier one; what was set by hand stays."""
    forget_notice(session, office_id, year)
    kept = {day.isoformat(): worked for day, worked in sorted(days.items())}
    session.add(CalendarNotice(office_id=office_id, year=year, days=kept, words=words, by=by, imported_at=now))
    replan(session, office_id)


def forget_notice(session: Session, office_id: int, year: int) -> None:
    """Take a year's notice away."""
    row = notice_of(session, office_id, year)
    if row is not None:
        session.delete(row)
        session.flush()
    replan(session, office_id)


def replan(session: Session, office_id: int) -> None:
    """Let the planner look anew at what every plan in force owes."""
    session.info.pop(_KEPT, None)
    for plan in active_plans(session, office_id):
        plan.wake_at, plan.decided_to_at = None, None
    session.flush()


def active_plans(session: Session, office_id: int) -> list[Plan]:
    """The plans that remind, oldest first."""
    query = select(Plan).where(Plan.office_id == office_id, Plan.activated_at.is_not(None), Plan.closed_at.is_(None))
    return list(session.scalars(query.order_by(Plan.id)))


def milestone_days(session: Session, plan_id: int) -> list[date]:
    """The dated points of a plan's open tasks, each day once, in order."""
    query = (
        select(Milestone.day_on)
        .join(Task, Task.id == Milestone.task_id)
        .where(Task.plan_id == plan_id, Milestone.day_on.is_not(None), Milestone.removed_at.is_(None))
        .where(Task.closed_at.is_(None), Task.removed_at.is_(None))
        .distinct()
    )
    return sorted(day for day in session.scalars(query) if day is not None)


def _as_days(kept: Mapping[str, bool]) -> dict[date, bool]:
    return {date.fromisoformat(day): worked for day, worked in kept.items()}
