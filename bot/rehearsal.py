"""A year in seconds: the real planner, outbox, handlers and summary on a movable clock; only the wire is played."""

from __future__ import annotations

import asyncio
import heapq
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Duban
from bot.domain import periods
from bot.domain.facts import ASSIGNMENT, Audience
from bot.domain.model import PlanReading, Role
from bot.domain.workdays import Calendar
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.services import planning, summaries
from bot.stage import Player, default_roster, direct_house, enter, press, set_up
from bot.texts.printed import summary_text
from storage.database import Database
from storage.tables import Outbox, Plan, Reminder, Task

MAX_STEPS = 20_000


class Behaviour(StrEnum):
    """How the cast answers: nobody; everybody at the first reminder; a mixture by the seed."""

    SILENT = "silent"
    PROMPT = "prompt"
    MIXED = "mixed"


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


@dataclass(order=True)
class _Deed:
    """Something a member of the cast will do at a moment."""

    at: datetime
    order: int
    player: Player = field(compare=False)
    row_id: int = field(compare=False)


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
        self.random = random.Random(rehearsal.seed)  # noqa: S311  (a play, nothing secret)
        self.deeds: list[_Deed] = []
        self.seen = 0
        self.order = 0
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
        self.seen = await db.read(_last_row)
        self.clock.set(self.start)
        await db.write(lambda session: planning.activate(session, 1, plan_id, "rehearsal", self.start))
        said = await self._until_year_end(house)
        final = await db.read(lambda session: self._summary(session, plan_id))
        return tuple(said), final

    async def _until_year_end(self, house: Duban) -> list[Said]:
        said: list[Said] = []
        last = datetime.combine(date(self.rehearsal.year + 1, 2, 28), datetime.min.time(), self.rehearsal.zone)
        for _ in range(MAX_STEPS):
            await house.settle()
            said += await house.db.read(self._collect)
            moment = self._next(await house.next_moment())
            if moment is None or moment > last:
                return said
            self.clock.set(max(moment, self.clock.now()))
            while self.deeds and self.deeds[0].at <= self.clock.now():
                await self._do(house, heapq.heappop(self.deeds))
        return said

    def _next(self, planned: datetime | None) -> datetime | None:
        moments = [moment for moment in (planned, self.deeds[0].at if self.deeds else None) if moment]
        return min(moments, default=None)

    def _collect(self, session: Session) -> list[Said]:
        """What was sent since the last look, and what the cast will do about it."""
        rows = session.scalars(select(Outbox).where(Outbox.id > self.seen).order_by(Outbox.finished_at, Outbox.id))
        said: list[Said] = []
        for row in rows:
            self.seen = max(self.seen, row.id)
            if row.state == "sent" and row.person_id in self.players:
                said.append(self._said(session, row))
                self._plan_answer(row, said[-1])
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
        items = _items(session, row)
        finished = row.finished_at or self.clock.now()
        return Said(finished.astimezone(self.rehearsal.zone), to, _kind(session, row, player), items, text)

    def _plan_answer(self, row: Outbox, said: Said) -> None:
        if said.kind not in ("assignment", "reminder") or self.rehearsal.behaviour is Behaviour.SILENT:
            return
        player = self.players[row.person_id or 0]
        wait = self._patience(player, said)
        if wait is not None:
            self.order += 1
            heapq.heappush(self.deeds, _Deed(self.clock.now() + wait, self.order, player, row.id))

    def _patience(self, player: Player, said: Said) -> timedelta | None:
        """How long the player lets a message lie; None for not answering it at all."""
        if self.rehearsal.behaviour is Behaviour.PROMPT:
            return timedelta(minutes=40)
        draw = self.random.random()
        if said.kind == "assignment":
            return timedelta(hours=1) if draw < 0.8 else None
        late = any(item["rung"] in ("D", "D+1") for item in said.items)
        return timedelta(minutes=self.random.randint(5, 120)) if draw < (0.7 if late else 0.35) else None

    async def _do(self, house: Duban, deed: _Deed) -> None:
        """Answer one message as a person would: tap through its card."""
        items = await house.db.read(lambda session: _items(session, session.get_one(Outbox, deed.row_id)))
        user_id = deed.player.user_id
        if any(item["what"] == ASSIGNMENT for item in items):
            press(self.api, user_id, "sg")
            await house.settle()
        dues = [item for item in items if item["what"] != ASSIGNMENT and item["task"]]
        for place, item in enumerate(dues):
            if len(dues) > 1 or len(items) > 1:
                press(self.api, user_id, "f", str(place))
                await house.settle()
            press(self.api, user_id, "st", self._status(item))
            await house.settle()
            press(self.api, user_id, "go")
            await house.settle()
            press(self.api, user_id, "l")
            await house.settle()

    def _status(self, item: dict[str, Any]) -> str:
        """Milestones and the last quarter are done by who is prompt; in a mixture some are in trouble."""
        last = item["what"].startswith("milestone") or item["what"] == periods.quarters(self.rehearsal.year)[-1]
        if self.rehearsal.behaviour is Behaviour.PROMPT:
            return "done" if last else "in_progress"
        draw = self.random.random()
        if draw < 0.1:
            return "blocked"
        return "done" if draw > (0.3 if last else 0.85) else "in_progress"

    def _summary(self, session: Session, plan_id: int) -> str:
        plan = session.get_one(Plan, plan_id)
        office = summaries.office_actor(session, plan)
        summary = summaries.build(session, plan, str(self.rehearsal.year), self.clock.now(), office)
        return summary_text(summary, "zh")


def _last_row(session: Session) -> int:
    return max(session.scalars(select(Outbox.id)), default=0)


def _riding(session: Session, row: Outbox) -> tuple[Reminder, ...]:
    carriers = [row.id, *row.payload.get("copies", [])]
    query = select(Reminder).where(Reminder.outbox_id.in_(carriers), Reminder.state == "sent")
    return tuple(session.scalars(query.order_by(Reminder.due_on, Reminder.id)))


def _items(session: Session, row: Outbox) -> tuple[dict[str, Any], ...]:
    if row.kind != "wave":
        return ()
    return tuple(item for rung in _riding(session, row) for item in _item(session, rung))


def _item(session: Session, rung: Reminder) -> Iterator[dict[str, Any]]:
    task = session.get(Task, rung.task_id)
    yield {
        "task": task.number if task else None,
        "what": rung.what,
        "rung": rung.rung,
        "due": rung.due_on.isoformat(),
    }


def _kind(session: Session, row: Outbox, player: Player) -> str:
    if row.kind != "wave":
        return "answer"
    if player.role is Role.COORDINATOR:
        return "coordinator"
    if player.role is Role.LEADER:
        return "summary"
    rungs = _riding(session, row)
    is_assignment = any(rung.what == ASSIGNMENT and rung.audience == Audience.CONTACT for rung in rungs)
    return "assignment" if is_assignment else "reminder"
