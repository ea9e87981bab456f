"""The morning message of a person: deciding the rungs that fell due, and re-checking them when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import ladder, periods
from bot.domain.facts import RELIEVED, Audience, OwedRung, PlanFacts, Reason, RungKey
from bot.domain.model import Role
from bot.domain.people import Recipient, choose_recipient
from bot.domain.workdays import Calendar
from bot.services import sealing
from storage import facts as fact_queries
from storage import outbox, people, plans, reminders
from storage.tables import Outbox, Plan, Reminder

PHONE = "phone"


def tick(session: Session, now: datetime) -> None:
    """Decide everything that must have been said by now. Idempotent: a second call finds nothing to decide."""
    for plan in plans.awake(session, now):
        _plan_tick(session, plan, now)


def _plan_tick(session: Session, plan: Plan, now: datetime) -> None:
    facts = fact_queries.plan_facts(session, plan)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    decided, waiting = reminders.decided(session, plan.id), reminders.waiting(session, plan.id)
    owed = ladder.owed(facts, calendar)
    open_rungs = [rung for rung in owed if rung.owed_at <= now and rung.key not in decided]
    open_rungs += [reminders.rung_of(row) for row in waiting.values() if row.owed_at <= now]
    allowed_at = ladder.sending_moment(now, calendar, facts.zone, facts.policy)
    if open_rungs and allowed_at > now:
        plan.wake_at = allowed_at
        return
    if open_rungs:
        _Wave(session, plan, facts, calendar, decided, waiting, now).decide(open_rungs)
    plan.wake_at = _next_wake(session, plan, facts, calendar, owed, now)


def _next_wake(
    session: Session,
    plan: Plan,
    facts: PlanFacts,
    calendar: Calendar,
    owed: Iterable[OwedRung],
    now: datetime,
) -> datetime:
    """The next rung, or the next morning when something waits for it; far ahead when the year is over."""
    waiting = reminders.waiting(session, plan.id).values()
    moments = [row.owed_at for row in waiting if row.owed_at > now]
    if any(row.owed_at <= now for row in waiting):
        moments.append(_tomorrow(now, calendar, facts))
    upcoming = ladder.next_moment(owed, now)
    moments += [upcoming] if upcoming else []
    return min(moments, default=now + timedelta(days=366))


def _tomorrow(now: datetime, calendar: Calendar, facts: PlanFacts) -> datetime:
    day = calendar.next_workday(now.astimezone(facts.zone).date())
    return datetime.combine(day, facts.policy.send_time, facts.zone)


class _Wave:
    """One decision over one plan's open rungs: who gets what this morning, and what is dropped and why."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        facts: PlanFacts,
        calendar: Calendar,
        decided: set[RungKey],
        waiting: dict[RungKey, Reminder],
        now: datetime,
    ) -> None:
        self.session, self.plan, self.facts, self.calendar = session, plan, facts, calendar
        self.decided, self.known, self.now = decided, waiting, now
        self.messages: dict[int, Outbox | None] = {}
        self.today: date = now.astimezone(facts.zone).date()
        self.sent_this_quarter = reminders.messages_since(session, plan.id, self._quarter_start())
        self.recipients: dict[int, tuple[Recipient, ...]] = {}

    def decide(self, rungs: Iterable[OwedRung]) -> None:
        needed = []
        for rung in rungs:
            reason = ladder.reason_against(rung, self.facts, self.calendar)
            if reason is None:
                needed.append(rung)
            else:
                self._drop(rung, reason)
        newest, overtaken = ladder.newest_only(needed)
        for rung in overtaken:
            self._drop(rung, Reason.OVERTAKEN)
        agencies = {rung.key.agency_id for rung in newest}
        self.recipients = people.recipients(self.session, agencies, self.today)
        for rung in newest:
            self._address(rung)

    def _address(self, rung: OwedRung) -> None:
        if rung.key.audience is Audience.CONTACT:
            self._to_contact(rung)
        elif rung.key.audience is Audience.COORDINATOR:
            self._to_holders(rung, Role.COORDINATOR)
            self._tell_unit_head(rung)
        else:
            sealing.seal(self.session, self.plan, rung.key.what, self.now)
            self._to_holders(rung, Role.LEADER)

    def _to_contact(self, rung: OwedRung) -> None:
        agency_id = rung.key.agency_id
        recipient = choose_recipient(self.recipients.get(agency_id, ()))
        if recipient is None:
            self._drop(rung, Reason.NOBODY)
            if rung.key.what != RELIEVED:
                self._to_phone_list(rung)
        elif self.sent_this_quarter.get(agency_id, 0) >= self.facts.policy.cap_per_quarter:
            self._drop(rung, Reason.CAP)
        else:
            self._attach(rung, recipient.person_id)

    def _to_phone_list(self, rung: OwedRung) -> None:
        """An agency nobody can reach goes to the coordinator's phone list, once per ladder and round."""
        key = RungKey(rung.key.task_id, rung.key.agency_id, rung.key.what, rung.key.round, PHONE, Audience.COORDINATOR)
        if key not in self.decided and key not in self.known:
            self._to_holders(OwedRung(key, rung.due_on, rung.owed_at), Role.COORDINATOR)

    def _tell_unit_head(self, rung: OwedRung) -> None:
        """The escalation rung also reaches the agency's deputy and unit head, where they are known and bound."""
        if rung.key.rung != ladder.rung_name(self.facts.policy.escalation_rung) or rung.key.task_id == 0:
            return
        asked = choose_recipient(self.recipients.get(rung.key.agency_id, ()))
        row = self.known.get(rung.key)
        for person in self.recipients.get(rung.key.agency_id, ()):
            is_asked = asked is not None and person.person_id == asked.person_id
            if row and row.outbox_id and person.can_receive and person.position != "contact" and not is_asked:
                self._copy_to(person.person_id, row.outbox_id, escalation=True)

    def _to_holders(self, rung: OwedRung, role: Role) -> None:
        """The first holder's message carries the rung; the other holders get a copy of what it says."""
        holders = [
            person
            for person in people.holders_of(self.session, self.plan.office_id, role)
            if person.chat_id is not None and person.unreachable_since_at is None
        ]
        if not holders:
            self._drop(rung, Reason.NOBODY)
            return
        carrier = self._attach(rung, holders[0].id)
        for person in holders[1:]:
            if carrier is not None:
                self._copy_to(person.id, carrier, escalation=False)

    def _attach(self, rung: OwedRung, person_id: int) -> int | None:
        """Ride on the person's message of this morning; when that has left already, wait for the next one."""
        message = self._message_of(person_id)
        state = reminders.QUEUED if message else reminders.WAITING
        outbox_id = message.id if message else None
        row = reminders.record(self.session, self.plan.id, rung, state, self.now, outbox_id=outbox_id, known=self.known)
        self.known[rung.key] = row
        return outbox_id

    def _copy_to(self, person_id: int, outbox_id: int, *, escalation: bool) -> None:
        message = self._message_of(person_id)
        name = "escalations" if escalation else "copies"
        if message is None or outbox_id in message.payload.get(name, []) or message.id == outbox_id:
            return
        message.payload = {**message.payload, name: [*message.payload.get(name, []), outbox_id]}

    def _message_of(self, person_id: int) -> Outbox | None:
        """This morning's message of a person over all plans, while it can still take more."""
        if person_id not in self.messages:
            self.messages[person_id] = self._open_message(person_id)
        return self.messages[person_id]

    def _open_message(self, person_id: int) -> Outbox | None:
        key = f"wave:{self.today.isoformat()}:{person_id}"
        outbox.put(
            self.session,
            key=key,
            kind="wave",
            payload={"on": self.today.isoformat()},
            now=self.now,
            office_id=self.plan.office_id,
            person_id=person_id,
            urgency=2,
            resend=True,
        )
        return reminders.morning_message(self.session, key)

    def _drop(self, rung: OwedRung, reason: Reason) -> None:
        self.known[rung.key] = reminders.record(
            self.session, self.plan.id, rung, reminders.DROPPED, self.now, reason=reason, known=self.known
        )

    def _quarter_start(self) -> datetime:
        start = periods.first_day(periods.quarter_of(self.today))
        return datetime.combine(start, datetime.min.time(), self.facts.zone).astimezone(UTC)


