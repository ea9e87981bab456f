"""Plans under the coordinator's hands: import a reading, settle its doubts, activate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.model import DubanError, DutyRole
from bot.domain.people import Actor
from bot.domain.reading import PlanReading
from bot.services import cards, trail
from storage import audit, people, plans
from storage import facts as fact_queries
from storage.tables import Agency, Card, Doubt, Duty, Plan, Task

STAGES = ("overview", "doubts", "tasks", "activate")


def import_reading(
    session: Session,
    office_id: int,
    reading: PlanReading,
    document: tuple[str, bytes, dict[str, Any]],
    by: str,
    now: datetime,
) -> Plan:
    """Store a reading as a plan under check; nobody hears of it before 启用.

    Raises DubanError plan_imported_before when the same file is already active.
    """
    name, data, as_json = document
    # Where the text itself divides the work (按职责分工负责), no answer about unmarked tasks may change that.
    divided = [place for place, task in enumerate(reading.tasks) if "分工" in task.responsibility_text]
    plan = plans.save_reading(session, office_id, reading, (name, data, {**as_json, "divided": divided}), now)
    _refuse_twin(session, plan)
    audit.append(
        session,
        office_id=office_id,
        at=now,
        actor=by,
        action="plan_imported",
        subject=f"plan:{plan.id}",
        detail={"name": plan.document_name, "sha256": plan.document_sha256, "tasks": len(reading.tasks)},
    )
    return plan


def _refuse_twin(session: Session, plan: Plan) -> None:
    """The same file active twice would chase everybody twice."""
    twin = session.scalars(
        select(Plan).where(
            Plan.office_id == plan.office_id,
            Plan.document_sha256 == plan.document_sha256,
            Plan.activated_at.is_not(None),
            Plan.closed_at.is_(None),
        )
    ).first()
    if twin is not None:
        raise DubanError("plan_imported_before", title=twin.title)


def show(session: Session, actor: Actor, plan: Plan, now: datetime) -> Card:
    """The reading as a card: summary, doubts, tasks, 启用."""
    return cards.show(session, actor, "plan", {"plan": plan.id, "stage": "overview", "page": 0}, now)


def latest(session: Session, actor: Actor) -> Plan:
    """The plan the coordinator works on: the newest imported one."""
    plan = session.scalars(select(Plan).where(Plan.office_id == actor.office_id).order_by(Plan.id.desc())).first()
    if plan is None:
        raise DubanError("no_plan_yet")
    return plan


def turn(session: Session, actor: Actor, card: Card, stage: str, page: int, now: datetime) -> None:
    """Go to a page of the reading: overview, doubts, tasks or activate."""
    if stage not in STAGES:
        raise DubanError("button_unknown")
    cards.redraw(session, card, now, stage=stage, page=max(page, 0))


def settle(session: Session, actor: Actor, card: Card, position: int, choice: int, now: datetime) -> None:
    """Answer one doubt by a tap and go on to the next open one."""
    plan = _under_check(session, actor, card.state["plan"])
    doubt = session.scalars(select(Doubt).where(Doubt.plan_id == plan.id, Doubt.position == position)).first()
    if doubt is None or not 0 <= choice < len(doubt.options):
        raise DubanError("card_moved_on")
    earlier = doubt.options[0] if doubt.answer is None else doubt.answer
    doubt.answer, doubt.settled_at, doubt.settled_by = doubt.options[choice], now, actor.person_id
    effect = _EFFECTS.get(doubt.code)
    if effect is not None and earlier != doubt.answer:
        effect(session, plan, doubt, choice)
    trail.record(
        session, actor, "doubt_settled", f"plan:{plan.id}", {"question": doubt.question, "answer": doubt.answer}, now
    )
    remaining = select(Doubt).where(Doubt.plan_id == plan.id, Doubt.answer.is_(None)).order_by(Doubt.position)
    next_open = session.scalars(remaining).first()
    stage, page = ("doubts", next_open.position) if next_open else ("overview", 0)
    cards.redraw(session, card, now, stage=stage, page=page)


def activate(session: Session, office_id: int, plan_id: int, by: str, now: datetime) -> Plan:
    """启用: from now on the plan reminds. Raises DubanError when it is active already or nobody could be told."""
    plan = session.scalars(select(Plan).where(Plan.id == plan_id, Plan.office_id == office_id)).first()
    if plan is None:
        raise DubanError("plan_unknown", plan=plan_id)
    if plan.activated_at is not None:
        raise DubanError("plan_active_already", title=plan.title)
    _refuse_twin(session, plan)
    plan.activated_at, plan.wake_at = now, None
    audit.append(
        session,
        office_id=office_id,
        at=now,
        actor=by,
        action="plan_activated",
        subject=f"plan:{plan.id}",
        detail={"title": plan.title},
    )
    return plan


def activate_card(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """The 启用 button, pressed a second time to confirm."""
    if card.state["stage"] != "activate":
        raise DubanError("card_moved_on")
    activate(session, actor.office_id, card.state["plan"], f"person:{actor.person_id}", now)
    cards.redraw(session, card, now, stage="active")


def first_messages_at(session: Session, plan: Plan, now: datetime) -> datetime:
    """When the first messages of a plan activated at `now` would go out."""
    zone = fact_queries.zone_of(session, plan.office_id)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    return ladder.sending_moment(plan.activated_at or now, calendar, zone, fact_queries.policy_of(plan))


def agencies_without_contact(session: Session, plan: Plan, now: datetime) -> tuple[str, ...]:
    """Agencies of the plan nobody can be asked for: no contact, or nobody bound yet."""
    agency_ids = {duty.agency_id for duty in plans.duties_of(session, plan.id)}
    zone = fact_queries.zone_of(session, plan.office_id)
    asked = people.recipients(session, agency_ids, now.astimezone(zone).date())
    names = people.agency_names(session, agency_ids)
    return tuple(
        name
        for agency_id, name in sorted(names.items())
        if not any(person.bound for person in asked.get(agency_id, ()))
    )


def _under_check(session: Session, actor: Actor, plan_id: int) -> Plan:
    plan = plans.plan_for(session, actor, plan_id)
    if plan is None:
        raise DubanError("no_plan_yet")
    if plan.activated_at is not None:
        raise DubanError("plan_active_already", title=plan.title)
    return plan


def _tasks_of(session: Session, plan: Plan, doubt: Doubt) -> tuple[Task, ...]:
    """The task a doubt is about, or all of the plan's when it is about the whole document."""
    query = select(Task).where(Task.plan_id == plan.id).order_by(Task.position)
    if doubt.task_number:
        query = query.where(Task.number == doubt.task_number)
    return tuple(session.scalars(query))


