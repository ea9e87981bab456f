"""The inbox's workers: one per chat, a bounded number of chats at once, in order inside a chat, effects once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.channel.crashpoints import reach
from bot.domain.model import DubanError
from storage import inbox
from storage.database import Database
from storage.engines import FAULTS
from storage.leases import Alone, Standing

log = logging.getLogger(__name__)

LIMIT_CHATS = 8
HANDLE_SECONDS = 120.0
POLL_SECONDS = 1.0
OTHERS = 64  # chats looked at beyond those there is room for: so many may be in other processes' hands
TURN = 20  # updates of one chat before other chats get its place

T = TypeVar("T")
OnDead = Callable[[Session, "Received", Exception], None]


class AlreadyHandledError(Exception):
    """The update was closed by somebody else; what this unit did is rolled back."""


class DatabaseFailsError(Exception):
    """The database failed while an update was handled: not the update's fault, it is handled again."""

    def __init__(self, cause: DubanError) -> None:
        super().__init__(cause.code)
        self.cause = cause


class Received:
    """An update to handle. `body` is as it came, `attempts` counts earlier failures, `now` is when handling began."""

    def __init__(
        self,
        database: Database,
        bot_id: int,
        update_id: int,
        chat_id: int,
        body: Mapping[str, Any],
        attempts: int,
        now: datetime,
    ) -> None:
        self.bot_id = bot_id
        self.update_id = update_id
        self.chat_id = chat_id
        self.body = body
        self.attempts = attempts
        self.now = now
        self._database = database
        self._done = False

    @property
    def done(self) -> bool:
        """Whether the update is closed, its effects committed."""
        return self._done

    async def run(self, work: Callable[[Session], T]) -> T:
        """Run `work` and close the update in the same transaction; further calls are plain units of work.

        When `work` raises, both are rolled back, and a next call closes the update instead. Raises DatabaseFailsError,
        so that a fault of the database is never told to a person as if it were an answer.
        """
        if self._done:
            return await _or_fails(self._database.write(work))
        result = await _or_fails(self._database.write(partial(self._unit, work)))
        reach("handled-after-commit")
        self._done = True
        return result

    async def read(self, work: Callable[[Session], T]) -> T:
        """Look something up; closes nothing. Raises DatabaseFailsError."""
        return await _or_fails(self._database.read(work))

    def _unit(self, work: Callable[[Session], T], session: Session) -> T:
        # Closing it first takes the row's lock, so that of two workers only one has effects.
        if not inbox.mark_done(session, self.bot_id, self.update_id, self.now):
            raise AlreadyHandledError(self.update_id)
        result = work(session)
        session.flush()
        reach("handled-before-commit")
        return result


async def _or_fails(unit: Awaitable[T]) -> T:
    try:
        return await unit
    except DubanError as error:
        if error.code in FAULTS:
            raise DatabaseFailsError(error) from error
        raise


