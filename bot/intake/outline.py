"""The numbered skeleton of an official paper: lines become items, each with its label, parent and paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.intake.blocks import Line
from bot.intake.duty_labels import starts_with_label
from bot.intake.labels import UNNUMBERED, read_label
from bot.intake.passages import Passage
from bot.intake.pieces import Piece, read_pieces

ROOT = -1
_ARABIC = frozenset({"1.", "（1）", "1）"})


@dataclass(frozen=True)
class Item:
    """One numbered item. `index` is its place in the outline, `parent` another's index or ROOT.

    `kind` is its way of numbering ("（一）"), `label` its number as shown, `heading` the text after the number,
    `paragraphs` the unnumbered paragraphs below it. The root holds what stands before the first number.
    """

    index: int
    parent: int
    kind: str
    label: str
    heading: Passage
    paragraphs: tuple[Passage, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Heading and paragraphs, the empty ones left out."""
        return tuple(p for p in (self.heading, *self.paragraphs) if p.text)


@dataclass(frozen=True)
class Outline:
    """Root and items in the order of the text: an item's index is its place in `items`, the root stands apart."""

    root: Item
    items: tuple[Item, ...]

    def at(self, index: int) -> Item:
        """The item of that index, or the root."""
        return self.root if index == ROOT else self.items[index]

    def ancestors(self, item: Item) -> Iterator[Item]:
        """From the item's parent up to, and without, the root."""
        index = item.parent
        while index != ROOT:
            yield self.items[index]
            index = self.items[index].parent

    def children(self) -> dict[int, list[Item]]:
        """Items by their parent's index."""
        found: dict[int, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.parent, []).append(item)
        return found

    def path(self, item: Item) -> tuple[Item, ...]:
        """From the top item down to the item itself."""
        return (*reversed(list(self.ancestors(item))), item)


class _Stack:
    """The items open at one point of the text, outermost first: (kind, level of an unnumbered heading or 0, index)."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, int]] = []

    def clear(self) -> None:
        """Nothing is open: a new document begins."""
        self._open.clear()

    def close(self, kind: str) -> None:
        """Items of a kind, and those below them, are over: 2.责任单位： speaks of what they stand under."""
        depths = (d for d, opened in enumerate(self._open) if opened[0] == kind)
        del self._open[next(depths, len(self._open)) :]

    @property
    def innermost(self) -> int:
        """Index of the item that a paragraph belongs to."""
        return self._open[-1][2] if self._open else ROOT

    def place(self, kind: str, level: int, index: int) -> int:
        """Parent of a new item: a kind already open closes down to its own level, a new kind goes one deeper.

        A heading without number closes the headings of its own and deeper levels, and what is numbered below them.
        """
        depths = (d for d, opened in enumerate(self._open) if self._closes(kind, level, opened))
        del self._open[next(depths, len(self._open)) :]
        parent = self.innermost
        self._open.append((kind, level, index))
        return parent

    @staticmethod
    def _closes(kind: str, level: int, opened: tuple[str, int, int]) -> bool:
        return kind == opened[0] or (bool(level) and opened[1] >= level)


def read_outline(lines: tuple[Line, ...]) -> Outline:
    """Numbered lines and unnumbered headings open items, other lines are paragraphs of the item before them."""
    opened: list[tuple[int, str, str, Passage]] = []
    paragraphs: dict[int, list[Passage]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    stack = _Stack()
    for piece in read_pieces(lines):
        if piece.opens:
            stack.clear()
        found = _label(piece)
        if found is None:
            paragraphs.setdefault(stack.innermost, []).append(piece.passage)
            continue
        kind, label, end = found
        if starts_with_label(piece.passage.text[end:]):
            stack.close(kind)
            paragraphs.setdefault(stack.innermost, []).append(piece.passage.part(end))
            continue
        if opened and stack.innermost == len(opened) - 1 and _counts_on(opened[-1], kind, label):
            kind = opened[-1][1]
        parent = stack.place(kind, piece.heading, len(opened))
        counts[parent, kind] += 1
        opened.append((parent, kind, label or str(counts[parent, kind]), piece.passage.part(end)))
    items = tuple(
        Item(i, parent, kind, label, heading, tuple(paragraphs.get(i, ())))
        for i, (parent, kind, label, heading) in enumerate(opened)
    )
    root = Item(ROOT, ROOT, "", "", Passage(0, "", ()), tuple(paragraphs.get(ROOT, ())))
    return Outline(root, items)


def _counts_on(last: tuple[int, str, str, Passage], kind: str, label: str) -> bool:
    """1. 2、 （3）: the next number written in another way is no level of its own."""
    before, now = last[2].strip("（）)"), label.strip("（）)")
    alike = kind in _ARABIC and last[1] in _ARABIC and kind != last[1]
    return alike and before.isdecimal() and now == str(int(before) + 1) and int(before) > 0


def _label(piece: Piece) -> tuple[str, str, int] | None:
    """(kind, label or "" where it is to be counted, where the text begins)."""
    if piece.label:
        return (*piece.label, 0)
    if piece.heading:
        return f"{UNNUMBERED}{piece.heading}", "", 0
    return read_label(piece.passage.text)
