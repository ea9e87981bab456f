"""Tables of a PDF that are drawn without rules: columns told by the white space between them, rows by what is between.

Only clear ones are read: a line of short headings, below it lines that all leave the same spaces free. Where the
spaces are not clear the lines stay lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.intake.readers.pages_lines import Physical
from bot.intake.readers.pages_tables import Cell, CellRow, PageTable

_FEWEST_COLUMNS, _MOST_COLUMNS = 3, 40
_LONGEST_HEADING, _LONGEST_SECTION = 14, 40
_LEAST_SPACE = 1.5  # points that a space between columns keeps free on every line
_CLEAR = 0.6  # sizes of type that a space without a heading on either side keeps free
_FARTHEST = 5.0  # sizes of type between lines of one table
_SURVEYED = 4
_MOST_LINES = 400  # no sheet of paper holds more
_MOST_TRIES = 20  # a page; headings that lead to no table are hostile
_SENTENCE = re.compile(r"[。；;，,]|[：:]$")
_SERIAL = re.compile(
    r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?[.、．]?|[A-Za-z]{0,2}-?\d{1,3}(?:[.-]\d{1,2})?"
)

Rule = tuple[float, float, float]
"""A level line that is drawn: left end, right end and height, in points."""
Space = tuple[tuple[float, float], ...]
"""What is still free between two columns: stretches from left to right in points."""


@dataclass(frozen=True)
class Grid:
    """The columns of a table found on a page: free spaces, edges in points, and the headings as they stand."""

    spaces: tuple[Space, ...]
    edges: tuple[float, ...]
    heading: str


def with_ruled_rows(
    pages: Sequence[Sequence[Physical]], rules: Sequence[Sequence[Rule]]
) -> Iterator[tuple[list[Physical], list[PageTable]]]:
    """As `with_tables`, for tables with rules between their rows only. `rules` are each page's level rules."""
    before: tuple[float, ...] = ()
    for page, drawn in zip(pages, rules, strict=True):
        heights = _heights(drawn)
        inside = [line for line in page if heights and heights[0] < _level(line) < heights[-1]]
        table = _between_rules(inside, heights, before) if len(heights) > _FEWEST_COLUMNS else None
        before = table.edges if table else ()
        kept = set(map(id, inside)) if table else set()
        yield [line for line in page if id(line) not in kept], [table] if table else []


def _level(line: Physical) -> float:
    return (line.top + line.bottom) / 2


def _heights(rules: Sequence[Rule]) -> list[float]:
    """The heights of the rules that begin and end at the places most of them share, double ones taken as one."""
    ends = Counter((round(left / 3), round(right / 3)) for left, right, _ in rules)
    if not ends:
        return []
    (left, right), _ = ends.most_common(1)[0]
    heights: list[float] = []
    for _, _, top in sorted((r for r in rules if abs(r[0] / 3 - left) < 1 and abs(r[1] / 3 - right) < 1), key=_top):
        if not heights or top - heights[-1] > _FARTHEST:
            heights.append(top)
    return heights


def _top(rule: Rule) -> float:
    return rule[2]


def _between_rules(lines: Sequence[Physical], heights: Sequence[float], before: Sequence[float]) -> PageTable | None:
    """The table whose rows lie between the heights; its edges are those of the page before where they fit."""
    held: list[list[Physical]] = [[] for _ in heights[1:]]
    for line in lines:
        held[bisect_right(heights, _level(line)) - 1].append(line)
    rows = [row for row in held if row]
    full = [line for row in rows if len(free_stretches(row, _LEAST_SPACE)) + 1 >= _FEWEST_COLUMNS for line in row]
    if not full:
        return None
    free = free_stretches(full, _CLEAR * full[0].size)
    if len(free) < _FEWEST_COLUMNS - 1 or 2 * len(full) < len(lines):
        return None
    fits = len(before) == len(free) + 2 and all(
        space[0][0] <= edge <= space[0][1] for space, edge in zip(free, before[1:-1], strict=True)
    )
    grid = Grid(tuple(free), tuple(before) if fits else _edges(full, free), "")
    told = [_row([_Band(line, _cells(line, grid)) for line in row], grid) for row in rows]
    return _measured(told, lines[0], grid)


