from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from bot.domain.model import Status
from bot.domain.summary import Summary
from bot.papers.excel import CELL_LIMIT, HEADER_ROW
from bot.papers.ledger import ledger_xlsx
from tests.papers.conftest import AS_OF, report


def opened(summary: Summary, language: str = "zh") -> Workbook:
    return load_workbook(io.BytesIO(ledger_xlsx(summary, language)))


def records(sheet: Worksheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[HEADER_ROW]]
    rows = sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_there_is_a_row_for_every_task_and_owing_agency(summary: Summary) -> None:
    rows = records(opened(summary)["台账"])
    expected = [(task.number, name) for task in summary.tasks for name in task.owing]
    assert [(row["任务编号"], row["责任单位"]) for row in rows] == expected
    assert [row["序号"] for row in rows] == list(range(1, summary.owed + 1))
    assert sum(row["状态"] == "未报" for row in rows) == summary.missing
    assert sum(row["是否按时"] == "按时" for row in rows) == summary.on_time
    assert sum(row["是否按时"] == "迟报" for row in rows) == summary.late


def test_a_row_carries_what_was_said_by_whom_and_when(summary: Summary) -> None:
    row = records(opened(summary)["台账"])[5]
    assert row == {
        "序号": 6,
        "类别": "强化源头监管",
        "任务编号": "（二）3",
        "重点任务": "推进涉铊企业规范管理与废水治理设施升级改造工作",
        "责任单位": "县财政局",
        "报告期": "2022年第三季度",
        "状态": "有困难",
        "完成百分比": 0.8,
        "进展情况（原话）": "已排查23家，完成19家",
        "存在问题": "缺监测数据",
        "填报人": "李喆",
        "填报时间": datetime(2022, 10, 12, 10, 12),  # noqa: DTZ001
        "报送编号": "Q3-0117",
        "是否按时": "按时",
        "审核": "已审核",
        "下一时限": datetime(2023, 1, 9),  # noqa: DTZ001
        "备注": "佐证2件",
    }


def test_the_latest_report_counts_and_the_earlier_ones_are_named(summary: Summary) -> None:
    task = summary.tasks[0]
    latest = replace(task.reports[0], number="Q3-0200", percent=None, at=AS_OF, on_behalf=True)
    older = replace(task.reports[0], number="Q3-0100", at=AS_OF - timedelta(days=9))
    changed = replace(summary, tasks=(replace(task, reports=(latest, older)),))
    (row,) = records(opened(changed)["台账"])
    assert (row["报送编号"], row["完成百分比"]) == ("Q3-0200", None)
    assert row["备注"] == "电话代填；佐证2件；此前报送：Q3-0100"


def test_an_agency_that_reported_once_but_owes_more_is_marked(summary: Summary) -> None:
    task = replace(summary.tasks[0], missing=summary.tasks[0].owing)
    (row,) = records(opened(replace(summary, tasks=(task,)))["台账"])
    assert (row["状态"], row["备注"]) == ("已完成", "佐证2件；另有应报未报")


def test_a_participant_s_contribution_has_a_row_of_its_own(summary: Summary) -> None:
    task = summary.tasks[0]
    helper = report("县审计局", Status.IN_PROGRESS)
    rows = records(opened(replace(summary, tasks=(replace(task, reports=(*task.reports, helper)),)))["台账"])
    assert [row["责任单位"] for row in rows] == [*task.owing, "县审计局"]
    assert rows[1]["备注"] == "主动报送；佐证2件"


def test_the_agencies_sheet_adds_up_to_the_summary(summary: Summary) -> None:
    rows = records(opened(summary)["单位汇总"])
    assert [row["责任单位"] for row in rows] == [line.agency for line in summary.agencies]
    totals = {key: sum(row[key] for row in rows) for key in ("应报", "已报", "按时", "迟报", "未报")}
    assert totals == {"应报": 18, "已报": 16, "按时": 15, "迟报": 1, "未报": 2}
    assert rows[3]["未报任务"] == "（三）2"


