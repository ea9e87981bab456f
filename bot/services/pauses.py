"""暂停 and 免催: stopping and restarting the reminders of a plan, a task, an agency; never reminding of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.leverviews import Scope, Silenced, Stopped
from bot.domain.model import DubanError
from bot.services import boards
from storage import audit, people, plans
from storage import facts as fact_queries
from storage.tables import Duty, Pause, Plan, Task


@dataclass(frozen=True)
class Reach:
    """What a pause covers: all of the plan, one task of it, one agency in it, or an agency's part in a task."""

    task_id: int | None = None
    agency_id: int | None = None

    @classmethod
    def of(cls, row: Pause) -> Reach:
        """What a kept pause covers."""
        return cls(row.task_id, row.agency_id)

    def covers(self, duty: Duty) -> bool:
        """Whether an agency's part in a task is stopped by it."""
        return self.task_id in (None, duty.task_id) and self.agency_id in (None, duty.agency_id)


@dataclass(frozen=True)
class Outcome:
    """What an act did: a notice's code and its parameters; the same act again changes nothing and says so."""

    code: str
    params: Mapping[str, object]


def pause(
    session: Session, plan: Plan, reach: Reach, through_on: date | None, by: str, now: datetime, note: str = ""
) -> Outcome:
    """Stop the reminders from now on, through a local day (included) or until somebody resumes them.

    What stands still already in exactly this reach only gets its end changed. `by` is "person:7" or a door ("cli").
    Raises DubanError pause_past for an end before today, and plan_not_running.
    """
    _check_running(plan)
    _check_in_plan(session, plan, reach)
    until_at = _end_of(session, plan, through_on, now)
    named: dict[str, object] = {"what": name_of(session, plan, reach)}
    if through_on is not None:
        named |= {"until": through_on.isoformat(), "year": through_on.year}
    lasting = [row for row in _lasting(session, plan, now) if Reach.of(row) == reach]
    if any(row.until_at == until_at for row in lasting):
        return Outcome("lever_paused_already", named)
    for row in lasting:
        row.until_at = until_at
    if not lasting:
        session.add(_row(plan, reach, until_at, by, now, note))
    _changed(session, plan, "paused", reach, by, now, until=until_at.isoformat() if until_at else None)
    return Outcome("lever_paused_until" if through_on else "lever_paused", named)


def resume(session: Session, plan: Plan, reach: Reach, by: str, now: datetime) -> Outcome:
    """Let the clock run again where exactly this reach stands still; what other pauses cover too is named."""
    _check_in_plan(session, plan, reach)
    lasting = _lasting(session, plan, now)
    ended = [row for row in lasting if Reach.of(row) == reach]
    others = dict.fromkeys(Reach.of(row) for row in lasting if row not in ended)
    mine = [duty for duty in plans.duties_of(session, plan.id) if reach.covers(duty)]
    still = [name_of(session, plan, other) for other in others if any(other.covers(duty) for duty in mine)]
    named = {"what": name_of(session, plan, reach), "still": still}
    if not ended:
        return Outcome("lever_not_paused_still" if still else "lever_not_paused", named)
    for row in ended:
        row.until_at = now
    _changed(session, plan, "resumed", reach, by, now)
    return Outcome("lever_resumed_still" if still else "lever_resumed", named)


def mute(session: Session, plan: Plan, task_id: int, by: str, now: datetime) -> Outcome:
    """免催: the task stays owed, nobody is reminded of it."""
    return _set_muted(session, plan, task_id, now, by, now)


def unmute(session: Session, plan: Plan, task_id: int, by: str, now: datetime) -> Outcome:
    """The task is reminded of again, from the next rung on."""
    return _set_muted(session, plan, task_id, None, by, now)


def stopped(session: Session, plan: Plan, now: datetime) -> tuple[Stopped, ...]:
    """The pauses in force, oldest first."""
    zone = fact_queries.zone_of(session, plan.office_id)
    return tuple(
        Stopped(
            pause_id=row.id,
            scope=scope_of(session, plan, Reach.of(row)),
            from_on=row.from_at.astimezone(zone).date(),
            through_on=_last_day(row.until_at, zone) if row.until_at else None,
        )
        for row in _lasting(session, plan, now)
    )


