"""Where a plan stands: the Summary of a period computed from facts at a moment; nothing here is stored as truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain import owing, pausing, periods
from bot.domain.facts import Due, PlanFacts
from bot.domain.model import DueKey, Status
from bot.domain.summary import (
    AgencyLine,
    Attention,
    Cell,
    CellState,
    Light,
    ReportLine,
    Summary,
    TaskLine,
)
from bot.domain.workdays import Calendar

_WORST_FIRST = (Status.BLOCKED, Status.NOT_STARTED, Status.IN_PROGRESS, Status.DONE)
_MOST = 3


@dataclass(frozen=True)
class TaskOutline:
    """A task's names."""

    task_id: int
    number: str
    title: str
    section: str


@dataclass(frozen=True)
class PlanOutline:
    """A plan's names: title, tasks in order, agencies by id with their phone, the answers in words by due."""

    title: str
    tasks: tuple[TaskOutline, ...]
    agencies: Mapping[int, str]
    phones: Mapping[int, str] = field(default_factory=dict)
    answers: Mapping[DueKey, ReportLine] = field(default_factory=dict)
    reminded: Mapping[DueKey, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Owed:
    """One due of the period with what is in for it."""

    due: Due
    status: Status | None
    late: bool
    returned: bool

    @property
    def is_in(self) -> bool:
        return self.status is not None


def summarise(outline: PlanOutline, facts: PlanFacts, calendar: Calendar, period: str, as_of: datetime) -> Summary:
    """The figures of a quarter or the year at `as_of` (aware). A returned report is missing until it comes again."""
    every = [_weigh(due, facts) for due in owing.dues(facts, calendar) if _counts(due, facts)]
    owed = [item for item in every if _belongs(item, period, as_of, facts)]
    before = _previous(every, period)
    of_task, owed_of_task = _by_task(every), _by_task(owed)
    lines = tuple(
        _task_line(task, of_task.get(task.task_id, []), owed_of_task.get(task.task_id, []), outline, facts, as_of)
        for task in outline.tasks
    )
    states = Counter(line.status for line in lines if line.status)
    reported = [item for item in owed if item.is_in]
    return Summary(
        plan_id=facts.plan_id,
        title=outline.title,
        year=facts.year,
        period=period,
        due_on=due_day(period, facts, calendar),
        as_of=as_of.astimezone(facts.zone),
        owed=len(owed),
        reported=len(reported),
        on_time=sum(not item.late for item in reported),
        late=sum(item.late for item in reported),
        missing=len(owed) - len(reported),
        done=states[Status.DONE],
        in_progress=states[Status.IN_PROGRESS],
        blocked=states[Status.BLOCKED],
        not_started=states[Status.NOT_STARTED],
        unreported=sum(line.status is None for line in lines),
        attention=_attention(owed_of_task, outline, facts, as_of),
        done_change=states[Status.DONE] - _done_tasks(before) if before else None,
        missing_change=(len(owed) - len(reported)) - sum(not item.is_in for item in before) if before else None,
        tasks=lines,
        agencies=_agency_lines(owed, outline),
    )


def due_day(period: str, facts: PlanFacts, calendar: Calendar) -> date:
    """The day D of a quarter or the year; a pause of the whole plan moves it, one of a task or an agency does not."""
    day = facts.policy.report_due_on(period, calendar)
    due = Due(DueKey(0, 0, period), day, facts.policy.rungs, True, facts.activated_at)
    return pausing.in_pauses(pausing.Times(facts, calendar), due).due_on


def deadline_of(due: Due, facts: PlanFacts) -> datetime:
    """The moment a due's first answer stops being on time: the report time of its due day.

    A return's new limit is for the next answer; it does not excuse the first.
    """
    return _closing(due.answer_on or due.due_on, facts)


def _closing(on: date, facts: PlanFacts) -> datetime:
    return datetime.combine(on, facts.policy.report_time, facts.zone)


def is_late(due: Due, facts: PlanFacts, at: datetime) -> bool:
    """Whether an answer written at `at` came after the due's deadline; a pause over both moments stops that clock."""
    return _after(due, deadline_of(due, facts), facts, at)


def _after(due: Due, deadline: datetime, facts: PlanFacts, at: datetime) -> bool:
    key = due.key
    if at <= deadline:
        return False
    covering = (pause for pause in facts.pauses if pause.covers(key.task_id, key.agency_id))
    return not any(pause.lasts(deadline) and pause.lasts(at) for pause in covering)


def worst(statuses: Iterable[Status]) -> Status | None:
    """The status that counts for a task several agencies report on: the worst."""
    found = set(statuses)
    return next((status for status in _WORST_FIRST if status in found), None)


def _counts(due: Due, facts: PlanFacts) -> bool:
    """Period reports somebody owes; what was due before the plan was activated counts only once it was answered."""
    if not due.followed_up or due.key.milestone_on is not None:
        return False
    return owing.in_force(facts, due) or due.key in facts.reports


def _by_task(owed: list[_Owed]) -> dict[int, list[_Owed]]:
    grouped: dict[int, list[_Owed]] = {}
    for item in owed:
        grouped.setdefault(item.due.key.task_id, []).append(item)
    return grouped


def _weigh(due: Due, facts: PlanFacts) -> _Owed:
    report = facts.reports.get(due.key)
    if report is None or report.returned:
        return _Owed(due, None, False, report is not None)
    return _Owed(due, report.status, is_late(due, facts, report.at), False)


def _belongs(item: _Owed, period: str, as_of: datetime, facts: PlanFacts) -> bool:
    """A quarter's dues belong to it; to the year belong those whose quarter is over or that are in already."""
    what = item.due.key.what
    if periods.is_quarter(period):
        return what == period
    over = periods.last_day(what) < as_of.astimezone(facts.zone).date()
    return periods.year_of(what) == periods.year_of(period) and (over or item.is_in)


def _previous(every: list[_Owed], period: str) -> list[_Owed]:
    if not periods.is_quarter(period):
        return []
    before = periods.previous_quarter(period)
    return [item for item in every if item.due.key.what == before]


def _done_tasks(owed: list[_Owed]) -> int:
    statuses = (worst(item.status for item in mine if item.status) for mine in _by_task(owed).values())
    return sum(status is Status.DONE for status in statuses)


def _task_line(
    task: TaskOutline, every: list[_Owed], owed: list[_Owed], outline: PlanOutline, facts: PlanFacts, as_of: datetime
) -> TaskLine:
    """One task's line; `every` and `owed` hold this task's dues only."""
    latest = max((item.due.key.what for item in owed if item.is_in), default=None)
    answers = tuple(outline.answers[item.due.key] for item in owed if item.due.key in outline.answers)
    return TaskLine(
        task_id=task.task_id,
        number=task.number,
        title=task.title,
        section=task.section,
        owing=_names(owed, outline),
        missing=_names([item for item in owed if not item.is_in], outline),
        status=worst(item.status for item in owed if item.status and item.due.key.what == latest),
        light=_light(owed, outline, facts, as_of),
        cells=tuple(_cell(every, quarter, outline, facts, as_of) for quarter in periods.quarters(facts.year)),
        reports=answers,
        next_due_on=min((item.due.due_on for item in every if not item.is_in), default=None),
    )


def _names(owed: list[_Owed], outline: PlanOutline) -> tuple[str, ...]:
    return tuple(dict.fromkeys(outline.agencies[item.due.key.agency_id] for item in owed))


def _cell(every: list[_Owed], quarter: str, outline: PlanOutline, facts: PlanFacts, as_of: datetime) -> Cell:
    mine = [item for item in every if item.due.key.what == quarter]
    reported = [item for item in mine if item.is_in]
    return Cell(
        period=quarter,
        state=_cell_state(mine, reported, quarter, facts, as_of),
        status=worst(item.status for item in reported if item.status),
        light=_light(mine, outline, facts, as_of),
        owed=len(mine),
        reported=len(reported),
    )


def _cell_state(mine: list[_Owed], reported: list[_Owed], quarter: str, facts: PlanFacts, as_of: datetime) -> CellState:
    if mine and len(reported) == len(mine):
        return CellState.IN
    if reported:
        return CellState.PARTIAL
    over = periods.last_day(quarter) < as_of.astimezone(facts.zone).date()
    return CellState.MISSING if mine and over else CellState.NOT_DUE


def _light(mine: list[_Owed], outline: PlanOutline, facts: PlanFacts, as_of: datetime) -> Light:
    """Red: blocked, or silent past the due day. Yellow: late, returned, difficult or not begun. Green: the rest in."""
    overdue = any(_overdue(item, facts, as_of) for item in mine)
    if overdue or any(item.status is Status.BLOCKED for item in mine):
        return Light.RED
    if any(item.late or item.returned or item.status is Status.NOT_STARTED for item in mine):
        return Light.YELLOW
    if any(_difficulty(item, outline) for item in mine):
        return Light.YELLOW
    return Light.GREEN if any(item.is_in for item in mine) else Light.NONE


def _overdue(item: _Owed, facts: PlanFacts, as_of: datetime) -> bool:
    """Silent past its day; while a pause lasts nobody is late."""
    key = item.due.key
    paused = pausing.stands_still(facts, key.task_id, key.agency_id, as_of)
    return not item.is_in and not paused and _after(item.due, _closing(item.due.due_on, facts), facts, as_of)


def _difficulty(item: _Owed, outline: PlanOutline) -> str:
    answer = outline.answers.get(item.due.key)
    return answer.difficulty if answer and item.is_in else ""


def _agency_lines(owed: list[_Owed], outline: PlanOutline) -> tuple[AgencyLine, ...]:
    numbers = {task.task_id: task.number for task in outline.tasks}
    by_agency: dict[int, list[_Owed]] = {}
    for item in owed:
        by_agency.setdefault(item.due.key.agency_id, []).append(item)
    lines = [_agency_line(agency_id, mine, numbers, outline) for agency_id, mine in by_agency.items()]
    return tuple(sorted(lines, key=lambda line: (-len(line.missing_tasks), line.agency_id)))


def _agency_line(agency_id: int, mine: list[_Owed], numbers: Mapping[int, str], outline: PlanOutline) -> AgencyLine:
    reported = [item for item in mine if item.is_in]
    silent = [numbers[item.due.key.task_id] for item in mine if not item.is_in]
    return AgencyLine(
        agency_id=agency_id,
        agency=outline.agencies[agency_id],
        owed=len(mine),
        reported=len(reported),
        on_time=sum(not item.late for item in reported),
        missing_tasks=tuple(dict.fromkeys(silent)),
        phone=outline.phones.get(agency_id, ""),
    )


def _attention(
    grouped: Mapping[int, list[_Owed]], outline: PlanOutline, facts: PlanFacts, as_of: datetime
) -> tuple[Attention, ...]:
    """At most three tasks to look at: blocked first, then overdue, returned, difficult; the plan's order within."""
    found: list[tuple[int, Attention]] = []
    for task in outline.tasks:
        mine = grouped.get(task.task_id, [])
        for rank, (reason, concerned) in enumerate(_concerns(mine, outline, facts, as_of)):
            if concerned:
                found.append((rank, _attention_line(task, reason, concerned, outline)))
                break
    return tuple(line for _, line in sorted(found, key=lambda pair: pair[0])[:_MOST])


def _concerns(
    mine: list[_Owed], outline: PlanOutline, facts: PlanFacts, as_of: datetime
) -> tuple[tuple[str, list[_Owed]], ...]:
    return (
        ("blocked", [item for item in mine if item.status is Status.BLOCKED]),
        ("missing", [item for item in mine if _overdue(item, facts, as_of)]),
        ("returned", [item for item in mine if item.returned]),
        ("difficulty", [item for item in mine if _difficulty(item, outline)]),
        ("not_started", [item for item in mine if item.status is Status.NOT_STARTED]),
    )


def _attention_line(task: TaskOutline, reason: str, concerned: list[_Owed], outline: PlanOutline) -> Attention:
    first = outline.answers.get(concerned[0].due.key)
    return Attention(
        number=task.number,
        title=task.title,
        reason=reason,
        agencies=_names(concerned, outline),
        detail=(first.difficulty or first.words) if first and reason != "missing" else "",
        reminded=max(outline.reminded.get(item.due.key, 0) for item in concerned),
    )
