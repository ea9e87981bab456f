"""The other way in: the messenger brings updates over HTTP; each is committed before it is told that it arrived."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.channel.client import Client
from bot.channel.crashpoints import reach
from bot.channel.health import Health
from bot.channel.poller import ALLOWED_UPDATES, is_update, store_raw
from bot.domain.model import DubanError
from storage.database import Database

log = logging.getLogger(__name__)

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
LARGEST_BODY = 1024 * 1024
LONGEST_PAUSE_SECONDS = 60.0
HEALTH = "/healthz"


def secret_of(token: str) -> str:
    """The secret of a bot whose operator named none: the same in every process, unknown without the token."""
    return hmac.new(token.encode(), b"duban webhook", hashlib.sha256).hexdigest()


def build_app(
    path: str, secret: str, store: Callable[[Any], Awaitable[None]], look: Callable[[], Awaitable[Health]]
) -> Starlette:
    """POST `path` with the secret stores an update; GET /healthz tells the operator how the house is.

    403 without the secret (the body is not looked at), 415 for what is no JSON, 413 over LARGEST_BODY, 400 for what is
    no update, 503 when it could not be stored: the messenger brings it again.
    """

    async def take(request: Request) -> Response:
        refused = _refusal(request, secret)
        if refused:
            return Response(status_code=refused)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await store(update)
        except DubanError as error:
            log.error("an update was not stored, it will come again: %s", error.code)
            return Response(status_code=503)
        return Response(status_code=200)

    async def health(_request: Request) -> Response:
        found = await look()
        return JSONResponse(found.as_json(), status_code=503 if found.status == "down" else 200)

    return Starlette(routes=[Route(path, take, methods=["POST"]), Route(HEALTH, health, methods=["GET"])])


class Webhook:
    """Receives for one bot at `url`, whose path it listens at on `host` and `port`; `on_stored` as the poller's."""

    def __init__(
        self,
        db: Database,
        client: Client,
        bot_id: int,
        now: Callable[[], datetime],
        on_stored: Callable[[], None],
        look: Callable[[], Awaitable[Health]],
        *,
        url: str,
        secret: str,
        host: str,
        port: int,
    ) -> None:
        self._db = db
        self._client = client
        self._bot_id = bot_id
        self._now = now
        self._on_stored = on_stored
        self._url = url
        self._secret = secret
        self._address = (host, port)
        self._app = build_app(urlsplit(url).path or "/", secret, self._store, look)

    async def run(self) -> None:
        """Listen, ask the messenger to bring updates, and take them until cancelled. Raises DubanError port_taken."""
        with _bound(*self._address) as bound:
            server = _Server(_configured(self._app))
            serving = asyncio.create_task(server.serve(sockets=[bound]))
            announcing = asyncio.create_task(self._announce())
            try:
                await asyncio.shield(serving)
            finally:
                announcing.cancel()
                server.should_exit = True
                await serving

    async def _store(self, update: Any) -> None:
        work = partial(store_raw, bot_id=self._bot_id, bodies=[update], now=self._now())
        new = await self._db.write(work)
        reach("poll-stored")
        if new:
            self._on_stored()

    async def _announce(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._client.set_webhook(self._url, self._secret, ALLOWED_UPDATES)
            except TelegramError as error:
                log.error("the webhook is not set, updates do not come: %s", error)
            else:
                log.info("the webhook is set")
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _configured(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(app, log_config=None, log_level="warning", access_log=False, ws="none", lifespan="off")


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the program it is part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            raise DubanError("port_taken", host=host, port=port) from error
        yield bound


def _refusal(request: Request, secret: str) -> int | None:
    told = [value for name, value in request.headers.raw if name == SECRET_HEADER]
    if len(told) != 1 or not hmac.compare_digest(told[0], secret.encode()):
        return 403
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return 415
    return None


async def _body(request: Request) -> bytes | None:
    """The body, None when it is too large: what is said about its length is not believed."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _update(body: bytes) -> Any:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if is_update(found) else None
