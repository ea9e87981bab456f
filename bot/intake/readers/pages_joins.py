"""A table that a page break cut is one again: its repeated header dropped, its cut row and its tall cells joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.intake.readers.pages_tables import Cell, CellRow, PageTable

_NEAR = 4.0
_SEARCHED_HEADER_ROWS = 4
_SERIAL = re.compile(r"序\s*号|编\s*号|^项$")


def same_columns(above: PageTable, below: PageTable) -> bool:
    """Whether both have their column edges at the same places, so that one may go on from the other."""
    return len(above.edges) == len(below.edges) and all(
        abs((a - above.edges[0]) - (b - below.edges[0])) < _NEAR for a, b in zip(above.edges, below.edges, strict=True)
    )


def join(above: PageTable, below: PageTable) -> PageTable:
    """One table of two parts on following pages; `above` may itself have been joined."""
    above = replace(above, last_page=below.page)
    rows = _without_header(above.rows, below.rows)
    pages = below.pages[len(below.rows) - len(rows) :]
    if not rows:
        return above
    tall = _tall_columns(above.rows)
    cut = _is_cut(above.rows[-1], rows[0], _key_columns(above.rows, rows) - tall)
    rows = _with_tall_cells(above.rows[-1], rows, {c for c in tall if not rows[0][c].lines})
    if cut:
        whole = tuple(_merged(one, other) for one, other in zip(above.rows[-1], rows[0], strict=True))
        return replace(above, rows=(*above.rows[:-1], whole, *rows[1:]), pages=(*above.pages, *pages[1:]))
    return replace(above, rows=(*above.rows, *rows), pages=(*above.pages, *pages))


def _texts(row: CellRow) -> tuple[str, ...]:
    return tuple("".join(cell.text.split()) for cell in row)


def _without_header(above: Sequence[CellRow], below: Sequence[CellRow]) -> tuple[CellRow, ...]:
    """The rows below without those at their top that repeat the header, wherever above it begins."""
    for start in range(min(_SEARCHED_HEADER_ROWS, len(above))):
        same = 0
        while same < len(below) and start + same < len(above) and _texts(below[same]) == _texts(above[start + same]):
            same += 1
        if same:
            return tuple(below[same:])
    return tuple(below)


def _key_columns(above: Sequence[CellRow], below: Sequence[CellRow]) -> set[int]:
    """Columns that every whole row fills: a row without them is the rest of the one above. A serial number decides."""
    whole = [row for row in (*above[:-1], *below[1:]) if not _is_wide(row)]
    filled = {c for c in range(len(below[0])) if all(row[c].lines or row[c].continued for row in whole)}
    return (_serial_columns(above) & filled) or (filled if len(whole) > 1 else set())


def _serial_columns(rows: Sequence[CellRow]) -> set[int]:
    return {c for row in rows[:_SEARCHED_HEADER_ROWS] for c, cell in enumerate(row) if _SERIAL.search(cell.text)}


def _tall_columns(rows: Sequence[CellRow]) -> set[int]:
    """Columns whose cells may reach over several rows: seen to do so, or left of the longest texts (类别)."""
    seen = {column for row in rows for column, cell in enumerate(row) if cell.continued}
    lengths = [sum(len(line.text) for row in rows for line in row[c].lines) for c in range(len(rows[0]))]
    return seen | (set(range(lengths.index(max(lengths)))) - _serial_columns(rows))


def _is_wide(row: CellRow) -> bool:
    """A title, a section or a total: one cell over half of the table."""
    return any(2 * cell.span > len(row) for cell in row)


def _is_cut(last: CellRow, first: CellRow, keys: set[int]) -> bool:
    """Whether `first` is the rest of `last`: a key column is empty in one of the two."""
    if _is_wide(last) or _is_wide(first):
        return False
    return any(not first[c].lines or not last[c].lines for c in keys)


def _with_tall_cells(last: CellRow, rows: Sequence[CellRow], columns: set[int]) -> tuple[CellRow, ...]:
    """The rows with empty tall cells at their top filled from the row above the page break."""
    result = list(rows)
    for column in columns:
        for index, row in enumerate(rows):
            if _is_wide(row) or row[column].lines or (index and not row[column].continued):
                break
            cell = replace(last[column], continued=True)
            result[index] = (*result[index][:column], cell, *result[index][column + 1 :])
    return tuple(result)


def _merged(one: Cell, other: Cell) -> Cell:
    """Two halves of a cell. What was filled in from above stands there already."""
    return one if other.continued and one.lines == other.lines else replace(one, lines=(*one.lines, *other.lines))
