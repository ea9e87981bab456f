"""The numbers Word makes itself: which list a paragraph belongs to, how far it has counted, how it is written.

Rules of ECMA-376 part 1, 17.9: lists of one abstract definition share their counters; a start override begins anew when
its list is first used; a level begins anew after every higher one unless w:lvlRestart says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.intake.readers.numbering_formats import written
from bot.intake.readers.word_styles import Styles
from bot.intake.readers.word_xml import MC, W, number, switched, value

_LEVELS = 9
_LONGEST = 60
_PLACE = re.compile(r"%([1-9])")
# A bullet whose sign is a word or a number was meant to be read; ● and the signs of symbol fonts are not.
_READABLE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff\u2460-\u249b\u3220-\u3243\u3280-\u32b0]")
_NO_LIST = "0"


@dataclass(frozen=True)
class Label:
    """A number as written, and whether Word puts a blank or a tab after it."""

    text: str
    apart: bool


@dataclass(frozen=True)
class _Level:
    start: int
    numbering_format: str
    text: str
    restart: int | None
    apart: bool
    legal: bool
    style: str | None


class Numbering:
    """Gives each paragraph its label; must be asked once for each, in the order of the document."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        abstract = {a.get(W + "abstractNumId") or "": a for a in _all(root, "abstractNum")}
        self._lists = {n.get(W + "numId") or "": n for n in _all(root, "num")}
        self._abstract_of = {key: self._resolve(n, abstract) for key, n in self._lists.items()}
        levels = {key: _levels(a) for key, a in abstract.items()}
        self._levels = {
            key: {**levels.get(self._abstract_of[key], {}), **_replaced(n)} for key, n in self._lists.items()
        }
        self._overrides = {key: _start_overrides(n) for key, n in self._lists.items()}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()

    def _resolve(self, one: Element, abstract: Mapping[str, Element]) -> str:
        """The abstract definition of a list, found through a list style when it only refers to one."""
        key = value(one, "abstractNumId") or ""
        for _ in range(_LEVELS):
            style = value(abstract.get(key), "numStyleLink")
            if style is None:
                return key
            following = self._lists.get(self._styles.numbering(style)[0] or "")
            if following is None:
                own = (k for k, a in abstract.items() if value(a, "styleLink") == style)
                return next(own, key)
            key = value(following, "abstractNumId") or ""
        return key

    def label(self, properties: Element | None) -> Label | None:
        """The number of the paragraph with these properties (w:pPr); None for one without number or with a bullet."""
        list_id, level = self._place(properties)
        known = self._levels.get(list_id, {})
        if level not in known:
            return None
        counters = self._count(list_id, level, known)
        return _written(known, level, counters)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        said = properties.find(W + "numPr") if properties is not None else None
        style_list, passed = self._styles.numbering(self._styles.style_of(properties))
        own_list, own_level = value(said, "numId"), value(said, "ilvl")
        list_id = own_list if own_list is not None else style_list
        if list_id is None or list_id == _NO_LIST:
            return _NO_LIST, -1
        if own_level is not None:
            return list_id, number(own_level)
        if own_list is not None:
            return list_id, 0
        return list_id, self._level_of_style(list_id, passed)

    def _level_of_style(self, list_id: str, passed: tuple[tuple[str, int | None], ...]) -> int:
        """A style's level is the one that names the style; only a list without such a link goes by the number."""
        linked = {level.style: place for place, level in self._levels.get(list_id, {}).items()}
        for style, said in passed:
            if style in linked:
                return linked[style]
            if said is not None:
                return said
        return 0

    def _count(self, list_id: str, level: int, known: Mapping[int, _Level]) -> list[int | None]:
        counters = self._counters.setdefault(self._abstract_of[list_id], [None] * _LEVELS)
        override = self._overrides[list_id].get(level)
        current = counters[level]
        if current is None or (override is not None and (list_id, level) not in self._begun):
            counters[level] = known[level].start if override is None else override
        else:
            counters[level] = current + 1
        self._begun.add((list_id, level))
        for deeper in range(level + 1, _LEVELS):
            restart = known[deeper].restart if deeper in known else None
            if restart is None or level < restart:
                counters[deeper] = None
        return counters


def _all(root: Element | None, name: str) -> list[Element]:
    return root.findall(W + name) if root is not None else []


def _levels(parent: Element) -> dict[int, _Level]:
    found = ((number(level.get(W + "ilvl"), -1), level) for level in parent.findall(W + "lvl"))
    return {place: _level(level) for place, level in found if 0 <= place < _LEVELS}


def _level(element: Element) -> _Level:
    text = element.find(W + "lvlText")
    shown = "" if text is None or text.get(W + "null") in ("1", "true", "on") else text.get(W + "val") or ""
    restart = value(element, "lvlRestart")
    return _Level(
        start=number(value(element, "start")),
        numbering_format=_format(element),
        text=shown[:_LONGEST],
        restart=None if restart is None else number(restart),
        apart=value(element, "suff") != "nothing",
        legal=switched(element, "isLgl") or False,
        style=value(element, "pStyle"),
    )


def _format(element: Element) -> str:
    """The format's name; a custom one, which stands beside an ordinary fallback, is named by its pattern."""
    custom = element.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt")
    chosen = custom if custom is not None else element.find(W + "numFmt")
    if chosen is None:
        return "decimal"
    return chosen.get(W + "format") or chosen.get(W + "val") or "decimal"


def _overridden(one: Element) -> list[tuple[int, Element]]:
    found = ((number(override.get(W + "ilvl"), -1), override) for override in one.findall(W + "lvlOverride"))
    return [(place, override) for place, override in found if 0 <= place < _LEVELS]


def _replaced(one: Element) -> dict[int, _Level]:
    found = ((place, override.find(W + "lvl")) for place, override in _overridden(one))
    return {place: _level(level) for place, level in found if level is not None}


def _start_overrides(one: Element) -> dict[int, int]:
    found = ((place, value(override, "startOverride")) for place, override in _overridden(one))
    return {place: number(start) for place, start in found if start is not None}


def _written(known: Mapping[int, _Level], level: int, counters: list[int | None]) -> Label | None:
    own = known[level]
    if own.numbering_format == "bullet":
        return Label(own.text.strip(), own.apart) if _READABLE.search(own.text) else None

    def place(match: re.Match[str]) -> str:
        shown = int(match[1]) - 1
        if shown not in known:
            return ""
        counted = counters[shown]
        return written(
            known[shown].start if counted is None else counted,
            "decimal" if own.legal and known[shown].numbering_format != "none" else known[shown].numbering_format,
        )

    text = _PLACE.sub(place, own.text).strip()
    return Label(text, own.apart) if text else None
