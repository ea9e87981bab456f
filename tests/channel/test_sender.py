"""The sender: nothing lost, nothing doubled without need, in order, paced, and honest about what it does not know."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.channel.pacing import Pacer
from bot.domain.model import DubanError
from storage import outbox
from storage.database import Database
from storage.tables import Office, Person
from tests.channel.fakes import START, Stage, add_card, add_person, card_of

SECOND = timedelta(seconds=1)


def never_sent() -> NetworkError:
    error = NetworkError("httpx.ConnectError")
    error.__cause__ = httpx.ConnectError("refused")
    return error


@pytest.fixture
def stage(database: Database) -> Stage:
    return Stage.build(database)


async def test_what_is_due_is_sent_once_and_recorded(stage: Stage) -> None:
    stage.owe("a")
    assert await stage.sender.drain() == 1
    assert await stage.sender.drain() == 0
    row = stage.row("a")
    assert stage.wire.texts() == ["a"]
    assert (row.state, row.message_id, row.attempts, row.finished_at) == ("sent", 1001, 1, START)
    assert stage.house.ends == [("a", "sent", "")]


async def test_a_message_no_longer_needed_is_cancelled_with_its_reason(stage: Stage) -> None:
    stage.house.unwanted = {"a"}
    stage.owe("a")
    stage.owe("nobody", chat_id=None)
    await stage.sender.drain()
    assert stage.wire.calls == []
    assert sorted(stage.house.ends) == [("a", "cancelled", "no_longer_needed"), ("nobody", "cancelled", "not_bound")]


async def test_order_holds_inside_each_chat_and_chats_go_side_by_side(stage: Stage) -> None:
    for number in range(5):
        for chat_id in (1, 2, 3, 4, 5, 6, 7, 8):
            stage.owe(f"{chat_id}:{number}", chat_id)
    stage.wire.pause = lambda: asyncio.sleep(0.002)
    await stage.sender.drain()
    for chat_id in range(1, 9):
        assert stage.wire.texts(chat_id) == [f"{chat_id}:{number}" for number in range(5)]
    assert 2 <= stage.wire.most_in_flight <= 6


async def test_the_limits_hold_by_the_senders_own_clock(stage: Stage) -> None:
    """V17: at most 25 a second in all, one a second in a chat, 18 a minute in a group."""
    for number in range(4):
        stage.owe(f"private {number}", 1)
        stage.owe(f"group {number}", -1)
    for number in range(60):
        stage.owe(f"other {number}", 100 + number)
    await stage.sender.drain()
    moments = [call.at for call in stage.wire.calls]
    assert len(moments) == 68
    for chat_id, gap in ((1, 1), (-1, 60 / 18)):
        own = sorted(call.at for call in stage.wire.calls if call.chat_id == chat_id)
        assert all(later - earlier >= gap * SECOND for earlier, later in itertools.pairwise(own))
    for moment in moments:
        assert sum(moment <= other < moment + SECOND for other in moments) <= 25


async def test_a_clock_that_stands_still_does_not_stop_the_sender(database: Database) -> None:
    async def no_sleep(_: float) -> None:
        await asyncio.sleep(0)

    stage = Stage.build(database, sleep=no_sleep)
    for number in range(12):
        stage.owe(f"{number}", number % 2)
    await asyncio.wait_for(stage.sender.drain(), 5)
    assert len(stage.wire.accepted) == 12


async def test_a_clock_set_back_does_not_stop_the_sender(stage: Stage) -> None:
    stage.owe("a")
    await stage.sender.drain()
    stage.clock.forward(hours=-5)
    stage.owe("b")
    await asyncio.wait_for(stage.sender.drain(), 5)
    assert stage.wire.texts() == ["a", "b"]


@pytest.mark.parametrize("stored", [True, False])
async def test_a_note_of_unknown_outcome_is_not_repeated(stage: Stage, stored: bool) -> None:
    stage.owe("a")
    stage.wire.orders[1] = [(TimedOut(), stored)]
    await stage.sender.drain()
    stage.clock.forward(hours=1)
    await stage.sender.drain()
    assert len(stage.wire.calls) == 1
    assert stage.states() == {"a": "unknown"}
    assert stage.house.ends == [("a", "unknown", "Timed out")]


async def test_a_reminder_of_unknown_outcome_is_sent_once_more_after_a_minute_and_marked(stage: Stage) -> None:
    stage.owe("a", resend=True)
    stage.wire.orders[1] = [(TimedOut(), True)]
    await stage.sender.drain()
    stage.clock.forward(seconds=59)
    assert await stage.sender.drain() == 0
    stage.clock.forward(seconds=1)
    await stage.sender.drain()
    assert stage.wire.texts() == ["a", "again: a"]
    assert stage.states() == {"a": "sent"}


async def test_a_reminder_unknown_twice_is_given_up_and_shown(stage: Stage) -> None:
    stage.owe("a", resend=True)
    stage.wire.orders[1] = [TimedOut(), TimedOut()]
    await stage.sender.drain()
    stage.clock.forward(minutes=1)
    await stage.sender.drain()
    stage.clock.forward(minutes=9)
    await stage.sender.drain()
    assert len(stage.wire.calls) == 2
    assert stage.states() == {"a": "unknown"}


async def test_what_was_certainly_not_sent_is_tried_for_days(stage: Stage) -> None:
    stage.owe("a")
    stage.wire.orders[1] = [never_sent() for _ in range(40)]
    for _ in range(60):
        await stage.sender.drain()
        stage.clock.forward(minutes=6)
    assert stage.wire.texts() == ["a"]
    assert len(stage.wire.calls) == 41
    assert stage.states() == {"a": "sent"}


async def test_while_the_messenger_is_unreachable_others_are_not_tried_in_vain(stage: Stage) -> None:
    for chat_id in range(1, 60):
        stage.owe(f"{chat_id}", chat_id)
        stage.wire.orders[chat_id] = [never_sent()]
    await stage.sender.drain()
    assert len(stage.wire.calls) <= 6


async def test_a_penalty_silences_the_whole_bot_until_it_is_over(stage: Stage) -> None:
    """F11, V17: no request inside the window, and it is no attempt."""
    for chat_id in range(1, 30):
        stage.owe(f"{chat_id}", chat_id)
    stage.wire.orders[1] = [RetryAfter(7)]
    await stage.sender.drain()
    refused_at = stage.wire.calls[0].at
    # A message claimed while the refusal came in may wait the penalty out; none may go inside it.
    stage.clock.at = max(stage.clock.at, refused_at + timedelta(seconds=7.9))
    await stage.sender.drain()
    stage.clock.forward(seconds=1)
    await stage.sender.drain()
    assert len(stage.wire.accepted) == 29
    assert not [call for call in stage.wire.calls if refused_at + SECOND < call.at < refused_at + 8 * SECOND]
    assert stage.row("1").attempts == 1


async def test_a_groups_penalty_is_the_groups_alone_until_it_repeats(stage: Stage) -> None:
    stage.owe("group", -1)
    stage.owe("private", 2)
    stage.wire.orders[-1] = [RetryAfter(30)]
    await stage.sender.drain()
    assert stage.wire.texts() == ["private"]
    stage.owe("other group", -3)
    stage.wire.orders[-3] = [RetryAfter(30)]
    await stage.sender.drain()
    stage.owe("another", 4)
    assert await stage.sender.drain() == 0
    stage.clock.forward(seconds=32)
    await stage.sender.drain()
    assert sorted(stage.wire.texts()) == ["another", "group", "other group", "private"]


async def test_somebody_who_blocked_the_bot_is_reported_and_left_alone(stage: Stage) -> None:
    stage.owe("a")
    stage.wire.orders[1] = [Forbidden("Forbidden: bot was blocked by the user")]
    await stage.sender.drain()
    stage.clock.forward(days=1)
    await stage.sender.drain()
    assert len(stage.wire.calls) == 1
    assert stage.house.ends == [("a", "failed", "Forbidden: bot was blocked by the user")]


async def test_our_own_mistake_is_set_aside_and_the_next_message_goes(stage: Stage) -> None:
    stage.owe("bad")
    stage.owe("good")
    stage.wire.orders[1] = [BadRequest("Bad Request: message text is empty")]
    await stage.sender.drain()
    assert stage.states() == {"bad": "dead", "good": "sent"}


async def test_one_message_that_cannot_be_composed_stops_nobody_else(stage: Stage) -> None:
    stage.house.broken, stage.house.unprintable = {"broken"}, {"unprintable"}
    for chat_id, key in enumerate(("broken", "unprintable", "good"), 1):
        stage.owe(key, chat_id)
    await stage.sender.drain()
    assert stage.states() == {"broken": "dead", "unprintable": "dead", "good": "sent"}
    assert stage.row("broken").reason == "ValueError: cannot prepare"


async def test_a_house_that_cannot_hear_the_news_does_not_lose_them(stage: Stage) -> None:
    stage.house.deaf = True
    stage.owe("a")
    await stage.sender.drain()
    assert stage.states() == {"a": "sent"}
    assert stage.db.read_now(lambda session: session.scalar(select(func.count()).select_from(Office))) == 0


async def test_a_refused_token_stops_all_sending_and_the_rows_stay(stage: Stage) -> None:
    for chat_id in range(1, 20):
        stage.owe(f"{chat_id}", chat_id)
        stage.wire.orders[chat_id] = [InvalidToken("Unauthorized")]
    await stage.sender.drain()
    await stage.sender.drain()
    assert len(stage.wire.calls) <= 6
    assert set(stage.states().values()) == {"due"}
    assert stage.row("1").attempts == 0


async def test_a_group_that_moved_gets_its_message_at_the_new_address(stage: Stage) -> None:
    """F15: one unit moves the id everywhere; the old id is never used again."""
    add_person(stage.db, chat_id=-5)
    card_id = add_card(stage.db, chat_id=-5, rev=3)
    stage.owe("a", -5, card_id=card_id)
    stage.owe("b", None, person_id=1)
    stage.wire.orders[-5] = [ChatMigrated(-1005)]
    await stage.sender.drain()
    assert [call.chat_id for call in stage.wire.calls] == [-5, -1005, -1005]
    assert stage.wire.texts(-1005) == ["a", "b"]
    assert stage.db.read_now(lambda session: session.get_one(Person, 1).chat_id) == -1005
    assert card_of(stage.db, card_id).chat_id == -1005


async def test_a_card_remembers_where_it_stands_and_is_edited_there_next_time(stage: Stage) -> None:
    add_person(stage.db, chat_id=1)
    card_id = add_card(stage.db, rev=4)
    stage.owe("first", card_id=card_id)
    await stage.sender.drain()
    card = card_of(stage.db, card_id)
    assert (card.chat_id, card.message_id, card.is_photo, card.shown_rev) == (1, 1001, False, 4)
    stage.owe("second", card_id=card_id)
    await stage.sender.drain()
    assert [call.edit_message_id for call in stage.wire.calls] == [None, 1001]


async def test_a_card_that_is_gone_from_the_chat_is_sent_anew(stage: Stage) -> None:
    add_person(stage.db, chat_id=1)
    card_id = add_card(stage.db, chat_id=1, message_id=50)
    stage.owe("a", card_id=card_id)
    stage.wire.orders[1] = [BadRequest("Bad Request: message to edit not found")]
    await stage.sender.drain()
    assert [call.edit_message_id for call in stage.wire.calls] == [50, None]
    assert card_of(stage.db, card_id).message_id == 1001


async def test_an_edit_that_changes_nothing_counts_as_sent(stage: Stage) -> None:
    add_person(stage.db, chat_id=1)
    card_id = add_card(stage.db, chat_id=1, message_id=50, rev=2)
    stage.owe("a", card_id=card_id)
    stage.wire.orders[1] = [BadRequest("Bad Request: message is not modified")]
    await stage.sender.drain()
    assert stage.states() == {"a": "sent"}
    assert (card_of(stage.db, card_id).message_id, card_of(stage.db, card_id).shown_rev) == (50, 2)


async def test_an_edit_of_unknown_outcome_is_simply_repeated(stage: Stage) -> None:
    add_person(stage.db, chat_id=1)
    card_id = add_card(stage.db, chat_id=1, message_id=50)
    stage.owe("a", card_id=card_id)
    stage.wire.orders[1] = [(TimedOut(), True), (TimedOut(), True)]
    for _ in range(3):
        await stage.sender.drain()
        stage.clock.forward(minutes=1)
    assert [call.edit_message_id for call in stage.wire.calls] == [50, 50, 50]
    assert stage.states() == {"a": "sent"}


async def test_a_predecessors_rows_are_taken_up_at_start(stage: Stage) -> None:
    stage.owe("reminder", 1, resend=True)
    stage.owe("note", 2)
    stage.db.write_now(lambda session: [row.key for row in outbox.claim(session, "w1", START, 9)])
    await stage.sender.drain()
    assert stage.wire.texts() == ["again: reminder"]
    assert ("note", "unknown", "lease_expired") in stage.house.ends


async def test_another_workers_rows_are_left_until_their_lease_ends(stage: Stage) -> None:
    stage.owe("a", resend=True)
    stage.db.write_now(lambda session: [row.key for row in outbox.claim(session, "w2", START, 9)])
    assert await stage.sender.drain() == 0
    stage.clock.forward(seconds=61)
    await stage.sender.drain()
    assert stage.wire.texts() == ["again: a"]


async def test_a_jump_of_the_clock_does_not_take_a_message_in_flight_for_lost(stage: Stage) -> None:
    stage.owe("slow", resend=True)
    stage.owe("other", 2)
    gate = asyncio.Event()
    stage.wire.pause = gate.wait
    running = asyncio.create_task(stage.sender.drain())
    await stage.wire.called.wait()
    stage.clock.forward(days=10)
    second = asyncio.create_task(stage.sender.drain())
    await asyncio.sleep(0.05)
    gate.set()
    await asyncio.gather(running, second)
    assert sorted(stage.wire.texts()) == ["other", "slow"]


async def test_the_running_sender_wakes_at_once_and_lands_what_flies(database: Database) -> None:
    stage = Stage.build(database, sleep=asyncio.sleep, poll_seconds=60)
    running = asyncio.create_task(stage.sender.run())
    await asyncio.sleep(0.05)
    stage.owe("a")
    stage.wire.pause = lambda: asyncio.sleep(0.05)
    await asyncio.to_thread(stage.sender.wake_threadsafe)
    await stage.wire.called.wait()
    stage.sender.stop()
    await asyncio.wait_for(running, 2)
    assert stage.states() == {"a": "sent"}


async def test_without_a_call_the_running_sender_looks_round_by_itself(database: Database) -> None:
    stage = Stage.build(database, sleep=asyncio.sleep, poll_seconds=0.02)
    running = asyncio.create_task(stage.sender.run())
    await asyncio.sleep(0.05)
    stage.owe("a")
    await asyncio.sleep(0.3)
    stage.sender.stop()
    await running
    assert stage.wire.texts() == ["a"]


async def test_what_was_sent_is_recorded_though_the_database_refuses_at_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channel.sender.RECORD_PAUSES", (0.01, 0.01, 0.01))
    stage.owe("a", resend=True)
    write, refusals = stage.db.write, [None, None]

    async def refusing(work):
        if stage.wire.accepted and refusals:
            refusals.pop()
            raise DubanError("database_full")
        return await write(work)

    monkeypatch.setattr(stage.db, "write", refusing)
    await stage.sender.drain()
    assert refusals == []
    assert stage.states() == {"a": "sent"}
    assert len(stage.wire.calls) == 1


async def test_nothing_is_sent_while_claims_cannot_be_recorded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refusing(_work):
        raise DubanError("database_full")

    stage.owe("a")
    monkeypatch.setattr(stage.db, "write", refusing)
    with pytest.raises(DubanError):
        await stage.sender.drain()
    assert stage.wire.calls == []


async def test_no_transaction_is_open_during_a_send(database: Database) -> None:
    """V8: while a message is on its way, somebody else can write."""
    stage = Stage.build(database)
    stage.owe("a")
    written = []

    async def write_meanwhile() -> None:
        written.append(await asyncio.wait_for(stage.db.write(lambda session: session.scalar(select(1))), 2))

    stage.wire.pause = write_meanwhile
    await stage.sender.drain()
    assert written == [1]


async def test_an_unlimited_pacer_never_waits(database: Database) -> None:
    stage = Stage.build(database, Pacer(per_second=float("inf"), chat_gap=0, group_gap=0), concurrency=1)
    for number in range(30):
        stage.owe(f"{number}")
    await stage.sender.drain()
    assert stage.clock.at == START
    assert stage.wire.texts() == [f"{number}" for number in range(30)]
