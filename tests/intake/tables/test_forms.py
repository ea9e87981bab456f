"""Forms of one task each are read like rows of a table."""

from __future__ import annotations

from tests.intake.tables.tabling import LEFT, UP, days, goals, helpers, leads, read, table


def test_a_form_with_two_headings_a_row_is_one_task() -> None:
    reading = read(
        "岚山县2024年民生实事实施方案",
        table(
            ("项目名称", "修缮敬老院", "项目编号", "MS-01"),
            ("牵头单位", "县民政局", "责任领导", "何静"),
            ("配合单位", "县财政局", LEFT, LEFT),
            ("年度目标", "修缮敬老院4所", LEFT, LEFT),
            ("完成时限", "9月底前", "联系人", ""),
        ),
        table(
            ("项目名称", "建设健身步道", "项目编号", "MS-02"),
            ("牵头单位", "县教育体育局", "责任领导", "何静"),
            ("配合单位", "各乡镇人民政府", LEFT, LEFT),
            ("年度目标", "建设步道30公里", LEFT, LEFT),
            ("完成时限", "11月", "联系人", ""),
        ),
    )
    first, second = reading.tasks
    assert (first.title, leads(first), helpers(first), first.leaders) == (
        "修缮敬老院",
        ["县民政局"],
        ["县财政局"],
        ("何静",),
    )
    assert (days(first), goals(first)) == (["2024-09-30"], [("=", 4.0, "所")])
    assert (second.title, leads(second), days(second)) == ("建设健身步道", ["县教育体育局"], ["2024-11-30"])


def test_forms_below_each_other_in_one_table_are_tasks_each() -> None:
    tasks = read(
        table(
            ("任务名称", "修桥"),
            ("责任单位", "县交通运输局"),
            ("时限", "6月"),
            ("任务名称", "修路"),
            ("责任单位", "县公路中心"),
            ("时限", "8月"),
        )
    ).tasks
    assert [(t.title, leads(t), days(t)) for t in tasks] == [
        ("修桥", ["县交通运输局"], ["2024-06-30"]),
        ("修路", ["县公路中心"], ["2024-08-31"]),
    ]


def test_a_heading_over_several_at_their_side_names_nothing_of_its_own() -> None:
    (task,) = read(
        table(
            ("任务名称", "治理河道", LEFT),
            ("责任单位", "牵头单位", "县水利局"),
            (UP, "配合单位", "县财政局"),
            ("进度安排", "一季度", "完成招标"),
            (UP, "二季度", "完工"),
        )
    ).tasks
    assert (leads(task), helpers(task), days(task)) == (["县水利局"], ["县财政局"], ["2024-03-31", "2024-06-30"])


def test_a_column_for_each_task_is_turned() -> None:
    tasks = read(
        table(("任务名称", "修桥", "修路"), ("责任单位", "县交通运输局", "县公路中心"), ("时限", "6月", "8月"))
    ).tasks
    assert [(t.title, leads(t)) for t in tasks] == [("修桥", ["县交通运输局"]), ("修路", ["县公路中心"])]


def test_an_indicator_below_two_levels_is_the_task_and_its_number_has_the_unit_beside_it() -> None:
    first, second = read(
        table(
            ("一级指标", "二级指标", "指标名称", "计量单位", "目标值", "责任单位"),
            ("经济", "投资", "工业投资占比", "%", "不低于35", "县工业和信息化局"),
            (UP, UP, "优良天数比例", "%", "88%以上", "县生态环境局"),
        )
    ).tasks
    assert (first.title, goals(first)) == ("工业投资占比", [(">=", 35.0, "%")])
    assert (second.title, goals(second)) == ("优良天数比例", [(">=", 88.0, "%")])


def test_a_month_as_value_is_no_heading() -> None:
    (task,) = read(
        table(
            ("项目名称", "红色物业", "序号", "1"),
            ("牵头单位", "县民政局", "完成时限", "2024年9月底"),
            ("配合单位", "县财政局", LEFT, LEFT),
        )
    ).tasks
    assert (task.title, leads(task), days(task)) == ("红色物业", ["县民政局"], ["2024-09-30"])


def test_of_tasks_of_three_levels_the_last_is_done_and_the_others_are_sections() -> None:
    (task,) = read(
        table(
            ("一级任务", "二级任务", "三级任务", "责任单位"),
            ("建设港口", "完善集疏运", "开工建设专用线8公里", "县交通运输局"),
        )
    ).tasks
    assert (task.title, task.section) == ("开工建设专用线8公里", "完善集疏运")


def test_the_committees_and_offices_of_a_congress_answer_like_divisions() -> None:
    (task,) = read(table(("序号", "工作内容", "责任委室"), ("1", "开展执法检查3次", "监察司法委"))).tasks
    assert len(task.duties) == 1
