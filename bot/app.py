"""The composition root: builds every part of a running house and wires them; the only wiring place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channel import health, sender, worker
from bot.channel.client import Client
from bot.channel.clockguard import ClockGuard
from bot.channel.composer import HouseComposer
from bot.channel.crashpoints import reach
from bot.channel.duties import Held, Regular, keep, live, regularly
from bot.channel.health import Health
from bot.channel.pacing import Pacer
from bot.channel.poller import Poller
from bot.channel.sender import Sender
from bot.channel.webhook import Webhook
from bot.channel.worker import InboxWorkers, Received
from bot.services import answers, entering, staffing, waves
from bot.texts.commands import COMMANDS
from handlers.context import House
from handlers.routes import Desk
from storage import leases, outbox, plans
from storage.database import Database
from storage.leases import Alone, Standing

log = logging.getLogger(__name__)
Now = Callable[[], datetime]

MAX_ROUNDS = 200
# Where one house has a database to itself, the name outlives a crash, and what the dead one was sending is taken up at
# the next start.
HOUSE = "house"
# Between processes nobody calls across: each looks for itself what another has put into the database.
LOOK_SECONDS = 0.5
CLOCK_SECONDS = 20.0
TIDY_SECONDS = 3600.0
LATE = timedelta(hours=1)


class Part(StrEnum):
    """What a process does of the house; `sender` is the line to the messenger: sending, and polling without webhook."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"


@dataclass(frozen=True)
class Hook:
    """Where the messenger brings updates to, and where this process listens for them."""

    url: str
    secret: str
    host: str
    port: int


class Duban:
    """A house around one bot and one database: inbox workers, sender, poller and tick, with `now` as their clock.

    Of several processes each has its `standing`, under a `name` of its own, and does its `part`. A `guard` holds the
    house back while the machine's clock is not to be trusted. With a `hook` updates are brought, else they are polled.
    """

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
        part: Part = Part.ALL,
        name: str = HOUSE,
        standing: Standing | None = None,
        guard: ClockGuard | None = None,
        hook: Hook | None = None,
    ) -> None:
        self.db, self.now, self.home = db, now, home
        self._bot_id, self._part, self._guard = bot_id, part, guard
        self._standing = standing or Alone()
        self._tick_seconds = tick_seconds
        self._leaves_looked_at: datetime | None = None
        self.client = Client(bot)
        self.desk = Desk(bot, House(self.client, home))
        self.sender = Sender(
            db,
            self.client,
            HouseComposer(),
            pacer or Pacer(),
            now,
            name,
            sleep=sleep,
            right=Held(self._standing, leases.SENDER),
            alone=True,
            poll_seconds=LOOK_SECONDS if standing else sender.POLL_SECONDS,
            may=self._may,
        )
        self.workers = InboxWorkers(
            db,
            self._handle,
            now,
            on_dead=_tell_operator,
            poll_seconds=LOOK_SECONDS if standing else worker.POLL_SECONDS,
            standing=self._standing,
            may=self._may,
        )
        self.poller = Poller(
            db, self.client, bot_id, now, self.workers.wake, sleep=sleep, long_poll_seconds=long_poll_seconds
        )
        self.webhook = self._webhook(hook) if hook else None

    def _webhook(self, hook: Hook) -> Webhook:
        return Webhook(self.db, self.client, self._bot_id, self.now, self.workers.wake, self.health, **asdict(hook))

    def _may(self) -> bool:
        return self._guard is None or self._guard.agrees()

    async def health(self) -> Health:
        """How the house is, for the operator."""
        trouble = self._guard.trouble if self._guard else None
        return await health.look(self.db, self._bot_id, self.now(), trouble)

    async def _handle(self, received: Received) -> None:
        try:
            await self.desk.handle(received)
        finally:
            self.sender.wake()

    async def tick(self) -> None:
        """One idempotent tick: decide what must have been said by now, then let it go out."""
        now = self.now()
        await self._end_leaves(now)
        parts = await self.db.read(partial(waves.steps, now=now))
        if len(parts) == 1:
            await self.db.write(partial(waves.tick, now=now))
        elif parts:
            await self._decide_in_parts(parts, now)
        if parts:
            reach("decided")
        self.sender.wake()

    async def _end_leaves(self, now: datetime) -> None:
        """Once an hour: whose leave is over is asked again."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._leaves_looked_at:
            await self.db.write(partial(staffing.all_leaves_over, now=now))
            self._leaves_looked_at = hour

    async def _decide_in_parts(self, parts: Sequence[frozenset[int]], now: datetime) -> None:
        """A large house decides in several units of work, so that answers are taken in between."""
        coming = waves.Coming({}, {})
        for part in parts:
            found = await self.db.write(partial(waves.decide, agency_ids=part, now=now, hold=True))
            coming = coming.joined(found)
            reach("part-decided")
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
        """Do this process's part until cancelled, or until one piece of it fails for good."""
        try:
            async with asyncio.TaskGroup() as group:
                for work in self._works():
                    group.create_task(work)
        finally:
            self.workers.stop()
            self.sender.stop()
            self._standing.close()

    def _works(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield live(self._standing)
        yield self._mind_the_clock()
        if self._part is not Part.WEB:
            yield regularly(
                Regular("reminders", self._tick_seconds, self._tick_in_time),
                Regular("housekeeping", TIDY_SECONDS, self._tidy),
            )
        if self.webhook and self._part in (Part.ALL, Part.WEB):
            yield self.webhook.run()
        if self._part in (Part.ALL, Part.WORKER):
            yield self.workers.run()
        if self._part in (Part.ALL, Part.SENDER):
            yield keep(self._standing, leases.SENDER, self.sender.run)
            if self.webhook is None:
                yield keep(self._standing, leases.poller_of(self._bot_id), self.poller.run)

    async def _tick_in_time(self) -> None:
        if self._may():
            await self.tick()

    async def _mind_the_clock(self) -> None:
        """Whoever distrusts the clock asks the messenger what time it is, which the guard overhears."""
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            if not self._may():
                with suppress(TelegramError):
                    await self.client.identify()

    async def _tidy(self) -> None:
        """Housekeeping: bodies of updates handled long ago are not kept for ever; what waits too long is said."""
        before = self.now() - timedelta(days=90)
        await self.db.write(lambda session: answers.forget_old_updates(session, before))
        waiting_since = await self.db.read(lambda session: outbox.oldest_due(session, self.now()))
        if waiting_since is not None and self.now() - waiting_since > LATE:
            log.critical("messages have been waiting since %s: is the messenger reachable?", waiting_since)


def _tell_operator(session: Session, received: Received, error: Exception) -> None:
    """A dead update: the coordinators hear that one message could not be handled."""
    answers.report_dead(session, received.update_id, received.chat_id, received.now)
