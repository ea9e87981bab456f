"""The poller: committed before confirmed, never stuck on one update, and loud when it cannot hear."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channel.poller import ALLOWED_UPDATES, Poller
from bot.domain.model import DubanError
from storage.database import Database
from storage.tables import Inbox
from tests.channel.fakes import Clock, until


class Line:
    """A messenger's side of getUpdates: keeps updates until they are confirmed by an offset; fails when told to."""

    def __init__(self) -> None:
        self.pending: list[Any] = []
        self.orders: list[Exception] = []
        self.asked: list[Mapping[str, Any]] = []
        self.dropped, self.stays = 0, False

    def say(self, *update_ids: int) -> None:
        self.pending += [{"update_id": number, "message": {"chat": {"id": 1}}} for number in update_ids]

    async def updates(self, parameters: Mapping[str, Any], wait_seconds: float) -> list[Any]:
        await asyncio.sleep(0)
        self.asked.append(dict(parameters))
        if self.orders:
            raise self.orders.pop(0)
        if "offset" in parameters:
            self.pending = [u for u in self.pending if u.get("update_id", 0) >= parameters["offset"]]
        return self.pending[:100]

    async def drop_webhook(self) -> None:
        self.dropped += 1
        if self.stays:
            raise NetworkError("no way")


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


class Desk:
    def __init__(self, db: Database) -> None:
        self.db, self.line, self.watch, self.calls = db, Line(), Stopwatch(), 0
        self.poller = Poller(db, self.line, 7, Clock(), self.called, sleep=self.watch.sleep, elapsed=self.watch)

    def called(self) -> None:
        self.calls += 1

    def stored(self) -> list[int]:
        query = select(Inbox.update_id).order_by(Inbox.update_id)
        return self.db.read_now(lambda session: list(session.scalars(query).all()))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_updates_are_committed_before_they_are_confirmed(desk: Desk) -> None:
    desk.line.say(5, 6)
    assert await desk.poller.poll() == 2
    assert desk.stored() == [5, 6]
    assert "offset" not in desk.line.asked[0]
    await desk.poller.poll()
    assert desk.line.asked[1]["offset"] == 7
    assert desk.calls == 1


async def test_only_the_updates_we_read_are_asked_for(desk: Desk) -> None:
    await desk.poller.poll()
    assert desk.line.asked[0]["allowed_updates"] == list(ALLOWED_UPDATES)


async def test_ids_that_start_anew_lower_down_after_a_silence_are_heard(desk: Desk) -> None:
    desk.line.say(900_000)
    await desk.poller.poll()
    await desk.poller.poll()
    desk.line.say(12)
    await desk.poller.poll()
    assert desk.stored() == [12, 900_000]


async def test_what_could_not_be_stored_is_not_confirmed_and_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F7: a full disk stops the offset; nothing is lost."""
    write, refusals = desk.db.write, [1, 2]

    async def refusing(work):
        if refusals:
            refusals.pop()
            raise DubanError("database_full")
        return await write(work)

    monkeypatch.setattr(desk.db, "write", refusing)
    desk.line.say(5)
    await run_until(desk, lambda: desk.stored() == [5])
    assert [asked.get("offset") for asked in desk.line.asked[:3]] == [None, None, None]


async def test_an_update_nobody_can_read_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.line.pending = ["rubbish", {"update_id": 3, "message": 17}]
    desk.line.say(4)
    await desk.poller.poll()
    assert desk.stored() == [3, 4]


async def run_until(desk: Desk, done) -> None:
    running = asyncio.create_task(desk.poller.run())
    try:
        async with asyncio.timeout(5):
            while not done() and not running.done():  # noqa: ASYNC110  (what is awaited is in the database)
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
    if running.done():
        running.result()


async def test_a_passing_fault_is_waited_out_ever_longer(desk: Desk) -> None:
    desk.line.orders = [NetworkError("down")] * 6
    desk.line.say(1)
    await run_until(desk, lambda: desk.stored() == [1])
    pauses = desk.watch.pauses[:6]
    assert all(0.5 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses[:5]))


async def test_a_penalty_is_waited_out_in_full(desk: Desk) -> None:
    desk.line.orders = [RetryAfter(9)]
    desk.line.say(1)
    await run_until(desk, lambda: desk.stored() == [1])
    assert desk.watch.pauses[0] >= 10


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Conflict("terminated by other getUpdates request"), "second_poller"),
        (InvalidToken("Unauthorized"), "token_refused"),
        (NetworkError("down"), "telegram_unreachable"),
        (TelegramError("Invalid server response"), "telegram_unreachable"),
    ],
)
async def test_a_fault_that_does_not_pass_ends_the_process_with_a_name(desk: Desk, error: Exception, code: str) -> None:
    desk.line.orders = [error] * 100
    with pytest.raises(DubanError) as raised:
        await asyncio.wait_for(desk.poller.run(), 5)
    assert raised.value.code == code
    assert desk.watch.seconds < 180


async def test_it_can_be_stopped_at_any_moment(desk: Desk) -> None:
    for turns in range(40):
        running = asyncio.create_task(desk.poller.run())
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=1)
        assert done
        assert running.cancelled()


async def test_a_conflict_that_passes_is_forgiven(desk: Desk) -> None:
    desk.line.orders = [Conflict("x")] * 3
    desk.line.say(1)
    await run_until(desk, lambda: desk.stored() == [1])
    desk.line.orders = [Conflict("x")] * 3
    desk.line.say(2)
    await run_until(desk, lambda: desk.stored() == [1, 2])


WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def test_the_webhook_of_an_earlier_configuration_is_taken_down(desk: Desk) -> None:
    desk.line.orders = [Conflict(WEBHOOK)]
    desk.line.say(5)
    running = asyncio.create_task(desk.poller.run())
    await until(lambda: desk.calls > 0)
    running.cancel()
    assert (desk.stored(), desk.line.dropped) == ([5], 1)


async def test_a_webhook_that_stays_ends_in_a_refusal(desk: Desk) -> None:
    desk.line.orders, desk.line.stays = [Conflict(WEBHOOK)] * 9, True
    with pytest.raises(DubanError) as error:
        await asyncio.wait_for(desk.poller.run(), 5)
    assert error.value.code == "second_poller"


async def test_a_webhook_set_by_somebody_later_is_not_taken_down(desk: Desk) -> None:
    desk.line.say(5)
    running = asyncio.create_task(desk.poller.run())
    await until(lambda: desk.calls > 0)
    desk.line.orders = [Conflict(WEBHOOK)] * 9
    await until(running.done)
    assert isinstance(running.exception(), DubanError)
    assert desk.line.dropped == 0
