"""Plain text: its encoding found, converters' debris removed, one line for each line that is not empty."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.model import DubanError
from bot.intake.blocks import Document, Line

MAX_CHARACTERS = 2_000_000
MAX_LINES = 50_000
"""No plan has as many paragraphs; a thousand tasks have some five thousand."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

# What Apache Tika leaves of Word's bookmarks and pictures.
_DEBRIS = re.compile(r"\[(?:bookmark|image):[^\]\n]{0,300}\]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LEADER = re.compile("[.…·．]{5}")
_DIGITS = 3


def read_text(name: str, data: bytes) -> Document:
    """The lines of a text file; a line's number is its number in the file.

    Raises DubanError: document_empty, document_too_heavy, document_unreadable.
    """
    text = decode(name, data)
    if len(text) > MAX_CHARACTERS:
        raise too_long(name)
    lines = _lines(text)
    if not lines:
        raise DubanError("document_empty", name=name)
    if len(lines) > MAX_LINES:
        raise too_long(name)
    return Document(lines)


def too_long(name: str) -> DubanError:
    """The refusal of a document with more characters or lines than any plan has."""
    return DubanError("document_too_heavy", name=name)


def clean(text: str) -> str:
    """A text of one line: invisible characters removed, blanks collapsed, none at the ends."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text).replace("\n", " ")).strip()


def decode(name: str, data: bytes) -> str:
    """The text in these bytes, by its mark, as UTF-8 or as GB18030. Raises DubanError document_unreadable."""
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
    tidy = _DEBRIS.sub("", _LINE_ENDS.sub("\n", text)).replace("\x1a", "")
    numbered = ((number, clean(raw)) for number, raw in enumerate(tidy.split("\n"), start=1))
    return tuple(Line(number, line) for number, line in numbered if line and not is_contents(line))


def is_contents(line: str) -> bool:
    """Whether a line is one of a table of contents: a heading, dots and a page number."""
    heading = line.rstrip("0123456789")
    return 0 < len(line) - len(heading) <= _DIGITS and _LEADER.fullmatch(heading.rstrip()[-5:]) is not None
