"""The built-in chat in a real browser: the guided tour, a year watched to its end, files, two tabs, a telephone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.journeys.browser import Browser, available
from tests.journeys.page import Stage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="chromium and chromedriver are not installed"),
]

STEPS = 8
DONE = "//*[contains(@class, 'tour-card') and contains(@class, 'is-done')]"
FOOT = "//*[contains(@class, 'tour-foot')]//button"


def test_the_guided_tour_plays_a_whole_year_to_the_leaders_ledger(running: str, pictures: Path) -> None:
    with Browser(1400, 1000) as page:
        page.open(running)
        stage = Stage(page, running, pictures)
        for step in range(1, STEPS + 1):
            page.find(f"//*[contains(@class, 'tour-top') and contains(., '{step}/{STEPS}')]")
            page.click("//*[@id='panel']//button[contains(., '替我做')]")
            page.find(DONE, seconds=400 if step == STEPS - 1 else 60)
            stage.keep(f"tour-{step}")
            if step < STEPS:
                page.click(f"{FOOT}[contains(., '下一步')]")
        stage.sees("这一年已经走完")
        stage.be("领导")
        stage.sees("2022年第四季度")
        page.click(f"{FOOT}[contains(., '看完了')]")
        name = page.find("//*[@id='messages']//a[contains(@class, 'document')][contains(@download, '.xlsx')]")
        page.click("//*[@id='messages']//a[contains(@class, 'document')][contains(@download, '.xlsx')]")
        ledger = page.downloaded(str(page.run("return arguments[0].download", name)))
    book = zipfile.ZipFile(io.BytesIO(ledger))
    assert "xl/workbook.xml" in book.namelist()
    _the_year_is_whole(running)


def _the_year_is_whole(url: str) -> None:
    """Every quarter was chased, answered by some and told to both leaders; each line of the story has its reason."""
    state = httpx.get(f"{url}/demo/state?language=zh&story_after=0", trust_env=False).json()
    users = httpx.get(f"{url}/control/users", trust_env=False).json()["users"]
    leaders = [user["id"] for user in users if user["title"] == "领导"]
    assert len(leaders) == 2
    for leader in leaders:
        messages = httpx.get(f"{url}/control/messages?chat={leader}&limit=500", trust_env=False).json()["messages"]
        captions = " ".join(message.get("caption", "") for message in messages)
        assert all(f"第{quarter}季度" in captions for quarter in "一二三四")
    board = state["board"]
    assert len(board["tasks"]) == 16
    assert sum(count["count"] for count in board["counts"]) == 16
    assert state["story"] and all(line["why"] for line in state["story"] if line["what"].startswith("提醒"))


def test_files_go_up_and_come_down_and_two_tabs_agree(running: str, pictures: Path, tmp_path: Path) -> None:
    note = tmp_path / "整改说明.txt"
    note.write_text("三处已整改，照片另附。", encoding="utf-8")
    with Browser() as page:
        page.open(running)
        stage = Stage(page, running, pictures)
        stage.be("联络员·县财政局")
        page.choose_file("//input[@id='file']", note)
        page.wait_for("整改说明.txt")
        page.click("//*[@id='send']")
        page.find("//*[@id='messages']//a[contains(@class, 'document')][contains(., '整改说明')]")
        page.click("//*[@id='messages']//a[contains(@class, 'document')][contains(., '整改说明')]")
        assert page.downloaded("整改说明.txt") == note.read_bytes()

        first = page.tab()
        second = page.new_tab()
        page.open(f"{running}/{page_place(page, first)}")
        page.go_to_tab(second)
        page.wait_for("整改说明.txt")
        stage.say("帮助")
        page.go_to_tab(first)
        page.wait_for("帮助")
        stage.keep("two-tabs")


def page_place(page: Browser, tab: str) -> str:
    """Which chat a tab shows, as its address says it."""
    now = page.tab()
    page.go_to_tab(tab)
    place = str(page.run("return location.hash"))
    page.go_to_tab(now)
    return place


def test_at_telephone_width_list_chat_and_panel_are_three_screens(running: str, pictures: Path) -> None:
    with Browser(390, 844) as page:
        page.open(running)
        stage = Stage(page, running, pictures)
        for screen, shown in (("side", "side"), ("list", "people"), ("chat", "chat")):
            if screen == "chat":
                stage.be("联络员·县财政局")
            else:
                page.click(f"//*[@data-to='{screen}']")
            assert page.run("return document.getElementById(arguments[0]).offsetWidth", shown) > 300
            assert page.run("return document.documentElement.scrollWidth <= innerWidth")
            stage.keep(f"telephone-{screen}")
        stage.say("我的任务")
        stage.sees("没有启用的计划")
        page.click("//*[@data-to='list']")
        page.find("//*[@id='people-list']//*[contains(., '没有启用的计划')]")
