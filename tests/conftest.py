"""What every test may ask for: fresh databases of both kinds, and the same random examples on every run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from hypothesis import settings

from storage import migrations
from storage.database import Database
from storage.tables import Base
from tests import postgres

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("DUBAN_TEST_EXAMPLES", "fixed"))


def furnish(db: Database) -> None:
    """Create all tables at once, straight from the models: quicker than the migrations, which have their own tests."""
    with db.connection() as connection, connection.begin():
        Base.metadata.create_all(connection)
        stamp = migrations.config()
        stamp.attributes["connection"] = connection
        command.stamp(stamp, "head")


@pytest.fixture(scope="session")
def furnished_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to be copied."""
    db = Database.open(None, tmp_path_factory.mktemp("template"), durable=False)
    furnish(db)
    db.close()
    assert db.file is not None
    return db.file


@pytest.fixture
def database(tmp_path: Path, furnished_file: Path) -> Iterator[Database]:
    """A fresh SQLite database with all tables, in the test's own folder."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(furnished_file, home)
    db = Database.open(None, home, durable=False)
    yield db
    db.close()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """The server of this test process; skips where PostgreSQL is absent unless DUBAN_TEST_POSTGRES says it must be."""
    reason = postgres.why_not()
    if reason and os.environ.get("DUBAN_TEST_POSTGRES") == "required":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with postgres.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with every table, to be copied."""
    postgres_cluster.say("CREATE DATABASE furnished")
    db = Database.open(postgres_cluster.url("furnished"), tmp_path_factory.mktemp("postgres"), durable=False)
    furnish(db)
    db.close()
    return "furnished"


@pytest.fixture
def postgres_url(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """The address of a fresh, empty PostgreSQL database."""
    with postgres_cluster.fresh() as url:
        yield url


@pytest.fixture
def postgres_database(postgres_cluster: postgres.Cluster, postgres_template: str, tmp_path: Path) -> Iterator[Database]:
    """A fresh PostgreSQL database with all tables."""
    with postgres_cluster.fresh(postgres_template) as url:
        db = Database.open(url, tmp_path, durable=False)
        yield db
        db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with all tables; the test runs once on each kind."""
    kind = {"sqlite": "database", "postgresql": "postgres_database"}[request.param]
    found: Database = request.getfixturevalue(kind)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str | None:
    """What to open for a database without a single table: None (SQLite in the home), or a PostgreSQL address."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
