"""How our Excel sheets are laid out, typed and printed; user text can never become a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.papers.plain import clean, columns

Value = str | int | float | date | datetime | None

CELL_LIMIT = 32_767
"""Characters Excel keeps in one cell."""
HEADER_ROW = 3
_CUT = "……（过长，已截断）"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LINE_POINTS, _ROW_POINTS_MOST = 15.0, 409.0
_THIN = Side(style="thin", color="B7C0CA")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True)
class Column:
    """A column's heading and its width in half-width characters."""

    name: str
    width: int


def wall_clock(at: datetime) -> datetime:
    """`at` as the clock on the wall shows it in its own time zone; Excel knows no time zones."""
    return at.replace(tzinfo=None, second=0, microsecond=0)


def cell_text(text: str) -> str:
    """`text` as a cell can hold it: cleaned, an accidental "_x0041_" kept literal, cut with a mark at Excel's limit."""
    fit = _ESCAPE.sub("_x005F_", clean(text))
    return fit if len(fit) <= CELL_LIMIT else fit[: CELL_LIMIT - len(_CUT)] + _CUT


def fill_sheet(
    sheet: Worksheet,
    headline: tuple[str, str],
    layout: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    foot: str,
    frozen: int = 1,
) -> None:
    """Title, subtitle, header and rows; the header and the first `frozen` columns stay in sight.

    `foot` is printed below every page; &P and &N in it are the page and the number of pages.
    """
    _write_headline(sheet, headline, layout)
    for index, column in enumerate(layout, start=1):
        _write_header(_cell(sheet, HEADER_ROW, index), column)
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        for index, value in enumerate(row, start=1):
            _write(_cell(sheet, number, index), value)
        sheet.row_dimensions[number].height = _height(row, layout)
    _prepare_reading(sheet, layout, len(rows), frozen)
    _prepare_print(sheet, foot)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell we write in; only the hidden part of a merge would be anything but a Cell."""
    return cast(Cell, sheet.cell(row, column))


def _write_headline(sheet: Worksheet, headline: tuple[str, str], layout: Sequence[Column]) -> None:
    room = sum(column.width for column in layout)
    for row, (text, font) in enumerate(zip(headline, (_TITLE_FONT, _SUBTITLE_FONT), strict=True), start=1):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(layout))
        cell = _cell(sheet, row, 1)
        _put_text(cell, text)
        cell.font = font
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        lines = max(1, math.ceil(columns(text) * (font.sz or 11) / 11 / room))
        sheet.row_dimensions[row].height = min(_ROW_POINTS_MOST, lines * (font.sz or 11) * 1.5)


def _write_header(cell: Cell, column: Column) -> None:
    _put_text(cell, column.name)
    cell.font = Font(name="黑体", size=11)
    cell.fill = PatternFill("solid", fgColor="DCE6F1")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = _BORDER


def _write(cell: Cell, value: Value) -> None:
    """One value with the format of its kind."""
    long_text = isinstance(value, str)
    if isinstance(value, str):
        _put_text(cell, value)
    else:
        cell.value = value
        cell.number_format = _number_format(value)
    cell.font = _BODY_FONT
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="left" if long_text else "center", vertical="center", wrap_text=True)


def _put_text(cell: Cell, text: str) -> None:
    """`text` as text: openpyxl would make a formula of a leading "=" and Excel would on the next edit."""
    cell.value = cell_text(text)
    cell.data_type = "s"
    cell.number_format = "@"
    if text.lstrip().startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _number_format(value: int | float | date | datetime | None) -> str:
    if isinstance(value, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return "yyyy-mm-dd"
    return "0%" if isinstance(value, float) else "General"


def _height(row: Sequence[Value], layout: Sequence[Column]) -> float:
    """Points the row needs: programs other than Excel do not grow wrapped rows by themselves."""
    pairs = zip(row, layout, strict=True)
    lines = max(_lines(value, column.width) for value, column in pairs)
    return min(_ROW_POINTS_MOST, max(20.0, lines * _LINE_POINTS + 4))


def _lines(value: Value, width: int) -> int:
    """Lines a value wraps to; one column less than the width stays empty beside the border."""
    if not isinstance(value, str):
        return 1
    return sum(max(1, math.ceil(columns(part) / (width - 1))) for part in value.split("\n"))


def _prepare_reading(sheet: Worksheet, layout: Sequence[Column], rows: int, frozen: int) -> None:
    last = get_column_letter(len(layout))
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{HEADER_ROW + rows}"


def _prepare_print(sheet: Worksheet, foot: str) -> None:
    """A4 landscape, one page wide, the header on every page, page numbers at the foot."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_options.horizontalCentered = True
    cast(HeaderFooterItem, sheet.oddFooter).center.text = foot


_TITLE_FONT = Font(name="方正小标宋简体", size=20)
_SUBTITLE_FONT = Font(name="楷体", size=12)
_BODY_FONT = Font(name="宋体", size=10.5)
