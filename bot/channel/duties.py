"""Work of a process beside its messages: held by a lease, one process at a time, or done at regular intervals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.orm import Session

from bot.channel.crashpoints import reach
from bot.domain.model import DubanError
from storage.leases import Standing

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
LOOK_SECONDS = 1.0
REFUSALS = 5
WATCH_SECONDS = 1.0
SLACK = timedelta(seconds=2)
_TURNS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Held:
    """The right that goes with a lease."""

    def __init__(self, standing: Standing, lease: str) -> None:
        self._standing = standing
        self._lease = lease

    def held(self) -> bool:
        """See Right."""
        return self._standing.holds(self._lease)

    def confirmed(self, session: Session) -> bool:
        """See Right."""
        return self._standing.confirms(session, self._lease)


async def live(standing: Standing, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Keep this process's place among the others until cancelled, coming back after each outage of the server.

    Raises DubanError database_in_use when somebody has taken the database for itself meanwhile (another version of
    Duban), and that lasts.
    """
    refusals, failing = 0, False
    while True:
        try:
            await standing.beat()
        except DubanError as error:
            refusals = refusals + 1 if error.code == "database_in_use" else 0
            if refusals >= REFUSALS:
                raise
            if not failing:
                log.warning("out of touch with the database, leases are lost: %s", error.code)
            failing = True
        else:
            if failing:
                log.warning("in touch with the database again")
            refusals, failing = 0, False
        await sleep(BEAT_SECONDS)


async def keep(standing: Standing, lease: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do `work` whenever `lease` is ours, stand by otherwise; until cancelled, or until the work ends or fails.

    Work whose lease was lost is cancelled and its clean-up waited for, before the lease is asked for again.
    """
    while True:
        if not await _taken(standing, lease):
            await asyncio.sleep(LOOK_SECONDS)
            continue
        log.info("taken: %s", lease)
        reach("lease-taken")
        task = asyncio.create_task(work())
        try:
            while standing.holds(lease) and not task.done():
                await asyncio.wait({task}, timeout=LOOK_SECONDS)
        finally:
            await _ended(task)
            await _left(standing, lease)
        if not task.cancelled():
            return task.result()
        log.warning("lost: %s", lease)


@dataclass(frozen=True)
class Regular:
    """A job to be done every `seconds`, the first time at once."""

    name: str
    seconds: float
    job: Callable[[], Awaitable[None]]


class Interval(IntervalTrigger):  # type: ignore[misc] # the package has no types
    """The next turn is one interval from now, however many a clock put forward has left out.

    The package's own trigger works out each turn left out before it coalesces them: after a start in 1970, tens of
    millions.
    """

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """See IntervalTrigger."""
        return now + cast(timedelta, self.interval)


async def regularly(*jobs: Regular, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Have the jobs done by a scheduler until cancelled, each never twice at once, wherever the wall clock is moved."""
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_TURNS)
    async with asyncio.TaskGroup() as turns:
        for job in jobs:
            every = Interval(seconds=job.seconds, timezone=UTC)
            scheduler.add_job(_turn, every, (turns, job), id=job.name, next_run_time=datetime.now(UTC))
        scheduler.start()
        try:
            while True:
                await sleep(WATCH_SECONDS)
                _set_right(scheduler, jobs, datetime.now(UTC))
        finally:
            scheduler.shutdown(wait=False)


async def _turn(turns: asyncio.TaskGroup, regular: Regular) -> None:
    # In a group of our own: whoever ends the jobs waits for the one that is under way.
    await turns.create_task(_safely(regular))


async def _safely(regular: Regular) -> None:
    """A job that fails is logged and has its next turn; it never ends the process."""
    try:
        await regular.job()
    except asyncio.CancelledError:
        log.info("ended in the middle: %s", regular.name)
    except Exception:
        log.exception("a regular job failed: %s", regular.name)


def _set_right(scheduler: AsyncIOScheduler, jobs: Iterable[Regular], now: datetime) -> None:
    """A job whose turn is farther off than its interval (the clock went back) or past (forward) has it now.

    The scheduler reckons by the wall clock and sleeps by a timer, so after a step it would wait as long as the clock
    was set back, or as its timer still had to run. A scheduler that fell over while it looked for jobs wakes up too.
    """
    for regular in jobs:
        planned = scheduler.get_job(regular.name)
        ahead = planned.next_run_time - now
        if not -SLACK <= ahead <= timedelta(seconds=regular.seconds) + SLACK:
            log.warning("the clock was moved or the house was held up: %s is done now", regular.name)
            planned.modify(next_run_time=now)


async def _taken(standing: Standing, lease: str) -> bool:
    try:
        return await standing.take(lease)
    except DubanError:
        return False  # the beat says so


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _left(standing: Standing, lease: str) -> None:
    try:
        await standing.leave(lease)
    except DubanError as error:
        log.info("not left, it went with the connection: %s %s", lease, error.code)
