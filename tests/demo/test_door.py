"""What the panel is told and may ask for, by the addresses it uses."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx

from bot.demo import curtain, folder
from tests.demo.conftest import COORDINATOR, ROSTER, TIDY, TINY, WATER, opened

HAN = re.compile(r"[㐀-鿿]")
OTHER = TINY.replace("2024", "2023").replace("巡河工作", "护林工作").replace("县城管局", "县林业局")


async def test_a_fresh_world_is_a_draft_with_its_cast_and_the_first_line_of_the_story(world: Path) -> None:
    async with opened(world) as visitor:
        state = await visitor.get("state", language="zh")
    assert state["plan"] == {"title": "2024年巡河工作计划", "year": 2024, "state": "draft"}
    assert state["cast"]["answering"] is False
    assert set(state["cast"]["manners"]) == {str(WATER), str(TIDY)}
    assert state["play"] == {"on": False, "days_per_second": 1.0, "note": ""}
    assert state["board"] is None
    assert state["last_story"] == len(state["story"]) == 1
    assert set(state["story"][0]) == {"number", "at", "user_id", "who", "what", "why", "chat_id", "message_id"}
    assert "2项任务" in state["story"][0]["what"]


async def test_the_story_is_told_after_a_number_and_in_the_language_asked_for(world: Path) -> None:
    async with opened(world) as visitor:
        visitor.scene.api.user_sends(COORDINATOR, "计划")
        await visitor.scene.settle()
        whole = await visitor.get("state", language="zh")
        after = await visitor.get("state", language="en", story_after=1)
    assert [line["number"] for line in whole["story"]] == list(range(1, whole["last_story"] + 1))
    assert after["story"][0]["number"] == 2
    assert not HAN.search(after["story"][-1]["why"])
    assert after["story"][-1]["user_id"] == COORDINATOR
    newest = visitor.scene.api.last_message(COORDINATOR)
    assert (after["story"][-1]["chat_id"], after["story"][-1]["message_id"]) == (COORDINATOR, newest["message_id"])


async def test_what_the_bot_understood_is_told_with_its_percent(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.scene.begin_playing(1)
        await visitor.scene.play.ended()
        visitor.scene.api.user_sends(TIDY, "2 已完成60%，还差最后3处")
        await visitor.scene.settle()
        state = await visitor.get("state", language="zh")
    assert state["story"][-1]["what"].endswith("● 推进中 60%")


async def test_the_board_shows_every_task_by_quarter_with_symbol_and_word(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.scene.begin_playing(1)
        await visitor.scene.play.ended()
        state = await visitor.get("state", language="zh")
        other = await visitor.get("board", language="en", period="Q3")
    board = state["board"]
    assert state["plan"]["state"] == "active"
    assert [period["code"] for period in board["periods"]] == ["Q1", "Q2", "Q3", "Q4", "2024"]
    assert [task["number"] for task in board["tasks"]] == ["1", "2"]
    assert board["tasks"][0]["leads"] == ["县水利局"]
    cell = {"period": "Q1", "status": "not_due", "symbol": "·", "word": "未到期", "reported": 0, "owed": 1}
    assert board["tasks"][0]["cells"][0] == cell
    assert {count["status"] for count in board["counts"]} == {
        *("done", "in_progress", "blocked", "not_started", "unreported"),
    }
    assert other["board"]["period"] == "Q3"
    assert not HAN.search(other["board"]["name"])


async def test_what_makes_no_sense_is_refused_in_words(world: Path) -> None:
    senseless: list[tuple[str, object]] = [
        ("play", {"days_per_second": 0.01}),
        ("play", {"days_per_second": 61}),
        ("play", {}),
        ("play", [1]),
        ("cast", {"manner": "lazy"}),
        ("cast", {"user_id": 7, "manner": "late"}),
        ("cast", {"user_id": COORDINATOR, "manner": "late"}),
    ]
    async with opened(world) as visitor:
        for path, body in senseless:
            refused = await visitor.client.post(f"/demo/{path}", json=body)
            assert (refused.status_code, set(refused.json())) == (400, {"error", "text"}), (path, body)
        assert visitor.scene.kept == folder.read(world)
        assert not visitor.scene.play.on


async def test_the_cast_is_directed_all_at_once_or_one_by_one_and_that_is_kept(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.post("cast", answering=True, manner="late")
        await visitor.post("cast", user_id=WATER, manner="silent")
        state = await visitor.get("state")
    assert state["cast"] == {"answering": True, "manners": {str(WATER): "silent", str(TIDY): "late"}}
    assert folder.read(world).manners == {str(WATER): "silent", str(TIDY): "late"}
    async with opened(world) as visitor:
        await visitor.post("cast", manner="mixed")
        mixed = (await visitor.get("state"))["cast"]
    assert mixed["answering"] is True


async def test_every_change_lets_the_page_ask_again(world: Path) -> None:
    async with opened(world) as visitor:
        for path, body in (("cast", {"answering": True}), ("play", {"days_per_second": 0.2}), ("pause", {})):
            before = visitor.scene.api.world.revision
            assert (await visitor.post(path, **body)).status_code == 200
            assert visitor.scene.api.world.revision > before


async def load(client: httpx.AsyncClient, plan: str, roster: str | None = None, **query: str) -> httpx.Response:
    files = {"plan": ("计划.txt", plan.encode())}
    if roster is not None:
        files["roster"] = ("通讯录.csv", roster.encode())
    return await client.post("/demo/load", files=files, params=query)


async def test_another_plan_takes_the_stage_on_its_own_year_s_first_morning(world: Path) -> None:
    async with opened(world) as visitor:
        shown = visitor.scene.api.world.revision
        answer = await load(visitor.client, OTHER)
        fresh = await asyncio.wait_for(visitor.scene.leave, 5)
    read = answer.json()
    assert {name: read[name] for name in ("title", "tasks", "agencies", "people")} == {
        "title": "2023年护林工作计划",
        "tasks": 2,
        "agencies": 2,
        "people": 4,
    }
    assert read["doubts"] >= 0
    folder.put_in_place(fresh, world)
    async with opened(world) as visitor:
        state = await visitor.get("state")
        assert state["plan"]["year"] == 2023
        assert (
            visitor.scene.house.now().astimezone(visitor.scene.settings.zone).isoformat() == "2023-01-03T08:40:00+08:00"
        )
        assert visitor.scene.api.world.revision < shown
        assert {person.title for person in visitor.scene.api.world.people.values()} >= {"牵头办", "联络员·县林业局"}


async def test_a_roster_of_one_s_own_fills_the_parts_and_lacks_no_office(world: Path) -> None:
    people = "单位,姓名,手机\n县水利局,王五,\n县城管局,赵六,\n"
    async with opened(world) as visitor:
        answer = await load(visitor.client, TINY.replace("50", "60"), people)
    assert answer.status_code == 200
    assert answer.json()["people"] == 4


async def test_what_cannot_be_read_is_refused_in_words_and_nothing_changes(world: Path) -> None:
    unreadable = [
        ("今天天气很好。\n", None, "plan_without_duties"),
        (TINY.replace("2024年", ""), None, "plan_without_year"),
        (TINY, ROSTER.replace("县水利局", "县文化局"), "roster_unknown_agency"),
        (TINY, "什么也不是", "roster_no_header"),
    ]
    async with opened(world) as visitor:
        before = await visitor.get("state")
        for plan, roster, code in unreadable:
            zh = await load(visitor.client, plan, roster)
            assert (zh.status_code, zh.json()["error"]) == (400, code)
            assert HAN.search(zh.json()["text"])
        en = await load(visitor.client, *unreadable[0][:2], language="en")
        assert not HAN.search(en.json()["text"].replace("计划", ""))
        await asyncio.sleep(0.15)
        assert not visitor.scene.leave.done()
        assert await visitor.get("state") == before


async def test_a_load_without_a_plan_is_refused(world: Path) -> None:
    async with opened(world) as visitor:
        answer = await visitor.client.post("/demo/load", files={"roster": ("r.csv", b"x")})
    assert answer.json()["error"] == "plan_missing"


async def test_the_roster_template_lists_the_plan_s_agencies(world: Path) -> None:
    async with opened(world) as visitor:
        answer = await visitor.client.get("/demo/roster-template")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"PK")


async def test_the_panel_s_files_are_served_and_nothing_else(world: Path) -> None:
    async with opened(world) as visitor:
        script = await visitor.client.get("/demo/panel.js")
        assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert (await visitor.client.get("/demo/..%2fdoor.py")).status_code == 404
        assert (await visitor.client.get("/demo/nothing.js")).status_code == 404


def test_the_sample_has_somebody_for_every_agency_of_its_plan() -> None:
    script = curtain.sample_script()
    roles = [line.role.value for line in script.lines]
    assert {line.agency for line in script.lines} >= set(script.reading.agencies)
    assert (roles.count("coordinator"), roles.count("leader")) == (1, 2)
    assert any(line.position.value == "deputy" for line in script.lines)
