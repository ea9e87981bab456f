"""The right to send: nothing goes out without it, and little is doubtful when its holder dies."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from telegram.error import RetryAfter

from bot.domain.model import DubanError
from storage import outbox
from storage.database import Database
from storage.tables import Outbox
from tests.channel.fakes import START, Stage, until


async def test_what_is_claimed_goes_out_at_once_and_the_rest_stays_free(database: Database) -> None:
    """A kill leaves doubtful only what is on its way and what is about to be, however much is owed."""
    stage = Stage.build(database, sleep=asyncio.sleep)
    seen: list[int] = []

    def sending(session) -> int:
        return session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state == "sending"))

    async def look() -> None:
        seen.append(database.read_now(sending))

    for number in range(12):
        stage.owe(f"{number}", number + 1, now=START)
    stage.wire.pause = look
    stage.sender._now = lambda: START + timedelta(seconds=time.monotonic() - began)
    began = time.monotonic()
    running = asyncio.create_task(stage.sender.run())
    await until(lambda: len(stage.wire.accepted) == 12)
    stage.sender.stop()
    await running
    assert max(seen) <= 3


async def test_without_the_right_nothing_is_claimed_and_what_was_claimed_is_given_back(database: Database) -> None:
    right = Lent()
    stage = Stage.build(database, right=right)
    stage.owe("a", resend=True)
    right.sure = False
    assert await stage.sender.drain() == 0
    right.sure, right.true = True, False
    assert await stage.sender.drain() == 0
    assert stage.states() == {"a": "due"}
    right.true = True
    right.answers = [True, False]
    await stage.sender.drain()
    assert stage.wire.texts() == ["a"]
    assert (stage.row("a").attempts, stage.row("a").uncertain) == (1, 0)


class Lent:
    """A right that comes and goes on order; `answers` are given first."""

    def __init__(self) -> None:
        self.sure = self.true = True
        self.answers: list[bool] = []

    def held(self) -> bool:
        return self.answers.pop(0) if self.answers else self.sure

    def confirmed(self, _session: object) -> bool:
        return self.true


async def test_who_takes_over_settles_everything_the_dead_holder_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel.sender.GRACE_SECONDS", 0.1)
    stage = Stage.build(database, sleep=asyncio.sleep, poll_seconds=0.02, alone=True)
    stage.owe("reminder", 1, resend=True)
    stage.owe("note", 2)
    stage.db.write_now(lambda session: [row.key for row in outbox.claim(session, "dead one", START, 9)])
    running = asyncio.create_task(stage.sender.run())
    await asyncio.wait_for(stage.wire.called.wait(), 3)
    stage.sender.stop()
    await running
    assert stage.wire.texts() == ["again: reminder"]
    assert ("note", "unknown", "lease_expired") in stage.house.ends


async def test_what_was_sent_is_recorded_however_long_the_disk_is_full(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7: sent once, and nothing else goes to that chat before that is written down."""
    monkeypatch.setattr("bot.channel.sender.RECORD_PAUSES", (0.01,))
    stage = Stage.build(database, sleep=asyncio.sleep, poll_seconds=0.02)
    stage.owe("a", resend=True)
    stage.owe("b")
    write, refusals = database.write, [None] * 40

    async def refusing(work):
        if stage.wire.accepted and refusals:
            refusals.pop()
            raise DubanError("database_full")
        return await write(work)

    monkeypatch.setattr(database, "write", refusing)
    running = asyncio.create_task(stage.sender.run())
    async with asyncio.timeout(5):
        while stage.states()["a"] != "sent":
            assert stage.wire.texts() in ([], ["a"])
            await asyncio.sleep(0.02)
    stage.sender.stop()
    await running
    assert refusals == []
    assert stage.row("a").uncertain == 0


async def test_a_penalty_does_not_grow_by_the_hours_a_clock_is_set_back(database: Database) -> None:
    """F24."""
    stage = Stage.build(database)
    stage.owe("a", 1)
    stage.wire.orders[1] = [RetryAfter(30)]
    await stage.sender.drain()
    stage.clock.forward(hours=-5)
    stage.owe("b", 2, now=stage.clock())
    assert await stage.sender.drain() == 0
    stage.clock.forward(seconds=32)
    await stage.sender.drain()
    assert stage.wire.texts() == ["b"]
    stage.clock.forward(hours=5)
    await stage.sender.drain()
    assert stage.wire.texts() == ["b", "a"]
