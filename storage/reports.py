"""Reports: writing a version, reading the current ones, numbers, evidence and reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from bot.domain.model import DueKey
from bot.domain.people import Actor
from storage.plans import may_see_task
from storage.tables import Evidence, Report, Review, Task


def current(session: Session, key: DueKey) -> Report | None:
    """The newest version of one due's report, withdrawn or not."""
    return session.scalars(
        select(Report)
        .where(Report.task_id == key.task_id, Report.agency_id == key.agency_id, Report.what == key.what)
        .order_by(Report.version.desc())
    ).first()


def visible(session: Session, actor: Actor, plan_id: int, as_of: datetime | None = None) -> tuple[Report, ...]:
    """Current versions of a plan's reports the actor may see: own agencies only for a contact."""
    newer = aliased(Report)
    later = and_(
        newer.task_id == Report.task_id,
        newer.agency_id == Report.agency_id,
        newer.what == Report.what,
        newer.version > Report.version,
    )
    query = select(Report).join(Task, Task.id == Report.task_id).where(Report.plan_id == plan_id, may_see_task(actor))
    if as_of is not None:
        later = and_(later, newer.recorded_at <= as_of)
        query = query.where(Report.recorded_at <= as_of)
    if not actor.sees_whole_plan:
        query = query.where(Report.agency_id.in_(actor.agency_ids))
    query = query.outerjoin(newer, later).where(newer.id.is_(None), Report.withdrawn.is_(False))
    return tuple(session.scalars(query.order_by(Report.told_at, Report.id)))


def visible_report(session: Session, actor: Actor, report_id: int) -> Report | None:
    """One report version the actor may see."""
    query = select(Report).join(Task, Task.id == Report.task_id).where(Report.id == report_id, may_see_task(actor))
    if not actor.sees_whole_plan:
        query = query.where(Report.agency_id.in_(actor.agency_ids))
    return session.scalars(query).first()


def next_number(session: Session, plan_id: int, what: str) -> str:
    """The next receipt number of a period: Q3-0117, or M1231-0003 for a milestone."""
    prefix = f"M{what[-5:-3]}{what[-2:]}" if what.startswith("milestone") else what[4:]
    taken = session.scalar(
        select(func.count(func.distinct(Report.number))).where(Report.plan_id == plan_id, Report.what == what)
    )
    return f"{prefix}-{(taken or 0) + 1:04d}"


def of_message(session: Session, chat_id: int, message_id: int) -> tuple[Report, ...]:
    """Reports made from one chat message, any version."""
    query = select(Report).where(Report.source_chat_id == chat_id, Report.source_message_id == message_id)
    return tuple(session.scalars(query.order_by(Report.id)))


def reviews_of(session: Session, report_ids: Iterable[int]) -> dict[int, Review]:
    """Reviews by report version."""
    rows = session.scalars(select(Review).where(Review.report_id.in_(set(report_ids))))
    return {review.report_id: review for review in rows}


def waiting_for_review(session: Session, actor: Actor, plan_id: int) -> tuple[Report, ...]:
    """Current versions nobody has judged yet, oldest first."""
    reports = visible(session, actor, plan_id)
    judged = reviews_of(session, (report.id for report in reports))
    return tuple(report for report in reports if report.id not in judged)


def evidence_of(session: Session, plan_id: int, numbers: Iterable[str]) -> dict[str, tuple[Evidence, ...]]:
    """Files by report number."""
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.plan_id == plan_id, Evidence.report_number.in_(set(numbers)))
        .order_by(Evidence.id)
    )
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row.report_number or "", []).append(row)
    return {number: tuple(files) for number, files in found.items()}


def evidence_of_card(session: Session, card_id: int) -> tuple[Evidence, ...]:
    """Files attached to a card's draft and not yet part of a report."""
    query = select(Evidence).where(Evidence.card_id == card_id, Evidence.report_number.is_(None))
    return tuple(session.scalars(query.order_by(Evidence.id)))
