"""The card 代填 as it stands: its lists, the answer in hand, what was logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.behalfviews import BehalfView
from bot.domain.model import DueKey
from bot.domain.people import Actor
from bot.domain.views import DraftView, DueLine, ReadItem, ReceiptView
from bot.services import phonelist, reporting, reviewing
from bot.services.behalfwords import acting_for, key_of
from bot.services.dues import DueBooks
from bot.services.duesview import draft_view, receipt_view
from storage import people, plans, reports
from storage.tables import Card, Person


def behalf_view(session: Session, card: Card, actor: Actor, now: datetime) -> BehalfView:
    """The card at this moment."""
    stage, page, local = card.state["stage"], card.state["page"], now.astimezone(actor.zone)
    view = BehalfView(card.id, card.rev, local, stage, page=page)
    if stage == "agencies":
        return replace(view, choices=phonelist.choices(session, actor, now))
    if stage == "phones":
        return replace(view, phones=phonelist.phones(session, actor, now))
    if stage == "held":
        return replace(view, held=phonelist.held(session, actor, now), limits=phonelist.limits(session, actor))
    return _answer(session, card, actor, now, view)


def _answer(session: Session, card: Card, actor: Actor, now: datetime, view: BehalfView) -> BehalfView:
    """The answer of one agency, from the choice of the due to the receipt."""
    state, agency_id = card.state, card.state["agency"]
    lines = _Lines(session, actor, now)
    found = people.recipients(session, [agency_id], view.now.date()).get(agency_id, ())
    told = session.get(Person, state["told"]) if state["told"] else None
    keys = reporting.reportable(session, acting_for(actor, agency_id), now) if view.stage == "dues" else ()
    return replace(
        view,
        agency=people.agency_names(session, [agency_id])[agency_id],
        people=phonelist.callees(found),
        dues=tuple(line for key in keys if (line := lines.of(key))),
        items=tuple(_item(session, card, lines, item) for item in state["items"]),
        words=state["words"],
        source=state["source"],
        receipts=_receipts(session, actor, state, lines, now),
        sole=_sole(session, state),
        told=told.name if told else "",
        from_phones=state["from_phones"],
    )


class _Lines:
    """Dues as lines, with their plan's name where several plans are in force."""

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self._books = DueBooks(session, actor, now)
        self._several = len(plans.active_plans(session, actor.office_id)) > 1

    def of(self, key: DueKey) -> DueLine | None:
        """The line; None for what is owed no longer."""
        book = self._books.of(key)
        if book is None or not book.knows(key):
            return None
        line = book.line(key)
        return replace(line, plan=book.plan.title) if self._several else line


def _item(session: Session, card: Card, lines: _Lines, item: Mapping[str, Any]) -> ReadItem:
    draft = draft_view(session, card, item["draft"]) or DraftView(None, None, (), None, "", "", 0)
    return ReadItem(lines.of(key_of(item["due"])) if item["due"] else None, draft)


def _receipts(
    session: Session, actor: Actor, state: Mapping[str, Any], lines: _Lines, now: datetime
) -> tuple[tuple[str, ReceiptView], ...]:
    found = []
    for due, report_id in state["receipts"]:
        line, receipt = lines.of(key_of(due)), receipt_view(session, actor, report_id, now)
        if receipt is not None:
            found.append((line.number if line else "", receipt))
    return tuple(found)


def _sole(session: Session, state: Mapping[str, Any]) -> bool:
    """Whether what was logged counts without review, as nobody else could review it."""
    judged = reports.reviews_of(session, (report_id for _, report_id in state["receipts"]))
    return any(review.reason == reviewing.SOLE for review in judged.values())
