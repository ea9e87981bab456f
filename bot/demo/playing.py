"""Letting the year play: the clock runs on at a speed and stops at every moment at which something is planned."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.localchat.api import BotApi
from bot.localchat.errors import ControlError
from bot.localchat.moving import Mover

log = logging.getLogger(__name__)

SLOWEST, FASTEST = 0.2, 60.0
STEP_SECONDS = 0.2
PATIENCE_SECONDS = 8.0


class Play:
    """Plays one chat's clock through its mover, so that people's own moves and the play take turns.

    `is_over` tells whether the year holds nothing more. `note` is the code of why it stopped by itself.
    """

    def __init__(
        self,
        api: BotApi,
        mover: Mover,
        is_over: Callable[[], Awaitable[bool]],
    ) -> None:
        self._api, self._mover, self._is_over = api, mover, is_over
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self.days_per_second = 1.0
        self.note = ""

    @property
    def on(self) -> bool:
        """Whether it plays now."""
        return self._task is not None and not self._task.done() and not self._stop.is_set()

    def start(self, days_per_second: float) -> None:
        """Play at this speed, or go on at it. ControlError when the speed is none."""
        if not SLOWEST <= days_per_second <= FASTEST:
            raise ControlError("bad_speed", f"days_per_second is between {SLOWEST} and {FASTEST:g}")
        self.days_per_second, self.note = days_per_second, ""
        self._stop.clear()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        self._api.moved()

    def pause(self) -> None:
        """Stop after the move under way: half a morning would be nobody's."""
        self._stop.set()
        self._api.moved()

    async def ended(self) -> None:
        """Stop, and wait until the move under way is finished; a move of years is broken off after a few seconds."""
        self._stop.set()
        task = self._task
        if task is None:
            return
        _, late = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        for unfinished in late:
            unfinished.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            self.note = await self._until_stopped()
        except Exception:
            log.exception("the play broke off")
            self.note = "play_failed"
        self._task = None
        self._api.moved()

    async def _until_stopped(self) -> str:
        """Play on; returns why it ended, empty when it was told to."""
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            began = loop.time()
            if await self._mover.next_at() is None:
                return "nothing_planned"
            if await self._is_over():
                return "year_over"
            went = await self._mover.onward(timedelta(days=self.days_per_second * STEP_SECONDS))
            meant = went / timedelta(days=self.days_per_second)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, began + meant - loop.time())):
                    await self._stop.wait()
        return ""
