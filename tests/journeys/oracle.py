"""What a plan's year must say, written from the reminder policy alone; shares no code with the planner.

Where the policy is silent: required participants are due two working days before the leads; invited ones hear D-10 of
the leads' day only; an agency nobody can receive for is on the coordinator's phone list the same morning, once per due
and round; D+3 also calls the coordinator to review what lies open; after the house was down the newest rung of each
ladder is said and the older ones are overtaken; what is handed on the same morning says the due in the rung's place;
the end of a leave hands out the tasks that nobody could be handed, and nothing else that is past.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tests.journeys.oracle_days import back_at_work, in_hours, next_nine, quarter_end, rolled_back, step
from tests.journeys.oracle_people import Roster
from tests.journeys.oracle_reports import Key, Reports
from tests.journeys.policycase import OWING, Case, Item, TaskCase, Told, moment

LADDER = (-10, -3, -1, 0, 1)
FOLLOWED = (1, 3)
AHEAD = 2
HANDED = "H"


def name(offset: int) -> str:
    """D, D-3, D+1."""
    return "D" if offset == 0 else f"D{offset:+d}"


@dataclass(frozen=True)
class Due:
    """What an agency owes: its day, the contact's rungs, and whether the coordinator follows it up."""

    key: Key
    on: date
    rungs: tuple[int, ...]
    followed: tuple[int, ...]

    @property
    def ends_at(self) -> datetime:
        """When the due day is over."""
        return moment(self.on, 17, 30)


@dataclass(frozen=True)
class Owed:
    """An item that must be said at a moment or have a reason; `due` is None for those that belong to no one due."""

    item: Item
    at: datetime
    due: Due | None = None

    @property
    def ladder(self) -> tuple[str, str, str, int, str]:
        """Items of one ladder overtake one another."""
        item = self.item
        return (item.task, item.agency, item.what, item.turn, item.audience)

    @property
    def order(self) -> tuple[datetime, bool]:
        """Of two that are owed at the same moment the one that is handed on is the newer."""
        return (self.at, self.item.rung == HANDED)


def expected(case: Case) -> Told:
    """Everything the policy wants said in a case, and the reasons for what it does not."""
    return _Year(case).lived()


def dues_of(case: Case) -> Iterator[Due]:
    """Every due of the plan as its text and the calendar make them."""
    for task in case.tasks:
        for agency, role in task.duties:
            yield from _periods(case, task, agency, role)
            if role in OWING:
                yield from _milestones(case, task, agency)


def _periods(case: Case, task: TaskCase, agency: str, role: str) -> Iterator[Due]:
    for quarter in range(1, 5):
        key, day = Key(task.number, agency, f"{case.year}Q{quarter}"), report_day(case.year, quarter)
        if role in OWING:
            yield Due(key, day, LADDER, FOLLOWED)
        elif case.participants == "required":
            yield Due(key, step(day, -AHEAD), LADDER, FOLLOWED)
        elif case.participants == "invited":
            yield Due(key, day, (-10,), ())


def report_day(year: int, quarter: int) -> date:
    """The day a quarter's report is due."""
    return step(quarter_end(year, quarter), 5)


def _milestones(case: Case, task: TaskCase, agency: str) -> Iterator[Due]:
    year_end = date(case.year, 12, 31)
    for day in sorted({*task.milestones, year_end}):
        key = Key(task.number, agency, f"milestone:{day}")
        if day not in task.milestones:
            yield Due(key, rolled_back(day), (-30, -10, -3), ())
        else:
            yield Due(key, rolled_back(day), (-30, *LADDER) if day == year_end else LADDER, FOLLOWED)


