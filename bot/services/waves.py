"""Time passes: the rungs that fell due are decided and put on each person's one message of the morning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain import dispatch, ladder
from bot.domain.dispatch import Decision
from bot.domain.facts import Audience, OwedRung, PlanFacts, Reason, RungKey
from bot.domain.model import Role
from bot.domain.people import Recipient, choose_recipient
from bot.domain.workdays import Calendar
from bot.services import reaching, sealing
from bot.services.mornings import Mornings
from storage import facts as fact_queries
from storage import people, plans, reminders
from storage.tables import Outbox, Plan, Reminder

# A year without anything to say; whoever changes what is owed wakes the plan.
_FAR = timedelta(days=366)
# Agencies decided in one unit of work. More go in several, so that others may write in between.
STEP = 1000
# How far before what was decided last a change of the calendar or of a pause may still move a rung back.
MARGIN = timedelta(days=60)


@dataclass(frozen=True)
class Coming:
    """For each plan (by id) the next moment it owes something to anybody, and to an agency's contact."""

    anybody: dict[int, datetime]
    contact: dict[int, datetime]

    def joined(self, other: Coming) -> Coming:
        """The sooner of both."""
        return Coming(_sooner(self.anybody, other.anybody), _sooner(self.contact, other.contact))


def _sooner(one: dict[int, datetime], other: dict[int, datetime]) -> dict[int, datetime]:
    ids = one.keys() | other.keys()
    return {key: min(moment[key] for moment in (one, other) if key in moment) for key in ids}


def tick(session: Session, now: datetime) -> None:
    """Decide everything that must have been said by now. Idempotent: a second call finds nothing to decide."""
    found = steps(session, now)
    coming = Coming({}, {})
    for agency_ids in found:
        coming = coming.joined(decide(session, agency_ids, now, hold=len(found) > 1))
    if found:
        conclude(session, coming, now)


def steps(session: Session, now: datetime) -> tuple[frozenset[int], ...]:
    """The agencies of the plans that are awake, in parts small enough for one unit of work each; none while all sleep.

    After the parts were decided, in any order, `conclude` ends the round. Broken off in between it is begun anew.
    """
    awake = plans.awake(session, now)
    ids = sorted({agency_id for plan in awake for agency_id in plans.agency_ids(session, plan.id)})
    parts = [frozenset(ids[at : at + STEP]) for at in range(0, len(ids), STEP)]
    return tuple(parts or [frozenset()]) if awake else ()


def decide(session: Session, agency_ids: frozenset[int], now: datetime, *, hold: bool = False) -> Coming:
    """Decide what fell due for these agencies in every plan that is awake; what the decision leaves to come.

    With `hold` the messages wait for `conclude`, so that nobody gets half of a morning.
    """
    mornings = Mornings(session, now, hold=hold)
    found = [
        (plan.id, _Wave(session, plan, agency_ids, mornings, now).decide_all()) for plan in plans.awake(session, now)
    ]
    return Coming(
        {plan_id: coming.anybody for plan_id, coming in found if coming.anybody},
        {plan_id: coming.contact for plan_id, coming in found if coming.contact},
    )


def conclude(session: Session, coming: Coming, now: datetime) -> None:
    """End a round: what concerns no single agency, the check of reach, when each plan wakes again."""
    mornings = Mornings(session, now)
    for plan in plans.awake(session, now):
        wave = _Wave(session, plan, frozenset(), mornings, now, whole=True)
        later = wave.decide_all().anybody
        check_at = reaching.check(session, plan, wave.facts, wave.calendar, coming.contact.get(plan.id), mornings, now)
        moments = [moment for moment in (coming.anybody.get(plan.id), later, check_at) if moment]
        plan.wake_at = min(moments, default=now + _FAR)
        if ladder.sending_moment(now, wave.calendar, wave.facts.zone, wave.facts.policy) <= now:
            plan.decided_to_at = now
    mornings.let_go()


