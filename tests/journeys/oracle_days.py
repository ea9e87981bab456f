"""Working days and working hours as the reminder policy words them; shares no code with the house's calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import chinese_calendar

from tests.journeys.policycase import moment

DAY = timedelta(days=1)
SPANS = ((time(8, 30), time(11, 30)), (time(14, 30), time(17, 30)))
LAST_PUBLISHED = max(chinese_calendar.holidays).year


def works(day: date) -> bool:
    """A working day. Of years not published yet only New Year's Day is known for sure: cases end in January."""
    if day.year > LAST_PUBLISHED:
        return day.weekday() < 5 and (day.month, day.day) != (1, 1)
    return bool(chinese_calendar.is_workday(day))


def step(day: date, count: int) -> date:
    """D+count or D-count: that many working days after or before."""
    direction = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += direction
        while not works(day):
            day += direction
    return day


def rolled_back(day: date) -> date:
    """The day itself, or the last working day before a day off."""
    while not works(day):
        day -= DAY
    return day


def quarter_end(year: int, quarter: int) -> date:
    """The quarter's last day."""
    month = 3 * quarter
    return date(year + month // 12, month % 12 + 1, 1) - DAY


def in_hours(at: datetime) -> bool:
    """Whether somebody may be written to at this moment."""
    return works(at.date()) and any(start <= at.time() < end for start, end in SPANS)


def next_nine(at: datetime) -> datetime:
    """The first nine o'clock of a working day from a moment on."""
    day = at.date() if at.time() <= time(9) else at.date() + DAY
    while not works(day):
        day += DAY
    return moment(day)


def back_at_work(at: datetime) -> datetime:
    """When a house that comes back at a moment speaks: at nine, or later the same day where nine has passed."""
    if not works(at.date()) or at.time() <= time(9):
        return next_nine(at)
    if in_hours(at):
        return at
    return moment(at.date(), 14, 30) if at.time() < time(14, 30) else next_nine(at)
