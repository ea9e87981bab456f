"""The coordinator's lists by agency: whom to phone (电话催办单), and what the limits on reminding held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import owing
from bot.domain.behalfviews import AgencyChoice, Callee, HeldDue, HeldEntry, Limits, PhoneDue, PhoneEntry
from bot.domain.facts import Reason
from bot.domain.model import DueKey, Position
from bot.domain.people import Actor, Recipient
from bot.domain.reachviews import barrier_of
from bot.services import urging
from bot.services.dues import DueBook
from storage import facts as fact_queries
from storage import people, plans, reminders
from storage.tables import Plan, Reminder, Task

_ORDER = (Position.CONTACT, Position.DEPUTY, Position.HEAD)


@dataclass(frozen=True)
class _Open:
    """An open due with the book it stands in."""

    book: DueBook
    key: DueKey

    @property
    def due_on(self) -> date:
        return self.book.by_key[self.key].due_on

    @property
    def overdue(self) -> bool:
        return self.due_on < self.book.today


def choices(session: Session, actor: Actor, now: datetime) -> tuple[AgencyChoice, ...]:
    """Every agency of the plans in force, the silent ones first."""
    found = _open(session, actor, now)
    names = people.agency_names(session, agencies_in_force(session, actor))
    counted = [AgencyChoice(agency_id, name, *_counts(found, agency_id)) for agency_id, name in names.items()]
    return tuple(sorted(counted, key=lambda one: (-one.overdue, -one.open, one.agency_id)))


def agencies_in_force(session: Session, actor: Actor) -> frozenset[int]:
    """The agencies with a duty in a plan in force."""
    active = plans.active_plans(session, actor.office_id)
    return frozenset(agency_id for plan in active for agency_id in plans.agency_ids(session, plan.id))


def phones(session: Session, actor: Actor, now: datetime) -> tuple[PhoneEntry, ...]:
    """Agencies with something overdue, and those out of reach that owe something; the longest overdue first."""
    found = _open(session, actor, now)
    today = now.astimezone(actor.zone).date()
    silent = dict.fromkeys(one.key.agency_id for one in sorted(found, key=lambda one: one.due_on))
    names, asked = people.agency_names(session, silent), people.recipients(session, silent, today)
    several, counts = len({one.book.plan.id for one in found}) > 1, _reminded(session, found)
    entries = []
    for agency_id in silent:
        mine = [one for one in found if one.key.agency_id == agency_id]
        barrier = barrier_of(names[agency_id], asked.get(agency_id, ()))
        if barrier is not None or any(one.overdue for one in mine):
            dues = tuple(_phone_due(one, counts.get(one.key, 0), several) for one in mine)
            entries.append(PhoneEntry(agency_id, names[agency_id], callees(asked.get(agency_id, ())), barrier, dues))
    return tuple(entries)


def callees(candidates: Iterable[Recipient]) -> tuple[Callee, ...]:
    """Who can be phoned for an agency: contacts, deputies, the head."""
    known = sorted(candidates, key=lambda one: (_ORDER.index(one.position), one.rank))
    return tuple(Callee(one.name, one.phone, one.position) for one in known)


def held(session: Session, actor: Actor, now: datetime) -> tuple[HeldEntry, ...]:
    """What the limits held back in the plans in force, agency by agency; where something is still owed first."""
    active = plans.active_plans(session, actor.office_id)
    found = [entry for plan in active for entry in _held_of(session, actor, plan, now)]
    if len({entry.plan_id for entry in found}) > 1:
        titles = {plan.id: plan.title for plan in active}
        found = [replace(entry, plan=titles[entry.plan_id]) for entry in found]
    return tuple(sorted(found, key=lambda entry: (not entry.still_open, entry.plan_id, entry.agency_id)))


def limits(session: Session, actor: Actor) -> tuple[Limits, ...]:
    """The limits of the plans in force; said once where they are the same."""
    active = plans.active_plans(session, actor.office_id)
    found = [(plan.title, fact_queries.policy_of(plan)) for plan in active]
    if len({(policy.cap_per_week, policy.cap_per_quarter) for _, policy in found}) == 1:
        found = [("", found[0][1])]
    return tuple(Limits(policy.cap_per_week, policy.cap_per_quarter, title) for title, policy in found)


def _open(session: Session, actor: Actor, now: datetime) -> list[_Open]:
    """What is owed now over all plans in force, nearest day first in each."""
    books = [DueBook(session, plan, actor, now) for plan in plans.active_plans(session, actor.office_id)]
    return [_Open(book, key) for book in books for key in urging.of_begun(book)]


def _counts(found: Sequence[_Open], agency_id: int) -> tuple[int, int]:
    mine = [one for one in found if one.key.agency_id == agency_id]
    return len(mine), sum(one.overdue for one in mine)


def _reminded(session: Session, found: Iterable[_Open]) -> dict[DueKey, int]:
    asked = {(one.book.plan.id, one.key.what) for one in found}
    return {
        DueKey(task_id, agency_id, what): count
        for plan_id, what in asked
        for (task_id, agency_id), count in reminders.times_reminded(session, plan_id, what).items()
    }


def _phone_due(one: _Open, reminded: int, several: bool) -> PhoneDue:
    task = one.book.tasks[one.key.task_id]
    plan = one.book.plan.title if several else ""
    return PhoneDue(task.number, task.title, one.key.what, one.due_on, reminded, one.overdue, plan)


def _held_of(session: Session, actor: Actor, plan: Plan, now: datetime) -> list[HeldEntry]:
    query = select(Reminder).where(Reminder.plan_id == plan.id, Reminder.reason == Reason.CAP)
    rows = session.scalars(query.order_by(Reminder.owed_at.desc(), Reminder.id)).all()
    if not rows:
        return []
    book = DueBook(session, plan, actor, now)
    by_agency: dict[int, dict[date, list[HeldDue]]] = {}
    for row in rows:
        day = row.owed_at.astimezone(actor.zone).date()
        by_agency.setdefault(row.agency_id, {}).setdefault(day, []).append(_held_due(session, book, row))
    names = people.agency_names(session, by_agency)
    return [
        HeldEntry(
            plan.id,
            agency_id,
            names[agency_id],
            tuple((day, tuple(dues)) for day, dues in days.items()),
            any(not due.answered for dues in days.values() for due in dues),
        )
        for agency_id, days in by_agency.items()
    ]


def _held_due(session: Session, book: DueBook, row: Reminder) -> HeldDue:
    task, key = session.get_one(Task, row.task_id), DueKey(row.task_id, row.agency_id, row.what)
    still = book.knows(key) and task.closed_at is None and owing.outstanding(key, book.facts)
    return HeldDue(task.number, task.title, row.what, not still)
