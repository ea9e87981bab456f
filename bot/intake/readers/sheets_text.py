"""Tables kept as text (.csv, Excel's "Unicode text"): told from running text, decoded, split into cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from bot.domain.model import DubanError
from bot.intake.readers.sheets_formats import tidy

Cells = tuple[tuple[str, ...], ...]

DELIMITERS = (",", ";", "\t", "，")
# A full-width comma parts sentences as well, so only a person's word that it is a table makes it a delimiter.
_CERTAIN = DELIMITERS[:3]
_FEWEST_ROWS = 3
_FEWEST_COLUMNS = 3
_LOOKED_AT = 40_000


def is_delimited(data: bytes) -> bool:
    """Whether text is a table: its records are cut by one delimiter into the same number of cells, three or more."""
    try:
        text = decoded("", data)
    except DubanError:
        return False
    return _delimiter(text[:_LOOKED_AT]) is not None


def read_delimited(name: str, data: bytes) -> Cells:
    """The rows of a table kept as text. Raises DubanError document_unreadable when no delimiter fits."""
    text = decoded(name, data)
    delimiter = _delimiter(text[:_LOOKED_AT])
    if delimiter is None:
        raise DubanError("document_unreadable", name=name)
    rows = [tuple(tidy(cell) for cell in row) for row in split(name, text, delimiter)]
    width = max(map(len, rows))
    return tuple((*row, *("",) * (width - len(row))) for row in rows)


def split(name: str, text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    """The records of a text as they stand. Raises DubanError document_unreadable."""
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield tuple(row)
    except csv.Error as error:
        raise DubanError("document_unreadable", name=name) from error


def decoded(name: str, data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with mark (Excel's "Unicode text"), else GB18030.

    Raises DubanError document_unreadable.
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise DubanError("document_unreadable", name=name)


def _delimiter(text: str) -> str | None:
    fitting = {delimiter: _evenness(text, delimiter) for delimiter in _CERTAIN if delimiter in text}
    best = max(fitting, key=lambda d: fitting[d], default=None)
    return best if best is not None and fitting[best] else None


def _evenness(text: str, delimiter: str) -> float:
    """The share of records that have the usual number of cells; 0 where they are too few or too narrow."""
    try:
        widths = Counter(len(row) for row in split("", text, delimiter) if any(cell.strip() for cell in row))
    except DubanError:
        return 0
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    if width < _FEWEST_COLUMNS or sum(widths.values()) < _FEWEST_ROWS:
        return 0
    share = count / sum(widths.values())
    return share if share >= 0.8 else 0
