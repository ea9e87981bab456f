"""The real command as a process that is killed and started again: `python -m bot run` against a stand-in."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.journeys.births import ROOT, Process, commanded

__all__ = ["READY", "ROOT", "START_SECONDS", "Lives"]
READY = "开始值守"
START_SECONDS = 40.0


@dataclass
class Lives:
    """One house's successive processes. `env` is what they are told besides the ordinary environment.

    `launch` brings one up from its arguments, its environment and its log.
    """

    folder: Path
    env: dict[str, str]
    process: Process | None = None
    born: int = 0
    killed: int = 0
    logs: list[Path] = field(default_factory=list)
    launch: Callable[[Sequence[str], Mapping[str, str], Path], Process] = commanded

    @staticmethod
    def offset_to(moment: datetime) -> str:
        """DUBAN_CLOCK_OFFSET that makes it `moment` now."""
        return str((moment - datetime.now(UTC)).total_seconds())

    def start(self, crash_at: str = "") -> None:
        """Bring up the next process; it may be killed before it is ready."""
        self.born += 1
        log = self.folder / f"life-{self.born:03}.log"
        self.logs.append(log)
        env = {**os.environ, **self.env, "DUBAN_CRASH_AT": crash_at, "PYTHONUNBUFFERED": "1"}
        self.process = self.launch(("run",), env, log)

    def until_ready(self) -> None:
        """Wait until it is at work; it may also have died by then, as it was told."""
        self.until(lambda: self.logs[-1].exists() and READY in self.logs[-1].read_text(errors="replace"), START_SECONDS)

    def until(self, done: Callable[[], bool], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """Do `meanwhile` until `done` (True), or the process died by itself (False)."""
        limit = time.monotonic() + seconds
        while self.alive() and not done():
            assert time.monotonic() < limit, f"waited {seconds} s in vain:\n{self.tail()}"
            meanwhile()
            time.sleep(0.01)
        return self.alive()

    def alive(self) -> bool:
        """Whether the process runs; one that ended other than by SIGKILL fails the test."""
        assert self.process is not None
        code = self.process.poll()
        assert code in (None, -signal.SIGKILL), f"ended by itself ({code}):\n{self.tail()}"
        return code is None

    def kill(self) -> None:
        """kill -9, unless it did that itself already."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.kill()
        assert self.process.wait(timeout=10) == -signal.SIGKILL, self.tail()
        self.killed += 1

    def stop(self) -> int:
        """End it in good order; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=30)

    def close(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)

    def tail(self) -> str:
        return self.logs[-1].read_text(errors="replace")[-3000:]
