"""Forms of one task each, a heading beside every value (项目名称 | … | 牵头单位 | …), as a table of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.intake.blocks import Row, Table
from bot.intake.tables.columns import DUTY_KINDS, LONGEST_HEADING, TEXT_KINDS, Kind, kind_of, plain_heading

_FEWEST_ROWS = 3
_MOST_COLUMNS = 30
# The share of the rows that must begin with a heading we know.
_KNOWN = 0.5


@dataclass(frozen=True)
class _Pair:
    """A heading and its value, where they stand."""

    heading: str
    value: str
    row: Row


def upright(table: Table) -> Table | None:
    """Forms turned into a table with a header and one row each; None when the table is no form."""
    if len(table.rows) < _FEWEST_ROWS or len(table.rows[0].cells) < 2:
        return None
    pairs = [list(_pairs(row)) for row in table.rows]
    if not _is_form(pairs):
        return _columns(table)
    forms = [form for form in _forms(pairs) if _tells_task(form)]
    headings = list(dict.fromkeys(pair.heading for form in forms for pair in form))
    if not forms:
        return None
    first = forms[0][0].row
    head = Row(first.number, tuple(headings), place=first.place)
    title = [_title(row, len(headings)) for row, found in zip(table.rows[:2], pairs, strict=False) if not found]
    return Table((*title, head, *(_row(form, headings) for form in forms)), table.name)


def _title(row: Row, width: int) -> Row:
    """A line above the form, as wide as the table it becomes."""
    text = next((cell for cell in row.cells if cell.strip()), "")
    return Row(row.number, (text, *[""] * (width - 1)), frozenset(), ((0, width),), row.place)


def _cells(row: Row) -> list[str]:
    """The row's cells without the places that a wide one covers."""
    covered = {i for first, width in row.spans for i in range(first + 1, first + width)}
    return [cell.strip() for i, cell in enumerate(row.cells) if i not in covered]


def _pairs(row: Row) -> Iterator[_Pair]:
    """Headings with their values; a heading over several, merged down at their side (责任单位 | 牵头单位 | …), goes."""
    cells = _cells(row)
    if not cells or (len(cells) == 1 and kind_of(cells[0]) is None):
        return
    index = 1 if len(cells) > 1 and 0 in row.continued and kind_of(cells[1]) else 0
    if len(cells) == 3 and kind_of(cells[0]) and kind_of(cells[1]) and kind_of(cells[2]) is None:
        index = 1
    while index < len(cells):
        if _may_head(cells[index]):
            yield _Pair(cells[index], cells[index + 1] if index + 1 < len(cells) else "", row)
        index += 2


def _may_head(text: str) -> bool:
    return 0 < len(plain_heading(text)) <= LONGEST_HEADING


def _is_form(pairs: Sequence[Sequence[_Pair]]) -> bool:
    """Most rows begin with a heading and hold a value that is none; work and who does it are among them."""
    told = [row for row in pairs if row]
    heads = [row for row in told if kind_of(row[0].heading) and _is_value(row[0].value)]
    kinds = {kind_of(pair.heading) for row in heads for pair in row}
    if not kinds & TEXT_KINDS or not kinds & DUTY_KINDS or len(heads) < _FEWEST_ROWS:
        return False
    values = [pair for row in heads for pair in row]
    right = sum(1 for pair in values if _is_value(pair.value))
    three = sum(1 for row in heads if len(_cells(row[0].row)) == 3 and 0 not in row[0].row.continued)
    return len(heads) >= _KNOWN * len(pairs) and right == len(values) and 2 * three < len(heads)


def _is_value(text: str) -> bool:
    """Whether a cell is no heading; a month may be either."""
    return kind_of(text) in (None, Kind.STAGE)


def _forms(pairs: Sequence[Sequence[_Pair]]) -> Iterator[list[_Pair]]:
    """The forms below each other: one begins where the heading of the task's name comes again."""
    form: list[_Pair] = []
    begin = next((_name(row[0]) for row in pairs if row and kind_of(row[0].heading)), "")
    for row in pairs:
        if row and form and _name(row[0]) == begin:
            yield form
            form = []
        form.extend(row)
    if form:
        yield form


def _name(pair: _Pair) -> str:
    return plain_heading(pair.heading)


def _tells_task(form: Sequence[_Pair]) -> bool:
    said = {kind_of(pair.heading) for pair in form if pair.value}
    return bool(said & TEXT_KINDS)


def _row(form: Sequence[_Pair], headings: Sequence[str]) -> Row:
    values: dict[str, list[str]] = {}
    for pair in form:
        values.setdefault(pair.heading, []).append(pair.value)
    cells = tuple("\n".join(filter(None, values.get(heading, []))) for heading in headings)
    return Row(form[0].row.number, cells, place=form[0].row.place)


def _columns(table: Table) -> Table | None:
    """A table whose headings stand in the first column, every further column a task; None when it is not such."""
    rows = table.rows
    if len(rows[0].cells) > _MOST_COLUMNS:
        return None
    kinds = [kind_of(row.cells[0]) for row in rows]
    known = {kind for kind in kinds if kind}
    if 3 * kinds.count(None) > len(kinds) or not known & TEXT_KINDS or not known & DUTY_KINDS:
        return None
    if not all(_is_value(cell) for row in rows for cell in row.cells[1:]):
        return None
    number, place = rows[0].number, rows[0].place
    turned = [
        Row(number, tuple(row.cells[i] for row in rows), frozenset(), (), place)
        for i in range(len(rows[0].cells))
        if any(row.cells[i].strip() for row in rows)
    ]
    return Table(tuple(turned), table.name)
