"""The inbox's workers: every update has its effects once, in order inside a chat, and poison stops nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel.poller import store_raw
from bot.channel.worker import InboxWorkers, Received
from bot.domain.model import DubanError
from storage.database import Database
from storage.tables import CalendarOverride, Inbox, Office
from tests.channel.fakes import START, Clock


def feed(db: Database, *numbers: tuple[int, int], after: float = 0) -> None:
    at = START + timedelta(seconds=after)
    bodies = [{"update_id": update_id, "message": {"chat": {"id": chat_id}}} for update_id, chat_id in numbers]
    db.write_now(lambda session: store_raw(session, 7, bodies, at))


def states(db: Database) -> dict[int, str]:
    query = select(Inbox.update_id, Inbox.state)
    return db.read_now(lambda session: dict(session.execute(query).all()))


def effects(db: Database) -> list[str]:
    return db.read_now(lambda session: list(session.scalars(select(Office.name).order_by(Office.id)).all()))


def note(received: Received) -> Callable[[Session], None]:
    """An effect that can be counted afterwards."""
    return lambda session: session.add(Office(name=f"{received.update_id}", created_at=received.now))


async def take(received: Received) -> None:
    await received.run(note(received))


def workers(db: Database, handle: Callable[[Received], Awaitable[None]] = take, clock: Clock | None = None, **options):
    return InboxWorkers(db, handle, clock or Clock(), **options)


async def test_every_update_is_handled_once_and_closed_with_its_effects(database: Database) -> None:
    feed(database, *((n, n % 3) for n in range(30)))
    room = workers(database)
    await room.drain()
    await room.drain()
    assert sorted(effects(database)) == sorted(str(n) for n in range(30))
    assert set(states(database).values()) == {"done"}


async def test_order_holds_inside_a_chat_and_the_number_of_chats_is_bounded(database: Database) -> None:
    feed(database, *((n, n % 5) for n in range(60)))
    seen: dict[int, list[int]] = {}
    open_now: set[int] = set()
    most = 0

    async def handle(received: Received) -> None:
        nonlocal most
        assert received.chat_id not in open_now
        open_now.add(received.chat_id)
        most = max(most, len(open_now))
        await asyncio.sleep(0.001 * (received.update_id % 3))
        seen.setdefault(received.chat_id, []).append(received.update_id)
        open_now.remove(received.chat_id)

    await workers(database, handle, limit_chats=3).drain()
    assert most == 3
    assert {chat: sorted(order) for chat, order in seen.items()} == seen
    assert sum(map(len, seen.values())) == 60


async def test_a_chatty_chat_gives_its_place_to_one_that_waits_longer(database: Database) -> None:
    feed(database, *((n, 1) for n in range(20)))
    feed(database, (90, 2), after=5)
    feed(database, *((n, 1) for n in range(20, 50)), after=9)
    order: list[int] = []

    async def handle(received: Received) -> None:
        order.append(received.update_id)

    await workers(database, handle, limit_chats=1).drain()
    assert order == [*range(20), 90, *range(20, 50)]


async def test_a_handler_that_writes_nothing_still_closes_its_update(database: Database) -> None:
    feed(database, (1, 1))

    async def handle(_: Received) -> None:
        return

    await workers(database, handle).drain()
    assert states(database) == {1: "done"}


async def test_a_second_unit_is_a_plain_one(database: Database) -> None:
    feed(database, (1, 1))

    async def handle(received: Received) -> None:
        await received.run(note(received))
        assert await received.run(lambda session: session.get_one(Inbox, (7, 1)).state) == "done"
        await received.run(note(received))

    await workers(database, handle).drain()
    assert effects(database) == ["1", "1"]


async def test_a_refused_unit_leaves_nothing_and_the_answer_closes_the_update(database: Database) -> None:
    feed(database, (1, 1))

    async def handle(received: Received) -> None:
        def refused(session: Session) -> None:
            note(received)(session)
            session.flush()
            raise DubanError("not_yours")

        try:
            await received.run(refused)
        except DubanError:
            await received.run(lambda session: session.add(Office(name="sorry", created_at=received.now)))

    await workers(database, handle).drain()
    assert effects(database) == ["sorry"]
    assert states(database) == {1: "done"}


async def test_poison_is_tried_three_times_then_set_aside_with_a_notice_while_others_go_on(database: Database) -> None:
    """F19"""
    feed(database, (1, 1), (2, 1), (3, 2))
    clock, tried = Clock(), []

    async def handle(received: Received) -> None:
        tried.append((received.update_id, received.attempts))
        await received.run(note(received) if received.update_id != 1 else lambda _: 1 / 0)

    def on_dead(session: Session, received: Received, error: Exception) -> None:
        session.add(Office(name=f"dead: {received.update_id} {type(error).__name__}", created_at=received.now))

    room = workers(database, handle, clock, on_dead=on_dead)
    await room.drain()
    assert effects(database) == ["3"]
    for seconds in (1, 5):
        clock.forward(seconds=seconds)
        await room.drain()
    assert [entry for entry in tried if entry[0] == 1] == [(1, 0), (1, 1), (1, 2)]
    assert states(database) == {1: "dead", 2: "done", 3: "done"}
    assert effects(database) == ["3", "dead: 1 ZeroDivisionError", "2"]


async def test_a_notice_that_fails_does_not_bring_the_poison_back(database: Database) -> None:
    feed(database, (1, 1))
    clock = Clock()

    async def handle(_: Received) -> None:
        raise ValueError("no")

    def on_dead(session: Session, _: Received, __: Exception) -> None:
        session.add(CalendarOverride(office_id=404))
        session.flush()

    room = workers(database, handle, clock, on_dead=on_dead)
    for _ in range(3):
        await room.drain()
        clock.forward(seconds=5)
    assert states(database) == {1: "dead"}


async def test_a_fault_after_the_effects_are_committed_does_not_repeat_them(database: Database) -> None:
    feed(database, (1, 1))

    async def handle(received: Received) -> None:
        await received.run(note(received))
        raise ValueError("too late")

    await workers(database, handle).drain()
    assert effects(database) == ["1"]
    assert states(database) == {1: "done"}


async def test_a_handler_that_hangs_loses_its_turn(database: Database) -> None:
    feed(database, (1, 1), (2, 2))

    async def handle(received: Received) -> None:
        if received.update_id == 1:
            await asyncio.Event().wait()

    await asyncio.wait_for(workers(database, handle, handle_seconds=0.05).drain(), 5)
    assert states(database) == {1: "new", 2: "done"}


async def test_of_two_processes_with_the_same_update_only_one_has_effects(any_database: Database) -> None:
    feed(any_database, (1, 1))
    both = asyncio.Barrier(2)

    async def handle(received: Received) -> None:
        await both.wait()
        await received.run(note(received))

    await asyncio.gather(workers(any_database, handle).drain(), workers(any_database, handle).drain())
    assert effects(any_database) == ["1"]


async def test_a_database_that_fails_is_said_by_drain(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(database, (1, 1))

    async def refusing(_work):
        raise DubanError("database_full")

    monkeypatch.setattr(database, "write", refusing)
    with pytest.raises(DubanError):
        await workers(database, poll_seconds=0.01).drain()
    assert states(database) == {1: "new"}


async def test_the_running_workers_wake_at_once_and_finish_what_they_have_in_hand(database: Database) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def handle(received: Received) -> None:
        begun.set()
        await may_end.wait()
        await received.run(note(received))

    room = workers(database, handle, poll_seconds=60)
    running = asyncio.create_task(room.run())
    await asyncio.sleep(0.05)
    feed(database, (1, 1), (2, 1))
    await asyncio.to_thread(room.wake_threadsafe)
    await asyncio.wait_for(begun.wait(), 2)
    room.stop()
    may_end.set()
    await asyncio.wait_for(running, 2)
    assert states(database) == {1: "done", 2: "new"}


@pytest.mark.parametrize("told", [True, False])
async def test_a_fault_of_the_database_is_nobodys_answer_and_no_attempt(
    database: Database, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    """F10: handlers put refusals into words; an outage in the middle of handling must not become one of those."""
    feed(database, (1, 1))
    write, outages = database.write, [DubanError("database_unreachable")] * 4

    async def failing(work):
        if outages:
            raise outages.pop()
        return await write(work)

    async def handle(received: Received) -> None:
        try:
            await received.run(note(received))
        except DubanError:
            await received.run(lambda session: session.add(Office(name="sorry", created_at=START)))

    monkeypatch.setattr(database, "write", failing)
    room = workers(database, handle if told else take, poll_seconds=0.01)
    for _ in range(4):
        with pytest.raises(DubanError):
            await room.drain()
    await room.drain()
    assert effects(database) == ["1"]
    assert database.read_now(lambda session: session.scalars(select(Inbox.attempts)).all()) == [0]


async def test_two_processes_share_the_chats_and_never_one_chat(postgres_database: Database) -> None:
    db = postgres_database
    feed(db, *((n, n % 12) for n in range(120)))
    places = [db.standing("one"), db.standing("two")]
    inside: set[int] = set()
    seen: dict[int, list[int]] = {}
    served: set[tuple[int, int]] = set()

    def handler(place: int):
        async def handle(received: Received) -> None:
            assert received.chat_id not in inside
            inside.add(received.chat_id)
            await asyncio.sleep(0.001)
            await received.run(note(received))
            await asyncio.sleep(0.001)
            inside.remove(received.chat_id)
            seen.setdefault(received.chat_id, []).append(received.update_id)
            served.add((place, received.chat_id))

        return handle

    rooms = [workers(db, handler(n), limit_chats=4, standing=place) for n, place in enumerate(places)]
    while "new" in states(db).values():
        await asyncio.gather(*(room.drain() for room in rooms))
    for place in places:
        place.close()
    assert all(numbers == sorted(numbers) for numbers in seen.values())
    assert sorted(effects(db), key=int) == [str(n) for n in range(120)]
    assert {place for place, _ in served} == {0, 1}
