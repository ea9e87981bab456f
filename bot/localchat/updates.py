"""The queue of updates waiting for the bot: confirmed by offset, handed out again until then, kept for 24 hours."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bot.localchat.errors import ApiError

Update = dict[str, Any]
KEPT_FOR = timedelta(hours=24)
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """Updates in order of their growing ids. `first_id` lets a restarted chat go on without using an id twice."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._waiting: deque[tuple[datetime, Update]] = deque()
        self._allowed: frozenset[str] = frozenset()
        self._poll = 0
        self._interrupted = CONFLICT

    def add(self, now: datetime, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue one update; returns its id, or None when the bot said it wants no such updates."""
        wanted = kind in self._allowed if self._allowed else kind not in _NOT_BY_DEFAULT
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._waiting.append((now, {"update_id": update_id, kind: payload}))
        return update_id

    def fetch(self, now: datetime, offset: int, limit: int) -> list[Update]:
        """Forget what is confirmed (negative offset: all but the last -offset) or too old; give the rest."""
        self.expire(now)
        first = self._first_wanted(offset)
        while self._waiting and self._waiting[0][1]["update_id"] < first:
            self._waiting.popleft()
        return [update for _, update in islice(self._waiting, limit)]

    def expire(self, now: datetime) -> None:
        """Forget what nobody took for 24 hours."""
        while self._waiting and self._waiting[0][0] + KEPT_FOR < now:
            self._waiting.popleft()

    def confirm(self, update_id: int) -> None:
        """Forget one update that was delivered."""
        self._waiting = deque(entry for entry in self._waiting if entry[1]["update_id"] != update_id)

    def allow(self, kinds: list[str]) -> None:
        """From now on queue only these kinds; an empty list means the usual ones."""
        self._allowed = frozenset(kinds)

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty for the usual ones."""
        return sorted(self._allowed)

    def clear(self) -> None:
        """Drop everything that waits."""
        self._waiting.clear()

    @property
    def pending(self) -> tuple[Update, ...]:
        """What waits, oldest first."""
        return tuple(update for _, update in self._waiting)

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def refill(self, next_id: int, waiting: list[tuple[datetime, Update]]) -> None:
        """Take over what an earlier run left behind."""
        self._next_id = next_id
        self._waiting = deque(waiting)

    @property
    def waiting(self) -> tuple[tuple[datetime, Update], ...]:
        """What waits, with the instant it was queued."""
        return tuple(self._waiting)

    @property
    def next_id(self) -> int:
        """The id the next update will get."""
        return self._next_id

    def begin_poll(self) -> int:
        """A poller arrives: whoever polled before is out. Returns the newcomer's ticket."""
        self._poll += 1
        self._interrupted = CONFLICT
        return self._poll

    def interrupt_poll(self, reason: str) -> None:
        """Whoever polls now is out, for another reason than a newcomer."""
        self._poll += 1
        self._interrupted = reason

    def check_poll(self, ticket: int) -> None:
        """409 when another poller, or a webhook, came after this ticket."""
        if ticket != self._poll:
            raise ApiError(409, self._interrupted)

    def _first_wanted(self, offset: int) -> int:
        if offset >= 0:
            return offset
        last = list(self._waiting)[offset:]
        return int(last[0][1]["update_id"]) if last else 0
