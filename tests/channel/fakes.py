"""Stand-ins for the rooms around the channel: a movable clock, a messenger that obeys orders, a house that composes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channel.client import Delivered
from bot.channel.pacing import Pacer
from bot.channel.protocols import Prepared, Withheld
from bot.channel.sender import Sender
from bot.texts.message import Message
from storage import outbox
from storage.database import Database
from storage.tables import Card, Office, Outbox, Person

START = datetime(2022, 4, 8, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when told, or when somebody sleeps by it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)

    async def sleep(self, seconds: float) -> None:
        target = self.at + timedelta(seconds=seconds)
        await asyncio.sleep(0)
        self.at = max(self.at, target)


@dataclass
class Call:
    at: datetime
    chat_id: int
    text: str
    edit_message_id: int | None


@dataclass
class Wire:
    """A messenger's side: notes every call, keeps what it accepted, fails when `orders` say so.

    An order is an exception to raise instead of accepting, or a pair (exception, True) to accept and then raise.
    """

    clock: Clock
    orders: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    calls: list[Call] = field(default_factory=list)
    accepted: list[Call] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: int = 0
    most_in_flight: int = 0
    pause: Callable[[], Any] = field(default=lambda: asyncio.sleep(0))

    async def deliver(self, chat_id: int, message: Message, edit_message_id: int | None = None) -> Delivered:
        call = Call(self.clock(), chat_id, message.text, edit_message_id)
        self.calls.append(call)
        self.called.set()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.pause()
        finally:
            self.in_flight -= 1
        order = self.orders[chat_id].pop(0) if self.orders[chat_id] else None
        error, after_accepting = order if isinstance(order, tuple) else (order, False)
        if error is not None and not after_accepting:
            raise error
        self.accepted.append(call)
        if error is not None:
            raise error
        return Delivered(edit_message_id or 1000 + len(self.accepted), message.attachment is not None)

    def texts(self, chat_id: int | None = None) -> list[str]:
        return [call.text for call in self.accepted if chat_id in (None, call.chat_id)]


@dataclass
class House:
    """A composer: the message is the payload's text; `unwanted` keys are withheld, `broken` ones fall over."""

    unwanted: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    unprintable: set[str] = field(default_factory=set)
    deaf: bool = False
    ends: list[tuple[str, str, str]] = field(default_factory=list)

    def prepare(self, session: Session, row: Outbox, now: datetime) -> Prepared | Withheld:
        if row.key in self.broken:
            raise ValueError("cannot prepare")
        chat_id = outbox.chat_of(session, row)
        if chat_id is None or row.key in self.unwanted:
            return Withheld("not_bound" if chat_id is None else "no_longer_needed")
        card = session.get(Card, row.card_id) if row.card_id else None
        mark = "again: " if row.uncertain else ""
        return Prepared(chat_id, card.message_id if card else None, (row.key, mark + row.payload["text"]))

    def render(self, view: Any) -> Message:
        key, text = view
        if key in self.unprintable:
            raise ValueError("cannot render")
        return Message(text)

    def settled(self, session: Session, row: Outbox, state: str, now: datetime) -> None:
        if self.deaf:
            session.add(Office(name="half a deed", created_at=now))
            session.flush()
            raise RuntimeError("cannot hear")
        self.ends.append((row.key, state, row.reason))


@dataclass
class Stage:
    """A sender with everything around it."""

    db: Database
    clock: Clock
    wire: Wire
    house: House
    sender: Sender

    @classmethod
    def build(cls, db: Database, pacer: Pacer | None = None, worker: str = "w1", **options: Any) -> Stage:
        clock = Clock()
        wire, house = Wire(clock), House()
        options.setdefault("sleep", clock.sleep)
        sender = Sender(db, wire, house, pacer or Pacer(), clock, worker, **options)
        return cls(db, clock, wire, house, sender)

    def owe(self, key: str, chat_id: int | None = 1, **more: Any) -> int:
        values = {"kind": "note", "payload": {"text": key}, "now": self.clock(), "chat_id": chat_id, **more}
        number = self.db.write_now(lambda session: outbox.put(session, key=key, **values))
        assert number is not None
        return number

    def row(self, key: str) -> Outbox:
        return self.db.read_now(lambda session: session.scalars(select(Outbox).where(Outbox.key == key)).one())

    def states(self) -> dict[str, str]:
        return self.db.read_now(lambda session: dict(session.execute(select(Outbox.key, Outbox.state)).all()))


def add_person(db: Database, chat_id: int | None, person_id: int = 1) -> int:
    def work(session: Session) -> None:
        if session.get(Office, 1) is None:
            session.add(Office(id=1, name="县政府办公室", created_at=START))
            session.flush()
        session.add(Person(id=person_id, office_id=1, name="李明", user_id=chat_id, chat_id=chat_id, created_at=START))

    db.write_now(work)
    return person_id


def add_card(db: Database, person_id: int = 1, **values: Any) -> int:
    def work(session: Session) -> int:
        card = Card(
            office_id=1, person_id=person_id, kind="due", state={}, created_at=START, touched_at=START, **values
        )
        session.add(card)
        session.flush()
        return card.id

    return db.write_now(work)


def card_of(db: Database, card_id: int) -> Card:
    return db.read_now(lambda session: session.get_one(Card, card_id))


async def until(done: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until something is so; TimeoutError when it does not come."""
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)
