"""Telegram's flood limits: 30 messages a second in all, about one a second in a chat, 20 a minute in a group."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.localchat.errors import ApiError


@dataclass(slots=True)
class _Bucket:
    """`size` sends at once, refilled at `rate` a second."""

    size: float
    rate: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one send fits, 0 when it fits now."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


class FloodGate:
    """Counts sends and refuses with 429 and `retry_after`; while a penalty lasts everything for that chat is refused.

    `seconds` is a monotonic source of real seconds: limits are about real time even when the chat's clock jumps.
    """

    ALL = (30.0, 30.0)
    CHAT = (4.0, 1.0)
    GROUP = (20.0, 20.0 / 60.0)

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._buckets: dict[int, _Bucket] = {}
        self._closed_until: dict[int, float] = {}
        self.early_calls = 0
        """Calls made inside a penalty: a well-behaved bot makes none."""

    def pass_one(self, chat_id: int, weight: int = 1) -> None:
        """Let one call of `weight` messages through, or raise 429."""
        now = self._seconds()
        self._refuse_early(chat_id, now)
        pair = (self._bucket(0, self.ALL, now), self._bucket(chat_id, self._limits(chat_id), now))
        for key, bucket in zip((0, chat_id), pair, strict=True):
            wait = bucket.wait(now)
            if wait > 0:
                self._closed_until[key] = now + math.ceil(wait)
                raise _too_many(math.ceil(wait))
        for bucket in pair:
            bucket.level -= weight

    def _refuse_early(self, chat_id: int, now: float) -> None:
        for key in (0, chat_id):
            left = self._closed_until.get(key, 0.0) - now
            if left > 0:
                self.early_calls += 1
                raise _too_many(math.ceil(left))

    def _bucket(self, key: int, limits: tuple[float, float], now: float) -> _Bucket:
        size, rate = limits
        return self._buckets.setdefault(key, _Bucket(size, rate, size, now))

    def _limits(self, chat_id: int) -> tuple[float, float]:
        return self.GROUP if chat_id < 0 else self.CHAT


def _too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
