"""Summaries in chat: the leader's card, its drill-down and the papers under it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import periods
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.services import cards, papers_out, summaries
from storage import plans
from storage.tables import Card, Plan

MODES = ("all", "agencies", "agency", "tasks", "task")


def show(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    period: str | None = None,
    mode: str = "all",
    chosen: int | None = None,
    with_picture: bool = True,
) -> None:
    """A fresh summary card, with the picture before it."""
    plan = plans.current_plan(session, actor.office_id)
    if plan is None:
        raise DubanError("no_active_plan")
    period = _checked(plan, period or summaries.default_period(session, plan, now))
    state = {"plan": plan.id, "period": period, "mode": mode if mode in MODES else "all", "chosen": chosen, "page": 0}
    if with_picture:
        papers_out.ask(session, actor, "picture", now, f"{now.timestamp()}", plan=plan.id, period=period)
    cards.show(session, actor, "summary", state, now)


def turn(session: Session, actor: Actor, card: Card, mode: str, chosen: int, page: int, now: datetime) -> None:
    """Drill down or back on the same card."""
    if mode not in MODES:
        raise DubanError("button_unknown")
    cards.redraw(session, card, now, mode=mode, chosen=chosen, page=max(page, 0))


def change_period(session: Session, actor: Actor, card: Card, period: str, now: datetime) -> None:
    """Another quarter, or the year."""
    plan = session.get_one(Plan, card.state["plan"])
    if card.kind != "summary":
        show(session, actor, now, period=_checked(plan, period), with_picture=False)
        return
    cards.redraw(session, card, now, period=_checked(plan, period), mode="all", page=0)


def ask_paper(session: Session, actor: Actor, card: Card, kind: str, now: datetime) -> None:
    """The ledger or the picture of what the card shows."""
    plan = session.get_one(Plan, card.state["plan"])
    period = card.state.get("period") or card.state.get("summary") or summaries.default_period(session, plan, now)
    papers_out.ask(session, actor, kind, now, f"{card.id}:{now.timestamp()}", plan=plan.id, period=period)


def _checked(plan: Plan, period: str) -> str:
    known = periods.parse_period(period)
    if known is None or periods.year_of(known) != plan.year:
        raise DubanError("period_unknown", year=plan.year)
    return known
