"""A webhook gets what getUpdates would have given: in order, with the secret, again after every failure."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import MultipartWriter, web

from bot.localchat import webhooks
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.params import UploadedFile
from bot.localchat.waiting import Waiters
from bot.localchat.webhooks import SECRET_HEADER, WebhookCourier
from tests.localchat.conftest import LI, WANG

Answer = Callable[[dict[str, Any]], web.StreamResponse | int]


class Receiver:
    """A bot's webhook that answers as told."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.at: list[float] = []
        self.answer: Answer = lambda _update: 200
        self.slow = 0.0
        self.together = self.most_together = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        update = await request.json()
        self.headers.append(request.headers.get(SECRET_HEADER))
        self.at.append(time.monotonic())
        self.updates.append(update)
        await asyncio.sleep(self.slow)
        self.together -= 1
        answer = self.answer(update)
        return answer if isinstance(answer, web.StreamResponse) else web.Response(status=answer)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest_asyncio.fixture
async def courier(api: BotApi) -> AsyncIterator[None]:
    waiters = Waiters()
    waiters.attach()
    stop = api.listen(waiters.poke)
    running = asyncio.create_task(WebhookCourier(api, waiters, pause=0.05).run())
    yield
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    stop()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    for _ in range(round(seconds / 0.005)):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen in time")


