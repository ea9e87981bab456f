"""How fast one bot may talk: arithmetic over moments, no clock and no sleeping."""

from __future__ import annotations

import math
from bisect import insort
from datetime import datetime, timedelta

MANY = 1_000_000
Moments = dict[int, datetime]


class Pacer:
    """Gives out moments to send at: never more than `per_second` in any second, with a gap inside each chat.

    Telegram allows 30 a second in all, one a second in a chat, 20 a minute in a group (whose id is negative); in a
    group we stay at 18 a minute at most. The gaps are seconds. Edits count like messages.
    """

    def __init__(self, per_second: float = 25, chat_gap: float = 1.0, group_gap: float = 3.4) -> None:
        self._step = timedelta(microseconds=math.ceil(1_000_000 / per_second))
        self._chat_gap = timedelta(seconds=chat_gap)
        self._group_gap = timedelta(seconds=group_gap)
        self._taken: list[datetime] = []
        self._free_at: Moments = {}
        self._held: Moments = {}
        self._all_held: datetime | None = None

    def slot(self, chat_id: int, now: datetime) -> float:
        """Book the next moment for `chat_id`; returns the seconds to wait for it."""
        self._forget(now)
        start = self._free_from(max(now, self._free_at.get(chat_id, now), self.held_until(chat_id, now) or now))
        insort(self._taken, start)
        self.sent(chat_id, start)
        return (start - now).total_seconds()

    def open_in(self, now: datetime) -> float:
        """Seconds until a message to a chat that is free could go out at the earliest; 0 when it could now."""
        return (self._free_from(now) - now).total_seconds()

    def _free_from(self, start: datetime) -> datetime:
        for taken in self._taken:
            if taken - start >= self._step:
                break
            if start - taken < self._step:
                start = taken + self._step
        return start

    def room(self, now: datetime, seconds: float) -> int:
        """How many messages to free chats could still be begun within `seconds`, after those already booked."""
        self._forget(now)
        end = now + timedelta(seconds=seconds)
        first = self._free_from(now)
        return max(0, math.ceil((end - first) / self._step)) if self._step else MANY

    def sent(self, chat_id: int, at: datetime) -> None:
        """The message went out at `at`, perhaps later than booked: the chat's gap counts from there."""
        free_at = at + (self._group_gap if chat_id < 0 else self._chat_gap)
        self._free_at[chat_id] = max(free_at, self._free_at.get(chat_id, free_at))

    def hold(self, chat_id: int | None, until: datetime) -> None:
        """Let nothing go to `chat_id` before `until`; to nobody when it is None."""
        if chat_id is None:
            self._all_held = max(until, self._all_held or until)
        else:
            self._held[chat_id] = max(until, self._held.get(chat_id, until))

    def held_until(self, chat_id: int | None, now: datetime) -> datetime | None:
        """When a penalty ends, for `chat_id` or (None) for everybody; None when there is none now."""
        ends = [self._all_held, self._held.get(chat_id) if chat_id is not None else None]
        return max((end for end in ends if end is not None and end > now), default=None)

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: what was booked or held is as far off as it was."""
        self._taken = [moment - by for moment in self._taken]
        self._free_at = {chat_id: moment - by for chat_id, moment in self._free_at.items()}
        self._held = {chat_id: end - by for chat_id, end in self._held.items()}
        self._all_held = self._all_held - by if self._all_held else None

    def held(self, now: datetime) -> frozenset[int]:
        """Chats with a penalty of their own now."""
        return frozenset(chat_id for chat_id, end in self._held.items() if end > now)

    def in_gap(self, now: datetime) -> Moments:
        """Chats written to a moment ago, and when they may be written to again."""
        return {chat_id: moment for chat_id, moment in self._free_at.items() if moment > now}

    def _forget(self, now: datetime) -> None:
        self._taken = [moment for moment in self._taken if moment > now - self._step]
        self._free_at = self.in_gap(now)
        self._held = {chat_id: end for chat_id, end in self._held.items() if end > now}
