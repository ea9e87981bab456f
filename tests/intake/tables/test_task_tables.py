"""Tables as offices draw them are read as their clerks mean them."""

from __future__ import annotations

import pytest

from bot.domain.model import DubanError, DutyRole
from tests.intake.tables.tabling import LEFT, UP, days, goals, helpers, leads, read, rows_of, shared, table

PLAN = "松江县2024年重点工作方案"


def test_the_header_may_stand_below_a_title_and_in_two_lines() -> None:
    reading = read(
        table(
            ("松江县2024年重点工作任务分解表", LEFT, LEFT, LEFT, LEFT),
            ("填报单位：县政府办公室", "", "", "", ""),
            ("序号", "重点任务", "责任单位", LEFT, "完成时限"),
            (UP, UP, "牵头单位", "配合单位", UP),
            ("一、产业发展", LEFT, LEFT, LEFT, LEFT),
            ("1", "建设冷链仓库3座", "县商务局", "县财政局、供销社", "6月底前"),
            ("二、城乡建设", LEFT, LEFT, LEFT, LEFT),
            ("2.0", "改造背街小巷", "县住房和城乡建设局", "各乡镇人民政府", "长期坚持"),
            ("合计", "2项", "", "", ""),
        )
    )
    first, second = reading.tasks
    assert (reading.title, reading.year) == ("松江县2024年重点工作任务分解表", 2024)
    assert (first.number, first.section_number, first.section) == ("1", "一", "产业发展")
    assert (leads(first), helpers(first)) == (["县商务局"], ["县财政局", "县供销社"])
    assert (days(first), goals(first)) == (["2024-06-30"], [("=", 3.0, "座")])
    assert (second.number, second.section, days(second)) == ("2", "城乡建设", ["ongoing"])


def test_a_header_without_merged_cells_is_joined_from_its_lines() -> None:
    (task,) = rows_of(
        ("序号", "任务", "责任单位", "", "时限"),
        ("", "", "牵头单位", "配合单位", ""),
        ("1", "修桥", "县交通运输局", "县财政局", "9月底"),
    )
    assert (leads(task), helpers(task), days(task)) == (["县交通运输局"], ["县财政局"], ["2024-09-30"])


def test_a_repeated_header_and_a_line_that_counts_the_columns_are_no_tasks() -> None:
    tasks = rows_of(
        ("序号", "任务", "责任单位", "时限"),
        ("1", "2", "3", "4"),
        ("1", "修桥", "县交通运输局", "6月"),
        ("序号", "任务", "责任单位", "时限"),
        ("2", "修路", "县交通运输局", "8月"),
    )
    assert [t.title for t in tasks] == ["修桥", "修路"]


def test_a_second_header_with_other_columns_begins_anew() -> None:
    tasks = rows_of(
        ("序号", "任务", "责任单位", ""),
        ("1", "建校舍", "县教育局", ""),
        ("附件2　项目清单", "", "", ""),
        ("序号", "项目名称", "牵头单位", "完成时限"),
        ("1", "修操场", "县体育局", "6月底"),
    )
    assert [(t.title, leads(t), days(t)) for t in tasks] == [
        ("建校舍", ["县教育局"], []),
        ("修操场", ["县体育局"], ["2024-06-30"]),
    ]
    assert len({t.number for t in tasks}) == 2


def test_measures_with_numbers_of_their_own_are_tasks_of_the_merged_name() -> None:
    tasks = rows_of(
        ("重点任务", "序号", "具体举措", "责任单位"),
        ("优化营商环境", "1", "压缩审批时限。推行容缺受理。", "县行政审批局"),
        (UP, "2", "召开政企座谈会", "县工商联"),
        ("加强社会治理", "3", "排查矛盾纠纷", "县委政法委"),
    )
    assert [(t.number, t.section, t.title) for t in tasks] == [
        ("1", "优化营商环境", "压缩审批时限"),
        ("2", "优化营商环境", "召开政企座谈会"),
        ("3", "加强社会治理", "排查矛盾纠纷"),
    ]


def test_measures_with_agencies_of_their_own_are_tasks_below_the_name_s_number() -> None:
    tasks = rows_of(
        ("序号", "重点任务", "具体措施", "牵头单位"),
        ("1", "优化营商环境", "（1）压缩审批时限", "县行政审批局"),
        (UP, UP, "（2）召开政企座谈会", "县工商联"),
        ("2", "加强社会治理", "排查矛盾纠纷", "县委政法委"),
    )
    assert [(t.number, t.section, t.title) for t in tasks] == [
        ("1（1）", "优化营商环境", "压缩审批时限"),
        ("1（2）", "优化营商环境", "召开政企座谈会"),
        ("2", "", "加强社会治理"),
    ]


