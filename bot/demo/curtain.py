"""Before the curtain rises: a plan and a roster become a whole world in a folder of its own, everybody entered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from importlib import resources
from pathlib import Path

from bot.cast.tempers import county, manners_of
from bot.demo import folder
from bot.demo.journal import Journal
from bot.domain.model import DubanError, Position, Role
from bot.domain.reading import PlanReading
from bot.domain.workdays import Calendar
from bot.intake.plan import read_plan
from bot.intake.rosters import RosterLine, read_roster
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.keeping import Keeper
from bot.localchat.passwords import token_for
from bot.services import story
from bot.settings import Settings
from bot.stage import Player, default_roster, direct_house, enter, set_up
from storage.database import Database

PLAN, ROSTER = "plan.txt", "roster.csv"
SEED = 2
_FIRST_MORNING = clock_time(8, 40)
_PLACES = {Position.CONTACT: "联络员", Position.DEPUTY: "AB角", Position.HEAD: "负责人"}


@dataclass(frozen=True)
class Script:
    """What is played: the document as it came, its reading and the people."""

    name: str
    document: bytes
    reading: PlanReading
    year: int
    lines: tuple[RosterLine, ...]


@dataclass(frozen=True)
class Loaded:
    """How much was read."""

    title: str
    tasks: int
    agencies: int
    people: int
    doubts: int


def sample_script() -> Script:
    """The sample plan with its cast."""
    return script("2022年度工作计划.txt", _sample(PLAN), (ROSTER, _sample(ROSTER)))


def script(name: str, document: bytes, roster: tuple[str, bytes] | None) -> Script:
    """A plan and perhaps a roster, read. Raises DubanError in words for either, and plan_without_year.

    Without a roster everybody is made up; a roster without a coordinator or a leader gets one.
    """
    reading = read_plan(name, document)
    if reading.year is None:
        raise DubanError("plan_without_year", name=name)
    made_up = default_roster(reading)
    lines = made_up if roster is None else _with_office(read_roster(*roster), made_up)
    return Script(name, document, reading, reading.year, lines)


def _with_office(lines: tuple[RosterLine, ...], made_up: tuple[RosterLine, ...]) -> tuple[RosterLine, ...]:
    there = {line.role for line in lines}
    missing = [line for line in made_up if line.role is not Role.CONTACT and line.role not in there]
    return (*missing, *lines)


async def build(where: Path, settings: Settings, played: Script) -> Loaded:
    """Fill the empty folder `where` with a world whose clock stands on the year's first morning. Raises DubanError."""
    db = await asyncio.to_thread(Database.open, None, where, durable=False)
    try:
        with db.lock:
            await asyncio.to_thread(db.prepare)
            return await _build(where, settings, played, db)
    finally:
        db.close()


async def _build(where: Path, settings: Settings, played: Script, db: Database) -> Loaded:
    token = token_for(settings.password.get_secret_value())
    api = BotApi(MovableClock(first_morning(played.year, settings)), token)
    api.world.revision = first_revision()
    house = direct_house(api, db, where)
    now = house.now()
    document = (played.name, played.document)
    reading = replace(played.reading, year=played.year)
    _, players = await db.write(
        lambda session: set_up(session, settings.office, settings.timezone, reading, document, played.lines, now)
    )
    await db.write(lambda session: folder.mark(session, 1))
    await house.announce()
    await enter(house, api, players, {player.user_id: title_of(player) for player in players})
    journal = Journal(where / folder.STORY)
    journal.begin(await db.read(story.where_it_stands), await db.read(lambda session: story.opening(session, now)))
    Keeper(api, where / folder.CHAT).save()
    folder.write(where, folder.Kept(token, SEED, manners=manners_of(county(players, SEED))))
    agencies, doubts = len(played.reading.agencies), len(played.reading.doubts)
    title = played.reading.title or played.name
    return Loaded(title, len(played.reading.tasks), agencies, len(players), doubts)


def first_morning(year: int, settings: Settings) -> datetime:
    """Twenty to nine on the year's first working day."""
    return datetime.combine(Calendar().on_or_after(date(year, 1, 1)), _FIRST_MORNING, settings.zone)


def first_revision() -> int:
    """Where a new world begins to count its changes: below every world begun before it.

    A page that still shows an older world sees a smaller revision than its own, and loads itself anew.
    """
    return 100 * int((timedelta(days=60_000).total_seconds() - time.time()) * 1000)


def title_of(player: Player) -> str:
    """What the page shows beside a name: 联络员·县财政局."""
    if player.role is Role.COORDINATOR:
        return "牵头办"
    if player.role is Role.LEADER:
        return "领导"
    return f"{_PLACES[player.position]}·{player.agency}"


def _sample(name: str) -> bytes:
    return (resources.files("bot.localchat") / "sample" / name).read_bytes()
