"""The bot's door: `/bot<token>/<method>`, long polling, file download, and connections cut on order.

It stands on bare ASGI: a bot under load calls thousands of times a second, and routing and request objects would cost
more than the call itself.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.localchat.api import BotApi
from bot.localchat.errors import ApiError, ConnectionDropped
from bot.localchat.jsonvalues import read_json
from bot.localchat.params import UploadedFile
from bot.localchat.waiting import Waiters
from bot.localchat.wire import BodyTooLargeError, ClientGone, RawHeader, answer, at_most, cut, header, read_body
from bot.localchat.world import Json

MAX_POLL_SECONDS = 50
MAX_PARTS = 200
MAX_BODY = 52 << 20
"""Bytes: the Bot API takes files up to 50 MB; the rest is room for the other fields."""
_METHOD = re.compile(r"/bot([^/]+)/([^/]+)")
_FILE = re.compile(r"/file/bot([^/]+)/(.+)")
_NO_TOKEN = ApiError(404, "Not Found")
_WRONG_TOKEN = ApiError(401, "Unauthorized")
_WRONG_VERB = ApiError(405, "Method Not Allowed")
_UNREADABLE = ApiError(400, "Bad Request: can't parse request")
_TOO_LARGE = ApiError(413, "Request Entity Too Large")
_JSON = b"application/json"
_encode = json.JSONEncoder(separators=(",", ":")).encode
# What a file is, is said by whoever sent it; a browser must not take it for a page of this server.
_FILE_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"content-security-policy", b"sandbox")]
Fields = dict[str, Any]
Files = dict[str, UploadedFile]


class BotDoor:
    """Serves the bot over HTTP from the in-memory API, as an ASGI application."""

    def __init__(self, api: BotApi, waiters: Waiters) -> None:
        self._api = api
        self._waiters = waiters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request for an address that begins with /bot or /file/bot."""
        called = _METHOD.fullmatch(scope["path"])
        if called is None:
            await self._file(scope, send)
            return
        try:
            envelope = await self._method(called[1], called[2], scope, receive)
        except ClientGone:
            return
        except ConnectionDropped:
            await cut(scope, send)
        else:
            await _respond(send, envelope)

    async def _method(self, token: str, method: str, scope: Scope, receive: Receive) -> Json:
        refusal = self._token_refusal(token) or _verb_refusal(scope)
        if refusal is not None:
            return refusal.envelope()
        try:
            fields, files = await _read(scope, receive)
        except BodyTooLargeError:
            return _TOO_LARGE.envelope()
        except (ValueError, MultiPartException):
            return _UNREADABLE.envelope()
        delay = self._api.delay_for(method, fields)
        if delay > 0:
            await asyncio.sleep(delay)
        if method.lower() == "getupdates":
            return await self._poll(fields)
        return self._api.call(method, fields, files)

    async def _file(self, scope: Scope, send: Send) -> None:
        """A file's bytes, as getFile's `file_path` names it."""
        asked = _FILE.fullmatch(scope["path"])
        refusal = (self._token_refusal(asked[1]) or _verb_refusal(scope)) if asked is not None else _NO_TOKEN
        stored = self._api.file_at(asked[2]) if asked is not None and refusal is None else None
        if stored is None:
            await _respond(send, (refusal or _NO_TOKEN).envelope())
            return
        kind = stored.mime_type if stored.mime_type.isprintable() and stored.mime_type.isascii() else ""
        await answer(send, 200, stored.content, kind.encode() or b"application/octet-stream", _FILE_HEADERS)

    async def _poll(self, fields: Mapping[str, Any]) -> Json:
        updates = self._api.world.updates
        ticket = updates.begin_poll()
        self._waiters.wake()
        seconds = min(MAX_POLL_SECONDS, max(0, _whole(fields.get("timeout"))))
        until = asyncio.get_running_loop().time() + seconds
        while True:
            changed = self._waiters.ticket()
            try:
                updates.check_poll(ticket)
            except ApiError as conflict:
                return conflict.envelope()
            answer = self._api.call("getUpdates", fields)
            if not answer["ok"] or answer["result"]:
                return answer
            left = until - asyncio.get_running_loop().time()
            if left <= 0 or not await self._waiters.wait(changed, left):
                return answer

    def _token_refusal(self, token: str) -> ApiError | None:
        number, colon, secret = token.partition(":")
        if not number.isdecimal() or not colon or not secret:
            return _NO_TOKEN
        return None if self._api.is_token(token) else _WRONG_TOKEN


async def _read(scope: Scope, receive: Receive) -> tuple[Fields, Files]:
    """A call's fields and files, from the address and the body alike. ValueError when they cannot be read."""
    fields: Fields = dict(_pairs(scope["query_string"])) if scope["query_string"] else {}
    if scope["method"] == "GET":
        return fields, {}
    kind = header(scope, b"content-type").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        more, files = await _multipart(scope, receive)
        return {**fields, **more}, files
    content = await read_body(receive, MAX_BODY)
    if kind == "application/json":
        body = read_json(content or b"{}")
        if not isinstance(body, dict):
            raise ValueError("an object is expected")
        fields.update(body)
    elif kind == "application/x-www-form-urlencoded":
        fields.update(_pairs(content))
    return fields, {}


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """What is not UTF-8 stays visible as such, so that the method itself refuses it in Telegram's words."""
    text = encoded.decode(errors="surrogateescape")
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=MAX_PARTS)


async def _multipart(scope: Scope, receive: Receive) -> tuple[Fields, Files]:
    fields: Fields = {}
    files: Files = {}
    request = Request(scope, at_most(MAX_BODY, receive))
    async with request.form(max_files=MAX_PARTS, max_fields=MAX_PARTS, max_part_size=1 << 20) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await received(value)
            else:
                fields[name] = value
    return fields, files


async def received(part: UploadFile) -> UploadedFile:
    """A multipart file, whole; of its name only the last component counts."""
    name = (part.filename or "file").replace("\\", "/").rpartition("/")[2]
    return UploadedFile(name or "file", await part.read(), part.content_type or "application/octet-stream")


async def _respond(send: Send, envelope: Json) -> None:
    headers: list[RawHeader] = []
    retry_after = envelope.get("parameters", {}).get("retry_after")
    if retry_after is not None:
        headers = [(b"retry-after", str(retry_after).encode())]
    await answer(send, envelope.get("error_code", 200), _encode(envelope).encode(), _JSON, headers)


def _verb_refusal(scope: Scope) -> ApiError | None:
    return None if scope["method"] in {"GET", "POST"} else _WRONG_VERB


def _whole(value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return 0