def test_measures_of_one_number_and_one_lead_are_one_task_whoever_helps() -> None:
    first, second = rows_of(
        ("序号", "重点任务", "具体措施", "牵头单位", "配合单位"),
        ("1", "优化营商环境", "压缩审批时限", "县行政审批局", "县财政局"),
        (UP, UP, "召开座谈会", UP, "县工商联"),
        ("2", "加强社会治理", "排查矛盾纠纷", "县委政法委", "县司法局"),
        ("备注：1.牵头单位有几家的，由前面一家汇总后报送；2.各单位每季度末报县政府办公室。", "", "", "", ""),
    )
    assert (first.title, first.agencies(DutyRole.PARTICIPANT)) == ("优化营商环境", ("县财政局", "县工商联"))
    assert second.title == "加强社会治理"


def test_measures_of_one_number_and_one_agency_are_one_task() -> None:
    first, second = rows_of(
        ("序号", "重点任务", "具体措施", "牵头单位", "时限"),
        ("1", "优化营商环境", "压缩审批时限", "县行政审批局", "6月底"),
        (UP, UP, "召开座谈会不少于4次", UP, UP),
        ("2", "加强社会治理", "排查矛盾纠纷", "县委政法委", UP),
    )
    assert (first.title, goals(first), days(first)) == ("优化营商环境", [(">=", 4.0, "次")], ["2024-06-30"])
    assert days(second) == ["2024-06-30"]


def test_a_row_without_number_and_agency_goes_on_with_the_one_above() -> None:
    first, second = rows_of(
        ("序号", "任务", "工作内容", "责任单位"),
        ("1", "整治河道", "清淤。", "县水利局"),
        ("", "", "砌护岸不少于2公里。", ""),
        ("2", "修路", "铺油", "县交通运输局"),
    )
    assert (first.title, goals(first), leads(first)) == ("整治河道", [(">=", 2.0, "公里")], ["县水利局"])
    assert second.title == "修路"


def test_categories_in_a_column_hold_for_the_rows_below() -> None:
    tasks = rows_of(
        ("类别", "序号", "工作任务", "责任单位"),
        ("产业", "1", "建校舍", "县教育局"),
        (UP, "2", "修操场", "县体育局"),
        ("城建", "1", "扩公园", "县林业局"),
        ("", "2", "拓道路", "县交通运输局"),
    )
    assert [t.section for t in tasks] == ["产业", "产业", "城建", "城建"]
    assert len({t.number for t in tasks}) == 4


def test_big_numbers_head_the_rows_with_small_ones() -> None:
    tasks = rows_of(
        ("序号", "任务", "责任单位"),
        ("一", "产业发展（1项）", ""),
        ("1", "种粮", "县农业农村局"),
        ("二", "城乡建设（1项）", ""),
        ("2", "修路", "县交通运输局"),
    )
    assert [(t.section_number, t.section, t.title) for t in tasks] == [
        ("一", "产业发展", "种粮"),
        ("二", "城乡建设", "修路"),
    ]


def test_a_table_parted_by_a_page_goes_on_in_its_section() -> None:
    heads = ("序号", "任务", "责任单位")
    reading = read(
        table(heads, ("一、产业发展", LEFT, LEFT), ("1", "种粮", "县农业农村局"), ("2", "养鱼", "县水利局")),
        table(heads, ("3", "办厂", "县商务局"), ("二、城乡建设", LEFT, LEFT), ("4", "修路", "县交通运输局")),
        table(("5", "扩公园", "县林业局"), ("6", "通水", "县水利局")),
    )
    assert [t.section for t in reading.tasks] == ["产业发展"] * 3 + ["城乡建设"] * 3


def test_sheets_are_sections_where_several_hold_tasks() -> None:
    heads = ("序号", "任务", "责任单位")
    reading = read(
        table(heads, ("1", "种粮", "县农业农村局"), name="产业"),
        table(heads, ("1", "修路", "县交通运输局"), name="城建"),
    )
    assert [t.section for t in reading.tasks] == ["产业", "城建"]
    assert len({t.number for t in reading.tasks}) == 2


