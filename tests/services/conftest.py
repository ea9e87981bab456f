"""The small house, opened anew for each test; setting it up once and copying its database would share its chat."""

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
    """The plan active since 2 January 2024 and every assignment signed; it is 8 April, the first quarter's last call."""
    activate(checked)
    await checked.at(at(1, 2, 9))
    for name in ("李水利", "钱农业"):
        await checked.taps(checked.user(name), "sg")
    return checked