class InboxWorkers:
    """Hands the inbox to `handle`, chat by chat. An update that fails three times is set aside; `on_dead` hears of it
    in the same unit of work, and the chat goes on. Of several processes that share a database each takes a chat from
    `standing` before it handles anything of it. Nothing is begun while `may` says no.
    """

    def __init__(
        self,
        db: Database,
        handle: Callable[[Received], Awaitable[None]],
        now: Callable[[], datetime],
        limit_chats: int = LIMIT_CHATS,
        on_dead: OnDead | None = None,
        *,
        handle_seconds: float = HANDLE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        standing: Standing | None = None,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._db = db
        self._standing = standing or Alone()
        self._may = may
        self._handle = handle
        self._now = now
        self._limit = limit_chats
        self._on_dead = on_dead
        self._handle_seconds = handle_seconds
        self._poll_seconds = poll_seconds
        self._chats: dict[int, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._failure: Exception | None = None

    def wake(self) -> None:
        """Something new is in the inbox; call it in the loop's thread."""
        self._awake.set()

    def wake_threadsafe(self) -> None:
        """`wake` from any thread; nothing while the workers are not running."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    def stop(self) -> None:
        """Let `run` return once the updates in hand are handled."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Handle until `stop`. While the database fails nothing is handled; it is asked again every second."""
        self._loop = asyncio.get_running_loop()
        try:
            while not self._stopping:
                self._awake.clear()
                if not await self._try_start():
                    await self._rest()
        finally:
            if self._chats:
                await asyncio.wait(self._chats.values(), timeout=self._handle_seconds)

    async def drain(self) -> None:
        """Handle all that may be handled now (what failed waits for its time). Raises what the database raises."""
        self._failure = None
        while await self._start() or self._chats:
            if self._chats:
                await asyncio.wait(self._chats.values(), return_when=asyncio.FIRST_COMPLETED)
            if self._failure is not None:
                raise self._failure

    async def _try_start(self) -> int:
        try:
            return await self._start()
        except Exception:
            log.exception("the database fails: nothing is handled")
            return 0

    async def _start(self) -> int:
        """Give open chats a worker while there is room; returns how many got one."""
        async with self._turn:
            room = self._limit - len(self._chats)
            if room <= 0 or self._stopping or not self._may():
                return 0
            # Some of them may be in other hands.
            find = partial(inbox.open_chats, now=self._now(), limit=room + OTHERS, busy=tuple(self._chats))
            chats = await self._standing.take_chats(await self._db.read(find), room)
            for chat_id in chats:
                self._launch(chat_id)
            return len(chats)

    def _launch(self, chat_id: int) -> None:
        task = asyncio.get_running_loop().create_task(self._try_serve(chat_id))
        self._chats[chat_id] = task
        task.add_done_callback(partial(self._served, chat_id))

    def _served(self, chat_id: int, _task: asyncio.Task[None]) -> None:
        self._chats.pop(chat_id, None)
        self.wake()

    async def _try_serve(self, chat_id: int) -> None:
        try:
            await self._serve(chat_id)
        except Exception as error:
            # Only the database can fail here. The chat keeps its place a moment, lest it be tried in a hot loop.
            log.exception("the database fails: chat=%s", chat_id)
            self._failure = error
            await asyncio.sleep(self._poll_seconds)
        finally:
            await self._leave(chat_id)

    async def _leave(self, chat_id: int) -> None:
        try:
            await self._standing.leave_chat(chat_id)
        except DubanError as error:
            log.warning("a chat went with the connection: chat=%s reason=%s", chat_id, error.code)

    async def _serve(self, chat_id: int) -> None:
        for _ in range(TURN):
            if self._stopping or not self._may():
                return
            now = self._now()
            row = await self._db.read(partial(inbox.next_of, chat_id=chat_id, now=now))
            if row is None:
                return
            received = Received(self._db, row.bot_id, row.update_id, chat_id, row.body, row.attempts, now)
            if not await self._attempt(received):
                return

    async def _attempt(self, received: Received) -> bool:
        """Handle one update; False when it must be tried again later, so that the chat has to wait."""
        try:
            async with asyncio.timeout(self._handle_seconds):
                await self._handle(received)
            if not received.done:
                await received.run(lambda _: None)
        except AlreadyHandledError:
            return True
        except DatabaseFailsError as error:
            raise error.cause from None
        except Exception as error:
            log.exception("not handled: update=%s chat=%s", received.update_id, received.chat_id)
            if received.done:
                return True
            state = await self._db.write(partial(self._fail, received, error))
            return state != "new"
        return True

    def _fail(self, received: Received, error: Exception, session: Session) -> str:
        words = f"{type(error).__name__}: {error}"
        state = inbox.mark_failed(session, received.bot_id, received.update_id, words, self._now())
        if state == "dead" and self._on_dead is not None:
            self._tell(session, received, error, self._on_dead)
        return state

    def _tell(self, session: Session, received: Received, error: Exception, on_dead: OnDead) -> None:
        try:
            with session.begin_nested():
                on_dead(session, received, error)
        except Exception:
            log.exception("nobody told of the dead update: update=%s", received.update_id)

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll_seconds):
                await self._awake.wait()
