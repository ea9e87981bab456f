"""One process per database: a second one is refused, and a dead one leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.model import DubanError
from storage.database import Database

HOLD = """
import sys
from pathlib import Path
from storage.database import Database
db = Database.open(sys.argv[1] or None, Path(sys.argv[2]))
with db.lock:
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_process(url: str | None, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A real process that holds the lock until its standard input closes."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLD, url or "", str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    try:
        assert started.stdout.readline() == "held\n"
        yield started
    finally:
        started.communicate()


def test_a_second_process_is_refused_and_may_enter_when_the_first_has_left(
    empty_url: str | None, tmp_path: Path
) -> None:
    db = Database.open(empty_url, tmp_path)
    with another_process(empty_url, tmp_path), pytest.raises(DubanError) as error, db.lock:
        pass
    assert error.value.code == "database_in_use"
    assert not db.lock.held()
    with db.lock:
        assert db.lock.held()
    db.close()


def test_a_killed_process_leaves_the_lock_free(empty_url: str | None, tmp_path: Path) -> None:
    db = Database.open(empty_url, tmp_path)
    with another_process(empty_url, tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with db.lock:
            assert db.lock.held()
    db.close()


def test_two_openings_in_one_process_exclude_each_other_too(empty_url: str | None, tmp_path: Path) -> None:
    first, second = Database.open(empty_url, tmp_path), Database.open(empty_url, tmp_path)
    with first.lock, pytest.raises(DubanError), second.lock:
        pass
    with second.lock:
        assert second.lock.held()
    first.close()
    second.close()


def test_entering_again_while_held_is_fine_and_only_the_last_leaving_frees_it(
    empty_url: str | None, tmp_path: Path
) -> None:
    db = Database.open(empty_url, tmp_path)
    with db.lock:
        with db.lock:
            pass
        assert db.lock.held()
    assert not db.lock.held()
    db.close()


def test_reading_and_writing_go_on_beside_a_holder(empty_url: str | None, tmp_path: Path) -> None:
    """A command that only looks something up may run while the bot does."""
    db = Database.open(empty_url, tmp_path)
    db.prepare()
    with another_process(empty_url, tmp_path):
        db.prepare()
        assert db.read_now(lambda session: session.get_bind().dialect.name) == db.dialect
    db.close()


def test_a_lock_lost_with_its_connection_is_noticed(postgres_url: str, tmp_path: Path) -> None:
    db = Database.open(postgres_url, tmp_path)
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'duban lock'"
    with db.lock:
        with db.connection() as connection:
            connection.exec_driver_sql(ends).all()
        assert not db.lock.held()
    with db.lock:
        assert db.lock.held()
    db.close()
