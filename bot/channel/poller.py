"""The way in: fetch raw updates, commit them, and only then tell the messenger that they have arrived."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy.orm import Session
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.channel.crashpoints import reach
from bot.domain.model import DubanError
from storage import inbox
from storage.database import Database

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL_SECONDS = 25
SILENCE_LIMIT_SECONDS = 120.0
LONGEST_PAUSE_SECONDS = 30.0
REFUSALS = 5
LARGEST_ID = 2**63 - 1


class Fetcher(Protocol):
    """The part of the client that the poller needs."""

    async def updates(self, parameters: Mapping[str, Any], wait_seconds: float) -> list[Any]:
        """Raw updates; raises TelegramError."""
        ...

    async def drop_webhook(self) -> None:
        """Have updates wait to be polled again; raises TelegramError."""
        ...


def store_raw(session: Session, bot_id: int, bodies: Sequence[Any], now: datetime) -> int:
    """Keep raw updates in the inbox, each once; returns how many were new. What is no update is logged and left."""
    arrivals = [arrival for body in bodies if (arrival := _arrival(body)) is not None]
    return inbox.store(session, bot_id, arrivals, now)


def chat_of(body: Mapping[str, Any]) -> int:
    """The chat an update of any kind belongs to: its message's, else its sender's private one, else 0."""
    for part in body.values():
        if isinstance(part, Mapping):
            found = _chat_id(part)
            if found is not None:
                return found
    return 0


def _chat_id(part: Mapping[str, Any]) -> int | None:
    message = part.get("message")
    candidates = (part.get("chat"), message.get("chat") if isinstance(message, Mapping) else None)
    for candidate in (*candidates, part.get("from"), part.get("user")):
        if isinstance(candidate, Mapping) and isinstance(candidate.get("id"), int):
            return int(candidate["id"])
    return None


def is_update(body: Any) -> bool:
    """Whether it can be kept: it has an id, and ids that a database holds."""
    update_id = _update_id(body)
    return update_id is not None and abs(update_id) <= LARGEST_ID and abs(chat_of(body)) <= LARGEST_ID


def _update_id(body: Any) -> int | None:
    found = body.get("update_id") if isinstance(body, Mapping) else None
    return found if isinstance(found, int) else None


def _arrival(body: Any) -> inbox.Arrival | None:
    update_id = _update_id(body)
    if update_id is None or not is_update(body):
        log.error("not an update: type=%s", type(body).__name__)
        return None
    return inbox.Arrival(update_id, chat_of(body), dict(body))


class Poller:
    """Long-polls for one bot. `on_stored` is called after each commit that brought something new.

    `now` stamps the rows; `elapsed` is a clock of seconds that nobody can move, for the watchdog.
    """

    def __init__(
        self,
        db: Database,
        client: Fetcher,
        bot_id: int,
        now: Callable[[], datetime],
        on_stored: Callable[[], None],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        elapsed: Callable[[], float] = time.monotonic,
        long_poll_seconds: int = LONG_POLL_SECONDS,
    ) -> None:
        self._db = db
        self._client = client
        self._bot_id = bot_id
        self._now = now
        self._on_stored = on_stored
        self._sleep = sleep
        self._elapsed = elapsed
        self._long_poll_seconds = long_poll_seconds
        self._offset: int | None = None
        self._heard_at = elapsed()
        self._failures = 0
        self._refusals = 0
        self._heard_once = False

    @property
    def silent_seconds(self) -> float:
        """Seconds since the messenger last answered."""
        return self._elapsed() - self._heard_at

    async def run(self) -> None:
        """Poll until cancelled. Raises DubanError second_poller, token_refused or telegram_unreachable (seconds)."""
        self._heard_at, self._heard_once, self._offset = self._elapsed(), False, None
        self._failures = self._refusals = 0
        while True:
            try:
                await self.poll()
                self._failures = 0
            except TelegramError as error:
                await self._recover_from(error)
            except Exception:
                # Not stored, so not confirmed either: the same updates come again.
                log.exception("updates not stored")
                await self._pause()

    async def poll(self) -> int:
        """Fetch once, commit, and move the offset; returns how many updates were new."""
        bodies = await self._fetch()
        if not bodies:
            # Confirmed by the call itself. Without an offset, ids that start anew lower down are seen too.
            self._offset = None
            return 0
        new = await self._db.write(partial(store_raw, bot_id=self._bot_id, bodies=bodies, now=self._now()))
        reach("poll-stored")
        ids = [update_id for body in bodies if (update_id := _update_id(body)) is not None]
        self._offset = max(ids) + 1 if ids else self._offset
        if new:
            self._on_stored()
        return new

    async def _fetch(self) -> list[Any]:
        parameters: dict[str, Any] = {"timeout": self._long_poll_seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            parameters["offset"] = self._offset
        limit = self._long_poll_seconds + 30
        try:
            async with asyncio.timeout(limit):
                bodies = await self._client.updates(parameters, self._long_poll_seconds)
        except TimeoutError as error:
            raise TelegramError("no answer") from error
        self._heard_at = self._elapsed()
        self._heard_once, self._refusals = True, 0
        return bodies

    async def _recover_from(self, error: TelegramError) -> None:
        log.warning("not polled: %s: %s", type(error).__name__, error)
        if isinstance(error, Conflict) and "webhook is active" in str(error) and not self._heard_once:
            await self._back_to_polling()
        if isinstance(error, Conflict | InvalidToken | EndPointNotFound):
            self._refusals += 1
            if self._refusals >= REFUSALS:
                raise DubanError("second_poller" if isinstance(error, Conflict) else "token_refused") from error
        else:
            self._refusals = 0
        if self.silent_seconds > SILENCE_LIMIT_SECONDS:
            raise DubanError("telegram_unreachable", seconds=int(self.silent_seconds)) from error
        await self._pause(_named_wait(error))

    async def _back_to_polling(self) -> None:
        """The webhook of an earlier configuration stands in the way. One that is set later is somebody else's."""
        try:
            await self._client.drop_webhook()
        except TelegramError as error:
            log.warning("the webhook stays: %s", error)

    async def _pause(self, at_least: float = 0.0) -> None:
        self._failures += 1
        longest = min(2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)
        # Jitter, so that many bots do not come back at the same moment.
        await self._sleep(max(at_least, longest * random.uniform(0.5, 1.0)))  # noqa: S311


def _named_wait(error: TelegramError) -> float:
    if not isinstance(error, RetryAfter):
        return 0.0
    wait = error.retry_after
    return (wait if isinstance(wait, int | float) else wait.total_seconds()) + 1
