"""The clock of reminders: when a rung falls, and how a pause (暂停) stops and restarts it fairly. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol

from bot.domain import periods
from bot.domain.facts import Due, PauseFact, PlanFacts
from bot.domain.policy import Policy
from bot.domain.workdays import Calendar

# A ladder begins ten working days before its day: what a pause takes from these days is given back.
_BEGINS = -10


class Ladder(Protocol):
    """What says when the rungs of a due fall."""

    @property
    def due_on(self) -> date:
        """The day D."""
        ...

    @property
    def counted_from(self) -> date | None:
        """Where the rungs count from when it is not D."""
        ...

    @property
    def stopped(self) -> frozenset[date]:
        """Working days that a pause took out."""
        ...


class Times:
    """When the rungs of one plan's dues fall, each reckoned once; moments are in the office's time."""

    def __init__(self, facts: PlanFacts, calendar: Calendar) -> None:
        self.facts, self.calendar = facts, calendar
        self._moments: dict[tuple[date, frozenset[date], int], datetime] = {}
        self._stopped: dict[frozenset[date], Calendar] = {}
        self._ahead: dict[tuple[date, int], date] = {}

    @cached_property
    def report_days(self) -> Mapping[str, date]:
        """The day D of each quarter's report, before any pause."""
        policy = self.facts.policy
        return {period: policy.report_due_on(period, self.calendar) for period in periods.quarters(self.facts.year)}

    @cached_property
    def report_policies(self) -> Mapping[str, Policy]:
        """The settings each quarter's report follows."""
        policy = self.facts.policy
        return {period: policy.of_quarter(period, self.calendar) for period in periods.quarters(self.facts.year)}

    def ahead(self, day: date, workdays: int) -> date:
        """The participants' day for the leads' day, so many working days before it."""
        found = self._ahead.get((day, workdays))
        if found is None:
            found = self._ahead[day, workdays] = self.calendar.shift(day, -workdays)
        return found

    def at(self, due: Ladder, offset: int) -> datetime:
        """The moment of a due's rung. A heads-up before the ladder begins does not move with a pause."""
        base = due.counted_from or due.due_on
        stopped = due.stopped if offset >= _BEGINS else frozenset()
        found = self._moments.get((base, stopped, offset))
        if found is None:
            calendar = self.without(stopped)
            found = self.morning(calendar.shift(base, offset) if offset else base)
            self._moments[base, stopped, offset] = found
        return found

    def morning(self, day: date) -> datetime:
        """The moment scheduled messages go out on a day."""
        return datetime.combine(day, self.facts.policy.send_time, self.facts.zone)

    def without(self, stopped: frozenset[date]) -> Calendar:
        """The calendar in which the stopped days are not worked."""
        if not stopped:
            return self.calendar
        if stopped not in self._stopped:
            off = {**self.calendar.overrides, **dict.fromkeys(stopped, False)}
            self._stopped[stopped] = replace(self.calendar, overrides=off)
        return self._stopped[stopped]

    def days_in(self, pause: PauseFact) -> frozenset[date]:
        """The working days whose morning lies in a pause that has an end."""
        if pause.until_at is None:
            return frozenset()
        day, last = (moment.astimezone(self.facts.zone).date() for moment in (pause.from_at, pause.until_at))
        found = set()
        while day <= last:
            if self.calendar.is_workday(day) and pause.lasts(self.morning(day)):
                found.add(day)
            day += timedelta(days=1)
        return frozenset(found)


def in_pauses(times: Times, due: Due) -> Due:
    """The due with the days of ended pauses given back: what was left when one began is left when it ends."""
    if not times.facts.pauses:
        return due
    base = due.counted_from or due.due_on
    begins = times.calendar.shift(base, _BEGINS)
    covering = (pause for pause in times.facts.pauses if pause.covers(due.key.task_id, due.key.agency_id))
    stopped = frozenset(day for pause in covering for day in times.days_in(pause) if day >= begins)
    if not stopped:
        return due
    running = times.without(stopped)
    moved = running.shift(running.on_or_after(begins), -_BEGINS)
    if due.counted_from is None:
        return replace(due, due_on=moved, stopped=stopped, planned_on=due.due_on if moved != base else None)
    own = running.shift(moved, -times.calendar.between(due.due_on, base))
    planned = due.due_on if own != due.due_on else None
    return replace(due, due_on=own, counted_from=moved, stopped=stopped, planned_on=planned)


def stands_still(facts: PlanFacts, task_id: int, agency_id: int, at: datetime) -> bool:
    """Whether a pause stops what an agency owes for a task at a moment."""
    return any(pause.lasts(at) and pause.covers(task_id, agency_id) for pause in facts.pauses)


def after_pauses(times: Times, at: datetime, agency_id: int) -> datetime | None:
    """The first moment from `at` on at which no pause of the plan or the agency lasts; None while one has no end."""
    for pause in sorted(times.facts.pauses, key=lambda pause: pause.from_at):
        if pause.lasts(at) and pause.covers(0, agency_id):
            if pause.until_at is None:
                return None
            at = pause.until_at
    return at
