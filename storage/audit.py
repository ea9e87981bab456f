"""The audit log: append-only; each row's hash covers the row and the hash before it, so that a later change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from storage.tables import Audit

START = "0" * 64
APPEND_KEY = 0x6475_6261_6E03
BATCH = 1000
COLUMNS = (
    Audit.office_id,
    Audit.at,
    Audit.actor,
    Audit.action,
    Audit.subject,
    Audit.detail,
    Audit.previous_hash,
    Audit.hash,
)


@dataclass(frozen=True)
class AuditResult:
    """What the chain says. `head_hash` is the newest row's: a cut-off end shows only to whoever noted an earlier one.

    `first_bad_id` is the row from which the chain no longer holds, None when it holds throughout.
    """

    rows: int
    head_hash: str
    first_bad_id: int | None


def append(
    session: Session,
    *,
    office_id: int | None,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    detail: dict[str, Any],
) -> None:
    """Add one change to the chain, in the caller's transaction. `detail` holds plain JSON values; `at` is aware."""
    _wait_for_turn(session)
    previous = session.scalars(select(Audit.hash).order_by(Audit.id.desc()).limit(1)).first() or START
    kept: dict[str, Any] = json.loads(_canonical(detail))
    values = {"office_id": office_id, "at": at, "actor": actor, "action": action, "subject": subject, "detail": kept}
    session.add(Audit(**values, previous_hash=previous, hash=_digest(previous, values)))
    session.flush()


def verify(session: Session) -> AuditResult:
    """Walk the whole chain from its start."""
    count, running, bad = 0, START, None
    for row_id, row in _rows(session):
        count += 1
        if bad is None and not _follows(row, running):
            bad = row_id
        running = row.hash if row is not None else ""
    return AuditResult(count, running, bad)


def _wait_for_turn(session: Session) -> None:
    """Two transactions must not follow the same row. A writing unit is alone anyway; this also holds outside one."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_KEY})


def _rows(session: Session) -> Iterator[tuple[int, Row[Any] | None]]:
    """Every row in order with its id; None for one whose columns cannot even be read."""
    ids = session.scalars(select(Audit.id).order_by(Audit.id)).all()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        try:
            yield from zip(batch, _load(session, batch), strict=True)
        except (ValueError, TypeError):
            yield from ((row_id, _load_one(session, row_id)) for row_id in batch)


def _load(session: Session, ids: Sequence[int]) -> Sequence[Row[Any]]:
    within = Audit.id.between(ids[0], ids[-1])
    return session.execute(select(*COLUMNS).where(within).order_by(Audit.id)).all()


def _load_one(session: Session, row_id: int) -> Row[Any] | None:
    try:
        return _load(session, [row_id])[0]
    except (ValueError, TypeError):
        return None


def _follows(row: Row[Any] | None, previous: str) -> bool:
    if row is None or row.previous_hash != previous:
        return False
    values = {name: getattr(row, name) for name in ("office_id", "at", "actor", "action", "subject", "detail")}
    try:
        return bool(row.hash == _digest(previous, values))
    except (ValueError, TypeError):
        return False


def _digest(previous: str, values: dict[str, Any]) -> str:
    at: datetime = values["at"]
    fields = {**values, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), "previous": previous}
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()


def _canonical(value: dict[str, Any]) -> str:
    """One spelling for one value: sorted keys, ASCII, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
