"""Words of doubts, answers, remarks and reasons: for every code the intake makes, in both languages."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

import bot.intake
from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import (
    DeadlineReading,
    Doubt,
    DutyReading,
    PlanReading,
    Remark,
    Source,
    TargetReading,
    TaskReading,
)
from bot.domain.settling import TYPED
from bot.texts.language import LANGUAGES, speaking
from bot.texts.markup import visible
from bot.texts.readings import printed_reading, printed_reasons
from bot.texts.screens.doubts import OPTIONS, option, question, remark
from bot.texts.screens.why import RULES, why

ROOM = Path(bot.intake.__file__).parent
HAN = re.compile(r"[㐀-鿿]")
ONE: dict[str, str | int] = {
    "number": "1-2",
    "other": "1-3",
    "leads": 2,
    "first": "A",
    "targets": 3,
    "dates": 2,
    "agency": "B",
    "written": "C",
    "full": "D",
    "count": 1,
    "words": "w",
    "day": "2024-11-30",
    "name": "N",
    "before": "2",
    "after": "4",
}
MANY = {**ONE, "count": 9, "where": "1、2、3", "more": 1}
SAID: dict[str, str | int] = {
    "number": "1-2",
    "words": "w",
    "day": "2024-11-30",
    "prefix": "p",
    "count": 4,
    "name": "n",
    "other": "o",
    "text": "t",
    "pages": "3",
    "rows": "3",
    "columns": "3",
    "format": "doc",
}


def made(constructor: str) -> set[str]:
    """Constant first arguments of calls of `constructor` in the intake."""
    calls = (n for f in ROOM.rglob("*.py") for n in ast.walk(ast.parse(f.read_text())) if isinstance(n, ast.Call))
    firsts = [n.args[0] for n in calls if isinstance(n.func, ast.Name) and n.func.id == constructor and n.args]
    return {str(a.value) for a in firsts if isinstance(a, ast.Constant)}


DOUBTS = sorted(made("Doubt") | made("_guess"))
REMARKS = sorted(made("Remark"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", DOUBTS)
def test_every_doubt_of_the_intake_has_its_question(code: str, language: str) -> None:
    with speaking(language):
        params = MANY if code == "default_deadline" else ONE
        one = visible(question(Doubt(code, ("t1",), params, "", ())))
        many = visible(question(Doubt(code, ("t1", "t2"), MANY, "", ())))
    for said in (one, many):
        assert said.endswith(("？", "?"))
        assert language == "zh" or not HAN.search(said)
    assert code in ("year_unknown", "number_gap", "inherited_prefix", "default_deadline") or one != many


@pytest.mark.parametrize("code", REMARKS)
def test_every_remark_of_the_intake_has_its_words(code: str) -> None:
    for language in LANGUAGES:
        with speaking(language):
            said = visible(remark(Remark(code, SAID)))
        assert "{" not in said
        assert language == "zh" or not HAN.search(said)


def test_there_are_as_many_codes_as_the_intake_needs() -> None:
    assert len(DOUBTS) >= 14
    assert len(REMARKS) >= 8


def test_every_answer_has_a_short_label_and_every_typed_one_is_known() -> None:
    assert set(TYPED) <= set(OPTIONS)
    for code in OPTIONS:
        label = option(Doubt("x", (), ONE, "", ()), code)
        assert 0 < len(label) <= 12


DUTY = "（县水利局牵头，林业局参与）"
LEAD = DutyReading("县水利局", DutyRole.LEAD, False, Source(4, 0, 4, DUTY, rule="bracket"))
PART = DutyReading("县林业局", DutyRole.PARTICIPANT, True, Source(4, 5, 8, DUTY, "第3页", "bracket"), 0.6)
QUARTER = Source(3, 0, 5, "二季度完成清理。", rule="quarter")
DAY = DeadlineReading("二季度完成", date(2024, 6, 30), None, True, QUARTER, 0.9)
EVERY = DeadlineReading("每月调度", None, Cadence.MONTHLY, False, Source(3, 6, 9, "每月调度。", rule="cadence"))
LENGTH = TargetReading("清理河道20公里以上", ">=", 20, "公里", Source(3, 9, 13, "清理河道20公里以上。", rule="work"))
TASK = TaskReading(
    number="一、1",
    section_number="一",
    section="重点任务",
    title="清理河道",
    body="清理河道。",
    duties=(LEAD, PART),
    open_list=False,
    lead_by_duty=False,
    deadlines=(DAY, EVERY),
    targets=(LENGTH,),
    source=Source(2, 0, 4, "清理河道"),
    key="t1",
)
PLAN = PlanReading(
    "松溪县2024年计划",
    2024,
    "县",
    (),
    (TASK,),
    (Doubt("collective", ("t1",), {"number": "一、1", "agency": "各乡镇"}, "原句", ("as_one_agency", "list_members")),),
    (Remark("prefix_restored", {"prefix": "县", "count": 1}),),
    (Remark("hidden_sheet", {"name": "旧表"}),),
)


def test_each_fact_says_where_it_stands_by_which_rule_how_surely_with_its_words_marked() -> None:
    lines = [visible(line) for line in why(TASK)]
    assert "　　第4行，括号里写的责任单位" in lines
    assert "　　原文：（«县水利局»牵头，林业局参与）" in lines
    assert "　　第3页，括号里写的责任单位，把握60%" in lines
    assert "　　原文：（县水利局牵头，«林业局»参与）" in lines
    assert "　　原文：«二季度完成»清理。" in lines
    assert any("清理河道20公里以上»" in line for line in lines)


def test_the_printed_row_marks_what_is_doubtful_restored_assumed_and_unsure() -> None:
    printed = printed_reading(PLAN, "zh")
    place, number, title, agencies, deadlines, targets = printed.rows[0]
    assert (place, number, title) == ("1", "一、1\n?1", "清理河道")
    assert agencies == "牵头：县水利局\n参与：县林业局*~"
    assert deadlines == "2024年6月30日（周日）（原文“二季度完成”）*\n每月（原文“每月调度”）"
    assert targets == "≥20公里（清理河道20公里以上）"
    assert "?1 一、1　“各乡镇”没有给名单，先作一个单位？　[先作一个单位 / 补名单]\n　　原文：原句" in printed.below
    assert "说明：工作表“旧表”是隐藏的，没有读。" in printed.below


def test_the_reasons_of_a_task_end_with_its_doubts() -> None:
    assert printed_reasons(PLAN, 0, "zh")[-1].startswith("?1 ")
    assert printed_reasons(PLAN, 0, "en")[0] == "1. 一、1 清理河道"


def test_every_rule_of_the_intake_is_put_into_words() -> None:
    trees = [ast.parse(path.read_text()) for path in ROOM.rglob("*.py")]
    keywords = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == "rule"]
    named = {str(n.value.value) for n in keywords if isinstance(n.value, ast.Constant)}
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call)]
    taken = [n for n in calls if isinstance(n.func, ast.Name) and n.func.id in ("_Taken", "_Accepted")]
    constants = [a for n in taken for a in n.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    named |= {str(a.value) for a in constants if str(a.value).isalpha()}
    assert len(named) >= 10
    assert named <= set(RULES)
