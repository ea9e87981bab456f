"""立即催办: a reminder the coordinator sends by hand, at once in working hours, at most one extra a person and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import ladder, owing, pausing
from bot.domain.facts import Audience, OwedRung, Reason, RungKey
from bot.domain.leverviews import Fate, Urged, Urging
from bot.domain.model import DueKey
from bot.domain.people import Actor, Recipient, choose_recipient, in_turn
from bot.services import boards, mornings, trail
from bot.services.dues import DueBook
from storage import outbox, people, reminders
from storage.tables import Outbox, Reminder, Task

# Before what waits in the queue for nobody in particular, after the answers to presses.
_URGENCY = 1


def of_period(book: DueBook, period: str) -> tuple[DueKey, ...]:
    """Every open due of a quarter."""
    return tuple(key for key in _open(book) if key.what == period)


def of_begun(book: DueBook, task_id: int | None = None, agency_id: int | None = None) -> tuple[DueKey, ...]:
    """The open dues whose ladder has begun: of a task, of an agency, of an agency's part in a task, or all."""
    return tuple(
        key
        for key in _open(book)
        if task_id in (None, key.task_id) and agency_id in (None, key.agency_id) and book.has_begun(book.by_key[key])
    )


def still_open(book: DueBook, keys: Iterable[DueKey]) -> tuple[DueKey, ...]:
    """Those of some dues that are open, in the plan's order."""
    wanted = set(keys)
    return tuple(key for key in _open(book) if key in wanted)


def look(book: DueBook, keys: Sequence[DueKey]) -> Urging:
    """What `send` would do now; nothing is changed."""
    return _Hand(book, keys).as_seen()


def send(session: Session, actor: Actor, book: DueBook, keys: Sequence[DueKey], now: datetime) -> Urging:
    """Owe the reminders, to be re-checked when they are sent like all others; what was done.

    In working hours they leave as one extra message a person, in the noon break after it; before or after hours they
    join the next morning's one message. What was chased on that day already is not chased again.
    """
    hand = _Hand(book, keys)
    seen = hand.as_seen()
    hand.carry_out()
    detail = {"dues": seen.dues, "people": seen.people, "at": seen.at.isoformat()}
    trail.record(session, actor, "urged", f"plan:{book.plan.id}", detail, now)
    boards.refresh(session, book.plan.office_id, now)
    return seen


def rung_on(day: date) -> str:
    """The name of a day's manual reminder; it stands on no ladder."""
    return f"N{day:%y%m%d}"


def key_of(person_id: int, day: date) -> str:
    """What makes a person's extra message of a day the only one."""
    return f"chase:{day.isoformat()}:{person_id}"


def _open(book: DueBook) -> tuple[DueKey, ...]:
    """Dues somebody must answer and nobody has; for invited participants nothing is open."""
    wanted = [
        due
        for due in book.by_key.values()
        if due.followed_up
        and due.key.task_id in book.tasks
        and not book.facts.task_by_id[due.key.task_id].closed
        and owing.in_force(book.facts, due)
        and owing.outstanding(due.key, book.facts)
    ]
    return tuple(due.key for due in sorted(wanted, key=book.order))


@dataclass(frozen=True)
class _Weighed:
    """One due, its rung and what becomes of it; `asked` is who would be written to."""

    rung: OwedRung
    fate: Fate
    asked: Recipient | None


