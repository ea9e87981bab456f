"""The grid of a Word table: columns found again where borders were dragged by hand, merges filled or listed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.intake.readers.word_xml import REMOVED, W, number, value, within

_MOST_COLUMNS = 256
_DRAGGED = 150
"""Twips (1/20 point): borders of two rows nearer than this (2.6 mm) are one border a hand drew twice."""


@dataclass
class Cell:
    """A cell at its edges in the table's grid. `continues` when it belongs to the cell above it."""

    first: int
    end: int
    content: list[Element] = field(default_factory=list)
    continues: bool = False


def grid_rows(table: Element) -> list[list[Cell]]:
    """The cells of each row; edges are counted in columns that really begin a cell somewhere."""
    rows = [list(_cells(row)) for row in within(table, W + "tr") if not _is_deleted(row)]
    widths = [number(column.get(W + "w")) for column in table.findall(f"{W}tblGrid/{W}gridCol")]
    _snap(rows, widths)
    _squeeze(rows)
    return rows


def _is_deleted(row: Element) -> bool:
    properties = row.find(W + "trPr")
    return properties is not None and any(child.tag in REMOVED for child in properties)


def _cells(row: Element) -> Iterator[Cell]:
    at = min(max(number(value(row.find(W + "trPr"), "gridBefore")), 0), _MOST_COLUMNS)
    current: Cell | None = None
    for element in within(row, W + "tc"):
        properties = element.find(W + "tcPr")
        width = max(number(value(properties, "gridSpan"), 1), 1)
        end = min(at + width, _MOST_COLUMNS)
        if current is not None and _is_continued(properties, "hMerge"):
            current.end = at = end
            continue
        if current is not None:
            yield current
        if at >= _MOST_COLUMNS:
            return
        current = Cell(at, end, [element], _is_continued(properties, "vMerge"))
        at = end
    if current is not None:
        yield current


def _is_continued(properties: Element | None, name: str) -> bool:
    """A merge without a value goes on; one that says "restart" begins."""
    merge = properties.find(W + name) if properties is not None else None
    return merge is not None and merge.get(W + "val") != "restart"


def _snap(rows: Sequence[Sequence[Cell]], widths: Sequence[int]) -> None:
    """Take edges that lie a hair's breadth apart for one, unless some cell is really that narrow."""
    if any(cell.end > len(widths) for row in rows for cell in row):
        return
    taken = {(cell.first, cell.end) for row in rows for cell in row}
    edge = list(range(len(widths) + 1))
    gap = 0
    for column, width in enumerate(widths):
        gap += width
        if (
            width > 0
            and gap < _DRAGGED
            and not any((first, column + 1) in taken for first in range(edge[column], column + 1))
        ):
            edge[column + 1] = edge[column]
        else:
            gap = 0
    for row in rows:
        for cell in row:
            cell.first, cell.end = edge[cell.first], edge[cell.end]


def _squeeze(rows: Sequence[Sequence[Cell]]) -> None:
    """Count only columns in which some cell begins, so that a spare column of the grid makes no empty one."""
    firsts = sorted({cell.first for row in rows for cell in row})
    for row in rows:
        for cell in row:
            end = bisect_left(firsts, cell.end)
            cell.first = bisect_left(firsts, cell.first)
            cell.end = max(end, cell.first + 1)
