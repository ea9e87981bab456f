"""`duban localchat` as a developer meets it: a process that starts, answers, keeps and stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.localchat.api import DEFAULT_TOKEN

RUN = CliRunner()


class Started:
    """A running `duban localchat`: what it printed, where it listens, the bot's token."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.printed = [process.stdout.readline() for _ in range(5)]
        found = re.search(r"http://127\.0\.0\.1:\d+", self.printed[0])
        assert found is not None, self.printed
        self.url = found[0]
        self.token = self.printed[1].split()[-1]

    def bot(self, method: str, **params: object) -> httpx.Response:
        """A call as the bot."""
        return httpx.post(f"{self.url}/bot{self.token}/{method}", json=params)

    def person(self, path: str, **body: object) -> httpx.Response:
        """An act on the people's side."""
        return httpx.post(f"{self.url}/control/{path}", json=body)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    running: list[subprocess.Popen[str]] = []

    def starting(*words: str, **settings: str) -> Started:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "localchat", "--port", "0", *words],
            env=clean | settings | {"PYTHONUTF8": "1", "DUBAN_HOME": str(tmp_path / "home")},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return Started(process)

    yield starting
    for process in running:
        process.kill()
        process.communicate()


def test_it_starts_answers_and_stops_with_0(start: Callable[..., Started]) -> None:
    chat = start()
    assert chat.token == DEFAULT_TOKEN
    assert chat.bot("getMe").json()["result"]["is_bot"]
    chat.person("start", chat=1001)
    chat.person("send", chat=1001, text="你好")
    first, second = chat.bot("getUpdates").json()["result"]
    assert (first["message"]["text"], second["message"]["text"]) == ("/start", "你好")
    assert second["message"]["from"]["first_name"] == "张三"
    assert chat.bot("sendMessage", chat_id=1001, text="收到").json()["ok"]
    assert all(line in "".join(chat.printed) for line in (f"{chat.url}/bot", f"from_base('{chat.url}')"))
    codes = {chat.bot("sendMessage", chat_id=1001, text="快").status_code for _ in range(12)}
    assert codes == {200, 429}
    assert chat.stop() == 0


@pytest.mark.slow
def test_people_language_limits_and_token_are_as_asked(start: Callable[..., Started]) -> None:
    chat = start("--no-limits", "--user", "7:赵强", "--user", "8：Ann Lee", "--language", "en", "--token", "99:mine")
    assert (chat.token, chat.bot("getMe").json()["result"]["id"]) == ("99:mine", 99)
    users = httpx.get(f"{chat.url}/control/users").json()["users"]
    assert [(user["id"], user["name"], user["language_code"]) for user in users] == [
        (7, "赵强", "en"),
        (8, "Ann Lee", "en"),
    ]
    chat.person("start", chat=7)
    assert {chat.bot("sendMessage", chat_id=7, text="快").status_code for _ in range(12)} == {200}
    assert chat.printed[-1] == "Press Ctrl+C to stop.\n"
    assert chat.stop(signal.SIGINT) == 0


@pytest.mark.slow
def test_a_kept_chat_is_there_at_the_next_start(start: Callable[..., Started], tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    first = start("--keep", str(folder), "--user", "7:赵强")
    first.person("start", chat=7)
    assert first.bot("sendMessage", chat_id=7, text="还在").json()["ok"]
    assert first.stop() == 0
    again = start("--keep", str(folder), "--user", "7:别人", "--user", "8:新人")
    people = httpx.get(f"{again.url}/control/users").json()["users"]
    assert [(user["id"], user["name"]) for user in people] == [(7, "赵强"), (8, "新人")]
    messages = httpx.get(f"{again.url}/control/messages", params={"chat": 7}).json()["messages"]
    assert messages[-1]["text"] == "还在"


def test_with_a_password_the_page_asks_and_the_token_is_new(start: Callable[..., Started]) -> None:
    chat = start("--host", "0.0.0.0", DUBAN_PASSWORD="long enough")  # noqa: S104
    assert "long enough" not in "".join(chat.printed)
    assert httpx.get(f"{chat.url}/control/state").status_code == 401
    with httpx.Client(base_url=chat.url) as client:
        client.post("/login", data={"password": "long enough"})
        assert client.get("/control/state").status_code == 200
    assert chat.bot("getMe").json()["ok"]
    assert httpx.get(f"{chat.url}/bot{DEFAULT_TOKEN}/getMe").status_code == 401


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--host", "0.0.0.0"], "password_needed"),  # noqa: S104
        (["--password", "short"], "password_short"),
        (["--token", "no colon"], "localchat_token_bad"),
        (["--user", "张三"], "localchat_user_bad"),
        (["--user", "0:张三"], "localchat_user_bad"),
        (["--user", "7: "], "localchat_user_bad"),
        (["--user", "7:a", "--user", "7:b"], "localchat_user_bad"),
        (["--timezone", "Mars/Base"], "settings_bad"),
        (["--host", "203.0.113.9", "--password", "long enough"], "address_unusable"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_runs(words: list[str], code: str) -> None:
    refused = RUN.invoke(app, ["localchat", "--port", "0", *words])
    assert getattr(refused.exception, "code", None) == code


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = RUN.invoke(app, ["localchat", "--port", str(taken.getsockname()[1])])
    assert getattr(refused.exception, "code", None) == "port_taken"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 99}'])
def test_a_kept_chat_that_cannot_be_read_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "chat.json").write_text(content)
    refused = RUN.invoke(app, ["localchat", "--port", "0", "--keep", str(tmp_path)])
    assert getattr(refused.exception, "code", None) == "kept_chat_unreadable"
    assert (tmp_path / "chat.json").read_text() == content


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = RUN.invoke(app, ["localchat", "--port", "0", "--keep", str(tmp_path / "file")])
    assert getattr(refused.exception, "code", None) == "database_not_writable"
