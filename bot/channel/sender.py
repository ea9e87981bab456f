"""The way out: claim what is due, check that it is still needed, render it now, send it, record what became of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, repeat
from typing import TypeVar

from bot.channel.client import Delivered
from bot.channel.crashpoints import reach
from bot.channel.errors import Kind, Next, Outcome, after, classify
from bot.channel.ledger import Job, Ledger, Result
from bot.channel.pacing import Pacer
from bot.channel.protocols import Always, Composer, Deliverer, Right
from bot.texts.message import Message
from storage import outbox
from storage.database import Database

log = logging.getLogger(__name__)

CONCURRENCY = 6
POLL_SECONDS = 3.0
RECOVER_EVERY = timedelta(seconds=30)
RECORD_PAUSES = (0.5, 2.0, 5.0, 10.0)
# A row is claimed so shortly before its slot: what is claimed and not yet on its way is doubtful after a crash.
AHEAD_SECONDS = 0.06
# A sender that lost its right may still be hearing how its last messages went; its successor lets it write that down.
GRACE_SECONDS = 3.0
SET_BACK = timedelta(seconds=10)
LANDING_SECONDS = 30.0

T = TypeVar("T")


class Sender:
    """Sends what the outbox owes, at most `concurrency` at once and one per chat.

    `worker_name` must be this sender's alone: rows under it that it is not sending are taken for a dead
    predecessor's. With `alone`, which takes a `right` that one process has at a time, all rows it is not sending are.
    Nothing is claimed while `may` says no. `now` is the clock the rows live by; `sleep` is how to wait for a slot, and
    a movable clock may pass one that only moves it or does nothing.
    """

    def __init__(
        self,
        db: Database,
        client: Deliverer,
        composer: Composer,
        pacer: Pacer,
        now: Callable[[], datetime],
        worker_name: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        concurrency: int = CONCURRENCY,
        poll_seconds: float = POLL_SECONDS,
        right: Right | None = None,
        alone: bool = False,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._db = db
        self._client = client
        self._composer = composer
        self._right: Right = right or Always()
        self._may = may
        self._alone = alone
        self._ledger = Ledger(composer, worker_name, self._right)
        self._pacer = pacer
        self._now = now
        self._sleep = sleep
        self._concurrency = concurrency
        self._poll_seconds = poll_seconds
        self._flights: dict[asyncio.Task[None], Job] = {}
        self._unbooked: set[int] = set()
        self._running_since: float | None = None
        self._took_over = False
        self._turn = asyncio.Lock()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._slept_to: datetime | None = None
        self._recovered_at: datetime | None = None
        self._refused_until: datetime | None = None
        self._looked_at: datetime | None = None

    def wake(self) -> None:
        """Something new is due; call it in the loop's thread."""
        self._awake.set()

    def wake_threadsafe(self) -> None:
        """`wake` from any thread; nothing while the sender is not running."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    def stop(self) -> None:
        """Let `run` return once the messages in flight are recorded; no more are claimed."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Send until `stop`. While the database fails nothing is claimed; it is asked again every few seconds."""
        self._loop = asyncio.get_running_loop()
        self._running_since, self._took_over, self._recovered_at = time.monotonic(), False, None
        try:
            while not self._stopping:
                self._awake.clear()
                if not await self._try(self._round, 0):
                    await self._rest()
        finally:
            if self._flights:
                await asyncio.wait(self._flights, timeout=LANDING_SECONDS)

    async def drain(self) -> int:
        """Send all that is due now, waiting for slots but not for penalties or back-offs; returns how many it claimed.

        Raises what the database raises.
        """
        total = 0
        while True:
            flew = bool(self._flights)
            claimed = await self._round()
            total += claimed
            if claimed:
                continue
            if self._stopping:
                return total
            if self._flights:
                await asyncio.wait(self._flights, return_when=asyncio.FIRST_COMPLETED)
                continue
            if flew:  # a landing during the round freed a chat that the round still took for busy
                continue
            gap = await self._gap()
            if gap is None:
                return total
            await self._wait(gap)

    async def _try(self, step: Callable[[], Awaitable[T]], otherwise: T) -> T:
        try:
            return await step()
        except Exception:
            log.exception("the database fails: nothing is claimed")
            return otherwise

    async def _round(self) -> int:
        """Recover now and then, claim what there is room for, start sending it; returns how many were claimed."""
        async with self._turn:
            now = self._noticed()
            if not (self._may() and self._right.held()):
                return 0
            await self._recover()
            room = min(self._concurrency - len(self._flights), self._soon())
            if room <= 0 or self._stopping or self._pacer.held_until(None, now):
                return 0
            claimed = await self._db.write(partial(self._ledger.claim, now=now, limit=room, busy=self._busy(now)))
            if claimed.jobs:
                reach("claimed")
            for job in claimed.jobs:
                self._launch(job)
            return claimed.count

    def _noticed(self) -> datetime:
        """Now; a clock that was set back must not stretch the waits that were reckoned by it."""
        now, before = self._now(), self._looked_at
        self._looked_at = now
        if before is not None and now < before - SET_BACK:
            self._pacer.set_back(before - now)
            self._slept_to = self._refused_until = None
        return now

    def _soon(self) -> int:
        """How many messages more can be on their way in a moment, after those claimed that have no slot yet."""
        return self._pacer.room(self._pace_now(), AHEAD_SECONDS) - len(self._unbooked)

    async def _recover(self) -> None:
        now, takes_over = self._now(), self._takes_over()
        recently = self._recovered_at is not None and timedelta(0) <= now - self._recovered_at < RECOVER_EVERY
        if recently and takes_over == self._took_over:
            return
        self._took_over = takes_over
        alive = frozenset(job.row_id for job in self._flights.values())
        found = await self._db.write(partial(self._ledger.recover, now=now, alive=alive, alone=takes_over))
        if found.again or found.unknown:
            log.warning("left by a dead sender: again=%s unknown=%s", len(found.again), len(found.unknown))
        self._recovered_at = now

    def _takes_over(self) -> bool:
        """Whether nobody but this sender can be sending any more."""
        if not self._alone or self._running_since is None:
            return False
        return time.monotonic() - self._running_since >= GRACE_SECONDS

    def _busy(self, now: datetime) -> frozenset[int]:
        in_flight = frozenset(job.prepared.chat_id for job in self._flights.values())
        return in_flight | self._pacer.held(now) | self._pacer.in_gap(self._pace_now()).keys()

    def _launch(self, job: Job) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(job))
        self._flights[task] = job
        self._unbooked.add(job.row_id)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flights.pop(task, None)
        self.wake()
        if not task.cancelled() and task.exception() is not None:
            log.error("a message was lost sight of", exc_info=task.exception())

    async def _carry(self, job: Job) -> None:
        try:
            result = await self._send(job)
        finally:
            self._unbooked.discard(job.row_id)
        reach("sent-before-record")
        await self._record(job, result)
        reach("recorded")

    async def _send(self, job: Job) -> Result:
        try:
            message = await asyncio.to_thread(self._composer.render, job.prepared.view)
        except Exception as error:
            log.exception("not rendered: outbox=%s", job.row_id)
            return Result(Next("dead"), f"{type(error).__name__}: {error}")
        result = await self._deliver(job, message, job.prepared.edit_message_id)
        if result is None:
            result = await self._deliver(job, message, None)
        return result or Result(Next("dead"), "edit_gone")

    async def _deliver(self, job: Job, message: Message, edit_message_id: int | None) -> Result | None:
        """Wait for a slot, then send or edit; None when the message to edit is gone."""
        chat_id = job.prepared.chat_id
        pause = self._pacer.slot(chat_id, self._pace_now())
        self._unbooked.discard(job.row_id)
        self.wake()
        await self._wait(pause)
        held = self._pacer.held_until(chat_id, self._now())
        if held is not None:
            return Result(Next("due", held, counted=False), "held")
        if not (self._may() and self._right.held()):
            return Result(Next("due", self._now(), counted=False), "stopped")
        self._pacer.sent(chat_id, self._pace_now())
        reach("slot")
        try:
            delivered = await self._client.deliver(chat_id, message, edit_message_id)
        except Exception as error:
            outcome = classify(error)
            if outcome.kind is Kind.EDIT_GONE and edit_message_id is not None:
                return None
            return self._failed(job, message, edit_message_id, outcome)
        return Result(Next("sent"), delivered=delivered)

    def _failed(self, job: Job, message: Message, edit_message_id: int | None, outcome: Outcome) -> Result:
        chat_id = job.prepared.chat_id
        step = after(
            outcome,
            self._now(),
            attempts=job.attempts,
            uncertain=job.uncertain,
            resend=job.resend,
            is_edit=edit_message_id is not None,
            is_group=chat_id < 0,
        )
        level = logging.INFO if step.state == "sent" else logging.WARNING
        log.log(level, "%s: outbox=%s chat=%s reason=%s", outcome.kind, job.row_id, chat_id, outcome.reason)
        self._hold(chat_id, outcome, step)
        delivered = None
        if outcome.kind is Kind.UNCHANGED and edit_message_id is not None:
            is_photo = message.attachment is not None and message.attachment.is_photo
            delivered = Delivered(edit_message_id, is_photo)
        return Result(step, outcome.reason, delivered, outcome.new_chat_id)

    def _hold(self, chat_id: int, outcome: Outcome, step: Next) -> None:
        if step.not_before is None:
            return
        if outcome.kind is Kind.TOKEN_REFUSED:
            log.critical("the bot token is refused: sending has stopped, what is owed stays in the outbox")
        if outcome.kind is Kind.RATE_LIMITED:
            repeated = self._refused_until is not None and self._refused_until > self._now()
            self._pacer.hold(None if repeated or step.hold_all else chat_id, step.not_before)
            self._refused_until = step.not_before
        elif step.hold_all:
            self._pacer.hold(None, step.not_before)

    async def _record(self, job: Job, result: Result) -> None:
        """Record what happened, however long the database refuses: until then nothing else goes to that chat.

        Where nobody waits for the database (`drain`), the row counts as left behind in the end.
        """
        patience = repeat(RECORD_PAUSES[-1]) if self._running_since is not None else (0.0,)
        for pause in chain(RECORD_PAUSES, patience):
            try:
                await self._db.write(partial(self._ledger.record, job=job, result=result, now=self._now()))
            except Exception:
                log.exception("not recorded: outbox=%s state=%s", job.row_id, result.step.state)
                await asyncio.sleep(pause)
            else:
                return

    async def _rest(self) -> None:
        """Wait for a call, a landing, the end of a gap, or the next look round."""
        # While the pace is what keeps messages back, nobody needs to know whose turn it will be.
        ahead = self._pacer.open_in(self._pace_now()) - AHEAD_SECONDS
        gap = ahead if ahead > 0 else await self._try(self._gap, None)
        pause = self._poll_seconds if gap is None else min(gap, self._poll_seconds)
        paced, began = self._pace_now(), time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._awake.wait()
        self._have_slept(paced, time.monotonic() - began)

    async def _gap(self) -> float | None:
        """Seconds until the first chat that has something due may be written to again; None when there is none."""
        paced, now = self._pace_now(), self._now()
        waiting = self._pacer.in_gap(paced)
        if not waiting or self._pacer.held_until(None, now):
            return None
        chats = frozenset(waiting) - self._pacer.held(now)
        ready = await self._db.read(partial(outbox.ready_chats, now=now, among=chats))
        moments = [waiting[chat_id] for chat_id in ready]
        return (min(moments) - paced).total_seconds() if moments else None

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            paced = self._pace_now()
            await self._sleep(seconds)
            self._have_slept(paced, seconds)

    def _have_slept(self, since: datetime, seconds: float) -> None:
        target = since + timedelta(seconds=seconds)
        self._slept_to = max(target, self._slept_to or target)

    def _pace_now(self) -> datetime:
        """The moment for pacing: never earlier than what was slept to, though the clock stood still or went back."""
        now = self._now()
        return now if self._slept_to is None else max(now, self._slept_to)
