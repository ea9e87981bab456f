"""Who hears of a plan revised in force: agencies sign for what is new to them and hear once of what ended for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience, OwedRung, Reason, RungKey
from bot.domain.people import choose_recipient
from storage import facts as fact_queries
from storage import people, reminders
from storage.tables import Duty, Plan, Reminder, Task

_PENDING = (reminders.WAITING, reminders.QUEUED)


@dataclass(frozen=True)
class Told:
    """Ids of the agencies that get new tasks and of those some ended for, and when (aware) they hear of it."""

    assigned: tuple[int, ...]
    relieved: tuple[int, ...]
    at: datetime


def tell(session: Session, plan: Plan, now: datetime) -> Told:
    """Owe the messages about the duties that began or ended at `now`, through the morning messages.

    An agency for which one is still to be sent gets everything with it; one that never heard of the task it
    lost hears nothing.
    """
    turn = turn_of(plan, now)
    calendar, zone = fact_queries.calendar_of(session, plan.office_id), fact_queries.zone_of(session, plan.office_id)
    policy, start = fact_queries.policy_of(plan), first_at(session, plan, now)
    begun, ended = _changed(session, plan, Duty.begun_at == now), _changed(session, plan, Duty.ended_at == now)
    for duty in begun:
        duty.signed_at = duty.disputed_at = None
    assigned, relieved = (tuple(sorted({duty.agency_id for duty in duties})) for duties in (begun, ended))
    heard, pending = _told(session, plan, ASSIGNMENT)
    _, leaving = _told(session, plan, RELIEVED)
    chased = datetime.combine(calendar.shift(start.date(), policy.sign_workdays), policy.send_time, zone)
    for agency_id in assigned:
        if agency_id in heard - pending:
            _owe(session, plan, (agency_id, ASSIGNMENT, turn, ladder.rung_name(0)), Audience.CONTACT, start, now)
            late = ladder.rung_name(policy.sign_workdays)
            _owe(session, plan, (agency_id, ASSIGNMENT, turn, late), Audience.COORDINATOR, chased, now)
    reached = people.recipients(session, relieved, now.astimezone(zone).date())
    for agency_id in relieved:
        if agency_id in heard - leaving and choose_recipient(reached.get(agency_id, ())) is not None:
            _owe(session, plan, (agency_id, RELIEVED, turn, ladder.rung_name(0)), Audience.CONTACT, start, now)
    _withdraw(session, plan)
    plan.wake_at = None
    return Told(assigned, relieved, start)


def turn_of(plan: Plan, moment: datetime) -> int:
    """The round of the messages about a revision made at `moment`: seconds since 启用, so that each is its own."""
    return max(1, int((moment - (plan.activated_at or moment)).total_seconds()))


def belongs(plan: Plan, turn: int, moment: datetime | None) -> bool:
    """Whether a duty that began or ended at `moment` is part of the message of round `turn`; round 0 has them all.

    A second revision before the message about the first has left is part of that message.
    """
    return turn == 0 or (moment is not None and turn_of(plan, moment) >= turn)


def relieved_tasks(session: Session, plan: Plan, agency_id: int, turn: int) -> tuple[Task, ...]:
    """The tasks that ended for an agency by the revision of round `turn` and were not given back."""
    query = select(Task, Duty.ended_at).join(Duty, Duty.task_id == Task.id)
    query = query.where(Task.plan_id == plan.id, Duty.agency_id == agency_id, Duty.ended_at.is_not(None))
    return tuple(task for task, at in session.execute(query.order_by(Task.position)) if belongs(plan, turn, at))


def _changed(session: Session, plan: Plan, at: ColumnElement[bool]) -> tuple[Duty, ...]:
    query = select(Duty).join(Task, Task.id == Duty.task_id).where(Task.plan_id == plan.id, at)
    return tuple(session.scalars(query.order_by(Duty.id)))


def _withdraw(session: Session, plan: Plan) -> None:
    """A message of tasks that ended is not owed once all of them are given back."""
    waiting = select(Reminder).where(
        Reminder.plan_id == plan.id, Reminder.what == RELIEVED, Reminder.state == reminders.WAITING
    )
    for row in session.scalars(waiting):
        if not relieved_tasks(session, plan, row.agency_id, row.round):
            row.state, row.reason = reminders.DROPPED, Reason.OVERTAKEN


def _told(session: Session, plan: Plan, what: str) -> tuple[set[int], set[int]]:
    """Agencies that were told already, and those for which a message still waits and will say everything."""
    query = select(Reminder.agency_id, Reminder.state).where(
        Reminder.plan_id == plan.id, Reminder.what == what, Reminder.audience == Audience.CONTACT
    )
    rows = session.execute(query).all()
    return {a for a, state in rows if state not in _PENDING}, {a for a, state in rows if state in _PENDING}


def _owe(
    session: Session, plan: Plan, key: tuple[int, str, int, str], audience: Audience, at: datetime, now: datetime
) -> None:
    agency_id, what, turn, rung = key
    owed = OwedRung(RungKey(0, agency_id, what, turn, rung, audience), at.date(), at)
    if owed.key not in reminders.decided(session, plan.id):
        reminders.record(session, plan.id, owed, reminders.WAITING, now)
        session.flush()


def first_at(session: Session, plan: Plan, now: datetime) -> datetime:
    """When messages about a revision made at `now` go out, in the office's time."""
    zone = fact_queries.zone_of(session, plan.office_id)
    calendar, policy = fact_queries.calendar_of(session, plan.office_id), fact_queries.policy_of(plan)
    return ladder.assigning_moment(now, calendar, zone, policy).astimezone(zone)


def local(session: Session, plan: Plan, moment: datetime) -> datetime:
    """A moment in the office's time."""
    return moment.astimezone(fact_queries.zone_of(session, plan.office_id))


def names_of(session: Session, agency_ids: Iterable[int]) -> tuple[str, ...]:
    """The agencies' names, in the order of the roster."""
    return tuple(name for _, name in sorted(people.agency_names(session, set(agency_ids)).items()))
