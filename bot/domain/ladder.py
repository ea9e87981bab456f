"""The reminder ladder: which rungs a plan owes by a moment, and why an owed rung need not be sent. Pure.

The default policy: report due on the 5th working day after a quarter; rungs D−10, D−3, D−1, D, D+1 at 09:00 on
working days to the contact, D+1 and D+3 to the coordinator, D+4 the period's summary to the leaders; year-end
milestones also D−30. D−n and D+n count working days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import periods
from bot.domain.facts import (
    ASSIGNMENT,
    Audience,
    Due,
    DutyFact,
    OwedRung,
    Participants,
    PlanFacts,
    Policy,
    Reason,
    RungKey,
    TaskFact,
)
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.workdays import Calendar


def rung_name(offset: int) -> str:
    """−10 → "D-10", 0 → "D", 3 → "D+3"."""
    return f"D{offset:+d}" if offset else "D"


def dues(facts: PlanFacts, calendar: Calendar) -> tuple[Due, ...]:
    """Every due of the plan's year in its present round (returns and extensions move the day and begin a new one)."""
    found: list[Due] = []
    days = _report_days(facts, calendar)
    for task in facts.tasks:
        for duty in task.duties:
            owed_dues = (*_period_dues(facts, days, task, duty), *_milestone_dues(facts, calendar, task, duty))
            found += [due for due in owed_dues if _begun(facts, duty.begun_at, due.due_on)]
    return tuple(_in_present_round(facts, calendar, due) for due in found)


def owed(facts: PlanFacts, calendar: Calendar) -> tuple[OwedRung, ...]:
    """Every rung the plan's year holds, past and to come, in order of time."""
    known = dues(facts, calendar)
    rungs = [rung for due in known if in_force(facts, due) for rung in _rungs_of(facts, calendar, due)]
    rungs += _assignment_rungs(facts, calendar)
    rungs += _summary_rungs(facts, calendar)
    return tuple(sorted(rungs, key=lambda rung: (rung.owed_at, rung.key.task_id, rung.key.agency_id, rung.key.what)))


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
    if facts.paused:
        return Reason.PLAN_PAUSED
    if rung.key.what == ASSIGNMENT:
        return _assignment_reason(rung, facts)
    if rung.key.task_id == 0:
        return None
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


def next_moment(rungs: Iterable[OwedRung], after: datetime) -> datetime | None:
    """The earliest owed moment strictly after `after`."""
    return min((rung.owed_at for rung in rungs if rung.owed_at > after), default=None)


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


def _report_days(facts: PlanFacts, calendar: Calendar) -> Mapping[str, date]:
    """The day D of each quarter's report."""
    workday = facts.policy.report_workday
    return {period: periods.report_due_on(period, calendar, workday) for period in periods.quarters(facts.year)}


def _begun(facts: PlanFacts, begun_at: datetime | None, day: date) -> bool:
    """A duty given, or a day named, in mid-year owes nothing that was due before."""
    return begun_at is None or day >= begun_at.astimezone(facts.zone).date()


def _since(facts: PlanFacts, duty: DutyFact) -> datetime:
    return max(facts.activated_at, duty.begun_at or facts.activated_at)


