"""What a benchmark is and gives: something of ours and something bare, measured in turns so that noise hits both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

ROUNDS = 5
Unit = Literal["/s", "ms", "MB"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`measured` of ours beside `bare`, both in `unit`: calls a second, milliseconds for one, or megabytes."""

    name: str
    unit: Unit
    measured: float
    bare: float
    bytes: int | None = None
    first_byte: float | None = None
    """Where something is fetched: how much, and how long until ours begins, in milliseconds."""
    note: str = ""
    """What was done, where the figure alone does not tell."""

    @property
    def ratio(self) -> float:
        """How many times the bare thing's cost: 1 is as good as can be, less is better for either unit."""
        return self.bare / self.measured if self.unit == "/s" else self.measured / self.bare

    def as_json(self) -> dict[str, Any]:
        """The figures and their ratio."""
        figures = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {**figures, "ratio": round(self.ratio, 3)}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One question with a name. `run` takes about the given seconds (and some to set up).

    A `large` one takes minutes and is run only when it is named.
    """

    name: str
    question: str
    run: Callable[[float], Comparison]
    large: bool = False


def in_turns(ours: Callable[[], float], bare: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, float]:
    """The medians of both, measured one after the other, `rounds` times."""
    pairs = [(ours(), bare()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
