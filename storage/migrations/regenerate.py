"""Write the first migration anew from the tables: `python -m storage.migrations.regenerate`, before the first release.

After a release this must not be used again: a released migration never changes, a new one is added.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage.migrations import HERE, config

FIRST = "0001"


def regenerate(folder: Path = HERE / "versions") -> Path:
    """Replace the first migration in `folder`; returns the new file."""
    for old in folder.glob(f"{FIRST}_*.py"):
        old.unlink()
    settings = config()
    settings.set_main_option("version_locations", str(folder))
    with create_engine("sqlite://").connect() as connection:
        settings.attributes["connection"] = connection
        command.revision(settings, "First tables", autogenerate=True, rev_id=FIRST, version_path=str(folder))
    return next(folder.glob(f"{FIRST}_*.py"))


if __name__ == "__main__":
    written = regenerate()
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(written)], check=True)  # noqa: S603
