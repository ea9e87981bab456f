"""Leases on PostgreSQL: one holder at a time, free the moment the holder is gone, and a holder that lost it knows."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.domain.model import DubanError
from storage import leases
from storage.database import Database
from storage.leases import Standing

HOLD = """
import asyncio, sys
from pathlib import Path
from storage.database import Database
async def hold():
    standing = Database.open(sys.argv[1], Path(sys.argv[2])).standing("other")
    await standing.take("sender")
    print(await standing.take_chats([5, -7], 2), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
asyncio.run(hold())
"""


@contextmanager
def another_process(url: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    try:
        assert started.stdout.readline() == "[5, -7]\n"
        yield started
    finally:
        started.kill()
        started.communicate()


@pytest.fixture
def db(postgres_url: str, tmp_path: Path) -> Iterator[Database]:
    db = Database.open(postgres_url, tmp_path, durable=False)
    yield db
    db.close()


@pytest.fixture
def two(db: Database) -> Iterator[tuple[Standing, Standing]]:
    pair = db.standing("one"), db.standing("two")
    yield pair
    for standing in pair:
        standing.close()


def cut_all(url: str) -> None:
    """What a restart of the server does to every place."""
    with psycopg.connect(url, autocommit=True) as other:
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE 'duban at %'"
        assert other.execute(cut).fetchall()


async def test_one_has_a_lease_and_the_next_gets_it_when_it_is_left(
    db: Database, two: tuple[Standing, Standing]
) -> None:
    one, other = two
    assert await one.take("sender")
    assert await one.take("sender")
    assert not await other.take("sender")
    assert await other.take(leases.poller_of(7))
    assert one.holds("sender")
    assert not other.holds("sender")
    found = db.read_now(lambda session: leases.holders(session, ["sender", "poller:7", "poller:8"]))
    assert [(holder.lease, holder.name) for holder in found] == [("poller:7", "two"), ("sender", "one")]
    assert db.read_now(leases.processes) == 2
    await one.leave("sender")
    assert not one.holds("sender")
    assert await other.take("sender")


async def test_what_a_killed_process_held_is_free_at_once(db: Database, postgres_url: str, tmp_path: Path) -> None:
    mine = db.standing("mine")
    with another_process(postgres_url, tmp_path) as holder:
        assert not await mine.take("sender")
        assert await mine.take_chats([5, 6, -7], 3) == [6]
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        until = time.monotonic() + 5
        while not await mine.take("sender"):
            assert time.monotonic() < until
        assert await mine.take_chats([5, -7], 3) == [5, -7]
    mine.close()


async def test_of_many_chats_only_those_wanted_are_taken_in_their_order(two: tuple[Standing, Standing]) -> None:
    one, other = two
    chats = [9, -1001234567890, 3, 4, 2**52, 6]
    assert await one.take_chats(chats, 2) == [9, -1001234567890]
    assert await other.take_chats(chats, 3) == [3, 4, 2**52]
    await one.leave_chat(9)
    assert await other.take_chats([9, -1001234567890], 2) == [9]
    assert await other.take_chats([], 5) == []


async def test_a_place_lost_with_its_connection_is_noticed_and_taken_again(
    db: Database, two: tuple[Standing, Standing], postgres_url: str
) -> None:
    one, other = two
    await one.take("sender")
    assert db.write_now(lambda session: one.confirms(session, "sender"))
    cut_all(postgres_url)
    assert not db.write_now(lambda session: one.confirms(session, "sender"))
    with pytest.raises(DubanError) as error:
        await one.beat()
    assert error.value.code == "database_unreachable"
    assert not one.holds("sender")
    assert await other.take("sender")
    await one.beat()
    assert not await one.take("sender")


async def test_a_holder_that_hears_nothing_for_a_while_no_longer_counts_on_it(db: Database) -> None:
    seconds = [100.0]
    one = leases.Shared(db._engines, "one", lambda: seconds[0])
    assert await one.take("sender")
    seconds[0] += leases.TRUST_SECONDS
    assert not one.holds("sender")
    await one.beat()
    assert one.holds("sender")
    assert leases.TRUST_SECONDS < leases.SILENCE_SECONDS
    one.close()


async def test_nobody_joins_while_one_has_the_database_to_itself_and_the_other_way_round(db: Database) -> None:
    place = db.standing("one")
    with db.lock, pytest.raises(DubanError) as error:
        await place.beat()
    assert error.value.code == "database_in_use"
    await place.beat()
    with pytest.raises(DubanError) as refused, db.lock:
        pass
    assert refused.value.code == "database_in_use"
    place.close()
    with db.lock:
        assert db.lock.held()


async def test_on_sqlite_the_only_process_has_everything(database: Database) -> None:
    alone = database.standing("house")
    assert await alone.take("sender")
    assert alone.holds("anything")
    assert await alone.take_chats([1, 2, 3], 2) == [1, 2]
