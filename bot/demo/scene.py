"""One world on stage: chat, house, cast, story and play around the folder they are kept in."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cast.company import Company
from bot.cast.tempers import MIXED, Manner, county, manners_of, tempered
from bot.demo import folder, mending
from bot.demo.journal import Journal
from bot.demo.playing import Play
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.errors import ControlError
from bot.localchat.keeping import Keeper
from bot.localchat.moving import Hooks, Mover
from bot.services import plannow, story, summaries
from bot.settings import Settings
from bot.stage import direct_house, players_of
from bot.texts.screens.progress import board_in_words
from storage.database import Database
from storage.tables import Inbox, Outbox, Plan

log = logging.getLogger(__name__)

_IDLE_SECONDS = 5.0
_PAUSE_SECONDS = 0.5
_TRIES = 6


@dataclass(frozen=True)
class _Drawn:
    """A board as it was drawn, and what it depended on."""

    basis: tuple[object, ...]
    board: dict[str, Any]


class Scene:
    """An opened world. Everything that lets the house act takes `turn` first, so nothing of it happens at once.

    `leave` is done when another world has been put together and is to take this one's place: its result is the folder.
    """

    def __init__(self, settings: Settings, where: Path, db: Database, kept: folder.Kept) -> None:
        self.settings, self.where, self.db, self.kept = settings, where, db, kept
        self.api = BotApi(MovableClock(datetime.fromtimestamp(0, settings.zone)), kept.token)
        self.keeper = Keeper(self.api, where / folder.CHAT)
        self.journal = Journal(where / folder.STORY)
        self.mover = Mover(self.api, Hooks(self.upcoming, self.moved))
        self.play = Play(self.api, self.mover, self.is_over)
        self.leave: asyncio.Future[Path] = asyncio.get_running_loop().create_future()
        self.turn = asyncio.Lock()
        self._woken = asyncio.Event()
        self._boards: dict[tuple[str, str], _Drawn] = {}

    async def open(self) -> None:
        """Take up what is kept. ValueError, KeyError or TypeError when it cannot be read."""
        if not self.keeper.load():
            raise ValueError(f"no chat is kept in {self.where}")
        # The keeper leaves a gap in its counts; written down at once, a second crash leaves another one.
        await asyncio.to_thread(self.keeper.save)
        self.journal.load()
        latest = await self.db.read(_latest_moment)
        if latest is not None and latest > self.api.clock.now():
            # The database is written at once, the chat every few seconds: a crash leaves the clock behind.
            self.api.clock.set(latest)
        self.house = direct_house(self.api, self.db, self.where)
        # A command is told from other words by the bot's own name.
        await self.house.client.identify()
        players = await self.db.read(players_of)
        if not players:
            raise ValueError(f"nobody is known in {self.where}")
        self.company = Company(
            self.house,
            self.api,
            players,
            {},
            self.kept.seed,
            self.settings.zone,
            with_office=self.kept.answering,
            on_words=self._notice,
        )
        self._set_tempers()
        now = self.house.now()
        await self.db.write(lambda session: mending.show_lost(session, self.api, now))
        await self.company.skip()
        self.company.humans = {int(user): datetime.fromisoformat(at) for user, at in self.kept.humans.items()}
        await self.settle()
        if self.kept.answering:
            await self.company.begin()

    def _set_tempers(self) -> None:
        manners = {int(user): Manner(manner) for user, manner in self.kept.manners.items()}
        tempers = {user: tempered(user, manner, self.kept.seed) for user, manner in manners.items()}
        self.company.tempers = tempers if self.kept.answering else {}
        self.company.with_office = self.kept.answering

    def keep(self, **changes: Any) -> None:
        """Change what the demo keeps and write it down."""
        self.kept = replace(self.kept, **changes)
        folder.write(self.where, self.kept)

    async def attend(self) -> None:
        """Let the bot answer whenever somebody acts, until cancelled."""
        loop = asyncio.get_running_loop()

        def acted() -> None:
            if self.api.world.updates.pending:
                loop.call_soon_threadsafe(self._woken.set)

        stop = self.api.listen(acted)
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_IDLE_SECONDS):
                        await self._woken.wait()
                if self._woken.is_set() or self.api.clock.running:
                    self._woken.clear()
                    await self._attend_once()
        finally:
            stop()

    async def _attend_once(self) -> None:
        try:
            await self.settle()
        except Exception:
            # A fault somebody planned, as a rule; what waits is fetched again.
            log.exception("not settled")
            await asyncio.sleep(_PAUSE_SECONDS)
            self._woken.set()

    async def settle(self) -> None:
        """Let the bot take in what people did and say what is due."""
        async with self.turn:
            await self.house.settle()
            await self._notice()

    async def _patiently(self) -> None:
        """Settle, trying again while a fault somebody planned for the wire lasts."""
        for _ in range(_TRIES):
            try:
                return await self.house.settle()
            except Exception:
                log.exception("not settled")
                await asyncio.sleep(_PAUSE_SECONDS)
        return None

    async def upcoming(self) -> datetime | None:
        """The next moment at which the bot, or the cast, has something to do."""
        async with self.turn:
            moments = [await self.house.next_moment()]
            if self.kept.answering:
                await self.company.look()
                moments.append(self.company.next_at())
        return min((moment for moment in moments if moment is not None), default=None)

    async def moved(self, _now: datetime) -> None:
        """The clock stands somewhere else: everything due by now is said, and the cast does what is due."""
        async with self.turn:
            await self._patiently()
            if self.kept.answering:
                await self.company.watch()
                await self.company.look()
                while not self.leave.done() and await self.company.act():
                    await self.company.look()
            await self._notice()

    async def is_over(self) -> bool:
        """Whether the year holds nothing more, neither from the bot nor from the cast."""
        now = self.house.now()
        plan = await self.db.read(lambda session: plannow.plan_now(session, now))
        waits = self.kept.answering and self.company.next_at() is not None
        return plan is not None and plan.state == "closed" and not waits

    async def _notice(self) -> None:
        """Tell what happened, and remember whom a human acted as."""
        now, seen = self.house.now(), self.journal.seen
        entries, reached = await self.db.read(lambda session: story.happened(session, seen, now))
        self.journal.tell(entries, reached)
        await self.company.watch()
        humans = {str(user): at.isoformat() for user, at in self.company.humans.items()}
        if humans != self.kept.humans:
            self.keep(humans=humans)
        if entries:
            self.api.moved()

    async def begin_playing(self, days_per_second: float) -> None:
        """Play; a plan that still waits for 启用 is activated by the coordinator first."""
        now = self.house.now()
        plan = await self.db.read(lambda session: plannow.plan_now(session, now))
        if plan is not None and plan.state == "draft":
            async with self.turn:
                await self.company.activate_plan()
                await self._notice()
        self.play.start(days_per_second)

    async def direct(self, answering: bool | None, manner: str | None, user_id: int | None) -> None:
        """Let the cast answer or not, everybody or one person in a manner. ControlError for an unknown one."""
        manners = self._manners(manner, user_id)
        async with self.turn:
            self.keep(answering=self.kept.answering if answering is None else answering, manners=manners)
            self._set_tempers()
            if self.kept.answering:
                await self.company.begin()
        self.api.moved()

    def _manners(self, manner: str | None, user_id: int | None) -> dict[str, str]:
        if manner is None:
            return self.kept.manners
        if manner != MIXED and manner not in set(Manner):
            raise ControlError("unknown_manner", f"there is no manner {manner!r}")
        if user_id is None:
            if manner == MIXED:
                return manners_of(county(self.company.players.values(), self.kept.seed))
            return dict.fromkeys(self.kept.manners, manner)
        if str(user_id) not in self.kept.manners:
            raise ControlError("no_such_person", f"there is no contact {user_id}")
        if manner == MIXED:
            manner = manners_of(county(self.company.players.values(), self.kept.seed))[str(user_id)]
        return {**self.kept.manners, str(user_id): manner}

    async def board(self, language: str, period: str | None) -> dict[str, Any] | None:
        """The board of a period ("Q2", the year; None: the one people mean now); None before 启用."""
        now = self.house.now()
        local = now.astimezone(self.settings.zone)
        # What was reported is in the story; what is late changes with the day, and at half past five.
        basis = (self.journal.last, local.date(), (local.hour, local.minute) > (17, 30))
        drawn = self._boards.get((period or "", language))
        if drawn is None or drawn.basis != basis:
            found = await self.db.read(lambda session: _board(session, now, language, period))
            if found is None:
                return None
            drawn = self._boards[period or "", language] = _Drawn(basis, found)
        return {**drawn.board, "as_of": local.isoformat()}


def _board(session: Session, now: datetime, language: str, wanted: str | None) -> dict[str, Any] | None:
    known = plannow.plan_now(session, now)
    if known is None or known.state == "draft":
        return None
    plan = session.get_one(Plan, known.plan_id)
    period = _period(wanted, plan.year) or summaries.default_period(session, plan, now)
    summary = summaries.build(session, plan, period, now, summaries.office_actor(session, plan))
    return board_in_words(summary, language)


def _period(wanted: str | None, year: int) -> str | None:
    """ "Q2" and "2022Q2" as 2022Q2, the year as it is; None for anything else."""
    if wanted in ("Q1", "Q2", "Q3", "Q4"):
        return f"{year}{wanted}"
    known = (str(year), *(f"{year}Q{number}" for number in range(1, 5)))
    return wanted if wanted in known else None


def _latest_moment(session: Session) -> datetime | None:
    """The latest moment the database knows of."""
    columns = (Outbox.created_at, Outbox.finished_at, Inbox.received_at, Plan.activated_at)
    moments = [session.scalar(select(func.max(column))) for column in columns]
    return max((moment for moment in moments if moment is not None), default=None)
