"""What a plan owes: each agency's reports and dated points with their days, returns, extensions and pauses. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from bot.domain.facts import Due, DutyFact, PlanFacts, TaskFact
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.pausing import Times, in_pauses
from bot.domain.policy import Policy
from bot.domain.workdays import Calendar


def dues(facts: PlanFacts, calendar: Calendar) -> tuple[Due, ...]:
    """Every due of the plan's year in its present round (returns and extensions move the day and begin a new one)."""
    times = Times(facts, calendar)
    return tuple(due for task in facts.tasks for duty in task.duties for due in dues_of(times, task, duty))


def due_of(key: DueKey, facts: PlanFacts, calendar: Calendar) -> Due | None:
    """One due as it stands; None when the plan does not hold it (any more)."""
    task = facts.task_by_id.get(key.task_id)
    duty = next((duty for duty in task.duties if duty.agency_id == key.agency_id), None) if task else None
    if task is None or duty is None:
        return None
    found = dues_of(Times(facts, calendar), task, duty)
    return next((due for due in found if due.key.what == key.what), None)


def outstanding(key: DueKey, facts: PlanFacts) -> bool:
    """Whether a due still wants an answer: nothing in, or what came in was returned; a milestone until it is done."""
    if key.milestone_on is not None:
        return not _milestone_ended(key, facts)
    report = facts.reports.get(key)
    return report is None or report.returned


def in_force(facts: PlanFacts, due: Due) -> bool:
    """Whatever was due before the plan was activated is neither chased nor counted as missing."""
    return due.due_on >= facts.activated_at.astimezone(facts.zone).date()


def dues_of(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    """What one agency owes for one task: a report each quarter, and the dated points."""
    facts = times.facts
    for due in (*_period_dues(times, task, duty), *_milestone_dues(times, task, duty)):
        if _begun(facts, duty.begun_at, due.due_on):
            yield in_pauses(times, _in_present_round(facts, times.calendar, due))


def _begun(facts: PlanFacts, begun_at: datetime | None, day: date) -> bool:
    """A duty given, or a day named, in mid-year owes nothing that was due before."""
    return begun_at is None or day >= begun_at.astimezone(facts.zone).date()


def given_at(facts: PlanFacts, duty: DutyFact) -> datetime:
    """Since when an agency has its part: 启用, or the revision that gave it."""
    return max(facts.activated_at, duty.begun_at or facts.activated_at)


def _period_dues(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    for period, day in times.report_days.items():
        policy = times.report_policies[period]
        owes, rungs = policy.owes(duty.role), policy.rungs_for(duty.role)
        if rungs:
            due_on = times.ahead(day, policy.participants_ahead) if duty.role is DutyRole.PARTICIPANT else day
            key, since = DueKey(task.task_id, duty.agency_id, period), given_at(times.facts, duty)
            yield Due(key, due_on, rungs, owes, since, counted_from=None if owes else day)


def _milestone_dues(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    if not duty.role.owes_reports:
        return
    facts = times.facts
    year_end = date(facts.year, 12, 31)
    given = given_at(facts, duty)
    for day in sorted({*task.milestones, year_end}):
        policy = facts.policy.of_day(day, times.calendar)
        due_on = policy.rolled(day, times.calendar)
        named = day in task.milestones and _begun(facts, task.named.get(day), due_on)
        rungs = _milestone_rungs(policy, day == year_end, named)
        if named or (day == year_end and rungs):
            since = max(given, task.named.get(day, given)) if named else given
            yield Due(DueKey(task.task_id, duty.agency_id, _milestone(day)), due_on, rungs, named, since)


@cache
def _milestone(day: date) -> str:
    return f"milestone:{day.isoformat()}"


def _milestone_rungs(policy: Policy, is_year_end: bool, named: bool) -> tuple[int, ...]:
    if not is_year_end:
        return policy.rungs
    return policy.year_end_rungs if named else policy.heads_up_rungs


def _in_present_round(facts: PlanFacts, calendar: Calendar, due: Due) -> Due:
    """Move a due to its latest extension or return limit; rungs before that decision are not owed again."""
    rounds = facts.round_of(due.key)
    if not rounds:
        return due
    report = facts.reports.get(due.key)
    moves = [(e.granted_at, e.until_on) for e in facts.extensions_by_key.get(due.key, ())]
    granted = max(moves, default=None)
    if report and report.returned_at and report.limit_on:
        moves.append((report.returned_at, report.limit_on))
    since, until_on = max(moves, default=(due.since, due.due_on))
    moved = replace(due, due_on=facts.policy.rolled(until_on, calendar), since=since, round=rounds, counted_from=None)
    answer_on = facts.policy.rolled(granted[1], calendar) if granted else due.due_on
    return replace(moved, answer_on=answer_on if answer_on != moved.due_on else None)


def _milestone_ended(key: DueKey, facts: PlanFacts) -> bool:
    """A milestone ends when it was reported done, or the task itself was in the last word of the periods' reports."""
    own = facts.reports.get(key)
    of_periods = [report for report in facts.reports_for(key) if report.key.milestone_on is None]
    last = max(of_periods, key=lambda report: report.latest_at, default=None)
    return any(report and report.status is Status.DONE and not report.returned for report in (own, last))
