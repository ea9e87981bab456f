from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from time import monotonic

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from bot.domain.model import DubanError
from bot.intake.blocks import Document, Table
from bot.intake.readers.sheets import MAX_COLUMNS, MAX_ROWS, read_sheets

FILES = Path(__file__).parent / "files"
HEADER = ("序号", "任务", "牵头单位", "完成时限")


def book_of(*rows: Sequence[object], merge: Sequence[str] = (), title: str = "任务分解") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    fill(book.worksheets[0], rows, merge)
    book.worksheets[0].title = title
    return book


def fill(sheet: Worksheet, rows: Sequence[Sequence[object]], merge: Sequence[str] = ()) -> None:
    for row in rows:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(book: openpyxl.Workbook) -> Document:
    return read_sheets("计划.xlsx", saved(book))


def cells(document: Document, table: int = 0) -> list[tuple[str, ...]]:
    return [row.cells for row in document.tables[table].rows]


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def refusal(data: bytes) -> DubanError:
    with pytest.raises(DubanError) as caught:
        read_sheets("计划.xlsx", data)
    return caught.value


def test_each_visible_sheet_is_a_table_and_its_rows_have_the_numbers_of_excel() -> None:
    book = book_of(("平山县任务表",), (), HEADER, (1, "修渠", "县水利局", "6月底"), merge=["A1:D1"])
    fill(book.create_sheet("第二类"), [("任务", "单位"), ("植树", "县林业局")])
    found = read(book)
    assert [table.name for table in found.tables] == ["任务分解", "第二类"]
    assert [row.place for row in found.tables[0].rows][2:] == ["工作表“任务分解”第3行", "工作表“任务分解”第4行"]
    assert [number for number, _ in found.places()] == [1, 2, 3, 4, 5, 6]
    assert cells(found)[3] == ("1", "修渠", "县水利局", "6月底")


def test_hidden_sheets_are_left_out_and_named_and_charts_are_not_mentioned() -> None:
    book = book_of(HEADER, (1, "修渠", "县水利局", "6月底"))
    for title, state in (("去年", "hidden"), ("底稿", "veryHidden")):
        sheet = book.create_sheet(title)
        sheet.append(["旧", "的"])
        sheet.sheet_state = state
    book.create_chartsheet("图")
    found = read(book)
    assert len(found.tables) == 1
    assert [(note.code, note.params["name"]) for note in found.notes] == [
        ("hidden_sheet", "去年"),
        ("hidden_sheet", "底稿"),
    ]


def test_a_row_filtered_away_is_part_of_the_plan_and_mentioned() -> None:
    book = book_of(HEADER, (1, "修渠", "县水利局", "6月底"), (2, "植树", "县林业局", "3月底"))
    book.worksheets[0].append([3, "修路", "县交通运输局", "9月底"])
    for row in (1, 3, 4):
        book.worksheets[0].row_dimensions[row].hidden = True
    found = read(book)
    assert cells(found)[2][1] == "植树"
    assert [(note.code, dict(note.params)) for note in found.notes] == [
        ("hidden_rows", {"name": "任务分解", "rows": "1、3-4"})
    ]


def test_vertical_merges_are_filled_down_and_horizontal_ones_listed() -> None:
    rows = [
        ("类别", "任务", "单位", None),
        ("农业", "修渠", "县水利局", "县财政局"),
        (None, "育种", "县农业农村局", None),
    ]
    found = read(book_of(*rows, ("合计", None, "2项"), merge=["C1:D1", "A2:A3", "A4:B4"])).tables[0].rows
    assert [row.cells[0] for row in found] == ["类别", "农业", "农业", "合计"]
    assert [row.continued for row in found] == [frozenset(), frozenset(), frozenset({0}), frozenset()]
    assert [row.spans for row in found] == [((2, 2),), (), (), ((0, 2),)]


def test_a_merge_over_rows_and_columns_is_filled_down_and_listed_in_each_row() -> None:
    found = read(book_of(("a", None, "b"), (None, None, "c"), merge=["A1:B2"])).tables[0].rows
    assert [(row.cells, row.spans, set(row.continued)) for row in found] == [
        (("a", "", "b"), ((0, 2),), set()),
        (("a", "", "c"), ((0, 2),), {0}),
    ]


def test_merges_end_where_the_cells_end() -> None:
    found = read(book_of(("a", "b"), merge=["A1:A900", "B1:Z1"])).tables[0].rows
    assert [(row.cells, row.spans) for row in found] == [(("a", "b"), ())]


def test_dates_shares_and_units_are_read_as_their_cells_show_them() -> None:
    book = book_of(
        HEADER, (1, "甲", datetime.fromisoformat("2022-06-30T12:00"), 44713), (2, 0.95, 20, date(2022, 12, 31))
    )
    sheet = book.worksheets[0]
    sheet["D2"].number_format = 'yyyy"年"m"月"'
    sheet["B3"].number_format, sheet["C3"].number_format = "0%", '0"家"'
    sheet["D3"].number_format = 'm"月"d"日"'
    assert cells(read(book))[1:] == [("1", "甲", "2022年6月30日", "2022年6月"), ("2", "95%", "20家", "12月31日")]


def test_the_months_of_chinese_excel_need_no_format_of_the_workbook() -> None:
    book = book_of(("甲", 44713), ("乙", 44713))
    book.worksheets[0]["B1"].number_format = 'yyyy"年"m"月"'
    data = rewritten(saved(book), lambda name, body: body.replace(b'numFmtId="164" fontId', b'numFmtId="57" fontId'))
    assert data != saved(book)
    assert cells(read_sheets("a.xlsx", data)) == [("甲", "2022年6月"), ("乙", "44713")]


