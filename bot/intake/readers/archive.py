"""Zip archives that hold a document: guarded against bombs before anything is unpacked, their parts read one by one."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from xml.etree import ElementTree

from bot.domain.model import DubanError

MAX_MEMBERS = 5_000
MAX_PART = 48 * 1024 * 1024
MAX_XML = 96 * 1024 * 1024
MAX_RATIO = 300
"""XML of a large, repetitive table packs 60 to 100 times smaller; a bomb about 1,000 times."""

_MEMBER = b"PK\x01\x02"
_SMALL = 1024 * 1024
_XML = (".xml", ".rels")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


class Archive:
    """A zip archive found harmless by its directory; parts are unpacked only when asked for."""

    def __init__(self, name: str, data: bytes) -> None:
        """Raises DubanError: document_unreadable (no archive), document_encrypted, document_too_heavy."""
        self._name = name
        if data.count(_MEMBER) > MAX_MEMBERS:
            raise DubanError("document_too_heavy", name=name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise DubanError("document_unreadable", name=name) from error
        members = self._zip.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise DubanError("document_encrypted", name=name)
        xml = sum(member.file_size for member in members if member.filename.lower().endswith(_XML))
        if xml > MAX_XML or any(map(_is_bomb, members)):
            raise DubanError("document_too_heavy", name=name)
        self._members = {member.filename.replace("\\", "/").lower(): member for member in members}
        self.names = frozenset(self._members)

    def part(self, path: str, most: int = MAX_PART) -> bytes | None:
        """The unpacked part at `path` (letter case does not matter), None when there is none; at most `most` bytes.

        Raises DubanError document_unreadable or document_too_heavy.
        """
        member = self._members.get(path.lower())
        if member is None:
            return None
        if member.file_size > most:
            raise DubanError("document_too_heavy", name=self._name)
        try:
            return self._zip.read(member)
        except _DAMAGE as error:
            raise DubanError("document_unreadable", name=self._name) from error


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    """Pictures are never unpacked, so only the ratio of what a reader unpacks counts."""
    packed_small = member.file_size > MAX_RATIO * max(member.compress_size, 1)
    return member.filename.lower().endswith(_XML) and member.file_size > _SMALL and packed_small


def parse_xml(name: str, content: bytes) -> ElementTree.Element:
    """The root of an XML part in UTF-8 or UTF-16, without document type and so without entities of its own.

    Raises DubanError document_unreadable.
    """
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise DubanError("document_unreadable", name=name)
        return ElementTree.fromstring(text)  # noqa: S314 - no document type gets here, so no entity is expanded
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError) as error:
        raise DubanError("document_unreadable", name=name) from error