def test_a_sheet_named_for_an_agency_holds_that_agency_s_tasks() -> None:
    heads = ("序号", "任务", "完成时限")
    reading = read(
        table(heads, ("1", "招教师", "6月底"), name="县教育局"), table(heads, ("1", "修路", "8月"), name="县交通运输局")
    )
    assert [leads(t) for t in reading.tasks] == [["县教育局"], ["县交通运输局"]]


@pytest.mark.parametrize(
    "rows",
    [
        (("序号", "单位", "姓名", "职务", "电话"), ("1", "县水利局", "张三", "科员", "123")),
        (("序号", "考核内容", "分值", "评分标准", "考核单位"), ("1", "巡河", "10", "缺一次扣5分", "县水利局")),
        (("阶段", "时间", "工作内容", "责任单位"), ("动员部署", "3月", "召开动员会议", "县水利局")),
        (("工作组", "牵头单位", "主要职责"), ("综合组", "县政府办公室", "综合协调")),
        (("组长", "张三", "县长"), ("副组长", "李四", "副县长")),
    ],
)
def test_lists_of_people_scores_phases_and_groups_are_no_tasks(rows: tuple[tuple[str, ...], ...]) -> None:
    reading = read(PLAN, "（一）整治河道。（县水利局牵头，县财政局配合）", table(*rows))
    assert [t.title for t in reading.tasks] == ["整治河道"]


def test_a_table_without_header_is_told_by_what_stands_in_it() -> None:
    tasks = rows_of(
        ("1", "新建学校两所", "县教育局", "6月底前"),
        ("2", "加固水库大坝", "县水利局、县财政局", "12月底前"),
        ("3", "整治农贸市场", "县市场监督管理局", "长期"),
    )
    assert [(t.number, t.title, days(t)) for t in tasks] == [
        ("1", "新建学校两所", ["2024-06-30"]),
        ("2", "加固水库大坝", ["2024-12-31"]),
        ("3", "整治农贸市场", ["ongoing"]),
    ]
    assert leads(tasks[0]) == ["县教育局"]


def test_a_form_on_its_side_is_one_task() -> None:
    (task,) = rows_of(
        ("任务名称", "建校舍"), ("牵头单位", "县教育局"), ("配合单位", "县财政局"), ("完成时限", "9月底前")
    )
    assert (task.title, leads(task), helpers(task), days(task)) == (
        "建校舍",
        ["县教育局"],
        ["县财政局"],
        ["2024-09-30"],
    )


def test_text_laid_out_in_a_table_is_read_as_text() -> None:
    reading = read(
        table(("一、重点任务\n（一）整治河道。（县水利局牵头，县财政局配合）\n（二）整治市场。（县商务局负责）",))
    )
    assert [(t.number, t.title) for t in reading.tasks] == [("（一）", "整治河道"), ("（二）", "整治市场")]


def test_the_heading_above_a_table_is_its_section() -> None:
    heads = ("序号", "任务", "责任单位")
    reading = read(
        PLAN,
        "一、产业发展",
        table(heads, ("1", "种粮", "县农业农村局")),
        "二、城乡建设",
        table(heads, ("1", "修路", "县交通运输局")),
    )
    assert [(t.section_number, t.section) for t in reading.tasks] == [("一", "产业发展"), ("二", "城乡建设")]


def test_an_annexed_table_and_the_items_it_repeats_are_one_task_each() -> None:
    reading = read(
        PLAN,
        "一、整治河道。6月底前清淤不少于10公里。",
        "二、整治市场。（县市场监督管理局负责）",
        table(
            ("序号", "任务", "牵头单位", "完成时限"),
            ("1", "整治河道", "县水利局", "6月"),
            ("2", "整治市场", "县市场监督管理局", "9月底"),
        ),
    )
    first, second = reading.tasks
    assert (first.number, leads(first), days(first)) == ("一", ["县水利局"], ["2024-06-30"])
    assert goals(first) == [(">=", 10.0, "公里")]
    assert (second.number, leads(second), days(second)) == ("二", ["县市场监督管理局"], ["2024-09-30"])


def test_a_table_nobody_answers_for_is_refused() -> None:
    with pytest.raises(DubanError) as refused:
        rows_of(("序号", "任务", "完成时限"), ("1", "修桥", "6月底"))
    assert refused.value.code == "plan_without_duties"


def test_a_table_longer_than_any_plan_is_refused_before_it_is_read() -> None:
    rows = [("序号", "任务", "责任单位"), *[("1", "修桥", "县交通运输局")] * 5_000]
    with pytest.raises(DubanError) as refused:
        rows_of(*rows)
    assert (refused.value.code, refused.value.params["rows"]) == ("plan_too_many_rows", 5_001)


