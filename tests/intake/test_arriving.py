from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pytest

from bot import localchat
from bot.domain.model import DubanError
from bot.domain.reading import PlanReading
from bot.intake import documents, plan
from bot.intake.arriving import read_arrived
from bot.intake.readers.pages import read_pages
from bot.intake.readers.sheets import read_sheets
from bot.intake.readers.word import read_word
from bot.intake.rosters import RosterLine, read_roster, roster_template_xlsx

Rows = Sequence[Sequence[str]]

PLAN_ROWS = (
    ("序号", "工作任务", "牵头单位", "配合单位", "责任领导", "完成时限"),
    ("1", "疏浚石河干渠12公里", "县水利局", "县财政局", "李平", "2024年6月底前"),
    ("2", "新造公益林3000亩", "县林业局", "各乡镇人民政府", "李平", "2024年11月底前"),
    ("3", "改造农村公路40公里", "县交通运输局", "县财政局、县审计局", "周文", "2024年底前"),
)
ROSTER_ROWS = (
    ("责任单位", "联络员", "联系电话"),
    ("县水利局", "李喆", "13800138000"),
    ("县财政局", "王芳", "13800138001"),
)
PLAN_TEXT = (
    "石河县2024年水利工作要点",
    "一、重点任务",
    "1.疏浚干渠。6月底前疏浚12公里。（县水利局牵头，县财政局配合）",
    "2.加固水库。年底前加固5座。（县水利局牵头，各乡镇人民政府配合）",
    "3.节水改造。改造灌区2万亩。（县农业农村局负责）",
)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of its own in which files are read has its own tests, and costs half a second each time."""
    readers = {"docx": read_word, "sheet": read_sheets, "pdf": read_pages}
    monkeypatch.setattr(documents, "read_apart", lambda kind, name, data: readers[kind](name, data))


def workbook(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def paper(*parts: str | Rows) -> bytes:
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=0, cols=len(part[0]))
        for row in part:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def people(arrived: object) -> list[str]:
    assert isinstance(arrived, tuple)
    return [line.name for line in arrived if isinstance(line, RosterLine)]


def refusal(name: str, data: bytes) -> DubanError:
    with pytest.raises(DubanError) as caught:
        read_arrived(name, data)
    return caught.value


def test_a_workbook_with_tasks_is_a_plan_though_it_names_leaders() -> None:
    arrived = read_arrived("表.xlsx", workbook(任务分解=PLAN_ROWS))
    assert isinstance(arrived, PlanReading)
    assert len(arrived.tasks) == 3


def test_a_list_of_projects_with_people_and_phones_is_a_plan() -> None:
    rows = (
        ("项目名称", "牵头单位", "项目负责人", "联系电话"),
        ("石河干渠疏浚工程", "县水利局", "李喆", "13800138000"),
        ("城东小学迁建工程", "县教育局", "王芳", "13800138001"),
        ("县医院门诊楼工程", "县卫生健康局", "赵明", "13800138002"),
    )
    assert isinstance(read_arrived("石河县2024年重点项目计划.xlsx", workbook(项目=rows)), PlanReading)


def test_a_sheet_of_contacts_behind_the_tasks_does_not_make_a_roster() -> None:
    arrived = read_arrived("表.xlsx", workbook(联络员=ROSTER_ROWS, 任务分解=PLAN_ROWS))
    assert isinstance(arrived, PlanReading)
    assert len(arrived.tasks) == 3


def test_a_plan_in_word_with_a_contact_list_as_annex_is_a_plan() -> None:
    arrived = read_arrived("要点.docx", paper(*PLAN_TEXT, "附件：联络员名单", ROSTER_ROWS))
    assert isinstance(arrived, PlanReading)
    assert [task.title for task in arrived.tasks] == ["疏浚干渠", "加固水库", "节水改造"]


def test_a_table_of_people_in_word_is_a_roster() -> None:
    notice = "请各单位于3月1日前报送联络员，由县政府办公室牵头汇总。"
    assert people(read_arrived("名单.docx", paper("石河县水利工作联络员名单", notice, ROSTER_ROWS))) == ["李喆", "王芳"]


@pytest.mark.parametrize("name", ["名单.txt", "名单.csv", "名单"])
def test_people_in_a_text_file_are_a_roster_whatever_its_name(name: str) -> None:
    assert people(read_arrived(name, "\n".join(",".join(row) for row in ROSTER_ROWS).encode())) == ["李喆", "王芳"]


def test_tasks_kept_as_comma_separated_text_are_a_plan() -> None:
    arrived = read_arrived("任务.csv", "\n".join(",".join(row) for row in PLAN_ROWS).encode("gb18030"))
    assert isinstance(arrived, PlanReading)
    assert len(arrived.tasks) == 3


def test_a_roster_with_mistakes_is_told_its_mistake() -> None:
    rows = (*ROSTER_ROWS, ("县审计局", "", "13800138002"))
    found = refusal("名单.xlsx", workbook(名单=rows))
    assert (found.code, found.params["row"]) == ("roster_row_without_name", "4")
    assert refusal("模板.xlsx", roster_template_xlsx(["县水利局", "县财政局"])).code == "roster_empty"


def test_what_is_neither_is_refused_with_what_both_need() -> None:
    assert refusal("账.xlsx", workbook(账=(("品名", "数量", "金额"), ("纸", "3", "60")))).code == "file_neither"
    assert refusal("信.txt", "今天天气很好。\n大家都来开会。".encode()).code == "file_neither"


def test_our_own_samples_are_told_apart() -> None:
    folder = Path(localchat.__file__).parent / "sample"
    assert isinstance(read_arrived("a", (folder / "plan.txt").read_bytes()), PlanReading)
    assert len(people(read_arrived("a.csv", (folder / "roster.csv").read_bytes()))) == 23


def test_a_roster_may_be_a_table_in_word() -> None:
    merged = docx.Document()
    table = merged.add_table(rows=4, cols=3)
    rows = (*ROSTER_ROWS[:2], ("", "王芳", "13800138001"), ("县审计局", "赵明", ""))
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    out = io.BytesIO()
    merged.save(out)
    lines = read_roster("名单.docx", out.getvalue())
    assert [(line.row, line.agency, line.name) for line in lines] == [
        (2, "县水利局", "李喆"),
        (3, "县水利局", "王芳"),
        (4, "县审计局", "赵明"),
    ]


def test_a_long_list_beside_a_roster_does_not_hide_the_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_TABLE_ROWS", 3)
    stock = [("物资", "数量"), *((f"帐篷{i}", "5") for i in range(6))]
    people = read_arrived("名册.xlsx", workbook(联络员=ROSTER_ROWS, 物资=stock))
    assert isinstance(people, tuple)
    assert [p.agency for p in people] == ["县水利局", "县财政局"]
