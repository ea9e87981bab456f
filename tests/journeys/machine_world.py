"""A random office for the reminder machine: one or two plans, roster, settings; straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from storage.tables import Agency, Contact, Duty, Milestone, Office, Person, Plan, RoleGrant, Task
from tests.journeys.policycase import ZONE

ROLES = ("lead", "lead", "joint_lead", "shared", "participant")
POSITIONS = ("contact", "contact", "deputy", "head")
YEARS = (2022, 2024, 2025)
NAMES = ("水利局", "林业局", "公路局")
# One year's reports and milestones; what is further off than this is nobody's matter.
POLICIES: tuple[dict[str, object], ...] = (
    {},
    {"participants": "required"},
    {"participants": "none", "roll": "after"},
    {"send_time": "14:40"},
    {"send_time": "10:00", "hours": "09:30-12:00,14:00-16:00"},
    {"cap_per_week": 1},
    {"cap_per_week": 2, "cap_per_quarter": 4},
    {"report_day": 12},
    {"year_end_on": "01-15", "sign_workdays": 1},
    {"rungs": "-12,-5,-2,0,1,2"},
    {"escalation_rung": 2, "review_rung": 0, "summary_rung": 2},
    {"reach_check": False},
)


def random_office(session: Session, rng: Random) -> datetime:
    """An office with one or two plans put into force at the moment returned (the second perhaps not yet)."""
    year = rng.choice(YEARS)
    now = datetime(year, 1, 4, 10, tzinfo=ZONE) + timedelta(days=rng.randrange(330), hours=rng.randrange(24))
    session.add(Office(name="牵头办", timezone=ZONE.key, created_at=now))
    session.flush()
    agencies = [_agency(session, name) for name in NAMES[: rng.randint(1, 3)]]
    for number in range(rng.choice((1, 1, 2, 0))):
        person(session, rng, f"牵头{number}", now, role="coordinator")
    for number in range(rng.choice((1, 0, 2))):
        person(session, rng, f"领导{number}", now, role="leader")
    for agency_id in agencies:
        for number in range(rng.choice((1, 1, 2, 0))):
            found = person(session, rng, f"{agency_id}局{number}", now)
            place(session, found, agency_id, rng.choice(POSITIONS), now)
    if len(agencies) > 1 and rng.random() < 0.4:
        both = person(session, rng, "两头", now)
        for agency_id in agencies[:2]:
            place(session, both, agency_id, "contact", now)
    for number in range(rng.choice((1, 1, 2))):
        _plan(session, rng, f"计划{number}", year, agencies, now)
    session.flush()
    return now


def small_office(session: Session, now: datetime, milestones: Sequence[date] = ()) -> datetime:
    """One coordinator, one agency (1) with one contact, person 2, and one task (1) of a plan put into force now."""
    session.add(Office(name="牵头办", timezone=ZONE.key, created_at=now))
    session.flush()
    agency_id = _agency(session, NAMES[0])
    person(session, Random(0), "王牵头", now, role="coordinator")
    place(session, person(session, Random(0), "李水利", now), agency_id, "contact", now)
    plan = _plan_row(session, "计划0", now.year, {"reach_check": False}, now)
    task = Task(office_id=1, plan_id=plan.id, key="t0", number="1", title="任务", body="", position=0)
    session.add(task)
    session.flush()
    for day in milestones:
        session.add(Milestone(task_id=task.id, day_on=day, words="底前"))
    session.add(Duty(task_id=task.id, agency_id=agency_id, role="lead", signed_at=now))
    session.flush()
    return now


def _agency(session: Session, name: str) -> int:
    row = Agency(office_id=1, name=name)
    session.add(row)
    session.flush()
    return row.id


def person(session: Session, rng: Random, name: str, now: datetime, role: str = "") -> int:
    """Somebody of the office; an office role is held by people who have entered."""
    row = Person(office_id=1, name=name, phone="13800000000", chat_id=None, user_id=None, created_at=now)
    session.add(row)
    session.flush()
    if role or rng.random() < 0.85:
        row.chat_id = row.user_id = 1000 + row.id
    if role:
        session.add(RoleGrant(office_id=1, person_id=row.id, role=role, granted_at=now))
    session.flush()
    return row.id


def place(session: Session, person_id: int, agency_id: int, position: str, now: datetime) -> None:
    """A person's place in an agency."""
    session.add(Contact(office_id=1, person_id=person_id, agency_id=agency_id, position=position, since_at=now))
    session.flush()


def _plan(session: Session, rng: Random, title: str, year: int, agencies: list[int], now: datetime) -> None:
    plan = _plan_row(session, title, year, rng.choice(POLICIES), now)
    if title != "计划0" and rng.random() < 0.3:
        plan.activated_at = None
    for number in range(rng.randint(1, 2)):
        _task(session, rng, plan, number, agencies)


def _plan_row(session: Session, title: str, year: int, policy: dict[str, object], now: datetime) -> Plan:
    plan = Plan(
        office_id=1,
        title=title,
        year=year,
        document_name="",
        document_sha256="",
        reading={},
        policy=policy,
        created_at=now,
        activated_at=now,
    )
    session.add(plan)
    session.flush()
    return plan


def _task(session: Session, rng: Random, plan: Plan, number: int, agencies: list[int]) -> None:
    task = Task(
        office_id=1, plan_id=plan.id, key=f"t{number}", number=str(number), title="任务", body="", position=number
    )
    session.add(task)
    session.flush()
    for day in {date(plan.year, 1, 1) + timedelta(days=rng.randrange(365)) for _ in range(rng.randrange(3))}:
        session.add(Milestone(task_id=task.id, day_on=day, words="底前"))
    for agency_id in rng.sample(agencies, rng.randint(1, len(agencies))):
        session.add(Duty(task_id=task.id, agency_id=agency_id, role=rng.choice(ROLES)))
