"""A roster file's bytes become rows of text: .xlsx behind a guard against hostile archives, .csv in usual codings."""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from bot.domain.model import DubanError

Table = tuple[tuple[str, ...], ...]
"""Rows of one sheet; the index of a row plus one is the number Excel shows beside it."""

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 20 * 1024 * 1024
MAX_RATIO = 200
MAX_ROWS = 5_000
MAX_COLUMNS = 256
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, OSError, EOFError, ValueError)
_DELIMITERS = (",", ";", "\t", "，")


def read_tables(name: str, data: bytes) -> Iterator[Table]:
    """The visible sheets of a workbook, or a text file split by each usual delimiter in turn.

    The content decides the format. Raises DubanError: document_empty, document_too_large, document_encrypted,
    document_unreadable, roster_wrong_type, roster_too_large.
    """
    if not data.strip():
        raise DubanError("document_empty", name=name)
    if len(data) > MAX_BYTES:
        raise _too_large(name, MAX_BYTES)
    if data.startswith(_OLD_OFFICE):
        raise DubanError("document_encrypted" if _ENCRYPTED_STREAM in data else "roster_wrong_type", name=name)
    if data.startswith(b"%PDF"):
        raise DubanError("roster_wrong_type", name=name)
    return _workbook_tables(name, data) if data.startswith(b"PK") else _text_tables(name, data)


def _too_large(name: str, limit: int) -> DubanError:
    return DubanError("document_too_large", name=name, limit_mb=limit // (1024 * 1024))


def _workbook_tables(name: str, data: bytes) -> Iterator[Table]:
    parts = _unpack(name, data)
    if "xl/workbook.xml" not in parts:
        raise DubanError("roster_wrong_type", name=name)
    for content in parts.values():
        if b"sheetData" in content:
            _measure_sheet(name, content)
    try:
        yield from _visible_sheets(_repack(parts))
    except (CalamineError, ValueError, OSError) as error:
        raise DubanError("document_unreadable", name=name) from error


def _unpack(name: str, data: bytes) -> dict[str, bytes]:
    """The archive's parts, read only after their declared sizes have been found harmless."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise DubanError("document_encrypted", name=name)
            unpacked = sum(member.file_size for member in members)
            if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data):
                raise _too_large(name, MAX_UNPACKED)
            return {member.filename: archive.read(member) for member in members}
    except _DAMAGE as error:
        raise DubanError("document_unreadable", name=name) from error


def _repack(parts: dict[str, bytes]) -> io.BytesIO:
    """An archive of exactly the bytes that were measured, so a header that lied about sizes lies to nobody else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for filename, content in parts.items():
            archive.writestr(zipfile.ZipInfo(filename), content)
    out.seek(0)
    return out


def _measure_sheet(name: str, content: bytes) -> None:
    """Refuse a sheet whose filled cells span too much: readers lay out the whole rectangle in memory."""
    if b"<!DOCTYPE" in content:
        raise DubanError("document_unreadable", name=name)
    extent = _Extent()
    try:
        extent.measure(content)
    except (expat.ExpatError, ValueError) as error:
        raise DubanError("document_unreadable", name=name) from error
    if extent.rows > MAX_ROWS or extent.columns > MAX_COLUMNS:
        raise DubanError("roster_too_large", name=name, rows=MAX_ROWS, columns=MAX_COLUMNS)


class _Extent:
    """The lowest and rightmost cell of a worksheet that holds a value; bare formats do not count."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def measure(self, content: bytes) -> None:
        """Raises ExpatError on malformed XML, ValueError on a malformed cell reference."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.Parse(content, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif kind == "c":
            self._place(attributes.get("r", ""))
        elif kind in ("v", "is", "f"):
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)

    def _place(self, reference: str) -> None:
        if not reference:
            self._column += 1
            return
        letters = reference.rstrip("0123456789")
        self._row = int(reference[len(letters) :])
        self._column = _column_number(letters)


def _column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + int(letter, 36) - 9
    return number


def _visible_sheets(stream: io.BytesIO) -> Iterator[Table]:
    with CalamineWorkbook.from_filelike(stream) as book:
        for sheet in book.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible or sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            yield tuple(tuple(_text(value) for value in row) for row in rows)


def _text(value: int | float | str | bool | time | date | datetime | timedelta) -> str:
    """A cell as its reader sees it; a whole number, such as a phone typed as one, without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text_tables(name: str, data: bytes) -> Iterator[Table]:
    text = _decode(name, data)
    for delimiter in _DELIMITERS:
        try:
            rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise DubanError("document_unreadable", name=name) from error
        if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
            raise DubanError("roster_too_large", name=name, rows=MAX_ROWS, columns=MAX_COLUMNS)
        yield rows


def _decode(name: str, data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark (Excel's "Unicode text"), else GB18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DubanError("document_unreadable", name=name)
