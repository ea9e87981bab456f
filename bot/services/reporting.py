"""Reporting by card: focus a due, tap a status, add words, submit, undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.facts import Audience
from bot.domain.model import DubanError, DueKey, Number, Status
from bot.domain.people import Actor
from bot.services import boards, cards, requests, trail
from bot.services.dues import DueBook, DueBooks
from storage import plans, reminders, reports
from storage.tables import Card, Evidence, Plan, Report, Task

UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Source:
    """The chat message an answer came from and when it was written (aware); ids None for button presses."""

    told_at: datetime
    chat_id: int | None = None
    message_id: int | None = None
    edit: int = 0

    def as_json(self) -> dict[str, Any]:
        """The source as kept in a card's state."""
        return {"told": self.told_at.isoformat(), "chat": self.chat_id, "message": self.message_id, "edit": self.edit}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> Source:
        """The inverse of `as_json`."""
        return cls(datetime.fromisoformat(state["told"]), state["chat"], state["message"], state["edit"])


@dataclass(frozen=True)
class Draft:
    """What is about to be reported."""

    status: Status | None = None
    percent: int | None = None
    numbers: tuple[Number, ...] = ()
    expected_on: date | None = None
    difficulty: str = ""
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        """The draft as kept in a card's state."""
        return {
            "status": self.status,
            "percent": self.percent,
            "numbers": [[number.value, number.unit] for number in self.numbers],
            "expected": self.expected_on.isoformat() if self.expected_on else None,
            "difficulty": self.difficulty,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> Draft:
        """The inverse of `as_json`."""
        return cls(
            status=Status(state["status"]) if state["status"] else None,
            percent=state["percent"],
            numbers=tuple(Number(value, unit) for value, unit in state["numbers"]),
            expected_on=date.fromisoformat(state["expected"]) if state["expected"] else None,
            difficulty=state["difficulty"],
            words=state["words"],
        )


def due_keys(card: Card) -> tuple[DueKey, ...]:
    """The dues a card shows, in its order."""
    return tuple(DueKey(due["task"], due["agency"], due["what"]) for due in card.state.get("dues", []))


def focused_key(actor: Actor, card: Card) -> DueKey:
    """The due in focus, if it still is the actor's agency that owes it."""
    index: int | None = card.state.get("focus")
    keys = due_keys(card)
    if index is None or not 0 <= index < len(keys):
        raise DubanError("card_moved_on")
    if keys[index].agency_id not in actor.agency_ids:
        raise DubanError("not_your_task")
    return keys[index]


def submit(
    session: Session,
    actor: Actor,
    plan: Plan,
    key: DueKey,
    draft: Draft,
    source: Source,
    now: datetime,
    *,
    on_behalf: str = "",
) -> Report:
    """Record an answer as a new version; `on_behalf` says whose answer it is when somebody else logs it (代填).

    Raises DubanError when the due is not the actor's or nothing was said.
    """
    book = DueBook(session, plan, actor, now)
    if key.agency_id not in actor.agency_ids or not book.knows(key):
        raise DubanError("not_your_task")
    if book.tasks[key.task_id].closed_at is not None:
        raise DubanError("task_closed")
    if draft.status is None:
        raise DubanError("status_missing")
    before = reports.current(session, key)
    report = Report(
        office_id=plan.office_id,
        plan_id=plan.id,
        task_id=key.task_id,
        agency_id=key.agency_id,
        what=key.what,
        number=before.number if before else reports.next_number(session, plan.id, key.what),
        version=before.version + 1 if before else 1,
        status=draft.status,
        percent=draft.percent,
        numbers=[[number.value, number.unit] for number in draft.numbers],
        expected_on=draft.expected_on,
        difficulty=draft.difficulty,
        words=draft.words,
        sender_id=actor.person_id,
        on_behalf=on_behalf,
        source_chat_id=source.chat_id,
        source_message_id=source.message_id,
        source_edit=source.edit,
        told_at=source.told_at,
        recorded_at=now,
    )
    session.add(report)
    session.flush()
    detail: dict[str, object] = {"version": report.version, "status": report.status}
    detail |= {"what": key.what, "task": key.task_id}
    if on_behalf:
        detail |= {"agency": key.agency_id, "on_behalf": on_behalf}
    trail.record(session, actor, "report_submitted", f"report:{report.number}", detail, now)
    boards.refresh(session, plan.office_id, now)
    return report


def shown_places(card: Card, books: DueBooks) -> list[int]:
    """Which of the card's dues the person is shown now, by their place on the card: what is gone is left out."""
    return [place for place, key in enumerate(due_keys(card)) if books.knows(key)]


def focus(session: Session, actor: Actor, card: Card, index: int, now: datetime) -> None:
    """Open one due of the card, counted among those shown."""
    shown = shown_places(card, DueBooks(session, actor, now))
    if not 0 <= index < len(shown):
        raise DubanError("card_moved_on")
    cards.redraw(session, card, now, focus=shown[index], draft=None, receipt=None, original=False)


def back_to_list(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Show all dues of the card again."""
    cards.redraw(session, card, now, focus=None, draft=None, receipt=None, original=False)


def next_due(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Open the next due of the card that still wants an answer, or the list when none does."""
    books, keys = DueBooks(session, actor, now), due_keys(card)
    start = (card.state.get("focus") or 0) + 1
    order = [*range(start, len(keys)), *range(min(start, len(keys)))]
    index = next((i for i in order if books.knows(keys[i]) and books.line(keys[i]).outstanding), None)
    cards.redraw(session, card, now, focus=index, draft=None, receipt=None, original=False)


def choose_status(session: Session, actor: Actor, card: Card, status: Status, now: datetime) -> None:
    """First tap: the status becomes a draft; words and files can still be added."""
    focused_key(actor, card)
    kept = Draft.from_json(card.state["draft"]) if card.state.get("draft") else Draft()
    draft = replace(kept, status=status)
    cards.redraw(session, card, now, draft=draft.as_json(), receipt=None, source=Source(now).as_json())


def reopen(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """改: back to the question, the draft dropped."""
    cards.redraw(session, card, now, draft=None, receipt=None)


def submit_card(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Second tap: the draft becomes a report and the card its receipt."""
    if not card.state.get("draft"):
        raise DubanError("card_moved_on")
    draft = Draft.from_json(card.state["draft"])
    key = focused_key(actor, card)
    source = Source.from_json(card.state.get("source") or Source(now).as_json())
    report = submit(session, actor, plan_of_due(session, key), key, draft, replace(source, told_at=now), now)
    adopt_evidence(session, card, report)
    cards.redraw(session, card, now, draft=None, receipt=report.id)


def adopt_evidence(session: Session, card: Card, report: Report) -> None:
    """Files attached to the card belong to the report from now on."""
    session.execute(
        update(Evidence)
        .where(Evidence.card_id == card.id, Evidence.report_number.is_(None))
        .values(report_number=report.number, plan_id=report.plan_id)
    )


def undo(session: Session, actor: Actor, report_id: int, now: datetime) -> Report:
    """撤回 within ten minutes: a withdrawn version; nothing is deleted."""
    report = reports.visible_report(session, actor, report_id)
    if report is None or report.sender_id != actor.person_id:
        raise DubanError("not_your_report")
    key = DueKey(report.task_id, report.agency_id, report.what)
    newest = reports.current(session, key)
    if newest is None or newest.id != report.id or report.withdrawn:
        raise DubanError("report_replaced")
    if now - report.recorded_at > UNDO_FOR:
        raise DubanError("undo_too_late")
    fields = ("office_id", "plan_id", "task_id", "agency_id", "what", "number", "status", "percent", "numbers", "words")
    copied = {name: getattr(report, name) for name in fields}
    withdrawn = Report(
        **copied,
        version=report.version + 1,
        withdrawn=True,
        expected_on=report.expected_on,
        difficulty=report.difficulty,
        sender_id=actor.person_id,
        on_behalf=report.on_behalf,
        told_at=now,
        recorded_at=now,
    )
    session.add(withdrawn)
    trail.record(session, actor, "report_withdrawn", f"report:{report.number}", {"version": withdrawn.version}, now)
    boards.refresh(session, report.office_id, now)
    return withdrawn


def undo_card(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """The receipt's undo button: the card asks again."""
    undo(session, actor, int(card.state.get("receipt") or 0), now)
    cards.redraw(session, card, now, receipt=None, draft=None)


def show_original(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """看原文: unfold or fold the plan's own words."""
    cards.redraw(session, card, now, original=not card.state.get("original"))


def snooze(session: Session, actor: Actor, card: Card, now: datetime) -> date:
    """明早再提醒: owed again at the next working morning, through the same ladder; returns that day."""
    key = focused_key(actor, card)
    plan = plan_of_due(session, key)
    book = DueBook(session, plan, actor, now)
    if not book.knows(key):
        raise DubanError("card_moved_on")
    line = book.line(key)
    day = book.calendar.next_workday(book.today)
    rung = f"S{day:%y%m%d}"
    at = datetime.combine(day, book.facts.policy.send_time, book.facts.zone)
    turn = book.facts.round_of(key)
    if reminders.owe(session, plan, key, turn, rung, Audience.CONTACT, line.due_on, at, now):
        detail = {"task": key.task_id, "agency": key.agency_id, "what": key.what, "on": day.isoformat()}
        trail.record(session, actor, "reminder_snoozed", f"plan:{plan.id}", detail, now)
    return day


def dispute_due(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """不是我单位的, on one task."""
    key = focused_key(actor, card)
    requests.raise_request(session, actor, "decline", plan_of_due(session, key), key, key.agency_id, "", now)


def plan_of_due(session: Session, key: DueKey) -> Plan:
    """The plan a due belongs to: a morning message may carry dues of several."""
    return session.get_one(Plan, session.get_one(Task, key.task_id).plan_id)


def plan_of(session: Session, card: Card) -> Plan:
    """The plan a card is about; of a card with dues of several plans, the first."""
    return session.get_one(Plan, card.state["plan"])


def my_tasks(session: Session, actor: Actor, now: datetime) -> Card | None:
    """我的任务: a fresh list card of everything open; None when nothing is."""
    active = plans.active_plans(session, actor.office_id)
    if not active:
        raise DubanError("no_active_plan")
    keys = reportable(session, actor, now)
    if not keys:
        return None
    return cards.show(session, actor, "dues", dues_state(plan_of_due(session, keys[0]), keys), now)


def reportable(session: Session, actor: Actor, now: datetime) -> tuple[DueKey, ...]:
    """What the actor may report now, over all active plans; what is open comes before what is only coming."""
    books = [DueBook(session, plan, actor, now) for plan in plans.active_plans(session, actor.office_id)]
    opened = tuple(key for book in books for key in book.open_keys())
    return opened or tuple(key for book in books for key in book.reportable_keys())


def dues_state(plan: Plan, keys: tuple[DueKey, ...], **more: object) -> dict[str, Any]:
    """The state of a list card over some dues; a single one is in focus at once."""
    dues = [{"task": key.task_id, "agency": key.agency_id, "what": key.what} for key in keys]
    return {"plan": plan.id, "dues": dues, "focus": 0 if len(keys) == 1 else None, **more}
