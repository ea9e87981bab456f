"""The forecast is what then happens when nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session

from storage.database import Database
from tests.services.forecast_world import foretold, lived, random_office


@pytest.fixture(scope="module")
def house(furnished_file, tmp_path_factory) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    home = tmp_path_factory.mktemp("forecast")
    (home / furnished_file.name).write_bytes(furnished_file.read_bytes())
    db = Database.open(None, home, durable=False)
    yield db
    db.close()


class _UndoneError(Exception):
    """Ends a unit of work so that nothing of it stays."""


def compared(db: Database, seed: int) -> int:
    """Foretell, then live; from a first moment, and again from the midst of what came of it."""
    lines = 0

    def work(session: Session) -> None:
        nonlocal lines
        rng = Random(seed)
        now = random_office(session, rng)
        for _ in range(2):
            until = now + timedelta(days=rng.choice((8, 30, 90)))
            expected = foretold(session, now, until)
            happened = lived(session, now, until)
            assert expected.lines == happened.lines, seed
            assert expected.written_to == happened.written_to, seed
            lines += len(happened.lines)
            now = until + timedelta(minutes=1)
        raise _UndoneError

    with pytest.raises(_UndoneError):
        db.write_now(work)
    return lines


def test_what_is_foretold_is_what_happens(house: Database) -> None:
    assert sum(compared(house, seed) for seed in range(7)) > 150


@pytest.mark.slow
def test_what_is_foretold_is_what_happens_in_many_offices(house: Database) -> None:
    assert sum(compared(house, seed) for seed in range(100, 400)) > 10_000
