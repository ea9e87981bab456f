"""Random offices for the forecast: plans, rosters, policies, leaves, pauses, reports; and the house living in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import RungKey
from bot.services import forecast, outgoing, waves
from storage import plans, reminders
from storage.tables import (
    Agency,
    Contact,
    Duty,
    Milestone,
    Office,
    Outbox,
    Pause,
    Person,
    Plan,
    Reminder,
    Report,
    RoleGrant,
    Task,
)

ZONE = ZoneInfo("Asia/Shanghai")
YEAR = 2024
# When plans send: not all at the same time, so that some find a message of the day gone.
MORNINGS = ("09:00", "09:00", "14:40")
BEGUN = datetime(YEAR, 1, 3, 10, tzinfo=ZONE)
ROLES = ("lead", "joint_lead", "shared", "participant", "participant")
POSITIONS = ("contact", "contact", "deputy", "head")
# A wave's moment, a plan, a rung, what became of it and whose message carried it.
Line = tuple[datetime, int, RungKey, str, int | None]


@dataclass(frozen=True)
class Year:
    """What was said and dropped, line by line, and who was written to at which moments."""

    lines: frozenset[Line]
    written_to: frozenset[tuple[datetime, int]]


def random_office(session: Session, rng: Random, mornings: tuple[str, ...] = MORNINGS) -> datetime:
    """An office with one or two plans in force; returns a moment of its year."""
    session.add(Office(name="牵头办", timezone=ZONE.key, created_at=BEGUN))
    session.flush()
    agencies = [_agency(session, name) for name in ["水利局", "林业局", "公路局", "财政局"][: rng.randint(2, 4)]]
    now = BEGUN + timedelta(days=rng.randrange(330), hours=rng.randrange(24), minutes=rng.choice((0, 30)))
    for number in range(rng.randint(0, 2)):
        _person(session, rng, f"牵头{number}", role="coordinator")
    if rng.random() < 0.7:
        _person(session, rng, "领导", role="leader")
    for agency_id in agencies:
        for number, position in enumerate(rng.sample(POSITIONS, rng.randint(0, 3))):
            person_id = _person(session, rng, f"{agency_id}局{number}")
            _place(session, rng, person_id, agency_id, position, now)
    if rng.random() < 0.5:
        _shared(session, rng, agencies, now)
    for number in range(rng.choice((1, 1, 2))):
        _plan(session, rng, f"计划{number}", agencies, now, rng.choice(mornings))
    session.flush()
    return now


def _agency(session: Session, name: str) -> int:
    row = Agency(office_id=1, name=name)
    session.add(row)
    session.flush()
    return row.id


def _person(session: Session, rng: Random, name: str, role: str = "") -> int:
    bound = bool(role) or rng.random() < 0.85
    row = Person(office_id=1, name=name, phone="138", chat_id=None, user_id=None, created_at=BEGUN)
    session.add(row)
    session.flush()
    if bound:
        row.chat_id = row.user_id = 1000 + row.id
    if bound and rng.random() < 0.1:
        row.unreachable_since_at = BEGUN
    if role:
        session.add(RoleGrant(office_id=1, person_id=row.id, role=role, granted_at=BEGUN))
    return row.id


def _place(session: Session, rng: Random, person_id: int, agency_id: int, position: str, now: datetime) -> None:
    row = Contact(office_id=1, person_id=person_id, agency_id=agency_id, position=position, since_at=BEGUN)
    if rng.random() < 0.3:
        row.away_from_on = now.date() + timedelta(days=rng.randrange(-5, 60))
        row.away_until_on = row.away_from_on + timedelta(days=rng.randrange(30))
    session.add(row)


def _shared(session: Session, rng: Random, agencies: list[int], now: datetime) -> None:
    """Somebody who speaks for two agencies, perhaps a coordinator too."""
    person_id = session.scalars(select(Person.id).order_by(Person.id)).first() or _person(session, rng, "两头")
    for agency_id in rng.sample(agencies, 2):
        _place(session, rng, person_id, agency_id, "contact", now)


def _plan(session: Session, rng: Random, title: str, agencies: list[int], now: datetime, send_time: str) -> None:
    policy = {
        "participants": rng.choice(("none", "invited", "invited", "required")),
        "cap_per_quarter": rng.choice((0, 12, 12, 3)),
        "cap_per_week": rng.choice((0, 0, 2)),
        "send_time": send_time,
        "reach_check": False,
    }
    begun = max(BEGUN, now - timedelta(days=rng.randrange(50)))
    plan = Plan(
        office_id=1,
        title=title,
        year=YEAR,
        document_name="",
        document_sha256="",
        reading={},
        policy=policy,
        created_at=begun,
        activated_at=begun,
    )
    session.add(plan)
    session.flush()
    for number in range(rng.randint(1, 3)):
        _task(session, rng, plan, number, agencies, now)
    for _ in range(rng.choice((0, 0, 1, 2))):
        _pause(session, rng, plan, agencies, now)


def _task(session: Session, rng: Random, plan: Plan, number: int, agencies: list[int], now: datetime) -> None:
    task = Task(
        office_id=1, plan_id=plan.id, key=f"t{number}", number=str(number), title="任务", body="", position=number
    )
    task.muted_at = now if rng.random() < 0.15 else None
    task.closed_at = now if rng.random() < 0.1 else None
    session.add(task)
    session.flush()
    for day in {date(YEAR, 1, 1) + timedelta(days=rng.randrange(366)) for _ in range(rng.randrange(3))}:
        session.add(Milestone(task_id=task.id, day_on=day, words="底前"))
    for agency_id in rng.sample(agencies, rng.randint(1, len(agencies))):
        later = now - timedelta(days=rng.randrange(60)) if rng.random() < 0.1 else None
        signed = now if rng.random() < 0.5 else None
        session.add(
            Duty(task_id=task.id, agency_id=agency_id, role=rng.choice(ROLES), signed_at=signed, begun_at=later)
        )
        if rng.random() < 0.5:
            _report(session, rng, plan, task.id, agency_id, now)


def _report(session: Session, rng: Random, plan: Plan, task_id: int, agency_id: int, now: datetime) -> None:
    sender = session.scalars(select(Person.id)).first()
    if sender is None:
        return
    told_at = now - timedelta(days=rng.randrange(20))
    what = f"{YEAR}Q{(told_at.month + 2) // 3}"
    session.add(
        Report(
            office_id=1,
            plan_id=plan.id,
            task_id=task_id,
            agency_id=agency_id,
            what=what,
            number=f"{what[-2:]}-{task_id}{agency_id}",
            version=1,
            status=rng.choice(("done", "in_progress")),
            numbers=[],
            words="",
            sender_id=sender,
            told_at=told_at,
            recorded_at=told_at,
        )
    )


def _pause(session: Session, rng: Random, plan: Plan, agencies: list[int], now: datetime) -> None:
    begun = now - timedelta(days=rng.randrange(20))
    lasts = timedelta(days=rng.randrange(1, 40))
    agency_id = rng.choice((None, rng.choice(agencies)))
    until = begun + lasts if rng.random() < 0.8 else None
    session.add(Pause(office_id=1, plan_id=plan.id, agency_id=agency_id, from_at=begun, until_at=until, by="test"))


def lived(session: Session, now: datetime, until: datetime) -> Year:
    """The house itself: every moment somebody wakes up to is ticked, and what is due is sent and arrives."""
    known = {row.id for row in session.scalars(select(Reminder)) if row.state in ("sent", "dropped")}
    lines: set[Line] = set()
    written: set[tuple[datetime, int]] = set()
    for at in _moments(session, now, until):
        waves.tick(session, at)
        session.flush()
        written |= {(at, person_id) for person_id in _send(session, at)}
        for row in session.scalars(select(Reminder)):
            if row.id not in known and row.state in ("sent", "dropped"):
                known.add(row.id)
                person_id = session.get_one(Outbox, row.outbox_id).person_id if row.state == "sent" else None
                lines.add((at, row.plan_id, reminders.key_of(row), row.reason or row.state, person_id))
    return Year(frozenset(lines), frozenset(written))


def _moments(session: Session, now: datetime, until: datetime) -> Iterator[datetime]:
    at: datetime | None = now
    while at is not None and at <= until:
        yield at
        coming = plans.next_wake(session)
        at = max(coming, at + timedelta(seconds=1)) if coming else None


def _send(session: Session, at: datetime) -> Iterator[int]:
    due = select(Outbox).where(Outbox.state == "due", Outbox.kind == "wave").order_by(Outbox.id)
    for row in session.scalars(due).all():
        ready = isinstance(outgoing.prepare(session, row, at), outgoing.Ready)
        row.state, row.finished_at = ("sent" if ready else "cancelled"), at
        if ready:
            outgoing.settled(session, row, "sent", at)
            yield row.person_id or 0
        session.flush()


def foretold(session: Session, now: datetime, until: datetime) -> Year:
    """What the forecast says of the same time."""
    found = forecast.forecast(session, 1, now, count=10_000, until=until)
    said = {
        (wave.at, one.plan_id, one.rung.key, "sent", letter.person_id)
        for wave in found
        for letter in wave.letters
        for one in letter.carried
    }
    left_out = {(wave.at, one.plan_id, one.rung.key, str(one.reason), None) for wave in found for one in wave.left_out}
    written = {(wave.at, letter.person_id) for wave in found for letter in wave.letters}
    return Year(frozenset(said | left_out), frozenset(written))