async def test_updates_come_in_order_with_the_secret_and_are_then_done(api: BotApi, ok, receiver, courier) -> None:
    api.user_sends(LI, "先前的话")
    answer = api.call("setWebhook", {"url": receiver.url, "secret_token": "s-1_A"})
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    for number in range(5):
        api.user_sends(LI, f"第{number}条")
    await until(lambda: len(receiver.updates) == 6 and ok("getWebhookInfo")["pending_update_count"] == 0)
    assert receiver.texts() == ["先前的话", "第0条", "第1条", "第2条", "第3条", "第4条"]
    assert set(receiver.headers) == {"s-1_A"}
    info = {"url": receiver.url, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": 40}
    assert ok("getWebhookInfo") == info


async def test_a_refused_update_comes_again_with_growing_pauses_and_the_error_is_shown(
    api: BotApi, ok, receiver, courier
) -> None:
    receiver.answer = lambda _update: 500 if len(receiver.updates) < 5 else 200
    ok("setWebhook", url=receiver.url)
    api.user_sends(LI, "在吗")
    api.user_sends(LI, "还在吗")
    await until(lambda: len(receiver.updates) == 6)
    assert receiver.texts() == ["在吗"] * 5 + ["还在吗"]
    pauses = [later - earlier for earlier, later in zip(receiver.at[:4], receiver.at[1:5], strict=True)]
    assert [pause >= least for pause, least in zip(pauses, (0, 0.1, 0.2, 0.4), strict=True)] == [True] * 4
    info = ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert info["last_error_date"] == api.world.unix()


async def test_retry_after_is_waited_for(api: BotApi, ok, receiver, courier) -> None:
    wait = web.Response(status=429, headers={"Retry-After": "4"})
    receiver.answer = lambda _update: wait if len(receiver.updates) == 1 else 200
    ok("setWebhook", url=receiver.url)
    api.user_sends(LI, "在吗")
    await until(lambda: len(receiver.updates) == 2)
    assert receiver.at[1] - receiver.at[0] >= 0.2, "four seconds, twenty times as fast"


async def test_nobody_there_is_told_in_getwebhookinfo_and_nothing_is_lost(api: BotApi, ok, courier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ok("setWebhook", url=f"http://127.0.0.1:{port}/hook")
    api.user_sends(LI, "在吗")
    await until(lambda: "last_error_message" in ok("getWebhookInfo"))
    assert ok("getWebhookInfo")["last_error_message"] == "Connection refused"
    ok("deleteWebhook")
    assert [update["message"]["text"] for update in ok("getUpdates")] == ["在吗"]


async def test_chats_do_not_wait_for_each_other_but_a_chat_keeps_its_order(api: BotApi, ok, receiver, courier) -> None:
    api.user_starts(WANG)
    ok("getUpdates", offset=99)
    receiver.slow = 0.1
    for number in range(3):
        api.user_sends(LI, f"李{number}")
        api.user_sends(WANG, f"王{number}")
    ok("setWebhook", url=receiver.url)
    await until(lambda: len(receiver.updates) == 6)
    assert receiver.most_together == 2
    assert [text for text in receiver.texts() if "李" in text] == ["李0", "李1", "李2"]


async def test_one_connection_means_one_at_a_time(api: BotApi, ok, receiver, courier) -> None:
    api.user_starts(WANG)
    api.user_sends(LI, "李")
    receiver.slow = 0.05
    ok("setWebhook", url=receiver.url, max_connections=1)
    await until(lambda: len(receiver.updates) == 2)
    assert receiver.most_together == 1


async def test_what_nobody_took_for_a_day_is_dropped(api: BotApi, ok, receiver, courier, clock: MovableClock) -> None:
    receiver.answer = lambda _update: 503
    ok("setWebhook", url=receiver.url)
    api.user_sends(LI, "昨天的话")
    await until(lambda: len(receiver.updates) > 1)
    clock.advance(timedelta(hours=24, seconds=1))
    assert ok("getWebhookInfo")["pending_update_count"] == 0


def json_answer() -> web.StreamResponse:
    return web.json_response({"method": "sendMessage", "chat_id": LI, "text": "收到"})


def form_answer() -> web.StreamResponse:
    return web.Response(text=f"method=sendMessage&chat_id={LI}&text=%E6%94%B6%E5%88%B0",
                        content_type="application/x-www-form-urlencoded")  # fmt: skip


def multipart_answer() -> web.StreamResponse:
    with MultipartWriter("form-data") as parts:
        for name, value in {"method": "sendDocument", "chat_id": str(LI), "caption": "收到"}.items():
            parts.append(value).set_content_disposition("form-data", name=name)
        parts.append(b"%PDF").set_content_disposition("form-data", name="document", filename="a.pdf")
    return web.Response(body=parts)


@pytest.mark.parametrize("answer", [json_answer, form_answer, multipart_answer])
async def test_a_call_in_the_answer_is_carried_out(api: BotApi, ok, receiver, courier, answer) -> None:
    receiver.answer = lambda _update: answer()
    ok("setWebhook", url=receiver.url)
    api.user_sends(LI, "在吗")
    await until(lambda: api.last_message(LI)["from_bot"])
    said = api.last_message(LI)
    assert said.get("text", said.get("caption")) == "收到"
    assert "document" not in said or api.file_by_id(said["document"]["file_id"]) is not None


@pytest.mark.parametrize("method", ["deleteWebhook", "setWebhook", "getMe", "logOut"])
async def test_some_calls_cannot_be_made_by_answering(api: BotApi, ok, receiver, courier, method: str) -> None:
    receiver.answer = lambda _update: web.json_response({"method": method, "url": ""})
    ok("setWebhook", url=receiver.url)
    before = len(api.calls)
    api.user_sends(LI, "在吗")
    await until(lambda: ok("getWebhookInfo")["pending_update_count"] == 0)
    assert {call.method for call in list(api.calls)[before:]} == {"getWebhookInfo"}
    assert ok("getWebhookInfo")["url"] == receiver.url


def test_setting_it_again_deleting_and_dropping_are_told_apart(api: BotApi, ok) -> None:
    url = "https://example.org/hook"
    api.user_sends(LI, "在吗")

    def words(method: str, **params: Any) -> str:
        return str(api.call(method, params)["description"])

    assert words("deleteWebhook") == "Webhook is already deleted"
    assert words("setWebhook", url=url) == "Webhook was set"
    assert words("setWebhook", url=url) == "Webhook is already set"
    assert words("setWebhook", url=url, max_connections=5, allowed_updates='["message"]') == "Webhook was set"
    info = ok("getWebhookInfo")
    assert (info["max_connections"], info["allowed_updates"], info["pending_update_count"]) == (5, ["message"], 1)
    assert words("setWebhook", url="", drop_pending_updates=True) == "Webhook was deleted"
    assert ok("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "allowed_updates": ["message"],
    }


def test_a_certificate_is_taken_and_shown(api: BotApi, ok) -> None:
    file = {"certificate": UploadedFile("cert.pem", b"-----BEGIN CERTIFICATE-----")}
    ok("setWebhook", file, url="https://example.org/hook", ip_address="127.0.0.1")
    info = ok("getWebhookInfo")
    assert (info["has_custom_certificate"], info["ip_address"]) == (True, "127.0.0.1")


def test_a_webhook_ends_the_poll_that_waits(api: BotApi, ok) -> None:
    ticket = api.world.updates.begin_poll()
    ok("setWebhook", url="https://example.org/hook")
    with pytest.raises(Exception, match="Conflict: terminated by setWebhook request"):
        api.world.updates.check_poll(ticket)


@pytest.mark.parametrize(
    "strange",
    [
        lambda: web.Response(status=500, headers={"Retry-After": "9" * 5000}),
        lambda: web.Response(body=b"x" * 2000, content_type="application/json"),
    ],
)
async def test_a_strange_answer_is_no_reason_to_hammer(
    api: BotApi, ok, receiver, courier, monkeypatch: pytest.MonkeyPatch, strange
) -> None:
    monkeypatch.setattr(webhooks, "MAX_BODY", 1000)
    receiver.answer = lambda _update: strange()
    ok("setWebhook", url=receiver.url)
    api.user_sends(LI, "在吗")
    await until(lambda: bool(ok("getWebhookInfo").get("last_error_message")))
    await asyncio.sleep(0.2)
    assert len(receiver.updates) <= 4
    assert ok("getWebhookInfo")["pending_update_count"] == 1
