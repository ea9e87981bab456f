"""What the browser journeys ask for: the running command, and a place for pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.page import started


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """The real command's address."""
    with started(tmp_path / "home") as url:
        yield url


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures of a run are kept."""
    folder = Path(os.environ.get("DUBAN_PICTURES", tmp_path))
    folder.mkdir(exist_ok=True)
    return folder