def with_tables(pages: Sequence[Sequence[Physical]]) -> Iterator[tuple[list[Physical], list[PageTable]]]:
    """Each page's lines without those of such tables, and these tables. One may go on on the page that follows."""
    open_grid: Grid | None = None
    for page in pages:
        rest: list[Physical] = []
        tables: list[PageTable] = []
        index = tries = 0
        while index < len(page):
            may_head = tries < _MOST_TRIES and len(page) <= _MOST_LINES and _may_head(page[index])
            grid = open_grid if index == 0 and open_grid else _grid(page, index) if may_head else None
            tries += may_head
            end = _end(page, index, grid) if grid else index
            table = _table(page[index:end], grid, goes_on=grid is open_grid) if grid else None
            if table is None or grid is None:
                rest.append(page[index])
                index += 1
                continue
            tables.append(table)
            index = end
            open_grid = grid if index == len(page) else None
        if page and rest and page[-1] is rest[-1]:
            open_grid = None
        yield rest, tables


def _may_head(line: Physical) -> bool:
    """Whether a line consists of short headings."""
    texts = [part.text for part in line.parts]
    fits = _FEWEST_COLUMNS <= len(texts) <= _MOST_COLUMNS
    return fits and not any(len(t) > _LONGEST_HEADING or _SENTENCE.search(t) for t in texts)


def _grid(page: Sequence[Physical], index: int) -> Grid | None:
    """The columns under a line of headings, as the first lines below leave them free."""
    head = page[index]
    spaces: list[Space] = [((a.x1, b.x0),) for a, b in pairwise(head.parts)]
    surveyed = 0
    for line in page[index + 1 :]:
        if surveyed == _SURVEYED or not _is_near(head, line, surveyed):
            break
        left = [_free(space, line) for space in spaces]
        if len(line.parts) < 2 and not all(left):
            continue
        spaces = [space for space in left if space]
        surveyed += 1
    if surveyed == 0 or len(spaces) < _FEWEST_COLUMNS - 1:
        return None
    below = page[index : _reach(page, index, spaces)]
    free = _all_free(spaces, below)
    told = [line for line in below if all(_free(space, line) for space in free)]
    more = free_stretches(told, _CLEAR * head.size) if len(told) > _SURVEYED else []
    free = more if len(more) > len(free) else free
    return Grid(tuple(free), _edges(below, free), head.text)


def _edges(lines: Sequence[Physical], free: Sequence[Space]) -> tuple[float, ...]:
    middles = [_middle(space) for space in free]
    return (min(line.x0 for line in lines) - 1, *middles, max(line.x1 for line in lines) + 1)


def free_stretches(lines: Sequence[Physical], least: float) -> list[Space]:
    """The stretches at least so wide, in points, that no line covers, between the first text and the last."""
    found: list[Space] = []
    end = None
    for x0, x1 in sorted((part.x0, part.x1) for line in lines for part in line.parts or (line,)):
        if end is not None and x0 - end >= least:
            found.append(((end, x0),))
        end = x1 if end is None else max(end, x1)
    return found


def _is_near(head: Physical, line: Physical, surveyed: int) -> bool:
    return line.top - head.top < _FARTHEST * (surveyed + 1) * max(line.size, head.size)


def _middle(space: Space) -> float:
    left, right = max(space, key=_width)
    return (left + right) / 2


def _width(stretch: tuple[float, float]) -> float:
    return stretch[1] - stretch[0]


def _free(space: Space, line: Physical) -> Space:
    """What a line leaves free of a space."""
    for part in line.parts or (line,):
        pieces = ((lo, min(hi, part.x0)) for lo, hi in space), ((max(lo, part.x1), hi) for lo, hi in space)
        space = tuple(piece for side in pieces for piece in side if _width(piece) >= _LEAST_SPACE)
        space = tuple(dict.fromkeys(space))
    return space


def _all_free(spaces: Sequence[Space], lines: Sequence[Physical]) -> list[Space]:
    for line in lines:
        left = [_free(space, line) for space in spaces]
        if all(left):
            spaces = left
    return list(spaces)


def _reach(page: Sequence[Physical], index: int, spaces: Sequence[Space]) -> int:
    """Index behind the last line that keeps the spaces free, sections in between included."""
    end = index
    for place in range(index, len(page)):
        line = page[place]
        if place > index and line.top - page[place - 1].top > _FARTHEST * line.size:
            break
        left = [_free(space, line) for space in spaces]
        if all(left):
            spaces, end = left, place + 1
        elif not _is_section(line):
            break
    return end


def _end(page: Sequence[Physical], index: int, grid: Grid) -> int:
    return _reach(page, index, grid.spaces)


def _is_section(line: Physical) -> bool:
    return len(line.parts) < 2 and len(line.text) <= _LONGEST_SECTION and not _SENTENCE.search(line.text)


