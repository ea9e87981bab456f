"""`duban run` as a process of its own: killed in the middle of a play, it goes on where it stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.slow


class Process:
    """The real command with its own home; `start` waits until the page is up."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.environment = {**os.environ, "DUBAN_HOME": str(home), "DUBAN_PORT": str(port), "DUBAN_TOKEN": ""}
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        began = time.monotonic()
        self.process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=self.environment, text=True)
        while True:
            try:
                if self.client.get("/control/users").json()["users"]:
                    return time.monotonic() - began
            except (httpx.HTTPError, ValueError):
                assert self.process.poll() is None
                assert time.monotonic() < began + 60
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def demo(self, after: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/demo/state", params={"story_after": after}).json()
        return found

    def now(self) -> str:
        return str(self.client.get("/control/clock").json()["now"])


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Process]:
    command = Process(tmp_path / "home")
    yield command
    if command.process is not None and command.process.poll() is None:
        command.process.kill()
        command.process.wait()


def test_killed_in_the_middle_of_a_play_it_goes_on_where_it_stopped(command: Process) -> None:
    command.start()
    command.client.post("/demo/cast", json={"answering": True})
    command.client.post("/demo/play", json={"days_per_second": 60})
    until = time.monotonic() + 120
    while command.now() < "2022-03-24T12" and time.monotonic() < until:
        time.sleep(0.2)
    told, clock = command.demo()["last_story"], command.now()
    command.end(signal.SIGKILL)
    command.start()
    state = command.demo()
    assert command.now() >= clock[:10]
    assert state["last_story"] >= told - 5
    assert (state["plan"]["state"], state["play"]["on"]) == ("active", False)
    assert state["cast"]["answering"] is True
    command.client.post("/demo/play", json={"days_per_second": 60})
    while command.now() < "2022-04-09" and time.monotonic() < until + 120:
        time.sleep(0.2)
    cells = [task["cells"][0] for task in command.demo()["board"]["tasks"]]
    assert sum(cell["reported"] for cell in cells) > 5
    assert command.end(signal.SIGTERM) == 0


def test_a_reset_is_served_again_within_two_seconds(command: Process) -> None:
    command.start()
    revision = command.client.get("/control/state").json()["revision"]
    assert command.client.post("/demo/reset", json={}).status_code == 200
    gone, began = 0.0, time.monotonic()
    while True:
        try:
            if command.client.get("/control/state").json()["revision"] < revision:
                break
        except httpx.HTTPError:
            gone = gone or time.monotonic()
        assert time.monotonic() < began + 20
        time.sleep(0.02)
    assert time.monotonic() - (gone or began) < 2.0


def test_a_real_bot_refuses_the_built_in_chat_s_folder(command: Process, tmp_path: Path) -> None:
    command.start()
    command.end(signal.SIGTERM)
    marked = tmp_path / "home" / "built-in-chat"
    environment = {**command.environment, "DUBAN_HOME": str(marked), "DUBAN_TOKEN": "1:x"}
    ended = subprocess.run([sys.executable, "-m", "bot", "run"], env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "内置聊天" in ended.stderr
