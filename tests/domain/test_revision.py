"""Revised documents: what was changed is found and nothing else; what is accepted is done and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.merging import merge
from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import DeadlineReading, Doubt, DutyReading, PlanReading, TargetReading, TaskReading
from bot.domain.renaming import renamed
from bot.domain.revision import compare
from bot.domain.task_changes import Change

WATER, FARMS, ROADS, FOREST, MONEY = "县水利局", "县农业农村局", "县交通运输局", "县林业局", "县财政局"
MATTERS = {
    "修缮灌溉水渠": "沿东西两条干渠逐段查看渗漏，先补急用的闸口，再换老化的管件",
    "扩种油茶": "选好向阳坡地，统一供苗，栽后三年内派人指导修枝和追肥",
    "整治乡道塌方": "雨季前清除悬石，装上护网，塌过的弯道立牌提醒过往车辆",
    "普查古树名木": "给每棵古树量围径、拍照片、挂名牌，濒危的请专家会诊",
    "改造村级卫生室": "补齐诊床、冰箱和急救箱，排出乡村医生坐诊的日子并贴在门口",
    "清点集体资产": "账本和实物对着盘，租出去的铺面查合同，欠租的列出来催收",
    "培训电商带头人": "挑愿意回乡的年轻人，手把手教拍摄、上架、发货和售后",
    "建设冷链仓库": "靠近产地选三处库址，通电通路以后再装机组，避免空等",
}
NEW_MATTERS = {
    "试点垃圾分拣": "三个圩镇先行，每户发两只桶，积分换日用品，月底公布各街得分",
    "编制火灾预案": "把山林、老街、仓库三种情形分开写，写完拉出来演练一次",
    "开通夜间公交": "末班延到晚上十点，学校和工业区各加一站，试运行后听取意见",
}
OUTSIDERS = ("县统计局", "县文联", "县气象局", "县供销社", "县档案馆", "县残联", "县红十字会", "县司法局")


def duty(agency: str, role: DutyRole = DutyRole.PARTICIPANT) -> DutyReading:
    return DutyReading(agency, role)


def due(month: int, day: int = 28) -> DeadlineReading:
    return DeadlineReading(f"{month}月{day}日前完成", date(2024, month, day), None)


def goal(value: float, unit: str = "%") -> TargetReading:
    return TargetReading(f"覆盖率达到{value:g}{unit}以上", ">=", value, unit)


def task(key: str, title: str, body: str, *duties: DutyReading, **more: Any) -> TaskReading:
    bare = TaskReading(key[1:], "一、", "重点任务", title, body, duties, False, False, (), (), key=key)
    return replace(bare, **more)


def plan(*tasks: TaskReading, **more: object) -> PlanReading:
    values: dict[str, object] = {"targets": (), "doubts": (), **more}
    return PlanReading("某县2024年工作计划", 2024, "县", tasks=tasks, **values)


def sample() -> PlanReading:
    agencies = [WATER, FARMS, ROADS, FOREST, MONEY]
    tasks = []
    for place, (title, body) in enumerate(MATTERS.items()):
        lead, other = agencies[place % 5], agencies[(place + 2) % 5]
        more = {"deadlines": (due(3 + place),), "targets": (goal(60 + place),)}
        duties = (duty(lead, DutyRole.LEAD), duty(other))
        text = f"{title}\n" * (place % 2) + f"{body}，{3 + place}月28日前完成，覆盖率达到{60 + place}%以上。"
        tasks.append(task(f"t{place + 1}", title, text, *duties, **more))
    return plan(*tasks)


def document(reading: PlanReading) -> PlanReading:
    """The same as another file: keys by place, as every reading has them."""
    tasks = [replace(t, key=f"t{i}", number=str(i)) for i, t in enumerate(reading.tasks, start=1)]
    return replace(reading, tasks=tuple(tasks))


def changed(reading: PlanReading, key: str, **values: object) -> PlanReading:
    return replace(reading, tasks=tuple(replace(t, **values) if t.key == key else t for t in reading.tasks))


def named(changes: tuple[Change, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.code, change.tasks) for change in changes if not change.quiet]


def facts(reading: PlanReading) -> list[object]:
    """What a plan says, its keys left out."""
    return [
        (t.number, t.section, t.title, t.body, set(t.duties), set(t.deadlines), set(t.targets)) for t in reading.tasks
    ]


Edit = Callable[[TaskReading, random.Random], TaskReading]


def _swap(t: TaskReading, dice: random.Random) -> TaskReading:
    return replace(t, duties=(t.duties[0], duty(OUTSIDERS[int(t.key[1:]) - 1])))


def _retitled(t: TaskReading, dice: random.Random) -> TaskReading:
    """The text may begin with its title."""
    title = dice.choice(["着力", "加快", "有序"]) + t.title
    return replace(t, title=title, body=t.body.replace(t.title, title))


def _body(t: TaskReading, dice: random.Random) -> TaskReading:
    return replace(t, body=t.body + "办完以后请群众代表看一看、评一评。")


def _day(t: TaskReading, dice: random.Random) -> TaskReading:
    new = due(12, dice.randint(1, 27))
    return replace(t, deadlines=(new,), body=t.body.replace(t.deadlines[0].text, new.text))


def _more(t: TaskReading, dice: random.Random) -> TaskReading:
    return replace(t, targets=(*t.targets, TargetReading("新建3处", "=", 3, "处")), body=t.body + "新建3处。")


EDITS: dict[str, Edit] = {
    "duty_changed": _swap,
    "duty_added": lambda t, dice: replace(t, duties=(*t.duties, duty(OUTSIDERS[int(t.key[1:]) - 1]))),
    "duty_dropped": lambda t, dice: replace(t, duties=t.duties[:1]),
    "title_changed": _retitled,
    "text_changed": _body,
    "deadline_changed": _day,
    "deadline_dropped": lambda t, dice: replace(t, deadlines=(), body=t.body.replace(t.deadlines[0].text + "，", "")),
    "target_added": _more,
}


@st.composite
def revisions(draw: st.DrawFn) -> tuple[PlanReading, list[tuple[str, str]]]:
    """A revised document of the sample, and the edits made to it as (code, key or title)."""
    dice = random.Random(draw(st.integers(0, 10**6)))
    base, made = sample(), []
    for t in sample().tasks:
        code = draw(st.sampled_from([None, None, *EDITS, "task_dropped"]))
        if code is None:
            continue
        made.append((code, t.key))
        tasks = [x for x in base.tasks if not (code == "task_dropped" and x.key == t.key)]
        base = replace(
            base, tasks=tuple(EDITS[code](x, dice) if x.key == t.key and code in EDITS else x for x in tasks)
        )
    for title in draw(st.lists(st.sampled_from(sorted(NEW_MATTERS)), unique=True, max_size=2)):
        made.append(("task_added", title))
        fresh = task("t90", title, NEW_MATTERS[title], duty(dice.choice((WATER, MONEY)), DutyRole.LEAD))
        place = dice.randint(0, len(base.tasks))
        base = replace(base, tasks=(*base.tasks[:place], fresh, *base.tasks[place:]))
    return document(base), made


def told(changes: tuple[Change, ...]) -> list[tuple[str, str]]:
    """The loud changes as `revisions` names them."""
    return [(c.code, str(c.params["title"]) if c.code == "task_added" else c.tasks[0]) for c in changes if not c.quiet]


def test_a_document_compared_with_itself_shows_nothing() -> None:
    assert compare(sample(), sample()).changes == ()


@settings(max_examples=30, deadline=None)
@given(revisions())
def test_the_edits_of_a_revision_are_named_exactly_and_all_of_them_make_the_new_document(
    revised: tuple[PlanReading, list[tuple[str, str]]],
) -> None:
    new, made = revised
    revision = compare(sample(), new)
    assert sorted(told(revision.changes)) == sorted(made)
    whole = merge(revision, range(len(revision.changes)))
    assert facts(whole) == facts(new if revision.changes else sample())
    assert merge(revision, ()) == sample()
    assert compare(whole, new).changes == ()


@settings(max_examples=15, deadline=None)
@given(revisions(), st.integers(0, 2**12))
def test_what_is_declined_stays_and_does_not_come_up_with_the_same_document_again(
    revised: tuple[PlanReading, list[tuple[str, str]]], taken: int
) -> None:
    revision = compare(sample(), revised[0])
    accepted = [place for place in range(len(revision.changes)) if taken >> place & 1]
    merged = merge(revision, accepted)
    assert compare(merged, revised[0], revision.document).loud == ()
    left = compare(merged, revised[0]).loud
    declined = [c for place, c in enumerate(revision.changes) if place not in accepted and not c.quiet]
    assert sorted(told(left)) == sorted(told(tuple(declined)))


def test_an_inserted_task_shifts_numbers_as_one_quiet_change() -> None:
    base = sample()
    fresh = task("t9", "试点垃圾分拣", NEW_MATTERS["试点垃圾分拣"], duty(WATER, DutyRole.LEAD))
    revision = compare(base, document(replace(base, tasks=(base.tasks[0], fresh, *base.tasks[1:]))))
    assert [c.code for c in revision.changes] == ["task_added", "renumbered"]
    assert revision.changes[1].params["count"] == 7
    merged = merge(revision, (0, 1))
    assert [t.number for t in merged.tasks] == [str(n) for n in range(1, 10)]
    assert {t.title: t.key for t in merged.tasks if t.title in MATTERS} == {t.title: t.key for t in base.tasks}


def test_a_task_retitled_and_renumbered_keeps_its_key() -> None:
    base = sample()
    tasks = [*base.tasks[1:], replace(base.tasks[0], title="把旧水渠修好用好")]
    revision = compare(base, document(replace(base, tasks=tuple(tasks))))
    assert named(revision.changes) == [("title_changed", ("t1",))]
    assert merge(revision, (0, 1)).tasks[-1].key == "t1"


def test_what_the_coordinator_changed_by_hand_does_not_come_up_where_the_document_stayed() -> None:
    base = sample()
    mine = changed(base, "t1", title="修渠", deadlines=(due(5, 5),), duties=(duty(ROADS, DutyRole.LEAD),))
    mine = replace(mine, tasks=tuple(t for t in mine.tasks if t.key != "t4"))
    new = changed(base, "t2", targets=(goal(99),), body=base.tasks[1].body.replace("61%", "99%"))
    revision = compare(mine, document(new), base)
    assert named(revision.changes) == [("target_changed", ("t2",))]
    merged = merge(revision, (0,))
    assert merged.tasks[0] == mine.tasks[0]
    assert [t.key for t in merged.tasks] == [t.key for t in mine.tasks]
    assert merged.tasks[1].targets == (goal(99),)


def test_a_fact_changed_by_hand_and_by_the_document_is_shown_as_edited() -> None:
    base = sample()
    mine = changed(base, "t1", deadlines=(due(5, 5),))
    new = changed(base, "t1", deadlines=(due(6, 6),), body=base.tasks[0].body.replace("3月28日", "6月6日"))
    (change,) = compare(mine, new, base).changes
    assert (change.code, change.before, change.after, change.edited) == (
        "deadline_changed",
        (due(5, 5),),
        (due(6, 6),),
        True,
    )


def test_what_the_coordinator_had_corrected_already_is_no_difference() -> None:
    base = sample()
    mine = changed(base, "t1", deadlines=(due(6, 6),), title="修好灌溉水渠")
    new = changed(base, "t1", deadlines=(due(6, 6),), title="修好灌溉水渠")
    assert compare(mine, new, base).changes == ()


@pytest.mark.parametrize(("old", "new", "code"), [
    ("县教育局", "县教育和体育局", "agency_renamed"),
    ("县扶贫办", "县乡村振兴局", "agency_replaced"),
])  # fmt: skip
def test_an_agency_called_otherwise_throughout_is_one_change(old: str, new: str, code: str) -> None:
    base = sample()
    for key in ("t1", "t3", "t6"):
        held = next(t for t in base.tasks if t.key == key)
        base = changed(base, key, duties=(*held.duties, duty(old)), body=f"{held.body}结果报{old}。")
    revision = compare(base, renamed(base, {old: new}))
    assert named(revision.changes) == [(code, ("t1", "t3", "t6"))]
    assert new in merge(revision, (0,)).agencies
    assert old not in merge(revision, (0,)).agencies
    assert merge(revision, ()) == base


def test_a_name_the_coordinator_completed_is_the_same_agency() -> None:
    base = changed(sample(), "t1", duties=(duty("供电公司", DutyRole.LEAD),))
    mine = changed(base, "t1", duties=(duty("县供电公司", DutyRole.LEAD),))
    new = changed(base, "t1", duties=(duty("供电公司", DutyRole.LEAD), duty(MONEY)))
    assert named(compare(mine, new, base).changes) == [("duty_added", ("t1",))]
    new = changed(new, "t2", duties=(*base.tasks[1].duties, duty("供电公司")))
    revision = compare(mine, new, base)
    assert merge(revision, range(9)).tasks[1].agencies(DutyRole.PARTICIPANT)[-1] == "县供电公司"


def test_members_put_in_the_place_of_a_collective_by_hand_are_not_its_name() -> None:
    base = sample()
    for key in ("t1", "t3"):
        held = next(t for t in base.tasks if t.key == key)
        base = changed(base, key, duties=(*held.duties, duty("各乡镇人民政府")))
    mine = base
    for key in ("t1", "t3"):
        held = next(t for t in base.tasks if t.key == key)
        mine = changed(mine, key, duties=(*held.duties[:-1], duty("东乡人民政府"), duty("西乡人民政府")))
    new = changed(base, "t2", duties=(*base.tasks[1].duties, duty("各乡镇人民政府")))
    (change,) = compare(mine, new, base).changes
    assert change.after == (duty("各乡镇人民政府"),)


def test_a_task_made_two_of_is_one_change_and_so_is_its_way_back() -> None:
    whole = sample()
    first, second = "沿东西两条干渠逐段查看渗漏，先补急用的闸口。", "再换老化的管件，换下的统一回收登记入库。"
    base = changed(whole, "t1", body=first + second, deadlines=(), targets=())
    pieces = (
        replace(base.tasks[0], body=first),
        task("t20", "更换老化管件", second, duty(FARMS, DutyRole.LEAD)),
    )
    split = document(replace(base, tasks=(*pieces, *base.tasks[1:])))
    there = compare(base, split)
    assert [c.code for c in there.loud] == ["task_split"]
    assert facts(merge(there, range(len(there.changes)))) == facts(split)
    back = compare(split, document(base))
    assert [c.code for c in back.loud] == ["task_merged"]
    assert facts(merge(back, range(len(back.changes)))) == facts(base)


def test_a_task_split_by_hand_loses_an_agency_in_both_pieces() -> None:
    base = changed(sample(), "t1", duties=(duty(WATER, DutyRole.LEAD), duty(ROADS)))
    first, second = base.tasks[0].body[:16], base.tasks[0].body[16:]
    pieces = (replace(base.tasks[0], body=first), replace(base.tasks[0], key="t1b", body=second, title="装上护板"))
    mine = replace(base, tasks=(*pieces, *base.tasks[1:]))
    revision = compare(mine, changed(base, "t1", duties=(duty(WATER, DutyRole.LEAD),)), base)
    assert named(revision.changes) == [("duty_dropped", ("t1",)), ("duty_dropped", ("t1b",))]
    assert [len(t.duties) for t in merge(revision, (0, 1)).tasks[:2]] == [1, 1]


def test_what_the_document_changes_in_tasks_merged_by_hand_changes_the_merged_one() -> None:
    base = changed(changed(sample(), "t1", deadlines=(), targets=()), "t2", deadlines=(), targets=())
    one, two = base.tasks[:2]
    whole = replace(one, body=f"{one.body}\n{two.body}", duties=(*one.duties, *two.duties))
    mine = replace(base, tasks=(whole, *base.tasks[2:]))
    new = changed(
        base, "t2", title="种好油茶", body=two.body + "缺苗的当年补上。", duties=(two.duties[0], duty("县文联"))
    )
    new = changed(new, "t1", duties=(one.duties[0], duty("县文联")))
    revision = compare(mine, new, base)
    assert named(revision.changes) == [("duty_changed", ("t1",)), ("duty_changed", ("t1",)), ("text_changed", ("t1",))]
    merged = merge(revision, range(3)).tasks[0]
    assert merged.title == one.title
    assert one.body in merged.body
    assert "缺苗的当年补上" in merged.body
    assert "县文联" in merged.agencies(*DutyRole)


def test_a_section_called_otherwise_is_one_change() -> None:
    base = sample()
    new = replace(base, tasks=tuple(replace(t, section="重点工作安排") for t in base.tasks))
    revision = compare(base, new)
    assert [c.code for c in revision.changes] == ["section_renamed"]
    assert {t.section for t in merge(revision, (0,)).tasks} == {"重点工作安排"}


def test_role_cadence_title_and_goals_are_told_apart() -> None:
    base = plan(*sample().tasks, targets=(goal(90),))
    base = changed(base, "t2", deadlines=(DeadlineReading("每季度末", None, Cadence.QUARTERLY),))
    new = replace(base, title="某县2024年工作计划（修订）", targets=(goal(92),))
    new = changed(new, "t1", duties=(base.tasks[0].duties[0], duty(base.tasks[0].duties[1].agency, DutyRole.SHARED)))
    new = changed(new, "t2", deadlines=(DeadlineReading("每月底", None, Cadence.MONTHLY),))
    revision = compare(base, new)
    codes = [c.code for c in revision.changes]
    assert codes == ["plan_title_changed", "goal_changed", "duty_changed", "deadline_changed"]
    merged = merge(revision, range(4))
    assert (merged.title, merged.targets, facts(merged)) == (new.title, new.targets, facts(new))


def test_doubts_of_new_tasks_come_along_and_those_of_dropped_ones_go() -> None:
    base = replace(sample(), doubts=(Doubt("no_duty", ("t1",), {}, "", ("not_chased",), "not_chased"),))
    fresh = task("t9", "开通夜间公交", NEW_MATTERS["开通夜间公交"])
    asked = Doubt("open_list", ("t3", "t8"), {"where": "3、8", "count": 2}, "", ("only_named",))
    new = replace(document(replace(base, tasks=(*base.tasks[1:], fresh))), doubts=(asked,))
    revision = compare(base, new)
    merged = merge(revision, range(len(revision.changes)))
    key = merged.tasks[-1].key
    assert [(d.code, d.tasks, dict(d.params)) for d in merged.doubts] == [
        ("open_list", (key,), {"where": "8", "count": 1, "more": 0})
    ]
    assert key not in {t.key for t in base.tasks}
