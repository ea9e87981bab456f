"""Tables without rules: columns by the white space between them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.intake.readers.pages_columns import with_ruled_rows, with_tables
from bot.intake.readers.pages_lines import Physical
from bot.intake.readers.pages_tables import PageTable

SIZE = 10.0


def part(text: str, x0: float, top: float, page: int = 1) -> Physical:
    return Physical(text, page, x0, x0 + SIZE * len(text), top, top + SIZE, SIZE, "", SIZE)


def line(top: float, *texts: tuple[float, str], page: int = 1) -> Physical:
    parts = tuple(part(text, x, top, page) for x, text in texts)
    whole = part(" ".join(text for _, text in texts), texts[0][0], top, page)
    ends = parts[-1].x1
    return Physical(
        whole.text, page, parts[0].x0, ends, top, top + SIZE, SIZE, "", SIZE, parts if len(parts) > 1 else ()
    )


HEAD = ((50, "序号"), (110, "任务"), (250, "牵头单位"), (400, "时限"))


def texts(table: PageTable) -> list[list[str]]:
    return [[cell.text.replace("\n", "") for cell in row] for row in table.rows]


def only(page: Sequence[Physical]) -> tuple[list[str], list[list[list[str]]]]:
    ((lines, tables),) = with_tables([page])
    return [p.text for p in lines], [texts(t) for t in tables]


def test_rows_are_parted_by_their_numbers_and_broken_cells_joined() -> None:
    lines, (table,) = only(
        [
            line(20, (200, "安全任务")),
            line(60, *HEAD),
            line(90, (55, "1"), (100, "整治危桥"), (240, "县交通局"), (400, "6月")),
            line(120, (55, "2"), (100, "修订应急预案并组织演"), (240, "县应急局"), (400, "9月")),
            line(134, (100, "练")),
            line(164, (55, "3"), (100, "宣传"), (240, "县委宣传部"), (400, "长期")),
            line(240, (60, "各单位要抓好落实，按月报送进展情况，年底组织考核验收并通报结果。")),
        ]
    )
    assert lines == ["安全任务", "各单位要抓好落实，按月报送进展情况，年底组织考核验收并通报结果。"]
    assert table == [
        ["序号", "任务", "牵头单位", "时限"],
        ["1", "整治危桥", "县交通局", "6月"],
        ["2", "修订应急预案并组织演练", "县应急局", "9月"],
        ["3", "宣传", "县委宣传部", "长期"],
    ]


def test_a_section_between_the_rows_stands_over_all_columns() -> None:
    _, (table,) = only(
        [
            line(60, *HEAD),
            line(90, (55, "1"), (100, "整治危桥"), (240, "县交通局"), (400, "6月")),
            line(120, (50, "二、保障和改善民生持续增进人民群众福祉")),
            line(150, (55, "2"), (100, "宣传"), (240, "县委宣传部"), (400, "长期")),
        ]
    )
    assert table[2][0] == "二、保障和改善民生持续增进人民群众福祉"
    assert table[3][1] == "宣传"


def test_a_table_goes_on_on_the_page_that_follows() -> None:
    first = [
        line(60, *HEAD),
        *(line(60 + 30 * i, (55, str(i)), (100, "修路"), (240, "县公路局"), (400, "8月")) for i in (1, 2)),
    ]
    second = [line(60, (55, "3"), (100, "宣传"), (240, "县委宣传部"), (400, "长期"), page=2)]
    (_, (one,)), (rest, (other,)) = with_tables([first, second])
    assert rest == []
    assert texts(other) == [["3", "宣传", "县委宣传部", "长期"]]
    assert one.edges == other.edges


def test_lines_whose_spaces_are_not_clear_stay_lines() -> None:
    lines, tables = only(
        [
            line(60, *HEAD),
            line(90, (55, "全县各级各部门要把安全生产摆在更加突出的位置抓紧抓实抓好")),
            line(120, (55, "落实领导干部责任清单和年度任务清单")),
        ]
    )
    assert len(lines) == 3
    assert tables == []


def test_level_rules_part_rows_whose_cells_stand_in_the_middle() -> None:
    page = [
        line(20, (200, "江汉任务表")),
        line(60, (50, "序"), (290, "牵头"), (400, "完成")),
        line(66, (140, "工作内容")),
        line(74, (50, "号"), (290, "单位"), (400, "时限")),
        line(100, (50, "一、项目建设")),
        line(130, (80, "新建道路并同步铺设雨污")),
        line(136, (52, "1"), (280, "区住建局"), (400, "9月")),
        line(144, (80, "管网")),
    ]
    rules = [(45.0, 450.0, top) for top in (55.0, 90.0, 120.0, 160.0)]
    ((rest, (table,)),) = with_ruled_rows([page], [rules])
    assert [p.text for p in rest] == ["江汉任务表"]
    assert texts(table) == [
        ["序号", "工作内容", "牵头单位", "完成时限"],
        ["一、项目建设", "", "", ""],
        ["1", "新建道路并同步铺设雨污管网", "区住建局", "9月"],
    ]


def test_a_table_between_rules_keeps_its_columns_on_the_page_that_follows() -> None:
    rows = [line(60 + 30 * i, (52, str(i)), (80, "修路"), (280, "区住建局"), (400, "9月")) for i in (1, 2, 3)]
    rules = [(45.0, 450.0, 50.0 + 30 * i) for i in (1, 2, 3, 4)]
    shifted = [
        line(60 + 30 * i, (52, str(i)), (83, "修桥"), (280, "区住建局"), (400, "9月"), page=2) for i in (1, 2, 3)
    ]
    (_, (one,)), (_, (other,)) = with_ruled_rows([rows, shifted], [rules, rules])
    assert one.edges == other.edges
