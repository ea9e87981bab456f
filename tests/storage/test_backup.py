"""A copy of a database in use: everything committed is in it, and it is whole or not there."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.domain.model import DubanError
from storage.backup import copy_file
from storage.database import Database
from storage.tables import Office

NOW = datetime(2022, 3, 24, 1, 0, tzinfo=UTC)


def count(db: Database) -> int:
    return db.read_now(lambda session: session.scalar(select(func.count()).select_from(Office))) or 0


def add(db: Database, rows: int = 1) -> None:
    db.write_now(lambda session: session.add_all([Office(name="名" * 300, created_at=NOW) for _ in range(rows)]))


def opened(copy: Path) -> Database:
    return Database.open(f"sqlite:///{copy}", copy.parent)


def test_a_copy_holds_what_was_committed_last(database: Database, tmp_path: Path) -> None:
    """The newest rows are still in the -wal file, which a plain copy of the file would lose."""
    add(database, 50)
    copy_file(database, tmp_path / "deep" / "copy.sqlite3")
    kept = opened(tmp_path / "deep" / "copy.sqlite3")
    assert count(kept) == 50
    kept.close()


def test_a_copy_taken_while_others_write_is_one_moment(database: Database, tmp_path: Path) -> None:
    """Each unit adds three rows: a copy with another number of them would have cut one in two."""
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            add(database, 3)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for n in range(10):
            copy_file(database, tmp_path / f"{n}.sqlite3")
    finally:
        stop.set()
        writer.join()
    for n in range(10):
        kept = opened(tmp_path / f"{n}.sqlite3")
        assert count(kept) % 3 == 0
        kept.close()


def test_what_a_killed_copy_left_is_no_hindrance_and_the_old_copy_stays_until_the_new_is_whole(
    database: Database, tmp_path: Path
) -> None:
    target = tmp_path / "copy.sqlite3"
    target.write_text("the old copy")
    (tmp_path / "copy.sqlite3.part").write_text("half a copy")
    copy_file(database, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.sqlite3", "home"]
    opened(target).close()


def test_a_target_that_cannot_be_written_is_said_and_nothing_is_left(database: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(DubanError) as error:
        copy_file(database, tmp_path / "taken")
    assert error.value.code == "database_not_writable"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "taken"]
