"""The particulars behind a reason: which report, which pause, which return, as the rows say; nothing where none do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.dispatch import Told
from bot.domain.facts import ASSIGNMENT, Audience, Due, OwedRung, PlanFacts, Reason
from bot.domain.model import DueKey, Status
from bot.domain.people import in_turn
from bot.domain.whyviews import BEFORE_ACTIVATION, BEFORE_DUTY, BEFORE_ROUND
from bot.domain.workdays import Calendar
from storage import people, plans, reminders
from storage.tables import Duty, Plan, Reminder, Report, Task

Facts = dict[str, object]


class Particulars:
    """Looks up what lies behind the reasons of one plan's rungs towards one agency."""

    def __init__(
        self, session: Session, plan: Plan, facts: PlanFacts, calendar: Calendar, agency_id: int, now: datetime
    ) -> None:
        self.session, self.plan, self.facts, self.calendar = session, plan, facts, calendar
        self.agency_id, self.now = agency_id, now

    def of(self, reason: str, rung: OwedRung, at: datetime | None = None) -> Facts:
        """What is known of why this rung was not said, decided `at` (now when it is not decided yet)."""
        look = _LOOK.get(reason)
        return look(self, rung, at or self.now) if look else {}

    def cap_against(self, rung: OwedRung) -> Reason | None:
        """Whether the messages so far already reach the limit of the rung's week or quarter."""
        if rung.key.audience is not Audience.CONTACT or rung.key.what == ASSIGNMENT:
            return None
        return Reason.CAP if self._told(rung.owed_at).at_limit(self.facts.policy) else None

    def source(self, task: Task, what: str) -> str:
        """The plan's own words: those of the dated point, else the task's text."""
        on = DueKey(0, 0, what).milestone_on if what != ASSIGNMENT else None
        words = [row.words for row in plans.milestones_of(self.session, [task.id]) if on and row.day_on == on]
        return "；".join(dict.fromkeys(words)) or task.body or task.title

    def rule(self, due: Due) -> tuple[str, Mapping[str, object]]:
        """How the due's day was found (see `WhyDue.rule`)."""
        on, policy = due.key.milestone_on, self.facts.policy
        if due.round:
            return "moved", {"on": due.due_on}
        if on is not None:
            return ("rolled" if on != (due.planned_on or due.due_on) else "milestone"), {"on": on}
        settings = policy.of_quarter(due.key.what, self.calendar)
        if settings.year_end_on and due.key.what.endswith("Q4"):
            return "year_end", {"on": due.planned_on or due.due_on}
        if settings.report_day:
            return "day", {"day": settings.report_day}
        return "workday", {"n": settings.report_workday}

    def local(self, at: datetime) -> date:
        """The office's day of a moment."""
        return at.astimezone(self.facts.zone).date()

    def _told(self, at: datetime) -> Told:
        told = reminders.told(self.session, {self.agency_id}, self.local(at), self.facts.zone)
        return told.get(self.agency_id, Told())

    def _report(self, rung: OwedRung, at: datetime, *, of_task: bool = False) -> Report | None:
        """The newest report that explains a rung dropped at a moment; with `of_task`, any of the agency's on it."""
        mine = (Report.task_id == rung.key.task_id) & (Report.agency_id == self.agency_id)
        rows = self.session.scalars(select(Report).where(mine, Report.recorded_at <= at).order_by(Report.id)).all()
        newest = {row.what: row for row in rows}
        on = DueKey(0, 0, rung.key.what).milestone_on
        fits = [
            row
            for row in newest.values()
            if not row.withdrawn
            and (of_task or row.what == rung.key.what or (on is not None and row.status == Status.DONE))
        ]
        return max(fits, key=lambda row: row.id, default=None)

    def reported(self, rung: OwedRung, at: datetime) -> Facts:
        """The report's day and number."""
        row = self._report(rung, at)
        if row is None:
            return {}
        first = select(Report).where(Report.plan_id == row.plan_id, Report.number == row.number, Report.version == 1)
        begun = self.session.scalars(first).first() or row
        return {"on": self.local(begun.told_at), "number": row.number}

    def recent(self, rung: OwedRung, at: datetime) -> Facts:
        """The agency's last word on the task."""
        row = self._report(rung, at, of_task=True)
        return {"on": self.local(row.told_at), "number": row.number} if row else {}

    def closed(self, rung: OwedRung, at: datetime) -> Facts:
        """When the task was closed out, or taken out of the plan."""
        task = self.session.get(Task, rung.key.task_id)
        moment = (task.closed_at or task.removed_at) if task else None
        return {"on": self.local(moment)} if moment else {}

    def muted(self, rung: OwedRung, at: datetime) -> Facts:
        """Since when nobody is reminded of the task."""
        task = self.session.get(Task, rung.key.task_id)
        return {"on": self.local(task.muted_at)} if task and task.muted_at else {}

    def plan_closed(self, rung: OwedRung, at: datetime) -> Facts:
        """When the plan ended."""
        return {"on": self.local(self.plan.closed_at)} if self.plan.closed_at else {}

    def paused(self, rung: OwedRung, at: datetime) -> Facts:
        """The pause that stops the rung."""
        covering = [
            pause
            for pause in self.facts.pauses
            if pause.covers(rung.key.task_id, self.agency_id) and (pause.lasts(rung.owed_at) or pause.lasts(at))
        ]
        if not covering:
            return {}
        first = min(covering, key=lambda pause: pause.from_at)
        until = {"until": self.local(first.until_at)} if first.until_at else {}
        return {"on": self.local(first.from_at), **until}

    def moved(self, rung: OwedRung, at: datetime) -> Facts:
        """The new day of a due that was extended, or returned for a better answer."""
        key = DueKey(rung.key.task_id, self.agency_id, rung.key.what)
        moves = [(one.granted_at, one.until_on, "extended") for one in self.facts.extensions_by_key.get(key, ())]
        report = self.facts.reports.get(key)
        if report and report.returned_at and report.limit_on:
            moves.append((report.returned_at, report.limit_on, "returned"))
        if not moves:
            return {}
        moment, until, how = max(moves)
        return {"on": self.local(moment), "until": until, how: True}

    def signed(self, rung: OwedRung, at: datetime) -> Facts:
        """When the agency signed for its tasks."""
        query = select(Duty.signed_at).join(Task, Task.id == Duty.task_id)
        mine = query.where(Task.plan_id == self.plan.id, Duty.agency_id == self.agency_id, Duty.signed_at.is_not(None))
        moments = [moment for moment in self.session.scalars(mine) if moment is not None]
        return {"on": self.local(max(moments))} if moments else {}

    def duty_ended(self, rung: OwedRung, at: datetime) -> Facts:
        """When the task was given to others."""
        mine = (Duty.task_id == rung.key.task_id) & (Duty.agency_id == self.agency_id)
        moment = self.session.scalar(select(Duty.ended_at).where(mine))
        return {"on": self.local(moment)} if moment else {}

    def overtaken(self, rung: OwedRung, at: datetime) -> Facts:
        """The newer rung that was said instead."""
        key = rung.key
        query = select(Reminder).where(
            Reminder.plan_id == self.plan.id,
            Reminder.task_id == key.task_id,
            Reminder.agency_id == key.agency_id,
            Reminder.what == key.what,
            Reminder.audience == key.audience,
            Reminder.owed_at > rung.owed_at,
            Reminder.owed_at <= at,
        )
        newer = max(self.session.scalars(query), key=lambda row: row.owed_at, default=None)
        return {"rung": newer.rung, "on": self.local(newer.owed_at)} if newer else {}

    def nobody(self) -> Facts:
        """Whom one could phone, as the roster stands."""
        staff = people.recipients(self.session, {self.agency_id}, self.local(self.now)).get(self.agency_id, ())
        first = next(iter([*in_turn(staff), *staff]), None)
        return {"name": first.name, "phone": first.phone} if first else {}

    def cap(self, rung: OwedRung, at: datetime) -> Facts:
        """How many messages the agency had had by then, where that is the limit."""
        policy, told = self.facts.policy, self._told(max(at, rung.owed_at))
        if 0 < policy.cap_per_quarter <= told.this_quarter:
            return {"count": told.this_quarter, "limit": policy.cap_per_quarter}
        if 0 < policy.cap_per_week <= told.this_week:
            return {"count": told.this_week, "limit": policy.cap_per_week, "week": True}
        return {}

    def activated(self, rung: OwedRung, at: datetime) -> Facts:
        """When the plan was put into force."""
        return {"on": self.local(self.facts.activated_at)}

    def begun(self, rung: OwedRung, at: datetime) -> Facts:
        """When the agency was given the task."""
        task = self.facts.task_by_id.get(rung.key.task_id)
        duties = task.duties if task else ()
        moment = next((duty.begun_at for duty in duties if duty.agency_id == self.agency_id), None)
        on = DueKey(0, 0, rung.key.what).milestone_on
        named = task.named.get(on) if task and on else None
        later = max((one for one in (moment, named) if one), default=None)
        return {"on": self.local(later)} if later else {}


_LOOK: Mapping[str, Callable[[Particulars, OwedRung, datetime], Facts]] = {
    Reason.REPORTED: Particulars.reported,
    Reason.RECENT_REPORT: Particulars.recent,
    Reason.TASK_CLOSED: Particulars.closed,
    Reason.MUTED: Particulars.muted,
    Reason.PLAN_CLOSED: Particulars.plan_closed,
    Reason.PAUSED: Particulars.paused,
    Reason.MOVED: Particulars.moved,
    Reason.SIGNED: Particulars.signed,
    Reason.DUTY_ENDED: Particulars.duty_ended,
    Reason.OVERTAKEN: Particulars.overtaken,
    Reason.NOBODY: lambda self, rung, at: self.nobody(),
    Reason.CAP: Particulars.cap,
    BEFORE_ACTIVATION: Particulars.activated,
    BEFORE_DUTY: Particulars.begun,
    BEFORE_ROUND: Particulars.moved,
}
