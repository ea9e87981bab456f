"""Spreadsheets (.xlsx, .xls, .xlsb, .ods, .csv) become a document: a table for each visible sheet, as seen."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.blocks import Document, Line, Row, Table
from bot.intake.readers.compound import MAGIC, CompoundFile
from bot.intake.readers.sheets_formats import shown
from bot.intake.readers.sheets_merges import Merges
from bot.intake.readers.sheets_old import old_book_facts
from bot.intake.readers.sheets_parts import (
    BookFacts,
    SheetFacts,
    book_facts,
    open_book_facts,
    refuse_extent,
    repacked,
    unpacked,
)
from bot.intake.readers.sheets_text import is_delimited, read_delimited
from bot.intake.readers.text import read_text

MAX_ROWS = 20_000
MAX_COLUMNS = 256
Limits = tuple[int, int]
LIMITS: Limits = (MAX_ROWS, MAX_COLUMNS)
"""Most rows and columns of a sheet."""
_WORKBOOK = "xl/workbook.xml"
_CONTENT = "content.xml"
_ZIP = b"PK"
_MOST_RANGES = 12


@dataclass(frozen=True)
class Sheet:
    """A visible sheet as read: `rows` begins with the row a spreadsheet program numbers 1; all are of one length.

    `hidden_rows` says which of them are hidden ("3-7、12").
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    merges: Merges
    hidden_rows: str = ""


def read_sheets(name: str, data: bytes) -> Document:
    """The visible sheets in order. A sheet that is only text, one filled cell a row, becomes lines.

    Hidden sheets are left out and mentioned (hidden_sheet), hidden rows are read and mentioned (hidden_rows): a row
    filtered away is still part of the plan. Raises DubanError: document_empty, document_encrypted,
    document_unreadable, document_too_heavy, sheet_too_large.
    """
    if not data.startswith((_ZIP, MAGIC)) and not is_delimited(data):
        return read_text(name, data)
    sheets, hidden = read_workbook(name, data)
    blocks: list[Line | Table] = []
    number = 0
    for sheet in sheets:
        added = tuple(_lines(sheet, number)) if is_text(sheet) else (_table(sheet, number),)
        blocks += added
        number = _last_number(added)
    if not blocks:
        raise DubanError("document_empty", name=name)
    rows_hidden = (Remark("hidden_rows", {"name": s.name, "rows": s.hidden_rows}) for s in sheets if s.hidden_rows)
    return Document(tuple(blocks), (*(Remark("hidden_sheet", {"name": h}) for h in hidden), *rows_hidden))


def read_workbook(name: str, data: bytes, limits: Limits = LIMITS) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """The visible sheets that hold anything, and the names of the hidden ones.

    Raises as `read_sheets`; `limits` are the rows and columns beyond which it is sheet_too_large.
    """
    if not data.startswith((_ZIP, MAGIC)):
        return _delimited(name, data, limits), ()
    facts, stream = _guarded(name, data, limits)
    try:
        with CalamineWorkbook.from_filelike(stream) as book:
            return _sheets(name, book, facts, limits)
    except (CalamineError, ValueError, OSError, struct.error) as error:
        raise DubanError("document_unreadable", name=name) from error
    except BaseException as error:
        # The library panics at some damaged files; a panic stands outside the family of ordinary exceptions.
        if type(error).__name__ != "PanicException":
            raise
        raise DubanError("document_unreadable", name=name) from error


