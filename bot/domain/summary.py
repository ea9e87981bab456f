"""Where a plan stands: one Summary value computed from facts and a moment, the same for chat, picture and papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.model import Status


class Light(StrEnum):
    """红黄绿灯 of a task in a period, computed; NONE while nothing is owed yet."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


class CellState(StrEnum):
    """Whether the reports one task owes for one period are in."""

    NOT_DUE = "not_due"
    MISSING = "missing"
    PARTIAL = "partial"
    IN = "in"


@dataclass(frozen=True)
class ReportLine:
    """One report behind a line: who said what and when. `at` is aware, in the plan's time zone."""

    number: str
    agency: str
    sender: str
    at: datetime
    status: Status
    percent: int | None
    words: str
    difficulty: str
    on_behalf: bool
    late: bool
    review: str
    evidence: int


@dataclass(frozen=True)
class Cell:
    """One task in one quarter: how many reports are owed and in, and the worst status among those in."""

    period: str
    state: CellState
    status: Status | None
    light: Light
    owed: int
    reported: int


@dataclass(frozen=True)
class TaskLine:
    """One task's line: number "（一）1", who owes it, its status in the period and the reports behind it."""

    task_id: int
    number: str
    title: str
    section: str
    owing: tuple[str, ...]
    missing: tuple[str, ...]
    status: Status | None
    light: Light
    cells: tuple[Cell, ...]
    reports: tuple[ReportLine, ...]
    next_due_on: date | None


@dataclass(frozen=True)
class AgencyLine:
    """One agency's line over the period: reports owed, in, on time, missing, and the tasks it is silent on."""

    agency_id: int
    agency: str
    owed: int
    reported: int
    on_time: int
    missing_tasks: tuple[str, ...]
    phone: str = ""


@dataclass(frozen=True)
class Attention:
    """One of at most three things a leader should look at: the task and why, `reason` a code put in words by texts."""

    number: str
    title: str
    reason: str
    agencies: tuple[str, ...]
    detail: str = ""
    reminded: int = 0


@dataclass(frozen=True)
class Summary:
    """A plan in one period ("2022Q3" or "2022") at a moment. owed = reported + missing; reported = on_time + late."""

    plan_id: int
    title: str
    year: int
    period: str
    due_on: date
    as_of: datetime
    owed: int
    reported: int
    on_time: int
    late: int
    missing: int
    done: int
    in_progress: int
    blocked: int
    not_started: int
    unreported: int
    attention: tuple[Attention, ...]
    done_change: int | None
    missing_change: int | None
    tasks: tuple[TaskLine, ...]
    agencies: tuple[AgencyLine, ...]
