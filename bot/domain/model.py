"""The words of the field as values: roles, statuses, dues, plan readings; one word per thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DutyRole(StrEnum):
    """An agency's part in a task: 牵头, 共同牵头（按职责牵头）, 按职责分工负责, 参与（配合）."""

    LEAD = "lead"
    JOINT_LEAD = "joint_lead"
    SHARED = "shared"
    PARTICIPANT = "participant"

    @property
    def owes_reports(self) -> bool:
        """Leads, joint leads and shared agencies owe one report per task and period; participants may contribute."""
        return self is not DutyRole.PARTICIPANT


class Status(StrEnum):
    """What an agency says of its task. `DONE` only when the task itself is finished."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"


class Intent(StrEnum):
    """What a person wants with a message."""

    REPORT = "report"
    EXTENSION_REQUEST = "extension_request"
    QUESTION = "question"
    DECLINE = "decline"
    DELEGATE = "delegate"
    GREETING = "greeting"
    OTHER = "other"


class Role(StrEnum):
    """What a person may do here; a contact's right comes from the agency, the others from the office."""

    COORDINATOR = "coordinator"
    CONTACT = "contact"
    LEADER = "leader"


class Position(StrEnum):
    """A contact's place in the agency: 联络员, AB角（代理）, 单位负责人."""

    CONTACT = "contact"
    DEPUTY = "deputy"
    HEAD = "head"


class Cadence(StrEnum):
    """How often a recurring deadline comes round."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    ANNUAL = "annual"
    ONGOING = "ongoing"


@dataclass(frozen=True)
class DueKey:
    """One due: what one agency owes for one task.

    `what` is a period ("2022Q1") or a milestone ("milestone:2022-12-31").
    """

    task_id: int
    agency_id: int
    what: str

    @property
    def milestone_on(self) -> date | None:
        """The milestone's own date, or None for a period's report."""
        prefix, _, day = self.what.partition(":")
        return date.fromisoformat(day) if prefix == "milestone" else None


@dataclass(frozen=True)
class Number:
    """An amount with its unit as the writer gave it: 23 家."""

    value: float
    unit: str


@dataclass(frozen=True)
class Source:
    """Where a fact stands in the document: 1-based line, character span in that line, and the sentence itself."""

    line: int
    start: int
    end: int
    sentence: str


@dataclass(frozen=True)
class TargetReading:
    """A number to reach. `op` is one of >= <= = > < ≈; `unit` as written (%, 家, 万亩)."""

    text: str
    op: str
    value: float
    unit: str
    source: Source | None = None


@dataclass(frozen=True)
class DeadlineReading:
    """A dated point (`on`) or a recurrence (`cadence`). `assumed` when the text gave no day and a rule chose it."""

    text: str
    on: date | None
    cadence: Cadence | None
    assumed: bool = False
    source: Source | None = None


@dataclass(frozen=True)
class DutyReading:
    """One agency's part in a task, the name completed (县农业农村局); `inferred` when the prefix was inherited."""

    agency: str
    role: DutyRole
    inferred: bool = False


@dataclass(frozen=True)
class TaskReading:
    """One task as read: its number in the document ("（一）1"), title, whole text, duties, deadlines, targets."""

    number: str
    section_number: str
    section: str
    title: str
    body: str
    duties: tuple[DutyReading, ...]
    open_list: bool
    lead_by_duty: bool
    deadlines: tuple[DeadlineReading, ...]
    targets: tuple[TargetReading, ...]
    responsibility_text: str = ""
    source: Source | None = None

    def agencies(self, *roles: DutyRole) -> tuple[str, ...]:
        """Names of the agencies that hold one of `roles`, in the order of the text."""
        return tuple(d.agency for d in self.duties if d.role in roles)


@dataclass(frozen=True)
class Doubt:
    """Something the reading is not sure of, with the sentence it came from and the answers a tap can give.

    `code` names the kind (joint_lead, collective, inherited_prefix, open_list, several_targets, no_duty …);
    the first option is what the reading assumed. `task_number` is "" for a doubt about the whole document.
    """

    code: str
    task_number: str
    question: str
    sentence: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class PlanReading:
    """A whole document as read. `title` is None when the document carries none."""

    title: str | None
    year: int | None
    region_prefix: str
    targets: tuple[TargetReading, ...]
    tasks: tuple[TaskReading, ...]
    doubts: tuple[Doubt, ...]
    assumptions: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency named, once, in order of first appearance."""
        return tuple(dict.fromkeys(d.agency for t in self.tasks for d in t.duties))


class DubanError(Exception):
    """Bad input or a refused act; carries one message code and its parameters, put into words by `bot.texts`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
