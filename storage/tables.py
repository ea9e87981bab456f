"""Every table, facts only: late, lights and on-time are derived elsewhere. `…_at` UTC instants, `…_on` local dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import UTCDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads this class attribute)
        datetime: UTCDateTime,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Office(Base):
    """牵头办公室: the tenant. `timezone` is an IANA name."""

    __tablename__ = "office"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    created_at: Mapped[datetime]


class Setting(Base):
    """One setting of an office, by key; values are JSON."""

    __tablename__ = "setting"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]


class CalendarOverride(Base):
    """A day whose working state the office sets itself, above every other source."""

    __tablename__ = "calendar_override"
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")


class Agency(Base):
    """责任单位. A collective (各乡镇人民政府) is one agency until its members are known."""

    __tablename__ = "agency"
    __table_args__ = (UniqueConstraint("office_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(200))
    is_collective: Mapped[bool] = mapped_column(default=False)


class AgencyAlias(Base):
    """Another spelling of an agency that a person confirmed."""

    __tablename__ = "agency_alias"
    __table_args__ = (UniqueConstraint("office_id", "alias"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    alias: Mapped[str] = mapped_column(String(200))


class Person(Base):
    """Somebody the office knows. Identity is the messenger's numeric user id, set when an invitation is used."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_user_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    unreachable_since_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A person's role in the office (coordinator, leader); ended, never deleted."""

    __tablename__ = "role"
    __table_args__ = (Index("ix_role_person_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(16))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Contact(Base):
    """联络员: a person's place in an agency. `away_until_on` is the last day of a leave."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_agency_id", "agency_id"), Index("ix_contact_person_id", "person_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    position: Mapped[str] = mapped_column(String(16), default="contact")
    since_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    away_until_on: Mapped[date | None]


class Invitation(Base):
    """A one-time deep link. Only the token's SHA-256 is kept; `claimed_*` is set at /start, `used_at` at 是我."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_user_id: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Plan(Base):
    """计划. `wake_at` is the earliest moment the planner has something to say again (None: look now)."""

    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    title: Mapped[str]
    year: Mapped[int]
    document_name: Mapped[str] = mapped_column(String(255))
    document_sha256: Mapped[str] = mapped_column(String(64))
    reading: Mapped[dict[str, Any]]
    policy: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]


class Section(Base):
    """类别: a group of tasks under one heading."""

    __tablename__ = "section"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    position: Mapped[int]


class Task(Base):
    """任务, numbered as in the document (（一）1). `body` is the original text."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_plan_id", "plan_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    body: Mapped[str]
    position: Mapped[int]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Duty(Base):
    """An agency's part in a task: lead, joint_lead, shared, participant. `signed_at` is 签收."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("task_id", "agency_id"), Index("ix_duty_agency_id", "agency_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    role: Mapped[str] = mapped_column(String(16))
    signed_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Milestone(Base):
    """时限: a dated point (`day_on`) or a recurrence (`cadence`); `assumed` when a rule chose the day."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_task_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    day_on: Mapped[date | None]
    cadence: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str]
    assumed: Mapped[bool] = mapped_column(default=False)


class Target(Base):
    """指标: of one task, or of the whole plan when `task_id` is empty."""

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_plan_id", "plan_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    words: Mapped[str]
    op: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(40))


class Doubt(Base):
    """A question of the reading, settled by the coordinator's tap; the first option is what was assumed."""

    __tablename__ = "doubt"
    __table_args__ = (Index("ix_doubt_plan_id", "plan_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    task_number: Mapped[str] = mapped_column(String(40))
    question: Mapped[str]
    sentence: Mapped[str]
    options: Mapped[list[Any]]
    answer: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


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
    sent, unknown (outcome never learned) or dropped; `reason` one of the codes of `bot.domain.ladder.Reason`.
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
        Index("ix_outbox_state_due_at", "state", "due_at"),
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
