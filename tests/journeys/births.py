"""Processes of the real command born quickly: forked off one that has imported everything, so that a start is cheap.

What is left out of a start is Python's reading of the modules; sockets, files, locks, signals and death are a
process's own.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).parents[2]
_nursery = get_context("forkserver")
_nursery.set_forkserver_preload(["pytest", "bot.cli", "bot.app", "storage.migrations", "tests.journeys.births"])


class Process(Protocol):
    """What subprocess.Popen and a forked process have in common."""

    @property
    def pid(self) -> int:
        """The process's number."""
        ...

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        ...

    def wait(self, timeout: float) -> int:
        """Wait for the end; raises TimeoutExpired."""
        ...

    def kill(self) -> None:
        """SIGKILL."""
        ...

    def terminate(self) -> None:
        """SIGTERM."""
        ...

    def send_signal(self, sig: int, /) -> None:
        """Any other."""
        ...


class Forked:
    """A process born in the nursery; the same words as Popen."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], log: Path, presets: Mapping[str, int]) -> None:
        self._process = _nursery.Process(target=_live, args=(tuple(arguments), dict(env), str(log), dict(presets)))
        self._process.start()

    @property
    def pid(self) -> int:
        """See Process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """See Process."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """See Process."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("run", timeout)
        return code

    def kill(self) -> None:
        """See Process."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """See Process."""
        self.send_signal(signal.SIGTERM)

    def send_signal(self, sig: int, /) -> None:
        """See Process."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def commanded(arguments: Sequence[str], env: Mapping[str, str], log: Path) -> Process:
    """The command as an operator starts it."""
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _live_by(file: Path) -> None:
    """The machine's clock is off by the seconds in `file`, as they stand at each look; clocks nobody can move are not.

    A process cannot have a time of day of its own; this moves the two places where the program reads it.
    """
    running, guard = (importlib.import_module(name) for name in ("bot.cli.running", "bot.channel.clockguard"))
    true_clock = running.clock

    def off() -> timedelta:
        return timedelta(seconds=float(file.read_text() or 0))

    running.clock = lambda: true_clock() + off()
    running.ClockGuard = lambda: guard.ClockGuard(lambda: datetime.now(UTC) + off())


def _live(arguments: tuple[str, ...], env: dict[str, str], log: str, presets: dict[str, int]) -> None:
    """A life: the command line with these arguments; `presets` are constants (module:name) made small for the test."""
    os.setsid()
    os.chdir(ROOT)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, place in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(number, place)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for the whole life
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    crashpoints = importlib.import_module("bot.channel.crashpoints")
    crashpoints.arm(env.get("DUBAN_CRASH_AT", ""))
    for name, value in presets.items():
        module, _, constant = name.partition(":")
        setattr(importlib.import_module(module), constant, value)
    if "DUBAN_TEST_CLOCK" in env:
        _live_by(Path(env["DUBAN_TEST_CLOCK"]))
    sys.argv = ["duban", *arguments]
    importlib.import_module("bot.cli").main()