def test_the_totals_sheet_says_the_counts_and_the_moment(summary: Summary) -> None:
    totals = {row["项目"]: row["数值"] for row in records(opened(summary)["汇总"])}
    assert totals["应报（份）"] == 18
    assert totals["任务总数（项）"] == 16
    assert totals["其中：推进中（项）"] == 10
    assert totals["其中：未报（项）"] == 1
    assert totals["报送时限"].date() == date(2022, 10, 12)
    assert totals["数据截至"] == AS_OF.replace(tzinfo=None)


def test_it_prints_on_a4_landscape_with_header_and_page_numbers(summary: Summary) -> None:
    for sheet in opened(summary).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.oddFooter.center.text == "第&P页 共&N页"


def test_one_can_filter_scroll_and_correct_the_status(summary: Summary) -> None:
    sheet = opened(summary)["台账"]
    assert sheet.freeze_panes == "E4"
    assert sheet.auto_filter.ref == f"A3:Q{3 + summary.owed}"
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"已完成,推进中,未启动,有困难,未报"'
    assert "G4" in choice.sqref and "F4" not in choice.sqref
    assert sheet["G3"].value == "状态"


def test_a_row_grows_with_its_longest_wrapped_cell(summary: Summary) -> None:
    task = summary.tasks[0]
    told = replace(task.reports[0], words="整改" * 70 + "\n" + "a" * 35)
    sheet = opened(replace(summary, tasks=(replace(task, reports=(told,)),)))["台账"]
    assert sheet["I4"].alignment.wrap_text
    assert sheet.row_dimensions[4].height == 9 * 15 + 4
    short = opened(summary)["台账"]
    assert short.row_dimensions[4].height < 50


FORMULA_LIKE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","点")', "=cmd|' /C calc'!A0", "  =1", "\t=1"]


@pytest.mark.parametrize("text", FORMULA_LIKE)
def test_user_text_never_becomes_a_formula(saying: Callable[[str], Summary], text: str) -> None:
    book = opened(saying(text))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    mine = [cell for cell in cells if isinstance(cell.value, str) and cell.value.strip() == text.strip()]
    assert len(mine) > 10
    assert all(cell.quotePrefix for cell in mine)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00\x08b\x1f", "ab"),
        ("a\ud800b\udfff", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\u202eb\ufeff\ufffe", "ab"),
        ("😀 好", "😀 好"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_what_excel_cannot_carry_is_taken_out_and_the_rest_kept(
    saying: Callable[[str], Summary], text: str, kept: str
) -> None:
    assert records(opened(saying(text))["台账"])[0]["进展情况（原话）"] == kept


def test_text_that_looks_like_excel_s_own_escape_stays_as_written(saying: Callable[[str], Summary]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(ledger_xlsx(saying("_x0041_ 甲"))))
    assert book.get_sheet_by_name("台账").to_python()[HEADER_ROW][8] == "_x0041_ 甲"


def test_endless_text_is_cut_with_a_mark(saying: Callable[[str], Summary]) -> None:
    sheet = opened(saying("长" * (CELL_LIMIT + 1)))["台账"]
    value = sheet["I4"].value
    assert len(value) == CELL_LIMIT
    assert value.endswith("长……（过长，已截断）")
    assert sheet.row_dimensions[4].height == 409
    assert len(opened(saying("长" * CELL_LIMIT))["台账"]["I4"].value) == CELL_LIMIT


@given(text=st.text(st.characters(codec=None), max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_makes_a_book_that_opens_without_formulas(saying: Callable[[str], Summary], text: str) -> None:
    for sheet in opened(saying(text)).worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_empty_plan_makes_a_book_too(summary: Summary) -> None:
    empty = replace(summary, tasks=(), agencies=(), attention=())
    assert records(opened(empty)["台账"]) == []


def test_the_english_book_has_english_headings(summary: Summary) -> None:
    book = opened(summary, "en")
    assert book.sheetnames == ["Ledger", "Agencies", "Totals"]
    assert records(book["Ledger"])[0]["Status"] == "Done"
    assert book["Ledger"].oddFooter.center.text == "Page &P of &N"
