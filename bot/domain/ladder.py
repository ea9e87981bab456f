"""The reminder ladder: what a plan owes, which rungs must be said by a moment, and why one need not be said. Pure.

A due has a day D and rungs counted from it in working days (see `bot.domain.policy`). A pause takes its days out of
the ladders it meets: the time that was left when it began is left when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain import periods
from bot.domain.facts import (
    ASSIGNMENT,
    Audience,
    Due,
    DutyFact,
    OwedRung,
    PlanFacts,
    Reason,
    RungKey,
    TaskFact,
)
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.pausing import Times, after_pauses, in_pauses, stands_still
from bot.domain.policy import Policy
from bot.domain.workdays import Calendar

_RUNG = re.compile(r"D(?:[+-][0-9]+)?")
_QUIET_FROM = -10
_Bound = datetime | None


@cache
def rung_name(offset: int) -> str:
    """−10 → "D-10", 0 → "D", 3 → "D+3"."""
    return f"D{offset:+d}" if offset else "D"


def rung_offset(name: str) -> int | None:
    """The inverse of `rung_name`; None for a rung that stands on no ladder (a snooze, a phone list)."""
    return int(name[1:] or 0) if _RUNG.fullmatch(name) else None


def dues(facts: PlanFacts, calendar: Calendar) -> tuple[Due, ...]:
    """Every due of the plan's year in its present round (returns and extensions move the day and begin a new one)."""
    times = Times(facts, calendar)
    return tuple(due for task in facts.tasks for duty in task.duties for due in _dues_of(times, task, duty))


def due_of(key: DueKey, facts: PlanFacts, calendar: Calendar) -> Due | None:
    """One due as it stands; None when the plan does not hold it (any more)."""
    task = facts.task_by_id.get(key.task_id)
    duty = next((duty for duty in task.duties if duty.agency_id == key.agency_id), None) if task else None
    if task is None or duty is None:
        return None
    found = _dues_of(Times(facts, calendar), task, duty)
    return next((due for due in found if due.key.what == key.what), None)


def owed(
    facts: PlanFacts, calendar: Calendar, *, after: _Bound = None, until: _Bound = None, fallen: bool = False
) -> tuple[OwedRung, ...]:
    """Every rung the plan's year holds, past and to come, in order of time; with bounds, those in (after, until].

    What a pause that still lasts has stopped is not among them: it is owed once the clock runs again. Nor, but with
    `fallen`, is what fell before the policy was changed last: that was written down.
    """
    times = Times(facts, calendar)
    after = max((bound for bound in (after, None if fallen else facts.policy.since) if bound), default=None)
    meets = cache(partial(_meets, times, after=after, until=until))
    rungs = [
        rung
        for due in _in_force(times)
        if meets(_shape(due))
        for rung in _rungs_of(times, due)
        if _inside(rung.owed_at, after, until)
    ]
    others = (*_assignment_rungs(times), *_period_wide_rungs(times))
    rungs += (rung for rung in others if _inside(rung.owed_at, after, until))
    return tuple(sorted(rungs, key=lambda rung: (rung.owed_at, rung.key.task_id, rung.key.agency_id, rung.key.what)))


@dataclass(frozen=True)
class Coming:
    """The next moments (aware) after one at which a plan owes something: to anybody, and to an agency's contact."""

    anybody: datetime | None
    contact: datetime | None


def coming(facts: PlanFacts, calendar: Calendar, after: datetime) -> Coming:
    """What comes next; cheaper than asking for every rung of the year."""
    times = Times(facts, calendar)
    others = [*_assignment_rungs(times), *_period_wide_rungs(times)]
    contact = {rung.owed_at for rung in others if rung.key.audience is Audience.CONTACT}
    held = {rung.owed_at for rung in others if rung.key.audience is not Audience.CONTACT}
    # Most ladders of a plan are of a few shapes; only where something is paused does it matter whose they are.
    for due in {(_shape(due), _whose(facts, due)): due for due in _in_force(times)}.values():
        contact.update(times.at(due, offset) for offset in due.rungs if _runs(times, due, offset))
        if due.followed_up:
            rungs = facts.policy.coordinator_rungs
            held.update(times.at(due, offset) for offset in rungs if _runs(times, due, offset))
    soonest = min((at for at in contact if at > after), default=None)
    return Coming(min((at for at in (*contact, *held) if at > after), default=None), soonest)


