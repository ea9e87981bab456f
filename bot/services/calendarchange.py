"""The office's calendar as values, and its changes: what one would move, a notice kept, a day set, each on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import notices, periods
from bot.domain.calendarviews import Changes, MovedDay, YearDays
from bot.domain.notices import HolidayNotice
from bot.domain.policy import Policy
from bot.domain.workdays import Calendar
from storage import audit, calendars
from storage import facts as fact_queries
from storage.tables import Plan


def year_days(session: Session, office_id: int, year: int) -> YearDays:
    """The year as the office's calendar has it."""
    calendar = calendars.calendar_of(session, office_id)
    kept = calendars.notice_of(session, office_id, year)
    zone = fact_queries.zone_of(session, office_id)
    return YearDays(
        year=year,
        workdays=sum(map(calendar.is_workday, notices.days_of(year))),
        runs=tuple(notices.runs_off(calendar, year)),
        made_up=tuple(notices.made_up(calendar, year)),
        by_hand=tuple(sorted((day, on) for day, on in calendar.overrides.items() if day.year == year)),
        entered_on=kept.imported_at.astimezone(zone).date() if kept else None,
        published=not Calendar().is_provisional(year),
    )


def with_notice(calendar: Calendar, notice: HolidayNotice) -> Calendar:
    """The calendar with a notice kept. Raises DubanError notice_partial."""
    return Calendar(calendar.overrides, {**calendar.notices, notice.year: notices.in_force(notice, calendar)})


def with_days(calendar: Calendar, days: Mapping[date, bool | None]) -> Calendar:
    """The calendar with days set by hand; None takes a setting back."""
    merged = {**calendar.overrides, **days}
    return Calendar({day: worked for day, worked in merged.items() if worked is not None}, calendar.notices)


def changes(session: Session, office_id: int, after: Calendar, now: datetime) -> Changes:
    """What the office's plans and days would see of another calendar; what is past is not counted."""
    before = calendars.calendar_of(session, office_id)
    today = now.astimezone(fact_queries.zone_of(session, office_id)).date()
    moved: list[MovedDay] = []
    mornings: set[tuple[int, date]] = set()
    for plan in calendars.active_plans(session, office_id):
        for what, rungs, old, new in _due_days(session, plan, before, after):
            if old != new and max(old, new) >= today:
                moved.append(MovedDay(plan.title, what, old, new))
            for offset in filter(None, rungs):
                day = before.shift(old, offset)
                if day != after.shift(new, offset) and day >= today:
                    mornings.add((plan.id, day))
    return Changes(tuple(_changed_days(before, after)), tuple(moved), len(mornings))


def _changed_days(before: Calendar, after: Calendar) -> Iterator[tuple[date, bool]]:
    named = [before.overrides, after.overrides, *before.notices.values(), *after.notices.values()]
    years = {day.year for days in named for day in days} | set(before.notices) | set(after.notices)
    for day in (day for year in sorted(years) for day in notices.days_of(year)):
        if before.is_workday(day) is not after.is_workday(day):
            yield day, after.is_workday(day)


def _due_days(
    session: Session, plan: Plan, before: Calendar, after: Calendar
) -> Iterator[tuple[str, tuple[int, ...], date, date]]:
    """Every day D of a plan, its rungs, and where it lies in each calendar."""
    policy = fact_queries.policy_of(plan)
    for period in periods.quarters(plan.year):
        yield period, policy.rungs, policy.report_due_on(period, before), policy.report_due_on(period, after)
    year_end = date(plan.year, 12, 31)
    for day in sorted({*calendars.milestone_days(session, plan.id), year_end}):
        rungs = _rungs(policy, day == year_end)
        yield f"milestone:{day.isoformat()}", rungs, policy.rolled(day, before), policy.rolled(day, after)


def _rungs(policy: Policy, year_end: bool) -> tuple[int, ...]:
    return policy.year_end_rungs if year_end else policy.rungs


def estimated_years(session: Session, plan: Plan) -> tuple[int, ...]:
    """The years in which days of a plan fall and whose notice is neither published nor entered."""
    calendar, policy = calendars.calendar_of(session, plan.office_id), fact_queries.policy_of(plan)
    last = policy.report_due_on(periods.quarters(plan.year)[-1], calendar)
    days = {*calendars.milestone_days(session, plan.id), date(plan.year, 12, 31), last}
    return tuple(sorted({day.year for day in days if calendar.is_provisional(day.year)}))


def keep(session: Session, office_id: int, notice: HolidayNotice, by: str, now: datetime) -> None:
    """Keep a notice as its year's, in place of an earlier one. `by` is "person:7" or a door ("cli").

    Raises DubanError notice_partial where a part of a notice has nothing to add to.
    """
    days = notices.in_force(notice, calendars.calendar_of(session, office_id))
    calendars.keep_notice(session, office_id, notice.year, days, notice.words, by, now)
    _note(session, office_id, "calendar_notice_kept", notice.year, {"days": _plain(days)}, by, now)


def put_back(
    session: Session, office_id: int, year: int, kept: Mapping[str, Any] | None, by: str, now: datetime
) -> None:
    """Undo: the year's notice as it was before (`kept_notice`), or none."""
    if kept is None:
        calendars.forget_notice(session, office_id, year)
    else:
        days = {date.fromisoformat(day): bool(worked) for day, worked in kept["days"].items()}
        calendars.keep_notice(session, office_id, year, days, kept["words"], by, now)
    _note(session, office_id, "calendar_notice_undone", year, {"kept": kept is not None}, by, now)


def kept_notice(session: Session, office_id: int, year: int) -> dict[str, Any] | None:
    """The year's notice as plain values, for `put_back`."""
    row = calendars.notice_of(session, office_id, year)
    return {"days": dict(row.days), "words": row.words} if row else None


def set_days(session: Session, office_id: int, days: Mapping[date, bool | None], by: str, now: datetime) -> None:
    """Set days by hand; None takes a setting back."""
    for day, worked in sorted(days.items()):
        calendars.set_day(session, office_id, day, worked, by)
    years = {day.year for day in days}
    _note(session, office_id, "calendar_days_set", min(years), {"days": _plain(days)}, by, now)


def _plain(days: Mapping[date, bool | None]) -> dict[str, bool | None]:
    return {day.isoformat(): worked for day, worked in sorted(days.items())}


def _note(
    session: Session, office_id: int, action: str, year: int, detail: dict[str, Any], by: str, now: datetime
) -> None:
    audit.append(
        session, office_id=office_id, at=now, actor=by, action=action, subject=f"calendar:{year}", detail=detail
    )
