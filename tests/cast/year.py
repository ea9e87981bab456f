"""A small plan's first quarter's end played by a cast in one manner: what was reported, asked and done, and when."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cast.company import Company
from bot.cast.tempers import Manner, alike
from bot.intake.plan import read_plan
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.services import planning
from bot.stage import default_roster, direct_house, enter, set_up
from storage.database import Database
from storage.tables import Card, Evidence, Inbox, Report, Review
from tests.conftest import furnish

BEIJING = ZoneInfo("Asia/Shanghai")
TEXT = """2024年巡河工作计划
一、重点任务
1.每周巡河
沿河巡查并记录问题，全年巡查不少于50次。（县水利局牵头，县城管局参与）
2.清理河岸垃圾
2024年3月底前清理完毕。（县城管局牵头）
"""
START = datetime(2024, 3, 20, 8, 40, tzinfo=BEIJING)


@dataclass(frozen=True)
class Played:
    """What the cast did: reports (newest versions last), requests by kind, files, reviews, and every act's moment."""

    reports: tuple[Report, ...]
    requests: tuple[str, ...]
    files: int
    reviews: tuple[Review, ...]
    acts: tuple[datetime, ...]
    due_on: date = date(2024, 4, 8)

    def of_quarter(self) -> tuple[Report, ...]:
        return tuple(report for report in self.reports if report.what == "2024Q1")


@cache
def played(manner: Manner, seed: int = 7, until: date = date(2024, 4, 17)) -> Played:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_furnished(), folder, dirs_exist_ok=True)
        return asyncio.run(_play(Path(folder), manner, seed, until))


@cache
def _furnished() -> Path:
    """A folder with an empty database in it, to be copied."""
    home = Path(tempfile.mkdtemp(prefix="duban-cast-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    db = Database.open(None, home, durable=False)
    furnish(db)
    db.close()
    return home


async def _play(home: Path, manner: Manner, seed: int, until: date) -> Played:
    db = Database.open(None, home, durable=False)
    try:
        return await _play_in(db, home, manner, seed, until)
    finally:
        db.close()


async def _play_in(db: Database, home: Path, manner: Manner, seed: int, until: date) -> Played:
    clock = MovableClock(START)
    api = BotApi(clock)
    house = direct_house(api, db, home)
    reading = read_plan("plan.txt", TEXT.encode())
    document = ("plan.txt", TEXT.encode())
    plan_id, players = await db.write(
        lambda session: set_up(session, "牵头办", BEIJING.key, reading, document, default_roster(reading), START)
    )
    await house.announce()
    await enter(house, api, players, {})
    company = Company(house, api, players, alike(players, manner), seed, BEIJING, with_office=True)
    await company.skip()
    await company.watch()
    first_act = api.world.updates.next_id
    await db.write(lambda session: planning.activate(session, 1, plan_id, "test", START))
    while True:
        await house.settle()
        await company.look()
        moments = (await house.next_moment(), company.next_at())
        moment = min(moment for moment in moments if moment is not None)
        if moment.astimezone(BEIJING).date() > until:
            return await db.read(lambda session: _what_happened(session, first_act))
        clock.set(max(moment, clock.now()))
        await company.act()


def _what_happened(session: Session, first_act: int) -> Played:
    acts = session.scalars(select(Inbox.received_at).where(Inbox.update_id >= first_act).order_by(Inbox.update_id))
    cards = session.scalars(select(Card).where(Card.kind == "request").order_by(Card.id))
    return Played(
        reports=tuple(session.scalars(select(Report).order_by(Report.id))),
        requests=tuple(card.state["kind"] for card in cards),
        files=len(session.scalars(select(Evidence)).all()),
        reviews=tuple(session.scalars(select(Review).order_by(Review.id))),
        acts=tuple(at.astimezone(BEIJING) for at in acts),
    )
