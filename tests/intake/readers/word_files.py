"""Makes small Word files out of raw XML, so that a test shows exactly the feature it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from bot.intake.blocks import Document
from bot.intake.readers.word import read_word

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOTS = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes"}


def word(body: str, **parts: str) -> bytes:
    """A .docx with this body; `parts` are the insides of numbering, styles, footnotes or endnotes."""
    content = {"word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"}
    for name, inside in parts.items():
        content[f"word/{name}.xml"] = f"<w:{ROOTS[name]} {NAMES}>{inside}</w:{ROOTS[name]}>"
    return package(content)


def package(content: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts with what a Word package needs around them."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    types += '<Default Extension="xml" ContentType="application/xml"/>'
    types += f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/>'
    relation = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    related = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{path[5:-4]}" Target="{path[5:]}"/>'
        for i, path in enumerate(content)
        if path != "word/document.xml"
    )
    for path in content:
        kind = path[5:-4]
        if kind in ROOTS:
            types += f'<Override PartName="/{path}" ContentType="{MAIN.replace("document.main", kind)}"/>'
    around = {
        "[Content_Types].xml": types + "</Types>",
        "_rels/.rels": _relations(relation),
        "word/_rels/document.xml.rels": _relations(related),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, part in {**around, **content}.items():
            packed.writestr(path, part)
    return out.getvalue()


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{OFFICE.replace("officeDocument", "package")}">{inside}</Relationships>'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(inside: str = "", properties: str = "") -> str:
    """A paragraph; plain text becomes a run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside if inside.startswith('<') or not inside else run(inside)}</w:p>"


def item(text: str, list_id: int = 1, level: int = 0) -> str:
    """A paragraph of a list."""
    return par(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')


def level(place: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """A w:lvl; `more` goes between the format and the text."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*levels: str, overrides: Mapping[int, str] | None = None) -> str:
    """One abstract list with these levels; list 1 is its plain use, `overrides` are further uses of it."""
    uses = "".join(
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="0"/>{inside}</w:num>'
        for key, inside in {1: "", **(overrides or {})}.items()
    )
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{uses}'


def style(key: str, inside: str = "", based_on: str = "", name: str = "", kind: str = "paragraph") -> str:
    above = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name or key}"/>{above}{inside}</w:style>'


def cell(inside: str, properties: str = "") -> str:
    """A table cell; plain text becomes a paragraph."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside if inside.startswith('<') else par(inside)}</w:tc>"


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def read(body: str, **parts: str) -> Document:
    return read_word("计划.docx", word(body, **parts))


def texts(body: str, **parts: str) -> list[str]:
    """The texts of the lines outside tables."""
    return [line.text for line in read(body, **parts).lines]
