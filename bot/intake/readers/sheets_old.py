"""An old .xls workbook's records (BIFF8): the extent of its sheets and the number formats of its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.intake.readers.compound import CompoundFile
from bot.intake.readers.sheets_formats import custom, is_plain
from bot.intake.readers.sheets_parts import BookFacts, SheetFacts

_BOF, _EOF, _BOUNDSHEET, _FORMAT, _XF, _DATE_1904 = 0x809, 0x0A, 0x85, 0x41E, 0xE0, 0x22
_NUMBER, _RK, _MULRK, _FORMULA, _LABEL, _LABELSST, _BOOLERR = 0x203, 0x27E, 0xBD, 0x06, 0x204, 0xFD, 0x205
_ROW = 0x208
_CELLS = frozenset({_NUMBER, _RK, _MULRK, _FORMULA, _LABEL, _LABELSST, _BOOLERR})
_NUMBERS = frozenset({_NUMBER, _RK, _MULRK, _FORMULA})
_BIFF8 = 0x600
_SHORT = 4096


class _Streams(CompoundFile):
    """A compound file whose streams are read in full: long ones from sectors, short ones out of the root's own."""

    def whole(self, *names: str) -> bytes:
        """The first of the named streams that is there, b"" when none is."""
        for name, sector, size in self._top():
            if name in names and size >= _SHORT:
                return b"".join(self._chain(sector, size))[:size]
            if name in names:
                return b"".join(self._short_chain(sector, size))[:size]
        return b""

    def _chain(self, sector: int, size: int) -> Iterator[bytes]:
        for _ in range(min(-(-size // self._sector), len(self._fat))):
            yield self._block(sector)
            if sector >= len(self._fat):
                return
            sector = self._fat[sector]

    def _short_chain(self, sector: int, size: int) -> Iterator[bytes]:
        together = b"".join(self._chain(self._field(0, 116), self._field(0, 120)))
        table = b"".join(self._chain(struct.unpack_from("<I", self._data, 60)[0], _SHORT * self._sector))
        following = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
        for _ in range(-(-size // 64)):
            yield together[64 * sector : 64 * sector + 64]
            if sector >= len(following):
                return
            sector = following[sector]


def old_book_facts(data: bytes) -> BookFacts:
    """What the records say; of a damaged or older file as far as they can be followed."""
    book = _Book()
    for kind, body, offset in _records(_Streams(data).whole("Workbook", "Book")):
        book.take(kind, body, offset)
    sheets = {title: book.sheets[at] for at, title in book.titles.items() if at in book.sheets}
    return BookFacts(sheets, book.since_1904)


def _records(stream: bytes) -> Iterator[tuple[int, bytes, int]]:
    offset = 0
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length], offset
        offset += 4 + length


class _Book:
    """What the records taken so far say. Sheets are known by the offset at which they begin."""

    def __init__(self) -> None:
        self.titles: dict[int, str] = {}
        self.sheets: dict[int, SheetFacts] = {}
        self.since_1904 = False
        self._formats: dict[int, str] = {}
        self._styles: list[int] = []
        self._sheet: SheetFacts | None = None
        self._modern = True

    def take(self, kind: int, body: bytes, offset: int) -> None:
        """One record; one too short for what it should hold is passed over."""
        try:
            if kind == _BOF:
                self._begin(body, offset)
            elif kind in _CELLS and self._sheet is not None:
                self._cell(self._sheet, kind, body)
            elif kind == _ROW and self._sheet is not None and body[12] & 0x20:
                self._sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
            elif self._modern:
                self._globals(kind, body)
        except (struct.error, IndexError, UnicodeDecodeError):
            return

    def _begin(self, body: bytes, offset: int) -> None:
        version, kind = struct.unpack_from("<HH", body)
        self._modern = version == _BIFF8
        self._sheet = SheetFacts() if kind == 0x10 else None
        if self._sheet is not None:
            self.sheets[offset] = self._sheet

    def _globals(self, kind: int, body: bytes) -> None:
        if kind == _BOUNDSHEET:
            self.titles[struct.unpack_from("<I", body)[0]] = _text(body[7:], body[6])
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", body)
            self._formats[number] = _text(body[4:], length)
        elif kind == _XF:
            self._styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _DATE_1904:
            self.since_1904 = body[:1] == b"\x01"

    def _cell(self, sheet: SheetFacts, kind: int, body: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", body)
        styles = [style]
        if kind == _MULRK:
            styles = [struct.unpack_from("<H", body, at)[0] for at in range(4, len(body) - 5, 6)]
        sheet.rows = max(sheet.rows, row + 1)
        sheet.columns = max(sheet.columns, column + len(styles))
        if kind not in _NUMBERS:
            return
        for index, number in enumerate(styles):
            text = self._format(number)
            if not is_plain(text):
                sheet.formats[(row + 1, column + index + 1)] = text

    def _format(self, style: int) -> str:
        return custom(self._styles[style], self._formats) if style < len(self._styles) else ""


def _text(body: bytes, length: int) -> str:
    """A string of `length` characters behind its flag byte, in one or two bytes each."""
    wide = body[0] & 1
    return body[1 : 1 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
