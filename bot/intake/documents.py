"""A file's bytes become numbered lines of clean text; what is not readable text is refused in one clear sentence."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.model import DubanError
from bot.intake.blocks import Document, Line

MAX_BYTES = 10 * 1024 * 1024
MAX_CHARACTERS = 2_000_000

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# First bytes of formats that hold a plan but need a reader of their own.
_LATER = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"{\\rtf", "rtf"),
)
_ZIP = b"PK\x03\x04"
_ZIP_KINDS = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"content.xml", "odt"))

# What Apache Tika leaves of Word's bookmarks and pictures.
_DEBRIS = re.compile(r"\[(?:bookmark|image):[^\]\n]{0,300}\]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def read_document(name: str, data: bytes) -> Document:
    """The document in `data`; the content decides the format, `name` only serves the error's words.

    Raises DubanError: document_empty, document_too_large, document_format_later, document_unreadable.
    """
    if len(data) > MAX_BYTES:
        raise DubanError("document_too_large", name=name, limit_mb=MAX_BYTES // (1024 * 1024))
    _refuse_other_formats(name, data)
    text = _decode(name, data)
    if len(text) > MAX_CHARACTERS:
        raise DubanError("document_too_large", name=name, limit_mb=MAX_BYTES // (1024 * 1024))
    lines = _lines(text)
    if not lines:
        raise DubanError("document_empty", name=name)
    return Document(lines)


def _refuse_other_formats(name: str, data: bytes) -> None:
    head = data[:1024].lstrip()
    for magic, kind in _LATER:
        if head.startswith(magic):
            raise DubanError("document_format_later", name=name, format=kind)
    if data.startswith(_ZIP):
        # Nothing is unpacked: member names stand uncompressed in the archive, so a zip bomb stays packed.
        kinds = [kind for mark, kind in _ZIP_KINDS if mark in data]
        if kinds:
            raise DubanError("document_format_later", name=name, format=kinds[0])
        raise DubanError("document_unreadable", name=name)


def _decode(name: str, data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(name, _try(data, encoding))
    text = _try(data, "utf-8")
    if text is None:
        text = _try(data, "gb18030")
        if text is not None and not _is_common_chinese(text):
            text = None
    return _checked(name, text)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, UnicodeError):
        return None


def _is_common_chinese(text: str) -> bool:
    """GB18030 decodes most byte pairs to something; real text is mostly of the everyday GB2312 set."""
    ideographs = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    strange = sum(1 for c in text if unicodedata.category(c) in ("Co", "Cn"))
    common = sum(1 for c in ideographs if _in_gb2312(c))
    return bool(ideographs) and common >= 0.9 * len(ideographs) and strange <= 0.01 * len(text)


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _checked(name: str, text: str | None) -> str:
    if text is None or _is_binary(text):
        raise DubanError("document_unreadable", name=name)
    return text


def _is_binary(text: str) -> bool:
    controls = sum(1 for c in text if (c < " " and c not in "\t\n\r\v\f\x1a") or c in "\x7f\ufffd")
    return "\x00" in text or controls > 0.001 * len(text)


def _lines(text: str) -> tuple[Line, ...]:
    clean = _INVISIBLE.sub("", _DEBRIS.sub("", _LINE_ENDS.sub("\n", text))).replace("\x1a", "")
    numbered = enumerate(clean.split("\n"), start=1)
    stripped = ((number, _BLANKS.sub(" ", raw).strip()) for number, raw in numbered)
    return tuple(Line(number, line) for number, line in stripped if line)
