"""A real browser for journeys: Debian's chromium driven through chromedriver's own protocol."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)


def available() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


class Browser:
    """One window; `with Browser() as page:` starts and stops it."""

    def __init__(self, width: int = 1280, height: int = 860) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._profile = tempfile.mkdtemp(prefix="duban-browser-")
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        self._size = (width, height)
        self._session = ""

    def __enter__(self) -> Browser:
        self._until_ready()
        options = {"args": [*FLAGS, f"--user-data-dir={self._profile}"], "binary": shutil.which("chromium")}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self._session = "/session/" + self._http.post("/session", json=wanted).json()["value"]["sessionId"]
        self.resize(*self._size)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._http.delete(self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(timeout=10)
            shutil.rmtree(self._profile, ignore_errors=True)

    def _until_ready(self) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                if self._http.get("/status").json()["value"]["ready"]:
                    return
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.1)

    def _call(self, path: str, **body: Any) -> Any:
        answer = self._http.post(self._session + path, json=body).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{path}: {answer['error']}: {answer['message'][:200]}")
        return answer

    def resize(self, width: int, height: int) -> None:
        self._call("/window/rect", width=width, height=height)

    def open(self, url: str) -> None:
        self._call("/url", url=url)

    def run(self, script: str, *args: Any) -> Any:
        return self._call("/execute/sync", script=script, args=list(args))

    def find(self, xpath: str, seconds: float = 15) -> dict[str, str]:
        """The last element that fits, waiting until there is one."""
        until = time.monotonic() + seconds
        while True:
            found = self._call("/elements", using="xpath", value=xpath)
            if found:
                return found[-1]
            assert time.monotonic() < until, f"not on the page: {xpath}\n{self.text()[-1500:]}"
            time.sleep(0.1)

    def click(self, xpath: str, seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                element = self.find(xpath, seconds)
                self.run("arguments[0].scrollIntoView({block: 'center'})", element)
                self._call(f"/element/{element[ELEMENT]}/click")
            except AssertionError as error:
                # The page drew itself anew between finding and clicking.
                if "stale element" not in str(error) or time.monotonic() > until:
                    raise
            else:
                return

    def type(self, xpath: str, text: str) -> None:
        self._call(f"/element/{self.find(xpath)[ELEMENT]}/value", text=text)

    def text(self) -> str:
        return str(self.run("return document.body.innerText"))

    def wait_for(self, words: str, seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while words not in self.text():
            assert time.monotonic() < until, f"never shown: {words}\n{self.text()[-1500:]}"
            time.sleep(0.1)

    def screenshot(self, path: Path) -> None:
        data = self._http.get(self._session + "/screenshot").json()["value"]
        path.write_bytes(base64.b64decode(data))
