"""Tables made by hand for tests, and what is read of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.model import DutyRole
from bot.domain.reading import PlanReading, TaskReading
from bot.intake.blocks import Document, Line, Row, Table
from bot.intake.plan import understand

UP = "^"  # merged with the cell above
LEFT = "<"  # merged with the cell to the left


def table(*rows: Sequence[str], name: str = "", first: int = 1) -> Table:
    """A table of rows of cells, where "^" and "<" are merged cells. Its first row has the number `first`."""
    made: list[Row] = []
    width = max(map(len, rows))
    for place, cells in enumerate(rows):
        padded = [*cells, *[""] * (width - len(cells))]
        continued = frozenset(i for i, cell in enumerate(padded) if cell == UP)
        texts = [made[-1].cells[i] if i in continued else "" if c == LEFT else c for i, c in enumerate(padded)]
        made.append(Row(first + place, tuple(texts), continued, _spans(padded), f"第{place + 1}行"))
    return Table(tuple(made), name)


def _spans(cells: Sequence[str]) -> tuple[tuple[int, int], ...]:
    spans = []
    for i, cell in enumerate(cells):
        width = 1
        while i + width < len(cells) and cells[i + width] == LEFT:
            width += 1
        if cell != LEFT and width > 1:
            spans.append((i, width))
    return tuple(spans)


def read(*blocks: Table | str, name: str = "2024年计划.docx") -> PlanReading:
    """The plan in lines of text and tables, numbered on."""
    made: list[Line | Table] = []
    number = 1
    for block in blocks:
        if isinstance(block, str):
            made.append(Line(number, block))
            number += 1
        else:
            rows = tuple(Row(number + i, r.cells, r.continued, r.spans, r.place) for i, r in enumerate(block.rows))
            made.append(Table(rows, block.name))
            number += len(rows)
    return understand(name, Document(tuple(made)))


def rows_of(*rows: Sequence[str], above: str = "") -> tuple[TaskReading, ...]:
    """The tasks of one table."""
    return read(*([above] if above else []), table(*rows)).tasks


def leads(task: TaskReading) -> list[str]:
    return list(task.agencies(DutyRole.LEAD, DutyRole.JOINT_LEAD))


def shared(task: TaskReading) -> list[str]:
    return list(task.agencies(DutyRole.SHARED))


def helpers(task: TaskReading) -> list[str]:
    return list(task.agencies(DutyRole.PARTICIPANT))


def days(task: TaskReading) -> list[str]:
    return [d.on.isoformat() if d.on else str(d.cadence) for d in task.deadlines]


def goals(task: TaskReading) -> list[tuple[str, float, str]]:
    return [(t.op, t.value, t.unit) for t in task.targets]
