"""What the reminder policy forbids and demands, read from the bare tables; shares no rule with the planner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import calendars
from storage import facts as fact_queries
from storage.tables import Contact, Duty, Milestone, Outbox, Pause, Person, Plan, Reminder, Report, Review, Task
from tests.journeys import oracle_days
from tests.journeys.policycase import ZONE

FINAL = ("sent", "unknown", "cancelled", "failed", "dead")
# What a person asked for, or what must be signed: no limit holds it back.
FREE = ("N", "S", "H")


@dataclass(frozen=True)
class Rung:
    """One thing to be said, by what makes it unique."""

    plan_id: int
    task_id: int
    agency_id: int
    what: str
    turn: int
    rung: str
    audience: str

    @classmethod
    def of(cls, row: Reminder) -> Rung:
        """The row's key."""
        return cls(row.plan_id, row.task_id, row.agency_id, row.what, row.round, row.rung, str(row.audience))

    @property
    def due(self) -> tuple[int, int, int, str]:
        """What it is about."""
        return (self.plan_id, self.task_id, self.agency_id, self.what)


@dataclass(frozen=True)
class Arrived:
    """One copy of a morning message that reached its chat; `again` is whether it said that it may be a double."""

    at: datetime
    outbox_id: int
    key: str
    person_id: int
    rungs: tuple[Rung, ...]
    again: bool

    @property
    def day(self) -> date:
        """The local day it arrived on."""
        return self.at.astimezone(ZONE).date()


def works(session: Session, day: date) -> bool:
    """Whether the office works on a day: its own overrides, then the published calendar."""
    return calendars.overrides_of(session, 1).get(day, oracle_days.works(day))


def in_hours(session: Session, plan_id: int, now: datetime) -> bool:
    """Whether a scheduled message about a plan may go out."""
    local = now.astimezone(ZONE)
    policy = fact_queries.policy_of(session.get_one(Plan, plan_id))
    spoken = any(start <= local.time() < end for start, end in policy.hours.spans)
    return works(session, local.date()) and spoken


def speaks_now(session: Session, plan_id: int, now: datetime) -> bool:
    """Whether the plan's morning has come and its messages may still leave."""
    local = now.astimezone(ZONE)
    policy = fact_queries.policy_of(session.get_one(Plan, plan_id))
    return in_hours(session, plan_id, now) and local.time() >= policy.send_time


def answered(session: Session, rung: Rung) -> bool:
    """Whether what is owed is in: reported and not returned; of a milestone, reported done."""
    query = select(Report, Review.accepted).outerjoin(Review, Review.report_id == Report.id)
    query = query.where(Report.task_id == rung.task_id, Report.agency_id == rung.agency_id)
    last: dict[str, tuple[Report, bool | None]] = {}
    for report, accepted in session.execute(query.order_by(Report.version)):
        last[report.what] = (report, accepted)
    standing = {what: report.status for what, (report, accepted) in last.items() if _stands(report, accepted)}
    if not rung.what.startswith("milestone:"):
        return rung.what in standing
    return any(status == "done" for what, status in standing.items() if what in (rung.what, *_periods(standing)))


def _stands(report: Report, accepted: bool | None) -> bool:
    return not report.withdrawn and accepted is not False


def _periods(whats: Iterable[str]) -> Iterator[str]:
    return (what for what in whats if not what.startswith("milestone:"))


def paused(session: Session, rung: Rung, now: datetime) -> bool:
    """Whether a pause covers what the rung is about at this moment."""
    rows = session.scalars(select(Pause).where(Pause.plan_id == rung.plan_id)).all()
    return any(
        row.from_at <= now
        and (row.until_at is None or now < row.until_at)
        and row.task_id in (None, rung.task_id)
        and row.agency_id in (None, rung.agency_id)
        for row in rows
    )


def receivers(session: Session, agency_id: int, day: date) -> frozenset[int]:
    """The people who may be asked for an agency on a day: contacts and deputies, entered, reachable, not on leave."""
    rows = session.execute(
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.agency_id == agency_id, Contact.left_at.is_(None), Contact.position != "head")
    )
    return frozenset(
        person.id
        for contact, person in rows
        if person.chat_id is not None and person.unreachable_since_at is None and not _away(contact, day)
    )


def _away(contact: Contact, day: date) -> bool:
    until = contact.away_until_on
    return until is not None and (contact.away_from_on or day) <= day <= until


def wrong_to_say(session: Session, rung: Rung, person_id: int, now: datetime) -> Iterator[str]:
    """Why a message leaving now must not say this to this person."""
    if not in_hours(session, rung.plan_id, now):
        yield "on a day off or outside hours"
    if session.get_one(Plan, rung.plan_id).closed_at is not None:
        yield "the plan is closed"
    if rung.task_id:
        yield from _wrong_about(session, rung)
    if rung.agency_id and rung.what != "relieved" and paused(session, rung, now):
        yield "it is paused"
    if rung.audience == "contact" and person_id not in receivers(session, rung.agency_id, now.astimezone(ZONE).date()):
        yield "the person is not asked for the agency"


