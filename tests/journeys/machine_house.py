"""The real reminding services on a real SQLite file, with a clock that jumps and a messenger that logs what arrives."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel import errors
from bot.channel.client import Delivered
from bot.channel.composer import HouseComposer
from bot.channel.errors import Kind, Next, Outcome
from bot.channel.ledger import Job, Ledger, Result
from bot.channel.protocols import Always
from bot.services import waves
from storage import outbox, plans, reminders
from storage.database import Database
from storage.tables import Card, Outbox, Plan, Reminder
from tests.journeys import machine_truth as truth
from tests.journeys.machine_truth import Arrived, Rung

T = TypeVar("T")
ROUNDS = 60
TICK_SECONDS = 30
ENDLESS = 400


class Killed(Exception):  # noqa: N818  (it is what happens, not what went wrong)
    """The process dies here."""


@dataclass(frozen=True)
class Flight:
    """A claimed message as it is about to be sent: the job, what it says, and what forbids saying it now."""

    job: Job
    key: str
    person_id: int
    rungs: tuple[Rung, ...]
    wrong: tuple[str, ...]


@dataclass
class House:
    """One office under way. `arrived` is the messenger's log, `doubtful` how often a message's end was not heard."""

    home: Path
    db: Database
    now: datetime
    arrived: list[Arrived] = field(default_factory=list)
    doubtful: dict[int, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    faults: list[Kind] = field(default_factory=list)

    @classmethod
    def built(cls, furnished: Path, build: Callable[[Session], datetime]) -> House:
        """A house of its own around the office that `build` puts in; it says when the house begins."""
        home = Path(tempfile.mkdtemp(prefix="machine"))
        shutil.copy(furnished, home)
        db = Database.open(None, home, durable=False, readers=1)
        return cls(home, db, db.write_now(build))

    def close(self) -> None:
        self.db.close()
        shutil.rmtree(self.home)

    def write(self, work: Callable[[Session], T]) -> T:
        return self.db.write_now(work)

    def read(self, work: Callable[[Session], T]) -> T:
        return self.db.read_now(work)

    # Time

    def settle(self) -> None:
        """What the running house does at a moment: take up what a dead sender left, decide, send."""
        self.recover()
        for _ in range(3):
            self.tick()
            self.drain()
            if not self.read(lambda session: plans.awake(session, self.now)):
                return

    def live(self, until: datetime) -> None:
        """Live through the time to a moment, waking whenever there is something to do."""
        self.settle()
        for _ in range(ROUNDS):
            coming = self.read(self._next)
            if coming is None or coming > until:
                break
            self.now = coming
            self.settle()
        self.now = max(self.now, until)

    def next_at(self) -> datetime | None:
        """The next moment at which there is something to do."""
        return self.read(self._next)

    def _next(self, session: Session) -> datetime | None:
        soon = self.now + timedelta(seconds=TICK_SECONDS) if plans.awake(session, self.now) else None
        moments = [soon, plans.next_wake(session), outbox.next_due_at(session)]
        return min((at for at in moments if at is not None and at > self.now), default=None)

    # Deciding

    def tick(self) -> None:
        """The tick as it is; every drop it writes down must give a reason that holds."""
        before = self.read(_states)
        self.write(lambda session: waves.tick(session, self.now))
        self.judge_drops(before)

    def tick_killed(self) -> None:
        """The process dies before the tick's unit of work is committed."""

        def work(session: Session) -> None:
            waves.tick(session, self.now)
            session.flush()
            raise Killed

        try:
            self.write(work)
        except Killed:
            return

    def tick_in_parts(self, rng: Random, *, tickers: int = 1, killed_after: int = ENDLESS) -> None:
        """A large house's tick, part by part, by one or several tickers at once; perhaps none of them finishes."""
        before = self.read(_states)
        turns = [self._ticker() for _ in range(tickers)]
        for _ in range(killed_after):
            if not turns:
                break
            turn = rng.choice(turns)
            if next(turn, None) is None:
                turns.remove(turn)
        self.judge_drops(before)

    def _ticker(self) -> Iterator[str]:
        agencies = self.read(lambda session: waves.steps(session, self.now))
        parts = [frozenset({one}) for one in sorted(frozenset().union(*agencies))] or list(agencies)
        coming = waves.Coming({}, {})
        yield "looked"
        for part in parts:
            found = self.write(lambda session, part=part: waves.decide(session, part, self.now, hold=True))
            coming = coming.joined(found)
            yield "decided"
        if parts:
            self.write(lambda session: waves.conclude(session, coming, self.now))
        yield "concluded"

    def judge_drops(self, before: dict[int, str]) -> None:
        """Whatever was dropped since must have been dropped for a reason that holds."""

        def work(session: Session) -> list[str]:
            rows = session.scalars(select(Reminder).where(Reminder.state == reminders.DROPPED)).all()
            new = [row for row in rows if before.get(row.id) != reminders.DROPPED]
            found = (truth.untrue_reason(session, row, self.now, self.arrived) for row in new)
            return [one for one in found if one]

        self.problems += self.read(work)

    # Sending

    def ledger(self, worker: str = "house") -> Ledger:
        return Ledger(HouseComposer(), worker, Always())

    def recover(self) -> None:
        """A sender starts, alone: what lies in flight was left by a dead one."""
        self.write(lambda session: self.ledger().recover(session, self.now, frozenset(), alone=True))

    def drain(self) -> None:
        """Send everything due; drops at the last check must hold too."""
        before = self.read(_states)
        for _ in range(ROUNDS):
            count, flights = self.claim(6)
            for flight in flights:
                self.record(flight, self.deliver(flight))
            if not count:
                break
        else:
            self.problems.append("the sender never comes to an end")
        self.judge_drops(before)

    def claim(self, limit: int, worker: str = "house") -> tuple[int, list[Flight]]:
        """One unit of work of the sender: rows taken, with what they say at that moment."""

        def work(session: Session) -> tuple[int, list[Flight]]:
            claimed = self.ledger(worker).claim(session, self.now, limit, frozenset())
            session.flush()
            return claimed.count, [self._flight(session, job) for job in claimed.jobs]

        return self.write(work)

    def _flight(self, session: Session, job: Job) -> Flight:
        row = session.get_one(Outbox, job.row_id)
        person_id, first = row.person_id or 0, job.prepared.edit_message_id is None
        rungs = tuple(_said(session, row)) if row.kind == "wave" and first else ()
        wrong = [f"{rung}: {why}" for rung in rungs for why in truth.wrong_to_say(session, rung, person_id, self.now)]
        return Flight(job, row.key, person_id, rungs, tuple(wrong))

    def deliver(self, flight: Flight) -> Result:
        """The messenger's part: the message arrives, or what is at the head of `faults` happens to it."""
        row_id, wave = flight.job.row_id, flight.rungs
        fault = self.faults.pop(0) if wave and self.faults else None
        if fault not in (Kind.UNREACHABLE, Kind.NOT_SENT, Kind.RATE_LIMITED):
            self._arrives(flight)
        if fault is None:
            return Result(Next("sent"), delivered=Delivered(7, False))
        if fault is Kind.UNCERTAIN:
            self.doubtful[row_id] = self.doubtful.get(row_id, 0) + 1
        outcome, job = Outcome(fault, retry_after=timedelta(seconds=20)), flight.job
        state = {"attempts": job.attempts, "uncertain": job.uncertain, "resend": job.resend}
        return Result(errors.after(outcome, self.now, **state, is_edit=False, is_group=False), str(fault))

    def _arrives(self, flight: Flight) -> None:
        if not flight.rungs:
            return
        self.problems += flight.wrong
        again = bool(flight.job.prepared.view[2])  # type: ignore[index]
        said = Arrived(self.now, flight.job.row_id, flight.key, flight.person_id, flight.rungs, again)
        self.arrived.append(said)

    def record(self, flight: Flight, result: Result, worker: str = "house") -> None:
        self.write(lambda session: self.ledger(worker).record(session, flight.job, result, self.now))

    def killed_sending(self, *, arrived: bool) -> None:
        """The sender dies between claim and record, before or after its messages arrived."""
        _, flights = self.claim(6)
        for flight in flights:
            if arrived:
                self._arrives(flight)
            self.doubtful[flight.job.row_id] = self.doubtful.get(flight.job.row_id, 0) + 1

    def two_senders(self) -> None:
        """Two workers claim in turn and record in the other's order."""
        flights = [(worker, flight) for worker in ("one", "two") for flight in self.claim(1, worker)[1]]
        if len({flight.job.row_id for _, flight in flights}) < len(flights):
            self.problems.append("two workers took the same row")
        for worker, flight in reversed(flights):
            self.record(flight, self.deliver(flight), worker)


