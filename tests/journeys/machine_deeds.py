"""What people do while the house reminds: each deed goes through the real service; what that refuses is no deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey, Position, Role, Status
from bot.domain.people import Actor
from bot.services import (
    assignments,
    calendarchange,
    entering,
    pauses,
    planning,
    policies,
    reporting,
    requests,
    reviewing,
    staffing,
    urging,
)
from bot.services.dues import DueBook
from bot.services.pauses import Reach
from storage import cards, people, plans, reports
from storage.tables import Agency, Card, Contact, Duty, Person, Plan, Report, Task
from tests.journeys.machine_world import POLICIES
from tests.journeys.policycase import ZONE

T = TypeVar("T")
Deed = Callable[[Session, Random, datetime], None]
NEAR = 8


def do(session: Session, name: str, rng: Random, now: datetime) -> str:
    """Do a deed; says what became of it."""
    try:
        with session.begin_nested():
            DEEDS[name](session, rng, now)
    except DubanError as error:
        return error.code
    return "done"


def _one(rng: Random, found: Sequence[T]) -> T:
    if not found:
        raise DubanError("nothing_there")
    return found[rng.randrange(len(found))]


def _office(session: Session) -> Actor:
    return people.office_actor(session, 1)


def _coordinator(session: Session) -> Actor:
    return people.actor_of(session, _one(Random(0), people.holders_of(session, 1, Role.COORDINATOR)))


def _plan(session: Session, rng: Random) -> Plan:
    return _one(rng, plans.active_plans(session, 1))


def _near(session: Session, plan: Plan, now: datetime) -> list[DueKey]:
    """The dues whose day is nearest: what people talk about."""
    book = DueBook(session, plan, _office(session), now)
    dues = sorted(book.by_key.values(), key=lambda due: (abs((due.due_on - book.today).days), due.key.task_id))
    return [due.key for due in dues[:NEAR]]


def _speaker(session: Session, agency_id: int, rng: Random) -> Actor:
    held = select(Contact).where(Contact.agency_id == agency_id, Contact.left_at.is_(None)).order_by(Contact.id)
    person_id = _one(rng, session.scalars(held).all()).person_id
    return people.actor_of(session, session.get_one(Person, person_id))


def _reports(session: Session, rng: Random, now: datetime) -> None:
    plan = _plan(session, rng)
    key = _one(rng, _near(session, plan, now))
    draft = reporting.Draft(status=rng.choice((Status.DONE, Status.IN_PROGRESS, Status.BLOCKED)), words="已办。")
    reporting.submit(session, _speaker(session, key.agency_id, rng), plan, key, draft, reporting.Source(now), now)


def _newest(session: Session) -> Report:
    found = session.scalars(select(Report).order_by(Report.id.desc())).first()
    if found is None:
        raise DubanError("nothing_there")
    return found


def _undoes(session: Session, rng: Random, now: datetime) -> None:
    report = _newest(session)
    reporting.undo(session, people.actor_of(session, session.get_one(Person, report.sender_id)), report.id, now)


def _returns(session: Session, rng: Random, now: datetime) -> None:
    report, coordinator = _newest(session), _coordinator(session)
    state = {"plan": report.plan_id, "report": report.id, "stage": "limit", "reason": "no_seal"}
    card = cards.add(session, 1, coordinator.person_id, "review", state, now)
    reviewing.return_report(session, coordinator, card, rng.randrange(3), now)


def _extends(session: Session, rng: Random, now: datetime) -> None:
    plan, coordinator = _plan(session, rng), _coordinator(session)
    key = _one(rng, _near(session, plan, now))
    until = now.astimezone(ZONE).date() + timedelta(days=rng.randrange(1, 25))
    speaker = _speaker(session, key.agency_id, rng)
    requests.raise_request(session, speaker, "extension", plan, key, key.agency_id, "请求延期", now, until)
    asked = select(Card).where(Card.kind == "request").order_by(Card.id.desc())
    requests.decide(session, coordinator, session.scalars(asked).first() or Card(), True, now)


def _signs(session: Session, rng: Random, now: datetime) -> None:
    plan = _plan(session, rng)
    agency_id = _one(rng, sorted(plans.agency_ids(session, plan.id)))
    actor = _speaker(session, agency_id, rng)
    given = {"plan": plan.id, "assignment": [{"plan": plan.id, "agency": agency_id, "round": 0}]}
    assignments.sign(session, actor, cards.add(session, 1, actor.person_id, "dues", given, now), now)


def _snoozes(session: Session, rng: Random, now: datetime) -> None:
    plan = _plan(session, rng)
    key = _one(rng, _near(session, plan, now))
    actor = _speaker(session, key.agency_id, rng)
    due = {"task": key.task_id, "agency": key.agency_id, "what": key.what}
    card = cards.add(session, 1, actor.person_id, "dues", {"plan": plan.id, "dues": [due], "focus": 0}, now)
    reporting.snooze(session, actor, card, now)


def _sends_now(session: Session, rng: Random, now: datetime) -> None:
    actor = _office(session)
    book = DueBook(session, _plan(session, rng), actor, now)
    # The command line sends now as the office itself; the audit names nobody then.
    urging.send(session, actor, book, urging.of_begun(book), now)


def _reach(session: Session, rng: Random, plan: Plan) -> Reach:
    tasks = session.scalars(select(Task.id).where(Task.plan_id == plan.id).order_by(Task.id)).all()
    agencies = sorted(plans.agency_ids(session, plan.id))
    task_id, agency_id = _one(rng, tasks), _one(rng, agencies)
    return rng.choice((Reach(), Reach(task_id), Reach(None, agency_id), Reach(task_id, agency_id)))


def _pauses(session: Session, rng: Random, now: datetime) -> None:
    plan = _plan(session, rng)
    through = now.astimezone(ZONE).date() + timedelta(days=rng.randrange(20)) if rng.random() < 0.5 else None
    pauses.pause(session, plan, _reach(session, rng, plan), through, "test", now)


def _resumes(session: Session, rng: Random, now: datetime) -> None:
    plan = _plan(session, rng)
    lasting = _one(rng, pauses.stopped(session, plan, now))
    pauses.resume(session, plan, pauses.reach_of(session, plan, lasting.pause_id), "test", now)


def _mutes(session: Session, rng: Random, now: datetime) -> None:
    task = _one(rng, session.scalars(select(Task).order_by(Task.id)).all())
    switch = pauses.unmute if task.muted_at else pauses.mute
    switch(session, session.get_one(Plan, task.plan_id), task.id, "test", now)


def _closes(session: Session, rng: Random, now: datetime) -> None:
    _one(rng, session.scalars(select(Task).order_by(Task.id)).all()).closed_at = now


def _ends_duty(session: Session, rng: Random, now: datetime) -> None:
    duty = _one(rng, session.scalars(select(Duty).order_by(Duty.id)).all())
    duty.ended_at = now
    plan = session.get_one(Plan, session.get_one(Task, duty.task_id).plan_id)
    plan.wake_at = plan.decided_to_at = None


def _changes_policy(session: Session, rng: Random, now: datetime) -> None:
    values = {"cap_per_week": 0, "send_time": "09:00", "hours": "08:30-11:30,14:30-17:30", **rng.choice(POLICIES)}
    policies.change(session, "test", _plan(session, rng), values, now)


def _changes_calendar(session: Session, rng: Random, now: datetime) -> None:
    first = now.astimezone(ZONE).date() + timedelta(days=rng.randrange(-3, 15))
    days = [first + timedelta(days=number) for number in range(rng.randint(1, 4))]
    worked = rng.choice((True, False, False, None))
    calendarchange.set_days(session, 1, dict.fromkeys(days, worked), "test", now)


def _held(session: Session, rng: Random) -> Contact:
    return _one(rng, session.scalars(select(Contact).where(Contact.left_at.is_(None)).order_by(Contact.id)).all())


def _goes_on_leave(session: Session, rng: Random, now: datetime) -> None:
    first = now.astimezone(ZONE).date() + timedelta(days=rng.randrange(-2, 4))
    last = first + timedelta(days=rng.randrange(12))
    staffing.set_leave(session, _office(session), _held(session, rng).person_id, first, last, now)


def _comes_back(session: Session, rng: Random, now: datetime) -> None:
    staffing.come_back(session, _office(session), _held(session, rng).person_id, now)


def _leaves(session: Session, rng: Random, now: datetime) -> None:
    staffing.leave_agency(session, _office(session), _held(session, rng).id, now)


def _joins(session: Session, rng: Random, now: datetime) -> None:
    agency = _one(rng, session.scalars(select(Agency).order_by(Agency.id)).all())
    count = len(session.scalars(select(Person.id)).all())
    position = rng.choice((Position.CONTACT, Position.DEPUTY, Position.HEAD))
    staffing.add(session, _office(session), agency.id, f"新来{'甲乙丙丁戊己庚辛'[count % 8]}", "", position, now)


def _enters(session: Session, rng: Random, now: datetime) -> None:
    unbound = session.scalars(select(Person).where(Person.chat_id.is_(None)).order_by(Person.id)).all()
    person = _one(rng, unbound)
    person.user_id = 1000 + person.id
    session.flush()
    entering.reachable_again(session, person.user_id, person.user_id, now)


def _blocks(session: Session, rng: Random, now: datetime) -> None:
    bound = session.scalars(select(Person).where(Person.chat_id.is_not(None)).order_by(Person.id)).all()
    person = _one(rng, bound)
    if person.unreachable_since_at is None:
        entering.unreachable(session, person, now)
    else:
        entering.reachable_again(session, person.user_id or 0, person.chat_id or 0, now)


def _activates(session: Session, rng: Random, now: datetime) -> None:
    resting = session.scalars(select(Plan).where(Plan.activated_at.is_(None))).all()
    planning.activate(session, 1, _one(rng, resting).id, "test", now)


def _answers_all(session: Session, rng: Random, now: datetime) -> None:
    """A diligent agency: everything open is answered."""
    plan = _plan(session, rng)
    speaker = _speaker(session, _one(rng, sorted(plans.agency_ids(session, plan.id))), rng)
    book = DueBook(session, plan, replace(speaker, roles=frozenset({Role.CONTACT})), now)
    for key in book.open_keys():
        if reports.current(session, key) is None:
            draft = reporting.Draft(status=Status.DONE, words="已办。")
            reporting.submit(session, speaker, plan, key, draft, reporting.Source(now), now)


DEEDS: Mapping[str, Deed] = {
    "reports": _reports,
    "answers all": _answers_all,
    "undoes": _undoes,
    "returns": _returns,
    "extends": _extends,
    "signs": _signs,
    "snoozes": _snoozes,
    "sends now": _sends_now,
    "pauses": _pauses,
    "resumes": _resumes,
    "mutes": _mutes,
    "closes": _closes,
    "ends duty": _ends_duty,
    "changes policy": _changes_policy,
    "changes calendar": _changes_calendar,
    "goes on leave": _goes_on_leave,
    "comes back": _comes_back,
    "leaves": _leaves,
    "joins": _joins,
    "enters": _enters,
    "blocks": _blocks,
    "activates": _activates,
}