class _Year:
    """One case looked at morning by morning."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.reports = Reports(case.events)
        self.roster = Roster(case)
        self.dues = tuple(dues_of(case))
        self.past = {due.key for due in self.dues if due.ends_at < case.activated_at}
        self.maybe: dict[Item, frozenset[str]] = {}
        self.pending = list(self._owed())
        self.said: dict[tuple[date, str], set[Item]] = {}
        self.unsaid: dict[Item, frozenset[str]] = {}
        self.unheard: set[Item] = set()
        self.messages: dict[tuple[str, int, int], set[date]] = {}

    def lived(self) -> Told:
        for at in self._moments():
            for agency in self.roster.newly_entered(at):
                self._reopen(agency)
            for agency in self.roster.newly_back(at):
                self._reopen(agency, "assignment")
            due_now = sorted((owed for owed in self.pending if owed.at <= at), key=lambda owed: owed.order)
            self.pending = [owed for owed in self.pending if owed.at > at]
            self._decide(due_now, at)
        said = frozenset((day, person, frozenset(items)) for (day, person), items in self.said.items())
        return Told(said, self.unsaid, self.maybe)

    def _moments(self) -> list[datetime]:
        """The moments at which the house may speak by itself: each working morning, and when it comes back."""
        first, downs = self.case.activated_at, [event for event in self.case.events if event.ends]
        came_or_went = [event for event in self.case.events if event.kind in ("entered", "joined", "left")]
        found = {self._handed_out_at(first), *(back_at_work(event.at) for event in came_or_went)}
        morning = next_nine(first)
        while morning < self.case.over_at:
            ends = next((event.ends for event in downs if event.ends and event.at <= morning < event.ends), None)
            spoken = back_at_work(ends) if ends else morning
            if spoken.date() == morning.date() or not ends:
                found.add(spoken)
            morning = next_nine(morning + timedelta(minutes=1))
        return sorted(found)

    def _owed(self) -> Iterator[Owed]:
        yield from self._assignments()
        for quarter in range(1, 5):
            day, what = report_day(self.case.year, quarter), f"{self.case.year}Q{quarter}"
            if moment(day, 17, 30) >= self.case.activated_at:
                yield Owed(Item("", "", what, 0, "D+3", "coordinator"), moment(step(day, 3)))
                yield Owed(Item("", "", what, 0, "D+4", "leader"), moment(step(day, 4)))
        for due in self.dues:
            yield from self._rungs(due)
        yield from self._handed_on()

    def _assignments(self) -> Iterator[Owed]:
        start = self._handed_out_at(self.case.activated_at)
        for agency in self.case.agencies:
            yield Owed(Item("", agency, "assignment", 0, "D", "contact"), start)
            yield Owed(Item("", agency, "assignment", 0, "D+3", "coordinator"), moment(step(start.date(), 3)))

    def _handed_out_at(self, at: datetime) -> datetime:
        """When assignments go out: at once, or at nine of the next working day."""
        return at if in_hours(at) else next_nine(at)

    def _handed_on(self) -> Iterator[Owed]:
        """What an agency still owes when its contact leaves, once for whoever is asked from then on."""
        for event in self.case.events:
            for agency in self.roster.left_by(event) if event.kind == "left" else ():
                at = back_at_work(event.at)
                if not self.reports.signed(agency, event.at):
                    yield Owed(Item("", agency, "assignment", 0, HANDED, "contact"), at)
                for due in self.dues:
                    if due.key.agency == agency and (current := self._begun(due, event.at)):
                        turn = self.reports.turn(due.key, event.at)
                        yield Owed(Item(due.key.task, agency, due.key.what, turn, HANDED, "contact"), at, current)

    def _begun(self, due: Due, at: datetime) -> Due | None:
        """The due with its day of the moment, if its ladder has begun and it is still open."""
        moved = [day for when, day in self.reports.moves(due.key) if when <= at]
        if not moved and due.key in self.past:
            return None
        current = replace(due, on=rolled_back(moved[-1])) if moved else due
        item = Item(due.key.task, due.key.agency, due.key.what, len(moved), "D", "contact")
        begun = step(current.on, min(due.rungs)) <= at.date()
        return current if begun and not self._reasons(Owed(item, at, current), at) else None

    def _rungs(self, due: Due) -> Iterator[Owed]:
        """The rungs of every round: as planned, and counted anew after each return or extension."""
        changes = self.reports.moves(due.key)
        starts = [(self.case.activated_at, due.on), *((at, rolled_back(day)) for at, day in changes)]
        for turn, (since, day) in enumerate(starts):
            ends = starts[turn + 1][0] if turn + 1 < len(starts) else None
            rungs = [(offset, "contact") for offset in due.rungs] + [(o, "coordinator") for o in due.followed]
            for offset, audience in rungs:
                key, at = due.key, moment(step(day, offset))
                item = Item(key.task, key.agency, key.what, turn, name(offset), audience)
                if turn == 0 and due.key in self.past:
                    continue
                if at < since:
                    continue
                if ends is not None and at > ends:
                    self.maybe[item] = frozenset({"moved"})
                else:
                    yield Owed(item, at, Due(key, day, due.rungs, due.followed))

    def _decide(self, due_now: Sequence[Owed], at: datetime) -> None:
        newest: dict[tuple[object, ...], Owed] = {}
        for owed in due_now:
            reasons = self._reasons(owed, at)
            if reasons:
                self.unsaid[owed.item] = reasons
                continue
            before = newest.get(owed.ladder)
            if before is not None:
                self.unsaid[before.item] = self._overtaken(before.item)
            newest[owed.ladder] = owed
        for owed in due_now:
            later = [other for other in due_now if other.ladder == owed.ladder and other.order > owed.order]
            if later and owed.item in self.unsaid:
                self.unsaid[owed.item] |= self._overtaken(owed.item)
        for owed in newest.values():
            self._say(owed, at)
        self._escalate([owed for owed in newest.values() if owed.item.rung == "D+3" and owed.due], at)

    def _overtaken(self, item: Item) -> frozenset[str]:
        """What nobody could hear once, and is too old when somebody can, was not said for either reason."""
        return frozenset({"overtaken", "nobody"} if item in self.unheard else {"overtaken"})

    def _reasons(self, owed: Owed, at: datetime) -> frozenset[str]:
        """Every reason not to say an item that holds at a moment, whoever would hear it."""
        item, reports = owed.item, self.reports
        if item.what == "assignment":
            return self._no_assignment(item.agency, at)
        if owed.due is None:
            idle = item.audience == "coordinator" and not reports.to_review(item.what, at)
            return frozenset({"nothing_to_review"} if idle else ())
        key, found = owed.due.key, set()
        if reports.closed(key.task, at):
            found.add("task_closed")
        if reports.turn(key, at) > item.turn:
            found.add("moved")
        found |= self._answered(owed, key, at)
        return frozenset(found)

    def _no_assignment(self, agency: str, at: datetime) -> frozenset[str]:
        tasks = [task.number for task in self.case.tasks if agency in dict(task.duties)]
        over = all(self.reports.closed(number, at) for number in tasks)
        signed = self.reports.signed(agency, at)
        return frozenset(({"signed"} if signed else set()) | ({"duty_ended", "task_closed"} if over else set()))

    def _answered(self, owed: Owed, key: Key, at: datetime) -> set[str]:
        reports, due = self.reports, owed.due
        if due is None or not key.what.startswith("milestone:"):
            return {"reported"} if reports.is_in(key, at) else set()
        if reports.milestone_done(key, at):
            return {"reported"}
        recent = reports.said_since(key, step(due.on, -10), at)
        return {"recent_report"} if recent and owed.item.rung not in ("D", "D+1", HANDED) else set()

    def _say(self, owed: Owed, at: datetime) -> None:
        item = owed.item
        if item.audience == "contact":
            self._ask(owed, at)
            return
        holders = self.roster.holders(item.audience, at)
        if not holders:
            self.unsaid[item] = frozenset({"nobody"})
        for person in holders:
            self._tell(person, item, at)

    def _escalate(self, late: Sequence[Owed], at: datetime) -> None:
        """Deputy and unit head hear of what is three days late, but not whoever was asked for it all along."""
        for owed in late:
            for person in self.roster.above(owed.item.agency, at):
                self._tell(person, owed.item, at)

    def _ask(self, owed: Owed, at: datetime) -> None:
        item = owed.item
        person = self.roster.asked(item.agency, at)
        if person is None:
            self.unsaid[item] = frozenset({"nobody"})
            self._to_phone_list(item, at)
            return
        month = (at.month - 1) // 3
        sent = self.messages.setdefault((item.agency, at.year, month), set())
        if at.date() not in sent and len(sent) >= self.case.cap_per_quarter and item.rung != HANDED:
            self.unsaid[item] = frozenset({"cap"})
            return
        sent.add(at.date())
        self._tell(person, item, at)

    def _to_phone_list(self, item: Item, at: datetime) -> None:
        call = Item(item.task, item.agency, item.what, item.turn, "phone", "coordinator")
        if not any(call in items for items in self.said.values()):
            for person in self.roster.holders("coordinator", at):
                self._tell(person, call, at)

    def _tell(self, person: str, item: Item, at: datetime) -> None:
        self.said.setdefault((at.date(), person), set()).add(item)

    def _reopen(self, agency: str, what: str = "") -> None:
        """What nobody could be told of an agency is owed again once somebody is there: all of it, or of one kind."""
        missed = (item for item, why in self.unsaid.items() if item.agency == agency and "nobody" in why)
        again = [item for item in missed if what in ("", item.what)]
        self.unheard.update(again)
        for item in again:
            del self.unsaid[item]
        known = {owed.item: owed for owed in self._owed()}
        self.pending += [known[item] for item in again]
