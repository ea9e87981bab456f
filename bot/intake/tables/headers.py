"""The header of a task table: found by its words, wherever it stands, in one to three lines, and repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.agency_names import looks_like_agency, split_names
from bot.intake.blocks import Row, Table
from bot.intake.tables.cells import agencies, is_nothing, is_person
from bot.intake.tables.columns import (
    DUTY_KINDS,
    TEXT_KINDS,
    Column,
    Kind,
    guess_kind,
    kind_of,
    plain_heading,
    says_first_leads,
)

_MOST_LINES = 3
_ANSWERS = ("主责", "责任", "主管", "负责")
_MONTH = re.compile(r"1[0-2]|[1-9]")
_OF_MONTHS = re.compile(r"月|进度|时间|时限|节点")
_LEVELLED = re.compile("[一二三四]级")
_NUMERAL = re.compile(r"[\d一二三四五六七八九十甲乙丙丁戊己①-⑳]{1,2}")


@dataclass(frozen=True)
class Layout:
    """The columns of a table. `first_leads`: a heading says that the agency listed first leads."""

    columns: tuple[Column, ...]
    first_leads: bool = False

    def of(self, *kinds: Kind) -> tuple[Column, ...]:
        """The columns of these kinds, from the left."""
        return tuple(c for c in self.columns if c.kind in kinds)

    @property
    def holds_tasks(self) -> bool:
        """Whether work and who does it stand in the table, and it is no score sheet, phase plan or list of groups."""
        if self.of(Kind.SCORE, Kind.PHASE):
            return False
        return bool(self.of(*TEXT_KINDS)) and bool(self.of(*DUTY_KINDS))


@dataclass(frozen=True)
class Stretch:
    """Rows under one header. `above` are the rows before it: title, unit, who filled it in."""

    above: tuple[Row, ...]
    layout: Layout | None
    rows: tuple[Row, ...]


def cut(table: Table) -> tuple[Stretch, ...]:
    """The table cut at its headers; a header that only repeats the one before is dropped. No header: one stretch."""
    found: list[tuple[list[Row], Layout | None, list[Row]]] = [([], None, [])]
    index, rows = 0, table.rows
    while index < len(rows):
        read = _header_at(rows, index)
        if read is None:
            found[-1][2].append(rows[index])
            index += 1
            continue
        layout, index = read
        current = found[-1][1]
        if current is None:
            found[-1] = (found[-1][2], layout, [])
        elif not _same(current, layout):
            found.append(([], layout, []))
    return tuple(Stretch(tuple(a), layout, tuple(r)) for a, layout, r in found)


def filled(row: Row) -> tuple[int, ...]:
    """The columns of a row that hold something of their own."""
    return tuple(i for i, cell in enumerate(row.cells) if cell.strip() and i not in row.continued)


def _same(one: Layout, other: Layout) -> bool:
    return [plain_heading(c.heading) for c in one.columns] == [plain_heading(c.heading) for c in other.columns]


def _header_at(rows: Sequence[Row], index: int) -> tuple[Layout, int] | None:
    """(layout, index of the first row below) of a header that begins at a row, or None."""
    if not _may_begin(rows[index]):
        return None
    lines = [rows[index]]
    while len(lines) < _MOST_LINES and index + len(lines) < len(rows) and _continues(lines, rows[index + len(lines)]):
        lines.append(rows[index + len(lines)])
    headings = _headings(lines)
    if not _is_header([_kind(parts, guess=False) for parts in headings], headings):
        return None
    index += len(lines)
    if index < len(rows) and _counts_columns(rows[index]):
        index += 1
    columns = tuple(
        Column(i, kind, "".join(parts)) for i, parts in enumerate(headings) if (kind := _kind(parts, guess=True))
    )
    return Layout(columns, any(says_first_leads(c.heading) for c in columns)), index


def _may_begin(row: Row) -> bool:
    """A header's first line has at least two cells, all short, two of them headings we know."""
    cells = [row.cells[i] for i in filled(row)]
    return len(cells) >= 2 and all(len(c) <= 60 for c in cells) and sum(1 for c in cells if kind_of(c)) > 1


