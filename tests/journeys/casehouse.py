"""A case played by the real house without a network: what it said to whom on which day, and why it left things out."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DueKey, DutyRole, Status
from bot.domain.people import Actor
from bot.domain.reading import DeadlineReading, DutyReading, PlanReading, TaskReading
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.services import assignments, entering, planning, reporting, requests, reviewing, staffing
from bot.stage import direct_house
from storage import cards, people, reports
from storage.database import Database
from storage.tables import Agency, Card, Contact, Outbox, Person, Plan, Reminder, RoleGrant, Task
from tests.journeys.policycase import ZONE, Case, Event, Item, PersonCase, Told, moment

T = TypeVar("T")
LONGEST = 400
HANDED_ON = re.compile(r"H[0-9]+")


def play(case: Case, home: Path, furnished: Path) -> Told:
    """Live through the year; `furnished` is a database file with every table, `home` an empty folder."""
    shutil.copy(furnished, home)
    db = Database.open(None, home, durable=False)
    try:
        return asyncio.run(_Year(case, db, home).lived())
    finally:
        db.close()


def _reading(case: Case) -> PlanReading:
    tasks = tuple(
        TaskReading(
            number=task.number,
            section_number="一",
            section="重点任务",
            title=f"第{task.number}项",
            body=f"做好第{task.number}项工作。",
            duties=tuple(DutyReading(agency, DutyRole(role)) for agency, role in task.duties),
            open_list=False,
            lead_by_duty=False,
            deadlines=tuple(DeadlineReading(f"{day:%m月%d日}前", day, None) for day in task.milestones),
            targets=(),
            key=f"t{task.number}",
        )
        for task in case.tasks
    )
    return PlanReading("年度工作计划", case.year, "县", (), tasks, ())


@dataclass
class _Year:
    """One case under way in a house of its own."""

    case: Case
    db: Database
    home: Path
    plan_id: int = 0
    ids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = MovableClock(self.case.activated_at - timedelta(days=1))
        self.api = BotApi(self.clock)
        self.house = direct_house(self.api, self.db, self.home)

    async def lived(self) -> Told:
        self.write(self._set_up)
        for place, person in enumerate(self.case.people):
            self.api.add_user(1001 + place, person.name)
            self.api.user_starts(1001 + place)
        self.clock.set(self.case.activated_at)
        self.write(lambda s: planning.activate(s, 1, self.plan_id, "test", self.clock.now()).id)
        await self._settle()
        for event in self._happenings():
            await self._until(event.at)
            self.write(partial(self._happens, event))
            if event.ends is not None:
                self.clock.set(event.ends)
            await self._settle()
        await self._until(self.case.over_at)
        return self.db.read_now(self._told)

    def _happenings(self) -> list[Event]:
        """The script, with the midnights after the last days of leaves: the house looks for them every hour."""
        last_days = [event.until for event in self.case.events if event.kind == "away" and event.until]
        midnights = [Event(moment(day + timedelta(days=1), 0), "midnight") for day in last_days]
        return sorted([*self.case.events, *midnights], key=lambda event: event.at)

    def write(self, work: Callable[[Session], T]) -> T:
        return self.db.write_now(work)

    async def _settle(self) -> None:
        """Nobody writes to the house in these years, so the tick and the sender are all there is."""
        await self.house.tick()
        await self.house.sender.drain()

    async def _until(self, end: datetime) -> None:
        if end <= self.clock.now():
            return
        for _ in range(LONGEST):
            upcoming = await self.house.next_moment()
            if upcoming is None or upcoming > end:
                self.clock.set(end)
                return
            self.clock.set(upcoming)
            await self._settle()
        raise RuntimeError(f"the house wakes without end before {end}")

    def _set_up(self, session: Session) -> None:
        now, case = self.clock.now(), self.case
        office = entering.ensure_office(session, "牵头办", ZONE.key, now)
        plan = planning.import_reading(session, office.id, _reading(case), ("plan.txt", b"a plan"), "test", now)
        plan.policy = {
            "participants": case.participants,
            "cap_per_quarter": case.cap_per_quarter,
            "reach_check": False,
        }
        self.plan_id = plan.id
        for place, person in enumerate(case.people):
            self._add_person(session, 1001 + place, person, now)

    def _add_person(self, session: Session, user_id: int, person: PersonCase, now: datetime) -> None:
        row = Person(office_id=1, name=person.name, phone=f"138{user_id:08d}", created_at=now)
        if person.entered:
            row.user_id = row.chat_id = user_id
        session.add(row)
        session.flush()
        self.ids[person.name] = row.id
        for place in person.places:
            if place.agency:
                agency = self._agency(session, place.agency)
                self._join(session, row.id, agency, place.position, now)
            else:
                session.add(RoleGrant(office_id=1, person_id=row.id, role=place.position, granted_at=now))

    def _join(self, session: Session, person_id: int, agency: int, position: str, now: datetime) -> None:
        session.add(Contact(office_id=1, person_id=person_id, agency_id=agency, position=position, since_at=now))
        session.flush()

    def _agency(self, session: Session, name: str) -> int:
        return session.scalars(select(Agency.id).where(Agency.name == name)).one()

    def _key(self, session: Session, event: Event) -> DueKey:
        task = session.scalars(select(Task.id).where(Task.number == event.task, Task.plan_id == self.plan_id)).one()
        return DueKey(task, self._agency(session, event.agency) if event.agency else 0, event.what)

    def _actor(self, session: Session, person_id: int) -> Actor:
        return people.actor_of(session, session.get_one(Person, person_id))

    def _coordinator(self, session: Session) -> Actor:
        return self._actor(session, self.ids[self.case.people[0].name])

    def _speaker(self, session: Session, agency: str) -> Actor:
        """Whoever of an agency is still there."""
        query = select(Contact.person_id).where(Contact.agency_id == self._agency(session, agency))
        return self._actor(session, session.scalars(query.where(Contact.left_at.is_(None))).first() or 0)

    def _happens(self, event: Event, session: Session) -> None:
        if event.kind not in ("down", "midnight"):
            getattr(self, f"_{event.kind}")(session, event, self.clock.now())

    def _signed(self, session: Session, event: Event, now: datetime) -> None:
        given = [{"plan": self.plan_id, "agency": self._agency(session, event.agency), "round": 0}]
        actor = self._speaker(session, event.agency)
        card = cards.add(session, 1, actor.person_id, "dues", {"plan": self.plan_id, "assignment": given}, now)
        assignments.sign(session, actor, card, now)

    def _reported(self, session: Session, event: Event, now: datetime) -> None:
        key, plan = self._key(session, event), session.get_one(Plan, self.plan_id)
        draft = reporting.Draft(status=Status(event.status), words="已办。")
        actor = self._speaker(session, event.agency)
        reporting.submit(session, actor, plan, key, draft, reporting.Source(now), now)

    def _undone(self, session: Session, event: Event, now: datetime) -> None:
        report = reports.current(session, self._key(session, event))
        actor = self._actor(session, report.sender_id if report else 0)
        reporting.undo(session, actor, report.id if report else 0, now)

    def _review_card(self, session: Session, event: Event, now: datetime) -> Card:
        report = reports.current(session, self._key(session, event))
        state = {"plan": self.plan_id, "report": report.id if report else None, "stage": "limit", "reason": "no_seal"}
        return cards.add(session, 1, self._coordinator(session).person_id, "review", state, now)

    def _accepted(self, session: Session, event: Event, now: datetime) -> None:
        reviewing.accept(session, self._coordinator(session), self._review_card(session, event, now), now)

    def _returned(self, session: Session, event: Event, now: datetime) -> None:
        coordinator, plan = self._coordinator(session), session.get_one(Plan, self.plan_id)
        days = reviewing.limits(session, plan, coordinator, now)
        card = self._review_card(session, event, now)
        reviewing.return_report(session, coordinator, card, [*days].index(event.until or date.min), now)

    def _extended(self, session: Session, event: Event, now: datetime) -> None:
        key, plan = self._key(session, event), session.get_one(Plan, self.plan_id)
        actor = self._speaker(session, event.agency)
        requests.raise_request(session, actor, "extension", plan, key, key.agency_id, "请求延期", now, event.until)
        card = session.scalars(select(Card).where(Card.kind == "request").order_by(Card.id.desc())).first()
        requests.decide(session, self._coordinator(session), card or Card(), True, now)

    def _closed(self, session: Session, event: Event, now: datetime) -> None:
        session.get_one(Task, self._key(session, event).task_id).closed_at = now

    def _left(self, session: Session, event: Event, now: datetime) -> None:
        entering.leave(session, self._coordinator(session), self.ids[event.person], now)

    def _joined(self, session: Session, event: Event, now: datetime) -> None:
        agency = self._agency(session, event.agency)
        self._join(session, self.ids[event.person], agency, "contact", now)
        entering.catch_up(session, 1, [agency], now)

    def _entered(self, session: Session, event: Event, now: datetime) -> None:
        names = [person.name for person in self.case.people]
        user_id = 1001 + names.index(event.person)
        session.get_one(Person, self.ids[event.person]).user_id = user_id
        entering.reachable_again(session, user_id, user_id, now)

    def _away(self, session: Session, event: Event, now: datetime) -> None:
        first, last = event.from_on or now.date(), event.until or now.date()
        staffing.set_leave(session, self._coordinator(session), self.ids[event.person], first, last, now)

    def _blocked(self, session: Session, event: Event, now: datetime) -> None:
        entering.unreachable(session, session.get_one(Person, self.ids[event.person]), now)

    def _told(self, session: Session) -> Told:
        numbers = {0: "", **{task.id: task.number for task in session.scalars(select(Task))}}
        agencies = {0: "", **{agency.id: agency.name for agency in session.scalars(select(Agency))}}

        def item(row: Reminder) -> Item:
            rung = "H" if HANDED_ON.fullmatch(row.rung) else row.rung
            return Item(numbers[row.task_id], agencies[row.agency_id], row.what, row.round, rung, str(row.audience))

        rows = session.scalars(select(Reminder).where(Reminder.plan_id == self.plan_id)).all()
        messages = session.scalars(select(Outbox).where(Outbox.kind == "wave", Outbox.state == "sent")).all()
        said = frozenset(
            (self._day(message), self._name(message), frozenset(map(item, self._heard(session, message, rows))))
            for message in messages
        )
        unsaid = {item(row): frozenset({row.reason or row.state}) for row in rows if row.state != "sent"}
        return Told(said, unsaid)

    def _day(self, message: Outbox) -> date:
        return (message.finished_at or message.due_at).astimezone(ZONE).date()

    def _name(self, message: Outbox) -> str:
        return next(name for name, person_id in self.ids.items() if person_id == message.person_id)

    def _heard(self, session: Session, message: Outbox, rows: Sequence[Reminder]) -> list[Reminder]:
        """The rungs a message showed its reader: its own, copies of another holder's message, escalations."""
        state = session.get_one(Card, message.card_id).state
        periods = {state["summary"], *(call["period"] for call in (*state["summaries"], *state["reviews"]))}
        carriers = {message.id, *message.payload.get("copies", [])}

        def shown(row: Reminder) -> bool:
            if row.audience == "contact":
                return row.outbox_id == message.id
            return row.id in state["chase"] or (row.outbox_id in carriers and not row.agency_id and row.what in periods)

        return [row for row in rows if row.state == "sent" and shown(row)]
