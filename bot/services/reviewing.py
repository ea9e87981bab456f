"""The review desk: accept a report or return it with a reason code and a new limit; nobody reviews his own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey, Role
from bot.domain.people import Actor, choose_recipient
from bot.services import boards, cards, reporting, trail
from bot.services.dues import DueBook
from storage import people, plans, reports
from storage.tables import Card, Person, Plan, Report, Review, Task

REASONS = ("missing_figures", "missing_evidence", "wrong_scope", "off_topic", "no_seal")
LIMIT_WORKDAYS = (1, 3, 5)
# The recorded exception: logged for an agency by the only coordinator, so that nobody else could review it.
SOLE = "sole_coordinator"


def open_desk(session: Session, actor: Actor, now: datetime) -> None:
    """待审核: the oldest report nobody has judged, as a card; the card says so when there is none."""
    plan = plans.current_plan(session, actor.office_id)
    if plan is None:
        raise DubanError("no_active_plan")
    waiting = queue(session, actor, plan.id)
    state = {"plan": plan.id, "report": waiting[0].id if waiting else None, "stage": "show" if waiting else "empty"}
    cards.show(session, actor, "review", state, now)


def queue(session: Session, actor: Actor, plan_id: int) -> tuple[Report, ...]:
    """What waits for review, oldest first; the reader's own, which somebody else must judge, last."""
    waiting = reports.waiting_for_review(session, actor, plan_id)
    return tuple(sorted(waiting, key=lambda report: report.sender_id == actor.person_id))


def take_unreviewed(session: Session, actor: Actor, report: Report, now: datetime) -> bool:
    """A report logged for an agency counts without review, on record, when no other coordinator could review it."""
    others = people.holders_of(session, report.office_id, Role.COORDINATOR)
    if any(person.id != actor.person_id and person.chat_id is not None for person in others):
        return False
    _judge(session, actor, report, True, SOLE, None, now)
    return True


def next_report(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """The next report in the queue, on the same card."""
    waiting = [report for report in queue(session, actor, card.state["plan"]) if report.id != card.state["report"]]
    stage = "show" if waiting else "empty"
    cards.redraw(session, card, now, report=waiting[0].id if waiting else None, stage=stage)


def accept(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """The report stands."""
    report = _reviewable(session, actor, card)
    _judge(session, actor, report, True, "", None, now)
    cards.redraw(session, card, now, stage="done")


def ask_reason(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """退回: first the reason."""
    _reviewable(session, actor, card)
    cards.redraw(session, card, now, stage="reason")


def back(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Back to the report."""
    cards.redraw(session, card, now, stage="show")


def choose_reason(session: Session, actor: Actor, card: Card, reason: str, now: datetime) -> None:
    """Then the new limit."""
    if reason not in REASONS:
        raise DubanError("card_moved_on")
    _reviewable(session, actor, card)
    cards.redraw(session, card, now, stage="limit", reason=reason)


def limits(session: Session, plan: Plan, actor: Actor, now: datetime) -> tuple[date, ...]:
    """The days a return may be answered by: 1, 3 or 5 working days ahead."""
    book = DueBook(session, plan, actor, now)
    return tuple(book.calendar.shift(book.today, workdays) for workdays in LIMIT_WORKDAYS)


def return_report(session: Session, actor: Actor, card: Card, choice: int, now: datetime) -> None:
    """Return with the chosen limit; the sender hears of it at once, on a card that asks again."""
    report = _reviewable(session, actor, card)
    plan = session.get_one(Plan, report.plan_id)
    days = limits(session, plan, actor, now)
    if card.state.get("stage") != "limit" or not 0 <= choice < len(days):
        raise DubanError("card_moved_on")
    _judge(session, actor, report, False, card.state["reason"], days[choice], now)
    plan.wake_at = None
    key = DueKey(report.task_id, report.agency_id, report.what)
    answering = _who_answers(session, actor, report, now)
    if answering is not None:
        cards.show(session, answering, "dues", reporting.dues_state(plan, (key,), returned=True), now)
    else:
        _tell_logger(session, report, now)
    cards.redraw(session, card, now, stage="done")


def _who_answers(session: Session, actor: Actor, report: Report, now: datetime) -> Actor | None:
    """Who is to answer a return: the sender; for what was logged for an agency, the agency's own contact, if any."""
    if not report.on_behalf:
        return people.actor_of(session, session.get_one(Person, report.sender_id))
    today = now.astimezone(actor.zone).date()
    asked = choose_recipient(people.recipients(session, [report.agency_id], today).get(report.agency_id, ()))
    return people.actor_of(session, session.get_one(Person, asked.person_id)) if asked else None


def _tell_logger(session: Session, report: Report, now: datetime) -> None:
    """Nobody of the agency hears of the return: who logged the answer must phone again."""
    logger = people.actor_of(session, session.get_one(Person, report.sender_id))
    task = session.get_one(Task, report.task_id)
    names = people.agency_names(session, [report.agency_id])
    named = f"{task.number} {task.title}".strip()
    key = f"returned:{report.id}"
    cards.notice(session, logger, "behalf_returned", now, key, agency=names[report.agency_id], task=named)


def _reviewable(session: Session, actor: Actor, card: Card) -> Report:
    report = reports.visible_report(session, actor, card.state.get("report") or 0)
    if report is None:
        raise DubanError("card_moved_on")
    newest = reports.current(session, DueKey(report.task_id, report.agency_id, report.what))
    if newest is None or newest.id != report.id or newest.withdrawn:
        raise DubanError("report_replaced")
    if reports.reviews_of(session, [report.id]):
        raise DubanError("already_decided")
    if report.sender_id == actor.person_id:
        raise DubanError("own_report")
    return report


def _judge(
    session: Session, actor: Actor, report: Report, accepted: bool, reason: str, limit_on: date | None, now: datetime
) -> None:
    session.add(
        Review(
            report_id=report.id,
            reviewer_id=actor.person_id,
            accepted=accepted,
            reason=reason,
            limit_on=limit_on,
            reviewed_at=now,
        )
    )
    session.flush()
    trail.record(
        session,
        actor,
        "report_taken_unreviewed" if reason == SOLE else "report_accepted" if accepted else "report_returned",
        f"report:{report.number}",
        {"version": report.version, "reason": reason, "limit": limit_on.isoformat() if limit_on else None},
        now,
    )
    boards.refresh(session, report.office_id, now)
