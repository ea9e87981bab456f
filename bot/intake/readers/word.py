"""Word documents (.docx): lines and tables as a person sees them, Word's own numbering written out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.blocks import Document, Line, Row, Table
from bot.intake.readers.archive import Archive, parse_xml
from bot.intake.readers.numbering import Numbering
from bot.intake.readers.text import MAX_CHARACTERS, MAX_LINES, clean, is_contents, too_long
from bot.intake.readers.word_lines import labelled, lines_of
from bot.intake.readers.word_runs import Passed, Runs
from bot.intake.readers.word_styles import Styles, outline
from bot.intake.readers.word_tables import Cell, grid_rows
from bot.intake.readers.word_xml import MC, WRAPPERS, W, switched, transitional, value

_USUAL_PART = "word/document.xml"
_LONGEST_NOTE = 300


def read_word(name: str, data: bytes) -> Document:
    """The document in a .docx (also .docm, .dotx). Headers, footers, comments and deletions are no lines.

    Raises DubanError: document_unreadable, document_encrypted, document_too_heavy, document_too_large,
    document_is_picture (pictures and no text), document_empty.
    """
    parts = _Parts(name, data)
    body = parts.main.find(W + "body")
    if body is None:
        raise DubanError("document_unreadable", name=name)
    reader = _Reader(name, parts)
    blocks = tuple(reader.blocks(body))
    if not blocks:
        pictures = reader.passed.counts["pictures_not_read"]
        raise DubanError("document_is_picture" if pictures else "document_empty", name=name)
    return Document(blocks, tuple(_remarks(reader.passed, parts, reader)))


class _Parts:
    """The XML parts of the package, found through its relationships."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._archive = Archive(name, data)
        self._path = self._relations("").get("officeDocument", _USUAL_PART)
        main = self.xml(self._path)
        if main is None:
            raise DubanError("document_unreadable", name=name)
        self.main = main
        self._related = self._relations(self._path)

    def xml(self, path: str) -> Element | None:
        content = self._archive.part(path)
        return None if content is None else parse_xml(self._name, transitional(content))

    def related(self, kind: str) -> Element | None:
        """The part of this kind (styles, numbering, footnotes …); None when there is none."""
        return self.xml(self._related.get(kind, posixpath.join(posixpath.dirname(self._path), f"{kind}.xml")))

    def _relations(self, source: str) -> dict[str, str]:
        """Kind of relationship to path of the part."""
        folder, base = posixpath.split(source)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, str] = {}
        for relation in root if root is not None else ():
            kind = (relation.get("Type") or "").rpartition("/")[2]
            target = (relation.get("Target") or "").replace("\\", "/")
            if relation.get("TargetMode") != "External":
                found.setdefault(kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        return found


@dataclass(frozen=True)
class _Paragraph:
    """`bare` when it shows nothing but its number."""

    text: str
    heading: int
    bare: bool = False


@dataclass
class _Carried:
    """Text of a paragraph whose end is deleted or hidden, so that the next one goes on in its line."""

    text: str = ""
    heading: int = 0
    numbered: bool = False


class _Reader:
    def __init__(self, name: str, parts: _Parts) -> None:
        self._name = name
        self._styles = Styles(parts.related("styles"))
        self._numbering = Numbering(parts.related("numbering"), self._styles)
        self.passed = Passed()
        self._runs = Runs(self._styles, self.passed, _is_balanced(parts.main))
        self._number = 0
        self._tables = 0
        self._characters = 0

    def blocks(self, container: Element) -> Iterator[Line | Table]:
        """Lines and tables in order; a table of one column only frames its text and gives lines."""
        for part in self._flow(container):
            if isinstance(part, _Paragraph):
                for text in () if part.bare else lines_of(part.text):
                    yield Line(self._next(len(text)), text, part.heading)
                continue
            rows = grid_rows(part)
            if all(len(row) <= 1 for row in rows):
                for cell in (cell for row in rows for cell in row if not cell.continues):
                    for element in cell.content:
                        yield from self.blocks(element)
            else:
                yield from self._table(rows)

    def _next(self, characters: int) -> int:
        self._characters += characters
        if self._characters > MAX_CHARACTERS or self._number >= MAX_LINES:
            raise too_long(self._name)
        self._number += 1
        return self._number

    def _flow(self, container: Element) -> Iterator[_Paragraph | Element]:
        """Paragraphs and tables of a container, those of text boxes after the paragraph that holds them."""
        carried = _Carried()
        for child in self._children(container):
            if child.tag == W + "tbl":
                yield child
                continue
            paragraph, boxes = self._paragraph(child, carried)
            if paragraph is not None:
                carried = _Carried()
                yield paragraph
            for box in boxes:
                yield from self._flow(box)
        if carried.text:
            yield _Paragraph(carried.text, carried.heading)

    def _children(self, container: Iterable[Element]) -> Iterator[Element]:
        for child in container:
            tag = child.tag
            if tag == W + "p" or tag == W + "tbl":
                yield child
            elif tag == W + "sdt":
                yield from self._control(child)
            elif tag == MC + "AlternateContent":
                yield from self._children(next(iter(child), child))
            elif tag == W + "altChunk":
                self.passed.counts["objects_not_read"] += 1
            elif tag in WRAPPERS:
                yield from self._children(child)

    def _control(self, control: Element) -> Iterator[Element]:
        properties = control.find(W + "sdtPr")
        gallery = value(properties.find(W + "docPartObj"), "docPartGallery") if properties is not None else None
        content = control.find(W + "sdtContent")
        if gallery != "Table of Contents" and content is not None and not switched(properties, "showingPlcHdr"):
            yield from self._children(content)

    def _paragraph(self, element: Element, carried: _Carried) -> tuple[_Paragraph | None, list[Element]]:
        """The paragraph, None when its text was added to `carried` for the next one; and its text boxes."""
        properties = element.find(W + "pPr")
        mark = properties.find(W + "rPr") if properties is not None else None
        style = self._styles.style_of(properties)
        hidden = self._styles.hidden(style)
        text, boxes = self._runs.read(element, hidden)
        if self._styles.is_contents(style) or is_contents(text.strip()):
            return None, boxes
        if mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None):
            carried.text += text
            return None, boxes
        said = switched(mark, "vanish")
        mark_hidden = hidden if said is None else said
        if mark_hidden and not text.strip():
            return None, boxes
        label = self._numbering.label(properties)
        whole = carried.text + text if carried.numbered else labelled(label, carried.text + text)
        heading = carried.heading or self._heading(properties, style)
        if mark_hidden:
            carried.text, carried.heading, carried.numbered = whole, heading, True
            return None, boxes
        return _Paragraph(whole, heading, not (carried.text or text).strip()), boxes

    def _heading(self, properties: Element | None, style: str) -> int:
        own = value(properties, "outlineLvl")
        return self._styles.heading(style) if own is None else outline(own)

    def _table(self, rows: list[list[Cell]]) -> Iterator[Table]:
        width = max(cell.end for row in rows for cell in row)
        read: list[Row] = []
        above: dict[int, str] = {}
        for row in rows:
            texts, continued = [""] * width, set()
            for cell in row:
                if cell.continues and cell.first in above:
                    texts[cell.first] = above[cell.first]
                    continued.add(cell.first)
                else:
                    texts[cell.first] = self._cell(cell)
            above = {cell.first: texts[cell.first] for cell in row}
            spans = tuple((cell.first, cell.end - cell.first) for cell in row if cell.end - cell.first > 1)
            place = f"表{self._tables + 1}第{len(read) + 1}行"
            read.append(Row(self._next(width + sum(map(len, texts))), tuple(texts), frozenset(continued), spans, place))
        if any(text for row in read for text in row.cells):
            self._tables += 1
            yield Table(tuple(read))

    def _cell(self, cell: Cell) -> str:
        """The cell's paragraphs as lines; a table in it as one line for each row."""
        lines: list[str] = []
        for part in (part for element in cell.content for part in self._flow(element)):
            if isinstance(part, _Paragraph):
                lines += map(clean, part.text.replace("\f", "\n").split("\n"))
            else:
                lines += (" ".join(filter(None, map(self._inner, row))) for row in grid_rows(part))
        return "\n".join(filter(None, lines))

    def _inner(self, cell: Cell) -> str:
        return "" if cell.continues else self._cell(cell).replace("\n", " ")

    def note_text(self, note: Element) -> str:
        """A footnote's text in one line."""
        paragraphs = (self._runs.read(p, False)[0] for p in note.iter(W + "p"))
        return clean(" ".join(paragraphs))[:_LONGEST_NOTE]


def _is_balanced(main: Element) -> bool:
    kinds = [mark.get(W + "fldCharType") for mark in main.iter(W + "fldChar")]
    return kinds.count("begin") == kinds.count("end")


def _remarks(passed: Passed, parts: _Parts, reader: _Reader) -> Iterator[Remark]:
    """What the coordinator should know was passed over, and each footnote with its number."""
    for code, count in sorted(passed.counts.items()):
        yield Remark(code, {"count": count})
    for kind in ("footnote", "endnote"):
        referred = [note for found, note in list(passed.notes) if found == kind]
        root = parts.related(f"{kind}s") if referred else None
        notes = {note.get(W + "id"): note for note in root} if root is not None else {}
        for number, note in enumerate(dict.fromkeys(referred), start=1):
            if note in notes and (text := reader.note_text(notes[note])):
                yield Remark(kind, {"number": number, "text": text})
