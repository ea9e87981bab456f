"""From a card's row to what it shows now: one function per kind of card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import standing
from bot.domain.model import DueKey, DutyRole, Number, Role, Status
from bot.domain.people import Actor
from bot.domain.revisionviews import RelievedBlock
from bot.domain.views import (
    AssignedTask,
    AssignmentBlock,
    BoardView,
    DraftView,
    DueLine,
    DuesView,
    InvitationView,
    ReadItem,
    ReceiptView,
    RequestView,
    ReviewView,
    SummaryView,
    View,
    WordsView,
)
from bot.services import (
    chasing,
    handover,
    missing,
    planview,
    reporting,
    reviewing,
    revisionview,
    rostercheck,
    summaries,
)
from bot.services.dues import DueBook, DueBooks, Rode
from bot.services.reporting import Draft
from storage import people, plans, reports
from storage.tables import Card, Duty, Evidence, Extension, Invitation, Office, Person, Plan, Report


def view_of(session: Session, card: Card, actor: Actor, now: datetime) -> View:
    """What the card shows at this moment to its person."""
    return _VIEWS[card.kind](session, card, actor, now)


def _dues(session: Session, card: Card, actor: Actor, now: datetime) -> DuesView:
    plan = reporting.plan_of(session, card)
    books = DueBooks(session, actor, now)
    dues = card.state.get("dues", [])
    shown = reporting.shown_places(card, books)
    lines = tuple(books.line(_key(dues[place]), _rode(dues[place])) for place in shown)
    focus = card.state.get("focus")
    period = card.state.get("summary") if actor.sees_whole_plan else None
    chase = chasing.lines(session, plan, card.state.get("chase", []), now)
    given = [given for given in card.state.get("assignment", []) if given["agency"] in actor.agency_ids]
    ended = [given for given in card.state.get("relieved", []) if given["agency"] in actor.agency_ids]
    return DuesView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(actor.zone),
        plan_title=plan.title,
        lines=lines,
        focus=shown.index(focus) if focus in shown else None,
        draft=_draft(session, card, card.state.get("draft")),
        receipt=_receipt(session, actor, card.state.get("receipt"), now),
        show_original=bool(card.state.get("original")),
        assignments=tuple(_assignment(session, g) for g in given),
        chase=tuple(line for line in chase if actor.sees_whole_plan or line.agency_id in actor.agency_ids),
        summary=summaries.build(session, plan, period, now, actor) if period else None,
        for_unit=not actor.is_a(Role.COORDINATOR),
        relieved=tuple(block for g in ended if (block := _relieved(session, g)).titles),
    )


def _key(due: dict[str, Any]) -> DueKey:
    return DueKey(due["task"], due["agency"], due["what"])


def _rode(due: dict[str, Any]) -> Rode:
    return Rode(due.get("rung", ""), date.fromisoformat(due["late"]) if due.get("late") else None)


def _draft(session: Session, card: Card, state: dict[str, Any] | None) -> DraftView | None:
    if not state:
        return None
    draft = Draft.from_json(state)
    files = len(reports.evidence_of_card(session, card.id))
    return DraftView(
        draft.status, draft.percent, draft.numbers, draft.expected_on, draft.difficulty, draft.words, files
    )


def _receipt(session: Session, actor: Actor, report_id: int | None, now: datetime) -> ReceiptView | None:
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
        late=_is_late(book, key),
        version=report.version,
        undo_until=until.astimezone(book.facts.zone) if now < until else None,
        withdrawn=newest is not None and newest.withdrawn,
        evidence=len(reports.evidence_of(session, report.plan_id, [report.number]).get(report.number, ())),
        accepted=review is not None and review.accepted,
    )


def _is_late(book: DueBook, key: DueKey) -> bool:
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


def _words(session: Session, card: Card, actor: Actor, now: datetime) -> WordsView:
    book = DueBook(session, reporting.plan_of(session, card), actor, now)
    items = tuple(
        ReadItem(_line(book, item["due"]), _item_draft(session, card, item["draft"])) for item in card.state["items"]
    )
    receipts = [
        (line.number, receipt)
        for due, report_id in card.state["receipts"]
        if (line := _line(book, due)) and (receipt := _receipt(session, actor, report_id, now))
    ]
    return WordsView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(book.facts.zone),
        words=card.state["words"],
        items=items,
        stage=card.state["stage"],
        choices=tuple(line for due in card.state["choices"] if (line := _line(book, due))),
        receipts=tuple(receipts),
    )


def _line(book: DueBook, due: dict[str, Any] | None) -> DueLine | None:
    return book.line(_key(due)) if due and book.knows(_key(due)) else None


def _item_draft(session: Session, card: Card, state: dict[str, Any]) -> DraftView:
    draft = _draft(session, card, state)
    return draft or DraftView(None, None, (), None, "", "", 0)


def _invitation(session: Session, card: Card, actor: Actor, now: datetime) -> InvitationView:
    invitation = session.get_one(Invitation, card.state["invitation"])
    person = session.get_one(Person, invitation.person_id)
    invited = people.actor_of(session, person)
    bound = invited if invited.roles else actor
    names = people.agency_names(session, bound.agency_ids)
    return InvitationView(
        card_id=card.id,
        rev=card.rev,
        name=person.name,
        agency="、".join(names.values()),
        roles=bound.roles,
        office=session.get_one(Office, person.office_id).name,
        stage=card.state["stage"],
    )


def _board(session: Session, card: Card, actor: Actor, now: datetime) -> BoardView:
    plan = reporting.plan_of(session, card)
    period = summaries.default_period(session, plan, now)
    summary = summaries.build(session, plan, period, now, actor)
    book = DueBook(session, plan, actor, now)
    open_requests = select(Extension).where(Extension.office_id == plan.office_id, Extension.granted.is_(None))
    return BoardView(
        card_id=card.id,
        rev=card.rev,
        now=now.astimezone(book.facts.zone),
        summary=summary,
        workdays_left=book.calendar.between(book.today, summary.due_on),
        unreviewed=len(reports.waiting_for_review(session, actor, plan.id)),
        unbound=len(chasing.agencies_without_receiver(session, plan, book.today)),
        open_extensions=len(session.scalars(open_requests).all()),
        unreachable=chasing.agencies_without_receiver(session, plan, book.today),
        held_back=chasing.held_back(session, plan),
    )


def _review(session: Session, card: Card, actor: Actor, now: datetime) -> ReviewView:
    plan = reporting.plan_of(session, card)
    waiting = len(reports.waiting_for_review(session, actor, plan.id))
    report = reports.visible_report(session, actor, card.state.get("report") or 0)
    blank = ReviewView(card.id, card.rev, "empty", waiting, None, "", None, None, "", False, (), "", None, None)
    if report is None or card.state["stage"] == "empty":
        return blank
    book = DueBook(session, plan, actor, now)
    key = DueKey(report.task_id, report.agency_id, report.what)
    review = reports.reviews_of(session, [report.id]).get(report.id)
    files: tuple[Evidence, ...] = reports.evidence_of(session, plan.id, [report.number]).get(report.number, ())
    return ReviewView(
        card_id=card.id,
        rev=card.rev,
        stage=card.state["stage"],
        waiting=waiting,
        line=book.line(key) if book.knows(key) else None,
        sender=session.get_one(Person, report.sender_id).name,
        at=report.told_at.astimezone(book.facts.zone),
        report=_reported(report, len(files)),
        number=report.number,
        late=_is_late(book, key),
        evidence_names=tuple(file.name for file in files),
        reason=card.state.get("reason", ""),
        limit_on=review.limit_on if review else None,
        accepted=review.accepted if review else None,
        limits=reviewing.limits(session, plan, actor, now) if card.state["stage"] == "limit" else (),
    )


def _reported(report: Report, files: int) -> DraftView:
    numbers = tuple(Number(value, unit) for value, unit in report.numbers)
    return DraftView(
        Status(report.status), report.percent, numbers, report.expected_on, report.difficulty, report.words, files
    )


def _request(session: Session, card: Card, actor: Actor, now: datetime) -> RequestView:
    book = DueBook(session, reporting.plan_of(session, card), actor, now)
    sender = session.get_one(Person, card.state["sender"])
    agency_id = card.state["agency"]
    until = card.state["until"]
    return RequestView(
        card_id=card.id,
        rev=card.rev,
        kind=card.state["kind"],
        agency=people.agency_names(session, [agency_id]).get(agency_id, ""),
        sender=sender.name,
        phone=sender.phone,
        line=_line(book, card.state["due"]),
        words=card.state["words"],
        until_on=date.fromisoformat(until) if until else None,
        decided=card.state["decided"],
    )


def _summary(session: Session, card: Card, actor: Actor, now: datetime) -> SummaryView:
    plan = reporting.plan_of(session, card)
    summary = summaries.summary_of(session, actor, plan, card.state["period"], now)
    return SummaryView(
        card_id=card.id,
        rev=card.rev,
        summary=summary,
        mode=card.state.get("mode", "all"),
        chosen=card.state.get("chosen"),
        page=card.state.get("page", 0),
        with_picture=actor.is_a(Role.LEADER) or actor.is_a(Role.COORDINATOR),
    )


_VIEWS: dict[str, Callable[[Session, Card, Actor, datetime], View]] = {
    "dues": _dues,
    "words": _words,
    "plan": planview.plan_view,
    "revision": revisionview.revision_view,
    "roster": rostercheck.roster_view,
    "missing": missing.missing_view,
    "invite": _invitation,
    "board": _board,
    "review": _review,
    "request": _request,
    "summary": _summary,
}
