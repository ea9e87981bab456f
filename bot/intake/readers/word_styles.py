"""Paragraph and character styles of a Word document: numbering, outline level and hiding, inherited along basedOn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from bot.intake.readers.word_xml import W, number, switched, value

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_BODY_TEXT = 9
_LONGEST_CHAIN = 50


class Styles:
    """`root` is the styles part, None when the document has none."""

    def __init__(self, root: Element | None) -> None:
        found = root.findall(W + "style") if root is not None else []
        self._styles = {style.get(W + "styleId") or "": style for style in found}
        default = (s for s in found if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true", "on"))
        first = next(default, None)
        self._default = (first.get(W + "styleId") or "") if first is not None else ""
        self.heading = lru_cache(maxsize=None)(self._heading)
        self.hidden = lru_cache(maxsize=None)(self._hidden)
        self.numbering = lru_cache(maxsize=None)(self._numbering)

    def style_of(self, paragraph: Element | None) -> str:
        """The id of the style that these paragraph properties name, or of the default one."""
        return value(paragraph, "pStyle") or self._default

    def _chain(self, style_id: str) -> Iterator[tuple[str, Element]]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style_id, style
            style_id = value(style, "basedOn") or ""

    def _numbering(self, style_id: str) -> tuple[str | None, tuple[tuple[str, int | None], ...]]:
        """The numId the chain gives, and (style id, its own level) down to where that was found."""
        passed: list[tuple[str, int | None]] = []
        for own_id, style in self._chain(style_id):
            said = style.find(f"{W}pPr/{W}numPr")
            level = value(said, "ilvl")
            passed.append((own_id, None if level is None else number(level)))
            if (list_id := value(said, "numId")) is not None:
                return list_id, tuple(passed)
        return None, tuple(passed)

    def _heading(self, style_id: str) -> int:
        """Outline level 1 to 9, 0 for ordinary text."""
        for _, style in self._chain(style_id):
            level = value(style.find(W + "pPr"), "outlineLvl")
            if level is not None:
                return outline(level)
            named = _HEADING_NAME.fullmatch(value(style, "name") or "")
            if named:
                return int(named[1])
        return 0

    def _hidden(self, style_id: str) -> bool:
        for _, style in self._chain(style_id):
            said = switched(style.find(W + "rPr"), "vanish")
            if said is not None:
                return said
        return False

    def is_contents(self, style_id: str) -> bool:
        """Whether this is the style of a table of contents' lines."""
        name = value(self._styles.get(style_id), "name") or ""
        return bool(_CONTENTS_NAME.fullmatch(name))


def outline(level: str) -> int:
    """A heading's level from w:outlineLvl, which counts from 0 and uses 9 for ordinary text."""
    counted = number(level, _BODY_TEXT)
    return counted + 1 if 0 <= counted < _BODY_TEXT else 0
