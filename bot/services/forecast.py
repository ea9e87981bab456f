"""The forecast: who will be written to on the next mornings, and what will be left out and why, if nothing changes.

It asks the same decisions as the real rounds (`bot.services.waves`), in memory and in the same order of moments; it
writes nothing. Messages are taken to arrive; what is due after one moment's answers is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import dispatch, ladder, periods
from bot.domain.dispatch import Decision, Told
from bot.domain.facts import Audience, OwedRung, PlanFacts, Reason
from bot.domain.model import Role
from bot.domain.people import Recipient, choose_recipient
from bot.domain.workdays import Calendar
from bot.services import waves
from storage import facts as fact_queries
from storage import people, plans, reminders
from storage.tables import Outbox, Plan


@dataclass(frozen=True)
class Said:
    """One rung of a plan on somebody's message; `person_id` is whose message carries it."""

    plan_id: int
    rung: OwedRung
    person_id: int


@dataclass(frozen=True)
class LeftOut:
    """One rung of a plan that will not be said, and why."""

    plan_id: int
    rung: OwedRung
    reason: Reason


@dataclass(frozen=True)
class Letter:
    """A person's one message of a morning: the rungs it carries, and those of others that it repeats."""

    person_id: int
    carried: tuple[Said, ...]
    repeated: tuple[Said, ...] = ()

    @property
    def everything(self) -> tuple[Said, ...]:
        """All it says, in the order it is said."""
        return (*self.carried, *self.repeated)


@dataclass(frozen=True)
class Wave:
    """What happens at one moment (aware, local): messages, and rungs dropped; `later` waits for another morning."""

    at: datetime
    letters: tuple[Letter, ...]
    left_out: tuple[LeftOut, ...]
    later: tuple[Said, ...] = ()


def forecast(
    session: Session, office_id: int, now: datetime, *, count: int = 1, until: datetime | None = None
) -> tuple[Wave, ...]:
    """The next `count` moments (none after `until`) at which somebody of the office is written to, with those at
    which rungs are only dropped in between. Over all active plans, merged per person as the real rounds do.
    """
    found: list[Wave] = []
    spoken = 0
    for wave in _Rounds(session, office_id, now).run():
        if until is not None and wave.at > until:
            break
        found.append(wave)
        spoken += bool(wave.letters)
        if spoken == count:
            break
    return tuple(found)


class _Course:
    """One plan on its way: the rungs not yet decided, those that wait, and when it is looked at next."""

    def __init__(self, session: Session, plan: Plan, now: datetime) -> None:
        self.plan_id = plan.id
        self.facts: PlanFacts = fact_queries.plan_facts(session, plan)
        self.calendar: Calendar = fact_queries.calendar_of(session, plan.office_id)
        known = reminders.decided(session, plan.id)
        after = plan.decided_to_at - waves.MARGIN if plan.decided_to_at else None
        owed = ladder.owed(self.facts, self.calendar, after=after)
        self._undecided = {rung.key: rung for rung in owed if rung.key not in known}
        self._moments = sorted({rung.owed_at for rung in owed})
        self._waiting = {reminders.key_of(row): reminders.rung_of(row) for row in reminders.waiting(session, plan.id)}
        self._phoned = {key for key in known if key.rung == dispatch.PHONE}
        self.next_at: datetime | None = max(plan.wake_at or now, now)

    def look(self) -> tuple[LeftOut, ...]:
        """Put what waits where the plan has it now; what is not said any more is left out at once."""
        found = []
        for rung in tuple(self._waiting.values()):
            fate = ladder.fate(rung, self.facts, self.calendar)
            if isinstance(fate, OwedRung):
                self._waiting[rung.key] = fate
            elif fate is not Reason.PAUSED:
                self.ended(rung)
                found.append(LeftOut(self.plan_id, rung, fate))
        return tuple(found)

    def open_at(self, at: datetime) -> list[OwedRung]:
        """The rungs to decide at a moment; what a pause still stops waits on."""
        new = [rung for rung in self._undecided.values() if rung.owed_at <= at]
        held = [rung for rung in self._waiting.values() if rung.owed_at <= at]
        return [*new, *(rung for rung in held if isinstance(ladder.fate(rung, self.facts, self.calendar), OwedRung))]

    def decide(
        self,
        rungs: Iterable[OwedRung],
        recipients: dict[int, tuple[Recipient, ...]],
        told: dict[int, Told],
    ) -> tuple[Decision, ...]:
        """What becomes of rungs that are open."""
        decisions = dispatch.decide(rungs, self.facts, self.calendar, recipients, told)
        return tuple(one for one in decisions if one.rung.key not in self._phoned)

    def allowed_at(self, at: datetime) -> datetime:
        """`at`, or the next moment at which anything may be sent."""
        return ladder.sending_moment(at, self.calendar, self.facts.zone, self.facts.policy)

    def ended(self, rung: OwedRung) -> None:
        """The rung was said or dropped."""
        self._undecided.pop(rung.key, None)
        self._waiting.pop(rung.key, None)
        self._phoned |= {rung.key} if rung.key.rung == dispatch.PHONE else set()

    def waits(self, rung: OwedRung) -> None:
        """The rung waits for another morning."""
        self.ended(rung)
        self._waiting[rung.key] = rung

    def sleep(self, at: datetime, *, no_later_than: datetime | None = None) -> None:
        """Set when the plan is looked at again."""
        coming = [moment for moment in self._moments if moment > at][:1]
        if no_later_than is None:
            day = self.calendar.next_workday(at.astimezone(self.facts.zone).date())
            morning = datetime.combine(day, self.facts.policy.send_time, self.facts.zone)
            held = self._waiting.values()
            coming += [max(rung.owed_at, morning) if rung.owed_at <= at else rung.owed_at for rung in held]
        else:
            coming.append(no_later_than)
        self.next_at = min(coming, default=None)


