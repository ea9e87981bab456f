"""Files nobody means well with: bombs, loops, entities, giants, and real files with their bytes shuffled."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable

import openpyxl

from tests.intake.modelled import Model, Work
from tests.intake.rendering import MANNERS

WORK = Work("清理河道岸线", "先摸清底数", ("水利局",), ("财政局",), None, None)
MODEL = Model("县", (("一件大事", (WORK,)),))
_CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    b' Target="word/document.xml"/></Relationships>'
)
_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(document: bytes, more: dict[str, bytes] | None = None) -> bytes:
    """A .docx around a document part as given."""
    parts = {"[Content_Types].xml": _CONTENT_TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": document}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(more or {})}.items():
            archive.writestr(name, data)
    return out.getvalue()


def paragraphs(inside: bytes) -> bytes:
    return b"<w:document " + _W + b"><w:body>" + inside + b"</w:body></w:document>"


def _word_bomb() -> bytes:
    return word(paragraphs(b"<w:p><w:r><w:t>" + b"\xe5\xb1\x80" * 100_000_000 + b"</w:t></w:r></w:p>"))


def _laughs() -> bytes:
    entities = b'<!ENTITY a "haha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    return word(b"<!DOCTYPE w [" + entities + b"]>" + paragraphs(b"<w:p><w:r><w:t>&j;</w:t></w:r></w:p>"))


def _outside_entity() -> bytes:
    doctype = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return word(doctype + paragraphs("<w:p><w:r><w:t>一、&x;（县水利局牵头）</w:t></w:r></w:p>".encode()))


def _nested(depth: int) -> bytes:
    inside = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    opened = b"<w:tbl><w:tr><w:tc>" * depth
    return word(paragraphs(opened + inside + b"</w:tc></w:tr></w:tbl>" * depth))


def _many_paragraphs() -> bytes:
    return word(paragraphs("<w:p><w:r><w:t>清理河道。（县水利局牵头）</w:t></w:r></w:p>".encode() * 200_000))


def _sheet_corner() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = "序号", "县水利局"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(count: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("任务")
    sheet.append(["序号", "重点任务", "牵头单位", "配合单位", "完成时限"])
    for number in range(1, count + 1):
        sheet.append([number, f"第{number}处河道清理", "县水利局", "县财政局、县林业局", "6月底前"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stored_zip() -> bytes:
    """One member that claims to be small and unpacks to two gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(2000):
            member.write(b"\0" * 1_000_000)
    return out.getvalue()


def _pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n" + body + b"\ntrailer <</Root 1 0 R>>\n%%EOF"


def _pdf_loop() -> bytes:
    return _pdf(
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids [2 0 R 2 0 R]/Count 2>> endobj"
    )


def _pdf_bomb() -> bytes:
    packed = zlib.compress(b"BT /F1 12 Tf 10 10 Td (x) Tj ET " * 20_000_000, 9)
    return _pdf(
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids [3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox [0 0 600 800]/Contents 4 0 R/Resources <</Font <</F1 5 0 R>>>>>> "
        b"endobj\n4 0 obj <</Length %d/Filter/FlateDecode>> stream\n"
        % len(packed)
        + packed
        + b"\nendstream endobj\n5 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj"
    )


def _pdf_deep() -> bytes:
    return _pdf(b"1 0 obj " + b"[" * 200_000 + b"]" * 200_000 + b" endobj")


CHEAP: dict[str, Callable[[], bytes]] = {
    "a billion laughs": _laughs,
    "an entity from outside": _outside_entity,
    "tables in tables": lambda: _nested(5_000),
    "a PDF whose pages hold themselves": _pdf_loop,
    "a PDF of brackets": _pdf_deep,
    "a sheet with one far corner": _sheet_corner,
    "an archive of nothing": lambda: b"PK\x03\x04" + b"\0" * 4000,
}
"""Hostile files that are quickly made."""

DEAR: dict[str, Callable[[], bytes]] = {
    "a Word bomb": _word_bomb,
    "a member of two gigabytes": _stored_zip,
    "a PDF bomb": _pdf_bomb,
    "fifty megabytes of text": lambda: "清理河道。（县水利局牵头）\n".encode() * 1_300_000,
    "fifty megabytes of noise": lambda: random.Random(7).randbytes(50_000_000),
    "fifty megabytes behind a PDF's head": lambda: b"%PDF-1.7\n" + random.Random(8).randbytes(50_000_000),
    "two hundred thousand paragraphs": _many_paragraphs,
    "twenty thousand rows": lambda: _rows(20_000),
}

HEADS = [b"", b"PK\x03\x04", b"%PDF-1.4\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\xff\xfe", b"<html>"]


def mutated(manner: str, seed: int) -> bytes:
    """A real file of that manner with bytes flipped, cut out, doubled or cut off."""
    chance = random.Random(seed)
    data = bytearray(MANNERS[manner][1](MODEL))
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(data)), chance.randint(1, 60)
        change = chance.randrange(4)
        if change == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif change == 1:
            del data[at : at + length]
        elif change == 2:
            data[at:at] = data[at : at + length]
        else:
            data[at : at + length] = chance.randbytes(length)
    return bytes(data[: chance.randint(len(data) // 2, len(data))] if chance.random() < 0.2 else data)


def mutated_part(manner: str, seed: int) -> bytes:
    """A real archive with the bytes of one part changed before packing, so that checksums hold."""
    chance = random.Random(seed)
    source = zipfile.ZipFile(io.BytesIO(MANNERS[manner][1](MODEL)))
    wanted = chance.choice([n for n in source.namelist() if n.endswith(".xml")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = bytearray(source.read(name))
            for _ in range(chance.randint(1, 6) if name == wanted else 0):
                at = chance.randrange(len(part))
                part[at : at + chance.randint(0, 9)] = chance.choice([b"<", b"&x;", b"99999999", b"-1", b"", b"\xff"])
            archive.writestr(name, bytes(part))
    return out.getvalue()