def _said(session: Session, row: Outbox) -> Iterator[Rung]:
    """What a morning message says, by the card it is drawn from."""
    state = session.get_one(Card, row.card_id).state if row.card_id else {}
    dues = {(due["task"], due["agency"], due["what"], due["rung"]) for due in state.get("dues", [])}
    given = [(one["plan"], one["agency"], one["round"]) for one in state.get("assignment", [])]
    relieved = [(one["plan"], one["agency"], one["round"]) for one in state.get("relieved", [])]
    others = set(state.get("chase", []))
    for item in _riding(session, row):
        whole = (item.plan_id, item.agency_id, item.round)
        due = (item.task_id, item.agency_id, item.what, item.rung)
        told = item.id in others or item.agency_id == 0
        handed = (item.what == "assignment" and whole in given) or (item.what == "relieved" and whole in relieved)
        if told if item.audience != "contact" else (due in dues or handed):
            yield Rung.of(item)


def _riding(session: Session, row: Outbox) -> Iterable[Reminder]:
    carriers = {row.id, *row.payload.get("copies", []), *row.payload.get("escalations", [])}
    found = reminders.riding_on(session, carriers)
    return [item for item in found if item.state in (reminders.QUEUED, reminders.SENT, reminders.UNKNOWN)]


def _states(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Reminder.id, Reminder.state)).all())


def fingerprint(session: Session) -> list[tuple[object, ...]]:
    """What was decided and what is to be sent, without the moments of looking."""
    rows = session.scalars(select(Reminder).order_by(Reminder.id))
    found: list[tuple[object, ...]] = [(*_fields(Rung.of(row)), row.state, row.reason, row.outbox_id) for row in rows]
    messages = session.scalars(select(Outbox).order_by(Outbox.id))
    return [*found, *((row.id, row.key, row.state, row.uncertain) for row in messages)]


def _fields(rung: Rung) -> tuple[object, ...]:
    return (*rung.due, rung.turn, rung.rung, rung.audience)


def wake_all(session: Session) -> None:
    """As if whatever is owed might have changed."""
    for plan in session.scalars(select(Plan)):
        plan.wake_at = plan.decided_to_at = None
