"""The composition root: builds every part of a running house and wires them; the only wiring place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.orm import Session
from telegram.ext import ExtBot

from bot.channel.client import Client
from bot.channel.composer import HouseComposer
from bot.channel.pacing import Pacer
from bot.channel.poller import Poller
from bot.channel.sender import Sender
from bot.channel.worker import InboxWorkers, Received
from bot.domain.model import DubanError
from bot.services import answers, entering, waves
from bot.texts.commands import COMMANDS
from handlers.context import House
from handlers.routes import Desk
from storage import outbox, plans
from storage.database import Database

log = logging.getLogger(__name__)
Now = Callable[[], datetime]

MAX_ROUNDS = 200
# One house per database, its lock sees to that. So the name outlives a crash, and what the dead one was sending is
# taken up at the next start instead of keeping its chats waiting until a lease ends.
SENDER = "house"


class Duban:
    """A house around one bot and one database: inbox workers, sender, poller and tick, with `now` as their clock."""

    def __init__(
        self,
        db: Database,
        bot: ExtBot[None],
        bot_id: int,
        home: Path,
        now: Now,
        *,
        pacer: Pacer | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        tick_seconds: int = 30,
        long_poll_seconds: int = 25,
    ) -> None:
        self.db, self.now, self.home = db, now, home
        self.client = Client(bot)
        self.desk = Desk(bot, House(self.client, home))
        self.sender = Sender(db, self.client, HouseComposer(), pacer or Pacer(), now, SENDER, sleep=sleep)
        self.workers = InboxWorkers(db, self._handle, now, on_dead=_tell_operator)
        self.poller = Poller(
            db, self.client, bot_id, now, self.workers.wake, sleep=sleep, long_poll_seconds=long_poll_seconds
        )
        self._tick_seconds = tick_seconds

    async def _handle(self, received: Received) -> None:
        try:
            await self.desk.handle(received)
        finally:
            self.sender.wake()

    async def tick(self) -> None:
        """One idempotent tick: decide what must have been said by now, then let it go out."""
        now = self.now()
        parts = await self.db.read(partial(waves.steps, now=now))
        if len(parts) == 1:
            await self.db.write(partial(waves.tick, now=now))
        elif parts:
            await self._decide_in_parts(parts, now)
        self.sender.wake()

    async def _decide_in_parts(self, parts: Sequence[frozenset[int]], now: datetime) -> None:
        """A large house decides in several units of work, so that answers are taken in between."""
        coming = waves.Coming({}, {})
        for part in parts:
            found = await self.db.write(partial(waves.decide, agency_ids=part, now=now, hold=True))
            coming = coming.joined(found)
        await self.db.write(partial(waves.conclude, coming=coming, now=now))

    async def settle(self) -> None:
        """Fetch, handle, tick and send until nothing is left to do at this moment; for clocks that jump."""
        for turn in range(MAX_ROUNDS):
            if not await self.poller.poll() and turn:
                return
            await self.workers.drain()
            await self.tick()
            await self.sender.drain()

    async def next_moment(self) -> datetime | None:
        """The next instant at which the house has something to do."""
        now = self.now()

        def earliest(session: Session) -> datetime | None:
            moments = [plans.next_wake(session), outbox.next_due_at(session)]
            ahead = [moment for moment in moments if moment is not None and moment > now]
            return min(ahead, default=None)

        return await self.db.read(earliest)

    async def announce(self, username: str = "") -> None:
        """Keep the bot's own name for deep links, asking for it where it is not given, and fill the command menus."""
        known = username or (await self.client.identify()).username
        await self.db.write(lambda session: entering.remember_bot(session, entering.office_of(session).id, known))
        for language in ("", "en"):
            menu = [(command.latin, command.description(language or "zh")) for command in COMMANDS.values()]
            await self.client.set_commands(menu, language)

    async def run(self) -> None:
        """Poll, handle, tick and send until cancelled, or until one part fails for good."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        every = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler.add_job(self._safely(self.tick), "interval", seconds=self._tick_seconds, id="reminders", **every)
        scheduler.add_job(self.sender.wake, "interval", seconds=10, id="outbox_sweep", **every)
        scheduler.add_job(self._safely(self._tidy), "interval", hours=1, id="housekeeping", **every)
        scheduler.start()
        try:
            await self.tick()
            async with asyncio.TaskGroup() as group:
                for part in (self.poller.run, self.workers.run, self.sender.run, self._keep_alone):
                    group.create_task(part())
        finally:
            scheduler.shutdown(wait=False)
            self.workers.stop()
            self.sender.stop()

    async def _keep_alone(self) -> None:
        """A lock lost with the server's connection is taken again; when another process has it, this one ends."""
        while True:
            await asyncio.sleep(self._tick_seconds)
            try:
                await asyncio.to_thread(self.db.lock.renew)
            except DubanError as error:
                if error.code == "database_in_use":
                    raise
                log.warning("the process lock is lost: %s", error.code)

    def _safely(self, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """A tick that fails is logged and tried again at the next; it never ends the process."""

        async def run() -> None:
            try:
                await job()
            except Exception:
                log.exception("tick failed")

        return run

    async def _tidy(self) -> None:
        """Housekeeping: bodies of updates handled long ago are not kept for ever."""
        before = self.now() - timedelta(days=90)
        await self.db.write(lambda session: answers.forget_old_updates(session, before))


def _tell_operator(session: Session, received: Received, error: Exception) -> None:
    """A dead update: the coordinators hear that one message could not be handled."""
    answers.report_dead(session, received.update_id, received.chat_id, received.now)
