"""Whatever is posted to the people's door, it answers with words or does it whole, and the chat stays readable."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.moving import Hooks, Mover
from bot.localchat.server import build_app
from tests.localchat.conftest import LI, START, WANG

GROUP = -100
GOOD: dict[str, dict[str, object]] = {
    "users": {"id": 13, "name": "新", "language_code": "zh", "username": "u", "title": "t", "group": "g", "start": "s"},
    "start": {"chat": LI, "payload": "p"},
    "send": {"chat": LI, "text": "好", "reply_to": 1, "by": LI},
    "edit": {"chat": LI, "message_id": 1, "text": "改"},
    "delete": {"chat": LI, "message_id": 1, "by": LI},
    "forward": {"chat": LI, "from_chat": LI, "message_id": 1, "by": LI},
    "contact": {"chat": LI, "by": LI},
    "location": {"chat": LI, "latitude": 1, "longitude": 1, "by": LI},
    "read": {"chat": LI, "message_id": 1},
    "press": {"chat": LI, "message_id": 1, "data": "x", "by": LI, "unchecked": True},
    "block": {"user": WANG, "blocked": True},
    "clock/set": {"to": "2022-03-25T09:00", "direct": True},
    "clock/advance": {"days": 1, "hours": 1, "minutes": 1, "seconds": 1, "direct": True},
    "clock/run": {"running": False},
    "faults": {"method": "x", "kind": "delay", "count": 1, "skip": 0, "seconds": 0, "code": 500, "description": "",
               "retry_after": 1, "chat_id": LI},
    "groups": {"id": -7, "title": "群", "members": [LI]},
    "groups/join": {"chat": GROUP, "user": WANG, "by": LI},
    "groups/leave": {"chat": GROUP, "user": LI, "by": LI},
    "groups/promote": {"chat": GROUP, "user": LI, "admin": False, "by": LI},
    "groups/bot": {"chat": GROUP, "by": LI, "inside": False},
    "groups/migrate": {"chat": GROUP, "to": -200},
}  # fmt: skip
WRONG = ["null", "[]", "{}", '"x"', "1e999", "NaN", "-Infinity", "1e308", "-1", '"\\ud800"', "9" * 400, "9" * 5000,
         '"9999-12-31T23:59:59-23:00"', '"0001-01-01T00:00:00+23:00"', "[[1]]", str(2**63), '"\\u0000"']  # fmt: skip
NO_OBJECT = [b"", b"[]", b'"x"', b"null", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900,
             b'{"a":"' + b"x" * (1 << 20) + b'"}']  # fmt: skip


@pytest.fixture
async def door(api: BotApi) -> AsyncIterator[httpx.AsyncClient]:
    api.add_group(GROUP, "群", [LI])
    transport = httpx.ASGITransport(build_app(api))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def assert_readable(client: httpx.AsyncClient, after: str) -> None:
    for path in ("state", "users", "transcript", "faults"):
        assert (await client.get(f"/control/{path}")).status_code == 200, after


async def assert_words_or_done(client: httpx.AsyncClient, path: str, body: bytes) -> None:
    answer = await client.post(f"/control/{path}", content=body)
    assert answer.status_code in {200, 400}, (path, body[:80])
    if answer.status_code == 400:
        assert answer.json()["error"], (path, body[:80])
        assert answer.json()["text"], (path, body[:80])


@pytest.mark.parametrize("path", GOOD)
async def test_a_field_of_the_wrong_shape_is_refused_in_words(door: httpx.AsyncClient, api: BotApi, path: str) -> None:
    for body in NO_OBJECT:
        await assert_words_or_done(door, path, body)
    for field in GOOD[path]:
        for value in WRONG:
            given = {**GOOD[path], field: "@"}
            await assert_words_or_done(door, path, json.dumps(given).replace('"@"', value).encode())
        await assert_readable(door, f"{path} {field}")
    assert api.call("getMe", {})["ok"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("groups/promote", {"chat": GROUP, "user": LI, "admin": False, "by": 999}),
        ("groups/leave", {"chat": GROUP, "user": LI, "by": 999}),
        ("groups/bot", {"chat": GROUP, "by": 999, "inside": False}),
        ("groups/migrate", {"chat": LI, "to": -200}),
    ],
)
async def test_a_refused_change_of_a_group_leaves_nothing_behind(
    door: httpx.AsyncClient, api: BotApi, path: str, body: dict[str, object]
) -> None:
    before = (await door.get("/control/users")).json()
    assert (await door.post(f"/control/{path}", json=body)).status_code == 400
    assert (await door.get("/control/users")).json() == before
    assert -200 not in api.world.chats


async def test_a_group_everybody_has_left_can_still_move(door: httpx.AsyncClient) -> None:
    await door.post("/control/groups/leave", json={"chat": GROUP, "user": LI})
    assert (await door.post("/control/groups/migrate", json={"chat": GROUP, "to": -200})).status_code == 200


@pytest.mark.parametrize("value", ["1e999", "NaN", '"²"', '"--5"', '"' + "9" * 5000 + '"', '"\\ud800"', "[[[[1]]]]"])
@pytest.mark.parametrize("method", ["getUpdates", "sendMessage", "sendLocation"])
async def test_the_bot_s_door_answers_numbers_that_are_none(door: httpx.AsyncClient, method: str, value: str) -> None:
    fields = ("timeout", "offset", "chat_id", "reply_markup", "latitude")
    for field in fields:
        body = f'{{"text":"x","{field}":{value}}}'
        answer = await door.post(f"/bot{BotApi(MovableClock(START)).token}/{method}", content=body.encode(),
                                 headers={"content-type": "application/json"})  # fmt: skip
        assert answer.status_code in {200, 400, 401, 404}, (field, value)
    await assert_readable(door, f"{method} {value[:20]}")


async def test_two_steps_at_once_are_two_steps(api: BotApi) -> None:
    async def slow(_now: datetime) -> None:
        await asyncio.sleep(0.01)

    mover = Mover(api, Hooks(on_moved=slow))
    await asyncio.gather(mover.by(timedelta(days=1)), mover.by(timedelta(days=1)))
    assert api.clock.now() == START + timedelta(days=2)