class _Wave:
    """One plan's part of a round: for some agencies, or (`whole`) for what concerns the plan as a whole."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        agency_ids: frozenset[int],
        mornings: Mornings,
        now: datetime,
        *,
        whole: bool = False,
    ) -> None:
        self.session, self.plan, self.now, self.mornings = session, plan, now, mornings
        self.agencies = frozenset({0}) if whole else agency_ids
        self.facts: PlanFacts = fact_queries.plan_facts(session, plan, agency_ids=agency_ids)
        self.calendar: Calendar = fact_queries.calendar_of(session, plan.office_id)
        self.today: date = now.astimezone(self.facts.zone).date()
        self.known: dict[RungKey, Reminder] = {}
        self.recipients: dict[int, tuple[Recipient, ...]] = {}

    def decide_all(self) -> ladder.Coming:
        """Decide what is open, or leave it for the next working hours; says what comes after."""
        coming = ladder.coming(self.facts, self.calendar, self.now)
        waiting = reminders.waiting(self.session, self.plan.id, self.agencies)
        self.known = {reminders.key_of(row): row for row in waiting}
        if waiting and 0 in self.agencies:
            # A call to review that waits is about everybody's reports.
            self.facts = fact_queries.with_all_reports(self.session, self.plan, self.facts)
        due_again = self._due_again(waiting)
        open_rungs = [*self._new(), *due_again]
        allowed_at = ladder.sending_moment(self.now, self.calendar, self.facts.zone, self.facts.policy)
        if open_rungs and allowed_at > self.now:
            return _no_later(coming, allowed_at)
        if open_rungs:
            self._decide(open_rungs)
        return self._with_waiting(coming)

    def _new(self) -> list[OwedRung]:
        """Rungs owed by now that were never written down."""
        decided_to = self.plan.decided_to_at
        after = decided_to - MARGIN if decided_to else None
        owed = ladder.owed(self.facts, self.calendar, after=after, until=self.now)
        mine = [rung for rung in owed if rung.key.agency_id in self.agencies]
        if not mine:
            return []
        decided = reminders.decided(self.session, self.plan.id, self.agencies)
        return [rung for rung in mine if rung.key not in decided]

    def _due_again(self, waiting: Sequence[Reminder]) -> list[OwedRung]:
        """What waited and is owed by now; one given back after a newer one of its ladder was taken up is overtaken."""
        due = {row.id: rung for row in waiting if (rung := self._re_aimed(row)) and rung.owed_at <= self.now}
        rows = [row for row in waiting if row.id in due]
        newer = reminders.newest_said(self.session, self.plan.id, rows)
        for row in rows:
            if row.id in newer and newer[row.id] > row.owed_at:
                row.state, row.reason, row.decided_at = reminders.DROPPED, Reason.OVERTAKEN, self.now
                del due[row.id]
        return list(due.values())

    def _re_aimed(self, row: Reminder) -> OwedRung | None:
        """A waiting rung where the plan has it now; None while a pause stops it."""
        found = ladder.fate(reminders.rung_of(row), self.facts, self.calendar)
        if isinstance(found, OwedRung):
            row.due_on, row.owed_at = found.due_on, found.owed_at
            row.reason = row.reason if row.reason == Reason.DOUBTFUL else ""
            return found
        if found is Reason.PAUSED:
            row.reason = found
        else:
            row.state, row.reason, row.decided_at = reminders.DROPPED, found, self.now
        return None

    def _with_waiting(self, coming: ladder.Coming) -> ladder.Coming:
        """What still waits is looked at the next morning, or when it is owed."""
        rows = reminders.waiting(self.session, self.plan.id, self.agencies)
        moments = [max(row.owed_at, self._tomorrow()) if row.owed_at <= self.now else row.owed_at for row in rows]
        return _no_later(coming, min(moments)) if moments else coming

    def _tomorrow(self) -> datetime:
        day = self.calendar.next_workday(self.today)
        return datetime.combine(day, self.facts.policy.send_time, self.facts.zone)

    def _decide(self, rungs: Iterable[OwedRung]) -> None:
        rungs = list(rungs)
        agencies = {rung.key.agency_id for rung in rungs} - {0}
        self.recipients = people.recipients(self.session, agencies, self.today)
        told = reminders.told(self.session, agencies, self.today, self.facts.zone)
        facts = self.facts if agencies else fact_queries.with_all_reports(self.session, self.plan, self.facts)
        decisions = dispatch.decide(rungs, facts, self.calendar, self.recipients, told)
        self._carry_out(self._once(decisions, {rung.key for rung in rungs}))

    def _once(self, decisions: Iterable[Decision], asked: set[RungKey]) -> list[Decision]:
        """A phone list's line that stands already is not written again, unless it waited and its turn has come."""
        lines = [one for one in decisions if one.rung.key.rung == dispatch.PHONE]
        stand = reminders.decided(self.session, self.plan.id, self.agencies) - asked if lines else set()
        return [one for one in decisions if one.rung.key.rung != dispatch.PHONE or one.rung.key not in stand]

    def _carry_out(self, decisions: Sequence[Decision]) -> None:
        self.mornings.open_all(
            {one.person_id for one in decisions if one.person_id is not None}, self.plan.office_id, self.today
        )
        for one in decisions:
            if one.reason is not None:
                self._write(one.rung, reminders.DROPPED, reason=one.reason)
            elif one.person_id is not None:
                self._ride(one.rung, self.mornings.message(one.person_id))
            elif one.rung.key.audience is Audience.COORDINATOR:
                self._to_holders(one.rung, Role.COORDINATOR)
                self._tell_unit(one.rung)
            else:
                sealing.seal(self.session, self.plan, one.rung.key.what, self.now)
                self._to_holders(one.rung, Role.LEADER)

    def _to_holders(self, rung: OwedRung, role: Role) -> None:
        """On the message of everybody who holds the role."""
        carrier = self.mornings.tell_all(self.plan.office_id, role, self.today)
        if carrier is None:
            self._write(rung, reminders.DROPPED, reason=Reason.NOBODY)
        else:
            self._ride(rung, carrier.outbox_id)

    def _tell_unit(self, rung: OwedRung) -> None:
        """The escalation also reaches the agency's own people that the policy names, where they are known and bound."""
        policy, agency_id = self.facts.policy, rung.key.agency_id
        row = self.known.get(rung.key)
        if rung.key.rung != ladder.rung_name(policy.escalation_rung) or not rung.key.task_id or not row:
            return
        asked = choose_recipient(self.recipients.get(agency_id, ()))
        told = [
            person.person_id
            for person in self.recipients.get(agency_id, ())
            if person.position in policy.escalate_to and person.can_receive and person != asked
        ]
        self.mornings.open_all(set(told), self.plan.office_id, self.today)
        for person_id in told:
            if row.outbox_id is not None:
                self.mornings.copy(person_id, row.outbox_id, "escalations")

    def _ride(self, rung: OwedRung, outbox_id: int | None) -> None:
        """Ride on a message of this morning; when it has left already, wait for the next one."""
        before = self.known.get(rung.key)
        doubtful = before is not None and before.reason == Reason.DOUBTFUL
        if outbox_id is not None and doubtful:
            self.mornings.doubt(outbox_id)
        self._write(rung, reminders.QUEUED if outbox_id else reminders.WAITING, outbox_id=outbox_id)

    def _write(self, rung: OwedRung, state: str, *, reason: str = "", outbox_id: int | None = None) -> None:
        self.known[rung.key] = reminders.record(
            self.session, self.plan.id, rung, state, self.now, reason=reason, outbox_id=outbox_id, known=self.known
        )


