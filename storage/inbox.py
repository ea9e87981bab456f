"""Raw updates: stored once before the messenger is told, handed out one chat at a time, set aside when they poison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Inbox

BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5))
LONGEST_ERROR = 2000


@dataclass(frozen=True)
class Arrival:
    """An update as it came. `chat_id` is 0 when it belongs to no chat."""

    update_id: int
    chat_id: int
    body: dict[str, Any]


def store(session: Session, bot_id: int, updates: Sequence[Arrival], now: datetime) -> int:
    """Keep every update not seen before; returns how many were new.

    Sameness is (bot, update id), never a comparison with the highest seen: the ids start anew at random after a
    silent week.
    """
    if not updates:
        return 0
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {
            "bot_id": bot_id,
            "update_id": arrival.update_id,
            "chat_id": arrival.chat_id,
            "body": arrival.body,
            "state": "new",
            "received_at": now,
        }
        for arrival in updates
    ]
    statement = insert(Inbox).values(rows).on_conflict_do_nothing().returning(Inbox.update_id)
    return len(session.execute(statement).all())


def open_chats(session: Session, now: datetime, limit: int, busy: Iterable[int] = ()) -> list[int]:
    """Chats whose first unhandled update may be handled now, longest waiting first, without the `busy` ones."""
    first = (
        select(Inbox.chat_id, func.min(Inbox.update_id).label("update_id"))
        .where(Inbox.state == "new", Inbox.chat_id.not_in(sorted(busy)))
        .group_by(Inbox.chat_id)
        .subquery()
    )
    is_first = and_(Inbox.chat_id == first.c.chat_id, Inbox.update_id == first.c.update_id)
    statement = (
        select(Inbox.chat_id)
        .join(first, is_first)
        .where(Inbox.state == "new", _ready(now))
        .order_by(Inbox.received_at, Inbox.update_id)
        .limit(limit)
    )
    return list(dict.fromkeys(session.scalars(statement).all()))


def next_of(session: Session, chat_id: int, now: datetime) -> Inbox | None:
    """The chat's first unhandled update, None when there is none or it must wait: the ones behind it wait too."""
    statement = select(Inbox).where(Inbox.chat_id == chat_id, Inbox.state == "new").order_by(Inbox.update_id).limit(1)
    row = session.scalar(statement)
    if row is None or (row.not_before_at is not None and now < row.not_before_at <= now + BACK_OFF[-1]):
        return None
    return row


def oldest_new(session: Session) -> datetime | None:
    """When the update that waits longest to be handled came in; None when all are handled."""
    return session.scalar(select(func.min(Inbox.received_at)).where(Inbox.state == "new"))


def mark_done(session: Session, bot_id: int, update_id: int, now: datetime) -> bool:
    """Close an update in the transaction that holds its effects; False when it was closed already."""
    statement = (
        update(Inbox)
        .where(Inbox.bot_id == bot_id, Inbox.update_id == update_id, Inbox.state == "new")
        .values(state="done", done_at=now)
        .returning(Inbox.update_id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None


def mark_failed(session: Session, bot_id: int, update_id: int, error: str, now: datetime) -> str:
    """Count a failure: "new" again after 1 s, then 5 s, "dead" at the third; returns the state it is in now."""
    statement = select(Inbox).where(Inbox.bot_id == bot_id, Inbox.update_id == update_id).with_for_update()
    row = session.scalar(statement.execution_options(populate_existing=True))
    if row is None or row.state != "new":
        return "done" if row is None else row.state
    row.error = error[:LONGEST_ERROR].replace("\x00", "")
    row.attempts += 1
    if row.attempts > len(BACK_OFF):
        row.state, row.done_at, row.not_before_at = "dead", now, None
    else:
        row.not_before_at = now + BACK_OFF[row.attempts - 1]
    session.flush()
    return row.state


def _ready(now: datetime) -> Any:
    # Further ahead than any wait is a clock that was set back since.
    waited = or_(Inbox.not_before_at <= now, Inbox.not_before_at > now + BACK_OFF[-1])
    return or_(Inbox.not_before_at.is_(None), waited)


def forget_bodies(session: Session, before: datetime) -> None:
    """Empty the bodies of updates handled before a moment; the rows stay for deduplication."""
    old = (Inbox.state == "done") & (Inbox.received_at < before) & (Inbox.error != "forgotten")
    session.execute(update(Inbox).where(old).values(body={}, error="forgotten"))
