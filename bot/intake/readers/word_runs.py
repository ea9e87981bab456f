"""The text of a Word paragraph as a person sees it: insertions in, deletions out, results of fields, symbols."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.intake.readers.numbering_formats import circled
from bot.intake.readers.word_styles import Styles
from bot.intake.readers.word_xml import MC, REMOVED, WRAPPERS, W, switched, value

SOFT = "\n"
"""A line break inside a paragraph."""
PAGE = "\f"
"""A page or column break inside a paragraph."""

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWN = frozenset(
    ("{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata")
)
_CONTENTS_FIELD = re.compile(r"\s*TOC\b")
_CIRCLED_FIELD = re.compile(r"\s*EQ\s.*\\a[cdl]?\s*\(\s*[○〇Oo0]\s*[,;，]\s*(\d{1,2})\s*\)", re.IGNORECASE)
_MARKS = {
    W + "tab": " ",
    W + "ptab": " ",
    W + "cr": SOFT,
    W + "noBreakHyphen": "-",
}
_NOTES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_FIELD_PARTS = frozenset((W + "fldChar", W + "instrText"))
_OBJECTS = frozenset((W + "drawing", W + "pict", W + "object"))
_EMBEDDED = "{urn:schemas-microsoft-com:office:office}OLEObject"
# Signs of Word's symbol fonts that carry meaning in a plan; the others are ornaments.
_SYMBOLS = {
    ("symbol", 0xA3): "≤",
    ("symbol", 0xB3): "≥",
    ("symbol", 0xB1): "±",
    ("symbol", 0xB4): "×",
    ("symbol", 0xB8): "÷",
    ("symbol", 0xBB): "≈",
    ("symbol", 0xB0): "°",
    ("wingdings", 0xFE): "☑",
    ("wingdings 2", 0x52): "☑",
    **{("wingdings", 0x81 + i): circled(i + 1) for i in range(10)},
    **{("wingdings", 0x8C + i): circled(i + 1) for i in range(10)},
}
_CONTAINERS = WRAPPERS | {_MATH + name for name in ("oMath", "oMathPara")}


@dataclass
class Passed:
    """What was left out on the way, counted by the code of its remark; numbers of notes in the order of the text."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Field:
    instruction: str = ""
    showing: bool = False
    shown: str = ""

    @property
    def silent(self) -> bool:
        return not self.showing or bool(_CONTENTS_FIELD.match(self.instruction))


