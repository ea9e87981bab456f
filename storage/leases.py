"""Who does what when several processes share one PostgreSQL: leases that die with their holder's connection."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from storage.engines import Engines, lone_engine, plain
from storage.lock import PROCESS_KEY

# Advisory locks of two numbers: what kind of lease, and which one. They are apart from the locks of one number.
LEASES = 0x6475_6261
CHATS = 0x6475_6262
SENDER = "sender"
APPLICATION = "duban at "
# A holder that has not heard from the server for so long no longer counts on its leases …
TRUST_SECONDS = 6.0
# … well before the server gives up a holder that says nothing (frozen, or cut off without a word) and frees them.
SILENCE_SECONDS = 15
SILENCE_VERSION = 140000  # the first server that can do that

T = TypeVar("T")


def poller_of(bot_id: int) -> str:
    """The name of the lease to poll for one bot."""
    return f"poller:{bot_id}"


class Standing(Protocol):
    """A process's place among those that share the database."""

    async def beat(self) -> None:
        """Show that this process lives, coming back when its connection was lost. Raises DubanError."""
        ...

    async def take(self, lease: str) -> bool:
        """Take a lease, or find it held already by this process; False while another has it. Raises DubanError."""
        ...

    async def leave(self, lease: str) -> None:
        """Let somebody else have it; nothing when it is not held."""
        ...

    def holds(self, lease: str) -> bool:
        """Whether the lease was surely ours a moment ago; asks nobody."""
        ...

    def confirms(self, session: Session, lease: str) -> bool:
        """Whether the lease is ours in this very transaction."""
        ...

    async def take_chats(self, chats: Sequence[int], room: int) -> list[int]:
        """Take up to `room` of the chats, the first ones that nobody else is handling. Raises DubanError."""
        ...

    async def leave_chat(self, chat_id: int) -> None:
        """Done with a chat."""
        ...

    def close(self) -> None:
        """Leave, and everything held with it."""
        ...


class Alone:
    """The only process there is, as on SQLite, whose lock sees to that: everything is its own."""

    async def beat(self) -> None:
        """Nobody asks."""

    async def take(self, _lease: str) -> bool:
        """Always."""
        return True

    async def leave(self, _lease: str) -> None:
        """Nobody waits for it."""

    def holds(self, _lease: str) -> bool:
        """Always."""
        return True

    def confirms(self, _session: Session, _lease: str) -> bool:
        """Always."""
        return True

    async def take_chats(self, chats: Sequence[int], room: int) -> list[int]:
        """The first ones."""
        return list(chats[:room])

    async def leave_chat(self, _chat_id: int) -> None:
        """Nobody waits for it."""

    def close(self) -> None:
        """Nothing to leave."""


