"""What reminding costs: deciding a quarter of a plan, a tick with nothing to say, claiming, sending in the limits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.bench.intake import peak_kilobytes
from bot.bench.largeplan import FIRST_CHAT, FIRST_WAVE, LargePlan, large_plan
from bot.bench.model import ROUNDS, Benchmark, Comparison, in_turns
from bot.bench.servers import FIRST_PERSON, served
from bot.channel.client import Client, Delivered, connect
from bot.channel.composer import HouseComposer
from bot.channel.errors import Kind, classify
from bot.channel.pacing import Pacer
from bot.channel.sender import Sender
from bot.localchat.api import DEFAULT_TOKEN
from bot.services import waves
from bot.texts.message import Message
from storage import outbox
from storage.database import Database
from storage.tables import Outbox, Person, Reminder

TASKS, MANY = 1_000, 50_000
# The mornings of a first quarter's ladder, in days from its first rung on: D−10, D−3, D−1, D, D+1, D+3, D+4.
_MORNINGS = (0, 11, 16, 17, 18, 20, 21)
_BUDGET = 25.0
_PEOPLE = 400
_PATIENCE = 30.0


def quarter(tasks: int, _seconds: float) -> Comparison:
    """Rungs of a quarter decided a second, beside as many bare rows put into the two tables they end in."""
    with large_plan(tasks) as plan:
        before = _rows(plan.db)
        start = time.perf_counter()
        longest = max(_round(plan.db, FIRST_WAVE + timedelta(days=days)) for days in _MORNINGS)
        took = time.perf_counter() - start
        rungs, messages = (now - then for now, then in zip(_rows(plan.db), before, strict=True))
        bare = _bare_rows(plan.db, rungs, messages)
    note = (
        f"{tasks:,} tasks, {tasks * 3:,} contacts: {rungs:,} rungs, {messages:,} messages in {took:.1f} s;"
        f" longest unit of work {longest:.2f} s, peak {peak_kilobytes() // 1024} MB"
    )
    return Comparison(_named("reminders-quarter", tasks), "/s", rungs / took, rungs / bare, note=note)


def _named(name: str, tasks: int) -> str:
    return f"{name}-large" if tasks == MANY else name


def _rows(db: Database) -> tuple[int, int]:
    def count(session: Session) -> tuple[int, int]:
        rungs = session.scalar(select(func.count()).select_from(Reminder)) or 0
        return rungs, session.scalar(select(func.count()).select_from(Outbox)) or 0

    return db.read_now(count)


def _round(db: Database, now: datetime) -> float:
    """One round of deciding, in the units of work the house uses; the seconds of the longest."""
    parts = db.read_now(partial(waves.steps, now=now))
    coming, longest = waves.Coming({}, {}), 0.0
    for part in parts:
        start = time.perf_counter()
        coming = coming.joined(db.write_now(partial(waves.decide, agency_ids=part, now=now, hold=len(parts) > 1)))
        longest = max(longest, time.perf_counter() - start)
    if parts:
        start = time.perf_counter()
        db.write_now(partial(waves.conclude, coming=coming, now=now))
        longest = max(longest, time.perf_counter() - start)
    return longest


def _bare_rows(db: Database, rungs: int, messages: int) -> float:
    """Seconds to put as many rows like them into the same tables, by nothing but an INSERT of many."""

    def put(session: Session) -> float:
        message = {"kind": "bare", "payload": {}, "person_id": 1, "due_at": FIRST_WAVE, "created_at": FIRST_WAVE}
        rung = {"plan_id": 1, "task_id": 1, "what": "bare", "rung": "D", "audience": "contact", "state": "queued"}
        days = {"due_on": FIRST_WAVE.date(), "owed_at": FIRST_WAVE, "decided_at": FIRST_WAVE}
        start = time.perf_counter()
        rows = [{**message, "key": f"bare:{number}", "state": "due"} for number in range(messages)]
        session.connection().execute(insert(Outbox), rows)
        more = [{**rung, **days, "agency_id": number, "round": 0} for number in range(rungs)]
        session.connection().execute(insert(Reminder), more)
        return time.perf_counter() - start

    return db.write_now(put)


def idle(tasks: int, seconds: float) -> Comparison:
    """Milliseconds of a tick when nothing is due, beside the same over a plan of 100 tasks."""
    with large_plan(tasks) as ours, large_plan(100) as small:
        each = seconds / ROUNDS / 2
        measured, beside = in_turns(lambda: _ticks(ours, each), lambda: _ticks(small, each))
    return Comparison(_named("reminders-idle", tasks), "ms", measured, beside, note=f"{tasks:,} tasks beside 100")


def _ticks(plan: LargePlan, seconds: float) -> float:
    now, start, count = FIRST_WAVE - timedelta(hours=1), time.perf_counter(), 0
    while not count or time.perf_counter() - start < seconds:
        _round(plan.db, now)
        count += 1
    return (time.perf_counter() - start) / count * 1000


def claim(tasks: int, seconds: float) -> Comparison:
    """Milliseconds to claim one message and record that it went, beside two bare statements, with all of them due."""
    with large_plan(tasks) as plan:
        _round(plan.db, FIRST_WAVE)
        due = _rows(plan.db)[1]
        each = seconds / ROUNDS / 2
        measured, beside = in_turns(
            lambda: _claims(plan.db, _claim, each, due), lambda: _claims(plan.db, _bare_claim, each, due)
        )
    return Comparison("reminders-claim", "ms", measured, beside, note=f"{due:,} messages due")


def _claims(db: Database, work: Callable[[Session], None], seconds: float, most: int) -> float:
    """Milliseconds for each of at most so many, all of them due again before."""
    db.write_now(
        lambda session: session.execute(text("UPDATE outbox SET state = 'due', lease_until_at = NULL")) and None
    )
    start, count = time.perf_counter(), 0
    while not count or (count < most and time.perf_counter() - start < seconds):
        db.write_now(work)
        count += 1
    return (time.perf_counter() - start) / count * 1000


def _claim(session: Session) -> None:
    for row in outbox.claim(session, "bench", FIRST_WAVE, 1):
        outbox.finish(session, row.id, "bench", "sent", FIRST_WAVE, message_id=1)


def _bare_claim(session: Session) -> None:
    taken = session.execute(
        text(
            "UPDATE outbox SET state = 'sending' WHERE id = (SELECT id FROM outbox WHERE state = 'due' LIMIT 1)"
            " RETURNING id"
        )
    ).scalar_one()
    session.execute(text("UPDATE outbox SET state = 'sent' WHERE id = :id"), {"id": taken})


def sending(_tasks: int, seconds: float) -> Comparison:
    """Morning messages a second over HTTP to a stand-in with Telegram's limits on, beside the budget of 25 a second."""
    with served("limited", _PEOPLE) as port, large_plan(-(-_PEOPLE // 3)) as plan:
        _round(plan.db, FIRST_WAVE)
        plan.db.write_now(_into_the_stand_in)
        sent, took, refused = asyncio.run(_send(plan.db, port, min(max(seconds, 4.0), 12.0)))
    return Comparison("reminders-send", "/s", sent / took, _BUDGET, note=f"{sent} in {took:.1f} s, {refused} times 429")


def _into_the_stand_in(session: Session) -> None:
    for person in session.scalars(select(Person)):
        person.chat_id = FIRST_PERSON + (person.chat_id or FIRST_CHAT) - FIRST_CHAT + 1


async def _send(db: Database, port: int, seconds: float) -> tuple[int, float, int]:
    """What went out in so many seconds after the first; how often the stand-in said that it was too much."""
    bot, _ = await connect(DEFAULT_TOKEN, f"http://127.0.0.1:{port}")
    client, begun = _Counting(Client(bot)), time.monotonic()

    def now() -> datetime:
        return FIRST_WAVE + timedelta(seconds=time.monotonic() - begun)

    sender = Sender(db, client, HouseComposer(), Pacer(), now, "bench")
    running = asyncio.create_task(sender.run())
    try:
        async with asyncio.timeout(_PATIENCE):
            await client.begun.wait()
        await asyncio.sleep(seconds)
        moments = client.moments
        return len(moments) - 1, max(moments[-1] - moments[0], 0.001), client.refused
    finally:
        sender.stop()
        await running
        await bot.shutdown()


class _Counting:
    """The house's own client, with its deliveries counted."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.moments: list[float] = []
        self.refused = 0
        self.begun = asyncio.Event()

    async def deliver(self, chat_id: int, message: Message, edit_message_id: int | None = None) -> Delivered:
        """Count what went, and what was refused for going too fast."""
        try:
            delivered = await self._client.deliver(chat_id, message, edit_message_id)
        except Exception as error:
            self.refused += classify(error).kind is Kind.RATE_LIMITED
            raise
        self.moments.append(time.monotonic())
        self.begun.set()
        return delivered


def memory(tasks: int, _seconds: float) -> Comparison:
    """Megabytes by which a process grows that decides a wave, beside one that decides it for 100 tasks."""
    measured, beside = in_turns(lambda: _grown(tasks), lambda: _grown(100), 1)
    name = _named("reminders-memory", tasks)
    return Comparison(name, "MB", measured, beside, note=f"{tasks:,} tasks beside 100")


def _grown(tasks: int) -> float:
    command = [sys.executable, "-m", __name__, str(tasks)]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - this very program
    return float(done.stdout)


def _growth(tasks: int) -> float:
    """Peak memory of this process after a wave above what it had when the plan stood."""
    with large_plan(3) as small:
        _round(small.db, FIRST_WAVE)
    with large_plan(tasks) as plan:
        before = peak_kilobytes()
        _round(plan.db, FIRST_WAVE)
        return max(peak_kilobytes() - before, 64) / 1024


def _benchmarks() -> Iterator[Benchmark]:
    asked = "rungs of a quarter decided a second; bare: the rows alone"
    yield Benchmark("reminders-quarter", f"{asked} ({TASKS:,} tasks)", partial(quarter, TASKS))
    yield Benchmark(
        "reminders-quarter-large", f"{asked} ({MANY:,} tasks, 150,000 contacts)", partial(quarter, MANY), True
    )
    asked = "ms of a tick with nothing due; bare: over 100 tasks"
    yield Benchmark("reminders-idle", f"{asked} ({TASKS:,})", partial(idle, TASKS))
    yield Benchmark("reminders-idle-large", f"{asked} ({MANY:,})", partial(idle, MANY), True)
    asked = "MB of deciding a wave; bare: for 100 tasks"
    yield Benchmark("reminders-memory", f"{asked} ({TASKS:,})", partial(memory, TASKS))
    yield Benchmark("reminders-memory-large", f"{asked} ({MANY:,})", partial(memory, MANY), True)
    yield Benchmark(
        "reminders-claim", "ms to claim and record one message; bare: two statements", partial(claim, TASKS)
    )
    yield Benchmark(
        "reminders-send", "messages a second in Telegram's limits; bare: the 25 allowed", partial(sending, 0)
    )


BENCHMARKS = tuple(_benchmarks())


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.stdout.write(str(_growth(int(sys.argv[1]))))
