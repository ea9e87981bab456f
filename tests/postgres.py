"""A PostgreSQL server of the tests' own: started in a temporary folder, reached by its socket, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

PLACES = ("/usr/lib/postgresql/15/bin", *(f"/usr/lib/postgresql/{n}/bin" for n in (18, 17, 16, 14)))
ACCOUNTS = ("postgres", "nobody")
# Nothing here has to outlive a power cut; without fsync a start takes a tenth of the time.
FAST = "-c fsync=off -c full_page_writes=off"


def binary(name: str) -> str | None:
    """Where the program is: on PATH, or where Debian puts it."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *PLACES)))


def why_not() -> str | None:
    """Why no server can be started here, or None when one can."""
    missing = [name for name in ("initdb", "pg_ctl", "postgres") if binary(name) is None]
    return f"PostgreSQL is not installed: no {', '.join(missing)}" if missing else None


@dataclass
class Cluster:
    """One server. PostgreSQL refuses to run as root, so root lends it another account."""

    folder: Path
    made: int = 0

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        account = _account()
        done = subprocess.run(
            [binary(program) or program, *arguments],
            user=account,
            group=account and pwd.getpwnam(account).pw_gid,
            extra_groups=[] if account else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}\n{self.log()}")

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace")[-2000:] if file.exists() else ""

    def create(self) -> None:
        self.run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {FAST}"
        self.run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """`mode` immediate is a crash: nothing is written on the way out."""
        self.run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """The address of a new database, dropped afterwards."""
        self.made += 1
        name = f"test_{self.made}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def say(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _account() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ACCOUNTS if name in known)


@contextmanager
def running() -> Iterator[Cluster]:
    """A started server in a folder of its own; a short path, because a socket's may have 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-", dir="/tmp"))
    account = _account()
    if account:
        shutil.chown(folder, account)
    cluster = Cluster(folder)
    try:
        cluster.create()
        cluster.start()
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
