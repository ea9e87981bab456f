"""Messages owed to chats: put them in once, claim what is due, record what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage import groups
from storage.tables import Card, Outbox, Person

LEASE = timedelta(seconds=60)
RESENDS = 1
# A backlog is looked at this many rows at a time: ranking all of it for every claim would keep others from writing.
WINDOW = 300


@dataclass(frozen=True)
class Recovered:
    """What became of rows whose sender died: `again` are due once more, `unknown` ended with nobody knowing."""

    again: tuple[Outbox, ...]
    unknown: tuple[Outbox, ...]


def put(
    session: Session,
    *,
    key: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    due_at: datetime | None = None,
    office_id: int | None = None,
    person_id: int | None = None,
    chat_id: int | None = None,
    card_id: int | None = None,
    urgency: int = 0,
    resend: bool = False,
) -> int | None:
    """Owe a message under `key` (at most 120 characters); returns its id, or None when the key was there already.

    `due_at` defaults to `now`. The chat is `chat_id`, or the person's chat at the moment of sending.
    """
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    row = {
        "key": key,
        "kind": kind,
        "payload": payload,
        "office_id": office_id,
        "person_id": person_id,
        "chat_id": chat_id,
        "card_id": card_id,
        "urgency": urgency,
        "resend": resend,
        "due_at": due_at or now,
        "created_at": now,
        "state": "due",
    }
    statement = insert(Outbox).values(row).on_conflict_do_nothing(index_elements=["key"]).returning(Outbox.id)
    return session.execute(statement).scalar_one_or_none()


def put_all(
    session: Session,
    keys: Mapping[int, str],
    *,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    office_id: int,
    urgency: int,
    not_before: datetime | None = None,
) -> None:
    """Owe the same kind of message to many people (person id to key), each once; those there already stay.

    They are reminders: an uncertain one is sent once more. With `not_before` none leaves earlier, unless `let_go`.
    """
    insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
    same = {
        "kind": kind,
        "payload": payload,
        "office_id": office_id,
        "urgency": urgency,
        "resend": True,
        "due_at": now,
        "created_at": now,
        "state": "due",
        "lease_until_at": not_before,
    }
    rows = [{"key": key, "person_id": person_id, **same} for person_id, key in keys.items()]
    # Past the unit's own bookkeeping: none of these rows is wanted back.
    session.connection().execute(insert(Outbox).on_conflict_do_nothing(index_elements=["key"]), rows)


def let_go(session: Session, kind: str) -> None:
    """Messages of a kind that were put in to wait may leave now; one that failed and was put off keeps its time."""
    held = (Outbox.state == "due", Outbox.kind == kind, Outbox.lease_until_at.is_not(None), Outbox.attempts == 0)
    session.execute(update(Outbox).where(*held, Outbox.reason == "").values(lease_until_at=None))


def claim(
    session: Session,
    worker: str,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
    busy_chats: frozenset[int] = frozenset(),
) -> list[Outbox]:
    """Take up to `limit` due rows for `worker` until `now + lease`: the first of each chat that is not busy.

    First means lowest urgency, then earliest `due_at`, then id. A chat with a row in flight, or whose first row is
    postponed, gives nothing, so the order inside a chat holds. Two workers never take the same row.
    """
    # Mostly nothing is due; this costs a fraction of working out whose turn it is.
    if session.scalar(select(Outbox.id).where(Outbox.state == "due", Outbox.due_at <= now).limit(1)) is None:
        return []
    taken: list[Outbox] = []
    for window in (WINDOW, None):
        taken = _take(session, _first_of_each_chat(now, limit, busy_chats, window), worker, now + lease)
        if taken:
            break
    return sorted(taken, key=lambda row: (row.urgency, row.due_at, row.id))


def _take(session: Session, ids: Select[int], worker: str, until: datetime) -> list[Outbox]:
    if _is_postgresql(session):
        ids = select(Outbox.id).where(Outbox.id.in_(ids), Outbox.state == "due").with_for_update(skip_locked=True)
    # Nothing but the ids is asked for here: with a second condition SQLite reads the whole backlog instead.
    statement = (
        update(Outbox)
        .where(Outbox.id.in_(ids))
        .values(state="sending", worker=worker, lease_until_at=until)
        .returning(Outbox)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return list(session.scalars(statement).all())


def _first_of_each_chat(now: datetime, limit: int, busy_chats: frozenset[int], window: int | None) -> Select[int]:
    in_flight = (
        select(_chat())
        .outerjoin(Person, Person.id == Outbox.person_id)
        .where(Outbox.state == "sending", _chat().is_not(None))
    )
    free = or_(_chat().is_(None), and_(_chat().not_in(in_flight), _chat().not_in(sorted(busy_chats))))
    ranked = _ranked(_open_rows(now).where(free).limit(window))
    return (
        select(ranked.c.id)
        .where(ranked.c.place == 1, _waited(ranked, now))
        .order_by(ranked.c.urgency, ranked.c.due_at, ranked.c.id)
        .limit(limit)
    )


def ready_chats(session: Session, now: datetime, among: frozenset[int]) -> frozenset[int]:
    """Those of the chats `among` that have a row to claim now."""
    ranked = _ranked(_open_rows(now).where(_chat().in_(sorted(among))))
    statement = select(ranked.c.chat).where(ranked.c.place == 1, _waited(ranked, now))
    return frozenset(session.scalars(statement).all())


def _open_rows(now: datetime) -> Select[*tuple[Any, ...]]:
    """What is owed by now, in the order it should go. The first rows of it hold the first rows of their chats."""
    return (
        select(Outbox.id, Outbox.urgency, Outbox.due_at, Outbox.lease_until_at, _chat().label("chat"))
        .outerjoin(Person, Person.id == Outbox.person_id)
        .where(Outbox.state == "due", Outbox.due_at <= now)
        .order_by(Outbox.urgency, Outbox.due_at, Outbox.id)
    )


def _ranked(rows: Select[*tuple[Any, ...]]) -> Subquery:
    row = rows.subquery().c
    alone = case((row.chat.is_(None), row.id), else_=0)
    place = func.row_number().over(partition_by=(row.chat, alone), order_by=(row.urgency, row.due_at, row.id))
    return select(*row, place.label("place")).subquery()


def _waited(ranked: Subquery, now: datetime) -> ColumnElement[bool]:
    return or_(ranked.c.lease_until_at.is_(None), ranked.c.lease_until_at <= now)


def _chat() -> ColumnElement[int | None]:
    return func.coalesce(Outbox.chat_id, Person.chat_id)


def chat_of(session: Session, row: Outbox) -> int | None:
    """The chat a row goes to now: its own, else its person's; None when nobody is bound yet."""
    if row.chat_id is not None or row.person_id is None:
        return row.chat_id
    return session.scalar(select(Person.chat_id).where(Person.id == row.person_id))


