"""The bot's door: `/bot<token>/<method>`, long polling, file download, and connections cut on order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.localchat.api import BotApi
from bot.localchat.errors import ApiError, ConnectionDropped
from bot.localchat.params import UploadedFile
from bot.localchat.waiting import Waiters
from bot.localchat.world import Json

MAX_POLL_SECONDS = 50
MAX_PARTS = 200
_NO_TOKEN = ApiError(404, "Not Found")
_WRONG_TOKEN = ApiError(401, "Unauthorized")
_OPEN: dict[tuple[str, int], asyncio.Transport] = {}


class DroppableProtocol(H11Protocol):
    """Uvicorn's HTTP protocol, remembering each client's transport so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection under the client's address."""
        super().connection_made(transport)
        self._peer = tuple(transport.get_extra_info("peername") or ())[:2]
        _OPEN[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        _OPEN.pop(self._peer, None)
        super().connection_lost(exc)


class BotDoor:
    """Serves the bot over HTTP from the in-memory API."""

    def __init__(self, api: BotApi, waiters: Waiters) -> None:
        self._api = api
        self._waiters = waiters

    def routes(self) -> list[Route]:
        """The two address families of a Bot API server."""
        return [
            Route("/bot{token}/{method}", self.method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.file, methods=["GET"]),
        ]

    async def method(self, request: Request) -> Response:
        """One method call."""
        refusal = self._token_refusal(request.path_params["token"])
        if refusal is not None:
            return _respond(refusal.envelope())
        try:
            fields, files = await _read(request)
        except (ValueError, UnicodeError):
            return _respond(ApiError(400, "Bad Request: can't parse request").envelope())
        except ClientDisconnect:
            return Response(status_code=499)  # the bot died while it spoke: nothing was asked, nobody hears this
        method = request.path_params["method"]
        await asyncio.sleep(self._api.delay_for(method, fields))
        try:
            if method.lower() == "getupdates":
                return _respond(await self._poll(fields))
            return _respond(self._api.call(method, fields, files))
        except ConnectionDropped:
            return _cut(request)

    async def file(self, request: Request) -> Response:
        """A file's bytes, as getFile's `file_path` names it."""
        stored = self._api.file_at(request.path_params["path"])
        refusal = self._token_refusal(request.path_params["token"])
        if stored is None or refusal is not None:
            return _respond((refusal or _NO_TOKEN).envelope())
        return Response(stored.content, media_type=stored.mime_type)

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
        if not number.isdigit() or not colon or not secret:
            return _NO_TOKEN
        return None if self._api.is_token(token) else _WRONG_TOKEN


async def _read(request: Request) -> tuple[dict[str, Any], dict[str, UploadedFile]]:
    fields: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return fields, {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = json.loads(await request.body() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("an object is expected")
        return {**fields, **body}, {}
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return fields, {}
    files: dict[str, UploadedFile] = {}
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


def _respond(envelope: Json) -> Response:
    headers = {}
    retry_after = envelope.get("parameters", {}).get("retry_after")
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return JSONResponse(envelope, status_code=envelope.get("error_code", 200), headers=headers)


def _cut(request: Request) -> Response:
    transport = _OPEN.get(request.client) if request.client is not None else None
    if transport is not None:
        transport.abort()
    return Response(status_code=502)


def _whole(value: Any) -> int:
    return int(value) if str(value or "").isdigit() else 0
