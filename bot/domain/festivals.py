"""The seven public holidays as people name them (国庆, 年后, 节前), each with the day it turns on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.domain.workdays import Calendar


class Festival(StrEnum):
    """A public holiday; the value is what the `holidays` package calls it in English."""

    NEW_YEAR = "New Year's Day"
    SPRING = "Chinese New Year (Spring Festival)"
    TOMB_SWEEPING = "Tomb-Sweeping"
    LABOUR = "Labor Day"
    DRAGON_BOAT = "Dragon Boat"
    NATIONAL = "National Day"
    MID_AUTUMN = "Mid-Autumn"


_FIXED = {Festival.NEW_YEAR: (1, 1), Festival.LABOUR: (5, 1), Festival.NATIONAL: (10, 1)}


@lru_cache(maxsize=512)
def falls_on(festival: Festival, year: int) -> date | None:
    """The festival's own day in the year (the first of the lunar year, 1 October …); None where it was no holiday."""
    if festival in _FIXED:
        return date(year, *_FIXED[festival])
    # Imported late: only the lunar festivals need it.
    import holidays

    days = holidays.country_holidays("CN", years=year, language="en_US")
    named = [day for day, name in days.items() if day.year == year and festival.value in name]
    return min(named, default=None)


def first_workday_after(festival_day: date, calendar: Calendar) -> date:
    """The day work resumes after the festival."""
    return calendar.next_workday(festival_day)


def last_workday_before(festival_day: date, calendar: Calendar) -> date:
    """The last working day before the days off around the festival."""
    return calendar.shift(festival_day, -1)


def days_off_around(festival_day: date, calendar: Calendar) -> tuple[date, date]:
    """First and last of the days off in a row that hold the festival."""
    one = timedelta(days=1)
    return last_workday_before(festival_day, calendar) + one, first_workday_after(festival_day, calendar) - one


def upcoming(today: date, which: tuple[Festival, ...] = tuple(Festival)) -> Iterator[date]:
    """Days of the given festivals from a month back to two years ahead, in order."""
    years = range(today.year - 1, today.year + 3)
    days = (falls_on(festival, year) for festival in which for year in years)
    yield from sorted(day for day in days if day is not None and day > today - timedelta(days=31))
