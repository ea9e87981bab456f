"""Plans: their readings, sections, tasks, duties, deadlines, targets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class Plan(Base):
    """计划. `reading` is what the plan says now, as JSON of a PlanReading; the rows below say the same.

    `wake_at` is the earliest moment the planner has something to say again (None: look now). Every rung owed by
    `decided_to_at` has been decided (None: not known, or what was owed has changed since).
    """

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
    closed_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    decided_to_at: Mapped[datetime | None]


class PlanVersion(Base):
    """One state of a plan's reading, kept for good. `by` is a person ("person:7") or a door ("cli").

    `what` is the change that made it, a code and its params. `restores` is the earlier version an undo went back to.
    `delta` is what it says otherwise than the version before (see storage.deltas). One kept `aside` is a document as
    it was read: the plan never said it, and the next version is told from the one before it.
    """

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    what: Mapped[dict[str, Any]]
    delta: Mapped[dict[str, Any]]
    aside: Mapped[bool] = mapped_column(default=False)
    restores: Mapped[int | None]


class Section(Base):
    """类别: a group of tasks under one heading."""

    __tablename__ = "section"
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    position: Mapped[int]


class Task(Base):
    """任务, numbered as in the document (（一）1). `body` is the original text, `key` the task's in the reading.

    `closed_at` is 销号; `removed_at` is set while a plan in force no longer names the task. Neither undoes the other.
    `muted_at` is 免催: what is owed stays owed, but nobody is reminded of it.
    """

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("plan_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    key: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    body: Mapped[str]
    position: Mapped[int]
    muted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Pause(Base):
    """暂停: a stretch in which nobody is reminded of a plan, of one task of it, or through one agency of it.

    Both ids empty mean the whole plan. `until_at` is empty while it lasts, or the moment it is to end by itself; a
    pause that is ended keeps its row, so that days can be counted without it.
    """

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_plan_id", "plan_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    by: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(default="")


class Duty(Base):
    """An agency's part in a task: lead, joint_lead, shared, participant. `signed_at` is 签收.

    `begun_at` is set for a duty given after 启用: what was due before is not owed. `ended_at` is set while the plan's
    reading does not name it: whoever ends a duty changes the reading.
    """

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("task_id", "agency_id"), Index("ix_duty_agency_id", "agency_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    role: Mapped[str] = mapped_column(String(16))
    signed_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Milestone(Base):
    """时限: a dated point (`day_on`) or a recurrence (`cadence`); `assumed` when a rule chose the day.

    `begun_at` is set for a day named after 启用: what was past by then is not chased. One that no longer counts
    after 启用 stays with its `removed_at`; reports hang on it.
    """

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_task_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    day_on: Mapped[date | None]
    cadence: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str]
    assumed: Mapped[bool] = mapped_column(default=False)
    begun_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Target(Base):
    """指标: of one task, or of the whole plan when `task_id` is empty; `removed_at` as for a time limit."""

    __tablename__ = "target"
    __table_args__ = (Index("ix_target_plan_id", "plan_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    words: Mapped[str]
    op: Mapped[str] = mapped_column(String(2))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(40))
    removed_at: Mapped[datetime | None]
