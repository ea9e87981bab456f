"""Working days of the mainland calendar, make-up days (调休) included, and the hours an office works.

Four sources, the first that answers wins: the office's own override table; the holiday notices (放假通知) it entered;
`chinese_calendar`, which follows the State Council's notices for the years they cover; `holidays`, an estimate from
the statutory days for years not published yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
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


class Source(StrEnum):
    """Who says whether a day is worked."""

    OVERRIDE = "override"
    NOTICE = "notice"
    PUBLISHED = "published"
    ESTIMATE = "estimate"


def is_weekend(day: date) -> bool:
    """Saturday or Sunday, whatever a notice makes of it."""
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True)
class Calendar:
    """The plan's working days: local dates in, local dates out.

    `overrides` maps a date to "is worked"; `notices` maps a year to what its notice says of the days it names, which
    may lie at the end of the year before. In a year with a notice the days no notice names are worked Monday to Friday.
    """

    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    notices: Mapping[int, Mapping[date, bool]] = field(default_factory=dict, hash=False)
    _named: Mapping[date, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = self.overrides
        if self.notices:
            # The later notice knows of the earlier one: 31 December is the next year's to say.
            ordered = [self.notices[year] for year in sorted(self.notices)]
            named = {day: worked for days in (*ordered, self.overrides) for day, worked in days.items()}
        object.__setattr__(self, "_named", named)

    def is_workday(self, day: date) -> bool:
        """Whether offices work on the day."""
        worked = self._named.get(day)
        if worked is not None:
            return worked
        if self.notices and day.year in self.notices:
            return day.weekday() < _SATURDAY
        return _standard_workday(day)

    def is_provisional(self, year: int) -> bool:
        """Whether the year's days off are an estimate because no notice has been published or entered yet."""
        return year not in _PUBLISHED_YEARS and year not in self.notices

    def source_of(self, day: date) -> Source:
        """Who says whether the day is worked."""
        if day in self.overrides:
            return Source.OVERRIDE
        if day.year in self.notices or day in self._named:
            return Source.NOTICE
        return Source.PUBLISHED if day.year in _PUBLISHED_YEARS else Source.ESTIMATE

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
