"""Reading in a process of its own, so that no file, however it was made, costs more than bounded time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

import bot
from bot.domain.model import DubanError
from bot.intake.blocks import Document

SECONDS = 10
MEGABYTES = 500
_AT_ONCE = threading.BoundedSemaphore(2)
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


def read_apart(kind: str, name: str, data: bytes) -> Document:
    """What the reader of `kind` (docx, sheet, pdf) gives, at most SECONDS and MEGABYTES later.

    Raises DubanError: those of the reader, document_too_heavy when a limit was met, document_unreadable when the
    reader broke down.
    """
    head = json.dumps({"kind": kind, "name": name}).encode()
    with _AT_ONCE:
        code, answer = _run(head + b"\n" + data)
    if code != 0:
        raise DubanError("document_too_heavy" if code in _killed() else "document_unreadable", name=name)
    return _document(name, answer)


def _killed() -> tuple[int, ...]:
    """Return codes of a child that a limit ended."""
    if sys.platform == "win32":
        return (_TIMED_OUT,)
    return (_TIMED_OUT, -signal.SIGXCPU, -signal.SIGKILL)


_TIMED_OUT = -1000


def _run(data: bytes) -> tuple[int, bytes]:
    child = subprocess.Popen(  # noqa: S603 - this very program
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    try:
        answer, _ = child.communicate(data, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return _TIMED_OUT, b""
    finally:
        end(child)
    return child.returncode, answer


def _command() -> list[str]:
    return [sys.executable, "-P", "-m", "bot.intake.readers", str(MEGABYTES), str(SECONDS - 1)]


def environment() -> dict[str, str]:
    """What a child may know: where programs and modules are found, none of the bot's settings."""
    passed = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    places = [str(Path(bot.__file__).parents[1]), *filter(None, sys.path)]
    return {**passed, "PYTHONPATH": os.pathsep.join(dict.fromkeys(places)), "PYTHONDONTWRITEBYTECODE": "1"}


def end(child: subprocess.Popen[bytes]) -> None:
    """Stop the child and every process it started in its session, and wait until it is gone."""
    if sys.platform == "win32":
        child.kill()
    else:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def _document(name: str, answer: bytes) -> Document:
    try:
        told: Mapping[str, Any] = json.loads(answer)
        if "refused" in told:
            raise DubanError(told["refused"], **told["params"])
        return TypeAdapter(Document).validate_python(told["document"])
    except (ValueError, ValidationError, KeyError) as error:
        raise DubanError("document_unreadable", name=name) from error
