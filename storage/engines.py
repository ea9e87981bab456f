"""How each kind of database is reached: SQLite in a file, PostgreSQL over the network, and their errors in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import NullPool

from bot.domain.model import DubanError

try:
    # The wheel brings a SQLite in which resetting the WAL cannot corrupt the file (fixed in 3.51.3).
    import pysqlite3.dbapi2 as driver
except ImportError:
    import sqlite3 as driver

sqlite_driver: Any = driver

SQLITE_FILE = "duban.sqlite3"
BUSY_SECONDS = 10
CONNECT_SECONDS = 10
IDLE_SECONDS = 30
# A server that is gone without a word is noticed within half a minute, not by the operating system's two hours.
_REACHING: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
WRITER_KEY = 0x6475_6261_6E01  # "duban" and a number: advisory locks share one key space per database
RETRIED_STATES = {"40001", "40P01"}  # serialization failure, deadlock: the server has rolled the unit back
STARTING_STATES = {"57P01", "57P02", "57P03"}  # shut down, crashed, starting up
SQLITE_CODES = {
    "SQLITE_READONLY": "database_not_writable",
    "SQLITE_CANTOPEN": "database_not_writable",
    "SQLITE_PERM": "database_not_writable",
    "SQLITE_IOERR": "database_not_writable",
    "SQLITE_CORRUPT": "database_corrupt",
    "SQLITE_NOTADB": "database_corrupt",
    "SQLITE_FULL": "database_full",
    "SQLITE_BUSY": "database_in_use",
}
POSTGRES_CODES = {
    "25006": "database_not_writable",  # read-only transaction or server
    "42501": "database_not_writable",  # no privilege
    "53100": "database_full",
    "55P03": "database_in_use",  # waited too long for another writer
    "XX001": "database_corrupt",
    "XX002": "database_corrupt",
}
# What `plain` says when the database itself is at fault, and nothing that was asked of it.
FAULTS = frozenset({*SQLITE_CODES.values(), *POSTGRES_CODES.values(), "database_unreachable"})


@dataclass(frozen=True)
class Engines:
    """The writer holds one connection, the reader up to `readers`; `file` is SQLite's and None on PostgreSQL."""

    writer: Engine
    reader: Engine
    file: Path | None
    readers: int

    @property
    def where(self) -> str:
        """What to call the database in a message: its path, or its address without the password."""
        return str(self.file) if self.file else self.writer.url.render_as_string(hide_password=True)


def build(url: str | None, home: Path, *, durable: bool, readers: int) -> Engines:
    """Engines for `url`, or for the file in `home` when there is none. Raises DubanError("database_url_bad")."""
    address = _parse(url) if url else URL.create("sqlite", database=str(home / SQLITE_FILE))
    if address.get_backend_name() == "sqlite":
        return _sqlite(Path(address.database or ""), durable, readers)
    return _postgres(address.set(drivername="postgresql+psycopg"), durable, readers)


def _parse(url: str) -> URL:
    address = url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    try:
        parsed = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise DubanError("database_url_bad", url="") from error
    in_memory = parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}
    if in_memory or parsed.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise DubanError("database_url_bad", url=parsed.render_as_string(hide_password=True))
    return parsed


