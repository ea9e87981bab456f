"""A whole year played through the real planner, outbox and handlers, held against an oracle that shares no code."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan
from bot.rehearsal import Behaviour, Rehearsal, Said, play
from tests.journeys.plancases import silent_year

BEIJING = ZoneInfo("Asia/Shanghai")
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "bot" / "localchat" / "sample" / "plan.txt"
REAL = ROOT.parent / "shared" / "plans" / "luzhai-2022.txt"

SMALL = """《清河县2024年河道整治工作计划》
一、重点任务
（一）治理河道
1.清理河道垃圾
对重点河段开展清理，6月底前完成清理任务。（县水利局牵头，县住房和城乡建设局、农业农村局参与）
2.排查入河排污口
完成排查并建立台账，2024年9月30日前完成整改。（县水利局、生态环境局按职责分工负责）
（二）健全机制
1.完善巡河制度
每季度结束后报送巡河情况，2024年底前形成制度。（县河长办牵头，各乡镇人民政府参与）
"""

TINY = """2024年巡河工作计划
一、重点任务
1.每周巡河
沿河巡查并记录问题。（县水利局牵头，县城管局参与）
2.清理河岸垃圾
2024年6月底前清理完毕。（县城管局牵头）
"""


@cache
def year_of(path_or_text: Path | str, behaviour: Behaviour, year: int, seed: int = 1) -> tuple[Said, ...]:
    is_path = isinstance(path_or_text, Path)
    data = path_or_text.read_bytes() if isinstance(path_or_text, Path) else path_or_text.encode()
    reading = read_plan("plan.txt", data)
    assert is_path or reading.year == year
    said, summary = play(Rehearsal(reading, ("plan.txt", data), year, None, behaviour, seed, BEIJING))
    assert summary
    return said


def as_set(said: tuple[Said, ...]) -> Counter[tuple[date, str, frozenset[tuple[str, str, str]]]]:
    def receiver(message: Said) -> str:
        return message.to["agency"] or message.to["role"]

    return Counter(
        (
            message.at.date(),
            receiver(message),
            frozenset((item["task"] or "", item["what"], item["rung"]) for item in message.items),
        )
        for message in said
        if message.kind != "answer"
    )


def tasks_of(source: Path | str) -> list[dict[str, object]]:
    data = source.read_bytes() if isinstance(source, Path) else source.encode()
    tasks: list[dict[str, object]] = json.loads(json.dumps(as_json(read_plan("plan.txt", data))))["tasks"]
    return tasks


@pytest.mark.parametrize(
    ("source", "year"),
    [pytest.param(SAMPLE, 2022, id="sample", marks=pytest.mark.slow), pytest.param(SMALL, 2024, id="small")],
)
def test_a_silent_year_says_exactly_what_the_policy_asks_for(source: Path | str, year: int) -> None:
    said = as_set(year_of(source, Behaviour.SILENT, year))
    assert set(said) == silent_year(tasks_of(source), year)
    assert max(said.values()) == 1


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="the real plan is only beside the workshop's checkout")
def test_the_real_plan_s_silent_year_says_exactly_what_the_policy_asks_for() -> None:
    said = as_set(year_of(REAL, Behaviour.SILENT, 2022))
    assert set(said) == silent_year(tasks_of(REAL), 2022)
    assert max(said.values()) == 1


def test_every_scheduled_message_leaves_at_nine_on_a_working_day_and_once_a_day() -> None:
    said = year_of(SMALL, Behaviour.SILENT, 2024)
    assert said
    for message in said:
        assert message.at.timetz() == time(9, 0, tzinfo=BEIJING)
        assert chinese_calendar.is_workday(message.at.date())
    people = Counter((message.to["name"], message.at.date()) for message in said)
    assert max(people.values()) == 1


@pytest.mark.slow
def test_who_answered_at_the_first_rung_is_not_reminded_again_of_that_due() -> None:
    reminded: Counter[tuple[str, str, str]] = Counter()
    for message in year_of(SMALL, Behaviour.PROMPT, 2024):
        if message.kind == "reminder":
            reminded.update((message.to["agency"], item["task"], item["what"]) for item in message.items)
    assert reminded
    assert set(reminded.values()) == {1}


@pytest.mark.slow
def test_the_same_seed_plays_the_same_year() -> None:
    first = [message.as_json() for message in year_of(TINY, Behaviour.MIXED, 2024, seed=7)]
    again = [message.as_json() for message in year_of.__wrapped__(TINY, Behaviour.MIXED, 2024, seed=7)]
    other = [message.as_json() for message in year_of(TINY, Behaviour.MIXED, 2024, seed=8)]
    assert first == again
    assert first != other


@pytest.mark.slow
def test_another_year_than_the_document_s_is_played_whole() -> None:
    document = ("plan.txt", TINY.encode())
    said, _ = play(Rehearsal(read_plan(*document), document, 2023, None, Behaviour.SILENT, 1, BEIJING))
    assert {message.at.year for message in said} == {2023, 2024}
    due = {item["what"] for message in said for item in message.items}
    assert {f"2023Q{quarter}" for quarter in range(1, 5)} <= due
