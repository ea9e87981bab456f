"""Migrations: the same schema as the models, up and down and up, whole or not at all, never a later version's."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from bot.domain.model import DubanError
from storage import migrations
from storage.database import Database
from storage.migrations.regenerate import regenerate
from storage.tables import Agency, Base, Office

NOW = datetime(2022, 3, 24, 1, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

LATER = '''"""Later."""
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = {down!r}
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("office", sa.Column("motto", sa.Text(), nullable=True))
    op.execute("UPDATE office SET motto = name")
    with op.batch_alter_table("office") as batch:
        batch.alter_column("motto", existing_type=sa.Text(), nullable=False)
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    op.drop_table("extra")
    with op.batch_alter_table("office") as batch:
        batch.drop_column("motto")
'''

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from storage import migrations
from storage.database import Database

url, home, folder, stop_at = sys.argv[1] or None, Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
db = Database.open(url, home)
settings = migrations.config()
if folder:
    settings.set_main_option("version_locations", folder)
count = 0

def die(conn, cursor, statement, *rest):
    global count
    if statement.lstrip().split()[0] in {"CREATE", "DROP", "ALTER", "INSERT", "UPDATE"}:
        count += 1
        if count == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "after_cursor_execute", die)
migrations.upgrade(db, settings)
print(count)
"""


def differences(db: Database) -> list[Any]:
    with db.connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def tables(db: Database) -> set[str]:
    return db.read_now(lambda session: set(inspect(session.connection()).get_table_names()))


def with_later(tmp_path: Path) -> Config:
    """The migrations as they will be one day: today's and one more."""
    folder = tmp_path / "versions"
    shutil.copytree(migrations.HERE / "versions", folder, dirs_exist_ok=True)
    settings = migrations.config()
    head = ScriptDirectory.from_config(settings).get_current_head()
    (folder / "9001_later.py").write_text(LATER.format(down=head))
    settings.set_main_option("version_locations", str(folder))
    return settings


def furnish(db: Database) -> None:
    db.prepare()

    def work(session: Any) -> None:
        session.add(Office(id=1, name="督查室", created_at=NOW))
        session.flush()
        session.add(Agency(office_id=1, name="县教育局"))

    db.write_now(work)


def test_migrations_make_what_the_models_say(empty_url: str | None, tmp_path: Path) -> None:
    db = Database.open(empty_url, tmp_path, durable=False)
    db.prepare()
    assert differences(db) == [], "run: python -m storage.migrations.regenerate (or add a migration after a release)"
    db.close()


def test_every_name_follows_the_convention(empty_url: str | None, tmp_path: Path) -> None:
    """A constraint without a name of ours could not be changed later on both kinds of database."""
    db = Database.open(empty_url, tmp_path, durable=False)
    db.prepare()

    def names(session: Any) -> list[str]:
        look = inspect(session.connection())
        found = []
        for table in look.get_table_names():
            if table == "alembic_version":
                continue
            found.append(look.get_pk_constraint(table)["name"])
            found.extend(key["name"] for key in look.get_foreign_keys(table))
            found.extend(key["name"] for key in look.get_unique_constraints(table))
            found.extend(index["name"] for index in look.get_indexes(table))
        return found

    found = db.read_now(names)
    assert len(found) > len(Base.metadata.tables)
    assert [name for name in found if not name or name.split("_")[0] not in {"pk", "fk", "uq", "ix", "ck"}] == []
    db.close()


def test_the_schema_walks_up_down_and_up(empty_url: str | None, tmp_path: Path) -> None:
    db = Database.open(empty_url, tmp_path, durable=False)
    db.prepare()
    up = tables(db)
    migrations.move(db, migrations.config(), command.downgrade, "base")
    assert tables(db) == {"alembic_version"}
    db.prepare()
    assert tables(db) == up
    assert differences(db) == []
    db.close()


def test_each_step_walks_up_down_and_up_with_rows_in_it(empty_url: str | None, tmp_path: Path) -> None:
    settings = with_later(tmp_path)
    db = Database.open(empty_url, tmp_path, durable=False)
    furnish(db)
    before = migrations.revision(db)
    for _ in range(2):
        migrations.upgrade(db, settings)
        assert db.read_now(lambda s: s.scalar(text("SELECT motto FROM office"))) == "督查室"
        migrations.move(db, settings, command.downgrade, before or "base")
        assert differences(db) == []
    assert db.read_now(lambda s: s.scalars(select(Agency.name)).all()) == ["县教育局"]
    db.close()


