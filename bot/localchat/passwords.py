"""The password of a chat that others can reach: when one is needed, the page that asks for it, and who has given it."""

from __future__ import annotations

import hashlib
import hmac
import html
import secrets
import string
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.domain.model import DubanError
from bot.localchat.account import is_loopback
from bot.localchat.api import DEFAULT_TOKEN
from bot.localchat.wire import BodyTooLargeError, ClientGone, RawHeader, answer, header, read_body

MIN_LENGTH = 8
FREE_ATTEMPTS = 5
MAX_PAUSE = 60.0
"""Seconds; the pause after wrong attempts doubles up to this."""
_MAX_FORM = 4096
_HTML, _JSON, _CSS = b"text/html; charset=utf-8", b"application/json", b"text/css; charset=utf-8"
_PAGE = Path(__file__).parent / "login.html"
_STYLE = Path(__file__).parent / "login.css"
_WORDS = {
    "zh": {
        "lang": "zh-CN",
        "title": "督办 · 内置聊天",
        "label": "密码",
        "hint": "密码由启动者在 DUBAN_PASSWORD 中设置。",
        "enter": "进入",
        "wrong": "密码不对，请再输一次。",
        "wait": "试错太多次，请过{seconds}秒再试。",
    },
    "en": {
        "lang": "en",
        "title": "Duban · built-in chat",
        "label": "Password",
        "hint": "Whoever started it set the password in DUBAN_PASSWORD.",
        "enter": "Enter",
        "wrong": "That is not the password; please type it again.",
        "wait": "Too many wrong attempts; please try again in {seconds} seconds.",
    },
}
# The form may be sent here and nowhere else. With "no-referrer" a browser would send it with the origin "null".
_PAGE_HEADERS: tuple[RawHeader, ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
)


def check(host: str, password: str, token: str = "") -> None:
    """Refuse what would leave the chat open to others.

    DubanError password_needed (bound to more than this machine, and no password) or password_short; ValueError when a
    bot could come in from outside by the token everybody knows.
    """
    if password and len(password) < MIN_LENGTH:
        raise DubanError("password_short", least=MIN_LENGTH)
    if not password and not is_loopback(host.lower()):
        raise DubanError("password_needed", host=host)
    if password and token == DEFAULT_TOKEN:
        raise ValueError("a chat with a password needs a token nobody knows: see token_for")


def token_for(password: str, given: str = "") -> str:
    """The bot's token: the one given, else the well-known one; where there is a password, its secret drawn at random.

    The number stays, because it is the bot's id in a chat that is kept.
    """
    if given or not password:
        return given or DEFAULT_TOKEN
    return f"{DEFAULT_TOKEN.partition(':')[0]}:{secrets.token_urlsafe(26)}"


class Attempts:
    """Counts wrong passwords, whoever sent them; after a few each one closes the door for longer.

    `seconds`: monotonic real seconds.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._wrong = 0
        self._closed_until = 0.0

    def pause(self) -> float:
        """Seconds until the next attempt is looked at; 0 when it is now."""
        return max(0.0, self._closed_until - self._seconds())

    def failed(self) -> None:
        """One more wrong password."""
        self._wrong += 1
        if self._wrong >= FREE_ATTEMPTS:
            pause = min(MAX_PAUSE, 2.0 ** min(self._wrong - FREE_ATTEMPTS, 30))
            self._closed_until = self._seconds() + pause

    def succeeded(self) -> None:
        """The right one: count anew."""
        self._wrong = 0


class PasswordDoor:
    """Lets through to `inside` only who has given the password; everybody else gets the page that asks for it.

    Who gave it holds a cookie with a secret drawn at this start; a restart asks again.
    """

    def __init__(self, inside: ASGIApp, password: str, attempts: Attempts | None = None) -> None:
        self._inside = inside
        self._digest = _digest(password)
        self._attempts = attempts or Attempts()
        # Cookies are shared by all ports of a machine: a name of its own keeps two chats apart.
        self._cookie = f"localchat-{secrets.token_hex(4)}"
        self._session = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's own start and end."""
        path = scope.get("path")
        if scope["type"] != "http" or self._known(scope):
            await self._inside(scope, receive, send)
        elif path == "/login.css":
            await answer(send, 200, _STYLE.read_bytes(), _CSS)
        elif path == "/login" and scope["method"] == "POST":
            await self._enter(scope, receive, send)
        elif path in {"/", "/login"}:
            await _ask(scope, send, 401)
        else:
            await answer(send, 401, b'{"error":"password_needed","text":"open / and give the password"}', _JSON)

    def _known(self, scope: Scope) -> bool:
        # Read one by one: another program of this machine may have set a cookie that no parser of all takes.
        cookies = (piece.strip().partition("=") for piece in header(scope, b"cookie").split(";"))
        session = self._session.encode()
        return any(name == self._cookie and hmac.compare_digest(shown.encode(), session) for name, _, shown in cookies)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            form = await read_body(receive, _MAX_FORM)
        except (BodyTooLargeError, ClientGone):
            form = b""
        pause = self._attempts.pause()
        if pause > 0:
            await _ask(scope, send, 429, "wait", int(pause) + 1)
        elif hmac.compare_digest(_digest(_typed(form)), self._digest):
            self._attempts.succeeded()
            await answer(send, 303, b"", headers=[(b"location", b"/"), (b"set-cookie", self._set_cookie())])
        else:
            self._attempts.failed()
            await _ask(scope, send, 401, "wrong")

    def _set_cookie(self) -> bytes:
        return f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict".encode()


def _digest(password: str) -> bytes:
    """Equal lengths, so that a comparison tells nothing about the password's."""
    return hashlib.sha256(password.encode(errors="surrogateescape")).digest()


def _typed(form: bytes) -> str:
    try:
        fields = parse_qsl(form.decode(errors="replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return ""
    return dict(fields).get("password", "")


async def _ask(scope: Scope, send: Send, status: int, notice: str = "", seconds: int = 0) -> None:
    wants_english = header(scope, b"accept-language").strip().lower().startswith("en")
    words = _WORDS["en" if wants_english else "zh"]
    said = words[notice].format(seconds=seconds) if notice else ""
    shown = {name: html.escape(text) for name, text in {**words, "notice": said}.items()}
    page = string.Template(_PAGE.read_text(encoding="utf-8")).substitute(shown)
    more = [(b"retry-after", str(seconds).encode())] if seconds else []
    await answer(send, status, page.encode(), _HTML, [*_PAGE_HEADERS, *more])