def _whose(facts: PlanFacts, due: Due) -> tuple[int, int] | None:
    return (due.key.task_id, due.key.agency_id) if facts.pauses else None


def _runs(times: Times, due: Due, offset: int) -> bool:
    """Whether a rung is owed at all and nothing stops it."""
    at = times.at(due, offset)
    return at >= due.since and not stands_still(times.facts, due.key.task_id, due.key.agency_id, at)


class _Shape(NamedTuple):
    """All that says when a due's rungs fall."""

    due_on: date
    counted_from: date | None
    stopped: frozenset[date]
    rungs: tuple[int, ...]
    followed_up: bool
    since: datetime


def _shape(due: Due) -> _Shape:
    return _Shape(due.due_on, due.counted_from, due.stopped, due.rungs, due.followed_up, due.since)


def _in_force(times: Times) -> Iterator[Due]:
    begun_on = times.facts.activated_at.astimezone(times.facts.zone).date()
    for task in times.facts.tasks:
        for duty in task.duties:
            for due in _dues_of(times, task, duty):
                if due.due_on >= begun_on:
                    yield due


def _meets(times: Times, ladder: _Shape, *, after: datetime | None, until: datetime | None) -> bool:
    """Whether a ladder reaches into a stretch of time."""
    last = max(*ladder.rungs, *times.facts.policy.coordinator_rungs)
    ended = after is not None and times.at(ladder, last) <= after
    return not ended and (until is None or times.at(ladder, min(ladder.rungs)) <= until)


def fate(rung: OwedRung, facts: PlanFacts, calendar: Calendar) -> OwedRung | Reason:
    """A rung that was written down earlier as the plan has it now: perhaps on another day; or why it is not said.

    PAUSED means not now: it is owed again when the clock runs. All other reasons are for good.
    """
    reason = reason_against(rung, facts, calendar)
    if reason is not None:
        return reason
    standing = _as_it_stands(rung, facts, calendar)
    if standing is not None:
        return standing
    key = rung.key
    return Reason.PAUSED if stands_still(facts, key.task_id, key.agency_id, rung.owed_at) else Reason.POLICY


def _as_it_stands(rung: OwedRung, facts: PlanFacts, calendar: Calendar) -> OwedRung | None:
    """The rung on its present day; None when it is not owed now.

    Rungs that stand on no ladder (a snooze, a phone list, a revision's messages) stay as they are unless a pause
    stops them.
    """
    times, key = Times(facts, calendar), rung.key
    if key.task_id == 0:
        found = [*_assignment_rungs(times), *_period_wide_rungs(times)] if key.round == 0 else []
        same = next((one for one in found if one.key == key), None)
        return same or (None if stands_still(facts, 0, key.agency_id, rung.owed_at) else rung)
    if rung_offset(key.rung) is None:
        return None if stands_still(facts, key.task_id, key.agency_id, rung.owed_at) else rung
    due = due_of(DueKey(key.task_id, key.agency_id, key.what), facts, calendar)
    return next((one for one in _rungs_of(times, due) if one.key == key), None) if due else None


def newest_only(rungs: Iterable[OwedRung]) -> tuple[tuple[OwedRung, ...], tuple[OwedRung, ...]]:
    """Split rungs that fell due together into the newest of each ladder and those it overtakes."""
    newest: dict[tuple[int, int, str, Audience], OwedRung] = {}
    overtaken: list[OwedRung] = []
    for rung in sorted(rungs, key=lambda rung: rung.owed_at):
        ladder = (rung.key.task_id, rung.key.agency_id, rung.key.what, rung.key.audience)
        if ladder in newest:
            overtaken.append(newest[ladder])
        newest[ladder] = rung
    return tuple(newest.values()), tuple(overtaken)


def reason_against(rung: OwedRung, facts: PlanFacts, calendar: Calendar) -> Reason | None:
    """Why this rung need not be sent as things stand, or None when it still must be."""
    if facts.closed:
        return Reason.PLAN_CLOSED
    if rung.key.what == ASSIGNMENT:
        return _assignment_reason(rung, facts)
    if rung.key.task_id == 0:
        called = rung.key.audience is Audience.COORDINATOR and periods.is_quarter(rung.key.what)
        return _review_reason(rung, facts) if called else None
    return _due_reason(rung, facts, calendar)


