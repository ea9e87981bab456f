"""A real browser for journeys: Debian's chromium driven through chromedriver's own protocol."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
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

# What keeps a pointer from an element: it moves within three frames, or something else lies over its middle; else "".
IN_THE_WAY = """
const [node, done] = arguments;
const place = () => { const box = node.getBoundingClientRect(); return [box.x, box.y, box.width, box.height].join(); };
const before = place();
let frames = 3;
const look = () => {
  if (place() !== before) return done(`not still: ${before} then ${place()}`);
  if (frames--) return requestAnimationFrame(look);
  const box = node.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  done(hit && (hit === node || node.contains(hit)) ? "" : `not still: ${before} under ${hit?.outerHTML.slice(0, 120)}`);
};
requestAnimationFrame(look);
"""


def available() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


class Browser:
    """One window; `with Browser() as page:` starts and stops it."""

    def __init__(self, width: int = 1280, height: int = 860) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._profile = tempfile.mkdtemp(prefix="duban-browser-")
        self.downloads = Path(self._profile) / "downloads"
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        self._size = (width, height)
        self._session = ""

    def __enter__(self) -> Browser:
        self._until_ready()
        options = {
            "args": [*FLAGS, f"--user-data-dir={self._profile}"],
            "binary": shutil.which("chromium"),
            "prefs": {"download.default_directory": str(self.downloads), "intl.accept_languages": "zh-CN,zh"},
        }
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

    def find(self, xpath: str, seconds: float = 30) -> dict[str, str]:
        """The last element that fits, waiting until there is one."""
        until = time.monotonic() + seconds
        while True:
            found = self._call("/elements", using="xpath", value=xpath)
            if found:
                return found[-1]
            assert time.monotonic() < until, f"not on the page: {xpath}\n{self.seen()}"
            time.sleep(0.1)

    def click(self, xpath: str, seconds: float = 30) -> None:
        """Click the last element that fits, once it stands still and nothing covers it, as a hand would."""
        until = time.monotonic() + seconds
        while True:
            try:
                element = self.find(xpath, seconds)
                self._until_still(element, until)
                self._call(f"/element/{element[ELEMENT]}/click")
            except AssertionError as error:
                # The page drew itself anew, or moved, between finding and clicking.
                passing = any(word in str(error) for word in ("stale element", "intercepted", "not still"))
                if not passing or time.monotonic() > until:
                    raise AssertionError(f"{xpath}: {error}\n{self.seen()}") from error
                time.sleep(0.1)
            else:
                return

    def _until_still(self, element: dict[str, str], until: float) -> None:
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        while why := self._call("/execute/async", script=IN_THE_WAY, args=[element]):
            assert time.monotonic() < until, why
            self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)

    def type(self, xpath: str, text: str) -> None:
        self._call(f"/element/{self.find(xpath)[ELEMENT]}/value", text=text)

    def choose_file(self, xpath: str, path: Path) -> None:
        """Give a file to a file input, which may be hidden behind a button."""
        self._call(f"/element/{self.find(xpath)[ELEMENT]}/value", text=str(path))

    def downloaded(self, name: str, seconds: float = 30) -> bytes:
        """The bytes of a finished download."""
        until = time.monotonic() + seconds
        path = self.downloads / name
        while not path.exists() or list(self.downloads.glob("*.crdownload")):
            assert time.monotonic() < until, f"not downloaded: {name}"
            time.sleep(0.1)
        return path.read_bytes()

    def new_tab(self) -> str:
        """Open another tab and go to it; returns its name for `go_to_tab`."""
        name = str(self._call("/window/new", type="tab")["handle"])
        self.go_to_tab(name)
        return name

    def tab(self) -> str:
        """The name of the tab one is in."""
        return str(self._http.get(self._session + "/window").json()["value"])

    def go_to_tab(self, name: str) -> None:
        self._call("/window", handle=name)

    def text(self) -> str:
        return str(self.run("return document.body.innerText"))

    def seen(self) -> str:
        """The end of the open chat, the clock and a toast, for the words of a failure."""
        parts = ("messages", "clock", "toast")
        script = (
            "return arguments[0].map((id) => document.getElementById(id)?.innerText.slice(-700) || '').join('\\n--\\n')"
        )
        return str(self.run(script, parts))

    def wait_for(self, words: str, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while words not in self.text():
            assert time.monotonic() < until, f"never shown: {words}\n{self.seen()}"
            time.sleep(0.1)

    def until(self, done: Callable[[], bool], why: str, seconds: float = 30) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"{why}\n{self.seen()}"
            time.sleep(0.1)

    def screenshot(self, path: Path) -> None:
        data = self._http.get(self._session + "/screenshot").json()["value"]
        path.write_bytes(base64.b64decode(data))