class Runs:
    """Reads paragraphs one after the other; a field, such as a table of contents, may begin in one and end in another.

    `spanning` is False for a document whose fields do not end as often as they begin: each is then closed with its
    paragraph, so that a lost end swallows nothing.
    """

    def __init__(self, styles: Styles, passed: Passed, spanning: bool) -> None:
        self._styles = styles
        self._passed = passed
        self._spanning = spanning
        self._fields: list[_Field] = []
        self._parts: list[str] = []
        self._boxes: list[Element] = []
        self._hidden = False

    def read(self, paragraph: Element, hidden: bool) -> tuple[str, list[Element]]:
        """The paragraph's text, breaks kept as SOFT and PAGE, and its text boxes. `hidden` is its style's w:vanish."""
        if not self._spanning:
            self._fields = []
        self._parts, self._boxes, self._hidden = [], [], hidden
        self._inside(paragraph)
        return "".join(self._parts), self._boxes

    def _inside(self, parent: Element) -> None:
        for child in parent:
            tag = child.tag
            if tag == W + "r" or tag == _MATH + "r":
                self._run(child)
            elif tag == W + "sdt":
                self._control(child)
            elif tag == W + "ins":
                self._passed.counts["insertions_read"] += 1
                self._inside(child)
            elif tag == W + "fldSimple":
                self._simple_field(child)
            elif tag in REMOVED:
                self._remove(child)
            elif tag == MC + "AlternateContent":
                self._alternative(child, self._inside)
            elif tag in _CONTAINERS or tag.startswith(_MATH):
                self._inside(child)

    def _remove(self, removed: Element) -> None:
        if removed.tag == W + "del" and any(t.text for t in removed.iter(W + "delText")):
            self._passed.counts["deletions_left_out"] += 1

    def _control(self, control: Element) -> None:
        """A content control; one that still shows its prompt ("单击此处输入文字") is empty."""
        if switched(control.find(W + "sdtPr"), "showingPlcHdr"):
            return
        content = control.find(W + "sdtContent")
        if content is not None:
            self._inside(content)

    def _simple_field(self, one: Element) -> None:
        if not _CONTENTS_FIELD.match(one.get(W + "instr") or ""):
            self._inside(one)

    def _alternative(self, choices: Element, read: Callable[[Element], None]) -> None:
        """One of several writings of the same: the first that says something."""
        for branch in (*choices.findall(MC + "Choice"), *choices.findall(MC + "Fallback")):
            before = self._said()
            read(branch)
            if self._said() != before:
                return

    def _said(self) -> tuple[int, int, int]:
        return len(self._parts), len(self._boxes), sum(self._passed.counts.values())

    def _run(self, run: Element) -> None:
        if self._is_hidden(run):
            for child in run:
                if child.tag in _FIELD_PARTS:
                    self._rarer(child)
            if any((t.text or "").strip() for t in run.iter(W + "t")) and not self._silent():
                self._passed.counts["hidden_text"] += 1
            return
        self._run_content(run)

    def _is_hidden(self, run: Element) -> bool:
        properties = run.find(W + "rPr")
        if properties is None:
            return self._hidden
        said = switched(properties, "vanish")
        if said is not None:
            return said
        style = value(properties, "rStyle")
        return self._hidden or (style is not None and self._styles.hidden(style))

    def _silent(self) -> bool:
        return any(f.silent for f in self._fields)

    def _say(self, text: str) -> None:
        if text and not self._silent():
            self._parts.append(text)
            if self._fields:
                self._fields[-1].shown += text

    def _run_content(self, run: Element) -> None:
        for child in run:
            tag = child.tag
            if tag == W + "t" or tag == _MATH + "t":
                self._say((child.text or "").replace("\n", " "))
            elif tag in _MARKS:
                self._say(_MARKS[tag])
            elif tag == W + "br":
                self._say(PAGE if child.get(W + "type") in ("page", "column") else SOFT)
            elif tag == MC + "AlternateContent":
                self._alternative(child, self._run_content)
            else:
                self._rarer(child)

    def _rarer(self, child: Element) -> None:
        tag = child.tag
        if tag == W + "fldChar":
            self._field_mark(child.get(W + "fldCharType") or "")
        elif tag == W + "instrText":
            if self._fields and not self._fields[-1].showing:
                self._fields[-1].instruction += child.text or ""
        elif tag == W + "sym":
            self._say(_symbol(child.get(W + "font") or "", child.get(W + "char") or ""))
        elif tag == W + "ruby":
            base = child.find(W + "rubyBase")
            self._inside(base if base is not None else child)
        elif tag in _NOTES:
            self._note(_NOTES[tag], child.get(W + "id") or "")
        elif tag in _OBJECTS:
            self._object(child)
        elif tag == W + "commentReference":
            self._passed.counts["comments_left_out"] += 1

    def _field_mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].showing = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            drawn = _CIRCLED_FIELD.match(ended.instruction)
            if drawn and not ended.shown.strip():
                self._say(circled(int(drawn[1])))

    def _note(self, kind: str, note_id: str) -> None:
        if not self._silent():
            self._passed.notes.append((kind, note_id))

    def _object(self, element: Element) -> None:
        """A drawing: its text boxes are read; a picture or an embedded file is only counted."""
        boxes = list(_outermost(element, W + "txbxContent"))
        self._boxes += boxes
        if boxes:
            return
        if any(part.tag == _EMBEDDED for part in element.iter()):
            self._passed.counts["objects_not_read"] += 1
        elif any(part.tag in _DRAWN for part in element.iter()):
            self._passed.counts["pictures_not_read"] += 1


def _outermost(parent: Element, wanted: str) -> Iterator[Element]:
    """Elements called `wanted` that stand in no other such, each in one of its alternative writings only."""
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag == MC + "AlternateContent":
            branches = (list(_outermost(branch, wanted)) for branch in child)
            yield from next(filter(None, branches), [])
        else:
            yield from _outermost(child, wanted)


def _symbol(font: str, code: str) -> str:
    """A sign of a symbol font, whose codes Word moves to the private area from F000 on."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    if 0xF000 <= place <= 0xF0FF:
        return _SYMBOLS.get((font.lower(), place - 0xF000), "")
    return chr(place) if 0x20 < place < 0xD800 or 0xF8FF < place < 0xFFFE else ""
