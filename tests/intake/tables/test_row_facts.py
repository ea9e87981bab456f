"""What the cells of a row say: who answers, by when, how much."""

from __future__ import annotations

import pytest

from tests.intake.tables.tabling import LEFT, UP, days, goals, helpers, leads, rows_of, shared

PLAN = "松江县2024年重点工作方案"


def test_who_answers_may_be_said_above_the_header() -> None:
    (task,) = rows_of(
        ("2024年目标责任书", LEFT, LEFT),
        ("责任单位：县教育局", LEFT, LEFT),
        ("序号", "目标任务", "完成时限"),
        ("1", "招聘教师300人", "9月底"),
    )
    assert leads(task) == ["县教育局"]


def test_roles_stand_in_the_columns() -> None:
    first, second = rows_of(
        ("序号", "牵头领导", "牵头单位", "责任单位", "配合单位", "重点任务", "责任人", "备注"),
        ("1", "张 三", "县教育局", "县财政局", "各乡镇人民政府", "建校舍", "钱七", "无"),
        ("2", "李四\n王小五", "县水利局", "县林业局、农业农村局等部门", "", "修水库", "", ""),
    )
    assert (leads(first), shared(first), helpers(first)) == (["县教育局"], ["县财政局"], ["各乡镇人民政府"])
    assert (first.leaders, second.leaders) == (("张三",), ("李四", "王小五"))
    assert (shared(second), second.open_list) == (["县林业局", "县农业农村局"], True)


def test_a_lone_responsible_agency_leads_and_several_stay_equal() -> None:
    first, second = rows_of(
        ("序号", "任务", "责任单位"), ("1", "建校舍", "县教育局"), ("2", "修水库", "县水利局、县财政局")
    )
    assert (leads(first), shared(second), leads(second)) == (["县教育局"], ["县水利局", "县财政局"], [])


@pytest.mark.parametrize(
    ("heading", "above", "note"),
    [
        ("责任单位（第一个为牵头单位）", PLAN, ""),
        ("责任单位", "各项任务责任单位列首位的为牵头单位。", ""),
        ("责任单位", PLAN, "注：责任单位排第一位的为牵头单位。"),
    ],
)
def test_the_first_listed_leads_where_header_text_or_note_says_so(heading: str, above: str, note: str) -> None:
    rows = [("序号", "任务", heading), ("1", "建校舍", "县教育局、县财政局")]
    (task,) = rows_of(*rows, *([(note, LEFT, LEFT)] if note else []), above=above)
    assert (leads(task), helpers(task)) == (["县教育局"], ["县财政局"])


def test_roles_may_be_marked_inside_a_cell() -> None:
    first, second = rows_of(
        ("序号", "任务", "责任单位"),
        ("1", "建校舍", "县教育局（牵头）\n县财政局\n住房和城乡建设局"),
        ("2", "修水库", "牵头：县水利局\n配合：县财政局、各乡镇人民政府"),
    )
    assert (leads(first), shared(first)) == (["县教育局"], ["县财政局", "县住房和城乡建设局"])
    assert (leads(second), helpers(second)) == (["县水利局"], ["县财政局", "各乡镇人民政府"])


def test_people_beside_agencies_are_leaders() -> None:
    (task,) = rows_of(
        ("序号", "任务", "牵头单位及责任人", "配合单位"), ("1", "建校舍", "县教育局 张三", "县财政局（李四）")
    )
    assert (leads(task), helpers(task), task.leaders) == (["县教育局"], ["县财政局"], ("张三", "李四"))


def test_duties_in_the_text_count_where_no_column_names_any() -> None:
    (task,) = rows_of(("序号", "工作任务", "完成时限"), ("1", "建校舍（县教育局牵头，县财政局配合）", "6月底"))
    assert (task.title, leads(task), helpers(task)) == ("建校舍", ["县教育局"], ["县财政局"])


def test_same_as_above_is_the_cell_above() -> None:
    _, second = rows_of(
        ("序号", "任务", "责任单位", "完成时限"), ("1", "建校舍", "县教育局", "6月底前"), ("2", "修操场", "同上", "〃")
    )
    assert (leads(second), days(second)) == (["县教育局"], ["2024-06-30"])


