"""The front door of readers: what a file is, told by its content, and the lines and tables in it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.model import DubanError
from bot.domain.reading import Remark
from bot.intake.apart import read_apart
from bot.intake.blocks import Document
from bot.intake.readers.archive import Archive
from bot.intake.readers.compound import MAGIC, CompoundFile
from bot.intake.readers.office import to_docx
from bot.intake.readers.text import read_text

MAX_BYTES = 20 * 1024 * 1024

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SNIFFED = 1024 * 1024
_PICTURES = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
    b"AT&TFORM",
)
_BOXED_PICTURES = (b"WEBP", b"heic", b"heix", b"mif1", b"avif")
_PACKED = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_CONTENT_TYPES = (
    (b"wordprocessingml.document.main", "docx"),
    (b"wordprocessingml.template.main", "docx"),
    (b"ms-word.document.macroenabled.main", "docx"),
    (b"ms-word.template.macroenabledtemplate.main", "docx"),
    (b"spreadsheetml.", "sheet"),
    (b"ms-excel.", "sheet"),
    (b"presentationml.", "other"),
    (b"ms-powerpoint.", "other"),
)
_OPEN_DOCUMENTS = (
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "sheet"),
)
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:MIME-Version|From|Content-Type|Date|Subject|X-[\w-]+)\s*:", re.IGNORECASE)
_TEXT_TABLE = re.compile(r"\.(?:csv|tsv)$", re.IGNORECASE)
_CONVERTED = frozenset(("doc", "rtf", "odt", "html", "mhtml", "wordxml"))
_REFUSED = {
    "encrypted": "document_encrypted",
    "picture": "document_is_picture",
    "packed": "document_is_packed",
    "other": "document_wrong_kind",
    "broken": "document_unreadable",
}


def read_document(name: str, data: bytes) -> Document:
    """The document in `data`. The content decides the format; `name` serves the error's words, and tells a table in
    plain text (.csv) from other text.

    Raises DubanError: document_empty, document_too_large, document_too_heavy, document_unreadable,
    document_encrypted, document_is_picture, document_is_packed, document_wrong_kind, word_needs_docx, and those of
    `readers.sheets` and `readers.pages`.
    """
    if len(data) > MAX_BYTES:
        raise DubanError("document_too_large", name=name, limit_mb=MAX_BYTES // (1024 * 1024))
    kind = kind_of(name, data)
    if kind in _REFUSED:
        raise DubanError(_REFUSED[kind], name=name)
    if kind in _CONVERTED:
        document = read_apart("docx", name, to_docx(kind, name, data))
        return replace(document, notes=(Remark("converted", {"format": kind}), *document.notes))
    return read_text(name, data) if kind == "text" else read_apart(kind, name, data)


def kind_of(name: str, data: bytes) -> str:
    """text, docx, sheet, pdf; doc, rtf, odt, html, mhtml, wordxml (to be converted); or a key of what is refused."""
    if data.startswith(_ZIP):
        return _packed_kind(name, data)
    if data.startswith(MAGIC):
        return _compound_kind(data)
    bitmap = data.startswith(b"BM") and data[6:10] == bytes(4)
    if bitmap or data.startswith(_PICTURES) or data[8:12] in _BOXED_PICTURES:
        return "picture"
    if data.startswith(_PACKED):
        return "packed"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return _text_kind(name, data)


def _packed_kind(name: str, data: bytes) -> str:
    archive = Archive(name, data)
    types = (archive.part("[content_types].xml", _SNIFFED) or b"").lower()
    found = next((kind for mark, kind in _CONTENT_TYPES if mark in types), None)
    if found is not None:
        return found
    mimetype = archive.part("mimetype", _SNIFFED) or b""
    found = next((kind for mark, kind in _OPEN_DOCUMENTS if mimetype.startswith(mark)), None)
    if found is not None:
        return found
    if mimetype or "ofd.xml" in archive.names:
        return "other"
    if "word/document.xml" in archive.names:
        return "docx"
    return "broken" if types or not archive.names else "packed"


def _compound_kind(data: bytes) -> str:
    """Old Office files are told by their streams, since .wps, .doc and .xls look alike from outside."""
    found = CompoundFile(data)
    if "EncryptedPackage" in found.streams:
        return "encrypted"
    if "WordDocument" in found.streams:
        # Bit 8 of the flags at byte 10 of Word's file information block: encrypted.
        flags = found.start_of("WordDocument", 12)[10:12]
        return "encrypted" if len(flags) == 2 and flags[1] & 1 else "doc"
    if found.streams & {"Workbook", "Book"}:
        return "sheet"
    return "other" if found.streams else "broken"


def _text_kind(name: str, data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    head = data[:8192].decode("utf-16", "replace").encode("utf-8", "replace") if wide else data[:4096]
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"<?xml") and (b'progid="Word.Document"' in head or b"wordml" in head):
        return "wordxml"
    if head.startswith(b"<") and _WEB_PAGE.search(head):
        return "html"
    if _MHTML.match(head) and b"multipart/related" in data[:16384].lower():
        return "mhtml"
    return "sheet" if _TEXT_TABLE.search(name) and data.strip() else "text"
