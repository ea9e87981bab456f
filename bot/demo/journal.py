"""The story as it was told, line by line in a file, so that it reads the same after a restart."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.story import StoryEntry, StorySeen


class Journal:
    """Entries in the order they were told, numbered from 1, and how far the database had been read by then.

    One JSON line a telling; a line cut short by a crash counts as not told.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: list[StoryEntry] = []
        self.seen = StorySeen()

    @property
    def last(self) -> int:
        """The newest entry's number."""
        return len(self.entries)

    def load(self) -> None:
        """Read what was told before; ValueError or KeyError when that is not a story."""
        lines = self._path.read_bytes().split(b"\n") if self._path.exists() else []
        whole, rest = lines[:-1], lines[-1] if lines else b""
        for line in whole:
            self._take(json.loads(line))
        if rest:
            self._path.write_bytes(b"".join(line + b"\n" for line in whole))

    def begin(self, seen: StorySeen, opening: Sequence[StoryEntry]) -> None:
        """Start with `opening`; whatever came before `seen` is not told."""
        self.tell(opening, seen)

    def tell(self, entries: Sequence[StoryEntry], seen: StorySeen) -> None:
        """Add entries and remember how far was read."""
        if not entries and seen == self.seen:
            return
        if entries:
            told = {"seen": seen.as_json(), "told": [entry.as_json() for entry in entries]}
            self._append(json.dumps(told, ensure_ascii=False) + "\n")
        self.entries += entries
        self.seen = seen

    def after(self, number: int, most: int) -> list[tuple[int, StoryEntry]]:
        """At most `most` entries after that number, oldest first, with their numbers."""
        start = max(0, number)
        return list(enumerate(self.entries[start : start + most], start=start + 1))

    def _append(self, line: str) -> None:
        """A whole line or nothing: half of one, left by a full disk, would spoil the next."""
        with self._path.open("ab", buffering=0) as file:
            length = file.tell()
            try:
                if _write(file, line.encode()) < len(line.encode()):
                    raise OSError(errno.ENOSPC, "the story's line does not fit")
            except OSError:
                file.truncate(length)
                raise

    def _take(self, told: dict[str, Any]) -> None:
        self.entries += [StoryEntry.from_json(entry) for entry in told["told"]]
        self.seen = StorySeen.from_json(told["seen"])


def _write(file: io.RawIOBase, line: bytes) -> int:
    """How many bytes were taken; a disk about to be full takes some."""
    return file.write(line) or 0
