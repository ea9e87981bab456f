"""Named points at which a test may kill this process: DUBAN_CRASH_AT=name:n kills it the n-th time it gets there."""

from __future__ import annotations

import os
import signal

POINTS = (
    "poll-stored",
    "handled-before-commit",
    "handled-after-commit",
    "claimed",
    "sent-before-record",
    "recorded",
)

_name, _, _count = os.environ.get("DUBAN_CRASH_AT", "").partition(":")
_left = int(_count or 1)


def reach(point: str) -> None:
    """Die here if the environment says so, as a power cut would: no clean-up of any kind."""
    if point == _name:
        _count_down()


def _count_down() -> None:
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
