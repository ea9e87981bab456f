"""Calendar arithmetic behind date phrases: spans of months, quarters, weeks, and what their parts mean.

Conventions (the product's own): 初 the 10th, 中 the 15th, 上旬 to the 10th, 中旬 to the 20th, 下旬, 底 and 末 to the
last day; 年中 30 June; weeks start on Monday.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.workdays import Calendar

Span = tuple[date, date]

YEARS = range(1990, 2100)
_PART_DAYS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "上中旬": (1, 20),
    "中旬": (11, 20),
    "上半月": (1, 15),
    "中": (15, 15),
}
_LATE_PARTS = {"下旬": 21, "中下旬": 11, "下半月": 16, "底": 0, "末": 0, "": 1}


@dataclass(frozen=True)
class Moment:
    """Where a phrase is read from: the writer's local date, the working days, and whether the words are in the past."""

    today: date
    calendar: Calendar
    past: bool = False


def valid(year: int, month: int, day: int) -> date | None:
    """The date, or None for an impossible day (31 November) or a year nobody plans in."""
    if year not in YEARS or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def on(day: date | None) -> Span | None:
    """A single day as a span."""
    return None if day is None else (day, day)


def month_part(year: int, month: int, part: str = "") -> Span | None:
    """The span a part of a month stands for; the whole month when no part is named."""
    if year not in YEARS or not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    if part in _PART_DAYS:
        first, end = _PART_DAYS[part]
        return date(year, month, first), date(year, month, end)
    return date(year, month, _LATE_PARTS[part] or last), date(year, month, last)


def quarter_span(year: int, quarter: int) -> Span | None:
    """First and last day of a quarter."""
    return months_span(year, 3 * quarter - 2, 3 * quarter) if 1 <= quarter <= 4 else None


def months_span(year: int, first: int, last: int) -> Span | None:
    """First day of one month to the last day of another in the same year."""
    if year not in YEARS or not 1 <= first <= last <= 12:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or that month's last day where there is no such day."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def monday_of(day: date, weeks: int = 0) -> date:
    """Monday of the day's calendar week, or of the week so many weeks on."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def next_weekday(today: date, weekday: int, past: bool = False) -> date:
    """The next such weekday (0 Monday), today included; the last one when the words are in the past."""
    if past:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def year_for(moment: Moment, month: int, day: int) -> int:
    """The year of a month and day named without one: the next ahead, or the last behind when in the past."""
    here = (moment.today.month, moment.today.day)
    if moment.past:
        return moment.today.year - ((month, day) > here)
    return moment.today.year + ((month, day) < here)


def month_for(moment: Moment, day: int) -> tuple[int, int]:
    """Year and month of a day named alone: the next ahead, or the last behind when in the past."""
    today = moment.today
    step = -1 if moment.past and day > today.day else 1 if not moment.past and day < today.day else 0
    shifted = add_months(today.replace(day=1), step)
    return shifted.year, shifted.month


def forward(moment: Moment, count: int, unit: str) -> date | None:
    """Now plus so many days, weeks, months, years or working days (which count from tomorrow); None when absurd."""
    if count > {"day": 3660, "week": 520, "month": 120, "year": 10, "workday": 750}[unit]:
        return None
    today = moment.today
    match unit:
        case "workday":
            return moment.calendar.shift(today, count)
        case "month":
            return add_months(today, count)
        case "year":
            return add_months(today, 12 * count)
        case _:
            return today + timedelta(days=count * (7 if unit == "week" else 1))
