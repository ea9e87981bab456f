"""Cards, inbox, outbox and the audit chain: what goes through the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Card(Base):
    """One chat message that lives: what it shows, its draft, its revision; all conversation state is here.

    `rev` grows with every change; a button carries the rev it was drawn with. `shown_rev` is the one last sent.
    """

    __tablename__ = "card"
    __table_args__ = (
        Index("ix_card_chat_id_message_id", "chat_id", "message_id"),
        Index("ix_card_person_id", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[dict[str, Any]]
    rev: Mapped[int] = mapped_column(default=1)
    shown_rev: Mapped[int] = mapped_column(default=0)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    is_photo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class Inbox(Base):
    """A raw update, committed before the API is told that it arrived. `state` new, done or dead."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_state_chat_id", "state", "chat_id"),)
    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Outbox(Base):
    """A message owed to a chat. `key` is unique: asking for it twice is normal.

    `state` due, sending, sent, unknown (outcome never learned), cancelled, failed (permanent) or dead (our fault).
    `urgency` 0 answers, 1 cards that must be right, 2 reminders, 3 the rest; lower goes first.
    `resend` says what an uncertain outcome means: reminders are tried once more, mere notices are not.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # The order in which they go: the first of a backlog are found without sorting it. Were there another index
        # by due_at, SQLite would take that one and sort.
        Index("ix_outbox_state_urgency", "state", "urgency", "due_at", "id"),
        Index("ix_outbox_person_id", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    payload: Mapped[dict[str, Any]]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"))
    urgency: Mapped[int] = mapped_column(default=0)
    resend: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until_at: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(40), default="")
    uncertain: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Audit(Base):
    """One change, chained: `hash` covers the row and the hash before it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
