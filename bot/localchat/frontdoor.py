"""The front door: who may speak to this server at all, and which of its doors a request goes to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.localchat.wire import RawHeader, answer

_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
_FOREIGN = frozenset({b"cross-site", b"same-site"})
"""What a browser says of a request another page caused; a page on another port of this machine is "same-site"."""
_PORT = re.compile(r":\d+$")
_HEADERS: tuple[RawHeader, ...] = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class FrontDoor:
    """Answers only under this machine's names, refuses what foreign pages ask for, and gives the page's answers their
    safety headers. A foreign page may link to the chat, and nothing else: it must not play the bot either, whose
    token is known where nobody chose one.

    `bot` takes what begins with /bot and /file/bot, `inside` the rest. `host` is the address the server is bound to:
    a further name under which it may be called; bound to every address, it may be called by any name.
    """

    def __init__(self, bot: ASGIApp, inside: ASGIApp, host: str = "") -> None:
        self._bot = bot
        self._inside = inside
        self._anywhere = host in _ANYWHERE
        self._names = _OWN_NAMES | {host.lower(), f"[{host.lower()}]"} - {"", "[]"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's own start and end."""
        if scope["type"] != "http":
            await self._inside(scope, receive, send)
            return
        for_bot = scope["path"].startswith(("/bot", "/file/bot"))
        linkable = scope["method"] == "GET" and not for_bot
        if not self._allowed(scope["headers"], linkable):
            await answer(send, 403, b"not from here")
        elif for_bot:
            await self._bot(scope, receive, send)
        else:
            await self._inside(scope, receive, _with_headers(send))

    def _allowed(self, headers: Iterable[RawHeader], linkable: bool) -> bool:
        host, origin, site, mode = "", None, b"", b""
        for name, value in headers:
            if name == b"host":
                host = value.decode("latin-1").lower()
            elif name == b"origin":
                origin = value.decode("latin-1").lower()
            elif name == b"sec-fetch-site":
                site = value
            elif name == b"sec-fetch-mode":
                mode = value
        if not self._anywhere and _PORT.sub("", host) not in self._names:
            return False
        if site in _FOREIGN and not (linkable and mode == b"navigate"):
            return False
        return origin is None or origin.partition("://")[2] == host


def _with_headers(send: Send) -> Send:
    """`send` that adds the safety headers an answer does not set itself."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = message.get("headers", [])
            named = {name.lower() for name, _ in own}
            message["headers"] = [*own, *(item for item in _HEADERS if item[0] not in named)]
        await send(message)

    return sending