def outstanding(key: DueKey, facts: PlanFacts) -> bool:
    """Whether a due still wants an answer: nothing in, or what came in was returned; a milestone until it is done."""
    if key.milestone_on is not None:
        return not _milestone_ended(key, facts)
    report = facts.reports.get(key)
    return report is None or report.returned


def in_force(facts: PlanFacts, due: Due) -> bool:
    """Whatever was due before the plan was activated is neither chased nor counted as missing."""
    return due.due_on >= facts.activated_at.astimezone(facts.zone).date()


def sending_moment(now: datetime, calendar: Calendar, zone: ZoneInfo, policy: Policy) -> datetime:
    """`now` when a scheduled message may go out now, else the next moment it may: working hours of a working day."""
    local = now.astimezone(zone)
    if calendar.is_workday(local.date()):
        if local.time() < policy.send_time:
            return datetime.combine(local.date(), policy.send_time, zone)
        for start, end in policy.hours.spans:
            if local.time() < end:
                return max(local, datetime.combine(local.date(), start, zone))
    return datetime.combine(calendar.next_workday(local.date()), policy.send_time, zone)


def _inside(moment: datetime, after: datetime | None, until: datetime | None) -> bool:
    return (after is None or moment > after) and (until is None or moment <= until)


def _dues_of(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    """What one agency owes for one task: a report each quarter, and the dated points."""
    facts = times.facts
    for due in (*_period_dues(times, task, duty), *_milestone_dues(times, task, duty)):
        if _begun(facts, duty.begun_at, due.due_on):
            yield in_pauses(times, _in_present_round(facts, times.calendar, due))


def _begun(facts: PlanFacts, begun_at: datetime | None, day: date) -> bool:
    """A duty given, or a day named, in mid-year owes nothing that was due before."""
    return begun_at is None or day >= begun_at.astimezone(facts.zone).date()


def _since(facts: PlanFacts, duty: DutyFact) -> datetime:
    return max(facts.activated_at, duty.begun_at or facts.activated_at)


def _period_dues(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    for period, day in times.report_days.items():
        policy = times.report_policies[period]
        owes, rungs = policy.owes(duty.role), policy.rungs_for(duty.role)
        if rungs:
            due_on = times.ahead(day, policy.participants_ahead) if duty.role is DutyRole.PARTICIPANT else day
            key, since = DueKey(task.task_id, duty.agency_id, period), _since(times.facts, duty)
            yield Due(key, due_on, rungs, owes, since, counted_from=None if owes else day)


def _milestone_dues(times: Times, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    if not duty.role.owes_reports:
        return
    facts = times.facts
    year_end = date(facts.year, 12, 31)
    given = _since(facts, duty)
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
    if report and report.returned and report.returned_at and report.limit_on:
        moves.append((report.returned_at, report.limit_on))
    since, until_on = max(moves, default=(due.since, due.due_on))
    return replace(due, due_on=facts.policy.rolled(until_on, calendar), since=since, round=rounds, counted_from=None)


def _rungs_of(times: Times, due: Due) -> Iterator[OwedRung]:
    policy = times.facts.policy
    for offset in due.rungs:
        yield from _rung(times, due, offset, Audience.CONTACT)
    if due.followed_up:
        for offset in policy.coordinator_rungs:
            yield from _rung(times, due, offset, Audience.COORDINATOR)


def _rung(times: Times, due: Due, offset: int, audience: Audience) -> Iterator[OwedRung]:
    owed_at = times.at(due, offset)
    if owed_at >= due.since and not stands_still(times.facts, due.key.task_id, due.key.agency_id, owed_at):
        key = RungKey(due.key.task_id, due.key.agency_id, due.key.what, due.round, rung_name(offset), audience)
        yield OwedRung(key, due.due_on, owed_at)


def _assignment_rungs(times: Times) -> Iterator[OwedRung]:
    facts, days = times.facts, times.facts.policy.sign_workdays
    given_at: dict[int, datetime] = {}
    for duty in (duty for task in facts.tasks for duty in task.duties):
        since = _since(facts, duty)
        given_at[duty.agency_id] = min(since, given_at.get(duty.agency_id, since))
    for agency_id, since in sorted(given_at.items()):
        running = after_pauses(times, since, agency_id)
        if running is None:
            continue
        start = sending_moment(running, times.calendar, facts.zone, facts.policy)
        yield OwedRung(RungKey(0, agency_id, ASSIGNMENT, 0, rung_name(0), Audience.CONTACT), start.date(), start)
        unsigned_at = after_pauses(times, times.morning(times.calendar.shift(start.date(), days)), agency_id)
        if unsigned_at is not None:
            chased = RungKey(0, agency_id, ASSIGNMENT, 0, rung_name(days), Audience.COORDINATOR)
            unsigned_at = sending_moment(unsigned_at, times.calendar, facts.zone, facts.policy)
            yield OwedRung(chased, start.date(), unsigned_at)


def _period_wide_rungs(times: Times) -> Iterator[OwedRung]:
    """The coordinator's call to review what came in, then the leaders' summary: after the leads' day, in this order."""
    facts, policy = times.facts, times.facts.policy
    for period, day in times.report_days.items():
        due = in_pauses(times, Due(DueKey(0, 0, period), day, policy.rungs, True, facts.activated_at))
        for offset, audience in ((policy.review_rung, Audience.COORDINATOR), (policy.summary_rung, Audience.LEADER)):
            if in_force(facts, due):
                yield from _rung(times, due, offset, audience)


def _assignment_reason(rung: OwedRung, facts: PlanFacts) -> Reason | None:
    duties = [d for task in facts.tasks if not task.closed for d in task.duties if d.agency_id == rung.key.agency_id]
    if not duties:
        return Reason.DUTY_ENDED
    return Reason.SIGNED if all(duty.signed for duty in duties) else None


def _review_reason(rung: OwedRung, facts: PlanFacts) -> Reason | None:
    """The call to review is sent only while something of the period waits for it."""
    mine = (report for report in facts.reports.values() if report.key.what == rung.key.what)
    waiting = any(not report.accepted and not report.returned for report in mine)
    return None if waiting else Reason.NOTHING_TO_REVIEW


def _due_reason(rung: OwedRung, facts: PlanFacts, calendar: Calendar) -> Reason | None:
    task = facts.task_by_id.get(rung.key.task_id)
    if task is None or all(duty.agency_id != rung.key.agency_id for duty in task.duties):
        return Reason.DUTY_ENDED
    if task.closed or task.muted:
        return Reason.TASK_CLOSED if task.closed else Reason.MUTED
    key = DueKey(rung.key.task_id, rung.key.agency_id, rung.key.what)
    if not outstanding(key, facts):
        return Reason.REPORTED
    if rung.key.round < facts.round_of(key) or not _still_named(key, task, facts):
        return Reason.MOVED
    if key.milestone_on and rung.key.audience is Audience.CONTACT and _quieted(rung, facts, calendar, key):
        return Reason.RECENT_REPORT
    return None


def _still_named(key: DueKey, task: TaskFact, facts: PlanFacts) -> bool:
    """A dated point may have been taken out of the plan since its rung was decided; the year's end never is."""
    return key.milestone_on in (None, *task.milestones, date(facts.year, 12, 31))


def _milestone_ended(key: DueKey, facts: PlanFacts) -> bool:
    """A milestone ends when it, or the task itself in a period's report, was reported done."""
    return any(
        report.status is Status.DONE and not report.returned
        for report in facts.reports_for(key)
        if report.key.what == key.what or report.key.milestone_on is None
    )


def _quieted(rung: OwedRung, facts: PlanFacts, calendar: Calendar, key: DueKey) -> bool:
    """After any report since D−10 only D and D+1 of a milestone's ladder remain, and what a person asked for."""
    if rung.key.rung in (rung_name(0), rung_name(1)) or rung_offset(rung.key.rung) is None:
        return False
    since = Times(facts, calendar).morning(calendar.shift(rung.due_on, _QUIET_FROM))
    return any(report.latest_at >= since for report in facts.reports_for(key))
