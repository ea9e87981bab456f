"""A roster file's bytes become tables of text, whatever they come in: a sheet, a text file, a table in a paper."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.model import DubanError
from bot.intake import blocks
from bot.intake.blocks import Document
from bot.intake.documents import read_document
from bot.intake.readers.archive import Archive
from bot.intake.readers.sheets import read_workbook
from bot.intake.readers.sheets_text import DELIMITERS, decoded, split

Table = tuple[tuple[str, ...], ...]
"""Rows of one table; the index of a row plus one is the number Excel shows beside it."""

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 256
_PAPERS = (b"%PDF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")


def read_tables(name: str, data: bytes) -> Iterator[Table]:
    """The visible sheets of a workbook, a text file split by each usual delimiter in turn, or a paper's tables.

    The content decides the format. Raises DubanError: those of `read_document`, document_empty,
    document_too_large, roster_wrong_type, roster_too_large.
    """
    if not data.strip():
        raise DubanError("document_empty", name=name)
    if len(data) > MAX_BYTES:
        raise DubanError("document_too_large", name=name, limit_mb=MAX_BYTES // (1024 * 1024))
    if data.startswith(b"PK") and "xl/workbook.xml" in Archive(name, data).names:
        yield from _sheet_tables(name, data)
    elif data.startswith((b"PK", *_PAPERS)):
        yield from tables_of(name, read_document(name, data))
    else:
        yield from text_tables(name, data)


def tables_of(name: str, document: Document) -> Iterator[Table]:
    """The tables of a document already read. Raises DubanError roster_wrong_type when there are none."""
    if not document.tables:
        raise DubanError("roster_wrong_type", name=name)
    for table in document.tables:
        yield _measured(name, cells_of(table))


def cells_of(table: blocks.Table) -> Table:
    """A table's cells as one sees them: a merged cell's text once, the rest empty."""
    return tuple(_unfilled(row.cells, row.continued) for row in table.rows)


def _sheet_tables(name: str, data: bytes) -> Iterator[Table]:
    try:
        sheets, _ = read_workbook(name, data, (MAX_ROWS, MAX_COLUMNS))
    except DubanError as error:
        if error.code == "sheet_too_large":
            raise _too_large(name) from error
        raise
    for sheet in sheets:
        continued = sheet.merges.continued
        yield _measured(name, tuple(_unfilled(row, continued(i)) for i, row in enumerate(sheet.rows)))


def _unfilled(cells: tuple[str, ...], continued: frozenset[int]) -> tuple[str, ...]:
    return tuple("" if column in continued else cell for column, cell in enumerate(cells)) if continued else cells


def text_tables(name: str, data: bytes) -> Iterator[Table]:
    """A text file split by each usual delimiter in turn. Raises DubanError document_unreadable, roster_too_large."""
    text = decoded(name, data)
    for delimiter in DELIMITERS:
        yield _measured(name, tuple(split(name, text, delimiter)))


def _measured(name: str, table: Table) -> Table:
    if len(table) > MAX_ROWS or max(map(len, table), default=0) > MAX_COLUMNS:
        raise _too_large(name)
    return table


def _too_large(name: str) -> DubanError:
    return DubanError("roster_too_large", name=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
