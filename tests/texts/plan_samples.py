"""One view for every screen of a plan under check, as an office sees it in January 2022; nothing of a real plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.model import Cadence, DutyRole
from bot.domain.planviews import AskView, DoubtLine, PlanView, StartView
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

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2022, 9, 28, 9, 0, tzinfo=ZONE)
PLAN = "石桥县2022年清洁水源工作计划"
TITLES = (
    "排查整治饮用水水源地周边排污口",
    "规范畜禽养殖粪污处理",
    "更新水源地标识标牌",
    "加密枯水期水质监测",
    "开展应急演练",
    "落实管护资金",
)
AGENCIES = ("青州市石桥生态环境局", "县农业农村局", "县水利局", "县财政局")


def number_of(at: int) -> str:
    """（一）1, （一）2, （二）1 …"""
    return f"（{'一二三'[at // 2]}）{at % 2 + 1}"


JOINT = Doubt(
    "joint_lead",
    ("t1",),
    {"number": "（一）1", "leads": 2, "first": "甲局"},
    "由甲局、乙局牵头。",
    ("all_report", "first_reports"),
    source=Source(12, 0, 9, "由甲局、乙局牵头。", "第3页"),
)
COLLECTIVE = Doubt(
    "collective",
    ("t2", "t3"),
    {"number": "（一）2", "agency": "各镇", "typed": "城关镇、河口镇"},
    "各镇参与。",
    ("as_one_agency", "list_members"),
    "list_members",
)


def task_read(at: int) -> TaskReading:
    """A task as the document has it; the last has neither agency nor time limit."""
    body = f"{TITLES[at]}，年底前达标率达到95%以上。\n各镇每季度报送进展。"
    source = Source(12 + at, 0, 20, body.split("\n")[0], "" if at else "第3页", "bracket")
    duties = (
        DutyReading(AGENCIES[0], DutyRole.LEAD, source=source),
        DutyReading(AGENCIES[1], DutyRole.PARTICIPANT, inferred=True, source=source, confidence=0.6),
        DutyReading("各镇", DutyRole.PARTICIPANT),
    )
    deadlines = (
        DeadlineReading("年底前", date(2022, 12, 31), None, assumed=True, source=replace(source, rule="edge")),
        DeadlineReading("每季度", None, Cadence.QUARTERLY),
    )
    return TaskReading(
        number=number_of(at),
        section_number="（一）",
        section="水源地保护",
        title=TITLES[at],
        body=body,
        duties=duties if at < 5 else (),
        open_list=False,
        lead_by_duty=False,
        deadlines=deadlines if at < 5 else (),
        targets=(TargetReading("达标率达到95%以上", ">=", 95.0, "%", replace(source, rule="reach")),),
        source=source,
        key=f"t{at + 1}",
    )


PLAN_READING = PlanReading(
    title=PLAN,
    year=2022,
    region_prefix="县",
    targets=(),
    tasks=tuple(task_read(at) for at in range(6)),
    doubts=(JOINT, COLLECTIVE),
    assumptions=(Remark("day_assumed", {"number": "（一）1", "words": "年底前", "day": "2022-12-31"}),),
    notes=(Remark("hidden_sheet", {"name": "草稿"}),),
)
PLAN_START = StartView(
    estimated=(2023,),
    agencies=(
        *((name, 4 - at) for at, name in enumerate(AGENCIES[:3])),
        ("县水利局", 1),
        ("县财政局", 1),
        ("各镇", 1),
    ),
    people=5,
    no_contact=("各镇",),
    not_entered=("县水利局",),
    days=(
        (date(2022, 1, 10), "2021Q4", 3),
        (date(2022, 4, 8), "2022Q1", 9),
        (date(2022, 6, 30), "milestone:2022-06-30", 1),
    ),
    first_at=datetime(2022, 1, 4, 9, 0, tzinfo=ZONE),
    replaces="",
)
PLAN_VIEW = PlanView(
    card_id=73,
    rev=1,
    title=PLAN,
    year=2022,
    document_name="plan.txt",
    reading=PLAN_READING,
    doubts=(DoubtLine(0, JOINT, True, JOINT.source), DoubtLine(1, COLLECTIVE, False)),
    stage="overview",
    page=0,
    start=None,
    chosen="t1",
)
GONE = replace(task_read(0), key="t9", number="（三）9")
PLAN_PARTS = ("all", "duties", "duty", "limits", "targets", "merge", "split", "why")
PLAN_ASKS = ("title", "plan_name", "agency", "agencies", "name", "year", "date", "limit", "target")
TWINS = Doubt(
    "twin_title", ("t1", "t2"), {"number": "（一）1", "other": "（一）2"}, TITLES[0], ("both_tasks", "merge_tasks")
)
OPEN_LISTS = Doubt(
    "open_list",
    ("t1", "t2", "t3", "t4"),
    {"count": 4, "where": "（一）1、（一）2、（二）1、（二）2", "more": 0},
    "（县水利局牵头，县财政局等参与）",
    ("only_named", "add_agencies"),
)
BOTH_OPEN = replace(COLLECTIVE, answer="", params={"number": "（一）2", "agency": "各镇"})


def plan_views() -> dict[str, PlanView]:
    """By the name of their golden files."""
    return {
        "plan-overview": PLAN_VIEW,
        "plan-overview-two-doubts": replace(
            PLAN_VIEW,
            doubts=(DoubtLine(0, JOINT, True), DoubtLine(1, BOTH_OPEN, True)),
            undo=Remark("title_changed", {"task": "t1", "number": "（一）1"}),
        ),
        "plan-overview-clear": replace(
            PLAN_VIEW, doubts=(), reading=replace(PLAN_READING, doubts=(), assumptions=(), notes=())
        ),
        "plan-overview-nameless": replace(PLAN_VIEW, title="plan", reading=replace(PLAN_READING, title=None)),
        "plan-doubt": replace(PLAN_VIEW, stage="doubts"),
        "plan-doubt-of-several": replace(PLAN_VIEW, stage="doubts", page=1, doubts=(DoubtLine(1, BOTH_OPEN, True),)),
        "plan-tasks-of-a-doubt": replace(PLAN_VIEW, stage="tasks", sort="d1"),
        "plan-doubt-settled": replace(PLAN_VIEW, stage="doubts", page=1),
        "plan-tasks": replace(PLAN_VIEW, stage="tasks", dropped=(GONE,)),
        "plan-tasks-sorted": replace(PLAN_VIEW, stage="tasks", sort="agency"),
        "plan-moved": replace(PLAN_VIEW, stage="moved"),
        "plan-doubt-of-titles": replace(PLAN_VIEW, stage="doubts", doubts=(DoubtLine(0, TWINS, True),)),
        "plan-doubt-of-many": replace(PLAN_VIEW, stage="doubts", doubts=(DoubtLine(0, OPEN_LISTS, True),)),
        "plan-dropped": replace(PLAN_VIEW, stage="dropped", dropped=(GONE,)),
        **{f"plan-task-{part}": replace(PLAN_VIEW, stage="task", part=part) for part in PLAN_PARTS},
        "plan-task-bare": replace(PLAN_VIEW, stage="task", chosen="t6"),
        "plan-task-active": replace(PLAN_VIEW, stage="task", activated_at=NOW),
        **{f"plan-ask-{kind}": replace(PLAN_VIEW, stage="ask", ask=AskView(kind, "（一）1")) for kind in PLAN_ASKS},
        "plan-ask-which": replace(
            PLAN_VIEW, stage="ask", ask=AskView("which", "（一）1", "环保局", (AGENCIES[0], AGENCIES[1]))
        ),
        "plan-activate": replace(
            PLAN_VIEW, stage="activate", start=replace(PLAN_START, replaces="石桥县2022年大气计划")
        ),
        "plan-active": replace(PLAN_VIEW, stage="active", activated_at=NOW, start=PLAN_START),
    }
