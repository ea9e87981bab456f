"""Tasks of tables and of running text as one list in the order of the document, each once, each numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.reading import DeadlineReading, TargetReading
from bot.intake.outline import Item, Outline
from bot.intake.paragraphs import Paragraph
from bot.intake.tables.counts import RULE
from bot.intake.tables.raw import TableTask
from bot.intake.tasks import RawTask, split_title

_NUMERALS = "一二三四五六七八九十"
_LABEL = "label"
# A title told again may be a little shorter; one of fewer characters must be the same.
_LEAST_ALIKE = 8
# Enough for any plan; titles that all begin alike are hostile.
_COMPARED = 200


def joined(told: Sequence[RawTask], tabled: Sequence[TableTask], outline: Outline) -> tuple[RawTask, ...]:
    """All tasks in order. A row that repeats a task of the text, or an item without duties, is one task with it."""
    if not tabled:
        return tuple(told)
    known = _Titles([*told, *_silent(told, outline)])
    found: list[RawTask] = []
    twins: set[int] = set()
    for task in tabled:
        twin = known.take(task.title)
        found.append(_merged(twin, task) if twin else task)
        twins.add(id(twin))
    alone = [t for t in told if id(t) not in twins]
    return tuple(sorted((*alone, *found), key=_place))


class _Titles:
    """Tasks of the text by their titles, each to be taken once."""

    def __init__(self, tasks: Sequence[RawTask]) -> None:
        self._by_beginning: dict[str, list[tuple[str, RawTask]]] = {}
        for task in tasks:
            title = _bare(task.title)
            self._by_beginning.setdefault(title[:_LEAST_ALIKE], []).append((title, task))

    def take(self, title: str) -> RawTask | None:
        """The first task left with that title, or one that is not much longer or shorter."""
        bare = _bare(title)
        alike = self._by_beginning.get(bare[:_LEAST_ALIKE], [])
        found = next((pair for pair in alike[:_COMPARED] if _alike(pair[0], bare)), None)
        if found is None:
            return None
        alike.remove(found)
        return found[1]


def _silent(told: Sequence[RawTask], outline: Outline) -> Iterator[RawTask]:
    """The items of the text that are no tasks of their own, as tasks without duties."""
    taken = {item.index for task in told for item in task.path}
    for item in outline.items:
        if item.index not in taken:
            title, rest = split_title(item.heading, alone=bool(item.paragraphs))
            yield RawTask(outline.path(item), 0, title, rest, tuple(Paragraph(p) for p in item.passages))


def _merged(twin: RawTask, task: TableTask) -> TableTask:
    """The task as the text numbers and tells it, with the row's facts; the fuller of the two says who answers."""
    from_text = _weight(twin) >= _weight(task)
    rows = [replace(p, said=()) if from_text else p for p in task.paragraphs]
    rows[0] = replace(rows[0], body=rows[0].body.part(0, 0))
    text = twin.paragraphs if from_text else tuple(replace(p, said=()) for p in twin.paragraphs)
    row = _place(twin)
    return replace(
        task,
        path=twin.path,
        ordinal=twin.ordinal,
        paragraphs=(*text, *rows),
        row=row,
        head=twin.head,
        standing=twin.standing or task.standing,
    )


def countable(tasks: Sequence[RawTask]) -> list[RawTask]:
    """The tasks with a number put to every section of a table that has none: their numbers can then be made unique."""
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    return [replace(t, path=_labelled(t.path, counts)) if isinstance(t, TableTask) else t for t in tasks]


def distinct_targets(raw: RawTask, read: Sequence[TargetReading]) -> tuple[TargetReading, ...]:
    """Targets of a task; in a table what the work's text and the target column both say counts once."""
    if not isinstance(raw, TableTask):
        return tuple(read)
    kept: dict[tuple[float, str], list[TargetReading]] = {}
    for place, target in enumerate((*read, *raw.counts)):
        same = kept.setdefault((target.value, target.unit), [])
        told = place >= len(read) and any(t in same for t in read)
        if not same or (_one_cell(same[0], target) and not told):
            same.append(target)
        elif same[0].op == "=" != target.op:
            same[0] = target
    return tuple(target for same in kept.values() for target in same)


def distinct_deadlines(raw: RawTask, read: Sequence[DeadlineReading], year: int | None) -> tuple[DeadlineReading, ...]:
    """Deadlines of a task with those its columns stand for, each day and each recurrence once."""
    own = [*map(_of_column, read), *raw.planned(year)] if isinstance(raw, TableTask) else read
    kept: dict[tuple[object, object], DeadlineReading] = {}
    for deadline in own:
        kept.setdefault((deadline.on, deadline.cadence), deadline)
    return tuple(kept.values())


def _of_column(deadline: DeadlineReading) -> DeadlineReading:
    """A time limit is read by the rule of labels; in a table its heading is the label."""
    source = deadline.source
    return replace(deadline, source=replace(source, rule=RULE)) if source and source.rule == _LABEL else deadline


def _one_cell(one: TargetReading, other: TargetReading) -> bool:
    """Two equal numbers in one sentence are two targets; in two cells they are one told twice."""
    return bool(one.source and other.source and one.source.sentence == other.source.sentence)


def _bare(title: str) -> str:
    return re.sub(r"[^\w]", "", title)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short == long:
        return bool(short)
    return len(short) >= _LEAST_ALIKE and long.startswith(short) and len(short) * 3 >= len(long) * 2


def _weight(task: RawTask) -> int:
    return sum(len(said.parts) for said in task.said)


def _place(task: RawTask) -> int:
    if isinstance(task, TableTask):
        return task.row
    return next((p.body.line for p in task.paragraphs if p.body.line), task.head.line)


def _labelled(path: tuple[Item, ...], counts: dict[tuple[str, ...], dict[str, int]]) -> tuple[Item, ...]:
    """The path with a number put to every section that is written without one."""
    done: list[Item] = []
    above: tuple[str, ...] = ()
    for item in path[:-1]:
        name = item.heading.text
        known = counts.setdefault(above, {})
        place = known.setdefault(name, len(known))
        ordinal = _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)
        done.append(item if item.label else replace(item, label=ordinal))
        above = (*above, name)
    return (*done, *path[-1:])
