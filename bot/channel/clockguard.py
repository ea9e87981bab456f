"""A wrong clock must not flood a county: big jumps and disagreement with the messenger's clock hold the house back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from threading import Lock

import httpx

from storage.leases import steady_seconds

log = logging.getLogger(__name__)

LIMIT = timedelta(hours=6)
ASK_SECONDS = 5.0


class Trouble(StrEnum):
    """Why the clock is not trusted."""

    JUMPED = "jumped"
    DISAGREES = "disagrees"


class ClockGuard:
    """Watches the machine's clock against one that nobody can move, and against the Date of the messenger's answers.

    While it does not agree nothing may be planned, handled or sent; receiving goes on. The first answer whose Date is
    within LIMIT of the machine's clock ends that, as does one without a Date. May be asked from any thread.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = steady_seconds,
        limit: timedelta = LIMIT,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._limit = limit
        self._turn = Lock()
        self._trouble: Trouble | None = None
        self._seen = (wall(), steady())

    @property
    def trouble(self) -> Trouble | None:
        """Why the clock is not trusted now; None while it is."""
        self.agrees()
        return self._trouble

    def agrees(self) -> bool:
        """Whether the clock may be lived by. Looks for a jump since it was asked last."""
        with self._turn:
            jump = self._jump()
            if abs(jump) > self._limit:
                self._hold(Trouble.JUMPED, jump)
            return self._trouble is None

    def heard(self, date: str | None) -> None:
        """The messenger answered just now, with this Date header; None when there was none."""
        told = _moment(date)
        with self._turn:
            self._jump()
            off = self._wall() - told if told is not None else timedelta(0)
            if abs(off) > self._limit:
                self._hold(Trouble.DISAGREES, off)
            elif self._trouble is not None:
                log.warning("the clock agrees with the messenger's again: the house goes on")
                self._trouble = None

    def _jump(self) -> timedelta:
        wall, steady = self._wall(), self._steady()
        before_wall, before_steady = self._seen
        self._seen = (wall, steady)
        return wall - before_wall - timedelta(seconds=steady - before_steady)

    def _hold(self, trouble: Trouble, by: timedelta) -> None:
        if self._trouble is None:
            log.critical(
                "the clock says %s and %s by %.1f hours: planning, handling and sending wait, receiving goes on. "
                "Set the machine's clock; DUBAN_CLOCK_CHECK=off if it was moved on purpose",
                self._wall().isoformat(timespec="seconds"),
                "jumped" if trouble is Trouble.JUMPED else "differs from the messenger's",
                by / timedelta(hours=1),
            )
        self._trouble = trouble


def ask(server: str, proxy: str = "") -> timedelta | None:
    """How far the machine's clock is ahead of `server`'s; None when that cannot be learned. Blocks ASK_SECONDS."""
    try:
        with httpx.Client(proxy=proxy or None, timeout=ASK_SECONDS) as client:
            told = _moment(client.head(server).headers.get("date"))
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return datetime.now(UTC) - told if told is not None else None


def _moment(date: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
