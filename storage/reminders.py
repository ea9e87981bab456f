"""Reminder rows: the decided rungs of each ladder, and the morning messages they ride on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain import periods
from bot.domain.dispatch import Told
from bot.domain.facts import Audience, OwedRung, Reason, RungKey
from bot.domain.model import DueKey
from storage.tables import Outbox, Plan, Reminder

WAITING, QUEUED, SENT, DROPPED, UNKNOWN = "waiting", "queued", "sent", "dropped", "unknown"


def key_of(row: Reminder) -> RungKey:
    """The row's unique key as a domain value."""
    return RungKey(row.task_id, row.agency_id, row.what, row.round, row.rung, Audience(row.audience))


def rung_of(row: Reminder) -> OwedRung:
    """The row as the owed rung it records."""
    return OwedRung(key_of(row), row.due_on, row.owed_at)


def decided(session: Session, plan_id: int, agency_ids: frozenset[int] | None = None) -> set[RungKey]:
    """The keys of every rung written down for a plan (for some of its agencies), waiting ones included."""
    columns = (*(Reminder.task_id, Reminder.agency_id, Reminder.what, Reminder.round), Reminder.rung, Reminder.audience)
    query = select(*columns).where(Reminder.plan_id == plan_id)
    if agency_ids is not None:
        query = query.where(Reminder.agency_id.in_(agency_ids))
    rows = session.execute(query)
    return {RungKey(task, agency, what, turn, rung, Audience(who)) for task, agency, what, turn, rung, who in rows}


def waiting(session: Session, plan_id: int, agency_ids: frozenset[int] | None = None) -> tuple[Reminder, ...]:
    """The rungs of a plan (of some of its agencies) that wait for a morning's decision."""
    query = select(Reminder).where(Reminder.plan_id == plan_id, Reminder.state == WAITING)
    if agency_ids is not None:
        query = query.where(Reminder.agency_id.in_(agency_ids))
    return tuple(session.scalars(query.order_by(Reminder.id)))


def newest_said(session: Session, plan_id: int, rows: Iterable[Reminder]) -> dict[int, datetime]:
    """For rows (by id) the moment of the newest rung of the same ladder that rides on a message or was said."""
    found: dict[int, datetime] = {}
    for row in rows:
        same = (Reminder.task_id == row.task_id, Reminder.agency_id == row.agency_id, Reminder.what == row.what)
        said = Reminder.state.in_((QUEUED, SENT, UNKNOWN)) & (Reminder.audience == row.audience)
        query = select(func.max(Reminder.owed_at)).where(Reminder.plan_id == plan_id, *same, said)
        moment = session.scalar(query)
        if moment is not None:
            found[row.id] = moment
    return found


def record(
    session: Session,
    plan_id: int,
    rung: OwedRung,
    state: str,
    now: datetime,
    *,
    reason: str = "",
    outbox_id: int | None = None,
    known: dict[RungKey, Reminder] | None = None,
) -> Reminder:
    """Write down what became of a rung; a rung that was waiting is decided in place."""
    row = (known or {}).get(rung.key)
    if row is None:
        key = rung.key
        row = Reminder(
            plan_id=plan_id,
            task_id=key.task_id,
            agency_id=key.agency_id,
            what=key.what,
            round=key.round,
            rung=key.rung,
            audience=key.audience,
            due_on=rung.due_on,
            owed_at=rung.owed_at,
            state=state,
            decided_at=now,
        )
        session.add(row)
    row.state, row.reason, row.outbox_id, row.decided_at = state, reason, outbox_id, now
    return row


def morning_messages(session: Session, keys: Iterable[str]) -> dict[str, Outbox]:
    """Messages of one morning by key while they can still take more; one that was withheld opens again."""
    rows = session.scalars(select(Outbox).where(Outbox.key.in_(set(keys)), Outbox.state.in_(("due", "cancelled"))))
    found = {row.key: row for row in rows}
    for row in found.values():
        if row.state == "cancelled":
            row.state, row.finished_at, row.reason = "due", None, ""
    return found