def test_columns_of_quarters_are_deadlines_at_their_ends() -> None:
    first, second = rows_of(
        ("序号", "任务", "牵头单位", "进度安排", LEFT, LEFT, LEFT, "进展情况", LEFT),
        (UP, UP, UP, "一季度", "二季度", "三季度", "四季度", "一季度", "二季度"),
        ("1", "建校舍", "县教育局", "完成招标", "主体动工", "封顶", "交付", "已完成", ""),
        ("2", "修水库", "县水利局", "", "—", "8月底前立项", "√", "", ""),
    )
    assert days(first) == ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]
    assert [d.text for d in first.deadlines][:2] == ["一季度：完成招标", "二季度：主体动工"]
    assert all(d.assumed for d in first.deadlines)
    assert days(second) == ["2024-08-31", "2024-12-31"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024年6月30日", "2024-06-30"),
        ("6月\n底前", "2024-06-30"),
        ("2024-09", "2024-09-30"),
        ("按月", "monthly"),
        ("长期", "ongoing"),
    ],
)
def test_a_time_limit_is_read_like_the_label(cell: str, day: str) -> None:
    (task,) = rows_of(("序号", "任务", "责任单位", "完成时间"), ("1", "修桥", "县交通运输局", cell))
    assert days(task) == [day]


def test_a_bare_number_in_a_column_of_months_is_a_month() -> None:
    (task,) = rows_of(("序号", "任务", "责任单位", "完成时限（月）"), ("1", "修桥", "县交通运输局", "6"))
    assert days(task) == ["2024-06-30"]


def test_numbers_alone_take_their_unit_from_the_heading_or_the_column_beside() -> None:
    first, second = rows_of(
        ("序号", "项目名称", "总投资（万元）", "年度计划投资（万元）", "责任单位"),
        ("1", "东门大桥", "20000", "5,000", "县交通运输局"),
        ("2", "西门道路", "900", "≥200", "县交通运输局"),
    )
    assert (goals(first), goals(second)) == ([("=", 5000.0, "万元")], [(">=", 200.0, "万元")])
    (task,) = rows_of(("序号", "指标名称", "单位", "目标值", "责任单位"), ("1", "家庭农场", "家", "20", "县农业农村局"))
    assert goals(task) == [("=", 20.0, "家")]


def test_what_a_target_column_counts_is_to_be_reached_and_told_once() -> None:
    (task,) = rows_of(
        ("序号", "重点工作", "工作内容", "工作目标", "责任单位"),
        ("1", "培育主体", "评选合作社，合格率达到90%以上。", "家庭农场20家，合格率达到90%以上", "县农业农村局"),
    )
    assert sorted(goals(task)) == [("=", 20.0, "家"), (">=", 90.0, "%")]


def test_the_facts_of_a_row_say_where_they_stand() -> None:
    (task,) = rows_of(
        ("序号", "任务", "牵头单位", "完成时限", "目标值（家）"),
        ("1", "办农场", "县农业农村局", "6月底前", "20"),
        above=PLAN,
    )
    sources = [task.source, task.deadlines[0].source, task.targets[0].source]
    assert [(s and s.line, s and s.place) for s in sources] == [(3, "第2行")] * 3
    assert task.targets[0].source is not None
    assert task.targets[0].source.rule == "column"


def test_implementers_named_once_for_all_tasks_hold_for_rows() -> None:
    (task,) = rows_of(
        ("序号", "任务", "牵头单位"),
        ("1", "建校舍", "县教育局"),
        above="以下各项任务均需各乡镇人民政府负责落实，不再列出。",
    )
    assert (leads(task), shared(task)) == (["县教育局"], ["各乡镇人民政府"])


def test_a_column_of_persons_names_the_agencies_where_no_other_does() -> None:
    (task,) = rows_of(("序号", "重点任务", "责任人", "时限"), ("1", "建网站", "县政府办公室 张三", "6月"))
    assert (leads(task), task.leaders) == (["县政府办公室"], ("张三",))


def test_the_unit_above_the_header_is_that_of_bare_numbers() -> None:
    (task,) = rows_of(
        ("单位：万元", LEFT, LEFT, LEFT),
        ("序号", "项目名称", "年度投资计划", "责任单位"),
        ("1", "粮库", "300", "县商务局"),
    )
    assert goals(task) == [("=", 300.0, "万元")]


def test_duties_say_that_a_column_of_their_row_named_them() -> None:
    (task,) = rows_of(("序号", "任务", "牵头单位", "配合单位"), ("1", "建校舍", "县教育局", "县财政局"), above=PLAN)
    found = [duty.source for duty in task.duties]
    assert [(s and s.line, s and s.place, s and s.rule) for s in found] == [(3, "第2行", "column")] * 2


@pytest.mark.parametrize("months", [("3月", "6月", "12月"), ("3", "6", "12"), ("3月底前", "6月底前", "年底前")])
def test_columns_of_months_are_deadlines_at_their_ends(months: tuple[str, str, str]) -> None:
    (task,) = rows_of(
        ("序号", "任务", "责任单位", "时间进度", LEFT, LEFT),
        (UP, UP, UP, *months),
        ("1", "种粮", "县农业农村局", "完成上年12月底前的扫尾", "", "√"),
    )
    assert days(task) == ["2024-03-31", "2024-12-31"]
