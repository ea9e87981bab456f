"""The living card of dues and morning messages: what it shows at a moment, assignments, drafts and receipts too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import standing
from bot.domain.model import DueKey, DutyRole, Role, Status
from bot.domain.people import Actor
from bot.domain.reachviews import ReachView
from bot.domain.revisionviews import RelievedBlock
from bot.domain.summary import Summary
from bot.domain.views import (
    AssignedTask,
    AssignmentBlock,
    DraftView,
    DueLine,
    DuesView,
    ReceiptView,
    ReviewCall,
)
from bot.services import chasing, handover, reaching, reporting, reviewing, staffview, summaries, whycard
from bot.services.dues import DueBook, DueBooks, Rode
from bot.services.reporting import Draft
from storage import facts as fact_queries
from storage import people, plans, reports
from storage.tables import Card, Duty, Plan


def dues_view(session: Session, card: Card, actor: Actor, now: datetime) -> DuesView:
    plan = reporting.plan_of(session, card)
    books = DueBooks(session, actor, now)
    dues = card.state.get("dues", [])
    shown = reporting.shown_places(card, books)
    several = _covers_several_plans(session, card, books)
    lines = tuple(_line(books, dues[place], several) for place in shown)
    focus = card.state.get("focus")
    figures = _summaries(session, card, actor, now) if actor.sees_whole_plan else ()
    chase = chasing.lines(session, plan, card.state.get("chase", []), now, name_plans=several)
    given = [given for given in card.state.get("assignment", []) if given["agency"] in actor.agency_ids]
    ended = [given for given in card.state.get("relieved", []) if given["agency"] in actor.agency_ids]
    return DuesView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(actor.zone),
        plan_title=plan.title,
        lines=lines,
        focus=shown.index(focus) if focus in shown else None,
        draft=draft_view(session, card, card.state.get("draft")),
        receipt=receipt_view(session, actor, card.state.get("receipt"), now),
        show_original=bool(card.state.get("original")),
        assignments=tuple(_assignment(session, g) for g in given),
        chase=tuple(line for line in chase if actor.sees_whole_plan or line.agency_id in actor.agency_ids),
        summary=next(iter(figures), None),
        more_summaries=figures[1:],
        for_unit=not actor.is_a(Role.COORDINATOR),
        relieved=tuple(block for g in ended if (block := _relieved(session, g)).titles),
        standing_in=staffview.standing_in(session, actor, {line.agency_id for line in lines}, now),
        reach=_reach(session, card) if actor.is_a(Role.COORDINATOR) else (),
        reviews=_reviews(session, card, actor) if actor.is_a(Role.COORDINATOR) else (),
        why=whycard.of_card(session, card, actor, [due_key(dues[place]) for place in shown], now),
    )


def _covers_several_plans(session: Session, card: Card, books: DueBooks) -> bool:
    """Whether one message speaks of the dues of more than one plan, so that a number alone would not tell."""
    found = {book.plan.id for due in card.state.get("dues", []) if (book := books.of(due_key(due)))}
    return len(found | chasing.plans_of(session, card.state.get("chase", []))) > 1


def _line(books: DueBooks, due: dict[str, Any], several: bool) -> DueLine:
    key = due_key(due)
    line, book = books.line(key, _rode(due)), books.of(key)
    return replace(line, plan=book.plan.title) if several and book else line


def _summaries(session: Session, card: Card, actor: Actor, now: datetime) -> tuple[Summary, ...]:
    """The period's figures of the card's plan, then of the other plans whose period ended the same morning."""
    wanted = [{"plan": card.state["plan"], "period": card.state["summary"]}] if card.state.get("summary") else []
    return tuple(
        summaries.build(session, session.get_one(Plan, one["plan"]), one["period"], now, actor)
        for one in (*wanted, *card.state.get("summaries", []))
    )


def _reach(session: Session, card: Card) -> tuple[ReachView, ...]:
    found = (reaching.reach_view(session, state) for state in card.state.get("reach", []))
    return tuple(view for view in found if view.unreached)


def _reviews(session: Session, card: Card, actor: Actor) -> tuple[ReviewCall, ...]:
    found = []
    for call in card.state.get("reviews", []):
        plan = session.get_one(Plan, call["plan"])
        waiting = [row for row in reports.waiting_for_review(session, actor, plan.id) if row.what == call["period"]]
        policy, calendar = fact_queries.policy_of(plan), fact_queries.calendar_of(session, plan.office_id)
        summary_on = calendar.shift(policy.report_due_on(call["period"], calendar), policy.summary_rung)
        found.append(ReviewCall(plan.title, call["period"], len(waiting), summary_on))
    return tuple(call for call in found if call.waiting)


def due_key(due: dict[str, Any]) -> DueKey:
    return DueKey(due["task"], due["agency"], due["what"])


def _rode(due: dict[str, Any]) -> Rode:
    return Rode(due.get("rung", ""), date.fromisoformat(due["late"]) if due.get("late") else None)


def draft_view(session: Session, card: Card, state: dict[str, Any] | None) -> DraftView | None:
    if not state:
        return None
    draft = Draft.from_json(state)
    files = len(reports.evidence_of_card(session, card.id))
    return DraftView(
        draft.status, draft.percent, draft.numbers, draft.expected_on, draft.difficulty, draft.words, files
    )


def receipt_view(session: Session, actor: Actor, report_id: int | None, now: datetime) -> ReceiptView | None:
    report = reports.visible_report(session, actor, report_id) if report_id else None
    if report is None:
        return None
    book = DueBook(session, session.get_one(Plan, report.plan_id), actor, now)
    key = DueKey(report.task_id, report.agency_id, report.what)
    until = report.recorded_at + reporting.UNDO_FOR
    newest = reports.current(session, key)
    review = reports.reviews_of(session, [report.id]).get(report.id)
    return ReceiptView(
        number=report.number,
        status=Status(report.status),
        at=report.told_at.astimezone(book.facts.zone),
        late=is_late(book, key),
        version=report.version,
        undo_until=until.astimezone(book.facts.zone) if now < until else None,
        withdrawn=newest is not None and newest.withdrawn,
        evidence=len(reports.evidence_of(session, report.plan_id, [report.number]).get(report.number, ())),
        accepted=review is not None and review.accepted and review.reason != reviewing.SOLE,
    )


def is_late(book: DueBook, key: DueKey) -> bool:
    due, fact = book.by_key.get(key), book.facts.reports.get(key)
    return bool(due and fact and due.followed_up and standing.is_late(due, book.facts, fact.at))


def _relieved(session: Session, given: dict[str, int]) -> RelievedBlock:
    plan, agency_id = session.get_one(Plan, given["plan"]), given["agency"]
    tasks = handover.relieved_tasks(session, plan, agency_id, given["round"])
    name = people.agency_names(session, [agency_id])[agency_id]
    return RelievedBlock(name, plan.title, tuple((task.number, task.title) for task in tasks))


def _assignment(session: Session, given: dict[str, int]) -> AssignmentBlock:
    plan, agency_id, turn = session.get_one(Plan, given["plan"]), given["agency"], given.get("round", 0)
    tasks = {task.id: task for task in plans.visible_tasks(session, summaries.office_actor(session, plan), plan.id)}
    own = [duty for duty in plans.duties_of(session, plan.id) if duty.agency_id == agency_id]
    held = [duty for duty in own if handover.belongs(plan, turn, duty.begun_at)]
    held.sort(key=lambda duty: tasks[duty.task_id].position)
    return AssignmentBlock(
        agency_id=agency_id,
        agency=people.agency_names(session, [agency_id])[agency_id],
        plan_title=plan.title,
        tasks=tuple(_assigned(session, tasks[duty.task_id].number, tasks[duty.task_id].title, duty) for duty in held),
        signed=all(duty.signed_at for duty in held),
        disputed=any(duty.disputed_at for duty in held),
        added=turn > 0,
    )


def _assigned(session: Session, number: str, title: str, duty: Duty) -> AssignedTask:
    days = sorted({row.day_on for row in plans.milestones_of(session, [duty.task_id]) if row.day_on})
    return AssignedTask(number, title, DutyRole(duty.role), tuple(days))
