"""Dues as a person sees them: lines with titles, days, what was said last; which are open for an actor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.domain import owing
from bot.domain.facts import Due, PlanFacts
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.pausing import Times
from bot.domain.people import Actor
from bot.domain.views import DueLine, LastReport
from bot.domain.workdays import Calendar
from storage import facts as fact_queries
from storage import people, plans, reports
from storage.tables import Milestone, Plan, Report, Review, Target, Task


@dataclass(frozen=True)
class Rode:
    """How a due came to be on a card: the rung's name and, when it comes late, the day it was owed on."""

    rung: str = ""
    late_on: date | None = None


class DueBook:
    """One plan's dues at a moment, read once: facts, names and reports behind every line."""

    def __init__(self, session: Session, plan: Plan, actor: Actor, now: datetime) -> None:
        self.session, self.plan, self.actor, self.now = session, plan, actor, now
        own = None if actor.sees_whole_plan else actor.agency_ids
        self.facts: PlanFacts = fact_queries.plan_facts(session, plan, agency_ids=own)
        self.calendar: Calendar = fact_queries.calendar_of(session, plan.office_id)
        self.today: date = now.astimezone(self.facts.zone).date()

    @cached_property
    def by_key(self) -> Mapping[DueKey, Due]:
        return {due.key: due for due in owing.dues(self.facts, self.calendar)}

    @cached_property
    def tasks(self) -> Mapping[int, Task]:
        return {task.id: task for task in plans.visible_tasks(self.session, self.actor, self.plan.id)}

    @cached_property
    def milestones(self) -> Mapping[int, tuple[Milestone, ...]]:
        return _grouped(plans.milestones_of(self.session, self.tasks))

    @cached_property
    def targets(self) -> Mapping[int, tuple[Target, ...]]:
        return _grouped(plans.targets_of(self.session, self.tasks))

    @cached_property
    def agencies(self) -> Mapping[int, str]:
        ids = {duty.agency_id for task in self.facts.tasks for duty in task.duties}
        return people.agency_names(self.session, ids)

    @cached_property
    def reports(self) -> Mapping[DueKey, Report]:
        found = reports.visible(self.session, self.actor, self.plan.id)
        return {DueKey(report.task_id, report.agency_id, report.what): report for report in found}

    @cached_property
    def reviews(self) -> Mapping[int, Review]:
        return reports.reviews_of(self.session, (report.id for report in self.reports.values()))

    def role(self, key: DueKey) -> DutyRole:
        """The agency's part in the due's task."""
        duties = self.facts.task_by_id[key.task_id].duties
        return next(duty.role for duty in duties if duty.agency_id == key.agency_id)

    def knows(self, key: DueKey) -> bool:
        """Whether the due exists now and the actor may see its task."""
        return key in self.by_key and key.task_id in self.tasks

    def open_keys(self) -> tuple[DueKey, ...]:
        """What the actor's agencies owe now: outstanding dues whose ladder has begun, nearest day first."""
        begun = [
            due
            for due in self.by_key.values()
            if due.key.agency_id in self.actor.agency_ids
            and due.key.task_id in self.tasks
            and self.has_begun(due)
            and owing.outstanding(due.key, self.facts)
        ]
        return tuple(due.key for due in sorted(begun, key=self.order))

    def reportable_keys(self) -> tuple[DueKey, ...]:
        """Dues free text may answer: the open ones, else what the actor's agencies owe for the next due day."""
        opened = self.open_keys()
        if opened:
            return opened
        coming = [
            due
            for due in self.by_key.values()
            if due.key.agency_id in self.actor.agency_ids
            and due.followed_up
            and due.due_on >= self.today
            and due.key.task_id in self.tasks
            and due.key.milestone_on is None
        ]
        nearest = min((due.due_on for due in coming), default=None)
        return tuple(due.key for due in sorted(coming, key=self.order) if due.due_on == nearest)

    def reported_keys(self) -> tuple[DueKey, ...]:
        """What the actor's agencies have answered already and may correct, the newest answer first."""
        answered = [key for key in self.reports if key.agency_id in self.actor.agency_ids and self.knows(key)]
        return tuple(sorted(answered, key=lambda key: self.reports[key].id, reverse=True))

    def has_begun(self, due: Due) -> bool:
        """Whether the due's ladder has begun by today."""
        task = self.facts.task_by_id[due.key.task_id]
        if task.closed or not due.rungs:
            return False
        if due.due_on < self.facts.activated_at.astimezone(self.facts.zone).date():
            return False
        return self._times.at(due, min(due.rungs)).date() <= self.today

    @cached_property
    def _times(self) -> Times:
        return Times(self.facts, self.calendar)

    def order(self, due: Due) -> tuple[date, int, int]:
        """Nearest day first, then in the plan's order."""
        return (due.due_on, self.tasks[due.key.task_id].position, due.key.agency_id)

    def line(self, key: DueKey, rode: Rode | None = None) -> DueLine:
        """The due as a line on a card."""
        due, task = self.by_key[key], self.tasks[key.task_id]
        report = self.reports.get(key)
        review = self.reviews.get(report.id) if report else None
        returned = review if review and not review.accepted else None
        rode = rode or Rode()
        return DueLine(
            task_id=key.task_id,
            agency_id=key.agency_id,
            what=key.what,
            number=task.number,
            title=task.title,
            agency=self.agencies[key.agency_id],
            role=self.role(key),
            due_on=due.due_on,
            rung=rode.rung,
            late_on=rode.late_on,
            milestone_words=self._milestone_words(key),
            targets=tuple(target.words for target in self.targets.get(key.task_id, ())),
            outstanding=owing.outstanding(key, self.facts),
            invited=not due.followed_up and key.milestone_on is None,
            last=self._last(key),
            returned_reason=returned.reason if returned else "",
            returned_note=returned.note if returned else "",
            days_left=self.calendar.between(self.today, due.due_on),
            body=task.body,
            closes_at=self.facts.policy.report_time,
            planned_on=due.planned_on,
            paused_days=self.calendar.between(due.planned_on, due.due_on) if due.planned_on else 0,
        )

    def _milestone_words(self, key: DueKey) -> tuple[str, ...]:
        found = self.milestones.get(key.task_id, ())
        return tuple(dict.fromkeys(row.words for row in found if row.day_on and row.day_on == key.milestone_on))

    def _last(self, key: DueKey) -> LastReport | None:
        """The newest thing this agency said about the task."""
        said = [
            report
            for other, report in self.reports.items()
            if (other.task_id, other.agency_id) == (key.task_id, key.agency_id)
        ]
        if not said:
            return None
        report = max(said, key=lambda row: (row.told_at, row.id))
        return LastReport(
            on=report.told_at.astimezone(self.facts.zone).date(),
            status=Status(report.status),
            percent=report.percent,
            words=report.words,
            number=report.number,
        )