def _sqlite(file: Path, durable: bool, readers: int) -> Engines:
    _own_file(file)
    url = URL.create("sqlite", database=str(file))

    def engine(pool_size: int, pragmas: tuple[str, ...], begin: str) -> Engine:
        # Python's driver begins late and by its own rules, which loses updates: it is told to keep out.
        arguments = {"timeout": BUSY_SECONDS, "isolation_level": None}
        made = create_engine(
            url, module=sqlite_driver, pool_size=pool_size, max_overflow=0, connect_args=arguments, hide_parameters=True
        )
        _on_connect(made, pragmas)
        _on_begin(made, begin)
        return made

    common = ("PRAGMA foreign_keys=ON", f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
    return Engines(
        writer=engine(1, ("PRAGMA journal_mode=WAL", *common), "BEGIN IMMEDIATE"),
        reader=engine(readers, (*common, "PRAGMA query_only=ON"), "BEGIN"),
        file=file,
        readers=readers,
    )


def _own_file(file: Path) -> None:
    """Create the file so that only its owner reads it (SQLite gives -wal and -shm the same mode)."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)
    except OSError as error:
        raise DubanError("database_not_writable", where=str(file), reason=error.strerror or "") from error


def _postgres(url: URL, durable: bool, readers: int) -> Engines:
    def engine(pool_size: int, **options: Any) -> Engine:
        arguments = {"application_name": "duban", **_REACHING}
        made = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args=arguments,
            execution_options=options,
            hide_parameters=True,
        )
        _on_connect(
            made,
            (
                f"SET lock_timeout = '{BUSY_SECONDS}s'",
                # A frozen process must not keep every other one from writing.
                f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
                f"SET synchronous_commit = {'on' if durable else 'off'}",
            ),
        )
        return made

    writer = engine(1)
    # One writer at a time, as on SQLite: a unit of work reads and writes as if it were alone in the world.
    _on_begin(writer, f"SELECT pg_advisory_xact_lock({WRITER_KEY})")
    reader = engine(readers, isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writer=writer, reader=reader, file=None, readers=readers)


def lone_engine(like: Engine, application_name: str) -> Engine:
    """An engine whose connection is really closed when it is given back, and what its session held with it."""
    arguments = {"application_name": application_name, **_REACHING}
    return create_engine(like.url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)


def _on_connect(engine: Engine, statements: tuple[str, ...]) -> None:
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)


def _on_begin(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)


def first_look(engines: Engines) -> None:
    """Touch the database as a writer, then let it check itself. Raises DubanError for an unusable one."""
    try:
        with engines.writer.connect() as connection, connection.begin():
            pass
    except DBAPIError as error:
        raise plain(error, engines) from error
    self_check(engines)


def self_check(engines: Engines) -> None:
    """Let SQLite look for damage (about 1 s a GB); PostgreSQL answers for itself. Raises database_corrupt."""
    if engines.file is None:
        return
    try:
        with engines.reader.connect() as connection:
            connection.exec_driver_sql("PRAGMA shrink_memory")  # look at the disk, not at what was read before
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    except DBAPIError as error:
        raise plain(error, engines) from error
    if found != "ok":
        raise DubanError("database_corrupt", where=engines.where, reason=str(found))


def plain(error: DBAPIError, engines: Engines) -> Exception:
    """The DubanError that says in words what `error` means, or the error itself where words would not help."""
    code = _sqlite_code(error) if engines.file else _postgres_code(error)
    return DubanError(code, where=engines.where, reason=str(error.orig).strip()) if code else error


def _sqlite_code(error: DBAPIError) -> str | None:
    name = getattr(error.orig, "sqlite_errorname", "")
    return next((code for start, code in SQLITE_CODES.items() if name.startswith(start)), None)


def _postgres_code(error: DBAPIError) -> str | None:
    return "database_unreachable" if lost(error) else POSTGRES_CODES.get(sqlstate(error) or "")


def sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's five letters for what happened; None when the server never spoke."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def lost(error: DBAPIError) -> bool:
    """Whether the connection is gone or was never made: what was not committed is rolled back."""
    if error.connection_invalidated or sqlstate(error) in STARTING_STATES:
        return True
    return isinstance(error, OperationalError | InterfaceError) and sqlstate(error) is None


def may_retry(error: DBAPIError, tries: int, committing: bool, attempts: int) -> bool:
    """Whether running the whole unit again is safe and useful.

    A refused unit (serialization, deadlock) has certainly left nothing: up to `attempts`. A connection lost before
    the commit was asked for: once. One lost during the commit may have committed: never.
    """
    if sqlstate(error) in RETRIED_STATES:
        return tries < attempts
    return hasattr(error.orig, "sqlstate") and lost(error) and not committing and tries == 1
