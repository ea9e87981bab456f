"""The story read from what was written down: sent and withheld messages, dropped reminders, reports and reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.dispatch import PHONE
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience
from bot.domain.model import DutyRole, Role
from bot.domain.people import choose_recipient
from bot.domain.policy import Policy
from bot.domain.story import StoryEntry, StoryItem, StorySeen
from bot.services.planning import reading_of
from bot.services.plannow import plan_meant, size_of
from storage import facts as fact_queries
from storage import people, reminders
from storage.newest import newest_id
from storage.tables import (
    Agency,
    Audit,
    Card,
    Contact,
    Duty,
    Outbox,
    Person,
    Plan,
    Reminder,
    Report,
    Review,
    Task,
)

# The stages of the plan's card that are moments of the story; leafing and correcting are not.
_PLAN_STAGES = ("overview", "doubts", "activate", "active")
_UNSENT = ("due", "sending")
_UNDECIDED = (reminders.WAITING, reminders.QUEUED)


def where_it_stands(session: Session) -> StorySeen:
    """How far a story has been read that begins now."""
    return StorySeen(
        outbox=newest_id(session, Outbox.id),
        reminder=newest_id(session, Reminder.id),
        report=newest_id(session, Report.id),
        review=newest_id(session, Review.id),
        audit=newest_id(session, Audit.id),
    )


def opening(session: Session, now: datetime) -> tuple[StoryEntry, ...]:
    """The first entry: what was read from the plan that waits for 启用."""
    reader = _Reader(session, now)
    plan = session.scalars(select(Plan).order_by(Plan.id.desc())).first()
    if plan is None:
        return ()
    return (StoryEntry("plan_read", reader.local(now), params=size_of(session, plan)),)


def happened(session: Session, seen: StorySeen, now: datetime) -> tuple[tuple[StoryEntry, ...], StorySeen]:
    """What is new since `seen`, in order, and how far that is."""
    rows = session.scalars(select(Outbox).where(or_(Outbox.id > seen.outbox, Outbox.id.in_(seen.unsent)))).all()
    rungs = session.scalars(
        select(Reminder).where(or_(Reminder.id > seen.reminder, Reminder.id.in_(seen.undecided))).order_by(Reminder.id)
    ).all()
    told = session.scalars(select(Report).where(Report.id > seen.report).order_by(Report.id)).all()
    judged = session.scalars(select(Review).where(Review.id > seen.review).order_by(Review.id)).all()
    signed = session.scalars(
        select(Audit).where(Audit.id > seen.audit, Audit.action == "assignment_signed").order_by(Audit.id)
    ).all()
    reached = StorySeen(
        outbox=max((row.id for row in rows), default=seen.outbox),
        reminder=max((rung.id for rung in rungs), default=seen.reminder),
        report=max((report.id for report in told), default=seen.report),
        review=max((review.id for review in judged), default=seen.review),
        audit=max((entry.id for entry in signed), default=seen.audit),
        unsent=frozenset(row.id for row in rows if row.state in _UNSENT),
        undecided=frozenset(rung.id for rung in rungs if rung.state in _UNDECIDED),
    )
    if not (rows or rungs or told or judged or signed):
        return (), reached
    reader = _Reader(session, now)
    entries = [
        *(reader.of_signing(entry) for entry in signed),
        *(reader.of_report(report) for report in told),
        *(reader.of_review(review) for review in judged),
        *(entry for row in _newest_of_each_card(rows) for entry in reader.of_message(row)),
        *reader.of_dropped(rung for rung in rungs if rung.state == reminders.DROPPED),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at)), reached


def _newest_of_each_card(rows: Iterable[Outbox]) -> list[Outbox]:
    """The rows by id; of a card drawn several times only the last, because its state is now what that one shows."""
    ordered = sorted(rows, key=lambda row: row.id)
    last = {row.card_id: row.id for row in ordered if row.kind == "card" and row.state == "sent"}
    return [row for row in ordered if row.kind != "card" or row.state != "sent" or last[row.card_id] == row.id]


class _Reader:
    """Turns rows into entries at one moment; names are looked up once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        plan = plan_meant(session)
        self.office_id = plan.office_id if plan is not None else 0
        self.zone = fact_queries.zone_of(session, self.office_id)
        self.calendar = fact_queries.calendar_of(session, self.office_id)
        self._whos: dict[int, dict[str, Any]] = {}

    def local(self, at: datetime | None) -> datetime:
        """The moment on the office's clock."""
        return (at or self.now).astimezone(self.zone)

    def who(self, person_id: int | None) -> dict[str, Any]:
        """A person's name, place and account as an entry's fields."""
        if person_id is None:
            return {}
        if person_id not in self._whos:
            self._whos[person_id] = self._who(self.session.get_one(Person, person_id))
        return self._whos[person_id]

    def _who(self, person: Person) -> dict[str, Any]:
        actor = people.actor_of(self.session, person)
        office = next((role.value for role in (Role.COORDINATOR, Role.LEADER) if actor.is_a(role)), None)
        query = select(Agency.name, Contact.position).join(Contact, Contact.agency_id == Agency.id)
        place = self.session.execute(query.where(Contact.person_id == person.id).order_by(Contact.id)).first()
        return {
            "user_id": person.user_id,
            "name": person.name,
            "agency": place.name if place and office is None else "",
            "role": office or (place.position if place else ""),
        }

    def of_signing(self, entry: Audit) -> StoryEntry:
        """An agency's list of tasks, signed for by one person."""
        person_id = int(entry.actor.removeprefix("person:"))
        return StoryEntry(
            "signed", self.local(entry.at), **self.who(person_id), params={"tasks": len(entry.detail["duties"])}
        )

    def of_report(self, report: Report) -> StoryEntry:
        """An answer taken in: the first version, a correction or a withdrawal."""
        kind = "withdrawn" if report.withdrawn else "reported" if report.version == 1 else "corrected"
        where = self._where_answered(report)
        return StoryEntry(
            kind,
            self.local(report.recorded_at),
            **self.who(report.sender_id),
            items=(self._due(report.task_id, report.what),),
            code=report.status,
            said=report.words,
            number=report.number,
            params=_percent(report.percent),
            **where,
        )

    def _where_answered(self, report: Report) -> dict[str, Any]:
        if report.source_message_id is not None:
            return {"chat_id": report.source_chat_id, "message_id": report.source_message_id}
        query = select(Card).where(Card.person_id == report.sender_id, Card.kind.in_(("dues", "words")))
        card = self.session.scalars(query.order_by(Card.touched_at.desc(), Card.id.desc()).limit(1)).first()
        return _place(card) if card is not None else {}

    def of_review(self, review: Review) -> StoryEntry:
        """A report accepted, or returned with its reason and new day."""
        report = self.session.get_one(Report, review.report_id)
        limit = {"limit": review.limit_on.isoformat()} if review.limit_on else {}
        agency = self.session.get_one(Agency, report.agency_id).name
        return StoryEntry(
            "accepted" if review.accepted else "returned",
            self.local(review.reviewed_at),
            **self.who(review.reviewer_id),
            items=(replace(self._due(report.task_id, report.what), agency=agency),),
            code=review.reason,
            number=report.number,
            params=limit,
        )

    def of_message(self, row: Outbox) -> Iterator[StoryEntry]:
        """What a message that reached its end was, or why it never left."""
        if row.state == "sent":
            yield from (self._placed(entry, row) for entry in self._sent(row))
        elif row.state in ("failed", "unknown", "dead"):
            yield self._entry("not_delivered", row, code=row.state)
        elif row.state == "cancelled" and row.reason in ("left", "nobody_bound"):
            yield self._entry("withheld", row, code=row.reason)

    def _placed(self, entry: StoryEntry, row: Outbox) -> StoryEntry:
        chat_id = row.chat_id or (self.session.get_one(Person, row.person_id).chat_id if row.person_id else None)
        return replace(entry, chat_id=chat_id, message_id=row.message_id)

    def _entry(self, kind: str, row: Outbox, **more: Any) -> StoryEntry:
        return StoryEntry(kind, self.local(row.finished_at), **self.who(row.person_id), **more)

    def _sent(self, row: Outbox) -> Iterator[StoryEntry]:
        if row.kind == "wave":
            yield from self._wave(row)
        elif row.kind == "notice":
            yield self._entry("noticed", row, code=row.payload["code"], params=row.payload["params"])
        elif row.kind == "file":
            yield self._entry("filed", row, code=row.payload["paper"])
        elif row.card_id is not None:
            card = self.session.get_one(Card, row.card_id)
            teller = _CARDS.get(card.kind)
            yield from teller(self, row, card) if teller is not None else ()

    def _wave(self, row: Outbox) -> Iterator[StoryEntry]:
        """A morning message is one entry for each thing it says."""
        riding = reminders.riding_on(self.session, [row.id, *row.payload.get("copies", [])])
        grouped: dict[str, list[Reminder]] = {}
        for rung in riding:
            if rung.state == reminders.SENT:
                grouped.setdefault(_sort_of(rung), []).append(rung)
        for kind, rungs in grouped.items():
            yield self._entry(kind, row, items=self._items(rungs), params=self._more(kind, rungs))
        escalated = self._escalated(row)
        if escalated:
            yield self._entry("escalated", row, items=self._items(escalated))

    def _escalated(self, row: Outbox) -> list[Reminder]:
        mine = select(Contact.agency_id).where(Contact.person_id == row.person_id, Contact.left_at.is_(None))
        own = set(self.session.scalars(mine))
        found = reminders.riding_on(self.session, row.payload.get("escalations", []))
        return [rung for rung in found if rung.agency_id in own and rung.state != reminders.DROPPED]

    def _more(self, kind: str, rungs: list[Reminder]) -> dict[str, Any]:
        if kind != "assigned":
            return {}
        agencies = {rung.agency_id for rung in rungs}
        held = select(Duty.id).where(Duty.agency_id.in_(agencies), Duty.ended_at.is_(None))
        return {"tasks": len(self.session.scalars(held).all())}

    def _items(self, rungs: Iterable[Reminder]) -> tuple[StoryItem, ...]:
        return tuple(self._item(rung) for rung in rungs)

    def _item(self, rung: Reminder) -> StoryItem:
        task = self.session.get(Task, rung.task_id)
        agency = self.session.get(Agency, rung.agency_id)
        duty = self._role(rung.task_id, rung.agency_id)
        today = self.local(self.now).date()
        return StoryItem(
            number=(task.number or task.title) if task else "",
            what=rung.what,
            rung=rung.rung,
            due_on=rung.due_on,
            left=self.calendar.between(today, rung.due_on),
            agency=agency.name if agency else "",
            invited=duty == DutyRole.PARTICIPANT,
        )

    def _role(self, task_id: int, agency_id: int) -> str | None:
        return self.session.scalar(select(Duty.role).where(Duty.task_id == task_id, Duty.agency_id == agency_id))

    def _due(self, task_id: int, what: str) -> StoryItem:
        task = self.session.get_one(Task, task_id)
        return StoryItem(task.number or task.title, what, "", self.local(self.now).date(), 0)

    def of_dropped(self, rungs: Iterable[Reminder]) -> Iterator[StoryEntry]:
        """Reminders that were not sent, gathered by agency and reason; only those to contacts."""
        grouped: dict[tuple[datetime, int, str], list[Reminder]] = {}
        for rung in rungs:
            if rung.audience == Audience.CONTACT:
                grouped.setdefault((rung.decided_at, rung.agency_id, rung.reason), []).append(rung)
        for (at, agency_id, reason), dropped in grouped.items():
            yield self._not_reminded(at, agency_id, reason, dropped)

    def _not_reminded(self, at: datetime, agency_id: int, reason: str, dropped: list[Reminder]) -> StoryEntry:
        found = people.recipients(self.session, {agency_id}, self.local(at).date()).get(agency_id, ())
        asked = choose_recipient(found)
        who = self.who(asked.person_id) if asked is not None else {}
        agency = self.session.get_one(Agency, agency_id).name
        fields = {**who, "agency": agency}
        return StoryEntry("not_reminded", self.local(at), **fields, items=self._items(dropped), code=reason)

    def dues_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """A draft to be submitted; what was submitted is told by its report, opening and closing lines by nobody."""
        draft, focus = card.state.get("draft"), card.state.get("focus")
        dues = card.state.get("dues", [])
        if draft and focus is not None and draft["status"]:
            due = dues[focus]
            yield self._entry(
                "drafted", row, items=(self._due(due["task"], due["what"]),), code=draft["status"], said=draft["words"]
            )
        elif row.payload["rev"] == 1 and not card.state.get("receipt"):
            yield self._entry("list_shown", row, params={"count": len(dues)})

    def words_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """What the bot understood of typed words, or the one question it asks about them."""
        stage = card.state["stage"]
        if stage == "sent":
            return
        known = [item["due"] for item in card.state["items"] if item["due"]]
        items = tuple(self._due(due["task"], due["what"]) for due in known)
        drafts = [item["draft"] for item in card.state["items"]]
        params = {"count": len(card.state["choices"]), **_percent(_common(drafts, "percent"))}
        kind = "understood" if stage == "confirm" else f"words_{stage}"
        status = _common(drafts, "status") or ""
        yield self._entry(kind, row, items=items, code=status, said=card.state["words"], params=params)

    def plan_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """The plan under check, page by page."""
        plan, stage = self.session.get_one(Plan, card.state["plan"]), card.state["stage"]
        reading, page = reading_of(plan), card.state.get("page", 0)
        asked = stage == "doubts" and 0 <= page < len(reading.doubts)
        question = {"doubt": asdict(reading.doubts[page])} if asked else {}
        if stage in _PLAN_STAGES:
            yield self._entry(f"plan_{stage}", row, params={**size_of(self.session, plan), **question})

    def review_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """A report laid before the coordinator; the judgement is told by its review."""
        report = self.session.get(Report, card.state.get("report") or 0)
        if card.state["stage"] == "show" and report is not None:
            agency = self.session.get_one(Agency, report.agency_id).name
            item = replace(self._due(report.task_id, report.what), agency=agency)
            params = _percent(report.percent)
            yield self._entry(
                "review_shown", row, items=(item,), code=report.status, number=report.number, params=params
            )
        elif card.state["stage"] == "empty":
            yield self._entry("review_empty", row)

    def request_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """What a contact asks of the coordinator."""
        if card.state["decided"]:
            return
        due = card.state["due"]
        items = (self._due(due["task"], due["what"]),) if due else ()
        sender = self.session.get_one(Person, card.state["sender"])
        agency = self.session.get_one(Agency, card.state["agency"]).name
        more = {"sender": sender.name, "from": agency, "until": card.state["until"]}
        yield self._entry(
            "request_shown", row, items=items, code=card.state["kind"], said=card.state["words"], params=more
        )

    def summary_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """A summary somebody asked for."""
        if row.payload["rev"] == 1:
            yield self._entry("summary_shown", row, params={"period": card.state["period"]})

    def board_card(self, row: Outbox, _card: Card) -> Iterator[StoryEntry]:
        """The board, when it is put up; that it follows every report is not news."""
        if row.payload["rev"] == 1:
            yield self._entry("board_shown", row)

    def invitation_card(self, row: Outbox, card: Card) -> Iterator[StoryEntry]:
        """Somebody enters."""
        yield self._entry(f"invitation_{card.state['stage']}", row)


