"""An .xlsx archive before a library may open it: harmless sizes, and what only its XML tells (formats, hidden rows)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from bot.domain.model import DubanError
from bot.intake.readers.archive import Archive
from bot.intake.readers.sheets_formats import custom, is_plain
from bot.intake.readers.sheets_merges import Area

MAX_UNPACKED = 40 * 1024 * 1024
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
# Pictures and embedded files hold no cells: they are not unpacked.
_NO_CELLS = ("xl/media/", "xl/embeddings/", "xl/drawings/", "xl/charts/", "xl/printersettings/", "docprops/")
_CELLS = (".xml", ".rels", ".bin")

_Start = Callable[[str, dict[str, str]], None]


@dataclass
class SheetFacts:
    """What a worksheet's XML says beside its values. Rows and columns are 1-based.

    `rows` and `columns` are the extent of the cells that hold a value; bare formats do not count. `formats` are the
    number formats of cells that change how their value is written. `merges` is filled where no library tells them.
    """

    rows: int = 0
    columns: int = 0
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)


@dataclass(frozen=True)
class BookFacts:
    """The facts of a workbook's sheets by their names; `since_1904` when its days are counted from 1904."""

    sheets: Mapping[str, SheetFacts]
    since_1904: bool = False


def unpacked(name: str, data: bytes) -> dict[str, bytes]:
    """The archive's parts that may hold cells, by their paths in small letters, found harmless before.

    Raises DubanError: those of `Archive`, and document_too_heavy when they are more than a sheet can need.
    """
    archive = Archive(name, data)
    parts = {}
    size = 0
    for path in sorted(archive.names):
        if path.endswith(_CELLS) and not path.startswith(_NO_CELLS):
            parts[path] = archive.part(path) or b""
            size += len(parts[path])
            if size > MAX_UNPACKED:
                raise DubanError("document_too_heavy", name=name)
    return parts


def repacked(parts: Mapping[str, bytes]) -> io.BytesIO:
    """An archive of exactly the bytes that were measured, so a header that lied about sizes lies to nobody else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for filename, content in parts.items():
            archive.writestr(zipfile.ZipInfo(filename), content)
    out.seek(0)
    return out


def book_facts(name: str, parts: Mapping[str, bytes], limits: tuple[int, int]) -> BookFacts:
    """The facts of every worksheet. `limits` are the most rows and columns: libraries lay out the whole rectangle.

    Raises DubanError: sheet_too_large, document_unreadable (malformed XML, or a document type declaration).
    """
    try:
        styles = _styles(parts.get(_STYLES, b""))
        paths, since_1904 = _workbook(parts)
        titles = {path: title for title, path in paths.items()}
        sheets = {}
        for path, content in parts.items():
            if b"sheetData" in content or path in titles:
                facts = _Sheet(styles).facts(content)
                refuse_extent(name, titles.get(path, path), facts, limits)
                sheets[titles.get(path, path)] = facts
    except (expat.ExpatError, ValueError) as error:
        raise DubanError("document_unreadable", name=name) from error
    return BookFacts(sheets, since_1904)


def refuse_extent(name: str, sheet: str, facts: SheetFacts, limits: tuple[int, int]) -> None:
    """Raises DubanError sheet_too_large when a sheet's filled cells span more than `limits` (rows, columns)."""
    if facts.rows > limits[0] or facts.columns > limits[1]:
        raise DubanError("sheet_too_large", name=name, sheet=sheet, rows=limits[0], columns=limits[1])


def open_book_facts(name: str, content: bytes) -> BookFacts:
    """The merged cells of an OpenDocument spreadsheet's content. Raises DubanError document_unreadable."""
    reader = _OpenSheets()
    try:
        _parse(content, reader.start)
    except (expat.ExpatError, ValueError) as error:
        raise DubanError("document_unreadable", name=name) from error
    return BookFacts(reader.sheets)


class _OpenSheets:
    """One pass over an OpenDocument's tables. A row or cell may stand for several equal ones."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self._sheet = SheetFacts()
        self._row = self._column = self._rows_below = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Raises ValueError on a malformed number."""
        kind, told = _local(tag), {_local(name): value for name, value in attributes.items()}
        if kind == "table":
            self._sheet = self.sheets.setdefault(told.get("name", ""), SheetFacts())
            self._row = self._rows_below = 0
        elif kind == "table-row":
            self._row += self._rows_below
            self._column, self._rows_below = 0, int(told.get("number-rows-repeated", 1))
        elif kind in ("table-cell", "covered-table-cell"):
            height, width = int(told.get("number-rows-spanned", 1)), int(told.get("number-columns-spanned", 1))
            if height > 1 or width > 1:
                last = (self._row + height - 1, self._column + width - 1)
                self._sheet.merges.append(((self._row, self._column), last))
            self._column += int(told.get("number-columns-repeated", 1))


def _parse(content: bytes, start: _Start) -> None:
    """Raises ExpatError on malformed XML, ValueError on a document type declaration."""
    if b"<!DOCTYPE" in content:
        raise ValueError("document type declared")
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(content, True)


def _refuse_doctype(*declared: object) -> None:
    raise ValueError("document type declared")


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]


def _styles(content: bytes) -> list[str]:
    """The number format of every cell style, in the order of cellXfs."""
    formats: dict[int, str] = {}
    numbers: list[int] = []
    inside = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        kind = _local(tag)
        if kind in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = kind
        elif kind == "numFmt" and inside != "dxfs":
            formats[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif kind == "xf" and inside == "cellXfs":
            numbers.append(int(attributes.get("numFmtId", 0)))

    if content:
        _parse(content, start)
    return [custom(number, formats) for number in numbers]


def _workbook(parts: Mapping[str, bytes]) -> tuple[dict[str, str], bool]:
    """Where each sheet's part lies by the sheet's name, and whether days are counted from 1904."""
    targets: dict[str, str] = {}
    named: dict[str, str] = {}
    since_1904 = False

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if _local(tag) == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in ("1", "true")
        if _local(tag) == "sheet":
            key = next((value for name, value in attributes.items() if _local(name) == "id"), "")
            named[attributes.get("name", "")] = targets.get(key, "")

    if _RELATIONS in parts:
        _parse(parts[_RELATIONS], relation)
    _parse(parts[_WORKBOOK], sheet)
    return named, since_1904


class _Sheet:
    """One pass over a worksheet's XML."""

    def __init__(self, styles: list[str]) -> None:
        self._styles = {str(i): text for i, text in enumerate(styles) if not is_plain(text)}
        self._found = SheetFacts()
        self._row = self._column = 0
        self._format: str | None = None

    def facts(self, content: bytes) -> SheetFacts:
        """Raises ExpatError on malformed XML, ValueError on a malformed cell reference."""
        _parse(content, self._start)
        return self._found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(" ")[2]
        if kind == "c":
            self._place(attributes.get("r", ""))
            self._format = self._styles.get(attributes.get("s", "")) if attributes.get("t", "n") == "n" else None
        elif kind in ("v", "is", "f"):
            self._found.rows = max(self._found.rows, self._row)
            self._found.columns = max(self._found.columns, self._column)
            if self._format:
                self._found.formats[(self._row, self._column)] = self._format
        elif kind == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self._found.hidden_rows.add(self._row)

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
