"""Names of WordprocessingML and the few ways of looking into its elements."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_MAIN}}}"
"""Prefix of the names of Word's own elements and attributes."""
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# The strict variant of the format has the same elements under names of ISO's own.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _MAIN.encode()),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
# Elements that only hold others: content controls, smart tags, tracked insertions and the like.
WRAPPERS = frozenset(
    W + name
    for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink", "fldSimple", "dir", "bdo")
)
REMOVED = frozenset(W + name for name in ("del", "moveFrom"))
_OFF = frozenset(("0", "false", "off"))


def transitional(content: bytes) -> bytes:
    """A part with the strict variant's names replaced by the usual ones."""
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return content


def value(parent: Element | None, name: str, attribute: str = "val") -> str | None:
    """The attribute of the child element `name`; None when either is missing."""
    child = parent.find(W + name) if parent is not None else None
    return None if child is None else child.get(W + attribute)


def number(text: str | None, missing: int = 0) -> int:
    """A whole number as Word writes it, within what a document can mean; `missing` for what is none."""
    try:
        return max(-1_000_000, min(int(text), 1_000_000)) if text is not None else missing
    except ValueError:
        return missing


def switched(parent: Element | None, name: str) -> bool | None:
    """A property that is on or off (w:vanish …); None when it is not said."""
    child = parent.find(W + name) if parent is not None else None
    return None if child is None else (child.get(W + "val") or "").lower() not in _OFF


def within(parent: Element, wanted: str) -> Iterator[Element]:
    """Children called `wanted`, also those inside wrappers, in order; what was deleted is left out."""
    for child in parent:
        if child.tag == wanted:
            yield child
        elif child.tag in WRAPPERS:
            yield from within(child, wanted)