@dataclass
class _Morning:
    """What one round puts on people's messages: carried rungs, and whose message repeats whose."""

    day: date
    gone: set[tuple[int, date]]
    carried: dict[int, list[Said]] = field(default_factory=dict)
    copies: dict[int, list[int]] = field(default_factory=dict)
    told_units: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    later: list[Said] = field(default_factory=list)

    def attach(self, said: Said) -> bool:
        """Put a rung on its person's message; False when that has left today."""
        if (said.person_id, self.day) in self.gone:
            self.later.append(said)
            return False
        self.carried.setdefault(said.person_id, []).append(said)
        return True

    def repeat(self, person_id: int, carrier_id: int) -> None:
        """Another holder of a role gets a copy of everything the carrier's message says."""
        mine = self.copies.setdefault(person_id, [])
        if person_id != carrier_id and carrier_id not in mine and (person_id, self.day) not in self.gone:
            mine.append(carrier_id)

    def tell_unit(self, person_id: int, carrier_id: int, agency_id: int) -> None:
        """Somebody of a silent unit gets what the carrier's message says of it."""
        mine = self.told_units.setdefault(person_id, [])
        if person_id != carrier_id and (carrier_id, agency_id) not in mine and (person_id, self.day) not in self.gone:
            mine.append((carrier_id, agency_id))

    def letters(self, agencies_of: dict[int, frozenset[int]]) -> Iterator[Letter]:
        """Everybody's message, the carriers' own first."""
        for person_id in dict.fromkeys([*self.carried, *self.copies, *self.told_units]):
            own = agencies_of.get(person_id, frozenset())
            copied = [said for carrier in self.copies.get(person_id, ()) for said in self.carried[carrier]]
            carriers = dict.fromkeys(carrier for carrier, _ in self.told_units.get(person_id, ()))
            of_unit = [said for one in carriers for said in self.carried[one] if said.rung.key.agency_id in own]
            carried = sorted(self.carried.get(person_id, ()), key=lambda said: said.rung.due_on)
            if carried or copied or of_unit:
                yield Letter(person_id, tuple(carried), (*copied, *of_unit))


