"""Several real processes of one house on one PostgreSQL: started, killed and stopped one by one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.births import Process, commanded
from tests.journeys.lives import READY, START_SECONDS


@dataclass
class Ship:
    """One process: its role, its log, and the name it goes by among the others once it is at work."""

    role: str
    log: Path
    process: Process

    @property
    def ready(self) -> bool:
        return READY in self.words

    @property
    def name(self) -> str:
        said = next((line for line in self.words.splitlines() if READY in line), "")
        return said.split("，")[-1].rstrip("）")

    @property
    def words(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def running(self) -> bool:
        return self.process.poll() is None


@dataclass
class Fleet:
    """The processes of a house; `env` is what all of them are told, `launch` brings one up as in Lives."""

    folder: Path
    env: dict[str, str]
    ships: list[Ship] = field(default_factory=list)
    sunk: int = 0
    launch: Callable[[Sequence[str], Mapping[str, str], Path], Process] = commanded

    def start(self, role: str, **more: str) -> Ship:
        """Bring up one more; it may not be at work yet."""
        log = self.folder / f"{len(self.ships):03}-{role}.log"
        env = {**os.environ, **self.env, **more, "PYTHONUNBUFFERED": "1"}
        ship = Ship(role, log, self.launch(("run", "--role", role), env, log))
        self.ships.append(ship)
        return ship

    def until(self, done: Callable[[], bool], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> float:
        """Do `meanwhile` until `done`; the seconds it took. Nobody may have ended by himself."""
        began = time.monotonic()
        while not done():
            self.look_round()
            assert time.monotonic() - began < seconds, f"waited {seconds} s in vain\n{self.tails()}"
            meanwhile()
            time.sleep(0.01)
        return time.monotonic() - began

    def look_round(self) -> None:
        for ship in self.ships:
            code = ship.process.poll()
            assert code in (None, 0, -signal.SIGKILL), f"ended by itself ({code}):\n{ship.words[-3000:]}"

    def until_ready(self) -> None:
        self.until(lambda: all(ship.ready for ship in self.of()), 4 * START_SECONDS)

    def of(self, *roles: str) -> list[Ship]:
        """Those that run, of these roles or of all."""
        return [ship for ship in self.ships if ship.running and (not roles or ship.role in roles)]

    def kill(self, ship: Ship) -> None:
        """kill -9."""
        ship.process.kill()
        ship.process.wait(timeout=10)
        self.sunk += 1

    def stop(self, ship: Ship) -> None:
        """End one in good order."""
        ship.process.terminate()
        assert ship.process.wait(timeout=40) == 0, ship.words[-3000:]

    def close(self) -> None:
        """Leave nothing running."""
        for ship in self.of():
            ship.process.kill()
            ship.process.wait(timeout=10)

    def tails(self) -> str:
        return "\n".join(f"== {ship.log.name}\n{ship.words[-1500:]}" for ship in self.ships[-6:])
