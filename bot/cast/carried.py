"""What a message of the bot carries, looked up where the bot wrote it down: its rungs with their tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import ASSIGNMENT, Audience
from bot.domain.model import DueKey, DutyRole, Role
from storage.tables import Duty, Outbox, Reminder, Target, Task


@dataclass(frozen=True)
class Goal:
    """A number a task is to reach: 20 家, 95 %."""

    value: float
    unit: str


@dataclass(frozen=True)
class Carried:
    """One rung on a message; `task` is the task's number, None for the assignment and for lists over all tasks.

    `invited`: the agency only takes part in the task, and may answer or not.
    """

    task_id: int
    agency_id: int
    task: str | None
    title: str
    what: str
    rung: str
    due_on: date
    goal: Goal | None = None
    invited: bool = False

    @property
    def key(self) -> DueKey:
        """The due it reminds of."""
        return DueKey(self.task_id, self.agency_id, self.what)

    def as_json(self) -> dict[str, Any]:
        """The rung as the rehearsal prints it."""
        return {"task": self.task, "what": self.what, "rung": self.rung, "due": self.due_on.isoformat()}


def carried_by(session: Session, row: Outbox) -> tuple[Carried, ...]:
    """The rungs a sent morning message carries, in its order; nothing for any other message."""
    return tuple(_carried(session, rung) for rung in _riding(session, row)) if row.kind == "wave" else ()


def kind_of(session: Session, row: Outbox, role: Role) -> str:
    """What a message is to somebody in this role: answer, coordinator, summary, assignment or reminder."""
    if row.kind != "wave":
        return "answer"
    if role is not Role.CONTACT:
        return "coordinator" if role is Role.COORDINATOR else "summary"
    return "assignment" if is_assignment(_riding(session, row)) else "reminder"


def is_assignment(rungs: Iterable[Reminder]) -> bool:
    """Whether one of the rungs hands an agency its tasks (交办)."""
    return any(rung.what == ASSIGNMENT and rung.audience == Audience.CONTACT for rung in rungs)


def _riding(session: Session, row: Outbox) -> tuple[Reminder, ...]:
    carriers = [row.id, *row.payload.get("copies", [])]
    query = select(Reminder).where(Reminder.outbox_id.in_(carriers), Reminder.state == "sent")
    return tuple(session.scalars(query.order_by(Reminder.due_on, Reminder.id)))


def _carried(session: Session, rung: Reminder) -> Carried:
    task = session.get(Task, rung.task_id)
    return Carried(
        task_id=rung.task_id,
        agency_id=rung.agency_id,
        task=task.number if task else None,
        title=task.title if task else "",
        what=rung.what,
        rung=rung.rung,
        due_on=rung.due_on,
        goal=_goal(session, rung.task_id) if task else None,
        invited=_role(session, rung) == DutyRole.PARTICIPANT,
    )


def _role(session: Session, rung: Reminder) -> str | None:
    return session.scalar(select(Duty.role).where(Duty.task_id == rung.task_id, Duty.agency_id == rung.agency_id))


def _goal(session: Session, task_id: int) -> Goal | None:
    target = session.scalars(
        select(Target).where(Target.task_id == task_id, Target.removed_at.is_(None)).order_by(Target.id)
    ).first()
    return Goal(target.value, target.unit) if target is not None and target.value > 0 else None
