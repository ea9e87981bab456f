"""Cells of agencies: broken names are one, lists are several, people are apart."""

from __future__ import annotations

import pytest

from bot.intake.tables.cells import agencies, column_width


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县住房和城乡建\n设局", "县住房和城乡建设局"),
        ("县住房和城乡\n建设局、县财\n政局", "县住房和城乡建设局、县财政局"),
        ("县人力资源和社会\n保障局", "县人力资源和社会保障局"),
        ("县市\n场监督管理局", "县市场监督管理局"),
        ("县发展和改革委\n员会", "县发展和改革委员会"),
        ("县委\n宣传部", "县委宣传部"),
        ("县\n直各部门", "县直各部门"),
        ("各乡镇\n人民政府", "各乡镇人民政府"),
        ("区应急管\n理局、区\n卫生健康\n局", "区应急管理局、区卫生健康局"),
        ("国网松江县\n供电公司", "国网松江县供电公司"),
        ("县水利局\n县财政局", "县水利局、县财政局"),
        ("县水利局\n财政局", "县水利局、财政局"),
        ("1.县水利局\n2.县财政局", "县水利局、县财政局"),
        ("城关镇\n河口乡", "城关镇、河口乡"),
        ("团县委\n县妇联", "团县委、县妇联"),
        ("各乡镇\n县水利局", "各乡镇、县水利局"),
        ("牵头：县水利局\n配合：县财政局、县住\n建局", "牵头：县水利局；配合：县财政局、县住建局"),
    ],
)
def test_lines_of_a_cell_are_joined_where_a_name_goes_on(cell: str, names: str) -> None:
    assert agencies(cell).text == names


@pytest.mark.parametrize(
    ("cell", "name", "person"),
    [
        ("县水利局 张三", "县水利局", "张三"),
        ("张三（县水利局）", "县水利局", "张三"),
        ("县水利局（张三）", "县水利局", "张三"),
        ("县水利局\n张  三", "县水利局", "张三"),
        ("县水利局：张三", "县水利局", "张三"),
        ("县水利局局长张三", "县水利局", "张三"),
    ],
)
def test_people_are_parted_from_agencies(cell: str, name: str, person: str) -> None:
    assert (agencies(cell).text, agencies(cell).people) == (name, (person,))


def test_a_bracket_that_is_part_of_the_name_stays() -> None:
    assert agencies("县科学技术局（县外国专家局）、各镇（街道）").text == "县科学技术局（县外国专家局）、各镇（街道）"


def test_a_column_is_broken_by_its_width_when_its_lines_are_equally_long() -> None:
    assert column_width(["推进城乡道路\n建设", "整治农贸市场\n周边秩序"]) == 12
    assert column_width(["修订办法\n召开推进会议并通报各地", "整治市场\n周边"]) == 0
