"""The small house at two points of its year, lived up to once and opened anew from copies for each test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.keeping import Keeper
from bot.stage import Player, direct_house
from storage.database import Database
from tests.services.stage_play import DITCHES, TWO_COORDINATORS, Play, activate, at, open_house


@dataclass(frozen=True)
class Point:
    """A folder with the database and the chat as they were, and who is who in them."""

    folder: Path
    plan_id: int
    cast: dict[str, Player]


@pytest.fixture(scope="session")
def points(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Point]:
    """The year's points: "checked", the plan under check; "reminded", the first quarter's D−10 is out."""
    names = ("checked", "reminded")
    return {name: asyncio.run(_live(furnished_file, tmp_path_factory.mktemp(name), name)) for name in names}


async def _live(furnished_file: Path, folder: Path, name: str) -> Point:
    shutil.copy(furnished_file, folder)
    db = Database.open(None, folder, durable=False)
    play = await open_house(db, folder, *((DITCHES, TWO_COORDINATORS) if name == "ditches" else ()))
    if name == "reminded":
        activate(play)
        await play.at(at(1, 2, 9))
        for contact in ("李水利", "钱农业"):
            await play.taps(play.user(contact), "sg")
        await play.at(at(3, 29, 9))
    Keeper(play.api, folder / "chat").save()
    db.close()
    return Point(folder, play.plan_id, play.cast)


@pytest.fixture(scope="session")
def ditches_point(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Point:
    """Another plan under check, with two coordinators."""
    return asyncio.run(_live(furnished_file, tmp_path_factory.mktemp("ditches"), "ditches"))


async def _reopened(point: Point, home: Path) -> Play:
    shutil.copytree(point.folder, home)
    clock = MovableClock(at(1, 2, 8))
    api = BotApi(clock)
    assert Keeper(api, home / "chat").load()
    db = Database.open(None, home, durable=False)
    play = Play(api, clock, db, direct_house(api, db, home), home, point.plan_id, point.cast)
    await play.house.announce()
    return play


@pytest.fixture
async def checked(points: dict[str, Point], tmp_path: Path) -> AsyncIterator[Play]:
    """The plan under check, everybody entered; 2 January 2024, 08:00."""
    play = await _reopened(points["checked"], tmp_path / "home")
    yield play
    play.db.close()


@pytest.fixture
async def ditches(ditches_point: Point, tmp_path: Path) -> AsyncIterator[Play]:
    """A plan with the usual doubts under check; 2 January 2024, 08:00."""
    play = await _reopened(ditches_point, tmp_path / "home")
    yield play
    play.db.close()


@pytest.fixture
async def play(points: dict[str, Point], tmp_path: Path) -> AsyncIterator[Play]:
    """29 March 2024, 09:00: assignments signed in January, the first quarter's D−10 has just reached everybody."""
    play = await _reopened(points["reminded"], tmp_path / "home")
    yield play
    play.db.close()
