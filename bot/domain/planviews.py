"""What the card of a plan under check shows, before words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.policy import Policy
from bot.domain.reading import Doubt, PlanReading, Remark, Source, TaskReading

# A doubt about more tasks than this is one question about the document.
_OWN = 3


@dataclass(frozen=True)
class DoubtLine:
    """A doubt of the reading at its place there; `is_open` while it wants an answer, `source` where its words stand."""

    place: int
    doubt: Doubt
    is_open: bool
    source: Source | None = None


@dataclass(frozen=True)
class AskView:
    """Words the card waits for: `kind` title, agency, agencies, name, year, date, limit, target or which.

    `number` is the task's; `which` asks what was meant by `words`, one of `choices` or a new agency.
    """

    kind: str
    number: str = ""
    words: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class StartView:
    """What 启用 sets going: agencies with their numbers of tasks (most first), who hears, who cannot, the first days.

    `people` have entered and hear; `no_contact` lists agencies nobody speaks for, `not_entered` those whose people
    have not entered. `days` are the first due days with what is due and how many duties owe it. `estimated` are the
    years it reaches into whose holidays are not announced.
    """

    agencies: tuple[tuple[str, int], ...]
    people: int
    no_contact: tuple[str, ...]
    not_entered: tuple[str, ...]
    days: tuple[tuple[date, str, int], ...]
    first_at: datetime
    replaces: str
    policy: Policy = field(default_factory=Policy)
    estimated: tuple[int, ...] = ()

    @property
    def reached(self) -> int:
        """How many agencies will hear."""
        return len(self.agencies) - len(self.no_contact) - len(self.not_entered)


@dataclass(frozen=True)
class PlanView:
    """A plan's reading under the coordinator's eyes.

    `stage` overview, doubts, tasks, dropped, task, ask, activate, active, or moved (another card goes on below);
    `page` of a list, or the place of a doubt; `chosen` the key of the task shown and `part` what of it: all, duties,
    duty, limits, targets, merge, split, why; `place` which of the task's duties. `sort` which tasks are listed: all,
    doubt, d3, agency, limit. `undo` is the change the last-step button takes back. `start` is there when 启用 is near
    or done.
    """

    card_id: int
    rev: int
    title: str
    year: int
    document_name: str
    reading: PlanReading
    doubts: tuple[DoubtLine, ...]
    stage: str
    page: int
    start: StartView | None
    sort: str = "all"
    chosen: str = ""
    part: str = "all"
    place: int = 0
    undo: Remark | None = None
    ask: AskView | None = None
    dropped: tuple[TaskReading, ...] = ()
    activated_at: datetime | None = None

    @property
    def tasks(self) -> tuple[TaskReading, ...]:
        """The plan's tasks in its order."""
        return self.reading.tasks

    @property
    def waiting(self) -> tuple[DoubtLine, ...]:
        """The doubts still open."""
        return tuple(line for line in self.doubts if line.is_open)

    @property
    def doubtful(self) -> frozenset[str]:
        """Keys of tasks with an open doubt of their own; one answer to many tasks together marks none of them."""
        return frozenset(key for line in self.waiting if len(line.doubt.tasks) <= _OWN for key in line.doubt.tasks)

    def sorted_tasks(self, sort: str) -> tuple[TaskReading, ...]:
        """The tasks of one sort: doubt, d3 (of doubt 3), agency (nobody reports), limit (without one), else all."""
        return tuple(task for task in self.tasks if self._is(task, sort))

    def _is(self, task: TaskReading, sort: str) -> bool:
        if sort == "doubt":
            return task.key in self.doubtful
        if sort.startswith("d"):
            return task.key in self._about(sort)
        if sort == "agency":
            return not any(duty.role.owes_reports for duty in task.duties)
        return sort != "limit" or not task.deadlines

    def _about(self, sort: str) -> tuple[str, ...]:
        place = int(sort[1:])
        return self.reading.doubts[place].tasks if place < len(self.reading.doubts) else ()
