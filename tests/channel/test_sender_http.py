"""The sender with the real client against the strict stand-in: its limits, its faults, its moved groups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.channel.client import Client, build_bot
from bot.channel.pacing import Pacer
from bot.channel.sender import Sender
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.faults import Fault
from bot.localchat.standin import StandIn
from storage.database import Database
from tests.channel.fakes import START, House, Stage

FIRST = 700
PEOPLE = 45
GROUP, SUPERGROUP = -300, -100300


@pytest.fixture
def chat() -> Iterator[StandIn]:
    api = BotApi(MovableClock(START), limits=True)
    for user_id in range(FIRST, FIRST + PEOPLE):
        api.add_user(user_id, f"联络员{user_id}")
        api.user_starts(user_id)
    api.add_group(GROUP, "工作群", [FIRST])
    with StandIn(api) as chat:
        chat.api = api
        yield chat


@pytest_asyncio.fixture
async def stage(database: Database, chat: StandIn) -> AsyncIterator[Stage]:
    client = Client(build_bot(chat.api.token, chat.url))
    stage = Stage.build(database)
    house = House()
    sender = Sender(database, client, house, Pacer(), lambda: datetime.now(UTC), "w1")
    yield Stage(database, stage.clock, stage.wire, house, sender)
    await client.close()


def texts(chat: StandIn, chat_id: int | None = None) -> list[str]:
    return [call.params["text"] for call in chat.api.transcript("sendMessage", chat_id)]


async def test_the_messengers_limits_are_never_hit(stage: Stage, chat: StandIn) -> None:
    """V17, by the other side's own count."""
    for number in range(2):
        stage.owe(f"第{number}条", FIRST)
    for user_id in range(FIRST + 1, FIRST + PEOPLE):
        stage.owe(f"{user_id}", user_id)
    await stage.sender.drain()
    assert chat.api.refusals() == []
    assert len(texts(chat)) == PEOPLE + 1
    assert texts(chat, FIRST) == ["第0条", "第1条"]


async def test_a_reply_that_never_came_is_settled_by_the_rows_own_rule(stage: Stage, chat: StandIn) -> None:
    stage.owe("note", FIRST)
    stage.owe("reminder", FIRST + 1, resend=True)
    chat.api.faults.add(Fault("sendMessage", "drop_after", count=2))
    await stage.sender.drain()
    assert stage.states() == {"note": "unknown", "reminder": "due"}
    assert stage.row("reminder").uncertain == 1
    assert sorted(texts(chat)) == ["note", "reminder"]


async def test_a_penalty_is_waited_out_and_nothing_is_asked_meanwhile(stage: Stage, chat: StandIn) -> None:
    for user_id in range(FIRST, FIRST + 20):
        stage.owe(f"{user_id}", user_id)
    chat.api.faults.add(Fault("sendMessage", "error", retry_after=1))
    running = asyncio.create_task(stage.sender.run())
    async with asyncio.timeout(15):
        while len(texts(chat)) < 20:  # noqa: ASYNC110  (what is awaited is on the other side)
            await asyncio.sleep(0.05)
    stage.sender.stop()
    await running
    assert len(chat.api.refusals()) == 1
    assert set(stage.states().values()) == {"sent"}


async def test_a_group_that_became_a_supergroup_is_followed(stage: Stage, chat: StandIn) -> None:
    stage.owe("before", GROUP)
    await stage.sender.drain()
    chat.api.migrate_group(GROUP, SUPERGROUP)
    stage.owe("after", GROUP)
    await stage.sender.drain()
    assert texts(chat, SUPERGROUP) == ["after"]
    assert stage.row("after").chat_id == SUPERGROUP


async def test_somebody_who_blocked_the_bot_does_not_hold_up_the_others(stage: Stage, chat: StandIn) -> None:
    chat.api.block(FIRST)
    stage.owe("gone", FIRST)
    stage.owe("there", FIRST + 1)
    await stage.sender.drain()
    assert stage.states() == {"gone": "failed", "there": "sent"}