def _is_header(kinds: Sequence[Kind | None], headings: Sequence[Sequence[str]]) -> bool:
    known = [kind for kind in kinds if kind]
    written = sum(1 for parts in headings if parts)
    found = set(known)
    tells = bool(found & TEXT_KINDS and found & DUTY_KINDS)
    if 2 * len(known) < written and not (tells and len(found) > 2):
        return False
    if len(found) > 2 or tells or (found & TEXT_KINDS and Kind.LIMIT in found):
        return True
    return len(known) == written > 2


def _continues(lines: Sequence[Row], row: Row) -> bool:
    """Whether a row is a header's next line: headings only, under a heading over several columns or an empty one."""
    own = filled(row)
    if not own:
        return False
    groups = _uppers(lines[-1])
    for i in own:
        cell = row.cells[i]
        month = _MONTH.fullmatch(cell.strip()) and _OF_MONTHS.search(groups.get(i, ""))
        if len(cell) > 30 or (kind_of(cell) is None and not groups.get(i)):
            return False
        if _NUMERAL.fullmatch(cell.strip()) and not month:
            return False
        if i not in groups and cell.strip() != lines[-1].cells[i].strip():
            return False
    return any(kind_of(row.cells[i]) or _OF_MONTHS.search(groups.get(i, "")) for i in own)


def _uppers(row: Row) -> dict[int, str]:
    """The columns under a heading that stands over several, with that heading; "" where nothing stands above."""
    found = {i: row.cells[first] for first, width in row.spans for i in range(first, first + width)}
    carried = ""
    for i, cell in enumerate(row.cells):
        if cell.strip():
            carried = cell
            followed_by_gap = i + 1 < len(row.cells) and not row.cells[i + 1].strip()
            if followed_by_gap and not row.spans:
                found[i] = carried
        elif i not in found:
            found[i] = carried if not row.spans else ""
    return found


def _headings(lines: Sequence[Row]) -> list[list[str]]:
    """Per column the texts of the header's lines from the top, each once."""
    headings: list[list[str]] = []
    for i in range(len(lines[0].cells)):
        parts: list[str] = []
        for place, line in enumerate(lines):
            text = line.cells[i].strip()
            if not text and place < len(lines) - 1:
                text = _uppers(line).get(i, "").strip()
            if _MONTH.fullmatch(text) and any(_OF_MONTHS.search(part) for part in parts):
                text += "月"
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        headings.append(parts)
    return headings


def _kind(parts: Sequence[str], *, guess: bool) -> Kind | None:
    if not parts:
        return None
    upper, lower = "".join(parts[:-1]), parts[-1]
    kind = kind_of(lower)
    above = kind_of(upper) if upper else None
    if above:
        return _under(above, kind, upper + lower)
    if kind is None and upper:
        kind = kind_of(upper + lower)
    return kind or (guess_kind(upper + lower) if guess else None)


def _under(above: Kind, kind: Kind | None, whole: str) -> Kind:
    """The kind of a column from the heading over several and its own: 进展情况 makes 一季度 a report to fill in."""
    if above is Kind.SKIP:
        return Kind.SKIP
    if above in (Kind.LEADER, Kind.PERSON):
        return above if kind in (None, Kind.PERSON, Kind.LEADER, Kind.TASK) else Kind.SKIP
    if above in DUTY_KINDS and kind in (None, Kind.TASK, Kind.CONTENT, Kind.UNIT, Kind.DUTY):
        return kind_of(whole) or above
    return kind or kind_of(whole) or above


def _counts_columns(row: Row) -> bool:
    """A line 1 2 3 4 (甲 乙 1 2) that only counts the columns."""
    cells = [row.cells[i].strip() for i in filled(row)]
    return len(cells) >= 3 and all(_NUMERAL.fullmatch(c) for c in cells) and len(set(cells)) == len(cells)


