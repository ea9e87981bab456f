"""PDFs with a text layer become a document: paragraphs as they were typed and ruled tables, over page breaks."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.blocks import Document, Line, Row, Table
from bot.intake.readers.pages_columns import Rule, with_ruled_rows, with_tables
from bot.intake.readers.pages_joins import join, same_columns
from bot.intake.readers.pages_lines import Char, Physical, physical_lines, unknown_share
from bot.intake.readers.pages_tables import CellRow, PageTable, read_table
from bot.intake.readers.pages_text import Paper, measure, paragraphs, without_furniture

MAX_PAGES = 200
_FEWEST_RULES = 4
_THIN = 2.0
_LEAST_TEXT = 20
_MOST_UNKNOWN = 0.3
_LOCKED = (PDFPasswordIncorrect, PDFEncryptionError)
_DAMAGE = (
    PDFException,
    PSException,
    PdfminerException,
    MalformedPDFException,
    struct.error,
    zlib.error,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OSError,
    ArithmeticError,
)


@dataclass(frozen=True)
class _Read:
    """One page as read: its size, its lines outside tables, its tables; `blank` when it has a picture but no text.

    `rules` are the level lines drawn on a page without a ruled table.
    """

    width: float
    height: float
    lines: list[Physical]
    tables: list[PageTable]
    characters: int
    unknown: float
    blank: bool
    rules: tuple[Rule, ...] = ()


def read_pages(name: str, data: bytes) -> Document:
    """The running text and the ruled tables of a PDF, each with the page on which it begins ("第3页").

    Pages that are pictures are mentioned (scanned_pages). Raises DubanError: document_encrypted, document_unreadable,
    pdf_without_text, pdf_too_long.
    """
    pages = _read_all(name, data)
    letters = sum(page.characters for page in pages)
    unknown = sum(page.unknown * page.characters for page in pages)
    if letters < _LEAST_TEXT or unknown > _MOST_UNKNOWN * letters:
        raise DubanError("pdf_without_text", name=name)
    scans = "、".join(str(number) for number, page in enumerate(pages, start=1) if page.blank)
    notes = (Remark("scanned_pages", {"pages": scans}),) if scans else ()
    return Document(tuple(_numbered(_blocks(pages))), notes)


def _read_all(name: str, data: bytes) -> list[_Read]:
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise DubanError("pdf_too_long", name=name, pages=len(pdf.pages), limit=MAX_PAGES)
            return [_read_page(page, number) for number, page in enumerate(pdf.pages, start=1)]
    except _DAMAGE as error:
        locked = isinstance(error, _LOCKED) or any(isinstance(cause, _LOCKED) for cause in error.args)
        raise DubanError("document_encrypted" if locked else "document_unreadable", name=name) from error


def _read_page(page: Page, number: int) -> _Read:
    chars: Sequence[Char] = page.chars
    tables = []
    if len(page.rects) + len(page.lines) + len(page.curves) >= _FEWEST_RULES:
        for found in page.find_tables():
            left, top, right, bottom = found.bbox
            inside = [c for c in chars if left <= _middle(c) <= right and top <= (c["top"] + c["bottom"]) / 2 <= bottom]
            table = read_table(found.cells, inside, number)
            if table is not None:
                tables.append(table)
                taken = set(map(id, inside))
                chars = [c for c in chars if id(c) not in taken]
    inked = [c for c in page.chars if not c["text"].isspace()]
    lines = physical_lines(chars, number)
    blank = not inked and bool(page.images)
    rules = () if tables else tuple(_level_rules(page))
    read = _Read(page.width, page.height, lines, tables, len(inked), unknown_share(inked), blank, rules)
    page.close()
    return read


def _level_rules(page: Page) -> Iterator[Rule]:
    for edge in (*page.lines, *page.rects):
        if edge["bottom"] - edge["top"] < _THIN and edge["x1"] - edge["x0"] > page.width / 3:
            yield edge["x0"], edge["x1"], edge["top"]


def _middle(char: Char) -> float:
    return float(char["x0"] + char["x1"]) / 2


def _blocks(pages: Sequence[_Read]) -> Iterator[tuple[str, int] | PageTable]:
    """Paragraphs and tables in the order of the paper, those that go on over a page break joined."""
    width = median(page.width for page in pages)
    pitch = measure([line for page in pages for line in page.lines], width).pitch
    kept = without_furniture([page.lines for page in pages], [page.height for page in pages], pitch)
    left, striped = zip(*with_ruled_rows(kept, [page.rules for page in pages]), strict=True)
    lines, unruled = zip(*with_tables(left), strict=True)
    tables = [[*page.tables, *a, *b] for page, a, b in zip(pages, striped, unruled, strict=True)]
    paper = measure([line for page in lines for line in page], width)
    running: list[Physical] = []
    table: PageTable | None = None
    for part in _in_order(lines, tables):
        if isinstance(part, Physical):
            if table is not None:
                yield table
                table = None
            running.append(part)
        elif table is not None and part.page == table.last_page + 1 and same_columns(table, part):
            table = join(table, part)
        else:
            yield from _told(running, paper, table)
            running, table = [], part
    yield from _told(running, paper, table)


def _told(running: Sequence[Physical], paper: Paper, table: PageTable | None) -> Iterator[tuple[str, int] | PageTable]:
    if table is not None:
        yield table
    yield from paragraphs(running, paper)


def _in_order(
    lines: Sequence[Sequence[Physical]], tables: Sequence[Sequence[PageTable]]
) -> Iterator[Physical | PageTable]:
    for page_lines, page_tables in zip(lines, tables, strict=True):
        parts: list[Physical | PageTable] = [*page_lines, *page_tables]
        yield from sorted(parts, key=_top)


def _top(part: Physical | PageTable) -> float:
    return part.top


def _numbered(blocks: Iterator[tuple[str, int] | PageTable]) -> Iterator[Line | Table]:
    numbers = count(1)
    for block in blocks:
        if isinstance(block, PageTable):
            rows = zip(block.rows, block.pages, strict=True)
            yield Table(tuple(_row(next(numbers), row, page) for row, page in rows))
        else:
            yield Line(next(numbers), block[0], place=_place(block[1]))


def _row(number: int, row: CellRow, page: int) -> Row:
    return Row(
        number,
        tuple(cell.text for cell in row),
        frozenset(c for c, cell in enumerate(row) if cell.continued),
        tuple((c, cell.span) for c, cell in enumerate(row) if cell.span > 1),
        _place(page),
    )


def _place(page: int) -> str:
    return f"第{page}页"
