"""Excel files: a header over merged cells, rows written as they come, columns merged where a value goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.making.word import PLANS

Value = str | int | float | date | None
_THIN = Side(style="thin")


def put(sheet: Worksheet, first: int, rows: Sequence[Sequence[Value]], formats: dict[int, str] | None = None) -> None:
    """Write `rows` from row `first` on, ruled; `formats` are number formats by column (from 1)."""
    for number, row in enumerate(rows, start=first):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.border = Border(_THIN, _THIN, _THIN, _THIN)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            if formats and column in formats and isinstance(value, int | float | date):
                cell.number_format = formats[column]


def merge_down(sheet: Worksheet, column: int, first: int, last: int) -> None:
    """Merge a cell with the empty ones below it, as far as they are empty, from row `first` to `last`."""
    begin = first
    for row in range(first + 1, last + 2):
        if row > last or sheet.cell(row, column).value is not None:
            if row - 1 > begin:
                sheet.merge_cells(start_row=begin, end_row=row - 1, start_column=column, end_column=column)
            begin = row


def save(book: Workbook, name: str) -> None:
    """Write the file among the plans."""
    book.save(PLANS / name)
