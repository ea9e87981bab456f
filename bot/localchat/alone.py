"""One process per folder: whoever keeps a chat there holds a lock, and a second one is refused at the start."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.model import DubanError


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file until the block ends. DubanError database_in_use or database_not_writable."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DubanError("database_not_writable", where=str(lock), reason=error.strerror or "") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DubanError("database_in_use", where=str(lock.parent)) from None
        yield
    finally:
        os.close(file)
