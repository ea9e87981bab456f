"""What a plan's reminders depend on: policy, tasks, duties, reports and extensions as facts; dues and owed rungs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.policy import Policy

ASSIGNMENT = "assignment"
# What tells an agency that tasks of a revised plan are no longer its own.
RELIEVED = "relieved"


class Audience(StrEnum):
    """Whom a rung speaks to."""

    CONTACT = "contact"
    COORDINATOR = "coordinator"
    LEADER = "leader"


class Reason(StrEnum):
    """Why an owed rung was not sent."""

    REPORTED = "reported"
    RECENT_REPORT = "recent_report"
    TASK_CLOSED = "task_closed"
    PAUSED = "paused"
    MUTED = "muted"
    PLAN_CLOSED = "plan_closed"
    MOVED = "moved"
    SIGNED = "signed"
    DUTY_ENDED = "duty_ended"
    OVERTAKEN = "overtaken"
    DOUBTFUL = "doubtful"
    NOBODY = "nobody"
    CAP = "cap"
    POLICY = "policy"
    ALL_REACHED = "all_reached"
    UNCHANGED = "unchanged"
    NOTHING_TO_REVIEW = "nothing_to_review"


@dataclass(frozen=True)
class DutyFact:
    """An agency's part in a task and whether it has signed (签收).

    `begun_at` (aware) is set for a duty given after the plan was activated: what was due before is not owed.
    """

    agency_id: int
    role: DutyRole
    signed: bool = False
    begun_at: datetime | None = None


@dataclass(frozen=True)
class TaskFact:
    """One task with its duties and the dated points its own text names.

    `named` holds the moment (aware) of those named after the plan was activated: what was past by then is not owed.
    """

    task_id: int
    duties: tuple[DutyFact, ...]
    milestones: tuple[date, ...]
    muted: bool = False
    closed: bool = False
    named: Mapping[date, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportFact:
    """The latest version of one report. `at` is when its first version arrived.

    `returned` says that the latest version was returned; `returned_at` and `limit_on` are those of the last return,
    though it may have been answered since.
    """

    key: DueKey
    status: Status
    at: datetime
    latest_at: datetime
    returned: bool = False
    returned_at: datetime | None = None
    limit_on: date | None = None
    returns: int = 0
    accepted: bool = False


@dataclass(frozen=True)
class ExtensionFact:
    """A granted extension: the due's new day, from the moment of the decision."""

    key: DueKey
    until_on: date
    granted_at: datetime


@dataclass(frozen=True)
class PauseFact:
    """A stretch (aware moments) in which the clock of reminders stands still; `until_at` is empty while it lasts.

    Both ids empty: for the whole plan; else for one task, for one agency, or for an agency's part in a task.
    """

    from_at: datetime
    until_at: datetime | None = None
    task_id: int | None = None
    agency_id: int | None = None

    def covers(self, task_id: int, agency_id: int) -> bool:
        """Whether it stops what this agency owes for this task (0: what belongs to no task, or to no agency)."""
        return self.task_id in (None, task_id) and self.agency_id in (None, agency_id)

    def lasts(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True)
class PlanFacts:
    """Everything the ladder of one plan depends on."""

    plan_id: int
    year: int
    zone: ZoneInfo
    activated_at: datetime
    tasks: tuple[TaskFact, ...]
    reports: Mapping[DueKey, ReportFact] = field(default_factory=dict)
    extensions: tuple[ExtensionFact, ...] = ()
    policy: Policy = field(default_factory=Policy)
    pauses: tuple[PauseFact, ...] = ()
    closed: bool = False

    @cached_property
    def task_by_id(self) -> Mapping[int, TaskFact]:
        return {task.task_id: task for task in self.tasks}

    @cached_property
    def reports_by_duty(self) -> Mapping[tuple[int, int], tuple[ReportFact, ...]]:
        """The reports of each (task, agency)."""
        grouped: dict[tuple[int, int], list[ReportFact]] = {}
        for report in self.reports.values():
            grouped.setdefault((report.key.task_id, report.key.agency_id), []).append(report)
        return {duty: tuple(reports) for duty, reports in grouped.items()}

    @cached_property
    def extensions_by_key(self) -> Mapping[DueKey, tuple[ExtensionFact, ...]]:
        grouped: dict[DueKey, list[ExtensionFact]] = {}
        for extension in self.extensions:
            grouped.setdefault(extension.key, []).append(extension)
        return {key: tuple(granted) for key, granted in grouped.items()}

    def round_of(self, key: DueKey) -> int:
        """How many returns and extensions a due has seen; each begins a new round of its ladder."""
        report = self.reports.get(key)
        return len(self.extensions_by_key.get(key, ())) + (report.returns if report else 0)

    def reports_for(self, key: DueKey) -> tuple[ReportFact, ...]:
        """Every report by the due's agency on its task."""
        return self.reports_by_duty.get((key.task_id, key.agency_id), ())


@dataclass(frozen=True)
class Due:
    """One thing owed: its key, the day D, the rungs its ladder has and the moment it came into force.

    The rungs count from `counted_from` where that is another day than D: invited participants hear with the leads and
    are due before them. `stopped` are the working days a pause took out of its ladder; `planned_on` is the day D would
    be without it. `answer_on` is the day the first answer was due, where a return has set a later one for the next.
    """

    key: DueKey
    due_on: date
    rungs: tuple[int, ...]
    followed_up: bool
    since: datetime
    round: int = 0
    counted_from: date | None = None
    stopped: frozenset[date] = frozenset()
    planned_on: date | None = None
    answer_on: date | None = None


@dataclass(frozen=True)
class RungKey:
    """What makes a rung unique in a plan; task or agency 0 when it is about all of them."""

    task_id: int
    agency_id: int
    what: str
    round: int
    rung: str
    audience: Audience


@dataclass(frozen=True)
class OwedRung:
    """A rung that must be said at `owed_at` (aware) about the due day `due_on`."""

    key: RungKey
    due_on: date
    owed_at: datetime
