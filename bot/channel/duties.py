"""Work that one process has at a time: held by a lease, handed over when its holder dies, stops or loses touch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from sqlalchemy.orm import Session

from bot.channel.crashpoints import reach
from bot.domain.model import DubanError
from storage.leases import Standing

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
LOOK_SECONDS = 1.0
REFUSALS = 5


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


async def every(
    seconds: float, job: Callable[[], Awaitable[None]], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Do a job now and again `seconds` after each time, never twice at once, wherever the wall clock is moved.

    One that fails is logged and tried again in its turn; it never ends the process.
    """
    while True:
        try:
            await job()
        except Exception:
            log.exception("a regular job failed")
        await sleep(seconds)


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