def _no_later(coming: ladder.Coming, moment: datetime) -> ladder.Coming:
    return ladder.Coming(min(coming.anybody or moment, moment), coming.contact)


def still_needed(session: Session, message: Outbox, now: datetime) -> tuple[Reminder, ...]:
    """Re-check a morning message at the moment of sending; what is no longer needed is recorded with its reason.

    One that lost its morning, its hours or its receiver gives its rungs back.
    """
    riding = [item for item in reminders.riding_on(session, [message.id]) if item.state == reminders.QUEUED]
    kept: list[Reminder] = []
    released: list[Reminder] = []
    for plan_id in dict.fromkeys(item.plan_id for item in riding):
        mine = [item for item in riding if item.plan_id == plan_id]
        check = _Recheck(session, session.get_one(Plan, plan_id), mine, message, now)
        for item in mine:
            found = ladder.fate(reminders.rung_of(item), check.facts, check.calendar)
            if isinstance(found, Reason) and found is not Reason.PAUSED:
                item.state, item.reason, item.decided_at = reminders.DROPPED, found, now
            elif isinstance(found, OwedRung) and check.goes_now(item, found):
                kept.append(item)
            else:
                released.append(item)
    reminders.release(session, released, now, doubtful=bool(message.uncertain))
    return tuple(sorted(kept, key=lambda item: (item.due_on, item.id)))


class _Recheck:
    """One plan's rungs on a message that is about to be sent."""

    def __init__(self, session: Session, plan: Plan, items: Sequence[Reminder], message: Outbox, now: datetime) -> None:
        self.now, self.person_id = now, message.person_id
        agencies = frozenset(item.agency_id for item in items)
        about_tasks = frozenset(item.task_id for item in items)
        self.facts = fact_queries.plan_facts(
            session, plan, agency_ids=agencies - {0}, task_ids=about_tasks if 0 not in about_tasks else None
        )
        if any(item.audience == Audience.COORDINATOR and item.agency_id == 0 for item in items):
            self.facts = fact_queries.with_all_reports(session, plan, self.facts)
        self.calendar = fact_queries.calendar_of(session, plan.office_id)
        today = now.astimezone(self.facts.zone).date()
        in_hours = ladder.sending_moment(now, self.calendar, self.facts.zone, self.facts.policy) <= now
        self._timely = message.payload.get("on") == today.isoformat() and in_hours
        self._asked = people.recipients(session, agencies, today) if self.person_id is not None else {}

    def goes_now(self, item: Reminder, stands: OwedRung) -> bool:
        """Whether a needed rung belongs on this message, now, to this person; a changed policy or pause moves it."""
        if not self._timely or stands.owed_at > self.now:
            return False
        if item.audience != Audience.CONTACT:
            return True
        recipient = choose_recipient(self._asked.get(item.agency_id, ()))
        return recipient is not None and recipient.person_id == self.person_id


def settled(session: Session, message: Outbox, state: str, now: datetime) -> None:
    """Write down what became of the rungs a morning message carried."""
    riding = [item for item in reminders.riding_on(session, [message.id]) if item.state == reminders.QUEUED]
    if state in (reminders.SENT, reminders.UNKNOWN):
        for item in riding:
            item.state, item.decided_at = state, now
    else:
        reminders.release(session, riding, now, doubtful=bool(message.uncertain))
