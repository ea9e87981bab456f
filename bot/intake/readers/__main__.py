"""The child process that reads one file: a line of JSON and the bytes in, one of JSON out (see bot.intake.apart)."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable
from importlib import import_module

from pydantic import TypeAdapter

from bot.domain.model import DubanError
from bot.intake.blocks import Document

_READERS = {
    "docx": ("bot.intake.readers.word", "read_word"),
    "sheet": ("bot.intake.readers.sheets", "read_sheets"),
    "pdf": ("bot.intake.readers.pages", "read_pages"),
}


def main() -> None:
    """Any failure of a reader is a refusal; a child that is killed says nothing, which its parent understands."""
    _limit(int(sys.argv[1]), int(sys.argv[2]))
    # What a library prints must not get between the parent and its answer.
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    wanted = json.loads(head)
    name = str(wanted["name"])
    try:
        answer = b'{"document":%s}' % _read(wanted["kind"], name, data)
    except DubanError as refused:
        answer = json.dumps({"refused": refused.code, "params": refused.params}).encode()
    except MemoryError:
        answer = json.dumps({"refused": "document_too_heavy", "params": {"name": name}}).encode()
    except Exception:
        answer = json.dumps({"refused": "document_unreadable", "params": {"name": name}}).encode()
    out.write(answer)
    out.flush()


def _limit(megabytes: int, seconds: int) -> None:
    """Bounds on memory and processor time, where the system knows such bounds."""
    if sys.platform == "win32":
        return
    import resource

    bytes_ = megabytes * 1024 * 1024
    bounds = (
        (resource.RLIMIT_AS, (bytes_, bytes_)),
        (resource.RLIMIT_CPU, (seconds, seconds + 1)),
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_FSIZE, (0, 0)),
    )
    for bound, most in bounds:
        # A system that knows a bound but does not let it be set (memory on macOS) still has the parent's clock.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(bound, most)


def _read(kind: str, name: str, data: bytes) -> bytes:
    module, function = _READERS[kind]
    read: Callable[[str, bytes], Document] = getattr(import_module(module), function)
    return TypeAdapter(Document).dump_json(read(name, data))


if __name__ == "__main__":
    main()
