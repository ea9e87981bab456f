"""Why something was, or was not, sent: each rung of an agency's ladders with its fate, from what was written down.

What no row says is not claimed: a rung that stands in no table is explained by the ladder alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import ladder, owing, periods
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience, Due, DutyFact, OwedRung, PlanFacts, Reason, RungKey
from bot.domain.model import DubanError, DueKey, Role
from bot.domain.pausing import Times, stands_still
from bot.domain.people import Actor, Recipient, choose_recipient, stood_in_for
from bot.domain.whyviews import BEFORE_ACTIVATION, BEFORE_DUTY, BEFORE_ROUND, WhyDue, WhyRung
from bot.domain.workdays import Calendar
from bot.services.whyfacts import Particulars
from storage import facts as fact_queries
from storage import people, plans, reminders
from storage.tables import Agency, Outbox, Person, Plan, Reminder, Task

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Without a period asked for, a ladder is shown while its day lies this near, in days.
_NEAR = 45


def why(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    agency_id: int | None = None,
    person_id: int | None = None,
    task_id: int | None = None,
    period: str | None = None,
) -> tuple[WhyDue, ...]:
    """Every rung towards an agency, or towards those a person stands for, of the plans in force.

    `period` is a quarter or a year; without one, what lies near `now`. A contact sees the own agencies only. Raises
    DubanError not_allowed, agency_unknown or person_unknown.
    """
    agency_ids = {agency_id} if agency_id is not None else _stands_for(session, actor, person_id)
    if not actor.sees_whole_plan and not agency_ids <= actor.agency_ids:
        raise DubanError("not_allowed")
    found = [
        due
        for plan in reversed(plans.active_plans(session, actor.office_id))
        for one in sorted(agency_ids)
        for due in _Ladders(session, plan, one, now).dues(task_id)
    ]
    asked = [due for due in found if _is_asked_for(due, period, now.astimezone(actor.zone))]
    return tuple(asked or ([] if period else _nearest(found)))


def why_due(session: Session, actor: Actor, key: DueKey, now: datetime) -> WhyDue | None:
    """One due of an agency, or its assignment (task 0); None where no plan in force holds it or the actor may not see
    it.
    """
    if not actor.sees_whole_plan and key.agency_id not in actor.agency_ids:
        return None
    found = (
        due
        for plan in plans.active_plans(session, actor.office_id)
        for due in _Ladders(session, plan, key.agency_id, now).dues(key.task_id)
    )
    return next((due for due in found if due.what == key.what), None)


def _stands_for(session: Session, actor: Actor, person_id: int | None) -> set[int]:
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or person.office_id != actor.office_id:
        raise DubanError("person_unknown")
    known = people.actor_of(session, person)
    return {*known.agency_ids, *({0} if known.sees_whole_plan else ())}


def _is_asked_for(due: WhyDue, period: str | None, now: datetime) -> bool:
    if period is None:
        return any(abs((rung.on - now.date()).days) <= _NEAR for rung in due.rungs)
    on = DueKey(0, 0, due.what).milestone_on
    if due.what in (ASSIGNMENT, RELIEVED):
        return any(str(rung.on.year) == period for rung in due.rungs)
    if not periods.is_quarter(period):
        return (str(on.year) if on else due.what[:4]) == period
    return due.what == period or (on is not None and periods.quarter_of(on) == period)


def _nearest(found: Iterable[WhyDue]) -> list[WhyDue]:
    """What comes first where nothing lies near."""
    coming = [due for due in found if due.next is not None]
    return sorted(coming, key=lambda due: due.next.on if due.next else due.rungs[-1].on)[:1]


@dataclass(frozen=True)
class _Point:
    """A rung the ladder has, or would have: where it falls and why it was never owed ("" where it is)."""

    key: RungKey
    due: Due | None
    at: datetime
    never: str = ""


class _Ladders:
    """One plan's ladders towards one agency; agency 0 is what concerns the plan as a whole."""

    def __init__(self, session: Session, plan: Plan, agency_id: int, now: datetime) -> None:
        self.session, self.plan, self.agency_id, self.now = session, plan, agency_id, now
        own = frozenset({agency_id} - {0})
        facts = fact_queries.plan_facts(session, plan, agency_ids=own)
        self.facts: PlanFacts = facts if own else fact_queries.with_all_reports(session, plan, facts)
        self.calendar: Calendar = fact_queries.calendar_of(session, plan.office_id)
        self.times = Times(self.facts, self.calendar)
        self.particulars = Particulars(session, plan, self.facts, self.calendar, agency_id, now)

    @cached_property
    def rows(self) -> dict[RungKey, Reminder]:
        query = select(Reminder).where(Reminder.plan_id == self.plan.id, Reminder.agency_id == self.agency_id)
        return {reminders.key_of(row): row for row in self.session.scalars(query.order_by(Reminder.id))}

    @cached_property
    def owed(self) -> dict[RungKey, OwedRung]:
        mine = (rung for rung in ladder.owed(self.facts, self.calendar) if rung.key.agency_id == self.agency_id)
        return {rung.key: rung for rung in mine}

    def dues(self, task_id: int | None) -> Iterator[WhyDue]:
        """Every ladder, in the order of its day; with a task, only that task's."""
        points: dict[tuple[int, str], list[_Point]] = {}
        for point in self._points():
            points.setdefault((point.key.task_id, point.key.what), []).append(point)
        found = [self._due(task, what, mine) for (task, what), mine in points.items() if task_id in (None, task)]
        yield from sorted(found, key=lambda due: (due.rungs[0].on, due.task_id, due.what))

    def _points(self) -> Iterator[_Point]:
        """Rungs that are owed, that were written down, and that would be owed but for a late beginning or a pause."""
        seen: dict[RungKey, _Point] = {}
        real = {due.key: due for due in owing.dues(self.facts, self.calendar)}
        for key, due in {**self._nominal(), **real}.items():
            for point in self._of_due(due, real.get(key)):
                seen[point.key] = point
        for rung in self.owed.values():
            seen.setdefault(rung.key, _Point(rung.key, None, rung.owed_at))
        for row_key, row in self.rows.items():
            known = seen.get(row_key) or _Point(row_key, self._due_of(row_key, real), row.owed_at)
            seen[row_key] = replace(known, at=row.owed_at.astimezone(self.facts.zone))
        yield from sorted(seen.values(), key=lambda point: point.at)

    @staticmethod
    def _due_of(key: RungKey, real: dict[DueKey, Due]) -> Due | None:
        return real.get(DueKey(key.task_id, key.agency_id, key.what))

    def _nominal(self) -> dict[DueKey, Due]:
        """The dues as they would be had the plan and every duty been there from the first."""
        tasks = tuple(
            replace(task, named={}, duties=tuple(_from_the_first(duty) for duty in task.duties))
            for task in self.facts.tasks
        )
        facts = replace(self.facts, activated_at=_LONG_AGO, tasks=tasks)
        return {due.key: due for due in owing.dues(facts, self.calendar)}

    def _of_due(self, due: Due, real: Due | None) -> Iterator[_Point]:
        offsets = [(offset, Audience.CONTACT) for offset in due.rungs]
        if due.followed_up:
            offsets += [(offset, Audience.COORDINATOR) for offset in self.facts.policy.coordinator_rungs]
        for offset, audience in offsets:
            name = ladder.rung_name(offset)
            key = RungKey(due.key.task_id, due.key.agency_id, due.key.what, due.round, name, audience)
            at = self.times.at(due, offset)
            yield _Point(key, real or due, at, "" if key in self.owed else self._never(due, real, at))

    def _never(self, due: Due, real: Due | None, at: datetime) -> str:
        """Why the ladder does not owe a rung."""
        if real is None:
            return BEFORE_DUTY
        if at < self.facts.activated_at or not owing.in_force(self.facts, real):
            return BEFORE_ACTIVATION
        if at < real.since:
            return BEFORE_ROUND if due.round else BEFORE_DUTY
        held = stands_still(self.facts, due.key.task_id, due.key.agency_id, at)
        return Reason.PAUSED if held else Reason.POLICY

    def _due(self, task_id: int, what: str, points: list[_Point]) -> WhyDue:
        task = self.session.get(Task, task_id) if task_id else None
        agency = self.session.get(Agency, self.agency_id) if self.agency_id else None
        due = next((point.due for point in reversed(points) if point.due), None)
        row = next((self.rows[point.key] for point in reversed(points) if point.key in self.rows), None)
        duty = next((one for one in self._duties(task_id) if one.agency_id == self.agency_id), None)
        rule, rule_facts = self.particulars.rule(due) if due else ("", {})
        return WhyDue(
            plan_id=self.plan.id,
            plan_title=self.plan.title,
            task_id=task_id,
            number=task.number if task else "",
            title=task.title if task else "",
            agency_id=self.agency_id,
            agency=agency.name if agency else "",
            role=duty.role if duty else None,
            what=what,
            due_on=due.due_on if due else row.due_on if row and task else None,
            rungs=tuple(self._rung(point) for point in points),
            planned_on=due.planned_on if due else None,
            source=self.particulars.source(task, what) if task else "",
            rule=rule,
            closes_at=self.facts.policy.report_time,
            rule_facts=rule_facts,
        )

    def _duties(self, task_id: int) -> tuple[DutyFact, ...]:
        task = self.facts.task_by_id.get(task_id)
        return task.duties if task else ()

    def _rung(self, point: _Point) -> WhyRung:
        row = self.rows.get(point.key)
        plain = WhyRung(point.key.rung, point.key.audience, point.at.date(), "open")
        rung = OwedRung(point.key, point.due.due_on if point.due else point.at.date(), point.at)
        if row is not None:
            return self._written(plain, row, rung)
        if point.never:
            return replace(plain, state="never", reason=point.never, facts=self.particulars.of(point.never, rung))
        if point.at <= self.now:
            return plain
        reason = ladder.reason_against(rung, self.facts, self.calendar) or self.particulars.cap_against(rung)
        if reason is not None:
            return replace(plain, state="spared", reason=reason, facts=self.particulars.of(reason, rung))
        return self._addressed(replace(plain, state="coming"))

    def _written(self, plain: WhyRung, row: Reminder, rung: OwedRung) -> WhyRung:
        """What the row and the message it rode on say."""
        decided_at = row.decided_at.astimezone(self.facts.zone)
        if row.state == reminders.WAITING:
            waits = replace(plain, state="waiting", reason=row.reason)
            return replace(waits, facts=self.particulars.of(row.reason, rung)) if row.reason else self._addressed(waits)
        if row.state == reminders.DROPPED:
            dropped = replace(plain, state="dropped", at=decided_at, reason=row.reason)
            return replace(dropped, facts=self.particulars.of(row.reason, rung, decided_at))
        message = self.session.get(Outbox, row.outbox_id) if row.outbox_id else None
        person = self.session.get(Person, message.person_id) if message and message.person_id else None
        at = message.finished_at.astimezone(self.facts.zone) if message and message.finished_at else decided_at
        facts: dict[str, object] = {"message_id": message.message_id} if message and message.message_id else {}
        if person is not None and plain.audience == Audience.CONTACT:
            facts |= self._instead_of(person.id, self._staff(at))
        return replace(plain, state=row.state, at=at, to=person.name if person else "", facts=facts)

    def _addressed(self, rung: WhyRung) -> WhyRung:
        """Who would get a coming rung, as the roster stands."""
        if rung.audience != Audience.CONTACT:
            role = Role.COORDINATOR if rung.audience == Audience.COORDINATOR else Role.LEADER
            holders = people.holders_of(self.session, self.plan.office_id, role)
            return replace(rung, to=next((row.name for row in holders if row.chat_id is not None), ""))
        staff = self._staff(datetime.combine(max(rung.on, self.now.date()), time(12), self.facts.zone))
        asked = choose_recipient(staff)
        if asked is None:
            return replace(rung, reason=Reason.NOBODY, facts=self.particulars.nobody())
        return replace(rung, to=asked.name, facts=self._instead_of(asked.person_id, staff))

    def _staff(self, at: datetime) -> tuple[Recipient, ...]:
        day = at.astimezone(self.facts.zone).date()
        return people.recipients(self.session, {self.agency_id}, day).get(self.agency_id, ())

    @staticmethod
    def _instead_of(person_id: int, staff: tuple[Recipient, ...]) -> dict[str, object]:
        """The colleague whose leave made the message go to this person."""
        away = stood_in_for(staff, person_id)
        return {"away": away.name} if away else {}


def _from_the_first(duty: DutyFact) -> DutyFact:
    return replace(duty, begun_at=None)