class _Hand:
    """One press of send-now."""

    def __init__(self, book: DueBook, keys: Sequence[DueKey]) -> None:
        self.book, self.keys, self.session, self.now = book, keys, book.session, book.now
        facts = book.facts
        self.at = ladder.sending_moment(book.now, book.calendar, facts.zone, facts.policy).astimezone(facts.zone)
        self.day = self.at.date()
        # A moment at which the morning's messages leave: then there is one message, not two.
        self.merged = self.at > self.now and self.at.time() == facts.policy.send_time
        self.recipients = people.recipients(self.session, {key.agency_id for key in keys}, self.day)
        self.asked = {agency_id: choose_recipient(found) for agency_id, found in self.recipients.items()}

    @cached_property
    def rows(self) -> Mapping[RungKey, Reminder]:
        """What is written down already of the day's manual reminders."""
        query = select(Reminder).where(Reminder.plan_id == self.book.plan.id, Reminder.rung == rung_on(self.day))
        return {reminders.key_of(row): row for row in self.session.scalars(query)}

    @cached_property
    def messages(self) -> Mapping[str, Outbox]:
        """The day's messages of everybody concerned, by key: the morning's and the extra one."""
        ids = {person.person_id for person in self.asked.values() if person}
        keys = [key for one in ids for key in (key_of(one, self.day), mornings.key_of(one, self.day))]
        found = self.session.scalars(select(Outbox).where(Outbox.key.in_(keys)))
        return {row.key: row for row in found}

    @cached_property
    def leaving(self) -> frozenset[DueKey]:
        """Dues that ride on a message about to leave anyway."""
        waiting = [row.id for row in self.messages.values() if row.state in ("due", "sending")]
        riding = reminders.riding_on(self.session, waiting)
        return frozenset(DueKey(row.task_id, row.agency_id, row.what) for row in riding)

    @cached_property
    def weighed(self) -> tuple[_Weighed, ...]:
        """Every due with its fate; one answered or closed meanwhile is left out."""
        found = (self._weigh(key) for key in self.keys)
        return tuple(one for one in found if one is not None)

    def _weigh(self, key: DueKey) -> _Weighed | None:
        facts, due = self.book.facts, self.book.by_key[key]
        rung_key = RungKey(
            key.task_id, key.agency_id, key.what, facts.round_of(key), rung_on(self.day), Audience.CONTACT
        )
        rung = OwedRung(rung_key, due.due_on, self.at)
        asked = self.asked.get(key.agency_id)
        reason = ladder.reason_against(rung, facts, self.book.calendar)
        if reason is Reason.MUTED:
            return _Weighed(rung, Fate.MUTED, asked)
        if reason is not None:
            return None
        if pausing.stands_still(facts, key.task_id, key.agency_id, self.at):
            return _Weighed(rung, Fate.PAUSED, asked)
        return _Weighed(rung, self._fate(rung, asked), asked)

    def _fate(self, rung: OwedRung, asked: Recipient | None) -> Fate:
        row = self.rows.get(rung.key)
        due = DueKey(rung.key.task_id, rung.key.agency_id, rung.key.what)
        if (row is not None and row.state != reminders.DROPPED) or due in self.leaving:
            return Fate.TODAY
        if asked is None:
            return Fate.NOBODY
        extra = self.messages.get(key_of(asked.person_id, self.day))
        gone = extra is not None and extra.state not in ("due", "cancelled")
        return Fate.TODAY if gone and not self.merged else Fate.GO

    def as_seen(self) -> Urging:
        """The same for a person's eyes, agency by agency."""
        grouped: dict[tuple[Fate, int], list[_Weighed]] = {}
        for one in self.weighed:
            grouped.setdefault((one.fate, one.rung.key.agency_id), []).append(one)
        going = [one for one in self.weighed if one.fate is Fate.GO and one.asked]
        return Urging(
            at=self.at,
            merged=self.merged,
            lines=tuple(self._line(fate, agency_id, mine) for (fate, agency_id), mine in grouped.items()),
            agencies=len({one.rung.key.agency_id for one in going}),
            people=len({one.asked.person_id for one in going if one.asked}),
            dues=len(going),
        )

    def _line(self, fate: Fate, agency_id: int, mine: Sequence[_Weighed]) -> Urged:
        """Whom it goes to; for an agency nobody can receive for, whom to phone."""
        known = self.recipients.get(agency_id, ())
        person = mine[0].asked or next(iter(in_turn(known)), None) or next(iter(known), None)
        tasks = self.book.tasks
        return Urged(
            fate=fate,
            agency=self.book.agencies[agency_id],
            contact=person.name if person else "",
            phone=person.phone if person else "",
            dues=tuple((_label(tasks[one.rung.key.task_id]), one.rung.key.what) for one in mine),
        )

    def carry_out(self) -> None:
        """Write every rung down: on the extra message, for the morning, or as one that reaches nobody."""
        plan, known = self.book.plan, dict(self.rows)
        for one in self.weighed:
            if one.fate is Fate.GO and one.asked is not None:
                outbox_id = None if self.merged else self._message(one.asked.person_id)
                state = reminders.WAITING if outbox_id is None else reminders.QUEUED
                row = reminders.record(
                    self.session, plan.id, one.rung, state, self.now, outbox_id=outbox_id, known=known
                )
                row.owed_at = one.rung.owed_at
            elif one.fate is Fate.NOBODY:
                reason, state = Reason.NOBODY, reminders.DROPPED
                reminders.record(self.session, plan.id, one.rung, state, self.now, reason=reason, known=known)
        plan.wake_at = None
        self.session.flush()

    def _message(self, person_id: int) -> int | None:
        """The message that carries it: this morning's while it has not left, else the day's extra one."""
        morning = self.messages.get(mornings.key_of(person_id, self.day))
        if morning is not None and morning.state == "due":
            return morning.id
        key = key_of(person_id, self.day)
        outbox.put(
            self.session,
            key=key,
            kind="wave",
            payload={"on": self.day.isoformat()},
            now=self.now,
            due_at=max(self.at, self.now),
            office_id=self.book.plan.office_id,
            person_id=person_id,
            urgency=_URGENCY,
            resend=True,
        )
        found = reminders.morning_messages(self.session, [key]).get(key)
        return found.id if found else None


def _label(task: Task) -> str:
    return task.number or task.title