class _Rounds:
    """The rounds of an office's plans from a moment on."""

    def __init__(self, session: Session, office_id: int, now: datetime) -> None:
        self.session, self.office_id, self.now = session, office_id, now
        self.zone: ZoneInfo = fact_queries.zone_of(session, office_id)
        active = sorted(plans.active_plans(session, office_id), key=lambda plan: plan.id)
        self.courses = [_Course(session, plan, now) for plan in active]
        self.gone = self._gone_today()
        # Mornings of the forecast itself on which an agency's contact is written to.
        self.mornings: dict[int, set[tuple[date, int]]] = {}

    def run(self) -> Iterator[Wave]:
        """The moments at which something is decided, in order."""
        while True:
            moments = [course.next_at for course in self.courses if course.next_at is not None]
            if not moments:
                return
            at = min(moments)
            wave = self._round(at.astimezone(self.zone))
            if wave.letters or wave.left_out:
                yield wave

    def _gone_today(self) -> set[tuple[int, date]]:
        """People whose message of today has left."""
        today = self.now.astimezone(self.zone).date()
        query = select(Outbox.person_id).where(
            Outbox.kind == "wave",
            Outbox.key.startswith(f"wave:{today.isoformat()}:"),
            Outbox.state.not_in(("due", "cancelled")),
        )
        return {(person_id, today) for person_id in self.session.scalars(query) if person_id is not None}

    def _round(self, at: datetime) -> Wave:
        awake = [course for course in self.courses if course.next_at is not None and course.next_at <= at]
        morning = _Morning(at.date(), self.gone)
        for course in awake:
            morning.left_out += course.look()
        opened = {course.plan_id: course.open_at(at) for course in awake}
        early = {course.plan_id for course in awake if opened[course.plan_id] and course.allowed_at(at) > at}
        deciding = [course for course in awake if opened[course.plan_id] and course.plan_id not in early]
        agencies = {rung.key.agency_id for course in deciding for rung in opened[course.plan_id]} - {0}
        recipients = people.recipients(self.session, agencies, morning.day) if agencies else {}
        told = self._told(agencies, morning.day)
        for course in deciding:
            for decision in course.decide(opened[course.plan_id], recipients, told):
                self._carry_out(course, decision, morning, recipients)
        letters = tuple(morning.letters(_agencies_of(recipients)))
        self._remember(letters, morning.day)
        for course in awake:
            course.sleep(at, no_later_than=course.allowed_at(at) if course.plan_id in early else None)
        return Wave(at, letters, tuple(morning.left_out), tuple(morning.later))

    def _carry_out(
        self,
        course: _Course,
        decision: Decision,
        morning: _Morning,
        recipients: dict[int, tuple[Recipient, ...]],
    ) -> None:
        rung = decision.rung
        if decision.reason is not None:
            morning.left_out.append(LeftOut(course.plan_id, rung, decision.reason))
            course.ended(rung)
        elif decision.person_id is not None:
            kept = morning.attach(Said(course.plan_id, rung, decision.person_id))
            (course.ended if kept else course.waits)(rung)
        else:
            self._to_holders(course, rung, morning, recipients)

    def _to_holders(
        self, course: _Course, rung: OwedRung, morning: _Morning, recipients: dict[int, tuple[Recipient, ...]]
    ) -> None:
        role = Role.COORDINATOR if rung.key.audience is Audience.COORDINATOR else Role.LEADER
        held = people.holders_of(self.session, self.office_id, role)
        holders = [row.id for row in held if row.chat_id is not None and row.unreachable_since_at is None]
        if not holders:
            morning.left_out.append(LeftOut(course.plan_id, rung, Reason.NOBODY))
            course.ended(rung)
            return
        if not morning.attach(Said(course.plan_id, rung, holders[0])):
            course.waits(rung)
            return
        course.ended(rung)
        for person_id in holders[1:]:
            morning.repeat(person_id, holders[0])
        for person in _unit_told(course.facts, rung, recipients.get(rung.key.agency_id, ())):
            morning.tell_unit(person.person_id, holders[0], rung.key.agency_id)

    def _told(self, agencies: Iterable[int], day: date) -> dict[int, Told]:
        """Mornings before the day: those that were, and those of the forecast."""
        wanted = set(agencies)
        found = reminders.told(self.session, wanted, day, self.zone) if wanted else {}
        week, quarter = day - timedelta(days=day.weekday()), periods.first_day(periods.quarter_of(day))
        for agency_id in wanted & self.mornings.keys():
            mine = [on for on, _ in self.mornings[agency_id] if on < day]
            before = found.get(agency_id, Told())
            found[agency_id] = Told(
                before.this_week + sum(on >= week for on in mine),
                before.this_quarter + sum(on >= quarter for on in mine),
            )
        return found

    def _remember(self, letters: Sequence[Letter], day: date) -> None:
        for letter in letters:
            self.gone.add((letter.person_id, day))
            for said in letter.carried:
                if said.rung.key.audience is Audience.CONTACT:
                    self.mornings.setdefault(said.rung.key.agency_id, set()).add((day, letter.person_id))


def _unit_told(facts: PlanFacts, rung: OwedRung, staff: Sequence[Recipient]) -> list[Recipient]:
    """Who of a silent unit hears of the escalation besides the one who is asked."""
    if rung.key.rung != ladder.rung_name(facts.policy.escalation_rung) or not rung.key.task_id:
        return []
    asked = choose_recipient(staff)
    return [one for one in staff if one.position in facts.policy.escalate_to and one.can_receive and one != asked]


def _agencies_of(recipients: dict[int, tuple[Recipient, ...]]) -> dict[int, frozenset[int]]:
    """The agencies each person has a place in, among those looked at."""
    found: dict[int, set[int]] = {}
    for agency_id, staff in recipients.items():
        for one in staff:
            found.setdefault(one.person_id, set()).add(agency_id)
    return {person_id: frozenset(ids) for person_id, ids in found.items()}
