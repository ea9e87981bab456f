"""The numbered skeleton of an official paper: lines become items, each with its label, parent and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.intake.blocks import Line
from bot.intake.passages import Passage

ROOT = -1
_NUMERAL = "[一二三四五六七八九十百]{1,4}"
# Order matters: the more particular label first. A kind is a way of numbering, not a fixed depth.
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(r"(第[一二三四五六七八九十百\d]{1,3}(?:章|节|部分|篇))[:：、.． ]*")),
    ("article", re.compile(r"(第[一二三四五六七八九十百\d]{1,3}条)[:：、.． ]*")),
    ("task", re.compile(rf"((?:重点)?(?:任务|行动|工程)(?:{_NUMERAL}|\d{{1,2}}))[:：、.．]\s*")),
    ("一、", re.compile(rf"({_NUMERAL})\s*[、.．]\s*")),
    ("（一）", re.compile(rf"[（(]\s*({_NUMERAL})\s*[）)]\s*[、.．]?\s*")),
    ("（一）", re.compile(r"([㈠-㈩])\s*[、.．]?\s*")),
    ("1.1", re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){1,3})(?!\d|[万亿倍%％千百公亩])[.．、]?\s*(?=[一-鿿“《])")),
    ("1.", re.compile(r"(\d{1,3})\s*(?:[.．](?!\d)|[.．](?=20\d\d年)|、)\s*")),
    ("1.", re.compile(r"([⒈-⒛])\s*")),
    ("（1）", re.compile(r"[（(]\s*(\d{1,3})\s*[）)]\s*[、.．]?\s*")),
    ("（1）", re.compile(r"([⑴-⒇])\s*")),
    ("1）", re.compile(r"(\d{1,3})\s*[）)]\s*")),
    ("①", re.compile(r"([①-⑳])\s*[、.．]?\s*")),
    ("•", re.compile(r"([●•■◆▲★※○◎◇□])\s*")),
)
_SHOWN = {
    "（一）": "（{}）",
    "（1）": "（{}）",
    "1）": "{}）",
    "•": "",
}
# A numbered item that begins inside a paragraph stands right after a sentence or a bracket.
_INLINE = re.compile(
    rf"(?<=[。；;）)〕])\s*(?=(?:[（(](?:{_NUMERAL}|\d{{1,2}})[）)]|\d{{1,2}}(?:[.．](?!\d)|、)|[①-⑳])\s*[一-鿿“《])"
)


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


def read_outline(lines: tuple[Line, ...]) -> Outline:
    """Numbered lines open items, other lines are paragraphs of the item before them."""
    opened: list[tuple[int, str, str, Passage]] = []
    paragraphs: dict[int, list[Passage]] = {}
    stack: list[tuple[str, int]] = []
    for passage in _pieces(lines):
        found = read_label(passage.text)
        if found is None:
            paragraphs.setdefault(len(opened) - 1, []).append(passage)
            continue
        kind, label, end = found
        parent = _place(stack, kind, len(opened))
        if kind == "•":
            label = str(1 + sum(1 for other in opened if other[:2] == (parent, kind)))
        opened.append((parent, kind, label, passage.part(end)))
    items = tuple(
        Item(i, parent, kind, label, heading, tuple(paragraphs.get(i, ())))
        for i, (parent, kind, label, heading) in enumerate(opened)
    )
    root = Item(ROOT, ROOT, "", "", Passage(0, "", ()), tuple(paragraphs.get(ROOT, ())))
    return Outline(root, items)


def read_label(text: str) -> tuple[str, str, int] | None:
    """(kind, label as shown, where the text after it begins) of a line that begins with a number."""
    for kind, pattern in _LABELS:
        found = pattern.match(text)
        if found and found.end() < len(text):
            if kind == "1.1":
                kind = "1" + ".1" * (found[1].count(".") + found[1].count("．"))
            return kind, _SHOWN.get(kind, "{}").format(_plain(found[1])), found.end()
    return None


def _plain(label: str) -> str:
    ranges = (("㈠", "一二三四五六七八九十"),)
    for first, names in ranges:
        if first <= label <= chr(ord(first) + 9):
            return names[ord(label) - ord(first)]
    if "⒈" <= label <= "⒛":
        return str(ord(label) - ord("⒈") + 1)
    if "⑴" <= label <= "⒇":
        return str(ord(label) - ord("⑴") + 1)
    return label.replace("．", ".").translate(str.maketrans("０１２３４５６７８９", "0123456789"))


def _place(stack: list[tuple[str, int]], kind: str, index: int) -> int:
    """Parent of a new item: a kind already open closes down to its own level, a new kind goes one deeper."""
    depth = next((d for d, (open_kind, _) in enumerate(stack) if open_kind == kind), len(stack))
    del stack[depth:]
    parent = stack[-1][1] if stack else ROOT
    stack.append((kind, index))
    return parent


def _pieces(lines: tuple[Line, ...]) -> Iterator[Passage]:
    for line in lines:
        passage = Passage.of(line)
        cuts = [0, *(m.start() for m in _INLINE.finditer(passage.text)), len(passage.text)]
        for start, end in pairwise(cuts):
            if end > start:
                yield passage.part(start, end)
