"""A full disk, a file somebody else has locked: nothing is sent or confirmed unrecorded, all resumes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from bot.channel.pacing import Pacer
from bot.channel.poller import Poller
from bot.channel.worker import Received
from storage import outbox
from storage.database import Database
from storage.engines import sqlite_driver
from storage.tables import Inbox
from tests.channel.fakes import START, Clock, Stage, until
from tests.channel.test_poller import Line
from tests.channel.test_worker import feed, states, workers

Outage = Callable[[Database], Any]


@contextmanager
def disk_full(db: Database) -> Iterator[None]:
    """SQLite's own limit: what needs a new page is refused as on a full disk."""
    with db.connection() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.rollback()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.commit()
    try:
        yield
    finally:
        with db.connection() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
            connection.commit()


@contextmanager
def locked(db: Database) -> Iterator[None]:
    """Another program holds the file longer than we wait for it."""
    with db.connection() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 20")
        connection.commit()
    other = sqlite_driver.connect(db.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@pytest.mark.parametrize("outage", [disk_full, locked])
async def test_in_an_outage_the_three_of_them_wait_and_then_go_on(
    database: Database, outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    """F6, F7: no offset moves, nothing is sent, nothing handled; afterwards everything is, once and unmarked."""
    line = Line()
    long_text = {"chat": {"id": 1}, "text": "长" * 20_000}
    line.pending = [{"update_id": number, "message": long_text} for number in range(1, 9)]
    unhurried = Pacer(per_second=1e6, chat_gap=0, group_gap=0)
    stage = Stage.build(database, unhurried, sleep=asyncio.sleep, poll_seconds=0.02)
    for number in range(20):
        stage.owe(f"reminder {number}", number + 100, resend=True)

    async def handle(received: Received) -> None:
        words = {"kind": "note", "payload": {"text": "y" * 9000}, "now": START, "chat_id": 1}
        await received.run(lambda session: outbox.put(session, key=f"answer {received.update_id}", **words))

    feed(database, (100, 1))
    room = workers(database, handle, poll_seconds=0.02)
    poller = Poller(database, line, 7, Clock(), room.wake, sleep=lambda _: asyncio.sleep(0.02))
    with outage(database):
        running = [asyncio.create_task(part()) for part in (stage.sender.run, room.run, poller.run)]
        await until(lambda: "updates not stored" in caplog.text)
        await asyncio.sleep(0.2)
        assert not any("offset" in asked for asked in line.asked)
        assert (states(database)[100], stored(database)) == ("new", [100])
        # A row that changes in its place may still be written on a full disk: what can be recorded may be sent.
        calls = len(stage.wire.calls)
        assert calls <= sum(state != "due" for state in stage.states().values())
        assert outage is disk_full or calls == 0
    await until(lambda: set(stage.states().values()) == {"sent"} and len(stage.states()) == 29, 15)
    assert set(states(database).values()) == {"done"}
    assert len(stage.wire.calls) == 29
    assert not [call for call in stage.wire.calls if call.text.startswith("again")]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def stored(db: Database) -> list[int]:
    return db.read_now(lambda session: list(session.scalars(select(Inbox.update_id))))