_CARDS: dict[str, Callable[[_Reader, Outbox, Card], Iterator[StoryEntry]]] = {
    "dues": _Reader.dues_card,
    "words": _Reader.words_card,
    "plan": _Reader.plan_card,
    "review": _Reader.review_card,
    "request": _Reader.request_card,
    "summary": _Reader.summary_card,
    "board": _Reader.board_card,
    "invite": _Reader.invitation_card,
}


def _place(card: Card) -> dict[str, Any]:
    return {"chat_id": card.chat_id, "message_id": card.message_id}


def _percent(percent: int | None) -> dict[str, Any]:
    return {} if percent is None else {"percent": percent}


def _common(drafts: list[dict[str, Any]], name: str) -> Any:
    """What all drafts of a message say alike; None when they differ, for a line tells one thing."""
    values = [draft[name] for draft in drafts]
    return values[0] if values and all(value == values[0] for value in values) else None


def _sort_of(rung: Reminder) -> str:
    """The kind of entry a sent rung belongs to."""
    if rung.audience == Audience.CONTACT:
        return {ASSIGNMENT: "assigned", RELIEVED: "relieved"}.get(rung.what, "reminded")
    if rung.audience == Audience.LEADER:
        return "summary_sent"
    if rung.what == ASSIGNMENT:
        return "unsigned"
    if rung.rung == PHONE:
        return "unreachable"
    return "phone_list" if rung.rung == ladder.rung_name(Policy().escalation_rung) else "missing_list"
