"""The forecast is what then happens when nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import forecast, whys
from storage import people
from storage.database import Database
from storage.tables import Agency, Person, Reminder
from tests.services.forecast_world import MORNINGS, foretold, lived, random_office


@pytest.fixture(scope="module")
def house(furnished_file, tmp_path_factory) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    home = tmp_path_factory.mktemp("forecast")
    (home / furnished_file.name).write_bytes(furnished_file.read_bytes())
    db = Database.open(None, home, durable=False)
    yield db
    db.close()


class _UndoneError(Exception):
    """Ends a unit of work so that nothing of it stays."""


def compared(db: Database, seed: int, spans: tuple[int, ...], mornings: tuple[str, ...] = MORNINGS) -> int:
    """Foretell so many days, then live them; from a first moment, and again from the midst of what came of it."""
    lines = 0

    def work(session: Session) -> None:
        nonlocal lines
        rng = Random(seed)
        now = random_office(session, rng, mornings)
        for _ in range(2):
            until = now + timedelta(days=rng.choice(spans))
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
    assert sum(compared(house, seed, (8, 20)) for seed in range(3)) > 10


@pytest.mark.slow
def test_what_is_foretold_is_what_happens_in_many_offices(house: Database) -> None:
    assert sum(compared(house, seed, (8, 30, 90), ("09:00",)) for seed in range(130, 170)) > 1000


@pytest.mark.slow
def test_a_review_call_that_waits_is_foretold_and_comes(house: Database) -> None:
    compared(house, 129, (8, 30, 90))


def test_why_says_of_every_rung_what_its_row_says_and_of_the_next_what_the_forecast_says(house: Database) -> None:
    found = [told for seed in range(20, 24) for told in _compared_with_why(house, seed)]
    assert {"sent", "dropped", "coming"} <= {state for state, _ in found}


def _compared_with_why(db: Database, seed: int) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []

    def work(session: Session) -> None:
        rng = Random(seed)
        now = random_office(session, rng)
        lived(session, now, now + timedelta(days=15))
        later = now + timedelta(days=15, minutes=1)
        actor = people.office_actor(session, 1)
        rungs = {}
        for agency_id in session.scalars(select(Agency.id)).all():
            for due in whys.why(session, actor, later, agency_id=agency_id, period="2024"):
                for one in due.rungs:
                    key = (due.plan_id, due.task_id, agency_id, due.what, one.rung, one.audience)
                    rungs[key] = one
        for row in session.scalars(select(Reminder).where(Reminder.agency_id != 0)):
            if row.what == "assignment" or row.what.startswith("2024") or row.what[10:14] == "2024":
                one = rungs[row.plan_id, row.task_id, row.agency_id, row.what, row.rung, row.audience]
                assert (one.state, one.reason) == (row.state, row.reason), seed
                told.append((one.state, one.reason))
        wave = next((wave for wave in forecast.forecast(session, 1, later) if wave.letters), None)
        for said in (said for letter in wave.letters for said in letter.carried) if wave else ():
            owed = said.rung.key
            place = (said.plan_id, owed.task_id, owed.agency_id, owed.what, owed.rung, str(owed.audience))
            if owed.agency_id and place in rungs and owed.audience == "contact":
                assert rungs[place].state in ("coming", "waiting", "open"), (seed, place, rungs[place])
                assert rungs[place].to in (session.get_one(Person, said.person_id).name, ""), seed
                told.append(("coming", ""))
        raise _UndoneError

    with pytest.raises(_UndoneError):
        db.write_now(work)
    return told
