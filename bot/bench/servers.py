"""The servers that are measured, each in a process of its own: `python -m bot.bench.servers KIND SIZE SOCKET`."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal

from starlette.types import Receive, Scope, Send

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.server import bound_socket, build_app, configured
from bot.localchat.wire import answer, read_body

Kind = Literal["bare", "chat", "limited"]
CHATS, MESSAGES = 30, 1_000
FIRST_PERSON = 1_001
_LONGEST_LIFE = 120.0
"""Seconds after which a server ends by itself, should whoever started it be gone."""


@contextmanager
def served(kind: Kind, size: int = 0) -> Iterator[int]:
    """The bare application, a chat with `size` messages in each of its chats, or one with Telegram's limits and `size`
    people without a message; in a process of its own.

    It ends with the block; gives its port on 127.0.0.1.
    """
    with bound_socket("127.0.0.1", 0) as bound:
        bound.listen(128)
        command = [sys.executable, "-m", __name__, kind, str(size), str(bound.fileno())]
        port: int = bound.getsockname()[1]
        process = subprocess.Popen(command, pass_fds=[bound.fileno()])  # noqa: S603 - this very program
    # From here on the socket is the child's alone, so that nobody waits for a child that is dead.
    try:
        yield port
    finally:
        process.kill()
        process.wait()


def chat(messages: int = 0) -> BotApi:
    """A chat without limits: people who have started the bot, each with as many messages from it."""
    api = BotApi(MovableClock(datetime(2026, 1, 5, 1, 0, tzinfo=UTC)))
    for person in range(FIRST_PERSON, FIRST_PERSON + CHATS):
        api.add_user(person, f"人员{person}", title="联络员")
        api.user_starts(person)
        for number in range(messages):
            api.call("sendMessage", message(person, number))
    return api


def limited(people: int) -> BotApi:
    """A chat that enforces Telegram's limits in real time, with people who have started the bot."""
    api = BotApi(MovableClock(datetime(2026, 1, 5, 1, 0, tzinfo=UTC)), limits=True)
    for person in range(FIRST_PERSON, FIRST_PERSON + people):
        api.add_user(person, f"人员{person}", title="联络员")
        api.user_starts(person)
    return api


def message(person: int, number: int) -> dict[str, object]:
    """A message such as a bot sends: a few lines, one of them bold, a row of buttons."""
    buttons = [
        {"text": "✅ 已完成", "callback_data": f"1:done:{number}:0"},
        {"text": "✏️ 改", "callback_data": "1:edit"},
    ]
    return {
        "chat_id": person,
        "text": f"<b>第{number}条</b>\n截止：4月8日（周五）17:30\n请点按钮，或直接打字说明进展。",
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [buttons]},
    }


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """As little as a server can do: read the request and answer with as many bytes as the path's number says."""
    await read_body(receive, 1 << 20)
    await answer(send, 200, b"x" * int(scope["path"].strip("/") or 2))


async def _serve(kind: str, size: int, bound: socket.socket) -> None:
    app = bare if kind == "bare" else build_app(limited(size) if kind == "limited" else chat(size))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_LIFE):
            await configured(app).serve(sockets=[bound])


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), socket.socket(fileno=int(sys.argv[3]))))
