"""A year in seconds: the real planner, outbox, handlers and summary on a movable clock; only the wire is played."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Duban
from bot.cast.carried import carried_by, kind_of
from bot.cast.company import Company
from bot.cast.tempers import Manner, Temper, alike, county
from bot.domain.reading import PlanReading
from bot.domain.workdays import Calendar
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.services import planning, summaries
from bot.stage import Player, default_roster, direct_house, enter, set_up
from bot.texts.printed import summary_text
from storage.database import Database
from storage.newest import newest_id
from storage.tables import Outbox, Plan

MAX_STEPS = 20_000


class Behaviour(StrEnum):
    """How the cast answers: nobody; everybody in one manner; a believable county drawn by the seed.

    With `silent` and `prompt` the coordinator does nothing either, so that the year shows the reminders alone.
    """

    SILENT = "silent"
    PROMPT = "prompt"
    LATE = "late"
    VAGUE = "vague"
    DIFFICULT = "difficult"
    MIXED = "mixed"

    @property
    def works_the_desk(self) -> bool:
        """Whether the coordinator reviews and decides."""
        return self not in (Behaviour.SILENT, Behaviour.PROMPT)


@dataclass(frozen=True)
class Rehearsal:
    """What to play. `year` is the year played, whatever year the document names."""

    reading: PlanReading
    document: tuple[str, bytes]
    year: int
    roster: tuple[RosterLine, ...] | None
    behaviour: Behaviour
    seed: int
    zone: ZoneInfo


@dataclass(frozen=True)
class Said:
    """One message somebody got. `items` as in the command's --json: task, what, rung, due."""

    at: datetime
    to: dict[str, str]
    kind: str
    items: tuple[dict[str, Any], ...]
    text: str

    def as_json(self) -> dict[str, Any]:
        """The message as one JSON object."""
        return {
            "at": self.at.isoformat(),
            "to": self.to,
            "kind": self.kind,
            "items": list(self.items),
            "text": self.text,
        }


def play(rehearsal: Rehearsal) -> tuple[tuple[Said, ...], str]:
    """Play the year; returns every message in order and the year-end summary in words."""
    with tempfile.TemporaryDirectory(prefix="duban-rehearsal-") as folder:
        return asyncio.run(_Year(rehearsal, Path(folder)).play())


class _Year:
    """One rehearsal under way."""

    def __init__(self, rehearsal: Rehearsal, home: Path) -> None:
        self.rehearsal, self.home = rehearsal, home
        first = Calendar().on_or_after(date(rehearsal.year, 1, 1))
        self.start = datetime.combine(first, datetime.min.time(), rehearsal.zone) + timedelta(hours=9)
        self.clock = MovableClock(self.start - timedelta(minutes=30))
        self.api = BotApi(self.clock)
        self.seen = 0
        self.players: dict[int, Player] = {}

    async def play(self) -> tuple[tuple[Said, ...], str]:
        db = Database.open(None, self.home, durable=False)
        try:
            db.prepare()
            return await self._play(db)
        finally:
            db.close()

    async def _play(self, db: Database) -> tuple[tuple[Said, ...], str]:
        house = direct_house(self.api, db, self.home)
        lines = self.rehearsal.roster or default_roster(self.rehearsal.reading)
        now = self.clock.now()
        plan_id, players = await db.write(
            lambda session: set_up(
                session,
                "牵头办",
                self.rehearsal.zone.key,
                replace(self.rehearsal.reading, year=self.rehearsal.year),
                self.rehearsal.document,
                lines,
                now,
            )
        )
        await house.announce()
        await enter(house, self.api, players, {})
        self.players = {player.person_id: player for player in players}
        self.seen = await db.read(lambda session: newest_id(session, Outbox.id))
        self.clock.set(self.start)
        await db.write(lambda session: planning.activate(session, 1, plan_id, "rehearsal", self.start))
        said = await self._until_year_end(house, await self._company(house, players))
        final = await db.read(lambda session: self._summary(session, plan_id))
        return tuple(said), final

    async def _company(self, house: Duban, players: Sequence[Player]) -> Company:
        behaviour = self.rehearsal.behaviour
        company = Company(
            house,
            self.api,
            players,
            self._tempers(players),
            self.rehearsal.seed,
            self.rehearsal.zone,
            with_office=behaviour.works_the_desk,
        )
        await company.skip()
        return company

    def _tempers(self, players: Sequence[Player]) -> dict[int, Temper]:
        if self.rehearsal.behaviour is Behaviour.MIXED:
            return county(players, self.rehearsal.seed)
        return alike(players, Manner(self.rehearsal.behaviour))

    async def _until_year_end(self, house: Duban, company: Company) -> list[Said]:
        said: list[Said] = []
        last = datetime.combine(date(self.rehearsal.year + 1, 2, 28), datetime.min.time(), self.rehearsal.zone)
        for _ in range(MAX_STEPS):
            await house.settle()
            said += await house.db.read(self._collect)
            await company.look()
            moments = (await house.next_moment(), company.next_at())
            moment = min((moment for moment in moments if moment is not None), default=None)
            if moment is None or moment > last:
                return said
            self.clock.set(max(moment, self.clock.now()))
            await company.act()
        return said

    def _collect(self, session: Session) -> list[Said]:
        """What was sent since the last look."""
        rows = session.scalars(select(Outbox).where(Outbox.id > self.seen).order_by(Outbox.finished_at, Outbox.id))
        said: list[Said] = []
        for row in rows:
            self.seen = max(self.seen, row.id)
            if row.state == "sent" and row.person_id in self.players:
                said.append(self._said(session, row))
        return said

    def _said(self, session: Session, row: Outbox) -> Said:
        player = self.players[row.person_id or 0]
        text = next(
            (
                message.get("text") or message.get("caption", "")
                for message in self.api.messages(player.user_id)
                if message["message_id"] == row.message_id
            ),
            "",
        )
        to = {"role": player.role, "agency": player.agency, "name": player.name}
        items = tuple(item.as_json() for item in carried_by(session, row))
        finished = row.finished_at or self.clock.now()
        return Said(finished.astimezone(self.rehearsal.zone), to, kind_of(session, row, player.role), items, text)

    def _summary(self, session: Session, plan_id: int) -> str:
        plan = session.get_one(Plan, plan_id)
        office = summaries.office_actor(session, plan)
        summary = summaries.build(session, plan, str(self.rehearsal.year), self.clock.now(), office)
        return summary_text(summary, "zh")
