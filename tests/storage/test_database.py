"""Opening the database, and units of work on both kinds: all or nothing, one writer, plain errors."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from storage import engines
from storage.database import ATTEMPTS, Database
from storage.tables import Agency, Office
from tests.postgres import Cluster

NOW = datetime(2022, 3, 24, 1, 0, tzinfo=UTC)


def add_office(session: Session, name: str = "督查室") -> int:
    office = Office(name=name, created_at=NOW)
    session.add(office)
    session.flush()
    return office.id


def count_offices(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Office)) or 0


def code_of(error: pytest.ExceptionInfo[DubanError]) -> str:
    return error.value.code


def test_what_a_unit_wrote_is_there_for_the_next(any_database: Database) -> None:
    office_id = any_database.write_now(add_office)
    found = any_database.read_now(lambda session: session.get(Office, office_id))
    assert found is not None
    assert (found.name, found.created_at, found.timezone) == ("督查室", NOW, "Asia/Shanghai")


def test_a_unit_that_fails_leaves_nothing(any_database: Database) -> None:
    def fails(session: Session) -> None:
        add_office(session)
        raise LookupError("after the insert")

    with pytest.raises(LookupError):
        any_database.write_now(fails)
    assert any_database.read_now(count_offices) == 0


def test_a_unit_can_lose_one_insert_and_keep_the_rest(any_database: Database) -> None:
    def work(session: Session) -> None:
        office_id = add_office(session)
        for _ in range(2):
            try:
                with session.begin_nested():
                    session.add(Agency(office_id=office_id, name="县教育局"))
            except IntegrityError:
                session.get_one(Office, office_id).name = "重名"

    any_database.write_now(work)
    assert any_database.read_now(lambda s: s.scalars(select(Office.name)).all()) == ["重名"]
    assert any_database.read_now(lambda s: s.scalars(select(Agency.name)).all()) == ["县教育局"]


def test_a_row_must_refer_to_one_that_exists(any_database: Database) -> None:
    with pytest.raises(IntegrityError):
        any_database.write_now(lambda session: session.add(Agency(office_id=999, name="无主")))


def test_a_reading_unit_cannot_add_a_row(any_database: Database) -> None:
    with pytest.raises(RuntimeError, match="changed rows"):
        any_database.read_now(lambda session: session.add(Office(name="x", created_at=NOW)))


def test_a_reading_unit_cannot_write_by_statement(any_database: Database) -> None:
    with pytest.raises((DubanError, DBAPIError)):
        any_database.read_now(lambda session: session.execute(text("DELETE FROM office")))


def test_a_reading_unit_sees_one_snapshot_while_others_write(any_database: Database) -> None:
    def reads_twice(session: Session) -> tuple[int, int]:
        before = count_offices(session)
        writer = threading.Thread(target=any_database.write_now, args=(add_office,))
        writer.start()
        writer.join(timeout=5)
        return before, count_offices(session)

    assert any_database.read_now(reads_twice) == (0, 0)
    assert any_database.read_now(count_offices) == 1


def test_a_unit_inside_a_unit_is_refused_at_once(any_database: Database) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        any_database.write_now(lambda _: any_database.write_now(add_office))
    any_database.write_now(add_office)


def test_a_thread_waits_for_its_turn_however_long_the_pool_would(any_database: Database) -> None:
    any_database._engines.writer.pool._timeout = 0.01  # type: ignore[attr-defined]
    inside = threading.Event()

    def slow(session: Session) -> None:
        add_office(session)
        inside.set()
        time.sleep(0.1)

    writer = threading.Thread(target=any_database.write_now, args=(slow,))
    writer.start()
    inside.wait(5)
    any_database.write_now(add_office)
    writer.join()
    assert any_database.read_now(count_offices) == 2


async def test_no_update_is_lost_when_many_read_and_write_the_same_row(any_database: Database) -> None:
    """Read, think, write: by coroutines, by threads beside them, and by a second opening of the same database."""
    office_id = any_database.write_now(add_office)
    with any_database.connection() as connection:
        url = connection.engine.url.render_as_string(hide_password=False)
    second = Database.open(url, Path(any_database.where).parent, durable=False)

    def add_one(session: Session) -> None:
        office = session.get_one(Office, office_id)
        tally = int(office.name) if office.name.isdecimal() else 0
        time.sleep(0.0005)
        office.name = str(tally + 1)

    def many(db: Database) -> None:
        for _ in range(40):
            db.write_now(add_one)

    try:
        await asyncio.gather(
            asyncio.to_thread(many, any_database),
            asyncio.to_thread(many, second),
            *(any_database.write(add_one) for _ in range(40)),
        )
    finally:
        second.close()
    assert await any_database.read(lambda session: session.get_one(Office, office_id).name) == "120"


async def test_readers_do_not_wait_for_a_long_write(any_database: Database) -> None:
    release = threading.Event()

    def slow(session: Session) -> None:
        add_office(session)
        release.wait(5)

    writing = asyncio.create_task(any_database.write(slow))
    await asyncio.sleep(0.05)
    assert await asyncio.wait_for(any_database.read(count_offices), 2) == 0
    release.set()
    await writing
    assert await any_database.read(count_offices) == 1


async def test_a_cancelled_wait_does_not_tear_a_unit(any_database: Database) -> None:
    def slow(session: Session) -> None:
        add_office(session, "one")
        time.sleep(0.1)
        add_office(session, "two")

    waiting = asyncio.create_task(any_database.write(slow))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await any_database.write(count_offices) == 2


def test_closing_waits_for_the_unit_under_way(database: Database, tmp_path: Path) -> None:
    database._writer.submit(database.write_now, lambda session: (time.sleep(0.1), add_office(session)))
    database.close()
    again = Database.open(None, tmp_path / "home")
    assert again.read_now(count_offices) == 1
    again.close()


def test_waiting_too_long_for_another_writer_is_said(
    empty_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.1)
    db, other = (Database.open(empty_url, tmp_path, durable=False) for _ in range(2))
    db.prepare()
    with other.connection() as connection, connection.begin(), pytest.raises(DubanError) as error:
        db.write_now(add_office)
    assert code_of(error) == "database_in_use"
    db.write_now(add_office)
    assert db.read_now(count_offices) == 1
    db.close()
    other.close()


# SQLite: the file


def test_the_file_and_what_sqlite_puts_beside_it_are_the_owners_alone(tmp_path: Path) -> None:
    old_mask = os.umask(0)
    try:
        db = Database.open(None, tmp_path / "deep" / "home")
        db.prepare()
    finally:
        os.umask(old_mask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep" / "home").iterdir()}
    assert modes.pop("duban.lock", 0o600) == 0o600
    assert modes == {"duban.sqlite3": 0o600, "duban.sqlite3-wal": 0o600, "duban.sqlite3-shm": 0o600}
    db.close()


def test_a_file_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    Database.open(None, tmp_path).close()
    (tmp_path / "duban.sqlite3").chmod(0o644)
    Database.open(None, tmp_path).close()
    assert stat.S_IMODE((tmp_path / "duban.sqlite3").stat().st_mode) == 0o600


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 0)])
def test_sqlite_is_set_as_the_design_says(tmp_path: Path, durable: bool, level: int) -> None:
    db = Database.open(None, tmp_path, durable=durable)

    def settings(session: Session) -> list[object]:
        names = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        return [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert db.write_now(settings) == ["wal", 1, level, engines.BUSY_SECONDS * 1000]
    assert db.read_now(settings) == ["wal", 1, level, engines.BUSY_SECONDS * 1000]
    db.close()


def test_the_sqlite_used_has_no_wal_reset_bug() -> None:
    assert engines.sqlite_driver.sqlite_version_info >= (3, 51, 3)


def test_a_url_may_name_another_file(tmp_path: Path) -> None:
    db = Database.open(f"sqlite:///{tmp_path}/elsewhere.db", tmp_path / "home")
    assert db.file == tmp_path / "elsewhere.db"
    db.close()


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/d", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/d"]
)
def test_a_url_of_no_use_is_refused_without_showing_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(DubanError) as error:
        Database.open(url, tmp_path)
    assert code_of(error) == "database_url_bad"
    assert "secret" not in str(error.value.params)
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DubanError) as error:
        Database.open(None, tmp_path / "file" / "home")
    assert code_of(error) == "database_not_writable"
    assert str(tmp_path / "file") in str(error.value.params["where"])


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "duban.sqlite3").mkdir()
    with pytest.raises(DubanError) as error:
        Database.open(None, tmp_path)
    assert code_of(error) == "database_not_writable"


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "duban.sqlite3").write_bytes("任务表".encode() * 1000)
    with pytest.raises(DubanError) as error:
        Database.open(None, tmp_path)
    assert code_of(error) == "database_corrupt"
    assert (tmp_path / "duban.sqlite3").read_bytes() == "任务表".encode() * 1000


def test_a_damaged_page_is_found_when_opening(tmp_path: Path) -> None:
    db = Database.open(None, tmp_path)
    db.prepare()
    db.write_now(lambda session: [add_office(session, "名" * 200) for _ in range(500)])
    file = db.file
    db.close()
    assert file is not None
    damaged = bytearray(file.read_bytes())
    for page in range(len(damaged) // 4096 // 2, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 64] = os.urandom(64)
    opened_before = Database.open(None, tmp_path)
    file.write_bytes(damaged)
    with pytest.raises(DubanError) as error:
        opened_before.check()
    assert code_of(error) == "database_corrupt"
    opened_before.close()
    file.write_bytes(damaged)
    with pytest.raises(DubanError) as error:
        Database.open(None, tmp_path)
    assert code_of(error) == "database_corrupt"


def test_a_full_disk_is_said_loses_nothing_and_heals_alone(database: Database) -> None:
    """max_page_count makes SQLite answer as a full disk does."""
    database.write_now(add_office)
    with database.connection() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        pages = driver.execute("PRAGMA page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DubanError) as error:
        database.write_now(lambda session: [add_office(session, "名" * 2000) for _ in range(200)])
    assert code_of(error) == "database_full"
    assert database.read_now(count_offices) == 1
    with database.connection() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA max_page_count=100000")
    database.write_now(add_office)
    assert database.read_now(count_offices) == 2


# PostgreSQL: the connection


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_spellings_of_a_postgresql_address_work(postgres_url: str, tmp_path: Path, scheme: str) -> None:
    db = Database.open(postgres_url.replace("postgresql", scheme, 1), tmp_path)
    assert (db.dialect, db.file) == ("postgresql", None)
    db.close()


def test_a_server_that_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(DubanError) as error:
        Database.open("postgresql://duban:secret@127.0.0.1:9/duban", tmp_path)
    assert code_of(error) == "database_unreachable"
    assert "secret" not in str(error.value.params)
    assert "127.0.0.1" in str(error.value.params["where"])


def test_a_database_that_does_not_exist_is_unreachable(postgres_cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(DubanError) as error:
        Database.open(postgres_cluster.url("nobody_made_this"), tmp_path)
    assert code_of(error) == "database_unreachable"


def test_work_goes_on_after_the_server_crashed_and_what_was_committed_is_there(
    postgres_cluster: Cluster, postgres_database: Database, tmp_path: Path
) -> None:
    with postgres_database.connection() as connection:
        url = connection.engine.url.render_as_string()
    durable = Database.open(url, tmp_path)
    durable.write_now(add_office)
    assert durable.read_now(count_offices) == 1
    postgres_cluster.stop("immediate")
    try:
        with pytest.raises(DubanError) as error:
            durable.write_now(add_office)
    finally:
        postgres_cluster.start()
    assert code_of(error) == "database_unreachable"
    assert durable.read_now(count_offices) == 1
    durable.write_now(add_office)
    assert durable.read_now(count_offices) == 2
    durable.close()


def test_a_unit_whose_connection_breaks_in_the_middle_runs_once_more(postgres_database: Database) -> None:
    runs = []

    def work(session: Session) -> None:
        add_office(session)
        runs.append(1)
        if len(runs) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    postgres_database.write_now(work)
    assert len(runs) == 2
    assert postgres_database.read_now(count_offices) == 1


def test_a_connection_that_breaks_every_time_is_given_up_after_the_second_run(postgres_database: Database) -> None:
    runs = []

    def work(session: Session) -> None:
        runs.append(1)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DubanError) as error:
        postgres_database.write_now(work)
    assert (code_of(error), len(runs)) == ("database_unreachable", 2)


def test_a_unit_is_not_run_again_when_the_connection_broke_at_the_commit(postgres_database: Database) -> None:
    """The server may have committed it: running it again could do it twice."""
    runs = []

    def work(session: Session) -> None:
        runs.append(1)
        add_office(session)
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        event.listen(session, "before_commit", lambda _: kill(int(pid or 0)))

    def kill(pid: int) -> None:
        postgres_database.read_now(lambda session: session.execute(text(f"SELECT pg_terminate_backend({pid})")).all())
        time.sleep(0.1)

    with pytest.raises(DubanError) as error:
        postgres_database.write_now(work)
    assert (code_of(error), len(runs)) == ("database_unreachable", 1)


@pytest.mark.parametrize("state", sorted(engines.RETRIED_STATES))
def test_a_unit_the_server_refused_is_run_again_a_few_times(postgres_database: Database, state: str) -> None:
    runs: list[int] = []

    def refused(times: int) -> int:
        runs.clear()

        def work(session: Session) -> None:
            add_office(session)
            runs.append(1)
            if len(runs) <= times:
                session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{state}'; END $$"))

        postgres_database.write_now(work)
        return len(runs)

    assert refused(ATTEMPTS - 1) == ATTEMPTS
    with pytest.raises(DBAPIError):
        refused(ATTEMPTS)
    assert postgres_database.read_now(count_offices) == 1