def test_rich_text_line_breaks_formulas_and_errors() -> None:
    rich = CellRichText(TextBlock(InlineFont(b=True), "县水利局"), "（牵头）\n县财政局")
    book = book_of(("单位", "数"), (rich, 1), (" 县林业局 ", 2))
    data = rewritten(saved(book), lambda name, body: body.replace(b"<v>2</v>", b"<f>1+1</f><v>2</v>"))
    assert cells(read_sheets("a.xlsx", data))[1:] == [("县水利局（牵头）\n县财政局", "1"), ("县林业局", "2")]
    broken = rewritten(saved(book), lambda name, body: body.replace(b' t="n"><v>2', b' t="e"><v>#N/A'))
    assert cells(read_sheets("a.xlsx", broken))[2] == ("县林业局", "")


def test_a_plan_typed_into_the_cells_of_one_column_is_lines() -> None:
    texts = [
        "清河县2024年工作要点",
        "一、重点任务",
        "1.修渠。年内完成。\n（县水利局牵头）",
        None,
        "2.植树（县林业局负责）",
    ]
    found = read(book_of(*[(text,) for text in texts]))
    assert found.tables == ()
    assert [line.text for line in found.lines][2:] == [
        "1.修渠。年内完成。",
        "（县水利局牵头）",
        "2.植树（县林业局负责）",
    ]
    assert [line.number for line in found.lines] == [1, 2, 3, 4, 5]
    assert found.lines[-1].place == "工作表“任务分解”第5行"


def test_trailing_formats_do_not_make_rows_or_columns() -> None:
    book = book_of(("a", "b"))
    book.worksheets[0].cell(1_048_576, 300).number_format = "0%"
    assert cells(read(book)) == [("a", "b")]


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "XFD1", "B20001"])
def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out(reference: str) -> None:
    book = book_of(("a", "b"))
    book.worksheets[0][reference] = "x"
    found = refusal(saved(book))
    assert (found.code, found.params["sheet"]) == ("sheet_too_large", "任务分解")
    assert (found.params["rows"], found.params["columns"]) == (MAX_ROWS, MAX_COLUMNS)


def test_a_workbook_without_text_is_empty() -> None:
    assert refusal(saved(openpyxl.Workbook())).code == "document_empty"


def test_declared_entities_and_damage_are_refused() -> None:
    data = saved(book_of(HEADER))
    entity = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    declared = rewritten(data, lambda name, body: body.replace(b"<worksheet", entity))
    assert refusal(declared).code == "document_unreadable"
    assert refusal(data[:-60]).code == "document_unreadable"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)).code == "document_unreadable"


def test_an_old_workbook_is_read_as_its_cells_show_it() -> None:
    found = read_sheets("台账.xls", (FILES / "old.xls").read_bytes())
    table = found.tables[0]
    assert [row.cells for row in table.rows] == [
        ("类别", "任务", "单位", "时限", "完成率"),
        ("农业", "修渠", "县水利局\n县财政局", "2022年6月", "95%"),
        ("农业", "育种", "县农业农村局", "2022年9月30日", "12家"),
        ("合计", "", "2项", "12月1日", ""),
    ]
    assert (table.rows[2].continued, table.rows[3].spans) == (frozenset({0}), ((0, 2),))
    assert [note.params["name"] for note in found.notes if note.code == "hidden_sheet"] == ["底稿"]


def open_document(rows: str) -> bytes:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f'<office:spreadsheet><table:table table:name="台账">{rows}</table:table></office:spreadsheet>'
    content = f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def test_an_open_document_has_its_merged_cells_filled() -> None:
    def cell(text: str, tag: str = "table-cell", **told: int) -> str:
        spans = "".join(f' table:number-{name.replace("_", "-")}="{value}"' for name, value in told.items())
        return f'<table:{tag}{spans} office:value-type="string"><text:p>{text}</text:p></table:{tag}>'

    covered = "<table:covered-table-cell/>"
    rows = [
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
        f"<table:table-row>{cell('农业', rows_spanned=2)}{cell('修渠')}{cell('县水利局')}</table:table-row>",
        f"<table:table-row>{covered}{cell('育种')}{cell('县农业农村局')}</table:table-row>",
        f"<table:table-row>{cell('合计', columns_spanned=2)}{covered}{cell('2项')}</table:table-row>",
    ]
    found = read_sheets("台账.ods", open_document("".join(rows))).tables[0].rows
    assert [row.cells for row in found[2:]] == [
        ("农业", "修渠", "县水利局"),
        ("农业", "育种", "县农业农村局"),
        ("合计", "", "2项"),
    ]
    assert (found[3].continued, found[4].spans) == (frozenset({0}), ((0, 2),))


def test_a_table_kept_as_text_is_a_table() -> None:
    text = '序号,任务,牵头单位\n1,修渠,"县水利局\n县财政局"\n2,植树,县林业局\n'
    for data in (text.encode("utf-8-sig"), text.encode("gb18030"), text.replace(",", "\t").encode("utf-16")):
        found = read_sheets("计划.csv", data)
        assert cells(found)[1] == ("1", "修渠", "县水利局\n县财政局")
        assert found.tables[0].rows[2].place == "第3行"


def test_text_that_is_no_table_is_lines_whatever_its_name_says() -> None:
    found = read_sheets("计划.csv", "一、修渠，护堤，清淤\n（县水利局，县财政局负责）\n二、植树".encode())
    assert [type(block) is Table for block in found.blocks] == [False, False, False]


@pytest.mark.slow
def test_twenty_thousand_rows_are_read_in_seconds() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for number in range(MAX_ROWS):
        sheet.append([number, f"任务{number}", "县水利局、县财政局", 0.5, date(2022, 6, 30)])
    begun = monotonic()
    assert len(read(book).tables[0].rows) == MAX_ROWS
    assert (monotonic() - begun) < 10
