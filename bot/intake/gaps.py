"""Numbers a document leaves out: where （二） is followed by （四）, an item may have been lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.domain.numerals import to_int
from bot.intake.outline import Item, Outline

_LEAST = 3


def number_gaps(outline: Outline) -> Iterator[tuple[str, str]]:
    """(label before, label after) wherever exactly one number is missing among at least three items of a kind."""
    rows: dict[tuple[int, str], list[Item]] = {}
    for item in outline.items:
        rows.setdefault((item.parent, item.kind), []).append(item)
    for row in rows.values():
        if len(row) < _LEAST:
            continue
        for before, after in pairwise(row):
            first, second = _ordinal(before), _ordinal(after)
            if first is not None and second is not None and second == first + 2:
                yield before.label, after.label


def _ordinal(item: Item) -> int | None:
    return to_int(item.label.strip("（）().、第条章节部分篇 "))
