"""A year let play: it begins with 启用, answers come by themselves, and it ends with the year-end summary."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.demo import folder
from bot.localchat.errors import ControlError
from storage.tables import Inbox, Outbox, Person, Reminder, Report
from tests.demo.conftest import LEADER, TIDY, WATER, Visitor, opened

HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True)
class Year:
    """What a year left behind."""

    end: datetime
    state: dict[str, Any]
    english: dict[str, Any]
    story: list[dict[str, Any]]
    acts: list[datetime]
    reports: list[Report]
    summaries: list[Outbox]
    leader: str


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110  (what is waited for tells nobody)
            await asyncio.sleep(0.02)


async def whole_story(visitor: Visitor, language: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    while True:
        state = await visitor.get("state", language=language, story_after=len(told))
        told += state["story"]
        if len(told) == state["last_story"]:
            return told


async def _year(where: Path) -> Year:
    async with opened(where) as visitor:
        scene = visitor.scene
        await visitor.post("cast", answering=True, manner="prompt")
        await visitor.post("cast", user_id=TIDY, manner="late")
        # Begun in September, so that half a year is enough to watch.
        await scene.mover.to(datetime(2024, 9, 20, 8, 40, tzinfo=scene.settings.zone), direct=True)
        await visitor.post("play", days_per_second=60)
        scene.play.days_per_second = 1e5
        await _until(lambda: not scene.play.on)
        zone = scene.settings.zone
        acts = await scene.db.read(lambda session: list(session.scalars(select(Inbox.received_at))))
        return Year(
            end=scene.house.now().astimezone(zone),
            state=await visitor.get("state", language="zh"),
            english=await visitor.get("state", language="en"),
            story=await whole_story(visitor, "zh"),
            acts=[at.astimezone(zone) for at in acts],
            reports=await scene.db.read(lambda session: list(session.scalars(select(Report)))),
            summaries=await scene.db.read(
                lambda session: list(
                    session.scalars(
                        select(Outbox)
                        .join(Reminder, Reminder.outbox_id == Outbox.id)
                        .where(Reminder.audience == "leader", Reminder.what == "2024Q4", Outbox.state == "sent")
                    )
                )
            ),
            leader=str(scene.api.messages(LEADER)[-1].get("caption", "")),
        )


@pytest.fixture(scope="module")
def year(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Year:
    where = tmp_path_factory.mktemp("year") / folder.NAME
    shutil.copytree(built, where)
    return asyncio.run(_year(where))


def test_the_play_stops_by_itself_when_the_year_end_summary_has_gone_out(year: Year) -> None:
    assert (year.state["play"]["on"], year.state["plan"]["state"]) == (False, "closed")
    assert len(year.summaries) == 1
    assert "第四季度" in year.leader or "2024年" in year.leader
    assert year.end.year == 2025
    assert HAN.search(year.state["play"]["note"])
    assert year.english["play"]["note"]
    assert not HAN.search(year.english["play"]["note"])


def test_the_cast_answered_all_year_by_day(year: Year) -> None:
    quarters = {report.what for report in year.reports}
    assert {"2024Q3", "2024Q4", "milestone:2024-12-31"} <= quarters
    assert all(8 <= at.hour <= 20 for at in year.acts)


def test_the_late_one_answers_after_the_due_day_and_the_prompt_one_at_the_first_reminder(year: Year) -> None:
    due = datetime(2024, 10, 12, 17, 30, tzinfo=year.end.tzinfo)
    at = {report.sender_id: report.told_at for report in year.reports if report.what == "2024Q3"}
    first, second = sorted(at.values())
    assert first < due - timedelta(days=7)
    assert second > due


def test_the_board_at_the_end_has_every_cell_answered(year: Year) -> None:
    cells = [cell for task in year.state["board"]["tasks"] for cell in task["cells"]]
    assert [cell["owed"] for cell in cells] == [0, 0, 1, 1, 0, 0, 1, 1]
    assert all(cell["reported"] == cell["owed"] for cell in cells)
    assert {cell["status"] for cell in cells} <= {"not_owed", "in_progress", "done"}


def test_the_story_names_each_thing_with_its_reason(year: Year) -> None:
    def told(what: str) -> dict[str, Any]:
        return next(line for line in year.story if what in line["what"])

    assert told("收到任务清单")["user_id"] == WATER
    assert "计划已启用" in told("收到任务清单")["why"]
    assert told("签收了任务清单")["user_id"] == WATER
    reminded = told("收到提醒：第三季度进展")
    assert "10月12日" in reminded["why"]
    assert "还剩10个工作日" in reminded["why"]
    assert "登记为Q3-" in told("报送")["what"]
    assert told("没有再收到提醒")["why"] == "已经报送，不再打扰。"
    assert "截止日刚过" in told("收到未报名单")["why"]
    assert "封存" in told("收到汇总")["why"]
    assert told("认可")["user_id"] == 1001


def test_the_story_is_numbered_without_gaps_and_goes_forward_in_time(year: Year) -> None:
    assert [line["number"] for line in year.story] == list(range(1, len(year.story) + 1))
    moments = [line["at"] for line in year.story]
    assert all(line["what"] for line in year.story)
    assert moments == sorted(moments)


def test_the_english_story_holds_no_chinese_but_names_and_quotes(year: Year) -> None:
    whys = [line["why"] for line in year.english["story"]]
    assert whys
    assert not any(HAN.search(re.sub(r'"[^"]*"', "", why)) for why in whys)


async def test_pausing_stops_the_clock_where_it_stands(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.post("play", days_per_second=1)
        await asyncio.sleep(0.1)
        await visitor.post("pause")
        assert (await visitor.get("state"))["play"]["on"] is False
        await visitor.scene.play.ended()
        stood = visitor.scene.house.now()
        await asyncio.sleep(0.3)
        assert visitor.scene.house.now() == stood


async def test_the_play_keeps_its_speed_and_takes_turns_with_a_person_s_own_move(world: Path) -> None:
    async with opened(world) as visitor:
        scene = visitor.scene
        await visitor.post("play", days_per_second=2)
        loop = asyncio.get_running_loop()
        began, stood = loop.time(), scene.house.now()
        await asyncio.sleep(0.5)
        played = (scene.house.now() - stood) / timedelta(days=1)
        assert played <= 2 * (loop.time() - began) + 0.5
        answer = await visitor.client.post("/control/clock/advance", json={"days": 3})
        assert answer.json()["stops"] >= 0
        assert scene.play.on
        assert (scene.house.now() - stood) / timedelta(days=1) >= 3 + played - 0.5


async def test_a_plan_without_anything_planned_ends_the_play_with_a_word(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.scene.direct(answering=False, manner=None, user_id=None)
        visitor.scene.play.start(60)
        await _until(lambda: not visitor.scene.play.on)
        note = (await visitor.get("state"))["play"]["note"]
    assert HAN.search(note)


async def test_no_speed_is_taken_that_is_none(world: Path) -> None:
    async with opened(world) as visitor:
        for speed in (0.1, 61, float("nan"), float("inf"), -1):
            with pytest.raises(ControlError):
                visitor.scene.play.start(speed)


async def test_nobody_answers_for_somebody_a_human_acted_as_within_a_day(world: Path) -> None:
    async with opened(world) as visitor:
        scene = visitor.scene
        await scene.begin_playing(1)
        await scene.play.ended()
        await visitor.post("cast", answering=True, manner="prompt")
        scene.api.user_sends(WATER, "我的任务")
        await scene.settle()
        await scene.mover.to(scene.house.now() + timedelta(hours=5))
        answered = await scene.db.read(_chats_that_acted)
        assert TIDY in answered
        signed = [message for message in scene.api.messages(WATER) if "已签收" in message.get("text", "")]
        assert signed == []


def _chats_that_acted(session: Any) -> set[int]:
    people = {person.id: person.chat_id for person in session.scalars(select(Person))}
    since = session.scalars(select(Inbox.chat_id).where(Inbox.body.is_not(None)).order_by(Inbox.update_id.desc())).all()
    return {chat for chat in since[:10] if chat in people.values()}