def silenced(session: Session, plan: Plan) -> tuple[Silenced, ...]:
    """The muted tasks in the plan's order; one that is closed or removed needs no reminding anyway."""
    zone = fact_queries.zone_of(session, plan.office_id)
    query = select(Task).where(Task.plan_id == plan.id, Task.closed_at.is_(None), Task.removed_at.is_(None))
    rows = session.scalars(query.where(Task.muted_at.is_not(None)).order_by(Task.position))
    return tuple(
        Silenced(row.id, row.number, row.title, row.muted_at.astimezone(zone).date()) for row in rows if row.muted_at
    )


def reach_of(session: Session, plan: Plan, pause_id: int) -> Reach:
    """What a pause of this plan covers. Raises DubanError card_moved_on for any other number."""
    row = session.get(Pause, pause_id)
    if row is None or row.plan_id != plan.id:
        raise DubanError("card_moved_on")
    return Reach.of(row)


def scope_of(session: Session, plan: Plan, reach: Reach) -> Scope:
    """The names of what a pause covers."""
    task = session.get(Task, reach.task_id) if reach.task_id else None
    agency = people.agency_names(session, [reach.agency_id]).get(reach.agency_id, "") if reach.agency_id else ""
    return Scope(task.number if task else "", task.title if task else "", agency)


def name_of(session: Session, plan: Plan, reach: Reach) -> str:
    """The same in one line: 《计划》, （三）2 标题, 县水利局, or （三）2 标题 · 县水利局."""
    scope = scope_of(session, plan, reach)
    task = " ".join(word for word in (scope.number, scope.title) if word)
    return " · ".join(word for word in (task, scope.agency) if word) or f"《{plan.title}》"


def _set_muted(
    session: Session, plan: Plan, task_id: int, muted_at: datetime | None, by: str, now: datetime
) -> Outcome:
    _check_running(plan)
    reach = Reach(task_id)
    _check_in_plan(session, plan, reach)
    task, named = session.get_one(Task, task_id), {"what": name_of(session, plan, reach)}
    if (task.muted_at is None) == (muted_at is None):
        return Outcome("lever_muted_already" if muted_at else "lever_not_muted", named)
    task.muted_at = muted_at
    _changed(session, plan, "muted" if muted_at else "unmuted", reach, by, now)
    return Outcome("lever_muted" if muted_at else "lever_unmuted", named)


def _check_running(plan: Plan) -> None:
    if plan.activated_at is None or plan.closed_at is not None:
        raise DubanError("plan_not_running", title=plan.title)


def _check_in_plan(session: Session, plan: Plan, reach: Reach) -> None:
    """A number from a button or a command may be anybody's."""
    task = session.get(Task, reach.task_id) if reach.task_id is not None else None
    if reach.task_id is not None and (task is None or task.plan_id != plan.id):
        raise DubanError("task_gone")
    if reach.agency_id is not None and reach.agency_id not in plans.agency_ids(session, plan.id):
        raise DubanError("agency_not_in_plan")


def _end_of(session: Session, plan: Plan, through_on: date | None, now: datetime) -> datetime | None:
    """The midnight after the last day."""
    if through_on is None:
        return None
    zone = fact_queries.zone_of(session, plan.office_id)
    if through_on < now.astimezone(zone).date():
        raise DubanError("pause_past", day=through_on.isoformat())
    return datetime.combine(through_on + timedelta(days=1), time(), zone)


def _last_day(until_at: datetime, zone: ZoneInfo) -> date:
    return (until_at.astimezone(zone) - timedelta(microseconds=1)).date()


def _lasting(session: Session, plan: Plan, now: datetime) -> list[Pause]:
    rows = session.scalars(select(Pause).where(Pause.plan_id == plan.id, Pause.from_at <= now).order_by(Pause.id))
    return [row for row in rows if row.until_at is None or row.until_at > now]


def _row(plan: Plan, reach: Reach, until_at: datetime | None, by: str, now: datetime, note: str) -> Pause:
    return Pause(
        office_id=plan.office_id,
        plan_id=plan.id,
        task_id=reach.task_id,
        agency_id=reach.agency_id,
        from_at=now,
        until_at=until_at,
        by=by,
        note=note,
    )


def _changed(session: Session, plan: Plan, act: str, reach: Reach, by: str, now: datetime, **more: object) -> None:
    """What is owed has changed: the plan is looked at anew, the change is in the audit log, the boards say it."""
    plan.wake_at = plan.decided_to_at = None
    audit.append(
        session,
        office_id=plan.office_id,
        at=now,
        actor=by,
        action=f"reminders_{act}",
        subject=f"plan:{plan.id}",
        detail={"task": reach.task_id, "agency": reach.agency_id, **more},
    )
    session.flush()
    boards.refresh(session, plan.office_id, now)
