"""A plan's reminder policy as data: when reports are due, which rungs are said when and to whom, and the limits.

Every default is the product's (product.md §4): due on the 5th working day after a quarter; rungs D−10, D−3, D−1, D,
D+1 at 09:00 on working days; who is missing on D+1, escalation on D+3, the period's summary on D+4; year-end
milestones also D−30. D−n and D+n count working days. Times are local to the office.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from bot.domain import periods
from bot.domain.model import DutyRole, Position
from bot.domain.workdays import Calendar, WorkingHours


class Participants(StrEnum):
    """What participants of a task are asked for: nothing, the D−10 rung only, or a report of their own."""

    NONE = "none"
    INVITED = "invited"
    REQUIRED = "required"


class Roll(StrEnum):
    """Where a dated point goes that falls on a day off: the last working day before it, or the first after it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Policy:
    """A plan's reminder settings; rungs in working days relative to D, times local to the office.

    A quarter's report is due on the `report_workday`th working day after it, or on day `report_day` of the month after
    it where that is set. The year's last report follows the same rule unless `year_end_on` names its day (month, day);
    a month of the first half lies in the next year. `participants_ahead` is by how many working days participants are
    due before the leads, who have to work their parts in. A limit of 0 is none.

    `since` (aware, in the office's time) is when these settings took the place of those `before`: they make nothing
    owed that would have fallen by then, and a due whose day had come under the earlier ones keeps to them.
    """

    report_workday: int = 5
    report_day: int = 0
    year_end_on: tuple[int, int] | None = None
    roll: Roll = Roll.BEFORE
    send_time: time = time(9, 0)
    report_time: time = time(17, 30)
    hours: WorkingHours = field(default_factory=WorkingHours)
    rungs: tuple[int, ...] = (-10, -3, -1, 0, 1)
    year_end_rungs: tuple[int, ...] = (-30, -10, -3, -1, 0, 1)
    heads_up_rungs: tuple[int, ...] = (-30, -10, -3)
    invited_rungs: tuple[int, ...] = (-10,)
    missing_rung: int = 1
    escalation_rung: int = 3
    review_rung: int = 3
    summary_rung: int = 4
    sign_workdays: int = 3
    participants: Participants = Participants.INVITED
    participants_ahead: int = 2
    escalate_to: tuple[Position, ...] = (Position.DEPUTY, Position.HEAD)
    cap_per_week: int = 0
    cap_per_quarter: int = 12
    reach_check: bool = True
    since: datetime | None = None
    before: Policy | None = None

    @property
    def coordinator_rungs(self) -> tuple[int, ...]:
        """What the coordinator hears of a due that nobody answered: who is missing, then whom to phone."""
        return tuple(sorted({self.missing_rung, self.escalation_rung}))

    def owes(self, role: DutyRole) -> bool:
        """Whether an agency in this role owes a period report."""
        return role.owes_reports or self.participants is Participants.REQUIRED

    def rungs_for(self, role: DutyRole) -> tuple[int, ...]:
        """The rungs of a quarter's report for an agency in this role; none for those not even invited."""
        if self.owes(role):
            return self.rungs
        return self.invited_rungs if self.participants is Participants.INVITED else ()

    def rolled(self, day: date, calendar: Calendar) -> date:
        """The working day that counts for a dated point."""
        return calendar.on_or_before(day) if self.roll is Roll.BEFORE else calendar.on_or_after(day)

    def report_due_on(self, period: str, calendar: Calendar) -> date:
        """The day D of a quarter's report; a year's is its last quarter's."""
        quarter = period if periods.is_quarter(period) else periods.quarters(periods.year_of(period))[-1]
        return self.of_quarter(quarter, calendar)._report_day(quarter, calendar)

    def of_quarter(self, quarter: str, calendar: Calendar) -> Policy:
        """The settings a quarter's report follows: those in force when its day came, else these."""
        return self._in_force(lambda policy: policy._report_day(quarter, calendar))

    def of_day(self, day: date, calendar: Calendar) -> Policy:
        """The settings a dated point follows."""
        return self._in_force(lambda policy: policy.rolled(day, calendar))

    def _in_force(self, due: Callable[[Policy], date]) -> Policy:
        """The earliest settings under which the day came while they were in force."""
        found, newer = self, self
        while newer.before is not None and newer.since is not None:
            older = newer.before
            if (older.since is None or older.since.date() <= due(older)) and due(older) < newer.since.date():
                found = older
            newer = older
        return found

    def _report_day(self, quarter: str, calendar: Calendar) -> date:
        if self.year_end_on and quarter.endswith("Q4"):
            return self.rolled(self._year_end(periods.year_of(quarter)), calendar)
        if self.report_day:
            return self.rolled(_in_next_month(periods.last_day(quarter), self.report_day), calendar)
        return calendar.shift(periods.last_day(quarter), self.report_workday)

    def current_quarter(self, day: date, calendar: Calendar) -> str:
        """The quarter people mean on a day: the one just over until ten working days after its due day, else this."""
        before = periods.previous_quarter(periods.quarter_of(day))
        ends = calendar.shift(self.report_due_on(before, calendar), 10)
        return before if day <= ends else periods.quarter_of(day)

    def _year_end(self, year: int) -> date:
        month, day = self.year_end_on or (12, 31)
        return date(year if month > 6 else year + 1, month, day)


def _in_next_month(last: date, day: int) -> date:
    """The day of the month after `last`, a month's last day; every month has the days a policy may name (1 to 28)."""
    return date(last.year + last.month // 12, last.month % 12 + 1, day)
