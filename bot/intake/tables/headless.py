"""The columns of a table without a header, told by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.domain.agency_names import looks_like_agency, split_names
from bot.intake.blocks import Row
from bot.intake.tables.cells import agencies, is_nothing, is_person
from bot.intake.tables.columns import DUTY_KINDS, Column, Kind, kind_of
from bot.intake.tables.headers import Layout
from bot.intake.tables.rows import plain_serial

_DATE = re.compile(
    r"(?:20\d\d|今|本)?年?(?:[年./-]?\d{1,2}[月./-]?(?:\d{1,2}日?)?|年?底|[一二三四1-4]季度|[上下]半年|长期|持续|全年|每[月季年].*|按[月季].*)"
    r"(?:份|底|末|初|上旬|中旬|下旬|前|之前|以前|完成|推进|坚持|实施){0,4}"
)
# The share of a column's cells that must be alike for the column to be of a kind.
_MOST = 0.7
_LEAST_ROWS = 2


def told_by_content(rows: Sequence[Row]) -> Layout | None:
    """The columns of a table without a header, or None when no work or no agencies stand in it."""
    full = [row for row in rows if sum(1 for c in row.cells if not is_nothing(c.strip())) >= 3]
    if len(full) < _LEAST_ROWS or sum(1 for cell in full[0].cells if kind_of(cell)) > 1:
        return None
    columns: list[Column] = []
    for index in range(len(full[0].cells)):
        kind = _kind([row.cells[index].strip() for row in full], {c.kind for c in columns})
        if kind:
            columns.append(Column(index, kind, ""))
    layout = Layout(tuple(columns))
    return layout if layout.holds_tasks else None


def fits(layout: Layout, rows: Sequence[Row]) -> bool:
    """Whether rows without a header stand in the columns of the table before: numbers and agencies in their places."""
    full = [row for row in rows if sum(1 for c in row.cells if c.strip()) > 1]
    if not full or max(c.index for c in layout.columns) >= len(rows[0].cells):
        return False
    serials, duties = layout.of(Kind.SERIAL), layout.of(*DUTY_KINDS)
    counted = [bool(plain_serial(row.cells[c.index])) for row in full for c in serials[-1:]]
    named = [_is_agencies(cell) for row in full for c in duties if not is_nothing(cell := row.cells[c.index].strip())]
    return bool(named) and all(sum(found) >= _MOST * len(found) for found in (counted, named))


def _kind(cells: Sequence[str], before: set[Kind]) -> Kind | None:
    said = [cell for cell in cells if not is_nothing(cell)]
    if len(said) * 2 < len(cells):
        return None
    if _mostly(said, lambda cell: bool(plain_serial(cell))):
        return Kind.SERIAL if not before else None
    if _mostly(said, lambda cell: bool(_DATE.fullmatch(re.sub(r"\s", "", cell)))):
        return Kind.LIMIT
    if _mostly(said, _is_agencies):
        return _next_duty(before)
    if _mostly(said, lambda cell: all(is_person(p) for p in re.split(r"[、\s]+", cell) if p)):
        return Kind.LEADER
    if _mostly(said, lambda cell: len(cell) >= 4 and not re.fullmatch(r"[\d\s.%-]*", cell)):
        return Kind.CONTENT if Kind.TASK in before else Kind.TASK
    return None


def _next_duty(before: set[Kind]) -> Kind | None:
    """The first column of agencies is 责任单位; a second names those that help."""
    return Kind.PART if before & DUTY_KINDS else Kind.DUTY


def _mostly(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(fits, cells)) >= _MOST * len(cells)


def _is_agencies(cell: str) -> bool:
    names = split_names(agencies(cell).text)
    return bool(names) and all(looks_like_agency(re.sub(r"等.{0,4}$|[（(].*$", "", n)) and len(n) <= 24 for n in names)
