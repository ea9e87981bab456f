"""What a change of a plan's reminder policy does to what is not yet sent. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain import ladder, owing
from bot.domain.facts import ASSIGNMENT, Audience, Due, OwedRung, PlanFacts, RungKey
from bot.domain.model import DueKey, DutyRole
from bot.domain.policy import Policy
from bot.domain.policy_settings import SETTINGS, written
from bot.domain.workdays import Calendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SettingChange:
    """One setting's value as JSON before and after."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class DayMove:
    """A due day that moves: of how many open dues, and whether they are participants' (due before the leads)."""

    what: str
    participants: bool
    old_on: date
    new_on: date
    dues: int


@dataclass(frozen=True)
class RungCount:
    """How many reminders of one rung are still to come, before and after."""

    rung: str
    audience: Audience
    before: int
    after: int


@dataclass(frozen=True)
class PolicyChange:
    """What changes in what is not yet sent.

    `moved`, `added` and `dropped` count reminders still to come that fall at another moment, are new, or fall away;
    of the dropped, `passed` fall away because their new moment is over. `asked` and `spared` are the agencies with a
    part in a task for which more, or less, is asked of them than before. `first_at` is the next moment (aware) anything
    is said to a contact.
    """

    settings: tuple[SettingChange, ...] = ()
    days: tuple[DayMove, ...] = ()
    rungs: tuple[RungCount, ...] = ()
    moved: int = 0
    added: int = 0
    dropped: int = 0
    passed: int = 0
    asked: tuple[int, ...] = ()
    spared: tuple[int, ...] = ()
    old_first_at: datetime | None = None
    new_first_at: datetime | None = None


def differences(old: Policy, new: Policy) -> tuple[SettingChange, ...]:
    """The settings that differ, in the policy's order."""
    return tuple(
        SettingChange(name, written(old, name), written(new, name))
        for name in SETTINGS
        if getattr(old, name) != getattr(new, name)
    )


def compare(old: PlanFacts, new: PlanFacts, calendar: Calendar, decided: set[RungKey], now: datetime) -> PolicyChange:
    """What becomes of a plan's reminders when `new`, the same facts under another policy, holds from `now` on.

    `decided` are the rungs written down so far: they are not said again.
    """
    settings = differences(old.policy, new.policy)
    if not settings:
        return PolicyChange()
    before = _to_come(ladder.owed(old, calendar, after=now), old, decided)
    everything = ladder.owed(new, calendar, fallen=True)
    after = _to_come((rung for rung in everything if rung.owed_at > now), new, decided)
    sooner = {rung.key for rung in _brought_forward(before, everything, now)}
    gone = before.keys() - after.keys() - sooner
    fallen = {rung.key for rung in everything if rung.owed_at <= now}
    was, becomes = _open_dues(old, calendar), _open_dues(new, calendar)
    return PolicyChange(
        settings,
        days=_days(was, becomes, new),
        rungs=_counts(before.keys(), after.keys() | sooner),
        moved=len(sooner) + sum(before[key].owed_at != after[key].owed_at for key in before.keys() & after.keys()),
        added=len(after.keys() - before.keys()),
        dropped=len(gone),
        passed=len(gone & fallen),
        asked=_asked_more(was, becomes),
        spared=_asked_more(becomes, was),
        old_first_at=_first(before.values()),
        new_first_at=_first(after.values()),
    )


def to_write_down(old: PlanFacts, new: PlanFacts, calendar: Calendar, now: datetime) -> tuple[OwedRung, ...]:
    """What a change must not lose: rungs the old policy owed by now, and those of later today that the new one has
    earlier today. The caller leaves out what is written down already.
    """
    ahead = {rung.key: rung for rung in ladder.owed(old, calendar, after=now, until=now + _ONE_DAY)}
    everything = ladder.owed(new, calendar, until=now, fallen=True) if ahead else ()
    return (*ladder.owed(old, calendar, until=now), *_brought_forward(ahead, everything, now))


