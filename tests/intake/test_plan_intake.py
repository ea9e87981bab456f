"""Whole documents: the real plan, our own plans of other shapes, the sample, rendered plans, hostile bytes."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.model import Cadence, DubanError, DutyRole
from bot.intake.plan import read_plan
from tests.intake.plan_cases import PLANS, SAMPLE, SEED, facts, gold_of, plain, reading_of, targets

SHAPES = ["district-labels", "city-run-in", "party-organs", "first-listed", "one-level", "no-numbers"]


def assert_same(reading, gold):
    assert [facts(t) for t in reading["tasks"]] == [facts(t) for t in gold["tasks"]]
    assert targets(reading) == targets(gold)
    assert (reading["title"], reading["year"]) == (gold["title"], gold["year"])
    assert reading["region_prefix"] == gold["region_prefix"]


@pytest.mark.parametrize("name", [*SHAPES, "held-out-county", "held-out-province"])
def test_a_plan_of_another_shape_reads_as_its_gold(name):
    assert_same(reading_of(PLANS / f"{name}.txt"), gold_of(PLANS / f"{name}.gold.json"))


def test_the_sample_plan_reads_as_its_gold():
    assert_same(reading_of(SAMPLE), gold_of(PLANS / "sample.gold.json"))


needs_seed = pytest.mark.skipif(not SEED.exists(), reason="the real plan is not beside this checkout")


# The gold leaves out two agencies that the plan's own brackets name; the text decides.
LEFT_OUT_OF_THE_GOLD = {("（五）2", "县农业农村局"), ("（六）3", "县自然资源和规划局")}


@needs_seed
def test_the_real_plan_reads_as_its_gold_and_names_two_agencies_more_that_stand_in_its_text():
    reading, gold = reading_of(SEED), gold_of(SEED.with_suffix(".gold.json"))
    for task in gold["tasks"]:
        for number, agency in LEFT_OUT_OF_THE_GOLD:
            if task["number"] == number and agency not in task["participants"]:
                task["participants"].append(agency)
    assert_same(reading, gold)


@needs_seed
def test_the_two_agencies_left_out_of_the_gold_stand_in_the_brackets_of_their_tasks():
    plan = read_plan(SEED.name, SEED.read_bytes())
    for number, agency in LEFT_OUT_OF_THE_GOLD:
        task = next(t for t in plan.tasks if t.number == number)
        assert agency.removeprefix("县") in task.responsibility_text


@needs_seed
def test_the_real_plan_raises_few_doubts_each_with_its_sentence_and_an_assumption_first():
    plan = read_plan(SEED.name, SEED.read_bytes())
    assert 4 <= len(plan.doubts) <= 8
    assert all(d.sentence and len(d.options) >= 2 for d in plan.doubts)
    assert [d.params["number"] for d in plan.doubts if d.code == "joint_lead"] == ["（三）2", "（六）1", "（六）3"]
    assert sum(d.code == "open_list" for d in plan.doubts) == 1


@needs_seed
def test_a_source_points_at_its_words_in_the_line():
    lines = SEED.read_bytes().decode().split("\n")
    plan = read_plan(SEED.name, SEED.read_bytes())
    found = [d for t in plan.tasks for d in t.deadlines]
    assert found
    assert all(d.source and "年" in lines[d.source.line - 1] for d in found if d.on and "年" in d.text)


def test_a_quarter_without_a_day_is_assumed_to_be_its_last_and_said_so():
    plan = read_plan("p.txt", SAMPLE.read_bytes())
    said = [r.params for r in plan.assumptions if r.code == "day_assumed"]
    assert any("二季度" in params["words"] and params["day"].endswith("06-30") for params in said)


def test_joint_leads_become_their_own_role():
    plan = read_plan("p.txt", SAMPLE.read_bytes())
    task = next(t for t in plan.tasks if t.number == "（六）1")
    assert task.agencies(DutyRole.JOINT_LEAD) == ("柳州市鹿寨生态环境局", "县财政局")
    assert task.agencies(DutyRole.LEAD) == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_plan_reads_the_same_in_every_encoding(encoding):
    text = SAMPLE.read_text(encoding="utf-8")
    assert read_plan("p.txt", text.encode(encoding)) == read_plan("p.txt", text.encode())


def test_windows_line_ends_and_converter_debris_change_nothing():
    text = SAMPLE.read_text(encoding="utf-8")
    dirty = text.replace("\n", "\r\n").replace("（一）", "[bookmark: _Toc53]\u3000\u3000（一）\xa0", 3)
    before, after = read_plan("p.txt", text.encode()), read_plan("p.txt", dirty.encode())
    assert [(t.number, t.title, t.duties) for t in after.tasks] == [(t.number, t.title, t.duties) for t in before.tasks]


def test_a_letter_without_duties_is_no_plan():
    with pytest.raises(DubanError) as refused:
        read_plan("letter.txt", "一、各位同事好。\n明天下午三点开会，请准时参加。".encode())
    assert refused.value.code == "plan_without_duties"


def test_a_plan_without_a_year_asks_for_it():
    text = "一、重点任务\n1.清理河道。6月底前完成。（县水利局牵头，财政局配合）\n2.修路。（县交通运输局负责）"
    plan = read_plan("plan.txt", text.encode())
    assert plan.year is None
    assert "year_unknown" in [d.code for d in plan.doubts]


def test_an_item_that_names_nobody_among_others_that_do_is_a_task_in_doubt():
    text = (
        "2023年工作要点\n一、任务\n1.清河。（县水利局牵头）\n2.修路。（县交通局牵头）\n"
        "3.种树。\n4.建桥。（县住建局牵头）"
    )
    plan = read_plan("plan.txt", text.encode())
    assert [t.title for t in plan.tasks] == ["清河", "修路", "种树", "建桥"]
    assert [d.params["number"] for d in plan.doubts if d.code == "no_duty"] == ["3"]


def test_steps_with_one_duty_at_their_end_are_one_task():
    text = (
        "2023年工作要点\n一、治水\n（一）清河\n1.查清底数。\n2.列出清单。\n3.逐条清理。（县水利局牵头，县财政局配合）\n"
        "（二）护岸\n1.加固堤防。\n2.栽种护岸林。（县林业局牵头）"
    )
    plan = read_plan("plan.txt", text.encode())
    assert [(t.title, t.agencies(DutyRole.LEAD)) for t in plan.tasks] == [
        ("清河", ("县水利局",)),
        ("护岸", ("县林业局",)),
    ]


def test_a_duty_on_the_section_heading_is_inherited_by_its_silent_leads():
    text = (
        "2023年要点\n一、治水（牵头单位：县水利局）\n"
        "1.清理河道。责任单位：县财政局、县林业局\n2.加固堤防。配合单位：县财政局"
    )
    plan = read_plan("plan.txt", text.encode())
    assert plan.tasks[1].agencies(DutyRole.LEAD) == ("县水利局",)
    assert plan.tasks[1].agencies(DutyRole.PARTICIPANT) == ("县财政局",)


# ---- a plan rendered from a random model is read back to it

BODIES = ["水利", "财政", "林业", "教育", "民政", "司法", "审计", "统计", "信访", "商务"]
TITLES = ["清理河道垃圾", "修缮农村校舍", "整治占道经营", "推广节水灌溉", "普查地名标志", "化解信访积案"]
LEVELS = ["县", "区", "市"]
WHEN = {
    "": None,
    "6月底前完成首轮工作": "2024-06-30",
    "三季度完成验收": "2024-09-30",
    "力争到2024年底全部收尾": "2024-12-31",
    "每月5日前通报进度": Cadence.MONTHLY,
}
GOALS = {
    "": None,
    "合格率达到95%以上": (">=", 95.0, "%"),
    "覆盖村庄不少于20个": (">=", 20.0, "个"),
    "投诉量控制在50件以内": ("<=", 50.0, "件"),
}


@st.composite
def tasks(draw):
    names = draw(st.lists(st.sampled_from(BODIES), min_size=2, max_size=6, unique=True))
    leads = draw(st.integers(1, len(names) - 1))
    return {
        "title": draw(st.sampled_from(TITLES)),
        "leads": names[:leads],
        "others": names[leads:],
        "when": draw(st.sampled_from(sorted(WHEN))),
        "goal": draw(st.sampled_from(sorted(GOALS))),
        "joint": draw(st.sampled_from(["牵头", "按职责牵头", "共同牵头"])),
        "with": draw(st.sampled_from(["参与", "配合", "等参与", "协办"])),
        "form": draw(st.sampled_from(["（{}）", "({})", "〔{}〕", "（{}）。"])),
    }


def render(level, plan):
    lines = [f"松江{level}2024年重点工作计划", "一、总体要求", "牢记为民宗旨。", "二、重点任务"]
    for s, section in enumerate(plan):
        lines.append(f"（{'一二三四'[s]}）第{'一二三四'[s]}类工作")
        for t, task in enumerate(section, start=1):
            duty = level + "局、".join([*task["leads"], ""]).removesuffix("、") + task["joint"] + "，"
            duty += "局、".join([*task["others"], ""]).removesuffix("、") + task["with"]
            body = "，".join(x for x in ("各项工作按部就班推进", task["when"], task["goal"]) if x)
            lines += [f"{t}.{task['title']}", f"{body}。{task['form'].format(duty)}"]
    return "\n".join([*lines, "三、工作要求", "（一）加强领导。各单位要高度重视。"])


@given(st.sampled_from(LEVELS), st.lists(st.lists(tasks(), min_size=1, max_size=4), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_rendered_plan_is_read_back_to_its_model(level, plan):
    reading = read_plan("p.txt", render(level, plan).encode())
    wanted = [task for section in plan for task in section]
    assert [t.title for t in reading.tasks] == [t["title"] for t in wanted]
    for task, want in zip(reading.tasks, wanted, strict=True):
        leads = task.agencies(DutyRole.LEAD, DutyRole.JOINT_LEAD)
        assert leads == tuple(f"{level}{n}局" for n in want["leads"])
        assert task.agencies(DutyRole.PARTICIPANT) == tuple(f"{level}{n}局" for n in want["others"])
        assert task.open_list == (want["with"] == "等参与")
        due = WHEN[want["when"]]
        assert [d.cadence or d.on.isoformat() for d in task.deadlines] == ([due] if due else [])
        goal = GOALS[want["goal"]]
        assert [(g.op, g.value, g.unit) for g in task.targets] == ([goal] if goal else [])


# ---- hostile input


@given(st.binary(max_size=4000))
@settings(max_examples=150, deadline=2000)
@example("（".encode() * 2000)
@example(b"\xff\xfe")
@example(b"\x1a\x1a")
def test_any_bytes_are_a_plan_or_one_clear_refusal(data):
    try:
        read_plan("x.txt", data)
    except DubanError as refused:
        assert refused.code.startswith(("document_", "plan_"))


@given(st.text(alphabet="一二（）()〔〕.、，；：。牵头责任单位参与县水利局财政2季度年底前月5%达到\n 1", max_size=400))
@settings(max_examples=200, deadline=2000)
def test_any_text_of_the_field_is_a_plan_or_one_clear_refusal(text):
    try:
        read_plan("x.txt", text.encode())
    except DubanError as refused:
        assert refused.code.startswith(("document_", "plan_"))


@pytest.mark.parametrize(
    "piece",
    [
        "（",
        "）",
        "县水利局、",
        "（县水利局牵头）",
        "6月底前完成",
        "达到95%以上，",
        "牵头单位：",
        "1.",
        "局和",
        " ",
        "每月",
    ],
)
def test_a_line_of_a_megabyte_is_read_in_bounded_time(piece):
    line = piece * (1_000_000 // len(piece.encode()))
    began = time.monotonic()
    with contextlib.suppress(DubanError):
        read_plan("x.txt", f"1.清河（县水利局牵头）\n{line}\n（县水利局牵头）".encode())
    assert time.monotonic() - began < 10


def test_every_gold_has_its_plan_and_every_plan_its_gold():
    golds = {p.name.removesuffix(".gold.json") for p in PLANS.glob("*.gold.json")}
    plans = {p.stem for p in PLANS.glob("*.txt")} | {"sample"}
    assert golds == plans


def test_own_plans_do_not_copy_the_real_one():
    if not SEED.exists():
        pytest.skip("the real plan is not beside this checkout")
    real = plain(SEED.read_text(encoding="utf-8"))
    for path in [SAMPLE, *Path(PLANS).glob("*.txt")]:
        body = plain(path.read_text(encoding="utf-8"))
        shared = [s for s in body.replace("\n", "。").split("。") if len(s) > 25 and "局" not in s and s in real]
        assert shared == []
