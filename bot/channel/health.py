"""How the house is, for the operator: no names of people, no words of messages, no secrets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from storage import inbox, leases, outbox
from storage.database import Database

LATE_SECONDS = 3600.0


@dataclass(frozen=True)
class Health:
    """`status` is ok, late (something has waited for an hour), clock (not trusted) or down (no database).

    Lags are seconds the oldest open update and message have waited; leases are who holds them, by lease.
    """

    status: str
    inbox_lag_seconds: int | None = None
    outbox_lag_seconds: int | None = None
    processes: int | None = None
    leases: dict[str, str] | None = None
    clock: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Without what does not apply."""
        return {name: value for name, value in asdict(self).items() if value is not None}


async def look(db: Database, bot_id: int, now: datetime, trouble: str | None = None) -> Health:
    """Ask the database; `trouble` is what is wrong with the clock."""
    try:
        return await db.read(lambda session: at(session, bot_id, now, trouble))
    except DubanError as error:
        return Health("down", clock=trouble, reason=error.code)


def at(session: Session, bot_id: int, now: datetime, trouble: str | None = None) -> Health:
    """How the house is at a moment."""
    waiting = _lag(inbox.oldest_new(session), now), _lag(outbox.oldest_due(session, now), now)
    status = "clock" if trouble else "late" if max(waiting) > LATE_SECONDS else "ok"
    shared = session.get_bind().dialect.name == "postgresql"
    names = (leases.SENDER, leases.poller_of(bot_id))
    return Health(
        status,
        inbox_lag_seconds=waiting[0],
        outbox_lag_seconds=waiting[1],
        processes=leases.processes(session) if shared else None,
        leases={found.lease: found.name for found in leases.holders(session, names)} if shared else None,
        clock=trouble,
    )


def _lag(since: datetime | None, now: datetime) -> int:
    return 0 if since is None else max(0, int((now - since).total_seconds()))
