"""A clerk's plan of forty tasks in a real browser: sent as a Word document, checked by taps, activated, revised."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.browser import Browser, available
from tests.journeys.page import Stage
from tests.services.forty import DIFFERENCES, MOST_TAPS, PLAN, TASKS, revised, word

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="chromium and chromedriver are not installed"),
]

ROWS = "[...document.querySelectorAll('#messages .row')].filter((row) => row.querySelector('.buttons'))"
CARD = f"return {ROWS}.at(-1)?.querySelector('.stack').innerText ?? ''"
BUTTONS = f"return [...({ROWS}.at(-1)?.querySelectorAll('.buttons .line') ?? [])].map((line) => line.innerText)"
CUT = f"return {ROWS}.flatMap((row) => [...row.querySelectorAll('.buttons button')])"


class Clerk(Stage):
    """The coordinator at the newest card; her taps are counted."""

    taps = 0

    @property
    def card(self) -> str:
        return str(self.page.run(CARD))

    def buttons(self) -> list[str]:
        """The labels, the buttons of one row parted by lines."""
        return [str(line) for line in self.page.run(BUTTONS)]

    def changes(self, before: str) -> None:
        """Wait until the newest card is another one or says something else."""
        self.page.until(lambda: self.card not in ("", before), "the card did not change")

    def tap(self, label: str) -> None:
        self.taps += 1
        before = self.card
        super().tap(label)
        self.changes(before)

    def say(self, text: str) -> None:
        before = self.card
        super().say(text)
        self.changes(before)

    def sends(self, path: Path) -> None:
        before = self.card
        self.page.choose_file("//input[@id='file']", path)
        self.page.click("//*[@id='send']")
        self.changes(before)


def test_a_clerk_checks_activates_and_revises_a_word_plan(running: str, pictures: Path, tmp_path: Path) -> None:
    plan, newer = tmp_path / "岚桥县2026年重点工作计划.docx", tmp_path / "岚桥县2026年重点工作计划（修订稿）.docx"
    plan.write_bytes(word(PLAN))
    newer.write_bytes(word(revised()))
    with Browser(1400, 900) as page:
        page.open(running)
        clerk = Clerk(page, running, pictures)
        clerk.be("牵头办")
        clerk.sends(plan)
        assert f"{TASKS}项任务" in clerk.card
        _settles_every_doubt(clerk)
        assert 8 < clerk.taps < MOST_TAPS
        _edits_and_undoes(clerk)
        _activates(clerk)
        _revises(clerk, newer)


def _settles_every_doubt(clerk: Clerk) -> None:
    """By the first answer each; the picture is of one about two tasks with their texts."""
    clerk.tap("逐条核对")
    while "请点一个答案" in clerk.card:
        if "标题一样" in clerk.card:
            _pictured(clerk)
        clerk.tap(clerk.buttons()[0].split("\n")[0])
    assert "都已核对" in clerk.card


def _pictured(clerk: Clerk) -> None:
    clerk.keep("check")
    if "DUBAN_PICTURES" in os.environ:
        clerk.page.screenshot(clerk.pictures / "check.png")
    clerk.page.resize(390, 844)
    clerk.keep("check-phone")
    wide = "return arguments[0].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"
    assert clerk.page.run(wide, clerk.page.run(CUT)) == []
    clerk.page.resize(1400, 900)


def _edits_and_undoes(clerk: Clerk) -> None:
    clerk.tap("看全部")
    clerk.tap("（一）")
    clerk.tap("标题")
    clerk.say("建好工业园二期")
    assert clerk.card.startswith("（一） 建好工业园二期")
    clerk.tap("时限")
    clerk.tap("加一个日子")
    clerk.say("10月15日前")
    assert "2026年10月15日" in clerk.card
    clerk.tap("撤销")
    assert "2026年10月15日" not in clerk.card
    clerk.keep("undone")
    for _ in range(3):
        clerk.tap("返回")


def _activates(clerk: Clerk) -> None:
    clerk.tap("启用")
    assert "启用前请确认" in clerk.card
    clerk.keep("before-activation")
    clerk.tap("确认启用")
    assert "已启用" in clerk.card


def _revises(clerk: Clerk, document: Path) -> None:
    clerk.sends(document)
    assert "新增1项任务、取消1项任务、改动3处" in clerk.card
    clerk.tap("作为修订")
    clerk.keep("differences")
    kinds = [line.split("　")[0].split(" ")[-1] for line in clerk.card.splitlines() if "☐" in line]
    assert tuple(kinds) == DIFFERENCES
    clerk.tap("全部采纳")
    clerk.tap("确认（5）")
    clerk.tap("确认修订")
    assert "已修订" in clerk.card
    clerk.keep("revised")
