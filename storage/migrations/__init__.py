"""Bringing a database to this version's schema: whole or not at all, and never touching a later version's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.domain.model import DubanError
from storage.backup import copy_file

if TYPE_CHECKING:
    from storage.database import Database

HERE = Path(__file__).parent


def config() -> Config:
    """Alembic's settings; users need no file of them."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def revision(db: Database) -> str | None:
    """The schema the database has, or None for an empty one."""
    return db.read_now(lambda session: MigrationContext.configure(session.connection()).get_current_revision())


def upgrade(db: Database, settings: Config | None = None) -> None:
    """Bring `db` to the newest schema in `settings`, in one transaction, holding the process lock.

    Killed anywhere, it can be run again. A SQLite file with something in it is copied aside first, to
    backups/duban-<its revision>.sqlite3. Raises DubanError database_newer, database_in_use.
    """
    settings = settings or config()
    scripts = ScriptDirectory.from_config(settings)
    if _is_current(db, scripts):
        return
    with db.lock:
        if not _is_current(db, scripts):
            _keep_copy(db)
            move(db, settings, command.upgrade, "head")


def move(db: Database, settings: Config, walk: Callable[[Config, str], None], target: str) -> None:
    """Walk the schema by Alembic's `upgrade` or `downgrade` to `target`, in one transaction."""
    with db.connection() as connection, _without_foreign_keys(connection), connection.begin():
        settings.attributes["connection"] = connection
        walk(settings, target)
        _check_references(connection)


def _is_current(db: Database, scripts: ScriptDirectory) -> bool:
    current = revision(db)
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise DubanError("database_newer", where=db.where, revision=current)
    return current == scripts.get_current_head()


def _keep_copy(db: Database) -> None:
    current = revision(db)
    if db.file and current:
        copy_file(db, db.file.parent / "backups" / f"{db.file.stem}-{current}.sqlite3")


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by rebuilding it, which must not look like deleting every row that others refer to.

    The switch works only outside a transaction, so it goes to the driver directly.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise RuntimeError(f"a migration broke a reference: {tuple(broken)}")
