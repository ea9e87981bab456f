"""Waiting for the next change without polling: several coroutines, woken from any thread."""

from __future__ import annotations

import asyncio


class Waiters:
    """Coroutines that wait for a change, on one event loop; `poke` may come from any thread and costs next to nothing
    while nobody waits.

    Take a `ticket()` first, look at the state, then `wait(ticket)`: a change between the two is not missed.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._present = object()
        self._asleep: set[asyncio.Future[None]] = set()

    def attach(self) -> None:
        """Bind to the running loop; before this, nobody can wait."""
        self._loop = asyncio.get_running_loop()

    def detach(self) -> None:
        """Let everybody go and hear no more pokes."""
        self._loop = None
        self.wake()

    def ticket(self) -> object:
        """What stands for the present state; the next change makes it old."""
        return self._present

    async def wait(self, ticket: object, seconds: float) -> bool:
        """True when the change came within `seconds`, False when it did not or nothing more will come."""
        if self._loop is None:
            return False
        sleeper = self._loop.create_future()
        # Asleep first, then the look: `poke` goes the other way round, so that one of the two sees the other.
        self._asleep.add(sleeper)
        try:
            if ticket is self._present:
                async with asyncio.timeout(seconds):
                    await sleeper
        except TimeoutError:
            return False
        finally:
            self._asleep.discard(sleeper)
        return self._loop is not None

    def poke(self) -> None:
        """Something changed; callable from any thread."""
        self._present = object()
        loop = self._loop
        if self._asleep and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._rouse)

    def wake(self) -> None:
        """Wake all who wait; on the loop's own thread only."""
        self._present = object()
        self._rouse()

    def _rouse(self) -> None:
        for sleeper in self._asleep:
            if not sleeper.done():
                sleeper.set_result(None)
        self._asleep.clear()