def still_needed(session: Session, row: Outbox, now: datetime) -> tuple[Reminder, ...]:
    """Re-check a morning message at the moment of sending; what is no longer needed is recorded with its reason.

    A message that lost its morning (another day, outside working hours) or its receiver gives its rungs back.
    """
    riding = [item for item in reminders.riding_on(session, [row.id]) if item.state == reminders.QUEUED]
    kept: list[Reminder] = []
    released: list[Reminder] = []
    for plan_id in {item.plan_id for item in riding}:
        plan = session.get_one(Plan, plan_id)
        mine = [item for item in riding if item.plan_id == plan_id]
        agencies = frozenset(item.agency_id for item in mine)
        facts = fact_queries.plan_facts(session, plan, agency_ids=agencies)
        calendar = fact_queries.calendar_of(session, plan.office_id)
        local = now.astimezone(facts.zone)
        on_time = row.payload.get("on") == local.date().isoformat()
        in_hours = ladder.sending_moment(now, calendar, facts.zone, facts.policy) <= now
        asked = people.recipients(session, agencies, local.date())
        for item in mine:
            reason = ladder.reason_against(reminders.rung_of(item), facts, calendar)
            if reason is not None:
                item.state, item.reason, item.decided_at = reminders.DROPPED, reason, now
            elif on_time and in_hours and _still_asked(item, row, asked):
                kept.append(item)
            else:
                released.append(item)
    reminders.release(session, released, now)
    return tuple(sorted(kept, key=lambda item: (item.due_on, item.id)))


def _still_asked(item: Reminder, row: Outbox, asked: dict[int, tuple[Recipient, ...]]) -> bool:
    if item.audience != Audience.CONTACT:
        return True
    recipient = choose_recipient(asked.get(item.agency_id, ()))
    return recipient is not None and recipient.person_id == row.person_id


def settled(session: Session, row: Outbox, state: str, now: datetime) -> None:
    """Write down what became of the rungs a morning message carried."""
    riding = [item for item in reminders.riding_on(session, [row.id]) if item.state == reminders.QUEUED]
    if state in (reminders.SENT, reminders.UNKNOWN):
        for item in riding:
            item.state, item.decided_at = state, now
    else:
        reminders.release(session, riding, now)
