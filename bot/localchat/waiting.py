"""Waiting for the next change without polling: several coroutines, woken from any thread."""

from __future__ import annotations

import asyncio


class Waiters:
    """Coroutines that wait for a change. Create and await it on one event loop; `poke` may come from any thread.

    Take a `ticket()` first, look at the state, then `wait(ticket)`: a change between the two is not missed.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()

    def attach(self) -> None:
        """Bind to the running loop; before this, `poke` does nothing."""
        self._loop = asyncio.get_running_loop()

    def detach(self) -> None:
        """Let everybody go and hear no more pokes."""
        self._loop = None
        self.wake()

    def ticket(self) -> asyncio.Event:
        """What stands for the next change."""
        return self._changed

    async def wait(self, ticket: asyncio.Event, seconds: float) -> bool:
        """True when the change came within `seconds`, False when it did not or nothing more will come."""
        if self._loop is None:
            return False
        try:
            async with asyncio.timeout(seconds):
                await ticket.wait()
        except TimeoutError:
            return False
        return self._loop is not None

    def poke(self) -> None:
        """Something changed; callable from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.wake)

    def wake(self) -> None:
        """Wake all who wait; on the loop's own thread only."""
        self._changed.set()
        self._changed = asyncio.Event()