def _period_dues(facts: PlanFacts, days: Mapping[str, date], task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    rungs = _period_rungs(facts.policy, duty.role)
    if not rungs:
        return
    for period, due_on in days.items():
        key = DueKey(task.task_id, duty.agency_id, period)
        yield Due(key, due_on, rungs, owes(facts.policy, duty.role), _since(facts, duty))


def _period_rungs(policy: Policy, role: DutyRole) -> tuple[int, ...]:
    if owes(policy, role):
        return policy.rungs
    return policy.invited_rungs if policy.participants is Participants.INVITED else ()


def owes(policy: Policy, role: DutyRole) -> bool:
    """Whether an agency in this role owes a period report under the plan's policy."""
    return role.owes_reports or policy.participants is Participants.REQUIRED


def _milestone_dues(facts: PlanFacts, calendar: Calendar, task: TaskFact, duty: DutyFact) -> Iterator[Due]:
    if not duty.role.owes_reports:
        return
    year_end = date(facts.year, 12, 31)
    given = _since(facts, duty)
    for day in sorted({*task.milestones, year_end}):
        key = DueKey(task.task_id, duty.agency_id, f"milestone:{day.isoformat()}")
        due_on = calendar.on_or_before(day)
        named = day in task.milestones and _begun(facts, task.named.get(day), due_on)
        if named or day == year_end:
            rungs = _milestone_rungs(facts.policy, day == year_end, named)
            since = max(given, task.named.get(day, given)) if named else given
            yield Due(key, due_on, rungs, named, since)


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
    return Due(due.key, calendar.on_or_before(until_on), due.rungs, due.followed_up, since, rounds)


def _rungs_of(facts: PlanFacts, calendar: Calendar, due: Due) -> Iterator[OwedRung]:
    wanted = [(offset, Audience.CONTACT) for offset in due.rungs]
    if due.followed_up:
        wanted += [(offset, Audience.COORDINATOR) for offset in facts.policy.coordinator_rungs]
    for offset, audience in wanted:
        rung = _rung(facts, calendar, due, offset, audience)
        if rung.owed_at >= due.since:
            yield rung


def _rung(facts: PlanFacts, calendar: Calendar, due: Due, offset: int, audience: Audience) -> OwedRung:
    key = RungKey(due.key.task_id, due.key.agency_id, due.key.what, due.round, rung_name(offset), audience)
    return OwedRung(key, due.due_on, _at(facts, calendar, due.due_on, offset))


def _at(facts: PlanFacts, calendar: Calendar, day: date, offset: int) -> datetime:
    local = calendar.shift(day, offset) if offset else day
    return datetime.combine(local, facts.policy.send_time, facts.zone)


def _assignment_rungs(facts: PlanFacts, calendar: Calendar) -> Iterator[OwedRung]:
    given_at: dict[int, datetime] = {}
    for duty in (duty for task in facts.tasks for duty in task.duties):
        since = _since(facts, duty)
        given_at[duty.agency_id] = min(since, given_at.get(duty.agency_id, since))
    for agency_id, since in sorted(given_at.items()):
        start = sending_moment(since, calendar, facts.zone, facts.policy)
        unsigned_at = _at(facts, calendar, start.date(), facts.policy.sign_workdays)
        given = RungKey(0, agency_id, ASSIGNMENT, 0, rung_name(0), Audience.CONTACT)
        chased = RungKey(0, agency_id, ASSIGNMENT, 0, rung_name(facts.policy.sign_workdays), Audience.COORDINATOR)
        yield OwedRung(given, start.date(), start)
        yield OwedRung(chased, start.date(), unsigned_at)


def _summary_rungs(facts: PlanFacts, calendar: Calendar) -> Iterator[OwedRung]:
    for period, due_on in _report_days(facts, calendar).items():
        if due_on >= facts.activated_at.astimezone(facts.zone).date():
            key = RungKey(0, 0, period, 0, rung_name(facts.policy.summary_rung), Audience.LEADER)
            yield OwedRung(key, due_on, _at(facts, calendar, due_on, facts.policy.summary_rung))


def _assignment_reason(rung: OwedRung, facts: PlanFacts) -> Reason | None:
    duties = [d for task in facts.tasks if not task.closed for d in task.duties if d.agency_id == rung.key.agency_id]
    if not duties:
        return Reason.DUTY_ENDED
    return Reason.SIGNED if all(duty.signed for duty in duties) else None


def _due_reason(rung: OwedRung, facts: PlanFacts, calendar: Calendar) -> Reason | None:
    task = facts.task_by_id.get(rung.key.task_id)
    if task is None or all(duty.agency_id != rung.key.agency_id for duty in task.duties):
        return Reason.DUTY_ENDED
    if task.closed or task.paused:
        return Reason.TASK_CLOSED if task.closed else Reason.TASK_PAUSED
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
    """After any report since D−10 only D and D+1 of a milestone's ladder remain."""
    if rung.key.rung in (rung_name(0), rung_name(1)):
        return False
    since = _at(facts, calendar, rung.due_on, -10)
    return any(report.latest_at >= since for report in facts.reports_for(key))