def _wrong_about(session: Session, rung: Rung) -> Iterator[str]:
    task = session.get_one(Task, rung.task_id)
    if task.closed_at or task.removed_at:
        yield "the task is closed"
    if task.muted_at:
        yield "the task is muted"
    if answered(session, rung):
        yield "the report is in"
    query = select(Duty).where(Duty.task_id == rung.task_id, Duty.agency_id == rung.agency_id)
    if all(duty.ended_at for duty in session.scalars(query)):
        yield "the duty has ended"


def told_mornings(arrived: Iterable[Arrived], agency_id: int, since: date, until: date) -> int:
    """On how many earlier days (since, until excluded) messages about an agency's dues reached its contacts."""
    return len(
        {
            one.day
            for one in arrived
            if since <= one.day < until
            and any(rung.agency_id == agency_id and rung.audience == "contact" for rung in one.rungs)
        }
    )


def limit_starts(day: date) -> tuple[date, date]:
    """The first days of the week and of the quarter."""
    return day - timedelta(days=day.weekday()), date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def untrue_reason(session: Session, row: Reminder, now: datetime, arrived: Iterable[Arrived]) -> str | None:
    """What is wrong with the reason recorded for a rung that was dropped just now; None when it holds."""
    rung = Rung.of(row)
    task = session.get(Task, rung.task_id) if rung.task_id else None
    day = now.astimezone(ZONE).date()
    holds = {
        "reported": lambda: answered(session, rung),
        "task_closed": lambda: task is not None and bool(task.closed_at or task.removed_at),
        "muted": lambda: task is not None and task.muted_at is not None,
        "plan_closed": lambda: session.get_one(Plan, rung.plan_id).closed_at is not None,
        "nobody": lambda: _nobody(session, rung, day),
        "cap": lambda: _at_limit(session, rung, day, arrived),
        "overtaken": lambda: _newer(session, row),
        "moved": lambda: _has_moved(session, rung),
        "signed": lambda: _signed(session, rung),
        "duty_ended": lambda: _ended(session, rung),
        "recent_report": lambda: rung.what.startswith("milestone:") and _reported_lately(session, rung, now),
    }
    found = holds.get(row.reason)
    return None if found is None or found() else f"{rung} dropped as {row.reason}, which is not so"


def _nobody(session: Session, rung: Rung, day: date) -> bool:
    return rung.audience != "contact" or not receivers(session, rung.agency_id, day)


def _at_limit(session: Session, rung: Rung, day: date, arrived: Iterable[Arrived]) -> bool:
    """With a message that left and whose end was never heard: at most as many as the limit."""
    policy = fact_queries.policy_of(session.get_one(Plan, rung.plan_id))
    week, quarter = limit_starts(day)
    query = select(Outbox).join(Reminder, Reminder.outbox_id == Outbox.id).where(Reminder.agency_id == rung.agency_id)
    days = [one.due_at.astimezone(ZONE).date() for one in session.scalars(query.distinct())]
    told = list(arrived)
    weekly = max(told_mornings(told, rung.agency_id, week, day), len({one for one in days if week <= one < day}))
    quarterly = max(told_mornings(told, rung.agency_id, quarter, day), sum(quarter <= one < day for one in days))
    return 0 < policy.cap_per_week <= weekly or 0 < policy.cap_per_quarter <= quarterly


def _newer(session: Session, row: Reminder) -> bool:
    """Whether a later rung of the same ladder is written down and was not dropped as overtaken itself at once."""
    query = select(Reminder).filter_by(
        plan_id=row.plan_id, task_id=row.task_id, agency_id=row.agency_id, what=row.what, audience=row.audience
    )
    return any(other.id != row.id and other.owed_at >= row.owed_at for other in session.scalars(query))


def _has_moved(session: Session, rung: Rung) -> bool:
    returns = select(Review).join(Report, Report.id == Review.report_id)
    mine = (Report.task_id == rung.task_id, Report.agency_id == rung.agency_id, Report.what == rung.what)
    granted = fact_queries.plan_facts(session, session.get_one(Plan, rung.plan_id)).extensions
    turns = len(session.scalars(returns.where(*mine, Review.accepted.is_(False))).all())
    turns += sum((one.key.task_id, one.key.agency_id, one.key.what) == rung.due[1:] for one in granted)
    return turns > rung.turn or not _named(session, rung)


def _named(session: Session, rung: Rung) -> bool:
    day = rung.what.removeprefix("milestone:")
    named = session.scalars(select(Milestone.day_on).where(Milestone.task_id == rung.task_id))
    return day.endswith("-12-31") or day in {str(one) for one in named}


def _duties(session: Session, rung: Rung) -> list[Duty]:
    query = select(Duty).join(Task, Task.id == Duty.task_id).where(Duty.agency_id == rung.agency_id)
    query = query.where(Task.plan_id == rung.plan_id, Duty.ended_at.is_(None), Task.closed_at.is_(None))
    return [duty for duty in session.scalars(query) if rung.task_id in (0, duty.task_id)]


def _signed(session: Session, rung: Rung) -> bool:
    return all(duty.signed_at for duty in _duties(session, rung))


def _ended(session: Session, rung: Rung) -> bool:
    return not _duties(session, rung)


def _reported_lately(session: Session, rung: Rung, now: datetime) -> bool:
    query = select(Report).where(Report.task_id == rung.task_id, Report.agency_id == rung.agency_id)
    return session.scalars(query).first() is not None
