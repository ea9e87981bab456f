"""Word files with what real Word leaves in them: numbering by lists and styles, tracked changes, notes, links, boxes.

A plan is written as plain text: `# `, `## `, `### ` begin headings of three levels, `! ` a centred title, `> ` a text
box; within a line `[+…+]` is a tracked insertion, `[-…-]` a deletion, `[^…^]` a footnote, `[@…@]` a hyperlink.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

PLANS = Path(__file__).parents[1] / "plans" / "offices"
_MARKS = re.compile(r"\[(?P<kind>[+\-^@])(?P<text>.*?)(?P=kind)\]")
_HEADS = {"# ": 0, "## ": 1, "### ": 2}
_WHO = 'w:author="办公室" w:date="2024-01-08T09:00:00Z"'
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# Two and three levels as offices number them, by Word's own names of the formats.
CHINESE = (("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def open_word() -> Any:
    """An empty document without the template's own numbering."""
    document = Document()
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    return document


def add_list(document: Any, number: int, levels: tuple[tuple[str, str], ...], styles: tuple[str, ...] = ()) -> None:
    """Define list `number` of these levels (format, text); `styles` are the style ids its levels are tied to."""
    parts = []
    for level, (form, text) in enumerate(levels):
        style = f'<w:pStyle w:val="{styles[level]}"/>' if level < len(styles) else ""
        parts.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{style}'
            f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
        )
    numbering = document.part.numbering_part.element
    shape = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
    first = next((n for n in numbering if n.tag.endswith("}num")), None)
    abstract = parse_xml(shape + "".join(parts) + "</w:abstractNum>")
    if first is None:
        numbering.append(abstract)
    else:
        first.addprevious(abstract)
    add_num(document, number, number)


def add_num(document: Any, number: int, of: int, *, restart: int | None = None) -> None:
    """A further use of list `of`; with `restart`, its level of that index begins at 1 again."""
    over = "" if restart is None else f'<w:lvlOverride w:ilvl="{restart}"><w:startOverride w:val="1"/></w:lvlOverride>'
    xml = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{of}"/>{over}</w:num>'
    document.part.numbering_part.element.append(parse_xml(xml))


def number_it(paragraph: Any, number: int, level: int) -> None:
    """Tie a paragraph to a list."""
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))


def number_style(document: Any, style: str, number: int, level: int) -> None:
    """Tie a paragraph style to a level of a list."""
    xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    document.styles[style].element.get_or_add_pPr().append(parse_xml(xml))


@dataclass
class Writer:
    """Writes a plan's lines into `document`; headings by `styles` (one a level) or by list `number`."""

    document: Any
    number: int | None = None
    styles: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    _marks: int = 0

    def write(self, text: str) -> None:
        """Every line of `text` as a paragraph; a blank line is an empty one."""
        for line in text.strip("\n").split("\n"):
            self.line(line)

    def line(self, line: str) -> None:
        """One paragraph."""
        mark, level = next(((m, n) for m, n in _HEADS.items() if line.startswith(m)), ("", -1))
        if line.startswith("> "):
            self._box(line.removeprefix("> "))
            return
        paragraph = self.document.add_paragraph(style=self.styles[level] if mark and self.styles else None)
        if line.startswith("! "):
            paragraph.alignment = 1
        if mark and self.number is not None:
            number_it(paragraph, self.number, level)
        self.fill(paragraph, line.removeprefix("! ").removeprefix(mark))

    def fill(self, paragraph: Any, text: str) -> None:
        """The runs of one paragraph, marks made into Word's own elements."""
        last = 0
        for found in _MARKS.finditer(text):
            paragraph.add_run(text[last : found.start()])
            self._mark(paragraph, found["kind"], found["text"])
            last = found.end()
        paragraph.add_run(text[last:])

    def _mark(self, paragraph: Any, kind: str, text: str) -> None:
        self._marks += 1
        run = f"<w:r><w:t>{escape(text)}</w:t></w:r>"
        if kind == "+":
            xml = f'<w:ins {nsdecls("w")} w:id="{self._marks}" {_WHO}>{run}</w:ins>'
        elif kind == "-":
            gone = run.replace("w:t>", "w:delText>")
            xml = f'<w:del {nsdecls("w")} w:id="{self._marks}" {_WHO}>{gone}</w:del>'
        elif kind == "@":
            link = self.document.part.relate_to("https://example.org/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            xml = f'<w:hyperlink {nsdecls("w", "r")} r:id="{link}">{run}</w:hyperlink>'
        else:
            self.notes.append(text)
            xml = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="{len(self.notes)}"/></w:r>'
        paragraph._p.append(parse_xml(xml))

    def _box(self, text: str) -> None:
        """A text box in both of its forms, as Word writes it: the new one and its fallback."""
        inner = f"<w:txbxContent><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:txbxContent>"
        spaces = (
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
            'xmlns:v="urn:schemas-microsoft-com:vml"'
        )
        shape = (
            '<w:drawing><wp:inline><wp:extent cx="4000000" cy="600000"/><wp:docPr id="7" name="文本框"/><a:graphic>'
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
            f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/><wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
        xml = (
            f"<w:r {nsdecls('w', 'wp', 'a')} {spaces}><mc:AlternateContent>"
            f'<mc:Choice Requires="wps">{shape}</mc:Choice>'
            f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
        self.document.add_paragraph()._p.append(parse_xml(xml))

    def save(self, name: str) -> None:
        """Write the file among the plans, its footnotes with it."""
        if self.notes:
            self._add_notes()
        self.document.save(str(PLANS / name))

    def _add_notes(self) -> None:
        notes = "".join(
            f'<w:footnote w:id="{n}"><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:footnote>'
            for n, text in enumerate(self.notes, start=1)
        )
        xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{notes}</w:footnotes>'
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, xml.encode(), self.document.part.package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
