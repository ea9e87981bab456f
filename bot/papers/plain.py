"""User text made fit for paper: what no font, no XML and no reader can carry is taken out, the words stay."""

from __future__ import annotations

import unicodedata

# Cc controls, Cf invisible and direction marks, Cs lone surrogates, Cn non-characters and unassigned.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Cn"})
_FIRST_EMOJI = 0x1F000


def clean(text: str) -> str:
    """`text` without control, direction and broken characters; line ends become "\\n", tabs become spaces."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c) not in _UNFIT)


def one_line(text: str) -> str:
    """`clean` on a single line, without the pictures a Chinese text font does not draw (they print as boxes)."""
    drawable = "".join(c for c in clean(text) if ord(c) < _FIRST_EMOJI or c.isalpha())
    return " ".join(drawable.split())


def columns(text: str) -> int:
    """How many half-width columns `text` takes: a Chinese or full-width character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def shorten(text: str, limit: int) -> str:
    """`text` cut to `limit` half-width columns, the cut marked by "…"."""
    if columns(text) <= limit:
        return text
    kept, used = [], 0
    for character in text:
        used += columns(character)
        if used > limit - 2:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