def _delimited(name: str, data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    rows = _cut(read_delimited(name, data))
    width = len(rows[0]) if rows else 0
    refuse_extent(name, name, SheetFacts(rows=len(rows), columns=width), limits)
    return (Sheet("", tuple(map(tuple, rows)), Merges((), len(rows), width)),) if rows else ()


def _guarded(name: str, data: bytes, limits: Limits) -> tuple[BookFacts, io.BytesIO]:
    """What the file itself says of its sheets, and the bytes a library may open after that."""
    if data.startswith(MAGIC):
        if "EncryptedPackage" in CompoundFile(data).streams:
            raise DubanError("document_encrypted", name=name)
        facts = old_book_facts(data)
        for title, sheet in facts.sheets.items():
            refuse_extent(name, title, sheet, limits)
        return facts, io.BytesIO(data)
    parts = unpacked(name, data)
    if _WORKBOOK in parts:
        return book_facts(name, parts, limits), repacked(parts)
    facts = open_book_facts(name, parts[_CONTENT]) if _CONTENT in parts else BookFacts({})
    return facts, io.BytesIO(data)


def _sheets(
    name: str, book: CalamineWorkbook, facts: BookFacts, limits: Limits
) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    shown_sheets, hidden = [], []
    for about in book.sheets_metadata:
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        if about.visible is not SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        found = facts.sheets.get(about.name, SheetFacts())
        opened = book.get_sheet_by_name(about.name)
        refuse_extent(name, about.name, SheetFacts(opened.total_height, opened.total_width), limits)
        sheet = _sheet(opened, found, since_1904=facts.since_1904)
        if sheet.rows:
            shown_sheets.append(sheet)
    return tuple(shown_sheets), tuple(hidden)


def _sheet(sheet: CalamineSheet, facts: SheetFacts, *, since_1904: bool) -> Sheet:
    formats = facts.formats
    rows = [
        [
            shown(value, formats.get((row, column), ""), since_1904=since_1904) if value != "" else ""
            for column, value in enumerate(values, start=1)
        ]
        for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1)
    ]
    cut = _cut(rows)
    merges = Merges(sheet.merged_cell_ranges or facts.merges, len(cut), len(cut[0]) if cut else 0)
    hidden = [row for row in sorted(facts.hidden_rows) if row <= len(cut) and any(cut[row - 1])]
    return Sheet(sheet.name, merges.filled(cut), merges, _ranges(hidden))


def _ranges(rows: Sequence[int]) -> str:
    """Row numbers, those that follow each other as 3-7."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], row]
        else:
            runs.append([row])
    told = ["-".join(map(str, run)) for run in runs[:_MOST_RANGES]]
    return "、".join(told) + ("…" if len(runs) > _MOST_RANGES else "")


def _cut(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Without the empty rows at the end and the empty columns at the right."""
    last = max((index for index, row in enumerate(rows, start=1) if any(row)), default=0)
    width = max((column for row in rows[:last] for column, cell in enumerate(row, start=1) if cell), default=0)
    return [row[:width] for row in rows[:last]]


def is_text(sheet: Sheet) -> bool:
    """Whether no row fills more than one cell, but for a label that stands alone before its text."""
    filled = [[cell for cell in row if cell] for row in sheet.rows if any(row)]
    beside = [cells for cells in filled if len(cells) > 1]
    return not any(sheet.merges.continued(r) for r in range(len(sheet.rows))) and (
        not beside or (len(filled) > 9 and 20 * len(beside) < len(filled))
    )


def _lines(sheet: Sheet, before: int) -> Iterator[Line]:
    number = before
    for index, row in enumerate(sheet.rows, start=1):
        for text in " ".join(filter(None, row)).split("\n"):
            if text:
                number += 1
                yield Line(number, text, place=place(sheet.name, index))


def _table(sheet: Sheet, before: int) -> Table:
    merges = sheet.merges
    rows = (
        Row(before + i, cells, merges.continued(i - 1), merges.spans(i - 1), place(sheet.name, i))
        for i, cells in enumerate(sheet.rows, start=1)
    )
    return Table(tuple(rows), sheet.name)


def place(sheet: str, row: int) -> str:
    """Where a person finds a row: by the number the spreadsheet program shows beside it."""
    return f"工作表“{sheet}”第{row}行" if sheet else f"第{row}行"


def _last_number(blocks: Iterable[Line | Table]) -> int:
    return max(block.rows[-1].number if isinstance(block, Table) else block.number for block in blocks)
