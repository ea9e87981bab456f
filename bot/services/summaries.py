"""Summaries: the figures of a plan in a period, from the database to one Summary value."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import owing, periods, standing
from bot.domain.facts import PlanFacts
from bot.domain.model import DubanError, DueKey, Role, Status
from bot.domain.people import Actor
from bot.domain.standing import PlanOutline, TaskOutline
from bot.domain.summary import ReportLine, Summary
from bot.domain.workdays import Calendar
from bot.services.reviewing import SOLE
from storage import facts as fact_queries
from storage import people, plans, reminders, reports
from storage.tables import Person, Plan, Report, Review, Section


def summary_of(session: Session, actor: Actor, plan: Plan, period: str, as_of: datetime) -> Summary:
    """The plan's figures in a period as of a moment, for somebody who may see the whole plan."""
    if not actor.sees_whole_plan:
        raise DubanError("not_allowed")
    return build(session, plan, period, as_of, actor)


def build(session: Session, plan: Plan, period: str, as_of: datetime, actor: Actor) -> Summary:
    """The figures as `actor` may see them; period "2022Q3" or "2022"."""
    facts = fact_queries.plan_facts(session, plan, as_of)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    outline = outline_of(session, actor, plan, facts, calendar, as_of)
    return standing.summarise(outline, facts, calendar, period, as_of)


def office_actor(session: Session, plan: Plan) -> Actor:
    """The office itself acting (ticks, the command line): sees the whole plan, is nobody in chat."""
    return Actor(
        person_id=0,
        office_id=plan.office_id,
        name="",
        language="zh",
        chat_id=None,
        roles=frozenset({Role.COORDINATOR}),
        agency_ids=frozenset(),
        zone=fact_queries.zone_of(session, plan.office_id),
    )


def default_period(session: Session, plan: Plan, now: datetime) -> str:
    """The quarter a leader means when none is named, kept inside the plan's year."""
    zone = fact_queries.zone_of(session, plan.office_id)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    period = fact_queries.policy_of(plan).current_quarter(now.astimezone(zone).date(), calendar)
    first, last = periods.quarters(plan.year)[0], periods.quarters(plan.year)[-1]
    return min(max(period, first), last)


def outline_of(
    session: Session, actor: Actor, plan: Plan, facts: PlanFacts, calendar: Calendar, as_of: datetime
) -> PlanOutline:
    """The plan's names and answers in words, as far as the actor may see them."""
    tasks = plans.visible_tasks(session, actor, plan.id)
    sections = {
        section.id: section.title for section in session.scalars(select(Section).where(Section.plan_id == plan.id))
    }
    agency_ids = {duty.agency_id for task in facts.tasks for duty in task.duties}
    today = as_of.astimezone(facts.zone).date()
    asked = people.recipients(session, agency_ids, today)
    return PlanOutline(
        title=plan.title,
        tasks=tuple(
            TaskOutline(task.id, task.number, task.title, sections.get(task.section_id or 0, "")) for task in tasks
        ),
        agencies=people.agency_names(session, agency_ids),
        phones={agency_id: found[0].phone for agency_id, found in asked.items() if found},
        answers=_answers(session, actor, plan, facts, calendar, as_of),
        reminded=_reminded(session, plan),
    )


def _reminded(session: Session, plan: Plan) -> dict[DueKey, int]:
    return {
        DueKey(task_id, agency_id, period): count
        for period in periods.quarters(plan.year)
        for (task_id, agency_id), count in reminders.times_reminded(session, plan.id, period).items()
    }


def _answers(
    session: Session, actor: Actor, plan: Plan, facts: PlanFacts, calendar: Calendar, as_of: datetime
) -> dict[DueKey, ReportLine]:
    found = reports.visible(session, actor, plan.id, as_of)
    judged = reports.reviews_of(session, (report.id for report in found))
    files = reports.evidence_of(session, plan.id, (report.number for report in found))
    agencies = people.agency_names(session, {report.agency_id for report in found})
    deadlines = {due.key: due for due in owing.dues(facts, calendar)}
    lines: dict[DueKey, ReportLine] = {}
    for report in found:
        key = DueKey(report.task_id, report.agency_id, report.what)
        due, fact = deadlines.get(key), facts.reports.get(key)
        lines[key] = ReportLine(
            number=report.number,
            agency=agencies[report.agency_id],
            sender=session.get_one(Person, report.sender_id).name,
            at=report.told_at.astimezone(facts.zone),
            status=Status(report.status),
            percent=report.percent,
            words=report.words,
            difficulty=report.difficulty,
            on_behalf=bool(report.on_behalf),
            late=bool(due and fact and standing.is_late(due, facts, fact.at)),
            review=_review_word(report, judged),
            evidence=len(files.get(report.number, ())),
        )
    return lines


def _review_word(report: Report, judged: dict[int, Review]) -> str:
    review = judged.get(report.id)
    if review is None:
        return ""
    if review.reason == SOLE:
        return "unreviewed"
    return "accepted" if review.accepted else "returned"
