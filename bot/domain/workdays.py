"""Working days of the mainland calendar, make-up days (调休) included, and the hours an office works.

Three sources, the first that answers wins: the office's own override table; `chinese_calendar`, which follows
the State Council's notices for the years they cover; `holidays`, an estimate from the statutory days for years
not published yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import lru_cache

import chinese_calendar

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_PUBLISHED_YEARS = range(
    min(day.year for day in chinese_calendar.constants.holidays),
    max(day.year for day in chinese_calendar.constants.holidays) + 1,
)


@lru_cache(maxsize=16_384)
def _standard_workday(day: date) -> bool:
    """Whether the day is worked by the published notice, or by estimate where no notice exists."""
    if day.year in _PUBLISHED_YEARS:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < _SATURDAY and day not in _statutory_days(day.year)


@lru_cache(maxsize=256)
def _statutory_days(year: int) -> frozenset[date]:
    """Statutory days off of a year without a notice, no exchange of rest days known."""
    # Imported late: 14 MB and 0.2 s that only unpublished years need.
    import holidays

    return frozenset(day for day in holidays.country_holidays("CN", years=year) if day.year == year)


@dataclass(frozen=True)
class Calendar:
    """The plan's working days: local dates in, local dates out. `overrides` maps a date to "is worked"."""

    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on the day."""
        worked = self.overrides.get(day)
        return _standard_workday(day) if worked is None else worked

    def is_provisional(self, year: int) -> bool:
        """Whether the year's days off are an estimate because no notice has been published yet."""
        return year not in _PUBLISHED_YEARS

    def next_workday(self, day: date) -> date:
        """The first working day strictly after the day."""
        return self.shift(day, 1)

    def on_or_before(self, day: date) -> date:
        """The day itself if worked, else the last working day before it."""
        return day if self.is_workday(day) else self.shift(day, -1)

    def on_or_after(self, day: date) -> date:
        """The day itself if worked, else the first working day after it."""
        return day if self.is_workday(day) else self.shift(day, 1)

    def shift(self, day: date, n: int) -> date:
        """The n-th working day after the day, or before it when n is negative; the day itself never counts.

        From a day off, +1 is the first working day after it and -1 the last before it; 0 is the day itself.
        """
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def between(self, a: date, b: date) -> int:
        """How many working days lie in (a, b]; negative when b is before a."""
        if b < a:
            return -self.between(b, a)
        return sum(self.is_workday(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


@dataclass(frozen=True)
class WorkingHours:
    """The spans of a working day, local wall time; a span holds its first minute and not its last."""

    spans: tuple[tuple[time, time], ...] = ((time(8, 30), time(11, 30)), (time(14, 30), time(17, 30)))

    def contains(self, moment: time) -> bool:
        """Whether the local wall time lies in working hours."""
        return any(start <= moment < end for start, end in self.spans)
