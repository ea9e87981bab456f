"""`duban run` without a token, as a newcomer meets it: a year's first steps clicked through in a real browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.browser import Browser, available

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="chromium and chromedriver are not installed"),
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """The real command, its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DUBAN_HOME": str(tmp_path / "home"), "DUBAN_PORT": str(port), "DUBAN_TOKEN": ""}
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


def test_a_newcomer_plays_the_first_quarter_in_the_browser(running: str, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("DUBAN_PICTURES", tmp_path))
    pictures.mkdir(exist_ok=True)
    with Browser() as page:
        page.open(running)
        stage = Stage(page, running, pictures)
        stage.be("牵头办")
        stage.say("计划")
        stage.sees("启用前，不会给任何人发消息")
        stage.keep("reading")
        stage.tap("逐条核对")
        stage.keep("doubt")
        stage.tap("返回")
        stage.tap("启用")
        stage.tap("确认启用")
        stage.sees("已启用")
        stage.go_to("2022-01-04T09:10")
        stage.be("联络员·县财政局")
        stage.sees("请点“签收”")
        stage.keep("assignment")
        stage.tap("签收")
        stage.sees("已签收")

        stage.go_to("2022-04-07T09:30")
        stage.sees("还剩1个工作日")
        stage.keep("reminder")
        stage.tap("（六）1")
        stage.tap("推进中")
        stage.sees("拟上报")
        stage.tap("提交")
        stage.sees("已收到")
        stage.keep("receipt")

        stage.be("联络员·县水利局")
        stage.be("联络员·县林业局")
        stage.say("（三）2 已完成60%，示范片还差3个，预计5月底完成")
        stage.sees("我理解为")
        stage.keep("words")
        stage.tap("对，提交")
        stage.sees("已收到")

        stage.be("牵头办")
        stage.say("待审核")
        stage.tap("退回")
        stage.tap("缺数据")
        stage.keep("limit")
        stage.tap("月")
        stage.sees("已退回")
        stage.be("联络员·县财政局")
        stage.sees("缺数据")
        stage.keep("returned")
        stage.tap("推进中")
        stage.say("执行率58%，已支付1200万元")
        stage.sees("1200")
        stage.tap("提交")
        stage.sees("已收到")
        stage.be("牵头办")
        stage.say("看板")
        stage.sees("已报")
        stage.keep("board")

        stage.go_to("2022-04-14T09:30")
        stage.be("领导")
        stage.sees("请您关注")
        stage.keep("leader")
        stage.say("汇总")
        stage.sees("截至4月14日 09:30")
        stage.tap("看任务")
        stage.sees("1/4")
        stage.tap("›")
        stage.sees("2/4")
        stage.tap("›")
        stage.sees("3/4")
        stage.tap("（六）1")
        stage.sees("执行率58%，已支付1200万元")
        stage.keep("words-behind-a-line")
        page.resize(390, 844)
        stage.keep("phone")
