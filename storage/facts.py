"""Loads what the ladder and the summary of one plan depend on, as domain facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import DutyFact, ExtensionFact, PlanFacts, Policy, ReportFact, TaskFact
from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.workdays import Calendar
from storage.tables import CalendarOverride, Duty, Extension, Milestone, Office, Plan, Report, Review, Task


def calendar_of(session: Session, office_id: int) -> Calendar:
    """The office's working-day calendar with its overrides."""
    rows = session.scalars(select(CalendarOverride).where(CalendarOverride.office_id == office_id))
    return Calendar({row.day_on: row.is_workday for row in rows})


def zone_of(session: Session, office_id: int) -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(session.get_one(Office, office_id).timezone)


def policy_of(plan: Plan) -> Policy:
    """The plan's reminder settings; what it does not set stays at the default."""
    known = {field.name for field in fields(Policy)}
    return Policy(**{name: value for name, value in plan.policy.items() if name in known})


def plan_facts(session: Session, plan: Plan, as_of: datetime | None = None) -> PlanFacts:
    """The facts of an activated plan; with `as_of`, only what had been reported and decided by that moment."""
    tasks = session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.position)).all()
    reports = report_facts(session, plan.id, as_of)
    return PlanFacts(
        plan_id=plan.id,
        year=plan.year,
        zone=zone_of(session, plan.office_id),
        activated_at=plan.activated_at or plan.created_at,
        tasks=_task_facts(session, tasks),
        reports={report.key: report for report in reports},
        extensions=_extension_facts(session, plan.id, as_of),
        policy=policy_of(plan),
        paused=plan.paused_at is not None,
        closed=plan.closed_at is not None,
    )


def report_facts(session: Session, plan_id: int, as_of: datetime | None = None) -> tuple[ReportFact, ...]:
    """The current version of every report of a plan that has not been withdrawn."""
    query = select(Report, Review).outerjoin(Review, Review.report_id == Report.id).where(Report.plan_id == plan_id)
    if as_of is not None:
        query = query.where(Report.recorded_at <= as_of)
    versions: dict[DueKey, list[tuple[Report, Review | None]]] = {}
    for report, review in session.execute(query.order_by(Report.version)):
        judged = review if review and (as_of is None or review.reviewed_at <= as_of) else None
        versions.setdefault(DueKey(report.task_id, report.agency_id, report.what), []).append((report, judged))
    facts = (_report_fact(key, chain) for key, chain in versions.items())
    return tuple(fact for fact in facts if fact is not None)


def _report_fact(key: DueKey, chain: list[tuple[Report, Review | None]]) -> ReportFact | None:
    latest, review = chain[-1]
    standing = [report for report, _ in chain if not report.withdrawn]
    if latest.withdrawn:
        return None
    returned = review is not None and not review.accepted
    return ReportFact(
        key=key,
        status=Status(latest.status),
        at=_first_since_withdrawal(chain, standing),
        latest_at=latest.told_at,
        returned=returned,
        returned_at=review.reviewed_at if review and returned else None,
        limit_on=review.limit_on if review and returned else None,
        returns=sum(judged is not None and not judged.accepted for _, judged in chain),
    )


def _first_since_withdrawal(chain: list[tuple[Report, Review | None]], standing: list[Report]) -> datetime:
    last_undo = max((report.version for report, _ in chain if report.withdrawn), default=0)
    return min(report.told_at for report in standing if report.version > last_undo)


def _task_facts(session: Session, tasks: Iterable[Task]) -> tuple[TaskFact, ...]:
    ids = [task.id for task in tasks]
    duties: dict[int, list[DutyFact]] = {}
    for duty in session.scalars(select(Duty).where(Duty.task_id.in_(ids), Duty.ended_at.is_(None)).order_by(Duty.id)):
        fact = DutyFact(duty.agency_id, DutyRole(duty.role), duty.signed_at is not None)
        duties.setdefault(duty.task_id, []).append(fact)
    days: dict[int, list[Any]] = {}
    for milestone in session.scalars(select(Milestone).where(Milestone.task_id.in_(ids))):
        if milestone.day_on is not None:
            days.setdefault(milestone.task_id, []).append(milestone.day_on)
    return tuple(
        TaskFact(
            task_id=task.id,
            duties=tuple(duties.get(task.id, ())),
            milestones=tuple(sorted(set(days.get(task.id, ())))),
            paused=task.paused_at is not None,
            closed=task.closed_at is not None,
        )
        for task in tasks
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