def run_killed_at(step: int, url: str | None, home: Path, folder: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, url or "", str(home), folder, str(step)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def steps_of_first() -> int:
    """How many changing statements the first migration has: one CREATE for each table and index, and the version's."""
    return len(Base.metadata.tables) + sum(len(table.indexes) for table in Base.metadata.tables.values()) + 2


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_first_migration_killed_in_the_middle_left_nothing_and_can_be_run_again(
    empty_url: str | None, tmp_path: Path, share: float
) -> None:
    step = 1 + round(share * (steps_of_first() - 1))
    killed = run_killed_at(step, empty_url, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    db = Database.open(empty_url, tmp_path, durable=False)
    assert tables(db) == set()
    db.prepare()
    assert differences(db) == []
    db.close()


@pytest.mark.slow
def test_a_later_migration_killed_at_any_statement_kept_every_row_and_can_be_run_again(
    empty_url: str | None, tmp_path: Path
) -> None:
    settings = with_later(tmp_path)
    db = Database.open(empty_url, tmp_path, durable=False)
    furnish(db)
    before = migrations.revision(db)
    step = 0
    while True:
        step += 1
        ended = run_killed_at(step, empty_url, tmp_path, settings.get_main_option("version_locations") or "")
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        assert migrations.revision(db) == before
        assert differences(db) == []
        assert db.read_now(lambda s: s.scalars(select(Agency.name)).all()) == ["县教育局"]
    assert step > 4
    assert migrations.revision(db) == "9001"
    assert db.read_now(lambda s: s.scalar(text("SELECT motto FROM office"))) == "督查室"
    db.close()


@pytest.mark.slow
def test_the_first_migration_can_be_killed_at_every_statement(empty_url: str | None, tmp_path: Path) -> None:
    db = Database.open(empty_url, tmp_path, durable=False)
    for step in range(1, steps_of_first() + 1):
        assert run_killed_at(step, empty_url, tmp_path).returncode == -signal.SIGKILL
        assert tables(db) == set()
    assert run_killed_at(steps_of_first() + 1, empty_url, tmp_path).returncode == 0
    assert differences(db) == []
    db.close()


def test_a_file_with_something_in_it_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    settings = with_later(tmp_path)
    db = Database.open(None, tmp_path / "home")
    furnish(db)
    before = migrations.revision(db)
    migrations.upgrade(db, settings)
    db.close()
    (copy,) = (tmp_path / "home" / "backups").iterdir()
    assert copy.name == f"duban-{before}.sqlite3"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = Database.open(f"sqlite:///{copy}", tmp_path)
    assert migrations.revision(kept) == before
    assert kept.read_now(lambda s: s.scalars(select(Agency.name)).all()) == ["县教育局"]
    kept.close()


def test_an_empty_or_current_database_is_not_copied(tmp_path: Path) -> None:
    db = Database.open(None, tmp_path)
    db.prepare()
    db.prepare()
    db.close()
    assert not (tmp_path / "backups").exists()


def test_a_copy_that_cannot_be_made_stops_the_migration(tmp_path: Path) -> None:
    settings = with_later(tmp_path)
    db = Database.open(None, tmp_path / "home")
    furnish(db)
    (tmp_path / "home" / "backups").write_text("in the way")
    before = migrations.revision(db)
    with pytest.raises(DubanError) as error:
        migrations.upgrade(db, settings)
    assert error.value.code == "database_not_writable"
    assert migrations.revision(db) == before
    db.close()


def test_a_database_of_a_later_version_is_refused_and_not_touched(empty_url: str | None, tmp_path: Path) -> None:
    db = Database.open(empty_url, tmp_path, durable=False)
    furnish(db)
    migrations.upgrade(db, with_later(tmp_path))
    with pytest.raises(DubanError) as error:
        db.prepare()
    assert error.value.code == "database_newer"
    assert error.value.params["revision"] == "9001"
    assert migrations.revision(db) == "9001"
    db.close()


def test_a_migration_waits_for_nobody_but_refuses_while_a_process_runs(empty_url: str | None, tmp_path: Path) -> None:
    running = Database.open(empty_url, tmp_path, durable=False)
    newcomer = Database.open(empty_url, tmp_path, durable=False)
    with running.lock:
        with pytest.raises(DubanError) as error:
            newcomer.prepare()
        assert error.value.code == "database_in_use"
        running.prepare()
    newcomer.prepare()
    running.close()
    newcomer.close()


def test_a_migration_that_breaks_a_reference_is_undone(tmp_path: Path) -> None:
    settings = with_later(tmp_path)
    folder = Path(settings.get_main_option("version_locations") or "")
    bad = LATER.format(down=ScriptDirectory.from_config(migrations.config()).get_current_head())
    bad = bad.replace("UPDATE office SET motto = name", "UPDATE agency SET office_id = 99")
    (folder / "9001_later.py").write_text(bad.replace("nullable=False", "nullable=True"))
    db = Database.open(None, tmp_path)
    furnish(db)
    with pytest.raises(RuntimeError, match="broke a reference"):
        migrations.upgrade(db, settings)
    assert differences(db) == []
    assert db.read_now(lambda s: s.scalars(select(Agency.office_id)).all()) == [1]
    with pytest.raises(Exception, match="FOREIGN KEY"):
        db.write_now(lambda s: s.execute(text("UPDATE agency SET office_id = 99")))
    db.close()


def test_the_first_migration_is_what_regenerating_writes(tmp_path: Path) -> None:
    """Until a release the first migration is generated, never edited by hand."""
    written = regenerate(tmp_path)
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--quiet", "--isolated", "--line-length=120", written], check=True
    )
    assert written.read_text() == (migrations.HERE / "versions" / written.name).read_text()
