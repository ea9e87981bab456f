"""Loads what the ladder and the summary of one plan depend on, as domain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.domain import policy_settings
from bot.domain.facts import DutyFact, ExtensionFact, PauseFact, PlanFacts, ReportFact, TaskFact
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.policy import Policy
from storage.calendars import calendar_of as calendar_of
from storage.tables import Duty, Extension, Milestone, Office, Pause, Plan, Report, Review, Task


def zone_of(session: Session, office_id: int) -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(session.get_one(Office, office_id).timezone)


def policy_of(plan: Plan) -> Policy:
    """The plan's reminder settings; what it does not set stays at the default."""
    return policy_settings.from_json(plan.policy)


def plan_facts(
    session: Session,
    plan: Plan,
    as_of: datetime | None = None,
    agency_ids: frozenset[int] | None = None,
    task_ids: frozenset[int] | None = None,
) -> PlanFacts:
    """The facts of an activated plan; with `as_of`, only what had been reported and decided by that moment.

    With `agency_ids`, only the duties and reports of those agencies and the tasks they take part in: all that their
    contacts may see. With `task_ids`, only those tasks.
    """
    wanted = _wanted(plan.id, agency_ids, task_ids)
    reports = report_facts(session, plan.id, as_of, agency_ids, task_ids)
    return PlanFacts(
        plan_id=plan.id,
        year=plan.year,
        zone=zone_of(session, plan.office_id),
        activated_at=plan.activated_at or plan.created_at,
        tasks=_task_facts(session, wanted, agency_ids),
        reports={report.key: report for report in reports},
        extensions=_extension_facts(session, plan.id, as_of),
        policy=policy_of(plan),
        pauses=pause_facts(session, plan.id),
        closed=plan.closed_at is not None,
    )


def with_all_reports(session: Session, plan: Plan, facts: PlanFacts) -> PlanFacts:
    """Facts of some agencies with everybody's reports, for what concerns the plan as a whole."""
    return replace(facts, reports={report.key: report for report in report_facts(session, plan.id)})


def _wanted(plan_id: int, agency_ids: frozenset[int] | None, task_ids: frozenset[int] | None) -> ColumnElement[bool]:
    """Which tasks the facts hold."""
    wanted = Task.plan_id == plan_id
    if agency_ids is not None:
        wanted &= Task.id.in_(select(Duty.task_id).where(Duty.agency_id.in_(agency_ids)))
    return wanted if task_ids is None else wanted & Task.id.in_(task_ids)


def pause_facts(session: Session, plan_id: int) -> tuple[PauseFact, ...]:
    """The pauses of a plan, of its tasks and of its agencies, ended ones too."""
    rows = session.scalars(select(Pause).where(Pause.plan_id == plan_id).order_by(Pause.id))
    return tuple(PauseFact(row.from_at, row.until_at, row.task_id, row.agency_id) for row in rows)


class _Version(NamedTuple):
    """What the ladder needs of one version of a report and of its review."""

    task_id: int
    agency_id: int
    what: str
    version: int
    withdrawn: bool
    status: str
    told_at: datetime
    accepted: bool | None
    limit_on: date | None
    reviewed_at: datetime | None

    @property
    def returned(self) -> bool:
        return self.accepted is False


def report_facts(
    session: Session,
    plan_id: int,
    as_of: datetime | None = None,
    agency_ids: frozenset[int] | None = None,
    task_ids: frozenset[int] | None = None,
) -> tuple[ReportFact, ...]:
    """The current version of every report of a plan that has not been withdrawn."""
    judged = Review.report_id == Report.id
    if as_of is not None:
        judged &= Review.reviewed_at <= as_of
    columns = (
        *(Report.task_id, Report.agency_id, Report.what, Report.version, Report.withdrawn, Report.status),
        *(Report.told_at, Review.accepted, Review.limit_on, Review.reviewed_at),
    )
    query = select(*columns).outerjoin(Review, judged).where(Report.plan_id == plan_id)
    if as_of is not None:
        query = query.where(Report.recorded_at <= as_of)
    if agency_ids is not None:
        query = query.where(Report.agency_id.in_(agency_ids))
    if task_ids is not None:
        query = query.where(Report.task_id.in_(task_ids))
    versions: dict[DueKey, list[_Version]] = {}
    for row in session.execute(query.order_by(Report.version)):
        version = _Version._make(row)
        versions.setdefault(DueKey(version.task_id, version.agency_id, version.what), []).append(version)
    facts = (_report_fact(key, chain) for key, chain in versions.items())
    return tuple(fact for fact in facts if fact is not None)