class DueBooks:
    """The books of every plan that dues on one card come from, each opened once."""

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self.session, self.actor, self.now = session, actor, now
        self._opened: dict[int, DueBook] = {}

    def of(self, key: DueKey) -> DueBook | None:
        """The book of a due's plan; None for a task that does not exist."""
        for book in self._opened.values():
            if key.task_id in book.facts.task_by_id:
                return book
        task = self.session.get(Task, key.task_id)
        if task is None:
            return None
        if task.plan_id not in self._opened:
            plan = self.session.get_one(Plan, task.plan_id)
            self._opened[task.plan_id] = DueBook(self.session, plan, self.actor, self.now)
        return self._opened[task.plan_id]

    def knows(self, key: DueKey) -> bool:
        """Whether the due exists now and the actor may see it: a contact those of the own agencies only."""
        book = self.of(key)
        own = self.actor.sees_whole_plan or key.agency_id in self.actor.agency_ids
        return own and book is not None and book.knows(key)

    def line(self, key: DueKey, rode: Rode | None = None) -> DueLine:
        """A known due as a line on a card."""
        book = self.of(key)
        if book is None:
            raise LookupError(key)
        return book.line(key, rode)


_OfTask = TypeVar("_OfTask", Milestone, Target)


def _grouped(rows: Iterable[_OfTask]) -> dict[int, tuple[_OfTask, ...]]:
    found: dict[int, list[_OfTask]] = {}
    for row in rows:
        found.setdefault(row.task_id or 0, []).append(row)
    return {task_id: tuple(of_task) for task_id, of_task in found.items()}
