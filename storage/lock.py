"""One process per database: a second one is refused at the start (on PostgreSQL: while the schema is changed)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.model import DubanError
from storage.engines import Engines, lone_engine, plain

PROCESS_KEY = 0x6475_6261_6E02


class ProcessLock:
    """Held by one process from `with lock:` to its end; entering it again while held is fine.

    The operating system or the server drops it when the process dies, so a crash leaves nothing to clean up. On
    PostgreSQL the processes that run share it (storage/leases.py), which keeps out whoever wants it alone.
    Raises DubanError("database_in_use") when another process holds it.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._depth = 0
        self._file: int | None = None
        self._session: Connection | None = None

    def __enter__(self) -> Self:
        if self._depth == 0:
            self._take()
        self._depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._drop()

    def held(self) -> bool:
        """Whether the lock is still ours. On PostgreSQL it goes with its connection, so this asks the server."""
        if self._session is None:
            return self._file is not None
        try:
            self._session.exec_driver_sql("SELECT 1")
        except DBAPIError:
            return False
        return True

    def _take(self) -> None:
        if self._engines.file:
            self._file = _take_file(self._engines.file.with_suffix(".lock"))
        else:
            self._session = _take_advisory(self._engines)

    def _drop(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._session is not None:
            self._session.invalidate()
            self._session.close()
            self._session = None


def _take_file(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DubanError("database_not_writable", where=str(path), reason=error.strerror or "") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise DubanError("database_in_use", where=str(path)) from error
    return file


def _take_advisory(engines: Engines) -> Connection:
    own = lone_engine(engines.reader, "duban lock")
    try:
        session = own.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = session.exec_driver_sql(f"SELECT pg_try_advisory_lock({PROCESS_KEY})").scalar()
    except DBAPIError as error:
        raise plain(error, engines) from error
    if not taken:
        session.close()
        raise DubanError("database_in_use", where=engines.where)
    return session
