"""The directory of an OLE compound file (.doc, .xls, .wps …): which streams it holds, without unpacking them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_ENTRY = 0xFFFFFFFF
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_MOST_ENTRIES = 20_000
_SMALL_STREAM = 4096


class CompoundFile:
    """Read leniently: a damaged directory gives the streams found so far."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._sector = 4096 if data[30:32] == b"\x0c\x00" else 512
        self._fat = self._read_fat()
        self._directory = self._read_directory()
        self.streams = frozenset(name for name, _, _ in self._top())

    def start_of(self, stream: str, length: int) -> bytes:
        """The first `length` bytes of a top stream kept in sectors of its own, b"" when it has none."""
        for name, sector, size in self._top():
            if name == stream and size >= _SMALL_STREAM:
                offset = (sector + 1) * self._sector
                return self._data[offset : offset + length]
        return b""

    def _read_fat(self) -> list[int]:
        """The chain table: for each sector the one that follows it."""
        fat: list[int] = []
        entries = self._sector // 4
        needed = len(self._data) // (self._sector * entries) + 1
        for sector in islice(self._fat_sectors(), needed):
            block = self._block(sector)
            if len(block) < self._sector:
                break
            fat += struct.unpack(f"<{entries}I", block)
        return fat

    def _fat_sectors(self) -> Iterator[int]:
        """Sectors of the chain table: 109 listed in the header, the others in a chain of lists."""
        if len(self._data) < 512:
            return
        listed = list(struct.unpack_from("<109I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        for _ in range(len(self._data) // self._sector):
            yield from (sector for sector in listed if sector < _LAST_SECTOR)
            block = self._block(following) if following < _LAST_SECTOR else b""
            if len(block) < self._sector:
                return
            *listed, following = struct.unpack(f"<{self._sector // 4}I", block)

    def _block(self, sector: int) -> bytes:
        offset = (sector + 1) * self._sector
        return self._data[offset : offset + self._sector]

    def _read_directory(self) -> bytes:
        if len(self._data) < 512:
            return b""
        parts: list[bytes] = []
        sector = struct.unpack_from("<I", self._data, 48)[0]
        while sector < _LAST_SECTOR and len(parts) * self._sector < _MOST_ENTRIES * _ENTRY:
            parts.append(self._block(sector))
            sector = self._fat[sector] if sector < len(self._fat) else _NO_ENTRY
        return b"".join(parts)

    def _top(self) -> Iterator[tuple[str, int, int]]:
        """(name, first sector, size) of what stands directly below the root."""
        waiting = [self._field(0, 76)]
        seen: set[int] = set()
        while waiting:
            entry = waiting.pop()
            if entry in seen or (entry + 1) * _ENTRY > len(self._directory):
                continue
            seen.add(entry)
            yield self._name(entry), self._field(entry, 116), self._field(entry, 120)
            waiting += [self._field(entry, 68), self._field(entry, 72)]

    def _field(self, entry: int, offset: int) -> int:
        at = entry * _ENTRY + offset
        if at + 4 > len(self._directory):
            return _NO_ENTRY
        return int(struct.unpack_from("<I", self._directory, at)[0])

    def _name(self, entry: int) -> str:
        start = entry * _ENTRY
        length = min(struct.unpack_from("<H", self._directory, start + 64)[0], 64)
        return self._directory[start : start + max(length - 2, 0)].decode("utf-16-le", "replace")
