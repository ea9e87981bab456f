"""Deadlines a document gives once for many tasks: in a covering sentence, or in the heading above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.reading import DeadlineReading, TaskReading
from bot.intake.deadlines import default_deadline, read_deadlines
from bot.intake.outline import Item, Outline
from bot.intake.tasks import RawTask

# 一、集中整治（6月底前完成）
_BRACKET = re.compile(r"[（(]([^（）()]{2,40})[）)]")


def with_defaults(
    tasks: Sequence[TaskReading], raws: Sequence[RawTask], outline: Outline, year: int | None
) -> tuple[TaskReading, ...]:
    """The tasks without a deadline of their own get that of the nearest heading above them, else the document's."""
    told = dict(_told(raws, outline, year))
    return tuple(_filled(task, raw, told, year) for task, raw in zip(tasks, raws, strict=True))


def _told(raws: Sequence[RawTask], outline: Outline, year: int | None) -> Iterator[tuple[int, DeadlineReading]]:
    """(item it holds for, deadline) of every covering sentence; one in a section without tasks holds for all."""
    own = {paragraph.body.line for raw in raws for paragraph in raw.paragraphs}
    holding = {item.index for raw in raws for item in raw.path}
    for item in (*reversed(outline.items), outline.root):
        found = default_deadline((p for p in item.passages if p.line not in own), year)
        if found is not None:
            yield (item.index if item.index in holding else outline.root.index), found


def _filled(task: TaskReading, raw: RawTask, told: dict[int, DeadlineReading], year: int | None) -> TaskReading:
    if task.deadlines:
        return task
    above = raw.path[:-1] if not raw.ordinal else raw.path
    headed = [deadline for item in reversed(above) for deadline in _in_heading(item, year)]
    covering = [told[index] for index in (*(item.index for item in reversed(above)), -1) if index in told]
    return replace(task, deadlines=tuple((headed or covering)[:1]))


def _in_heading(item: Item, year: int | None) -> Iterator[DeadlineReading]:
    for bracket in _BRACKET.finditer(item.heading.text):
        for deadline in read_deadlines(item.heading.part(bracket.start(1), bracket.end(1)), year):
            if deadline.on is not None and deadline.source is not None:
                yield replace(deadline, source=replace(deadline.source, rule="heading"))