def said_already(new: PlanFacts, old: Policy, calendar: Calendar, said: set[RungKey], now: datetime) -> list[OwedRung]:
    """Rungs to come whose whole purpose was served under the old policy on another day: who is missing, whom to phone,
    the call to review, the summary, who has not signed.
    """
    found = []
    for rung in ladder.owed(new, calendar, after=now):
        names = _purposes(rung, new.policy)
        earlier = [replace(rung.key, rung=ladder.rung_name(getattr(old, name))) for name in names]
        if earlier and rung.key not in said and all(key in said for key in earlier):
            found.append(rung)
    return found


def _purposes(rung: OwedRung, policy: Policy) -> tuple[str, ...]:
    """The settings that put a rung where it stands; none for a contact's."""
    key = rung.key
    if key.audience is Audience.CONTACT:
        return ()
    if key.audience is Audience.LEADER:
        return ("summary_rung",)
    if key.task_id == 0:
        return ("sign_workdays",) if key.what == ASSIGNMENT else ("review_rung",)
    offset = ladder.rung_offset(key.rung)
    return tuple(name for name in ("missing_rung", "escalation_rung") if getattr(policy, name) == offset)


def _to_come(rungs: Iterable[OwedRung], facts: PlanFacts, decided: set[RungKey]) -> dict[RungKey, OwedRung]:
    """Rungs not written down yet that something still open wants."""
    return {rung.key: rung for rung in rungs if rung.key not in decided and _open(rung.key, facts)}


def _open(key: RungKey, facts: PlanFacts) -> bool:
    if key.task_id == 0:
        return True
    return _wanted(DueKey(key.task_id, key.agency_id, key.what), facts)


def _wanted(key: DueKey, facts: PlanFacts) -> bool:
    task = facts.task_by_id.get(key.task_id)
    return task is not None and not task.closed and not task.muted and owing.outstanding(key, facts)


def _brought_forward(
    ahead: Mapping[RungKey, OwedRung], everything: Iterable[OwedRung], now: datetime
) -> Iterator[OwedRung]:
    """Rungs of later today that are now to be said at an hour of today that is over."""
    for rung in everything:
        was = ahead.get(rung.key)
        if was is None or rung.owed_at > now:
            continue
        if was.owed_at.date() == rung.owed_at.date() == now.astimezone(was.owed_at.tzinfo).date():
            yield was


def _open_dues(facts: PlanFacts, calendar: Calendar) -> dict[DueKey, Due]:
    return {
        due.key: due for due in owing.dues(facts, calendar) if owing.in_force(facts, due) and _wanted(due.key, facts)
    }


def _days(was: Mapping[DueKey, Due], becomes: Mapping[DueKey, Due], facts: PlanFacts) -> tuple[DayMove, ...]:
    parts = {
        (task.task_id, duty.agency_id)
        for task in facts.tasks
        for duty in task.duties
        if duty.role is DutyRole.PARTICIPANT
    }
    moves: Counter[tuple[date, str, bool, date]] = Counter()
    for key, due in becomes.items():
        old = was.get(key)
        if old is not None and due.followed_up and old.followed_up and old.due_on != due.due_on:
            moves[old.due_on, key.what, (key.task_id, key.agency_id) in parts, due.due_on] += 1
    return tuple(DayMove(what, part, old_on, new_on, n) for (old_on, what, part, new_on), n in sorted(moves.items()))


def _counts(before: Iterable[RungKey], after: Iterable[RungKey]) -> tuple[RungCount, ...]:
    was, becomes = (Counter((key.audience, key.rung) for key in keys) for keys in (before, after))
    order = sorted(was.keys() | becomes.keys(), key=lambda one: (one[0], ladder.rung_offset(one[1]) or 0))
    return tuple(RungCount(rung, who, was[who, rung], becomes[who, rung]) for who, rung in order)


def _asked_more(was: Mapping[DueKey, Due], becomes: Mapping[DueKey, Due]) -> tuple[int, ...]:
    """Agencies of which some quarter's report is asked more: nothing, an invitation, a report of their own."""
    more = {
        key.agency_id
        for key, due in becomes.items()
        if key.milestone_on is None and _asks(due) > (_asks(was[key]) if key in was else 0)
    }
    return tuple(sorted(more))


def _asks(due: Due) -> int:
    return 2 if due.followed_up else 1


def _first(rungs: Iterable[OwedRung]) -> datetime | None:
    return min((rung.owed_at for rung in rungs if rung.key.audience is Audience.CONTACT), default=None)
