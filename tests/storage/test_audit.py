"""The audit chain: what was written verifies, and no change of it stays hidden."""

# ruff: noqa: S608  (a tamperer writes whatever SQL he likes)

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from storage import audit
from storage.database import Database

NOON = datetime(2022, 4, 8, 4, 0, tzinfo=UTC)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc督办", max_size=5), inner, max_size=3),
    max_leaves=8,
)


def note(session: Session, subject: str, *, at: datetime = NOON, detail: dict[str, Any] | None = None) -> None:
    audit.append(
        session, office_id=None, at=at, actor="person:1", action="report", subject=subject, detail=detail or {"v": 1}
    )


def write(db: Database, count: int) -> None:
    def work(session: Session) -> None:
        for n in range(count):
            note(session, f"task:{n}", at=NOON + timedelta(minutes=n), detail={"进度": n, "words": f"完成{n}家"})

    db.write_now(work)


@pytest.fixture(scope="module")
def long_lived(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all the examples of a property."""
    home = tmp_path_factory.mktemp("audit")
    shutil.copy(furnished_file, home)
    db = Database.open(None, home, durable=False)
    yield db
    db.close()


def tamper(db: Database, *statements: str) -> audit.AuditResult:
    """What verify says after somebody wrote past the application."""

    def work(session: Session) -> None:
        for statement in statements:
            session.execute(text(statement))

    db.write_now(work)
    return db.read_now(audit.verify)


def test_an_empty_log_verifies_and_its_head_is_the_start(any_database: Database) -> None:
    assert any_database.read_now(audit.verify) == audit.AuditResult(0, audit.START, None)


def test_an_untouched_log_verifies(any_database: Database) -> None:
    write(any_database, 10)
    result = any_database.read_now(audit.verify)
    assert (result.rows, result.first_bad_id) == (10, None)


def test_the_same_instant_in_another_zone_verifies(any_database: Database) -> None:
    at = datetime(2022, 4, 8, 17, 30, 0, 123, tzinfo=ZoneInfo("Asia/Shanghai"))
    any_database.write_now(lambda session: note(session, "task:1", at=at))
    assert any_database.read_now(audit.verify).first_bad_id is None


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'person:2'",
        "action = 'undo'",
        "subject = 'task:9'",
        'detail = \'{"words": "全部完成"}\'',
        "at = '2022-04-09 00:00:00.000000'",
        "previous_hash = 'x' || substr(previous_hash, 2)",
        "hash = 'x' || substr(hash, 2)",
    ],
)
def test_a_changed_column_is_found_in_its_row(any_database: Database, change: str) -> None:
    write(any_database, 5)
    assert tamper(any_database, f"UPDATE audit SET {change} WHERE id = 3").first_bad_id == 3


def test_a_deleted_row_is_found_at_the_next_one(any_database: Database) -> None:
    write(any_database, 5)
    assert tamper(any_database, "DELETE FROM audit WHERE id = 3").first_bad_id == 4


def test_a_deleted_first_row_is_found(any_database: Database) -> None:
    write(any_database, 5)
    assert tamper(any_database, "DELETE FROM audit WHERE id = 1").first_bad_id == 2


def test_two_swapped_rows_are_found(any_database: Database) -> None:
    write(any_database, 5)
    swap = [f"UPDATE audit SET id = {new} WHERE id = {old}" for old, new in ((2, 900), (3, 2), (900, 3))]
    assert tamper(any_database, *swap).first_bad_id == 2


def test_an_inserted_row_is_found(any_database: Database) -> None:
    write(any_database, 5)
    columns = "office_id, at, actor, action, subject, detail, previous_hash"
    room = "UPDATE audit SET id = id + 100 WHERE id > 3"
    forged = f"INSERT INTO audit SELECT 4, {columns}, 'a copy' FROM audit WHERE id = 3"
    right = f"UPDATE audit SET hash = '{'f' * 64}' WHERE id = 4"
    assert tamper(any_database, room, forged, right).first_bad_id == 4


def test_a_cut_off_end_shows_to_whoever_noted_the_head(any_database: Database) -> None:
    write(any_database, 5)
    noted = any_database.read_now(audit.verify).head_hash
    cut = tamper(any_database, "DELETE FROM audit WHERE id >= 4")
    assert cut.first_bad_id is None
    assert cut.head_hash != noted


def test_a_row_rewritten_with_a_matching_hash_breaks_the_row_after_it(any_database: Database) -> None:
    write(any_database, 5)
    row = {
        "office_id": None,
        "at": NOON,
        "actor": "person:1",
        "action": "report",
        "subject": "task:0",
        "detail": {"v": 9},
    }
    forged = audit._digest(audit.START, row)
    result = tamper(
        any_database, f"UPDATE audit SET detail = '{json.dumps(row['detail'])}', hash = '{forged}' WHERE id = 1"
    )
    assert result.first_bad_id == 2


@pytest.mark.parametrize("change", ["detail = 'no json'", "at = 'no time'", "detail = x'ff'", "actor = x'ff'"])
def test_a_row_that_cannot_be_read_is_named_not_a_crash(database: Database, change: str) -> None:
    write(database, 5)
    result = tamper(database, f"UPDATE audit SET {change} WHERE id = 3")
    assert (result.rows, result.first_bad_id) == (5, 3)


@given(detail=st.dictionaries(st.text("abc督办", max_size=5), JSON_VALUES, max_size=4))
def test_any_detail_verifies_after_a_round_trip(long_lived: Database, detail: dict[str, Any]) -> None:
    long_lived.write_now(lambda session: note(session, "task:1", detail=detail))
    assert long_lived.read_now(audit.verify).first_bad_id is None


def test_a_detail_that_is_not_json_is_refused_and_nothing_is_kept(database: Database) -> None:
    with pytest.raises(ValueError, match="JSON"):
        database.write_now(lambda session: note(session, "task:1", detail={"v": float("nan")}))
    assert database.read_now(audit.verify).rows == 0


async def test_the_chain_holds_when_many_write_at_once(any_database: Database) -> None:
    await asyncio.gather(*(any_database.write(lambda s, n=n: note(s, f"task:{n}")) for n in range(60)))
    result = await any_database.read(audit.verify)
    assert (result.rows, result.first_bad_id) == (60, None)


def test_the_chain_holds_when_sessions_outside_the_unit_of_work_append(postgres_database: Database) -> None:
    """Its own lock is enough: these transactions do not wait for each other anywhere else."""
    with postgres_database.connection() as connection:
        engine = create_engine(connection.engine.url)
    start = threading.Barrier(4)

    def append_many() -> None:
        start.wait()
        for n in range(15):
            with Session(engine) as session, session.begin():
                note(session, f"task:{n}")

    threads = [threading.Thread(target=append_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    result = postgres_database.read_now(audit.verify)
    assert (result.rows, result.first_bad_id) == (60, None)
