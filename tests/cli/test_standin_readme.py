"""What the README tells bot developers works as written there."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.localchat.api import DEFAULT_TOKEN, BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from tests.localchat.conftest import START

SECTION = (Path(__file__).parents[2] / "README.md").read_text().split("## For bot developers")[1].split("\n## ")[0]
PYTHON = re.findall(r"```python\n(.*?)```", SECTION, re.S)
(SHELL,) = re.findall(r"```sh\n(.*?)```", SECTION, re.S)
PERSON = 1001


@pytest.fixture
def api() -> BotApi:
    api = BotApi(MovableClock(START))
    api.add_user(PERSON, "张三")
    return api


@pytest.fixture
def chat(api: BotApi) -> Iterator[StandIn]:
    with StandIn(api) as chat:
        yield chat


def here(snippet: str, chat: StandIn) -> str:
    """The snippet with this chat's address."""
    assert "127.0.0.1:8081" in snippet
    assert DEFAULT_TOKEN in snippet
    return snippet.replace("http://127.0.0.1:8081", chat.url)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("snippet", PYTHON, ids=[re.findall(r"aiogram|telegram", text)[0] for text in PYTHON])
def test_a_bot_written_as_shown_answers(snippet: str, chat: StandIn, api: BotApi) -> None:
    if "aiogram" in snippet:
        pytest.importorskip("aiogram", reason="aiogram is not installed")
    api.user_starts(PERSON)
    with subprocess.Popen([sys.executable, "-c", here(snippet, chat)]) as bot:
        try:
            until(lambda: api.last_message(PERSON).get("text") == "You wrote: /start")
            api.user_sends(PERSON, "你好")
            until(lambda: api.last_message(PERSON).get("text") == "You wrote: 你好")
        finally:
            bot.terminate()


def test_the_shell_lines_do_what_they_say(chat: StandIn, api: BotApi) -> None:
    done = subprocess.run(["bash", "-euc", here(SHELL, chat)], capture_output=True, text=True, timeout=30, check=True)
    assert '"ok":true' in done.stdout
    assert "error" not in done.stdout
    assert [message["text"] for message in api.messages(PERSON)] == ["/start", "hello", "hi"]


def test_every_address_named_exists(chat: StandIn) -> None:
    """A GET of a POST address is 405, of an unknown one 404."""
    table = [line for line in SECTION.splitlines() if line.startswith(("| POST", "| GET"))]
    cells = [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in table]
    paths = {name.partition("?")[0].replace("ID", "none") for cell in cells for name in cell}
    assert len(paths) > 15
    unknown = {path for path in paths - {"file/none"} if httpx.get(f"{chat.url}/control/{path}").status_code == 404}
    assert unknown == set()
