"""Any small table in any usual drawing is read back to what it was made of."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.reading import TaskReading
from bot.intake.blocks import Table
from tests.intake.tables.tabling import LEFT, UP, days, helpers, leads, read, shared, table

BUREAUS = [
    "县水利局",
    "县财政局",
    "县教育局",
    "县市场监督管理局",
    "县住房和城乡建设局",
    "县人力资源和社会保障局",
    "县委宣传部",
]
VERBS = ["修缮", "普查", "整治", "扩建", "清理", "推广"]
THINGS = ["农村校舍", "河道岸线", "农贸摊点", "背街小巷", "家庭农场", "地名标志", "敬老院消防设施"]
WORK = ["分批推进，做到有人管。", "先摸清底数；再逐项销号。", "把意见收集上来逐条答复。", ""]
WHEN = [
    ("6月底前", "2024-06-30"),
    ("2024年9月30日", "2024-09-30"),
    ("12月", "2024-12-31"),
    ("长期坚持", "ongoing"),
    ("", ""),
]
SECTIONS = ["产业发展", "城乡建设", "民生保障"]
NUMERALS = "一二三"
HEADS = {
    "serial": ["序号", "编号", "序\n号", "项次"],
    "task": ["重点任务", "工作任务", "任务名称", "工作事项", "主要任务"],
    "content": ["工作内容", "具体举措", "主要措施", "工作要求"],
    "lead": ["牵头单位", "牵头部门", "主办单位", "牵头（责任）单位"],
    "duty": ["责任单位", "主责单位", "承办单位"],
    "part": ["配合单位", "协办单位", "参与部门", "责任（配合）单位"],
    "limit": ["完成时限", "完成时间", "时间节点", "办结时限"],
    "leader": ["牵头领导", "责任领导", "包保领导"],
    "note": ["备注", "进展情况", "联系电话"],
}
LEADERS = ["张三", "李四", "王小五"]


@dataclass(frozen=True)
class Job:
    """One task as the clerk means it."""

    section: str
    title: str
    content: str
    lead: str
    duty: tuple[str, ...]
    part: tuple[str, ...]
    when: tuple[str, str]
    leader: str


@dataclass(frozen=True)
class Drawing:
    """How the clerk draws the table."""

    columns: tuple[str, ...]
    heads: dict[str, str]
    joint: str
    sections: str  # "rows", "spans", "column"
    group: bool
    title: bool
    total: bool


@st.composite
def jobs(draw: st.DrawFn) -> tuple[Job, ...]:
    made: list[Job] = []
    titles = draw(
        st.lists(st.tuples(st.sampled_from(VERBS), st.sampled_from(THINGS)), min_size=2, max_size=7, unique=True)
    )
    places = sorted(draw(st.integers(0, len(SECTIONS) - 1)) for _ in titles)
    for (verb, thing), place in zip(titles, places, strict=True):
        names = draw(st.lists(st.sampled_from(BUREAUS), min_size=4, max_size=5, unique=True))
        made.append(
            Job(
                SECTIONS[place],
                verb + thing,
                draw(st.sampled_from(WORK)),
                names[0],
                tuple(names[1:2]),
                tuple(names[2 : draw(st.integers(2, 5))]),
                draw(st.sampled_from(WHEN)),
                draw(st.sampled_from(LEADERS)),
            )
        )
    return tuple(made)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    some = draw(st.sets(st.sampled_from(["content", "duty", "part", "limit", "leader", "note"])))
    rest = draw(st.permutations(sorted({"lead", "task", *some} | ({"part"} if "duty" in some else set()))))
    heads = {name: draw(st.sampled_from(words)) for name, words in HEADS.items()}
    group = draw(st.booleans()) and _adjacent(rest, "lead", "part")
    return Drawing(
        ("serial", *rest),
        heads,
        draw(st.sampled_from(["、", "\n", "，", "；"])),
        draw(st.sampled_from(["rows", "spans", "column"])),
        group,
        draw(st.booleans()),
        draw(st.booleans()),
    )


def _adjacent(names: list[str], one: str, other: str) -> bool:
    return one in names and other in names and names.index(other) == names.index(one) + 1


def drawn(work: tuple[Job, ...], how: Drawing) -> Table:
    columns = ("section", *how.columns) if how.sections == "column" else how.columns
    rows: list[tuple[str, ...]] = []
    if how.title:
        rows.append(("松江县2024年重点任务清单", *[LEFT] * (len(columns) - 1)))
    rows += _header(columns, how)
    last = ""
    for serial, job in enumerate(work, start=1):
        if job.section != last and how.sections != "column":
            name = f"{NUMERALS[SECTIONS.index(job.section)]}、{job.section}"
            rows.append((name, *[LEFT if how.sections == "spans" else ""] * (len(columns) - 1)))
        rows.append(tuple(_cell(name, serial, job, how, last) for name in columns))
        last = job.section
    if how.total:
        rows.append(("合计", f"{len(work)}项", *[""] * (len(columns) - 2)))
    return table(*rows)


def _header(columns: tuple[str, ...], how: Drawing) -> list[tuple[str, ...]]:
    words = [how.heads.get(name, "类别") for name in columns]
    if not how.group:
        return [tuple(words)]
    upper = [
        "责任分工" if name == "lead" else LEFT if name == "part" else word
        for name, word in zip(columns, words, strict=True)
    ]
    lower = [word if name in ("lead", "part") else UP for name, word in zip(columns, words, strict=True)]
    return [tuple(upper), tuple(lower)]


def _cell(name: str, serial: int, job: Job, how: Drawing, last: str) -> str:
    if name == "section":
        return UP if job.section == last else job.section
    if name in ("duty", "part"):
        return how.joint.join(getattr(job, name))
    return {"serial": str(serial), "task": job.title, "when": "", "limit": job.when[0], "note": ""}.get(
        name, str(getattr(job, name, ""))
    )


def assert_same(task: TaskReading, job: Job, how: Drawing) -> None:
    assert (task.title, task.section) == (job.title, job.section)
    assert leads(task) == [job.lead]
    assert shared(task) == (list(job.duty) if "duty" in how.columns else [])
    assert helpers(task) == (list(job.part) if "part" in how.columns else [])
    assert days(task) == ([job.when[1]] if "limit" in how.columns and job.when[1] else [])
    assert task.leaders == ((job.leader,) if "leader" in how.columns else ())


def assert_read_back(work: tuple[Job, ...], how: Drawing) -> None:
    reading = read("松江县2024年工作方案", drawn(work, how))
    assert [t.number for t in reading.tasks] == [str(i + 1) for i in range(len(work))]
    for task, job in zip(reading.tasks, work, strict=True):
        assert_same(task, job, how)


@given(work=jobs(), how=drawings())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_small_table_is_read_back(work: tuple[Job, ...], how: Drawing) -> None:
    assert_read_back(work, how)


@pytest.mark.slow
@given(work=jobs(), how=drawings())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_very_many_tables_are_read_back(work: tuple[Job, ...], how: Drawing) -> None:
    assert_read_back(work, how)
