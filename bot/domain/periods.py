"""Report periods: quarters ("2022Q3"), the year ("2022"), and the day their report is due."""

from __future__ import annotations

import re
from datetime import date, timedelta

_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def quarters(year: int) -> tuple[str, ...]:
    """The four quarters of a year, in order."""
    return tuple(f"{year}Q{number}" for number in range(1, 5))


def quarter_of(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def previous_quarter(period: str) -> str:
    """The quarter before."""
    return quarter_of(first_day(period) - timedelta(days=1))


def is_quarter(text: str) -> bool:
    """Whether `text` names a quarter as "2022Q3"."""
    return _QUARTER.fullmatch(text) is not None


def year_of(period: str) -> int:
    """The year of a quarter or a year."""
    return int(period[:4])


def first_day(period: str) -> date:
    """The first day of a quarter or a year."""
    month = 3 * int(period[-1]) - 2 if is_quarter(period) else 1
    return date(year_of(period), month, 1)


def last_day(period: str) -> date:
    """The last day of a quarter or a year."""
    month = 3 * int(period[-1]) if is_quarter(period) else 12
    following = date(year_of(period) + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def parse_period(text: str) -> str | None:
    """A period typed by the operator: "2022Q3", "2022q3" or "2022"; None when it is neither."""
    period = text.strip().upper()
    return period if is_quarter(period) or re.fullmatch(r"\d{4}", period) else None