def _joint_leads(session: Session, plan: Plan, doubt: Doubt, choice: int) -> None:
    """All joint leads report, or the first alone and the others take part."""
    for task in _tasks_of(session, plan, doubt):
        _only_first(session, plan, task, DutyRole.JOINT_LEAD, choice)


def _lead_unclear(session: Session, plan: Plan, doubt: Doubt, choice: int) -> None:
    """Every agency reports, or the first listed leads alone; a text that divides the work itself stays as it is."""
    divided = plan.reading.get("divided", ())
    unmarked = [task for task in _tasks_of(session, plan, doubt) if task.position not in divided]
    for task in unmarked:
        _only_first(session, plan, task, DutyRole.SHARED, choice)


def _only_first(session: Session, plan: Plan, task: Task, role: DutyRole, choice: int) -> None:
    """The first agency in this role leads alone and the others take part; choice 0 takes that back."""
    names = _names_as_read(plan, task, role)
    query = select(Duty, Agency.name).join(Agency, Agency.id == Duty.agency_id).where(Duty.task_id == task.id)
    held = [duty for duty, name in session.execute(query.order_by(Duty.id)) if duty.role == role or name in names]
    if len(held) < 2:
        return
    for place, duty in enumerate(held):
        alone = DutyRole.LEAD if place == 0 else DutyRole.PARTICIPANT
        duty.role = role if choice == 0 else alone


def _names_as_read(plan: Plan, task: Task, role: DutyRole) -> frozenset[str]:
    """The agencies the document gives this role in a task, whatever was answered since."""
    for read in plan.reading.get("tasks", ()):
        if (read["number"], read["title"]) == (task.number, task.title):
            return frozenset(read["shared"] if role is DutyRole.SHARED else read["lead"] if read["joint_lead"] else ())
    return frozenset()


def _no_duty(session: Session, plan: Plan, doubt: Doubt, choice: int) -> None:
    """不是任务: the task is closed before it begins; otherwise it stays without reminders."""
    closed_at = plan.created_at if doubt.options[choice] == "不是任务" else None
    numbers = [task.id for task in _tasks_of(session, plan, doubt)]
    owned = select(Duty.task_id).where(Duty.role != DutyRole.PARTICIPANT)
    session.execute(update(Task).where(Task.id.in_(numbers), Task.id.not_in(owned)).values(closed_at=closed_at))


def _prefix(session: Session, plan: Plan, doubt: Doubt, choice: int) -> None:
    """The completed name, or the name as written: the plan's agency is renamed where no other has that name."""
    names = [option[option.find("“") + 1 : option.find("”")] for option in doubt.options[:2]]
    old, new = names if choice == 1 else reversed(names)
    agency = session.scalars(select(Agency).where(Agency.office_id == plan.office_id, Agency.name == old)).first()
    taken = session.scalar(
        select(func.count()).select_from(Agency).where(Agency.office_id == plan.office_id, Agency.name == new)
    )
    if agency is not None and not taken:
        agency.name = new


_EFFECTS: dict[str, Callable[[Session, Plan, Doubt, int], None]] = {
    "joint_lead": _joint_leads,
    "lead_unclear": _lead_unclear,
    "no_duty": _no_duty,
    "inherited_prefix": _prefix,
}
