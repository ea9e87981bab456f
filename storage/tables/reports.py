"""Reports, evidence, reviews, extensions, reminders and seals: what happened to the dues."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Report(Base):
    """报送: one version of one agency's answer for one due. Append-only; the highest version counts.

    `number` (Q3-0117) stays through the versions; `withdrawn` versions record an undo.
    `told_at` is when the sender wrote it (the messenger's date), `recorded_at` when it was taken in.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("task_id", "agency_id", "what", "version"),
        UniqueConstraint("source_chat_id", "source_message_id", "source_edit", "task_id", "agency_id", "what"),
        Index("ix_report_plan_id_what", "plan_id", "what"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    what: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int | None]
    numbers: Mapped[list[Any]]
    expected_on: Mapped[date | None]
    difficulty: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_behalf: Mapped[str] = mapped_column(default="")
    source_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    source_message_id: Mapped[int | None] = mapped_column(BigInteger)
    source_edit: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Evidence(Base):
    """佐证: a file kept by hash under the data directory; the original name is data only."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_report_number", "report_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("card.id"))
    report_number: Mapped[str | None] = mapped_column(String(24))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    received_at: Mapped[datetime]


class Review(Base):
    """审核 of one version of a report: accepted, or returned with a reason code and a new limit."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("report_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(24), default="")
    note: Mapped[str] = mapped_column(default="")
    limit_on: Mapped[date | None]
    reviewed_at: Mapped[datetime]


class Extension(Base):
    """延期: asked before the due day with reason and date; the original day stays. `granted` None while open."""

    __tablename__ = "extension"
    __table_args__ = (Index("ix_extension_task_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    what: Mapped[str] = mapped_column(String(24))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    until_on: Mapped[date]
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Reminder(Base):
    """催办: one rung of one ladder, sent or with the reason why not. Inserting it twice is normal and does nothing.

    `audience` contact, coordinator or leader; task and agency are 0 for rungs about a whole period.
    `round` counts the returns and extensions before this ladder. `state` waiting (owed, no message yet), queued,
    sent, unknown (outcome never learned) or dropped; `reason` one of the codes of `bot.domain.facts.Reason`.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("plan_id", "task_id", "agency_id", "what", "round", "rung", "audience"),
        Index("ix_reminder_outbox_id", "outbox_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int]
    agency_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(24))
    round: Mapped[int] = mapped_column(default=0)
    rung: Mapped[str] = mapped_column(String(8))
    audience: Mapped[str] = mapped_column(String(16))
    due_on: Mapped[date]
    owed_at: Mapped[datetime]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(24), default="")
    decided_at: Mapped[datetime]


class Seal(Base):
    """A period's figures frozen at cut-off; `sha256` is over the canonical JSON of `figures`."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("plan_id", "period"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    period: Mapped[str] = mapped_column(String(24))
    sealed_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
