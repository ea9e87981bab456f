"""Enough of PNG to look at a picture of ours: its size, and grey levels of single points."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    channels: int
    rows: tuple[bytes, ...]

    def is_dark(self, x: float, y: float) -> bool:
        start = int(x) * self.channels
        return sum(self.rows[int(y)][start : start + 3]) < 3 * 128


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def read(png: bytes) -> Picture:
    width, height = size(png)
    channels = _CHANNELS[png[25]]
    raw, stride = zlib.decompress(_data(png)), width * channels
    rows, above = [], bytes(stride)
    for y in range(height):
        line = raw[y * (stride + 1) : (y + 1) * (stride + 1)]
        above = _unfiltered(line[0], line[1:], above, channels)
        rows.append(above)
    return Picture(width, height, channels, tuple(rows))


def _data(png: bytes) -> bytes:
    found, position = b"", 8
    while position < len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        if png[position + 4 : position + 8] == b"IDAT":
            found += png[position + 8 : position + 8 + length]
        position += length + 12
    return found


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    out = bytearray(line)
    for i in range(len(out)):
        left = out[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        add = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        out[i] = (out[i] + add) & 255
    return bytes(out)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