def riding_on(session: Session, outbox_ids: Iterable[int]) -> tuple[Reminder, ...]:
    """The rungs a morning message carries, in the plan's order."""
    ids = set(outbox_ids)
    if not ids:
        return ()
    query = select(Reminder).where(Reminder.outbox_id.in_(ids))
    return tuple(session.scalars(query.order_by(Reminder.due_on, Reminder.id)))


def release(session: Session, rows: Iterable[Reminder], now: datetime, *, doubtful: bool = False) -> None:
    """Let rungs wait for the next morning's decision and wake their plans.

    `doubtful`: the message they rode on may have arrived; the one they ride on next says so.
    """
    released = tuple(rows)
    if not released:
        return
    for row in released:
        row.state, row.outbox_id, row.decided_at = WAITING, None, now
        row.reason = Reason.DOUBTFUL if doubtful else ""
    plans = {row.plan_id for row in released}
    session.execute(update(Plan).where(Plan.id.in_(plans)).values(wake_at=None))


def reopen(session: Session, agency_ids: Iterable[int], reason: str, now: datetime, *, what: str = "") -> None:
    """Rungs of these agencies' contacts that were dropped for `reason` wait for a decision again; all or one kind."""
    dropped = (Reminder.state == DROPPED) & (Reminder.reason == reason) & (Reminder.audience == Audience.CONTACT)
    if what:
        dropped &= Reminder.what == what
    session.execute(
        update(Reminder)
        .where(dropped, Reminder.agency_id.in_(set(agency_ids)))
        .values(state=WAITING, reason="", decided_at=now)
        .execution_options(synchronize_session=False)
    )


def told(session: Session, agency_ids: Iterable[int], today: date, zone: ZoneInfo) -> dict[int, Told]:
    """On how many mornings before today, in this week and this quarter, each agency's contacts were written to.

    Over all plans; what was said to sign for tasks counts like every message.
    """
    week, quarter = today - timedelta(days=today.weekday()), periods.first_day(periods.quarter_of(today))
    start, this_week, until = (_midnight(day, zone) for day in (min(week, quarter), week, today))
    mornings = (
        select(Reminder.agency_id, Outbox.id, Outbox.due_at)
        .join(Outbox, Outbox.id == Reminder.outbox_id)
        .where(
            Reminder.agency_id.in_(set(agency_ids)),
            Reminder.audience == Audience.CONTACT,
            Reminder.state.in_((SENT, QUEUED, UNKNOWN)),
            Outbox.due_at >= start,
            Outbox.due_at < until,
        )
        .distinct()
    )
    since = _midnight(quarter, zone)
    found: dict[int, Told] = {}
    for agency_id, _, at in session.execute(mornings):
        before = found.get(agency_id, Told())
        found[agency_id] = Told(before.this_week + (at >= this_week), before.this_quarter + (at >= since))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def times_reminded(session: Session, plan_id: int, what: str) -> dict[tuple[int, int], int]:
    """How often each (task, agency) was reminded of one due."""
    rows = session.execute(
        select(Reminder.task_id, Reminder.agency_id, func.count())
        .where(
            Reminder.plan_id == plan_id,
            Reminder.what == what,
            Reminder.audience == Audience.CONTACT,
            Reminder.state == SENT,
        )
        .group_by(Reminder.task_id, Reminder.agency_id)
    )
    return {(task_id, agency_id): count for task_id, agency_id, count in rows}


def owe(
    session: Session,
    plan: Plan,
    key: DueKey,
    round_: int,
    rung: str,
    audience: Audience,
    due_on: date,
    owed_at: datetime,
    now: datetime,
) -> bool:
    """Owe an extra rung a person asked for (a snooze); asking twice for the same morning is normal.

    One that was dropped, for a report since withdrawn perhaps, is owed again. Returns whether it is owed anew.
    """
    wanted = OwedRung(RungKey(key.task_id, key.agency_id, key.what, round_, rung, audience), due_on, owed_at)
    named = {"task_id": key.task_id, "agency_id": key.agency_id, "what": key.what, "round": round_}
    query = select(Reminder).filter_by(plan_id=plan.id, rung=rung, audience=audience, **named)
    row = session.scalars(query).one_or_none()
    if row is not None and row.state != DROPPED:
        return False
    record(session, plan.id, wanted, WAITING, now, known={wanted.key: row} if row else None)
    plan.wake_at = None
    return True
