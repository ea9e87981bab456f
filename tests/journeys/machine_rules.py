"""The reminder machine: people, the clock and mishaps in any order; after every step the policy must have held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel.errors import Kind
from bot.domain import ladder
from storage import facts as fact_queries
from storage import plans, reminders
from storage.tables import Outbox, Plan, Reminder
from tests.journeys import machine_truth as truth
from tests.journeys.machine_deeds import DEEDS, do
from tests.journeys.machine_house import House, fingerprint, wake_all
from tests.journeys.machine_truth import FREE, Arrived, Rung
from tests.journeys.machine_world import random_office
from tests.journeys.policycase import ZONE

RANDOM = st.randoms(use_true_random=False)
MISHAPS = (Kind.UNREACHABLE, Kind.UNCERTAIN, Kind.UNCERTAIN, Kind.NOT_SENT, Kind.RATE_LIMITED)


class Reminding(RuleBasedStateMachine):
    """A house under way; deeds change the tables only, so that between two looks of the house anything may happen."""

    furnished: ClassVar[Path]
    deeds: ClassVar[tuple[str, ...]] = tuple(DEEDS)

    def __init__(self) -> None:
        super().__init__()
        self.house: House | None = None

    def teardown(self) -> None:
        if self.house is not None:
            try:
                self._comes_to_rest(self.house)
            finally:
                self.house.close()

    @initialize(rng=RANDOM)
    def built(self, rng: Random) -> None:
        self.house = House.built(self.furnished, lambda session: random_office(session, rng))
        self.house.settle()

    @property
    def up(self) -> House:
        if self.house is None:
            raise RuntimeError("no house yet")
        return self.house

    @rule(data=st.data(), rng=RANDOM)
    def somebody_acts(self, data: st.DataObject, rng: Random) -> None:
        self._act(data.draw(st.sampled_from(self.deeds)), rng)

    @rule(data=st.data(), rng=RANDOM)
    def somebody_acts_between_deciding_and_sending(self, data: st.DataObject, rng: Random) -> None:
        self._next_moment()
        self.up.tick()
        self._act(data.draw(st.sampled_from(self.deeds)), rng)
        self.up.drain()

    def _act(self, name: str, rng: Random) -> None:
        house = self.up
        became = house.write(lambda session: do(session, name, rng, house.now))
        note(f"# {house.now:%Y-%m-%d %H:%M} {name}: {became}")

    @rule(days=st.integers(1, 20))
    def days_pass(self, days: int) -> None:
        """The house lives through some days."""
        self.up.live(self.up.now + timedelta(days=days))

    @rule(times=st.integers(1, 4))
    def mornings_come(self, times: int) -> None:
        """The next moments at which there is something to do."""
        for _ in range(times):
            coming = self.up.next_at()
            if coming is not None and coming < self.up.now + timedelta(days=60):
                self.up.now = coming
                self.up.settle()

    def _next_moment(self) -> None:
        """The clock comes to where there is something to do; nothing is done yet."""
        coming = self.up.next_at()
        if coming is not None and coming < self.up.now + timedelta(days=60):
            self.up.now = coming

    @rule(minutes=st.integers(1, 600))
    def a_while_passes(self, minutes: int) -> None:
        self.up.now += timedelta(minutes=minutes)

    @rule(hours=st.one_of(st.integers(1, 100), st.integers(100, 3000)))
    def the_house_is_down(self, hours: int) -> None:
        """Nothing is done for hours or months; then it starts again."""
        self.up.now += timedelta(hours=hours)
        self.up.settle()

    @rule(minutes=st.one_of(st.integers(1, 120), st.integers(120, 20_000)))
    def the_clock_jumps_back(self, minutes: int) -> None:
        self.up.now -= timedelta(minutes=minutes)
        self.up.settle()

    @rule()
    def the_house_looks(self) -> None:
        self.up.settle()

    @rule()
    def the_tick_is_killed(self) -> None:
        self.up.tick_killed()

    @rule(rng=RANDOM, after=st.integers(1, 6))
    def a_large_tick_is_killed(self, rng: Random, after: int) -> None:
        self._next_moment()
        self.up.tick_in_parts(rng, killed_after=after)

    @rule(rng=RANDOM)
    def two_tick_at_once(self, rng: Random) -> None:
        self._next_moment()
        self.up.tick_in_parts(rng, tickers=2)
        self.up.drain()

    @rule(arrived=st.booleans())
    def the_sender_is_killed(self, arrived: bool) -> None:
        self._next_moment()
        self.up.tick()
        self.up.killed_sending(arrived=arrived)

    @rule()
    def two_senders_send(self) -> None:
        self._next_moment()
        self.up.tick()
        self.up.two_senders()

    @rule(kind=st.sampled_from(MISHAPS))
    def the_next_sending_fails(self, kind: Kind) -> None:
        self.up.faults.append(kind)

    @rule()
    def it_is_looked_at_again(self) -> None:
        """A second look, and one that knows nothing of the first, change nothing."""
        house = self.up
        house.faults.clear()
        house.write(wake_all)
        house.settle()
        before, arrived = house.read(fingerprint), len(house.arrived)
        house.write(wake_all)
        house.settle()
        changed = [line for line in house.read(fingerprint) if line not in before]
        assert changed == [], changed
        assert len(house.arrived) == arrived

    @invariant()
    def the_policy_held(self) -> None:
        if self.house is not None:
            found = [*self.house.problems, *wrong_so_far(self.house.arrived, self.house.doubtful)]
            found += self.house.read(self._limits)
            assert found == [], found

    def _limits(self, session: Session) -> list[str]:
        return list(beyond_limits(session, self.up.arrived))

    def _comes_to_rest(self, house: House) -> None:
        """At a quiet time nothing that is owed may be missing."""
        house.faults.clear()
        house.settle()
        for _ in range(3):
            house.live(house.now + timedelta(days=1))
        for _ in range(15):
            house.now = house.now.astimezone(ZONE).replace(hour=15, minute=30)
            if house.read(
                lambda session: all(_speaks(session, plan, house) for plan in plans.active_plans(session, 1))
            ):
                break
            house.now += timedelta(days=1)
        house.settle()
        silent = house.read(lambda session: list(in_silence(session, house)))
        assert silent == [], silent
        assert house.problems == [], house.problems


def _speaks(session: Session, plan: Plan, house: House) -> bool:
    return truth.speaks_now(session, plan.id, house.now)


def wrong_so_far(arrived: list[Arrived], doubtful: dict[int, int]) -> Iterator[str]:
    """What reached people against the policy, by the messenger's log alone."""
    copies = Counter(one.outbox_id for one in arrived)
    for row, count in copies.items():
        mine = [one for one in arrived if one.outbox_id == row]
        if count > 1 + min(doubtful.get(row, 0), 1) or any(not one.again for one in mine[1:]):
            yield f"{mine[0].key} arrived {count} times, {doubtful.get(row, 0)} doubtful, {[one.again for one in mine]}"
    firsts = {one.outbox_id: one for one in arrived}.values()
    mornings = Counter((one.person_id, one.day, one.key.partition(":")[0]) for one in firsts)
    yield from (f"{count} messages: {what}" for what, count in mornings.items() if count > 1)
    yield from _said_twice(list(firsts), doubtful)
    for one in arrived:
        dues = Counter((rung.due, rung.audience) for rung in one.rungs if rung.task_id and rung.rung != "phone")
        yield from (f"{one.key} says {due} {count} times" for due, count in dues.items() if count > 1)


