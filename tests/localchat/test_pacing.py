"""Flood limits: 30 a second in all, one a second in a chat after a short burst, 20 a minute in a group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI

Send = Callable[..., dict[str, Any]]


@pytest.fixture
def seconds() -> list[float]:
    return [0.0]


@pytest.fixture
def limited(clock: MovableClock, seconds: list[float]) -> BotApi:
    api = BotApi(clock, limits=True, seconds=lambda: seconds[0])
    for person in range(1, 41):
        api.add_user(person, f"甲{person}")
        api.user_starts(person)
    api.add_group(-1, "群", [1])
    return api


@pytest.fixture
def send(limited: BotApi) -> Send:
    return lambda chat_id=LI: limited.call("sendMessage", {"chat_id": chat_id, "text": "好"})


def refusal(wait: int) -> dict[str, Any]:
    return {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {wait}",
        "parameters": {"retry_after": wait},
    }


def test_four_at_once_in_a_chat_then_one_a_second(limited: BotApi, send: Send, seconds: list[float]) -> None:
    assert [send()["ok"] for _ in range(4)] == [True] * 4
    assert send() == refusal(1)
    for _ in range(60):
        seconds[0] += 1.0
        assert send()["ok"]
    assert limited.early_calls == 0


def test_a_call_inside_the_penalty_is_refused_and_counted(limited: BotApi, send: Send, seconds: list[float]) -> None:
    while send()["ok"]:
        pass
    seconds[0] += 0.999
    assert send() == refusal(1)
    assert limited.early_calls == 1
    seconds[0] += 0.001
    assert send()["ok"]


def test_thirty_at_once_to_all_and_the_next_after_a_second(limited: BotApi, send: Send, seconds: list[float]) -> None:
    assert [send(person)["ok"] for person in range(1, 31)] == [True] * 30
    assert send(31) == refusal(1)
    seconds[0] += 1.0
    assert [send(person)["ok"] for person in range(1, 41)] == [True] * 30 + [False] * 10


def test_twenty_at_once_in_a_group_then_one_every_three_seconds(send: Send, seconds: list[float]) -> None:
    assert [send(-1)["ok"] for _ in range(20)] == [True] * 20
    assert send(-1) == refusal(3)
    assert send(2)["ok"], "another chat is not held up"
    seconds[0] += 2.5
    assert send(-1) == refusal(1)
    seconds[0] += 0.5
    assert send(-1)["ok"]
    assert not send(-1)["ok"]


def test_an_album_counts_as_many_as_it_has_pictures(limited: BotApi, send: Send, seconds: list[float]) -> None:
    files = {"a": UploadedFile("a.txt", b"x")}
    media = [{"type": "document", "media": "attach://a"}] * 4
    assert limited.call("sendMediaGroup", {"chat_id": LI, "media": media}, files)["ok"]
    assert send() == refusal(1)
    seconds[0] += 4.0
    assert [send()["ok"] for _ in range(5)] == [True] * 4 + [False]


def test_edits_count_and_a_refused_call_leaves_no_trace(limited: BotApi, send: Send) -> None:
    message = send()["result"]["message_id"]
    for word in "一二三":
        edited = {"chat_id": LI, "message_id": message, "text": word}
        assert limited.call("editMessageText", edited)["ok"]
    assert limited.call("editMessageText", {"chat_id": LI, "message_id": message, "text": "四"}) == refusal(1)
    assert limited.last_message(LI)["text"] == "三"


def test_without_limits_nothing_is_held_up(clock: MovableClock) -> None:
    api = BotApi(clock)
    api.add_user(LI, "李明")
    api.user_starts(LI)
    assert all(api.call("sendMessage", {"chat_id": LI, "text": "好"})["ok"] for _ in range(100))
