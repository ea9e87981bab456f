"""What every subcommand shares: the open database, the office, reading a file, saying a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import typer

from bot.demo.folder import refuse_marked_database, refuse_marked_folder
from bot.domain.model import DubanError
from bot.services import entering
from bot.settings import Settings, load
from bot.texts.sentences import sentence
from storage.database import Database


@contextmanager
def opened() -> Iterator[tuple[Settings, Database, int]]:
    """Settings, the migrated database and the office's id."""
    settings = load()
    refuse_marked_folder(settings.home)
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DubanError("database_not_writable", where=str(settings.home), reason=error.strerror or "") from None
    db = Database.open(settings.database_url or None, settings.home)
    try:
        db.prepare()
        refuse_marked_database(db)
        now = clock()
        office_id = db.write_now(
            lambda session: entering.ensure_office(session, settings.office, settings.timezone, now).id
        )
        yield settings, db, office_id
    finally:
        db.close()


def clock() -> datetime:
    """The edge of the command line: the machine's clock, in UTC, moved by `clock_offset`."""
    return datetime.now(UTC) + clock_offset()


@cache
def clock_offset() -> timedelta:
    """DUBAN_CLOCK_OFFSET in seconds: another day to play on, for rehearsals and tests of the whole process."""
    return timedelta(seconds=load().clock_offset)


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises DubanError file_not_found or file_unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DubanError("file_not_found", name=str(path)) from None
    except OSError as error:
        raise DubanError("file_unreadable", name=str(path), reason=error.strerror or "") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file the person named. Raises DubanError file_not_writable."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise DubanError("file_not_writable", name=str(path), reason=error.strerror or "") from None


def fail(error: DubanError) -> int:
    """Say what was wrong on standard error; the exit status."""
    typer.echo(sentence(error.code, error.params, "zh"), err=True)
    return 1