def test_measures_whose_own_numbers_run_on_are_the_tasks() -> None:
    tasks = rows_of(
        ("重点领域", "主要任务", "具体举措", "牵头单位"),
        ("一、产业", "（一）种粮", "1.推广良种。", "县农业农村局"),
        (UP, UP, "2.扩大面积。", "县农业农村局"),
        (UP, "（二）养殖", "3.改造圈舍。", "县畜牧中心"),
    )
    assert [(t.number, t.section, t.title) for t in tasks] == [
        ("1", "种粮", "推广良种"),
        ("2", "种粮", "扩大面积"),
        ("3", "养殖", "改造圈舍"),
    ]


def test_a_header_is_found_among_columns_of_no_known_kind() -> None:
    (task,) = rows_of(
        ("序号", "任务", "责任单位", "城关镇", "河口乡", "石坪镇", "云陂镇"),
        ("1", "改厕", "县农业农村局", "12", "8", "9", "3"),
    )
    assert (task.title, leads(task)) == ("改厕", ["县农业农村局"])


def test_the_title_is_the_first_sheet_s_caption_before_its_name() -> None:
    heads = ("序号", "任务", "责任单位")
    caption = ("松江县2024年水利重点任务清单", LEFT, LEFT)
    first = table(caption, heads, ("1", "固堤", "县水利局"), name="任务清单")
    second = table(("松江县2024年任务清单（二）", LEFT, LEFT), heads, ("1", "清淤", "县水利局"), name="清单二")
    assert read(first, second).title == "松江县2024年水利重点任务清单"
    assert read(table(heads, ("1", "固堤", "县水利局"), name="松江县2024年任务清单")).title == "松江县2024年任务清单"


def test_the_heading_above_a_table_says_whose_tasks_these_are() -> None:
    first, second = read(
        "松江县2024年营商环境任务清单",
        "一、县税务局牵头任务",
        table(("序号", "重点任务", "配合单位"), ("1", "推行电子发票", "县财政局")),
        "二、县公安局",
        table(("序号", "重点任务", "完成时限"), ("1", "简化落户手续", "6月底前")),
    ).tasks
    assert (leads(first), helpers(first)) == (["县税务局"], ["县财政局"])
    assert (leads(second), days(second)) == (["县公安局"], ["2024-06-30"])


def test_beside_the_department_responsible_the_unit_that_carries_out_has_a_share() -> None:
    (task,) = rows_of(
        ("序号", "实事项目", "主管部门", "实施单位"), ("1", "修缮敬老院4所", "县民政局", "各乡镇人民政府")
    )
    assert (leads(task), shared(task)) == (["县民政局"], ["各乡镇人民政府"])


def test_who_made_and_checked_the_table_is_no_task() -> None:
    tasks = rows_of(
        ("序号", "任务", "责任单位"), ("1", "修桥", "县交通运输局"), ("编制：", "张三", "李四"), ("审核：", "王五", "")
    )
    assert [t.title for t in tasks] == ["修桥"]


def test_what_stands_alone_over_the_table_is_the_title_whatever_its_words() -> None:
    reading = read(
        table(
            ("松江县2024年为民实事项目表", LEFT, LEFT),
            ("序号", "实事项目", "责任单位"),
            ("1", "修缮敬老院4所", "县民政局"),
        )
    )
    assert (reading.title, reading.year) == ("松江县2024年为民实事项目表", 2024)


def test_a_day_without_its_words_in_the_column_of_limits_is_a_day() -> None:
    (task,) = rows_of(("序号", "任务", "责任单位", "时限"), ("1", "改厕", "县农业农村局", "10.31"))
    assert days(task) == ["2024-10-31"]


def test_sheets_called_after_agencies_hold_their_tasks_beside_those_who_help() -> None:
    title = ("松江县2024年督查清单（县民政局）", LEFT, LEFT)
    head = ("序号", "督查事项", "配合单位")
    first, second = read(
        table(title, head, ("1", "修缮敬老院4所", "县财政局"), name="县民政局"),
        table(("松江县2024年督查清单（县水利局）", LEFT, LEFT), head, ("1", "疏浚河道", "县财政局"), name="县水利局"),
    ).tasks
    assert [(leads(t), helpers(t)) for t in (first, second)] == [
        (["县民政局"], ["县财政局"]),
        (["县水利局"], ["县财政局"]),
    ]
