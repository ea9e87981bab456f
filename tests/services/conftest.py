"""The small house, opened anew for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from tests.services.stage_play import Play, activate, at, open_house


@pytest.fixture
async def checked(database: Database, tmp_path: Path) -> Play:
    """The plan under check, everybody entered."""
    return await open_house(database, tmp_path)


@pytest.fixture
async def play(checked: Play) -> Play:
    """29 March 2024, 09:00: assignments signed in January, the first quarter's D−10 has just reached everybody."""
    activate(checked)
    await checked.at(at(1, 2, 9))
    for name in ("李水利", "钱农业"):
        await checked.taps(checked.user(name), "sg")
    await checked.at(at(3, 29, 9))
    return checked
