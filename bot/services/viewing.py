"""From a card's row to what it shows now: one function per kind of card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DueKey, Number, Role, Status
from bot.domain.people import Actor
from bot.domain.views import (
    BoardView,
    DraftView,
    DueLine,
    InvitationView,
    ReadItem,
    RequestView,
    ReviewView,
    SummaryView,
    View,
    WordsView,
)
from bot.services import (
    absences,
    behalf,
    behalfview,
    calendars,
    chasing,
    groups,
    levers,
    managing,
    missing,
    planview,
    policycard,
    previews,
    reporting,
    reviewing,
    revisionview,
    rostercheck,
    staffview,
    summaries,
    whycard,
)
from bot.services.dues import DueBook
from bot.services.duesview import draft_view, due_key, dues_view, is_late, receipt_view
from storage import people, reports
from storage.tables import Card, Evidence, Extension, Invitation, Office, Person, Report


def view_of(session: Session, card: Card, actor: Actor, now: datetime) -> View:
    """What the card shows at this moment to its person."""
    return _VIEWS[card.kind](session, card, actor, now)


def _words(session: Session, card: Card, actor: Actor, now: datetime) -> WordsView:
    book = DueBook(session, reporting.plan_of(session, card), actor, now)
    items = tuple(
        ReadItem(_line(book, item["due"]), _item_draft(session, card, item["draft"])) for item in card.state["items"]
    )
    receipts = [
        (line.number, receipt)
        for due, report_id in card.state["receipts"]
        if (line := _line(book, due)) and (receipt := receipt_view(session, actor, report_id, now))
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
    return book.line(due_key(due)) if due and book.knows(due_key(due)) else None


def _item_draft(session: Session, card: Card, state: dict[str, Any]) -> DraftView:
    draft = draft_view(session, card, state)
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
        unreviewed=sum(row.sender_id != actor.person_id for row in reviewing.queue(session, actor, plan.id)),
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
        late=is_late(book, key),
        evidence_names=tuple(file.name for file in files),
        reason=card.state.get("reason", ""),
        limit_on=review.limit_on if review else None,
        accepted=review.accepted if review else None,
        limits=reviewing.limits(session, plan, actor, now) if card.state["stage"] == "limit" else (),
        on_behalf=report.on_behalf,
        own=report.sender_id == actor.person_id,
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
    "dues": dues_view,
    "manage": managing.manage_view,
    levers.KIND: levers.levers_view,
    behalf.KIND: behalfview.behalf_view,
    "group": groups.group_view,
    "words": _words,
    "plan": planview.plan_view,
    "revision": revisionview.revision_view,
    "roster": rostercheck.roster_view,
    "calendar": calendars.calendar_view,
    "policy": policycard.policy_view,
    "missing": missing.missing_view,
    "people": staffview.people_view,
    previews.KIND: previews.preview_view,
    whycard.KIND: whycard.why_view,
    "absence": absences.absence_view,
    "invite": _invitation,
    "board": _board,
    "review": _review,
    "request": _request,
    "summary": _summary,
}
