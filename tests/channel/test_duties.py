"""A process's duties: work for one at a time goes with its lease; regular jobs go on wherever the clock is moved."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from bot.channel import duties
from bot.channel.duties import Regular, keep, live, regularly
from bot.domain.model import DubanError
from storage.leases import Alone
from tests.channel.fakes import until


class Place(Alone):
    """A place whose leases come and go on order."""

    def __init__(self) -> None:
        self.mine, self.away, self.said = False, 0, []
        self.errors: list[str | None] = []

    async def beat(self) -> None:
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise DubanError(error)

    async def take(self, lease: str) -> bool:
        if self.away:
            self.away -= 1
            raise DubanError("database_unreachable")
        if self.mine:
            self.said.append(f"took {lease}")
        return self.mine

    async def leave(self, lease: str) -> None:
        self.said.append(f"left {lease}")

    def holds(self, _lease: str) -> bool:
        return self.mine


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "LOOK_SECONDS", 0.01)


async def test_work_begins_with_the_lease_and_is_over_before_it_is_left() -> None:
    place = Place()

    async def work() -> None:
        place.said.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.02)
            place.said.append("landed")

    keeping = asyncio.create_task(keep(place, "x", work))
    await asyncio.sleep(0.05)
    assert place.said == []
    place.mine = True
    await until(lambda: "began" in place.said)
    place.mine = False
    await until(lambda: "left x" in place.said)
    assert place.said == ["took x", "began", "landed", "left x"]
    place.mine = True
    await until(lambda: place.said.count("began") == 2)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert place.said == ["took x", "began", "landed", "left x"] * 2


async def test_a_database_out_of_reach_is_waited_for() -> None:
    place = Place()
    place.mine, place.away = True, 3

    async def work() -> None:
        place.said.append("done")

    await asyncio.wait_for(keep(place, "x", work), 3)
    assert place.said == ["took x", "done", "left x"]


async def test_work_that_fails_for_good_ends_the_keeping_and_frees_the_lease() -> None:
    place = Place()
    place.mine = True

    async def work() -> None:
        raise DubanError("token_refused")

    with pytest.raises(DubanError) as error:
        await keep(place, "x", work)
    assert error.value.code == "token_refused"
    assert place.said == ["took x", "left x"]


async def test_outages_are_lived_through_and_said_once_each_way(caplog: pytest.LogCaptureFixture) -> None:
    place = Place()
    place.errors = ["database_unreachable"] * 9 + ["database_in_use"] * 4 + [None]
    slept = 0

    async def sleep(_seconds: float) -> None:
        nonlocal slept
        slept += 1
        if slept == 20:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await live(place, sleep=sleep)
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        "out of touch with the database",
        "in touch with the database again",
    ]


async def test_a_database_somebody_else_keeps_for_himself_ends_the_process() -> None:
    place = Place()
    place.errors = ["database_in_use"] * duties.REFUSALS

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    with pytest.raises(DubanError) as error:
        await live(place, sleep=sleep)
    assert error.value.code == "database_in_use"


class Wall(datetime):
    """The machine's clock, which a test moves."""

    step = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.step


@dataclass
class Ticking:
    """Jobs that are being done, and the moments of the true clock at which the first of them was."""

    turns: list[float] = field(default_factory=list)
    job: Callable[[], Awaitable[None]] = field(default=lambda: asyncio.sleep(0))
    under_way: int = 0
    most: int = 0

    async def turn(self) -> None:
        self.turns.append(time.monotonic())
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.job()
        finally:
            self.under_way -= 1


@asynccontextmanager
async def ticking(ticking: Ticking, seconds: float) -> AsyncIterator[None]:
    work = asyncio.create_task(regularly(Regular("reminders", seconds, ticking.turn)))
    try:
        await until(lambda: bool(ticking.turns))
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert work.cancelled()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> type[Wall]:
    monkeypatch.setattr(Wall, "step", timedelta(0))
    monkeypatch.setattr(base, "datetime", Wall)
    monkeypatch.setattr(duties, "datetime", Wall)
    monkeypatch.setattr(duties, "WATCH_SECONDS", 0.02)
    monkeypatch.setattr(duties, "SLACK", timedelta(seconds=0.1))
    return Wall


@pytest.mark.parametrize(
    "step", [timedelta(hours=-5), timedelta(days=-20_000), timedelta(hours=5), timedelta(days=20_000)], ids=str
)
async def test_wherever_the_clock_is_set_the_next_turn_comes_at_once(wall: type[Wall], step: timedelta) -> None:
    job = Ticking()
    async with ticking(job, 60):
        wall.step = step
        await until(lambda: len(job.turns) == 2)
        wall.step = timedelta(0)
        await until(lambda: len(job.turns) == 3)


@pytest.mark.parametrize("days", [-20_000, 20_000])
async def test_after_a_step_the_turns_come_in_their_old_rhythm(wall: type[Wall], days: int) -> None:
    job = Ticking()
    async with ticking(job, 0.15):
        wall.step = timedelta(days=days)
        await until(lambda: len(job.turns) == 4)
    assert job.turns[3] - job.turns[1] > 0.25


async def test_a_small_step_forward_is_not_slept_over(wall: type[Wall]) -> None:
    job = Ticking()
    async with ticking(job, 60):
        wall.step = timedelta(seconds=30)
        await asyncio.sleep(0.1)
        assert len(job.turns) == 1
        wall.step = timedelta(seconds=61)
        await until(lambda: len(job.turns) == 2)


async def test_a_clock_that_runs_true_brings_no_extra_turns(wall: type[Wall]) -> None:
    job = Ticking()
    async with ticking(job, 60):
        await asyncio.sleep(0.15)
    assert len(job.turns) == 1


async def test_a_regular_job_that_fails_is_logged_and_has_its_next_turn(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise ValueError("no")

    job = Ticking(job=fail)
    async with ticking(job, 0.05):
        await until(lambda: len(job.turns) >= 3)
    assert len([one for one in caplog.records if one.getMessage() == "a regular job failed: reminders"]) >= 3


async def test_a_job_that_takes_long_is_never_done_twice_at_once(wall: type[Wall]) -> None:
    job = Ticking(job=lambda: asyncio.sleep(0.1))
    async with ticking(job, 0.02):
        wall.step = timedelta(hours=3)
        await until(lambda: len(job.turns) >= 3)
    assert job.most == 1


async def test_ending_the_jobs_waits_for_the_one_under_way(caplog: pytest.LogCaptureFixture) -> None:
    landed: list[str] = []

    async def land() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.03)
            landed.append("landed")

    async with ticking(Ticking(job=land), 60):
        assert landed == []
    assert landed == ["landed"]
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_scheduler_that_fell_over_is_woken(wall: type[Wall], monkeypatch: pytest.MonkeyPatch) -> None:
    job = Ticking()
    healthy = base.BaseScheduler._process_jobs

    def fall_over(_scheduler: base.BaseScheduler) -> float:
        monkeypatch.setattr(base.BaseScheduler, "_process_jobs", healthy)
        raise OSError("no clock")

    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with ticking(job, 0.1):
        monkeypatch.setattr(base.BaseScheduler, "_process_jobs", fall_over)
        await until(lambda: len(job.turns) >= 3)
