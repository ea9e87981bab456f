"""The reminder ladder: what a plan owes, which rungs must be said by a moment, and why one need not be said. Pure.

A due has a day D and rungs counted from it in working days (see `bot.domain.policy`). A pause takes its days out of
the ladders it meets: the time that was left when it began is left when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain import periods
from bot.domain.facts import (
    ASSIGNMENT,
    Audience,
    Due,
    OwedRung,
    PlanFacts,
    Reason,
    RungKey,
    TaskFact,
)
from bot.domain.model import DueKey
from bot.domain.owing import due_of, dues_of, given_at, in_force, outstanding
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
            for due in dues_of(times, task, duty):
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
    """Split rungs that fell due together into the newest of each ladder and those it overtakes.

    Of two for the same moment the one on no ladder (a snooze, what is handed on) is the newer: somebody asked for it.
    """
    newest: dict[tuple[int, int, str, Audience], OwedRung] = {}
    overtaken: list[OwedRung] = []
    for rung in sorted(rungs, key=lambda rung: (rung.owed_at, rung_offset(rung.key.rung) is None)):
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


def assigning_moment(now: datetime, calendar: Calendar, zone: ZoneInfo, policy: Policy) -> datetime:
    """When tasks given at `now` are handed out: at once in working hours, else the next working morning (§4)."""
    moment, local = sending_moment(now, calendar, zone, policy), now.astimezone(zone)
    over_noon = moment > local and moment.date() == local.date() and local.time() >= policy.send_time
    return datetime.combine(calendar.next_workday(local.date()), policy.send_time, zone) if over_noon else moment


def _inside(moment: datetime, after: datetime | None, until: datetime | None) -> bool:
    return (after is None or moment > after) and (until is None or moment <= until)


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
    first: dict[int, datetime] = {}
    for duty in (duty for task in facts.tasks for duty in task.duties):
        since = given_at(facts, duty)
        first[duty.agency_id] = min(since, first.get(duty.agency_id, since))
    for agency_id, since in sorted(first.items()):
        running = after_pauses(times, since, agency_id)
        if running is None:
            continue
        start = assigning_moment(running, times.calendar, facts.zone, facts.policy)
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
    if key.milestone_on and _quieted(rung, facts, calendar, key):
        return Reason.RECENT_REPORT
    return None


def _still_named(key: DueKey, task: TaskFact, facts: PlanFacts) -> bool:
    """A dated point may have been taken out of the plan since its rung was decided; the year's end never is."""
    return key.milestone_on in (None, *task.milestones, date(facts.year, 12, 31))


def _quieted(rung: OwedRung, facts: PlanFacts, calendar: Calendar, key: DueKey) -> bool:
    """After any report since D−10 only D and D+1 of a milestone's ladder remain, and what a person asked for."""
    if rung.key.rung in (rung_name(0), rung_name(1)) or rung_offset(rung.key.rung) is None:
        return False
    since = calendar.shift(rung.due_on, _QUIET_FROM)
    return any(report.latest_at.astimezone(facts.zone).date() >= since for report in facts.reports_for(key))
