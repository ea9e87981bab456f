"""`duban run` without a token as a process, and its page with people to be and a clock to move."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.journeys.browser import Browser


@contextmanager
def started(home: Path) -> Iterator[str]:
    """The real command with its data in `home`; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DUBAN_HOME": str(home), "DUBAN_PORT": str(port), "DUBAN_TOKEN": ""}
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=subprocess.PIPE)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_up(url, process)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0


def _until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            if httpx.get(f"{url}/control/users", trust_env=False).json()["users"]:
                return
        except (httpx.HTTPError, ValueError):
            assert process.poll() is None, "the command ended"
            assert time.monotonic() < until, "the page never came up"
        time.sleep(0.2)


class Stage:
    """The page with people to be and a clock to move; every step leaves a picture."""

    def __init__(self, page: Browser, url: str, pictures: Path) -> None:
        self.page, self.url, self.pictures = page, url, pictures
        self.count = 0

    def be(self, title: str) -> None:
        """Open the chat of the person with this role or agency."""
        users = httpx.get(f"{self.url}/control/users", trust_env=False).json()["users"]
        person = next(user for user in users if user["title"] == title)
        self.page.click(f"//*[@id='people-list']//*[contains(text(), '{person['name']}')]")
        self.page.wait_for(person["name"])

    def tap(self, label: str) -> None:
        """The newest button with this label under a message."""
        self.page.click(f"//*[@id='messages']//button[contains(., '{label}')]")

    def say(self, text: str) -> None:
        self.page.type("//*[@id='text']", text)
        self.page.click("//*[@id='send']")

    def go_to(self, moment: str) -> None:
        self.page.run("document.getElementById('goto-when').value = arguments[0]", moment)
        self.page.click("//*[@id='goto']//button")

    def sees(self, words: str) -> None:
        self.page.wait_for(words)

    def keep(self, name: str) -> None:
        self.count += 1
        time.sleep(0.3)
        self.page.screenshot(self.pictures / f"{self.count:02d}-{name}.png")
