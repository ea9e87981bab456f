"""The reading of a plan as its card shows it: tasks, doubts, who has no contact, when the first messages go out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import settling
from bot.domain.model import DutyRole
from bot.domain.people import Actor
from bot.domain.reading import PlanReading
from bot.domain.views import DoubtLine, PlanTaskLine, PlanView
from bot.services import planning
from storage import people, plans
from storage.tables import Card, Plan, Section, Task


def plan_view(session: Session, card: Card, actor: Actor, now: datetime) -> PlanView:
    """The plan card at this moment."""
    plan = session.get_one(Plan, card.state["plan"])
    reading = planning.reading_of(plan)
    tasks = task_lines(session, actor, plan)
    duties = plans.duties_of(session, plan.id)
    without = planning.agencies_without_contact(session, plan, now)
    agency_ids = {duty.agency_id for duty in duties}
    milestones = plans.milestones_of(session, {duty.task_id for duty in duties})
    return PlanView(
        card_id=card.id,
        rev=card.rev,
        title=plan.title,
        year=plan.year,
        document_name=plan.document_name,
        sections=len({line.section for line in tasks if line.section}),
        agencies=len(agency_ids),
        cadences=sum(plans.is_recurring(row) for row in milestones),
        tasks=tasks,
        doubts=_doubt_lines(reading),
        assumptions=reading.assumptions,
        notes=reading.notes,
        stage=card.state["stage"],
        page=card.state.get("page", 0),
        without_contact=without,
        activated_at=plan.activated_at,
        first_messages_at=planning.first_messages_at(session, plan, now),
        people=len(agency_ids) - len(without),
        replaces=_replaced(session, plan),
    )


def _replaced(session: Session, plan: Plan) -> str:
    """The title of another active plan of the same year, so that nobody runs two by mistake."""
    other = session.scalars(
        select(Plan.title).where(
            Plan.office_id == plan.office_id,
            Plan.id != plan.id,
            Plan.year == plan.year,
            Plan.activated_at.is_not(None),
            Plan.closed_at.is_(None),
        )
    ).first()
    return other or ""


def _doubt_lines(reading: PlanReading) -> tuple[DoubtLine, ...]:
    waiting = settling.open_doubts(reading)
    lines = (DoubtLine(place, doubt, place in waiting) for place, doubt in enumerate(reading.doubts))
    return tuple(line for line in lines if line.is_open or line.doubt.answer)


def task_lines(session: Session, actor: Actor, plan: Plan) -> tuple[PlanTaskLine, ...]:
    """The plan's tasks with duties, deadlines and targets in words."""
    tasks = plans.visible_tasks(session, actor, plan.id)
    ids = [task.id for task in tasks]
    sections = {row.id: row.title for row in session.scalars(select(Section).where(Section.plan_id == plan.id))}
    duties = plans.duties_of(session, plan.id)
    names = people.agency_names(session, {duty.agency_id for duty in duties})
    milestones, targets = plans.milestones_of(session, ids), plans.targets_of(session, ids)

    def line(task: Task) -> PlanTaskLine:
        held = [(DutyRole(duty.role), names[duty.agency_id]) for duty in duties if duty.task_id == task.id]
        return PlanTaskLine(
            number=task.number,
            title=task.title,
            section=sections.get(task.section_id or 0, ""),
            duties=tuple(held),
            deadlines=tuple(row.words for row in milestones if row.task_id == task.id),
            targets=tuple(row.words for row in targets if row.task_id == task.id),
        )

    return tuple(line(task) for task in tasks)
