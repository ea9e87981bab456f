"""Moving the clock so that nothing planned on the way is jumped over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.localchat.api import BotApi
from bot.localchat.errors import ControlError

MAX_STOPS = 1000
EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
"""Message dates are unix seconds of 32 bits and never negative; local times exist on both sides of these."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the product behind the chat lends it.

    on_next: the instant (aware, later than now) at which the product next has something to do; None when nothing is
    planned. on_moved: called after the clock stands at a new instant; returns when everything due by then is sent.
    """

    on_next: Callable[[], Awaitable[datetime | None]] | None = None
    on_moved: Callable[[datetime], Awaitable[None]] | None = None


class Mover:
    """Moves the clock of one chat, one move at a time."""

    def __init__(self, api: BotApi, hooks: Hooks) -> None:
        self._api = api
        self._hooks = hooks
        self._one_move = asyncio.Lock()

    async def to(self, target: datetime, direct: bool = False) -> int:
        """Go to `target`, stopping at each planned instant before it; returns the number of such stops.

        Backwards, or with `direct`, the clock jumps, as if the machine had been asleep.
        """
        async with self._one_move:
            return await self._go(target, direct)

    async def by(self, step: timedelta, direct: bool = False) -> int:
        """Go on by `step` from where the clock stands once it is this move's turn; the number of stops on the way."""
        async with self._one_move:
            return await self._go(self._api.clock.now() + step, direct)

    async def onward(self, most: timedelta) -> timedelta:
        """Go on to the next planned instant, by no more than `most`; returns how far.

        As in `by` it counts from where the clock stands then: somebody else's move before it is not undone.
        """
        async with self._one_move:
            now = self._api.clock.now()
            planned = await self._planned()
            target = now + most if planned is None else min(planned, now + most)
            await self._go(target, direct=True)
            return target - now

    async def next_at(self) -> datetime | None:
        """The next planned instant, asked between two moves: in the middle of one, what is due counts as past."""
        async with self._one_move:
            return await self._planned()

    async def to_next(self) -> bool:
        """Go to the next planned instant; False, and no move, when nothing is planned."""
        if self._hooks.on_next is None:
            raise ControlError("no_plan_of_time", "the product behind this chat does not tell what comes next")
        async with self._one_move:
            planned = await self._planned()
            if planned is not None:
                await self._stand_at(planned)
            return planned is not None

    async def _go(self, target: datetime, direct: bool) -> int:
        if not EARLIEST <= target <= LATEST:
            raise ControlError("bad_time", f"the clock shows years from {EARLIEST.year} to {LATEST.year - 1}")
        stops = 0
        while not direct and stops < MAX_STOPS:
            planned = await self._planned()
            if planned is None or planned >= target:
                break
            await self._stand_at(planned)
            stops += 1
        await self._stand_at(target)
        return stops

    async def _planned(self) -> datetime | None:
        planned = await self._hooks.on_next() if self._hooks.on_next is not None else None
        return planned if planned is not None and planned > self._api.clock.now() else None

    async def _stand_at(self, when: datetime) -> None:
        self._api.clock.set(when)
        self._api.moved()
        if self._hooks.on_moved is not None:
            await self._hooks.on_moved(self._api.clock.now())
