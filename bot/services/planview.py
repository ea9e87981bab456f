"""The reading of a plan as its card shows it: tasks, doubts, what is asked, what 启用 sets going."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import editing, owing, settling
from bot.domain.people import Actor, choose_recipient
from bot.domain.planviews import AskView, DoubtLine, PlanView, StartView
from bot.domain.reading import Doubt, PlanReading, Source, TaskReading
from bot.services import calendarchange, planning
from storage import facts as fact_queries
from storage import people, plans
from storage.tables import Card, Plan

_DAYS = 3


def plan_view(session: Session, card: Card, _actor: Actor, now: datetime) -> PlanView:
    """The plan card at this moment."""
    plan, state = session.get_one(Plan, card.state["plan"]), card.state
    reading = planning.reading_of(plan)
    chosen = state.get("task", "")
    gone = state["stage"] == "task" and all(task.key != chosen for task in reading.tasks)
    return PlanView(
        card_id=card.id,
        rev=card.rev,
        title=plan.title,
        year=plan.year,
        document_name=plan.document_name,
        reading=reading,
        doubts=_doubt_lines(reading),
        stage="tasks" if gone else state["stage"],
        page=state.get("page", 0),
        start=start_view(session, plan, now) if _shows_start(plan, state["stage"]) else None,
        sort=state.get("sort", "all"),
        chosen=chosen,
        part=state.get("part", "all"),
        place=state.get("place", 0),
        undo=planning.last_change(session, plan),
        ask=_ask_view(reading, state.get("ask")),
        dropped=_dropped(session, plan, reading) if state["stage"] in ("tasks", "dropped") else (),
        activated_at=plan.activated_at,
    )


def _shows_start(plan: Plan, stage: str) -> bool:
    return stage in ("activate", "active") or (plan.activated_at is not None and stage == "overview")


def _doubt_lines(reading: PlanReading) -> tuple[DoubtLine, ...]:
    waiting = settling.open_doubts(reading)
    return tuple(
        DoubtLine(place, doubt, place in waiting, _source_of(reading, doubt))
        for place, doubt in enumerate(reading.doubts)
        if place in waiting or doubt.answer
    )


def _source_of(reading: PlanReading, doubt: Doubt) -> Source | None:
    """Where a doubt's sentence stands: its own source, that of a fact of its task in the same words, or the task's."""
    task = next((task for task in reading.tasks if task.key in doubt.tasks), None)
    if doubt.source is not None or task is None:
        return doubt.source
    sources = [
        *(duty.source for duty in task.duties),
        *(limit.source for limit in task.deadlines),
        *(target.source for target in task.targets),
    ]
    return next((source for source in sources if source and doubt.sentence in source.sentence), task.source)


def _ask_view(reading: PlanReading, ask: dict[str, Any] | None) -> AskView | None:
    if ask is None:
        return None
    number = next((task.number for task in reading.tasks if task.key == ask.get("task")), "")
    return AskView(ask["kind"], number, ask.get("words", ""), tuple(ask.get("choices", ())))


def _dropped(session: Session, plan: Plan, reading: PlanReading) -> tuple[TaskReading, ...]:
    """Tasks that can be brought back, as they were; none once the plan is in force."""
    if plan.activated_at is not None:
        return ()
    found = planning.dropped(session, plan, reading)
    return tuple(editing.task_of(before, key) for key, before in found.items())


def start_view(session: Session, plan: Plan, now: datetime) -> StartView:
    """Who will hear what and when first, if the plan is activated at `now`."""
    duties = plans.duties_of(session, plan.id)
    counted = Counter(duty.agency_id for duty in duties)
    names = people.agency_names(session, counted)
    zone = fact_queries.zone_of(session, plan.office_id)
    asked = people.recipients(session, counted, now.astimezone(zone).date())
    chosen = {agency_id: choose_recipient(group) for agency_id, group in asked.items()}
    silent = [agency_id for agency_id in sorted(counted) if chosen.get(agency_id) is None]
    return StartView(
        agencies=tuple((names[agency_id], count) for agency_id, count in counted.most_common()),
        people=len({person.person_id for person in chosen.values() if person is not None}),
        no_contact=tuple(names[agency_id] for agency_id in silent if agency_id not in asked),
        not_entered=tuple(names[agency_id] for agency_id in silent if agency_id in asked),
        days=_first_days(session, plan, now),
        first_at=planning.first_messages_at(session, plan, now),
        replaces=_replaced(session, plan),
        policy=fact_queries.policy_of(plan),
        estimated=calendarchange.estimated_years(session, plan),
    )


def _first_days(session: Session, plan: Plan, now: datetime) -> tuple[tuple[date, str, int], ...]:
    """The next due days with what is due on them and how many agencies owe it."""
    facts = fact_queries.plan_facts(session, plan)
    today = now.astimezone(facts.zone).date()
    known = owing.dues(facts, fact_queries.calendar_of(session, plan.office_id))
    coming = Counter((due.due_on, due.key.what) for due in known if due.followed_up and due.due_on >= today)
    return tuple((on, what, count) for (on, what), count in sorted(coming.items())[:_DAYS])


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
