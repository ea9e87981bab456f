"""A copy of a SQLite database taken while it is in use: whole, or not there at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.model import DubanError
from storage.engines import sqlite_driver

if TYPE_CHECKING:
    from storage.database import Database


def copy_file(db: Database, target: Path) -> None:
    """Copy `db` to `target` (0600) with SQLite's own backup; writers wait meanwhile.

    Raises DubanError("database_not_writable") when the target cannot be written.
    """
    half = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(db, half)
        _flush(half)
        half.replace(target)
        _flush(target.parent)
    except (OSError, sqlite_driver.Error) as error:
        with suppress(OSError):
            half.unlink()
        raise DubanError("database_not_writable", where=str(target), reason=str(error)) from error


def take_copy(source: Path, target: Path) -> None:
    """Copy a SQLite file that may have a -wal beside it to `target` (0600), leaving `source` as it is.

    Raises DubanError database_corrupt when `source` is no database, database_not_writable for `target`.
    """
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise DubanError("database_not_writable", where=str(target), reason=error.strerror or "") from error
    read = copy = None
    try:
        read = sqlite_driver.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
        copy = sqlite_driver.connect(str(target))
        read.backup(copy)
    except sqlite_driver.Error as error:
        raise DubanError("database_corrupt", where=str(source), reason=str(error)) from error
    finally:
        for connection in (read, copy):
            if connection is not None:
                connection.close()


def _copy(db: Database, half: Path) -> None:
    copy = sqlite_driver.connect(str(half))
    try:
        with db.connection() as connection:
            source: Any = connection.connection.driver_connection
            source.backup(copy)
    finally:
        copy.close()


def _flush(path: Path) -> None:
    """Make the bytes, or a directory's names, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
