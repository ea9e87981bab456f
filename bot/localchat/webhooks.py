"""The courier: carries updates to the bot's webhook, again and again until they are taken.

Updates of one chat go one after another; of several chats up to `max_connections` at once. After a failure the chat's
queue rests 0, 2, 4, 8 … 60 seconds of real time, or as long as the answer's Retry-After says; an update nobody took
for 24 hours of the chat's clock is dropped. An answer that is a method call is carried out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.localchat.account import is_loopback
from bot.localchat.api import BotApi
from bot.localchat.botdoor import MAX_BODY
from bot.localchat.errors import ConnectionDropped
from bot.localchat.jsonvalues import read_json
from bot.localchat.params import UploadedFile
from bot.localchat.waiting import Waiters
from bot.localchat.world import Json, Webhook

ANSWER_SECONDS = 60.0
IDLE_SECONDS = 30.0
NO_WEBHOOK_SECONDS = 0.05
"""How long a new webhook may stay unnoticed: without one, changes come too often to look at each."""
MAX_PAUSE = 60.0
MAX_RETRY_AFTER = 3600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
_NOT_AS_ANSWER = frozenset({"setwebhook", "deletewebhook", "close", "logout"})


@dataclass(slots=True)
class _Line:
    """The updates of one chat: how often the first has failed, and until when it rests (monotonic seconds)."""

    failures: int = 0
    resting_until: float = 0.0


class WebhookCourier:
    """Delivers one BotApi's updates. `pause` stretches or, in tests, shortens the rests."""

    def __init__(self, api: BotApi, waiters: Waiters, *, pause: float = 1.0) -> None:
        self._api = api
        self._waiters = waiters
        self._pause = pause
        self._changes = -1
        self._lines: dict[int, _Line] = {}
        self._under_way: dict[asyncio.Task[None], int] = {}

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as client:
            try:
                while True:
                    await self._round(client)
            finally:
                await self._stop()

    async def _round(self, client: httpx.AsyncClient) -> None:
        ticket = self._waiters.ticket()
        hook = self._api.world.account.webhook
        if hook.changes != self._changes:
            await self._stop()
            self._changes = hook.changes
        if hook.url:
            await self._until_something_happens(ticket, self._start(client, hook))
        else:
            await self._waiters.wait(ticket, IDLE_SECONDS)
            await asyncio.sleep(NO_WEBHOOK_SECONDS)

    async def _until_something_happens(self, ticket: object, rest: float) -> None:
        change = asyncio.create_task(self._waiters.wait(ticket, rest))
        await asyncio.wait({change, *self._under_way}, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
        if change.done() and not change.result():
            await asyncio.sleep(0.01)  # perhaps nobody can wake us any more: do not spin
        change.cancel()
        self._under_way = {task: line for task, line in self._under_way.items() if not task.done()}

    def _start(self, client: httpx.AsyncClient, hook: Webhook) -> float:
        """Start what may go out now; returns the seconds until the next rest is over."""
        now, rest = time.monotonic(), IDLE_SECONDS
        busy = set(self._under_way.values())
        for update in self._waiting():
            line = _line_of(update)
            if line in busy:
                continue
            busy.add(line)
            left = self._lines.get(line, _Line()).resting_until - now
            if left > 0:
                rest = min(rest, left)
            elif len(self._under_way) < hook.max_connections:
                self._under_way[asyncio.create_task(self._deliver(client, hook, line, update))] = line
        return rest

    def _waiting(self) -> tuple[Json, ...]:
        with self._api.locked():
            self._api.world.updates.expire(self._api.clock.now())
            return self._api.world.updates.pending

    async def _stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()
        self._lines.clear()

    async def _deliver(self, client: httpx.AsyncClient, hook: Webhook, line: int, update: Json) -> None:
        try:
            response = await _answer_of(client, _request(client, hook, update))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            self._failed(hook, line, _words_of(error))
            return
        if not response.is_success:
            words = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
            self._failed(hook, line, words, response.headers.get("retry-after", ""))
            return
        self._lines.pop(line, None)
        with self._api.locked():
            self._api.world.updates.confirm(int(update["update_id"]))
        await self._carry_out(response)

    def _failed(self, hook: Webhook, line: int, words: str, retry_after: str = "") -> None:
        state = self._lines.setdefault(line, _Line())
        pause = float(min(MAX_RETRY_AFTER, int(retry_after[:9]))) if retry_after.isdecimal() else 0.0
        if not pause and state.failures:
            pause = min(MAX_PAUSE, 2.0**state.failures)
        state.failures += 1
        state.resting_until = time.monotonic() + pause * self._pause
        hook.last_error_at, hook.last_error = self._api.world.unix(), words

    async def _carry_out(self, response: httpx.Response) -> None:
        fields, files = await _call_in(response)
        method = str(fields.pop("method", "")).lower()
        if not method or method in _NOT_AS_ANSWER or method.startswith("get"):
            return
        try:
            await asyncio.to_thread(self._api.call, method, fields, files)
        except ConnectionDropped:
            return  # a planned fault: nobody waits for the answer of such a call


async def _answer_of(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """The receiver's answer, whole. ReadError when it is longer than any method call may be."""
    response = await client.send(request, stream=True)
    parts, size = [], 0
    try:
        async for part in response.aiter_raw():
            parts.append(part)
            size += len(part)
            if size > MAX_BODY:
                raise httpx.ReadError("the answer is too long", request=request)
    finally:
        await response.aclose()
    return httpx.Response(response.status_code, headers=response.headers, content=b"".join(parts), request=request)


def _line_of(update: Json) -> int:
    for name, payload in update.items():
        if name != "update_id":
            chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload["from"]
            return int(chat["id"])
    return 0


def _request(client: httpx.AsyncClient, hook: Webhook, update: Json) -> httpx.Request:
    url = httpx.URL(hook.url if "://" in hook.url else f"https://{hook.url}")
    host = hook.ip_address or url.host
    if url.scheme != "https" and not is_loopback(host):
        raise httpx.UnsupportedProtocol("An HTTPS URL must be provided for webhook")
    headers = {"Host": url.netloc.decode()}
    if hook.secret:
        headers[SECRET_HEADER] = hook.secret
    extensions = {"sni_hostname": url.host} if hook.ip_address else {}
    return client.build_request(
        "POST", url.copy_with(host=host), json=update, headers=headers, extensions={**extensions, **_timeouts()}
    )


def _timeouts() -> dict[str, Any]:
    return {"timeout": httpx.Timeout(ANSWER_SECONDS, connect=10.0).as_dict()}


def _words_of(error: Exception) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "Connection timed out"
    if isinstance(error, httpx.TimeoutException):
        return "Read timeout expired"
    if not isinstance(error, httpx.ConnectError):
        return str(error) if isinstance(error, httpx.UnsupportedProtocol) else "Webhook connection closed"
    if "CERTIFICATE" in str(error) or "SSL" in str(error):
        return f"SSL error {{{error}}}"
    if "Name or service not known" in str(error) or "name resolution" in str(error):
        return "Failed to resolve host: Name or service not known"
    return "Connection refused"


async def _call_in(response: httpx.Response) -> tuple[dict[str, Any], dict[str, UploadedFile]]:
    """The method call a webhook answered with; nothing when the answer is none."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            body = read_json(response.content or b"{}")
            return (body, {}) if isinstance(body, dict) else ({}, {})
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(response.text, keep_blank_values=True)), {}
        if kind == "multipart/form-data":
            return await _form_in(response.headers, response.content)
    except (ValueError, MultiPartException):
        return {}, {}
    return {}, {}


async def _form_in(headers: Mapping[str, str], content: bytes) -> tuple[dict[str, Any], dict[str, UploadedFile]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield content

    form = await MultiPartParser(Headers(headers), stream()).parse()
    fields: dict[str, Any] = {}
    files: dict[str, UploadedFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            mime_type = value.content_type or "application/octet-stream"
            files[name] = UploadedFile(value.filename or "file", await value.read(), mime_type)
        else:
            fields[name] = value
    return fields, files
