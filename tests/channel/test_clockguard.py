"""A wrong clock holds the house back, and only as long as it is wrong."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel.clockguard import ClockGuard, Trouble
from storage.database import Database
from tests.channel.fakes import START, Stage
from tests.channel.test_worker import effects, feed, note, workers

HOURS_6 = timedelta(hours=6)


class Two:
    """A wall clock that anybody can move, and one nobody can."""

    def __init__(self) -> None:
        self.at, self.seconds = START, 1000.0

    def pass_time(self, **amount: float) -> None:
        self.at += timedelta(**amount)
        self.seconds += timedelta(**amount).total_seconds()

    def guard(self) -> ClockGuard:
        return ClockGuard(lambda: self.at, lambda: self.seconds)


def date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


@given(st.lists(st.floats(0, 10**7), max_size=5), st.timedeltas(-HOURS_6 * 200, HOURS_6 * 200))
def test_a_jump_is_told_from_time_that_passes(passed: list[float], jump: timedelta) -> None:
    two = Two()
    guard = two.guard()
    for seconds in passed:
        two.pass_time(seconds=seconds)
        assert guard.agrees()
    two.at += jump
    assert guard.agrees() == (abs(jump) <= HOURS_6)


@pytest.mark.parametrize("days", [1, -1, 400])
def test_a_big_jump_holds_until_the_messenger_agrees_with_the_clock(
    days: int, caplog: pytest.LogCaptureFixture
) -> None:
    two = Two()
    guard = two.guard()
    right = two.at
    two.at += timedelta(days=days)
    assert not guard.agrees()
    guard.heard(date(right))
    assert guard.trouble is Trouble.DISAGREES
    two.at = right
    assert not guard.agrees()
    guard.heard(date(right))
    assert guard.agrees()
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(said) == 1
    assert "DUBAN_CLOCK_CHECK=off" in said[0]


def test_a_machine_that_woke_from_a_pause_goes_on_with_the_first_answer() -> None:
    two = Two()
    guard = two.guard()
    two.at += timedelta(hours=9)
    assert guard.trouble is Trouble.JUMPED
    guard.heard(date(two.at))
    assert guard.trouble is None


def test_a_clock_wrong_from_the_start_is_found_by_the_first_answer() -> None:
    two = Two()
    guard = two.guard()
    guard.heard(date(two.at + timedelta(hours=6, seconds=2)))
    assert guard.trouble is Trouble.DISAGREES


@pytest.mark.parametrize("header", [None, "", "yesterday", "Thu, 99 Foo 2022 01:00:00 GMT"])
def test_an_answer_that_names_no_date_agrees(header: str | None) -> None:
    two = Two()
    guard = two.guard()
    guard.heard(header)
    assert guard.agrees()
    two.at += timedelta(days=3)
    assert not guard.agrees()
    guard.heard(header)
    assert guard.agrees()


async def test_while_the_clock_is_wrong_nothing_is_claimed_or_handled_and_then_all_is(database: Database) -> None:
    two = Two()
    guard = two.guard()
    stage = Stage.build(database, may=guard.agrees)
    feed(database, (1, 1))
    room = workers(database, note_all, may=guard.agrees)
    two.at += timedelta(days=30)
    stage.owe("a")
    assert await stage.sender.drain() == 0
    await room.drain()
    assert (stage.states(), effects(database)) == ({"a": "due"}, [])
    guard.heard(date(two.at))
    await stage.sender.drain()
    await room.drain()
    assert (stage.states(), effects(database)) == ({"a": "sent"}, ["1"])


async def note_all(received) -> None:
    await received.run(note(received))
