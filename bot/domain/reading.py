"""A plan document as read: tasks, duties, deadlines, targets, where each stands, and what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.model import Cadence, DutyRole

CERTAIN = 1.0


@dataclass(frozen=True)
class Source:
    """Where a fact stands: 1-based line of the document, character span in that line, and the sentence itself.

    `place` is where a person finds it ("第3页", "工作表“任务分解”第5行"; "" for plain text). `rule` names the rule of
    the grammar that read it there ("bracket", "label", "column", "standing" …), for `duban plan read --explain`.
    """

    line: int
    start: int
    end: int
    sentence: str
    place: str = ""
    rule: str = ""


@dataclass(frozen=True)
class TargetReading:
    """A number to reach. `op` is one of >= <= = > < ≈; `unit` as written (%, 家, 万亩). `confidence` is 0 to 1."""

    text: str
    op: str
    value: float
    unit: str
    source: Source | None = None
    confidence: float = CERTAIN


@dataclass(frozen=True)
class DeadlineReading:
    """A dated point (`on`) or a recurrence (`cadence`). `assumed` when the text gave no day and a rule chose it."""

    text: str
    on: date | None
    cadence: Cadence | None
    assumed: bool = False
    source: Source | None = None
    confidence: float = CERTAIN


@dataclass(frozen=True)
class DutyReading:
    """One agency's part in a task, the name completed (县农业农村局); `inferred` when the prefix was inherited."""

    agency: str
    role: DutyRole
    inferred: bool = False
    source: Source | None = None
    confidence: float = CERTAIN


@dataclass(frozen=True)
class TaskReading:
    """One task as read: its number in the document ("（一）1"), title, whole text, duties, deadlines, targets.

    `key` tells the task from every other of its plan, however it is renumbered, renamed, moved or merged.
    `leaders` are the responsible leaders (责任领导) named beside the agencies, as written.
    """

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
    key: str = ""
    leaders: tuple[str, ...] = ()
    confidence: float = CERTAIN

    def agencies(self, *roles: DutyRole) -> tuple[str, ...]:
        """Names of the agencies that hold one of `roles`, in the order of the text."""
        return tuple(d.agency for d in self.duties if d.role in roles)


@dataclass(frozen=True)
class Doubt:
    """Something the reading is not sure of, with the sentence it came from and the answers a tap can give.

    `code` names the kind (joint_lead, collective, inherited_prefix, open_list, several_targets, no_duty …), `params`
    what its question names. `tasks` are the keys of the tasks it is about, none for the whole document. `options`
    are codes of answers, the first being what the reading assumed; `answer` is the one chosen, "" while open.
    `bot.texts` puts question and answers into words.
    """

    code: str
    tasks: tuple[str, ...]
    params: Mapping[str, str | int]
    sentence: str
    options: tuple[str, ...]
    answer: str = ""
    source: Source | None = None


@dataclass(frozen=True)
class Remark:
    """Something worth saying of a reading: what a rule decided, what a reader passed over. A code and its params."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanReading:
    """A whole document as read. `title` is None when the document carries none.

    `assumptions` are what rules decided where the text is silent; `notes` what the reader of the format has to say
    (a hidden sheet left out, deletions not read).
    """

    title: str | None
    year: int | None
    region_prefix: str
    targets: tuple[TargetReading, ...]
    tasks: tuple[TaskReading, ...]
    doubts: tuple[Doubt, ...]
    assumptions: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency named, once, in order of first appearance."""
        return tuple(dict.fromkeys(d.agency for t in self.tasks for d in t.duties))