def _said_twice(firsts: list[Arrived], doubtful: dict[int, int]) -> Iterator[str]:
    """A rung is said once: a contact's to one person, an office's to each who holds the role."""
    heard: dict[tuple[Rung, int], list[Arrived]] = {}
    for one in firsts:
        for rung in one.rungs:
            heard.setdefault((rung, 0 if rung.audience == "contact" else one.person_id), []).append(one)
    for (rung, _), said in heard.items():
        # That the second one says so is asked in a test of its own, as long as the house does not do it.
        if len(said) > 2 or (len(said) == 2 and not doubtful.get(said[0].outbox_id)):
            yield f"{rung} said {len(said)} times: {[(one.key, doubtful.get(one.outbox_id)) for one in said]}"


def beyond_limits(session: Session, arrived: list[Arrived]) -> Iterator[str]:
    """Messages that the weekly or quarterly limits should have held back; judged once, under the policy in force."""
    if not arrived:
        return
    last = arrived[-1]
    week, quarter = truth.limit_starts(last.day)
    for rung in last.rungs:
        if rung.audience != "contact" or rung.what == "assignment" or rung.rung.startswith(FREE):
            continue
        policy = fact_queries.policy_of(session.get_one(Plan, rung.plan_id))
        for limit, since in ((policy.cap_per_week, week), (policy.cap_per_quarter, quarter)):
            told = truth.told_mornings(arrived, rung.agency_id, since, last.day)
            if 0 < limit <= told and not _loosened(policy.since, last.day):
                yield f"{rung} on {last.day} although {told} mornings of {limit} were used"


def _loosened(since: object, day: date) -> bool:
    """Whether the settings changed on this day: the morning was decided under the earlier ones."""
    return since is not None and str(since)[:10] == day.isoformat()


def in_silence(session: Session, house: House) -> Iterator[str]:
    """What is owed by now at a moment when everything may be said, and neither said nor dropped with a reason."""
    for plan in plans.active_plans(session, 1):
        if not _speaks(session, plan, house):
            continue
        facts, calendar = fact_queries.plan_facts(session, plan), fact_queries.calendar_of(session, 1)
        known = reminders.decided(session, plan.id)
        for rung in ladder.owed(facts, calendar, until=house.now):
            if rung.key not in known:
                yield f"never written down: {rung}"
    yield from _stuck(session, house)


def _stuck(session: Session, house: House) -> Iterator[str]:
    left = {row.person_id for row in session.scalars(select(Outbox)) if row.key.startswith(f"wave:{_today(house)}")}
    for row in session.scalars(select(Reminder)):
        rung = Rung.of(row)
        carrier = session.get(Outbox, row.outbox_id) if row.outbox_id else None
        if row.state == reminders.QUEUED and (carrier is None or carrier.state in truth.FINAL):
            yield f"queued on nothing: {rung}"
        if row.state == reminders.WAITING and row.owed_at <= house.now and row.reason != "paused" and not left:
            plan = session.get_one(Plan, rung.plan_id)
            yield f"waits although its time has come: {rung} at {house.now}, to wake {plan.wake_at}"
        if row.state == reminders.WAITING and row.reason == "paused" and not truth.paused(session, rung, row.owed_at):
            yield f"waits for a pause that there is not: {rung}"
        if row.state == reminders.DROPPED and not row.reason:
            yield f"dropped without a reason: {rung}"


def _today(house: House) -> date:
    return house.now.astimezone(ZONE).date()
