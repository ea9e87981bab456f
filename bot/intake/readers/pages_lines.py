"""The characters of a PDF page become physical lines: what stands at one height, from left to right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

Char = Mapping[str, Any]
"""A character as pdfplumber gives it: text, x0, x1, top, bottom, size, fontname, upright; lengths in points."""

_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f‘’“”…—\U00020000-\U0003ffff]")
_OPENING = frozenset("（(〔【[《〈“‘「『")
_CLOSING = frozenset("，。、；：！？）)〕】]》〉”’」』…%％,.;:!?")
_UNKNOWN = re.compile(r"\(cid:\d+\)")
_LEAST_TURN = 0.1  # the slope from which a character is turned
_WIDE_GAP = 0.75  # sizes of type between two parts of a line


@dataclass(frozen=True)
class Physical:
    """One line as it stands on paper, lengths in points from the page's top left corner. `page` is 1-based.

    `font` is the font of its Chinese characters, "" where there are several or none; `size` the usual size. `first`
    is the width of what cannot be parted from its beginning, the room the line above would have needed for it.
    `parts` are the pieces of a line with wide gaps, none where there is no such gap.
    """

    text: str
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str
    first: float
    parts: tuple[Physical, ...] = ()

    @property
    def width(self) -> float:
        """From the first character to the end of the last."""
        return self.x1 - self.x0


def physical_lines(chars: Iterable[Char], page: int) -> list[Physical]:
    """The lines that `chars` form, from the top down. Characters that are not upright (a watermark) are left out."""
    upright = [char for char in chars if _is_upright(char) and char["text"] and not _UNKNOWN.fullmatch(char["text"])]
    lines = (_with_parts(_undoubled(row), page) for row in _rows(upright))
    return [line for line in lines if line is not None]


def _is_upright(char: Char) -> bool:
    """The library calls upright whatever is turned by less than a right angle."""
    across, along = char["matrix"][1], char["matrix"][0]
    return bool(char["upright"]) and abs(across) <= _LEAST_TURN * abs(along)


def _with_parts(row: Sequence[Char], page: int) -> Physical | None:
    line = _line(row, page)
    inked = [char for char in row if not char["text"].isspace()]
    cuts = [i for i in range(1, len(inked)) if inked[i]["x0"] - inked[i - 1]["x1"] > _WIDE_GAP * inked[i]["size"]]
    if line is None or not cuts:
        return line
    pieces = (_line(inked[a:b], page) for a, b in zip([0, *cuts], [*cuts, len(inked)], strict=True))
    return replace(line, parts=tuple(piece for piece in pieces if piece is not None))


def unknown_share(chars: Sequence[Char]) -> float:
    """The share of characters whose meaning the file does not tell, 0 to 1."""
    return sum(1 for char in chars if _UNKNOWN.fullmatch(char["text"]) or char["text"] == "\ufffd") / max(len(chars), 1)


def _rows(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters whose middles lie within half a character's height of each other, each row from left to right."""
    rows: list[list[Char]] = []
    middle = height = 0.0
    for char in sorted(chars, key=lambda c: (c["top"] + c["bottom"]) / 2):
        own = (char["top"] + char["bottom"]) / 2
        if rows and own - middle <= height:
            rows[-1].append(char)
            continue
        rows.append([char])
        middle, height = own, (char["bottom"] - char["top"]) / 2
    return [sorted(row, key=lambda c: float(c["x0"])) for row in rows]


def _undoubled(row: Sequence[Char]) -> list[Char]:
    """Without the second strokes of characters drawn twice to look bold."""
    kept: list[Char] = []
    for char in row:
        near = (other for other in kept[-3:] if other["text"] == char["text"])
        if not any(abs(other["x0"] - char["x0"]) < 0.25 * char["size"] for other in near):
            kept.append(char)
    return kept


def _line(row: Sequence[Char], page: int) -> Physical | None:
    inked = [char for char in row if not char["text"].isspace()]
    if not inked:
        return None
    fonts = Counter(char["fontname"] for char in inked if _WIDE.match(char["text"]))
    font, count = fonts.most_common(1)[0] if fonts else ("", 0)
    return Physical(
        _spelled(row),
        page,
        inked[0]["x0"],
        max(char["x1"] for char in inked),
        median(char["top"] for char in inked),
        median(char["bottom"] for char in inked),
        median(char["size"] for char in inked),
        font if count >= 0.95 * fonts.total() else "",
        _first_width(inked),
    )


def _spelled(row: Sequence[Char]) -> str:
    """The characters with a blank where one is drawn or where a gap parts them as a blank would."""
    parts: list[str] = []
    before: Char | None = None
    for char in row:
        if before is not None and _is_apart(before, char):
            parts.append(" ")
        parts.append(char["text"])
        before = char
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _is_apart(left: Char, right: Char) -> bool:
    """Justified lines spread Chinese characters, so between these only a gap of a character's width counts."""
    wide = _WIDE.match(left["text"]) or _WIDE.match(right["text"])
    return bool(right["x0"] - left["x1"] > (0.9 if wide else 0.25) * max(left["size"], right["size"]))


def _first_width(inked: Sequence[Char]) -> float:
    """Width of opening brackets, the first character (or Latin word, or number with its unit) and closing marks."""
    end = 0
    while end < len(inked) - 1 and inked[end]["text"] in _OPENING:
        end += 1
    if not _WIDE.match(inked[end]["text"]):
        while end < len(inked) - 1 and not _WIDE.match(inked[end + 1]["text"]) and not _gap(inked, end):
            end += 1
        end += inked[end]["text"].isdigit() and end < len(inked) - 1
    while end < len(inked) - 1 and inked[end + 1]["text"] in _CLOSING:
        end += 1
    return float(inked[end]["x1"] - inked[0]["x0"])


def _gap(inked: Sequence[Char], index: int) -> bool:
    return bool(inked[index + 1]["x0"] - inked[index]["x1"] > 0.15 * inked[index]["size"])


def joined(lines: Iterable[str]) -> str:
    """Lines that are one text: a blank between Latin words, nothing where either side is Chinese."""
    text = ""
    for line in lines:
        latin = text[-1:].isascii() and line[:1].isascii() and (text[-1:].isalpha() or line[:1].isalpha())
        text += (" " if text and latin and text[-1] not in "([-/" else "") + line
    return text