def finish(
    session: Session,
    outbox_id: int,
    worker: str,
    state: str,
    now: datetime,
    *,
    message_id: int | None = None,
    reason: str = "",
) -> Outbox | None:
    """End a claimed row as sent, unknown, cancelled, failed or dead; None when it is no longer this worker's."""
    row = _held(session, outbox_id, worker)
    if row is None:
        return None
    row.state, row.reason, row.finished_at, row.lease_until_at = state, reason, now, None
    row.message_id = message_id if message_id is not None else row.message_id
    row.attempts += 1
    session.flush()
    return row


def postpone(
    session: Session,
    outbox_id: int,
    worker: str,
    until: datetime,
    *,
    reason: str = "",
    counted: bool = True,
    uncertain: bool = False,
) -> Outbox | None:
    """Give a claimed row back, not to be taken before `until`; None when it is no longer this worker's.

    `due_at` stays, so the row keeps its place in its chat. `counted` makes it an attempt; `uncertain` remembers that
    the message may have arrived already.
    """
    row = _held(session, outbox_id, worker)
    if row is None:
        return None
    row.state, row.worker, row.lease_until_at, row.reason = "due", "", until, reason
    row.attempts += int(counted)
    row.uncertain += int(uncertain)
    session.flush()
    return row


def recover(
    session: Session, now: datetime, worker: str = "", alive: Iterable[int] = (), *, alone: bool = False
) -> Recovered:
    """Settle rows left `sending` past their lease, which a dead sender may or may not have sent.

    An edit of an existing message is due again as it was; a row with `resend` is due once more, marked `uncertain`;
    all others end `unknown`. Rows claimed under the name `worker` need no lease to run out: whoever carries that
    name now is the only one, and `alive` are the ids it is sending. `alone` says that nobody else is sending at all.
    """
    abandoned: ColumnElement[bool] = Outbox.lease_until_at <= now
    if alone or worker:
        abandoned = true() if alone else or_(abandoned, Outbox.worker == worker)
    statement = (
        select(Outbox, Card.message_id)
        .outerjoin(Card, Card.id == Outbox.card_id)
        .where(Outbox.state == "sending", abandoned, Outbox.id.not_in(sorted(alive)))
        .order_by(Outbox.id)
        .with_for_update(of=Outbox, skip_locked=True)
    )
    again, unknown = [], []
    for row, edited_message in session.execute(statement).all():
        if edited_message is not None or (row.resend and row.uncertain < RESENDS):
            again.append(_due_again(row, doubtful=edited_message is None))
        else:
            unknown.append(_lost_sight(row, now))
    session.flush()
    return Recovered(tuple(again), tuple(unknown))


def _due_again(row: Outbox, doubtful: bool) -> Outbox:
    row.state, row.worker, row.lease_until_at, row.reason = "due", "", None, "lease_expired"
    row.uncertain += int(doubtful)
    return row


def _lost_sight(row: Outbox, now: datetime) -> Outbox:
    row.state, row.reason, row.finished_at, row.lease_until_at = "unknown", "lease_expired", now, None
    return row


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Since when the message that waits longest has been due; None when nothing is owed by now."""
    waiting = and_(Outbox.state.in_(("due", "sending")), Outbox.due_at <= now)
    return session.scalar(select(func.min(Outbox.due_at)).where(waiting))


def next_due_at(session: Session) -> datetime | None:
    """When the next open row may be claimed or recovered; None when nothing is owed."""
    ready_at = case((Outbox.lease_until_at > Outbox.due_at, Outbox.lease_until_at), else_=Outbox.due_at)
    statement = select(ready_at).where(Outbox.state.in_(("due", "sending"))).order_by(ready_at).limit(1)
    return session.scalar(statement)


def move_chat(session: Session, old: int, new: int) -> None:
    """A group became a supergroup: its new id replaces the old one on people, cards, groups and open rows."""
    session.execute(update(Person).where(Person.chat_id == old).values(chat_id=new))
    session.execute(update(Card).where(Card.chat_id == old).values(chat_id=new))
    groups.move(session, old, new)
    still_open = and_(Outbox.chat_id == old, Outbox.state.in_(("due", "sending")))
    session.execute(update(Outbox).where(still_open).values(chat_id=new))


def _held(session: Session, outbox_id: int, worker: str) -> Outbox | None:
    statement = (
        select(Outbox)
        .where(Outbox.id == outbox_id, Outbox.state == "sending", Outbox.worker == worker)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
