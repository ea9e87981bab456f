"""The last day of a leave or a pause: a day without a year that lies far ahead is most likely one gone by."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.model import DubanError
from bot.domain.wording import plain

# Further ahead than this a bare day was meant for this year, or the days stand in the wrong order.
_FARTHEST_DAYS = 200
_YEAR = re.compile(r"(?<!\d)20\d\d|(?<!\d)\d\d年|(?<!\d)明年|\bnext year\b")


def check_last_day(text: str, last: date, today: date) -> None:
    """Raises DubanError last_day_far for a local day too far ahead that `text` does not give the year of."""
    if (last - today).days > _FARTHEST_DAYS and not _YEAR.search(plain(text)):
        raise DubanError("last_day_far", day=last.isoformat(), year=last.year)
