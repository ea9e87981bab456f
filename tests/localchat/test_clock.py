"""The clock stands, jumps and runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.localchat.clock import MovableClock

NINE = datetime(2022, 3, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_it_stands_until_moved_and_tells_utc() -> None:
    clock = MovableClock(NINE)
    assert clock.now() == clock.now() == NINE
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(hours=-1)) == NINE - timedelta(hours=1)
    assert clock.set(NINE + timedelta(days=1)) == clock.now()


def test_running_it_flows_on_from_where_it_was_set_and_stops_where_it_is() -> None:
    seconds = [100.0]
    clock = MovableClock(NINE, running=True, monotonic=lambda: seconds[0])
    seconds[0] += 5
    assert clock.now() == NINE + timedelta(seconds=5)
    clock.set(NINE + timedelta(days=1))
    seconds[0] += 1
    clock.run(False)
    seconds[0] += 60
    assert clock.now() == NINE + timedelta(days=1, seconds=1)
    assert not clock.running


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        MovableClock(NINE.replace(tzinfo=None))
