"""The clock a person can move: stands still, jumps, or runs on from where it was set."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Tells UTC instants; `now()` may be called from any thread.

    Standing (the default) it shows the instant it was set to. Running, time flows on from there at speed 1.
    It may be set backwards: what a product does then is something to try out.
    """

    def __init__(
        self, start: datetime, *, running: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._monotonic = monotonic
        self._running = running
        self._base = _aware(start)
        self._since = monotonic()

    def now(self) -> datetime:
        """The instant shown, in UTC."""
        with self._lock:
            return self._read()

    @property
    def running(self) -> bool:
        """Whether time flows by itself."""
        with self._lock:
            return self._running

    def set(self, when: datetime) -> datetime:
        """Jump to `when` (aware, else ValueError); returns the instant shown afterwards."""
        with self._lock:
            return self._rebase(_aware(when))

    def advance(self, delta: timedelta) -> datetime:
        """Move by `delta`, which may be negative; returns the instant shown afterwards."""
        with self._lock:
            return self._rebase(self._read() + delta)

    def run(self, running: bool = True) -> None:
        """Let time flow (or stand still) from the instant shown now."""
        with self._lock:
            self._rebase(self._read())
            self._running = running

    def _read(self) -> datetime:
        if not self._running:
            return self._base
        return self._base + timedelta(seconds=self._monotonic() - self._since)

    def _rebase(self, when: datetime) -> datetime:
        self._base = when
        self._since = self._monotonic()
        return when


def _aware(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError("the clock needs an aware datetime")
    return when.astimezone(UTC)