def _report_fact(key: DueKey, chain: list[_Version]) -> ReportFact | None:
    """What a due's versions come to; None when all was taken back. An answer taken back does not undo a return."""
    latest = chain[-1]
    last_return = next((version for version in reversed(chain) if version.returned), None)
    if latest.withdrawn:
        if last_return is None:
            return None
        latest = last_return
    last_undo = max((v.version for v in chain if v.withdrawn and v.version < latest.version), default=0)
    return ReportFact(
        key=key,
        status=Status(latest.status),
        at=min(version.told_at for version in chain if last_undo < version.version <= latest.version),
        latest_at=latest.told_at,
        returned=latest.returned,
        returned_at=last_return.reviewed_at if last_return else None,
        limit_on=last_return.limit_on if last_return else None,
        returns=sum(version.returned for version in chain),
        accepted=bool(latest.accepted),
    )


def _task_facts(
    session: Session, wanted: ColumnElement[bool], agency_ids: frozenset[int] | None
) -> tuple[TaskFact, ...]:
    """Columns, not rows: a large plan has many of them, and nothing else of theirs is asked for."""
    ids = select(Task.id).where(wanted)
    duties: dict[int, list[DutyFact]] = {}
    held = select(Duty.task_id, Duty.agency_id, Duty.role, Duty.signed_at, Duty.begun_at)
    held = held.where(Duty.task_id.in_(ids), Duty.ended_at.is_(None)).order_by(Duty.id)
    if agency_ids is not None:
        held = held.where(Duty.agency_id.in_(agency_ids))
    for task_id, agency_id, role, signed_at, begun_at in session.execute(held):
        duties.setdefault(task_id, []).append(DutyFact(agency_id, DutyRole(role), signed_at is not None, begun_at))
    days: dict[int, dict[date, datetime | None]] = {}
    dated = select(Milestone.task_id, Milestone.day_on, Milestone.begun_at)
    for task_id, day_on, begun_at in session.execute(
        dated.where(Milestone.task_id.in_(ids), Milestone.removed_at.is_(None)).order_by(Milestone.id)
    ):
        if day_on is not None:
            days.setdefault(task_id, {})[day_on] = begun_at
    ended = or_(Task.closed_at.is_not(None), Task.removed_at.is_not(None))
    tasks = select(Task.id, Task.muted_at.is_not(None), ended).where(wanted).order_by(Task.position)
    return tuple(
        TaskFact(
            task_id=task_id,
            duties=tuple(duties.get(task_id, ())),
            milestones=tuple(sorted(days.get(task_id, ()))),
            named={day: begun_at for day, begun_at in days.get(task_id, {}).items() if begun_at is not None},
            muted=muted,
            closed=closed,
        )
        for task_id, muted, closed in session.execute(tasks)
    )


def _extension_facts(session: Session, plan_id: int, as_of: datetime | None) -> tuple[ExtensionFact, ...]:
    rows = session.scalars(
        select(Extension)
        .join(Task, Task.id == Extension.task_id)
        .where(Task.plan_id == plan_id, Extension.granted.is_(True))
        .order_by(Extension.id)
    )
    return tuple(
        ExtensionFact(DueKey(row.task_id, row.agency_id, row.what), row.until_on, row.decided_at)
        for row in rows
        if row.decided_at is not None and (as_of is None or row.decided_at <= as_of)
    )
