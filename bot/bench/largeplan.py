"""A plan of any size in a database of its own: three agencies to a task, each with one contact who has entered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.domain.facts import ASSIGNMENT, Audience, Reason
from bot.domain.model import DutyRole, Role
from storage.database import Database
from storage.tables import Agency, Contact, Duty, Office, Person, Plan, Reminder, RoleGrant, Task

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = 2024
ACTIVATED = datetime(YEAR, 1, 2, 10, 0, tzinfo=ZONE)
# 8 April 2024 is the 5th working day after the first quarter; ten working days before it the first rung is owed.
FIRST_WAVE = datetime(YEAR, 3, 22, 9, 0, tzinfo=ZONE)
AGENCIES_A_TASK = 3
FIRST_CHAT = 10_001
_ROLES = (DutyRole.LEAD, DutyRole.JOINT_LEAD, DutyRole.SHARED)
_AT_ONCE = 5_000
_SINCE = timedelta(days=30)
_ASSIGNMENT = (("D", Audience.CONTACT), ("D+3", Audience.COORDINATOR))


@dataclass(frozen=True)
class LargePlan:
    """A database that holds it; `contacts` is how many people are reminded."""

    db: Database
    tasks: int

    @property
    def contacts(self) -> int:
        """One for each agency's part."""
        return self.tasks * AGENCIES_A_TASK


@contextmanager
def large_plan(tasks: int, url: str | None = None) -> Iterator[LargePlan]:
    """The plan, active since January, its assignments signed, asleep until its first wave; gone after the block."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(url, Path(folder))
        try:
            db.prepare()
            db.write_now(lambda session: _fill(session, tasks))
            yield LargePlan(db, tasks)
        finally:
            db.close()


def _fill(session: Session, tasks: int) -> None:
    session.add(Office(id=1, name="牵头办公室", created_at=ACTIVATED))
    session.flush()
    session.add(
        Plan(
            id=1,
            office_id=1,
            title="大计划",
            year=YEAR,
            document_name="plan.txt",
            document_sha256="",
            reading={},
            policy={},
            created_at=ACTIVATED,
            activated_at=ACTIVATED,
            wake_at=FIRST_WAVE,
            decided_to_at=FIRST_WAVE - _SINCE,
        )
    )
    session.flush()
    for number in range(0, tasks, _AT_ONCE):
        _part(session, range(number + 1, min(number + _AT_ONCE, tasks) + 1))
    boss = {"id": tasks * AGENCIES_A_TASK + 1, "office_id": 1, "name": "王主任", "chat_id": FIRST_CHAT - 1}
    session.execute(insert(Person), [{**boss, "created_at": ACTIVATED, "user_id": FIRST_CHAT - 1}])
    session.add(RoleGrant(office_id=1, person_id=boss["id"], role=Role.COORDINATOR, granted_at=ACTIVATED))


def _part(session: Session, numbers: range) -> None:
    tasks: list[dict[str, Any]] = []
    agencies: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    contacts: list[dict[str, Any]] = []
    duties: list[dict[str, Any]] = []
    signed: list[dict[str, Any]] = []
    for task in numbers:
        named = {"key": f"t{task}", "number": f"（一）{task}", "title": f"第{task}项任务", "body": "", "position": task}
        tasks.append({"id": task, "office_id": 1, "plan_id": 1, **named})
        for place, role in enumerate(_ROLES):
            agency = (task - 1) * AGENCIES_A_TASK + place + 1
            agencies.append({"id": agency, "office_id": 1, "name": f"第{agency}局"})
            chat = FIRST_CHAT + agency
            people.append(
                {"id": agency, "office_id": 1, "name": f"联络员{agency}", "user_id": chat, "chat_id": chat}
                | {"created_at": ACTIVATED}
            )
            contacts.append({"office_id": 1, "person_id": agency, "agency_id": agency, "since_at": ACTIVATED})
            signed += [_signed(agency, *rung) for rung in _ASSIGNMENT]
            duties.append({"task_id": task, "agency_id": agency, "role": role, "signed_at": ACTIVATED})
    for table, rows in ((Task, tasks), (Agency, agencies), (Person, people), (Contact, contacts)):
        session.connection().execute(insert(table), rows)
    session.connection().execute(insert(Duty), duties)
    session.connection().execute(insert(Reminder), signed)


def _signed(agency: int, rung: str, audience: Audience) -> dict[str, Any]:
    """A rung of the assignment, dropped because the agency had signed."""
    about = {"plan_id": 1, "task_id": 0, "agency_id": agency, "what": ASSIGNMENT, "round": 0, "rung": rung}
    moments = {"due_on": ACTIVATED.date(), "owed_at": ACTIVATED, "decided_at": ACTIVATED}
    return {**about, **moments, "audience": audience, "state": "dropped", "reason": Reason.SIGNED, "outbox_id": None}