def settled(layout: Layout, rows: Sequence[Row]) -> Layout:
    """The layout with kinds that depend on other columns or on what stands below decided."""
    named = any(c.kind in DUTY_KINDS for c in layout.columns)
    columns = [_by_content(c, rows) if not (named and c.kind is Kind.PERSON) else c for c in layout.columns]
    columns = list(_with_titles(columns))
    duties = {c.kind for c in columns}
    owner = Kind.PART if duties & {Kind.LEAD, Kind.MIXED, Kind.DUTY} else Kind.DUTY
    columns = [replace(c, kind=owner) if c.kind is Kind.OWNER else c for c in columns]
    columns = list(_with_lead(columns))
    units = [c for c in columns if c.kind in (Kind.LEAD, Kind.MIXED, Kind.DUTY) and not _is_inner(c)]
    return replace(layout, columns=tuple(c for c in columns if not (units and _is_inner(c))))


def _with_lead(columns: Sequence[Column]) -> Iterator[Column]:
    """Of 责任单位 and 实施单位 side by side the first answers for the task and the other has a share in it."""
    duties = [c for c in columns if c.kind is Kind.DUTY and not _is_inner(c)]
    first = next((c for word in _ANSWERS for c in duties if word in c.heading), None)
    alone = len(duties) < 2 or any(c.kind in (Kind.LEAD, Kind.MIXED) for c in columns)
    for column in columns:
        yield replace(column, kind=Kind.LEAD) if column is first and not alone else column


def _is_inner(column: Column) -> bool:
    """责任科室: a part of the agency named beside it."""
    return column.kind is Kind.DUTY and bool(re.search(r"[科股处]室", column.heading))


def _by_content(column: Column, rows: Sequence[Row]) -> Column:
    """单位 alone may be the unit of the numbers beside it, and 责任人 hold an agency with its person."""
    if column.kind is Kind.PERSON:
        said = [agencies(cell) for row in rows if not is_nothing(cell := row.cells[column.index].strip())]
        named = [all(looks_like_agency(n) and not is_person(n) for n in split_names(s.text)) for s in said]
        return replace(column, kind=Kind.DUTY) if said and 2 * sum(named) > len(named) else column
    if column.kind is not Kind.DUTY or plain_heading(column.heading) != "单位":
        return column
    cells = [row.cells[column.index].strip() for row in rows if row.cells[column.index].strip()]
    short = sum(1 for cell in cells if len(cell) <= 3 and not re.search(r"[局办委部]$", cell))
    return replace(column, kind=Kind.UNIT) if cells and 2 * short > len(cells) else column


def _with_titles(columns: Sequence[Column]) -> Iterator[Column]:
    """目标任务 and 存在问题 name the tasks where no other column does; a second task column tells the details."""
    has_task = any(c.kind is Kind.TASK for c in columns)
    first_duty = min((c.index for c in columns if c.kind in DUTY_KINDS), default=len(columns))
    for column in columns:
        kind = column.kind
        if kind is Kind.GOAL_TASK:
            kind = _of_goals(column, columns, has_task)
        elif kind is Kind.PROBLEM:
            kind = Kind.SKIP if has_task or column.index > first_duty else Kind.TASK
        elif kind is Kind.TASK and _has_level_below(column, columns):
            kind = Kind.SECTION
        elif kind is Kind.TASK and any(
            c.kind is Kind.TASK and c.index < column.index and not _LEVELLED.match(c.heading) for c in columns
        ):
            kind = Kind.CONTENT
        has_task = has_task or kind is Kind.TASK
        yield replace(column, kind=kind)


def _has_level_below(column: Column, columns: Sequence[Column]) -> bool:
    """Of 一级任务, 二级任务 and 三级任务 the last names what is done."""
    return bool(_LEVELLED.match(column.heading)) and any(
        _LEVELLED.match(c.heading) and c.kind is Kind.TASK and c.index > column.index for c in columns
    )


def _of_goals(column: Column, columns: Sequence[Column], has_task: bool) -> Kind:
    """Of 二级指标, 三级指标 and 指标名称 the last names what is done, those before it are sections."""
    later = (c for c in columns if c.index > column.index and c.kind is Kind.GOAL_TASK)
    if "级指标" in column.heading and any("指标" in c.heading for c in later):
        return Kind.SECTION
    return Kind.TARGET if has_task else Kind.TASK
