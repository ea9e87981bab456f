"""Ruled tables of a PDF: a grid of cells from their boxes, merged cells known by their size, cell texts by margins."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.intake.readers.pages_lines import Char, Physical, joined, physical_lines

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge in points."""

_NEAR = 4.0
_MOST_PADDING = 8.0
_NAME_END = re.compile("(?:局|委|办|院|政府|公司|中心|大队|支队|管委会|联合会|[妇工残]联|总工会)$")
_NAME_START = re.compile("[省市县区州旗镇乡各团]")
_SEPARATOR = re.compile("[、，,；;。]")


@dataclass(frozen=True)
class Cell:
    """A place of the grid. `continued` when it goes on from the row above, `span` its width in columns (0: covered).

    `room` is the width a line of it may take, in points.
    """

    lines: tuple[Physical, ...] = ()
    room: float = 0
    continued: bool = False
    span: int = 1

    @property
    def text(self) -> str:
        """Lines that the margin broke are joined; where the next word would have fitted a line break was meant."""
        parts: list[list[str]] = []
        before: Physical | None = None
        for line in self.lines:
            if before is None or self._had_room(before, line) or _are_names(before.text, line.text):
                parts.append([])
            parts[-1].append(line.text)
            before = line
        return "\n".join(joined(part) for part in parts)

    def _had_room(self, before: Physical, line: Physical) -> bool:
        return self.room - before.width >= line.first + 0.05 * line.size


def _are_names(before: str, line: str) -> bool:
    """Two agencies one below the other, the upper of which happens to fill its line."""
    return bool(_NAME_END.search(before) and _NAME_START.match(line)) and not _SEPARATOR.search(before + line)


CellRow = tuple[Cell, ...]


@dataclass(frozen=True)
class PageTable:
    """A table or its part on one page. `edges` are its columns' edges in points, `last_page` is where it ends."""

    page: int
    last_page: int
    top: float
    edges: tuple[float, ...]
    rows: tuple[CellRow, ...]
    pages: tuple[int, ...]
    """On which page each row begins."""


def read_table(boxes: Sequence[Box], chars: Iterable[Char], page: int) -> PageTable | None:
    """The table of these cell boxes, None when it is a mere frame: of one column, or empty."""
    xs, ys = _edges(b for box in boxes for b in (box[0], box[2])), _edges(b for box in boxes for b in (box[1], box[3]))
    if len(xs) < 3 or len(ys) < 2:
        return None
    areas = {_area(box, xs, ys): box for box in boxes}
    owners = {(r, c): area for area in areas for r in range(area[0], area[2]) for c in range(area[1], area[3])}
    held: dict[tuple[int, int, int, int], list[Char]] = {area: [] for area in areas}
    for char in chars:
        place = (_index(ys, (char["top"] + char["bottom"]) / 2), _index(xs, (char["x0"] + char["x1"]) / 2))
        if place in owners:
            held[owners[place]].append(char)
    lines = {area: tuple(physical_lines(inside, page)) for area, inside in held.items()}
    padding = _padding((areas[area], found) for area, found in lines.items())
    cells = {area: Cell(lines[area], box[2] - box[0] - 2 * padding) for area, box in areas.items()}
    rows = [tuple(_cell(r, c, owners, cells) for c in range(len(xs) - 1)) for r in range(len(ys) - 1)]
    kept = tuple(row for row in rows if any(cell.lines and not cell.continued for cell in row))
    return PageTable(page, page, ys[0], tuple(xs), kept, (page,) * len(kept)) if kept else None


def _edges(values: Iterable[float]) -> list[float]:
    """Sorted, edges of double rules taken as one."""
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _index(edges: Sequence[float], value: float) -> int:
    return bisect_right(edges, value) - 1


def _area(box: Box, xs: Sequence[float], ys: Sequence[float]) -> tuple[int, int, int, int]:
    """First row and column of a box, and those behind its last."""
    near = _NEAR / 2 + 0.01
    return (
        _index(ys, box[1] + near),
        _index(xs, box[0] + near),
        max(_index(ys, box[3] + near), _index(ys, box[1] + near) + 1),
        max(_index(xs, box[2] + near), _index(xs, box[0] + near) + 1),
    )


def _padding(filled: Iterable[tuple[Box, Sequence[Physical]]]) -> float:
    """The least distance that text keeps from its cell's rules."""
    gaps = [gap for box, lines in filled for line in lines for gap in (line.x0 - box[0], box[2] - line.x1)]
    return min([*(max(gap, 0) for gap in gaps), _MOST_PADDING])


def _cell(
    row: int,
    column: int,
    owners: dict[tuple[int, int], tuple[int, int, int, int]],
    cells: dict[tuple[int, int, int, int], Cell],
) -> Cell:
    area = owners.get((row, column))
    if area is None:
        return Cell()
    if area[1] != column:
        return Cell(span=0)
    return replace(cells[area], continued=row > area[0], span=area[3] - area[1])
