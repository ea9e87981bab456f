"""What is a task, under which title, and who answers for it, in short plans of many manners."""

from __future__ import annotations

import pytest

from bot.domain.model import DutyRole
from bot.intake.blocks import Line
from bot.intake.heading import opening_lines
from bot.intake.naming import name_duties
from bot.intake.outline import read_outline
from bot.intake.passages import Passage
from bot.intake.sections import is_safeguard
from bot.intake.tasks import TaskFinder, split_title
from tests.intake.text_cases import CASES, KEPT_ASIDE

LETTER = {DutyRole.LEAD: "L", DutyRole.JOINT_LEAD: "L", DutyRole.SHARED: "S", DutyRole.PARTICIPANT: "P"}


def lines(text: str) -> tuple[Line, ...]:
    rows = [row for row in text.strip().split("\n") if row.strip()]
    return tuple(
        Line(n, " ".join(row.lstrip("#").split()), len(row) - len(row.lstrip("#")))
        for n, row in enumerate(rows, start=1)
    )


def tasks_of(text: str) -> list[tuple[str, list[str]]]:
    """Each task as (title, sorted duties and leaders)."""
    read = lines(text)
    found = TaskFinder(read_outline(read)).tasks()
    named = name_duties(found, [line.text for line in opening_lines(read)])
    return [
        (task.title, sorted([*(LETTER[d.role] + d.agency for d in duties), *("@" + x for x in task.leaders)]))
        for task, duties in zip(found, named.duties, strict=True)
    ]


def wanted(text: str) -> list[tuple[str, list[str]]]:
    pairs = (row.split(" | ") for row in text.strip().split("\n"))
    return [(title, sorted(duties.split())) for title, duties in pairs]


@pytest.mark.parametrize(("text", "tasks"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_plan_gives_its_tasks_with_titles_and_duties(text, tasks):
    assert tasks_of(text) == wanted(tasks)


@pytest.mark.parametrize(("text", "tasks"), [c[1:] for c in KEPT_ASIDE], ids=[c[0] for c in KEPT_ASIDE])
def test_a_plan_of_a_manner_kept_aside_gives_its_tasks(text, tasks):
    assert tasks_of(text) == wanted(tasks)


@pytest.mark.parametrize(
    "title",
    ["保障措施", "组织保障", "加强组织领导", "工作要求", "有关要求", "强化保障", "狠抓落实", "强化组织保障，压实责任"],
)
def test_what_makes_the_tasks_succeed_is_no_task(title):
    assert is_safeguard(title)


@pytest.mark.parametrize(
    "title", ["完善住房保障体系", "强化要素保障", "健全工资支付保障机制建设", "落实惠民政策", "加强社会保障"]
)
def test_a_task_that_speaks_of_safeguarding_is_one(title):
    assert not is_safeguard(title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("加强执法。每月检查。", "加强执法"),
        ("加强执法：每月检查。", "加强执法"),
        ("加强执法（含夜间）。每月检查。", "加强执法（含夜间）"),
        ("加强执法", "加强执法"),
        ("加强执法；每月检查", "加强执法；每月检查"),
    ],
)
def test_a_title_is_the_first_sentence_or_the_words_before_a_colon(text, title):
    assert split_title(Passage.of(Line(1, text)), alone=False)[0] == title


def test_a_duty_said_for_later_tasks_of_one_section_holds_for_no_other():
    text = """
一、治水（以下各项任务均需各乡镇人民政府落实）
1.清河。（县水利局牵头）
2.护岸。（县水利局牵头）
二、修路
1.修桥。（县交通运输局牵头）
"""
    assert [len(duties) for _, duties in tasks_of(text)] == [2, 2, 1]


def test_who_watches_over_all_tasks_carries_out_none():
    text = "以上各项任务均由县政府督查室负责督查。\n1.清河。（县水利局牵头）\n2.修路。（县交通局牵头）"
    assert [duties for _, duties in tasks_of(text)] == [["L县水利局"], ["L县交通局"]]


def test_who_carries_out_all_tasks_may_be_said_after_them():
    text = "1.清河。（县水利局牵头）\n2.修路。（县交通局牵头）\n2024年3月1日\n以上任务均需各乡镇人民政府落实。"
    assert [len(duties) for _, duties in tasks_of(text)] == [2, 2]