def _table(lines: Sequence[Physical], grid: Grid, *, goes_on: bool) -> PageTable | None:
    """The table in `lines`, None when these are no two rows of it."""
    bands = [_Band(line, _cells(line, grid)) for line in lines]
    rows = [_row(group, grid) for group in _groups(bands, grid)]
    wide = sum(1 for band in bands if sum(map(bool, band.cells)) > 1)
    if len(rows) < (1 if goes_on else 3) or 2 * wide < len(bands):
        return None
    return _measured(rows, lines[0], grid)


def _measured(rows: Sequence[CellRow], first: Physical, grid: Grid) -> PageTable:
    """The rows as a table, its cells as wide as the widest text in their column."""
    rooms = [max((_extent(row[c]) for row in rows), default=0.0) for c in range(len(grid.edges) - 1)]
    roomy = tuple(tuple(replace(cell, room=rooms[c]) for c, cell in enumerate(row)) for row in rows)
    return PageTable(first.page, first.page, first.top, grid.edges, roomy, (first.page,) * len(rows))


@dataclass(frozen=True)
class _Band:
    """One line cut into columns; a section stands in the first cell alone."""

    line: Physical
    cells: tuple[tuple[Physical, ...], ...]

    @property
    def is_section(self) -> bool:
        return not any(self.cells)

    def is_numbered(self) -> bool:
        return bool(self.cells[0]) and bool(_SERIAL.fullmatch(self.cells[0][0].text))


def _cells(line: Physical, grid: Grid) -> tuple[tuple[Physical, ...], ...]:
    """The parts of a line by columns; none at all when it goes through a space, as a section's name does."""
    held: list[list[Physical]] = [[] for _ in grid.edges[1:]]
    if not all(_free(space, line) for space in grid.spaces):
        return tuple(() for _ in held)
    for part in line.parts or (line,):
        middle = (part.x0 + part.x1) / 2
        held[max(sum(1 for edge in grid.edges[1:-1] if edge <= middle), 0)].append(part)
    return tuple(map(tuple, held))


def _groups(bands: Sequence[_Band], grid: Grid) -> Iterator[list[_Band]]:
    """The bands of each row: a row has one serial number, and is parted from the next by the widest gap between."""
    anchors = [i for i, b in enumerate(bands) if b.is_section or b.is_numbered() or b.line.text == grid.heading]
    numbered = sum(1 for b in bands if b.is_numbered())
    begins = _between(bands, anchors) if numbered > 1 or (numbered and anchors[0] == 0) else _spaced(bands)
    for start, end in zip(begins, [*begins[1:], len(bands)], strict=True):
        if end > start:
            yield list(bands[start:end])


def _between(bands: Sequence[_Band], anchors: Sequence[int]) -> list[int]:
    begins = [0]
    for one, other in pairwise(anchors):
        if bands[one].is_section or bands[other].is_section:
            begins.append(one + 1 if bands[one].is_section else other)
            continue
        gaps = [(round(_step(bands, i)), i) for i in range(one + 1, other + 1)]
        begins.append(max(gaps)[1])
    return begins


def _step(bands: Sequence[_Band], index: int) -> float:
    return bands[index].line.top - bands[index - 1].line.top


def _spaced(bands: Sequence[_Band]) -> list[int]:
    """Without serial numbers a row begins after a gap wider than the narrowest; where all are alike, on every line."""
    steps = [_step(bands, i) for i in range(1, len(bands))]
    least = min(steps, default=0.0)
    alike = max(steps, default=0.0) < 1.2 * least
    return [0, *(i for i, step in enumerate(steps, start=1) if alike or step > 1.2 * least)]


def _row(group: Sequence[_Band], grid: Grid) -> CellRow:
    width = len(grid.edges) - 1
    if group[0].is_section:
        return (Cell((group[0].line,), span=width), *(Cell(span=0) for _ in range(width - 1)))
    return tuple(
        Cell(tuple(_one(band.cells[c]) for band in group if not band.is_section and band.cells[c]))
        for c in range(width)
    )


def _one(parts: Sequence[Physical]) -> Physical:
    if len(parts) == 1:
        return parts[0]
    return replace(parts[0], text=" ".join(p.text for p in parts), x1=parts[-1].x1, parts=())


def _extent(cell: Cell) -> float:
    """How wide the text of a cell is at most."""
    return max((line.width for line in cell.lines), default=0.0) if cell.span == 1 else 0.0