class Shared:
    """One of several processes on PostgreSQL, by one connection of its own whose session holds every lease.

    The server frees them the moment that connection ends: at kill -9 at once, after a silence of SILENCE_SECONDS
    otherwise (server 14 or later). While it lasts no other version of Duban can change the schema.
    """

    def __init__(self, engines: Engines, name: str, clock: Callable[[], float] | None = None) -> None:
        self._engines = engines
        self._own = lone_engine(engines.writer, f"{APPLICATION}{name}"[:63])
        self._clock = clock or steady_seconds
        self._thread = ThreadPoolExecutor(1, "duban-leases")
        self._session: Connection | None = None
        self._pid = 0
        self._heard_at = 0.0
        self._held: frozenset[str] = frozenset()

    async def beat(self) -> None:
        """Ask the server; the first beat joins. Raises DubanError database_in_use, database_unreachable."""
        await self._run(lambda: self._ask("SELECT true"))

    async def take(self, lease: str) -> bool:
        """See Standing."""
        return await self._run(lambda: self._take(lease))

    async def leave(self, lease: str) -> None:
        """See Standing."""
        await self._run(lambda: self._leave(lease))

    def holds(self, lease: str) -> bool:
        """See Standing: for TRUST_SECONDS after the server last answered."""
        return lease in self._held and self._clock() - self._heard_at < TRUST_SECONDS

    def confirms(self, session: Session, lease: str) -> bool:
        """See Standing: the server is asked whether our session still has it."""
        if lease not in self._held:
            return False
        wanted = {"pid": self._pid, "kind": LEASES, "key": _key(lease)}
        return session.scalar(text(_HAS), wanted) is not None

    async def take_chats(self, chats: Sequence[int], room: int) -> list[int]:
        """See Standing."""
        return await self._run(lambda: self._take_chats(chats, room)) if chats and room > 0 else []

    async def leave_chat(self, chat_id: int) -> None:
        """See Standing; a chat lost with the connection is free already."""
        await self._run(lambda: self._leave_chat(chat_id))

    def close(self) -> None:
        """Wait for what is being asked, then end the session."""
        self._thread.shutdown()
        self._drop()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _take(self, lease: str) -> bool:
        if lease in self._held:
            return True
        taken = self._ask(f"SELECT pg_try_advisory_lock({LEASES}, {_signed(_key(lease))})")
        if taken:
            self._held |= {lease}
        return bool(taken)

    def _leave(self, lease: str) -> None:
        if lease in self._held:
            self._held -= {lease}
            self._ask(f"SELECT pg_advisory_unlock({LEASES}, {_signed(_key(lease))})")

    def _take_chats(self, chats: Sequence[int], room: int) -> list[int]:
        session = self._joined()
        try:
            found = session.execute(text(_TAKE_CHATS), {"chats": list(chats), "room": room, "kind": CHATS}).scalars()
            return [int(chat_id) for chat_id in found]
        except DBAPIError as error:
            self._drop()
            raise plain(error, self._engines) from error

    def _leave_chat(self, chat_id: int) -> None:
        if self._session is not None:
            self._ask(f"SELECT pg_advisory_unlock({CHATS}, hashint8({int(chat_id)}))")

    def _ask(self, statement: str) -> Any:
        session, asked_at = self._joined(), self._clock()
        try:
            answer = session.exec_driver_sql(statement).scalar()
        except DBAPIError as error:
            self._drop()
            raise plain(error, self._engines) from error
        self._heard_at = asked_at
        return answer

    def _joined(self) -> Connection:
        if self._session is None:
            self._session = self._join()
        return self._session

    def _join(self) -> Connection:
        try:
            session = self._own.connect().execution_options(isolation_level="AUTOCOMMIT")
        except DBAPIError as error:
            raise plain(error, self._engines) from error
        try:
            if not self._introduced(session):
                raise DubanError("database_in_use", where=self._engines.where)
        except DBAPIError as error:
            session.close()
            raise plain(error, self._engines) from error
        except DubanError:
            session.close()
            raise
        return session

    def _introduced(self, session: Connection) -> bool:
        version = int(session.exec_driver_sql("SHOW server_version_num").scalar_one())
        if version >= SILENCE_VERSION:
            session.exec_driver_sql(f"SET idle_session_timeout = '{SILENCE_SECONDS}s'")
        self._pid = int(session.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        return bool(session.exec_driver_sql(f"SELECT pg_try_advisory_lock_shared({PROCESS_KEY})").scalar())

    def _drop(self) -> None:
        self._held = frozenset()
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()
            session.close()


@dataclass(frozen=True)
class Holder:
    """Who has a lease now: `name` as the process calls itself."""

    lease: str
    name: str


def holders(session: Session, leases: Sequence[str]) -> tuple[Holder, ...]:
    """Which process has which of the leases; those that nobody has are left out. PostgreSQL only."""
    keys = {_key(lease): lease for lease in leases}
    rows = session.execute(text(_HOLDERS), {"kind": LEASES}).all()
    found = ((keys[int(key)], str(name).removeprefix(APPLICATION)) for key, name in rows if int(key) in keys)
    return tuple(Holder(lease, name) for lease, name in sorted(found))


def processes(session: Session) -> int:
    """How many processes have joined. PostgreSQL only."""
    return int(
        session.execute(text(_PROCESSES), {"high": PROCESS_KEY >> 32, "low": PROCESS_KEY & 0xFFFFFFFF}).scalar_one()
    )


def steady_seconds() -> float:
    """Seconds of a clock that nobody can move and that counts while the machine sleeps, where there is such a one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _key(lease: str) -> int:
    return zlib.crc32(lease.encode())


def _signed(key: int) -> int:
    return key - 2**32 if key >= 2**31 else key


_HAS = """
    SELECT 1 FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND pid = :pid AND classid = :kind AND objid = :key
"""
_HOLDERS = """
    SELECT l.objid, a.application_name
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = :kind
      AND d.datname = current_database()
"""
_PROCESSES = """
    SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.mode = 'ShareLock'
      AND l.classid = :high AND l.objid = :low AND d.datname = current_database()
"""
# Rows come in the order they were given, and no lock is tried beyond the last one wanted.
_TAKE_CHATS = """
    SELECT chat FROM unnest(CAST(:chats AS bigint[])) AS chat
    WHERE pg_try_advisory_lock(:kind, hashint8(chat)) LIMIT :room
"""
