"""The one door to the database: opening it, and units of work for threads and for coroutines."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.engines import Engines, build, first_look, may_retry, plain, self_check
from storage.leases import Alone, Shared, Standing
from storage.lock import ProcessLock
from storage.migrations import upgrade

T = TypeVar("T")
READERS = 4
ATTEMPTS = 5
PAUSE_SECONDS = 0.05


class Unit(Session):
    """The session of one unit of work: what it has read once it keeps, so that asking again costs no query."""


@event.listens_for(Unit, "loaded_as_persistent")
@event.listens_for(Unit, "pending_to_persistent")
def _keep(session: Session, row: object) -> None:
    session.info.setdefault("kept", []).append(row)


class Database:
    """An open database. A unit of work is a plain function of a session; one transaction around it, all or nothing.

    Units run one at a time when they write (one writer, on SQLite and on PostgreSQL alike) and side by side when they
    only read. A unit may be run again after a refusal by the server, so it must not act on anything but its session,
    and it gives back plain values or rows that are not asked for more than was loaded.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._turn = threading.Lock()
        self._writing: int | None = None
        self._writer = ThreadPoolExecutor(1, "duban-writer")
        self._readers = ThreadPoolExecutor(engines.readers, "duban-reader")
        self.lock = ProcessLock(engines)

    @classmethod
    def open(cls, url: str | None, home: Path, *, durable: bool = True, readers: int = READERS) -> Database:
        """Open `url` (postgresql://…, sqlite:///…) or, without one, the SQLite file in `home`; the file is made 0600.

        `durable=False` gives up the newest commits at a power cut, for rehearsals and tests. Does not migrate: see
        `prepare`. Raises DubanError database_url_bad, database_not_writable, database_corrupt, database_unreachable.
        """
        engines = build(url, home, durable=durable, readers=readers)
        try:
            first_look(engines)
        except BaseException:
            _dispose(engines)
            raise
        return cls(engines)

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._engines.writer.dialect.name

    @property
    def file(self) -> Path | None:
        """SQLite's file; None on PostgreSQL."""
        return self._engines.file

    @property
    def where(self) -> str:
        """What to call this database in a message: path, or address without the password."""
        return self._engines.where

    def prepare(self) -> None:
        """Bring the schema to this version's, holding the process lock; a SQLite file is copied aside first.

        Raises DubanError database_newer when a later version of Duban has been here, database_in_use.
        """
        upgrade(self)

    def standing(self, name: str) -> Standing:
        """This process's place among others, under a `name` of its own; on SQLite there are no others."""
        return Alone() if self.file else Shared(self._engines, name)

    def check(self) -> None:
        """Let the database look for damage, as at every opening. Raises DubanError("database_corrupt")."""
        self_check(self._engines)

    def write_now(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one writing transaction in this thread and commit it."""
        with self._own_turn():
            return self._write(work)

    def read_now(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one snapshot in this thread; it cannot change anything."""
        try:
            with Unit(self._engines.reader, expire_on_commit=False) as session:
                result = work(session)
                if session.new or session.dirty or session.deleted:
                    raise RuntimeError("a reading unit of work changed rows")
                return result
        except DBAPIError as error:
            raise plain(error, self._engines) from error

    async def write(self, work: Callable[[Session], T]) -> T:
        """`write_now` in the writer thread. Cancelling the wait does not stop the unit: it still commits."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """`read_now` in one of the reader threads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """The writer's bare connection, for migrations and backups; nobody else writes meanwhile."""
        with self._own_turn(), self._engines.writer.connect() as connection:
            yield connection

    def close(self) -> None:
        """Wait for the units under way, then let go of every connection."""
        self._writer.shutdown()
        self._readers.shutdown()
        _dispose(self._engines)

    def _write(self, work: Callable[[Session], T]) -> T:
        tries = 0
        while True:
            tries += 1
            committing = False
            try:
                with Unit(self._engines.writer, expire_on_commit=False) as session:
                    result = work(session)
                    session.flush()
                    committing = True
                    session.commit()
                    return result
            except DBAPIError as error:
                if not may_retry(error, tries, committing, ATTEMPTS):
                    raise plain(error, self._engines) from error
            time.sleep(PAUSE_SECONDS * tries)

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        if self._writing == threading.get_ident():
            raise RuntimeError("a unit of work inside another would wait for itself")
        with self._turn:
            self._writing = threading.get_ident()
            try:
                yield
            finally:
                self._writing = None


def _dispose(engines: Engines) -> None:
    engines.writer.dispose()
    engines.reader.dispose()
