"""What the coordinator's levers show: what stands still, what nobody is reminded of, what a send-now would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True)
class Scope:
    """What a pause stops, named: a task (number and title), an agency, an agency's part in a task, or all (empty)."""

    number: str = ""
    title: str = ""
    agency: str = ""


@dataclass(frozen=True)
class Stopped:
    """A pause in force: since which day and through which day, if an end is known (local days, both included)."""

    pause_id: int
    scope: Scope
    from_on: date
    through_on: date | None


@dataclass(frozen=True)
class Silenced:
    """A task that nobody is reminded of (免催), since which local day."""

    task_id: int
    number: str
    title: str
    since_on: date


class Fate(StrEnum):
    """What pressing send-now does with one due."""

    GO = "go"
    TODAY = "today"
    NOBODY = "nobody"
    PAUSED = "paused"
    MUTED = "muted"


@dataclass(frozen=True)
class Urged:
    """Dues of one agency with the same fate: its contact (empty when there is none) and what is chased."""

    fate: Fate
    agency: str
    contact: str
    phone: str
    dues: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Urging:
    """What send-now will do, or has done: `at` (local) is when it goes; `merged` with that morning's message.

    `dues` are (number or title, what is asked) pairs; `agencies` and `people` count whom it reaches.
    """

    at: datetime
    merged: bool
    lines: tuple[Urged, ...]
    agencies: int
    people: int
    dues: int


@dataclass(frozen=True)
class Choice:
    """Something to choose from a list."""

    id: int
    label: str


@dataclass(frozen=True)
class LeversView:
    """The card of the levers. `stage` home, tasks, agencies, period, ask, urge or urged.

    `purpose` says what a chosen thing is for: pause, mute, urge. `note` is the sentence about what was just done.
    """

    card_id: int
    rev: int
    now: datetime
    plan_title: str
    stage: str
    stopped: tuple[Stopped, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    purpose: str = ""
    choices: tuple[Choice, ...] = ()
    page: int = 0
    asked: Scope = Scope()
    urging: Urging | None = None
    note: str = ""
    note_params: Mapping[str, object] = field(default_factory=dict)
    other_plans: tuple[Choice, ...] = ()
