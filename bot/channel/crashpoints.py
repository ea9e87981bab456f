"""Named points at which a test may kill this process: DUBAN_CRASH_AT=name:n kills it the n-th time it gets there."""

from __future__ import annotations

import os
import signal

POINTS = (
    "poll-stored",
    "handled-before-commit",
    "handled-after-commit",
    "claimed",
    "slot",
    "sent-before-record",
    "recorded",
)
# Reached by a whole house only, not by the channel alone.
HOUSE_POINTS = ("lease-taken", "part-decided", "decided")


class _Charge:
    """Which point is deadly, and how often it is still survived."""

    name = ""
    left = 0


def arm(words: str) -> None:
    """Make a point deadly: `name:n`, or none with empty words."""
    name, _, count = words.partition(":")
    _Charge.name, _Charge.left = name, int(count or 1)


def reach(point: str) -> None:
    """Die here if the environment says so, as a power cut would: no clean-up of any kind."""
    if point == _Charge.name:
        _count_down()


def _count_down() -> None:
    _Charge.left -= 1
    if _Charge.left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("DUBAN_CRASH_AT", ""))
