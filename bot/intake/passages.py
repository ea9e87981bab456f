"""A stretch of one line, blanks between Chinese characters dropped, that still knows where each character stood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.reading import Source
from bot.intake.blocks import Line

SENTENCE_ENDS = "。！？!?"
# A sentence longer than this is cut for display; it also bounds the search in a hostile line.
SENTENCE_REACH = 300
# 县公安局 县民政局: a blank may part agencies, so it is kept behind a name's last character.
_NAME_GAP = re.compile(r"[局厅委办部室府心院会司镇乡道处] (?![牵配参负按等和及与为协、，。；（(])[一-鿿]")
_LATIN = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True)
class Passage:
    """`text[i]` stands at column `at[i]` (0-based) of line `line`; `place` is the line's own.

    A passage joined of several lines (a bracket broken over two) has the line of each character in `rows`.
    """

    line: int
    text: str
    at: tuple[int, ...]
    place: str = ""
    rows: tuple[int, ...] = ()

    @classmethod
    def of(cls, line: Line) -> Passage:
        """The whole line as a passage; a blank survives only between Latin letters, digits and stops."""
        keep = [i for i, c in enumerate(line.text) if c != " " or _is_gap(line.text, i)]
        return cls(line.number, "".join(line.text[i] for i in keep), tuple(keep), line.place)

    @classmethod
    def joined(cls, lines: Sequence[Line]) -> Passage:
        """Several lines that are one paragraph, without a joint."""
        parts = [cls.of(line) for line in lines]
        return cls(
            parts[0].line,
            "".join(p.text for p in parts),
            tuple(at for p in parts for at in p.at),
            parts[0].place,
            tuple(p.line for p in parts for _ in p.at),
        )

    def part(self, start: int, end: int | None = None) -> Passage:
        """The passage's characters from `start` to `end`."""
        return Passage(self.line, self.text[start:end], self.at[start:end], self.place, self.rows[start:end])

    def without(self, spans: Iterable[tuple[int, int]]) -> Passage:
        """The passage less the given spans, which are in order and do not overlap."""
        text: list[str] = []
        at: list[int] = []
        rows: list[int] = []
        last = 0
        for start, end in [*spans, (len(self.text), len(self.text))]:
            text.append(self.text[last:start])
            at.extend(self.at[last:start])
            rows.extend(self.rows[last:start])
            last = end
        return Passage(self.line, "".join(text), tuple(at), self.place, tuple(rows))

    def sentence(self, start: int, end: int) -> str:
        """The sentence around a span, at most SENTENCE_REACH characters to either side."""
        left, right = bounds(self.text, start, end, SENTENCE_ENDS)
        return self.text[left : right + 1].strip()

    def source(self, start: int, end: int, rule: str = "") -> Source:
        """Where the span stands in the document, with its sentence; a span over two lines ends with the first."""
        if not self.at:
            return Source(self.line, 0, 0, self.text, self.place, rule)
        last = min(max(end - 1, start), len(self.at) - 1)
        first = min(start, last)
        line = self.rows[first] if self.rows else self.line
        while self.rows and self.rows[last] != line:
            last -= 1
        return Source(line, self.at[first], self.at[last] + 1, self.sentence(start, end), self.place, rule)


def bounds(text: str, start: int, end: int, stops: str) -> tuple[int, int]:
    """Start and end (exclusive) of the stretch around a span that holds none of the `stops`."""
    floor, ceiling = max(0, start - SENTENCE_REACH), min(len(text), end + SENTENCE_REACH)
    left = max(text.rfind(stop, floor, start) for stop in stops)
    rights = [at for at in (text.find(stop, end, ceiling) for stop in stops) if at >= 0]
    return (left + 1 if left >= 0 else floor), min(rights, default=ceiling)


def _is_gap(text: str, at: int) -> bool:
    if _NAME_GAP.match(text, max(at - 1, 0)):
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return bool((_LATIN.match(before) or before in ".．") and before and _LATIN.match(after))
