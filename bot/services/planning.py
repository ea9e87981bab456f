"""Plans under the coordinator's hands: a reading imported, changed, a change undone, the plan activated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.domain.reading import PlanReading, Remark
from bot.services import cards, policies
from storage import audit, plans, planversions, readings
from storage import facts as fact_queries
from storage.tables import Card, Plan

UNDONE = "undone"


def import_reading(
    session: Session, office_id: int, reading: PlanReading, document: tuple[str, bytes | str], by: str, now: datetime
) -> Plan:
    """Store a reading as a plan under check; nobody hears of it before 启用. `document` is its name and bytes (or their
    SHA-256 in hex).

    Raises DubanError plan_imported_before when the same file is already active.
    """
    plan = plans.add(session, office_id, reading, document, by, now)
    _refuse_twin(session, plan)
    plan.policy = policies.for_new_plans(session, office_id)
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


def reading_of(plan: Plan) -> PlanReading:
    """What a plan says now."""
    return readings.from_json(plan.reading)


def version_of(session: Session, plan: Plan) -> int:
    """The number of the version in force."""
    return planversions.number_of(session, plan.id)


def version_reading(session: Session, plan: Plan, version: int) -> PlanReading:
    """What the plan said in a version; version 1 is the document as it was imported."""
    return planversions.reading_at(session, plan.id, version)


def dropped(session: Session, plan: Plan, reading: PlanReading) -> dict[str, PlanReading]:
    """Keys of tasks taken out that can be brought back, first dropped first, with what the plan said before.

    Tasks merged into others are not among them.
    """
    there = {task.key for task in reading.tasks}
    found: dict[str, PlanReading] = {}
    for version, what in _standing(session, plan):
        key = str(what.params.get("task", ""))
        if what.code == "task_dropped" and key not in there:
            found[key] = version_reading(session, plan, version - 1)
    return found


def _standing(session: Session, plan: Plan) -> list[tuple[int, Remark]]:
    """Versions with what made them, less those taken back: each undo takes back the last that stands."""
    standing: list[tuple[int, Remark]] = []
    for version, what in planversions.changes(session, plan.id):
        if what.code == UNDONE:
            standing.pop()
        else:
            standing.append((version, what))
    return standing


def change(session: Session, by: str, plan: Plan, reading: PlanReading, what: Remark, now: datetime) -> int:
    """Make `reading` what the plan says: a new version (its number is returned), the rows, the audit trail.

    `by` is "person:7" or a door ("cli"). A plan in force is looked at anew by its planner.
    """
    version = planversions.add(session, plan, reading, what, by, now)
    _note(session, by, plan, "plan_changed", what, now)
    return version.version


def last_change(session: Session, plan: Plan) -> Remark | None:
    """The change an undo would take back; None when there is none or the plan is in force."""
    found = planversions.undoable(session, plan.id) if plan.activated_at is None else None
    return found[0] if found else None


def undo(session: Session, by: str, plan: Plan, now: datetime) -> Remark:
    """Take back the last change not yet taken back; returns what it was. Raises DubanError nothing_to_undo."""
    found = planversions.undoable(session, plan.id)
    if found is None:
        raise DubanError("nothing_to_undo")
    what, back = found
    planversions.add(session, plan, version_reading(session, plan, back), Remark(UNDONE), by, now, restores=back)
    _note(session, by, plan, "plan_change_undone", what, now)
    return what


def _note(session: Session, by: str, plan: Plan, action: str, what: Remark, now: datetime) -> None:
    if plan.activated_at is not None:
        plan.wake_at = None
    audit.append(
        session,
        office_id=plan.office_id,
        at=now,
        actor=by,
        action=action,
        subject=f"plan:{plan.id}",
        detail={"what": what.code, **what.params},
    )


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
    state = {"plan": plan.id, "stage": "overview", "page": 0, "version": version_of(session, plan)}
    return cards.show(session, actor, "plan", state, now)


def latest(session: Session, actor: Actor) -> Plan:
    """The plan the coordinator works on: the newest imported one."""
    plan = session.scalars(select(Plan).where(Plan.office_id == actor.office_id).order_by(Plan.id.desc())).first()
    if plan is None:
        raise DubanError("no_plan_yet")
    return plan


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


def first_messages_at(session: Session, plan: Plan, now: datetime) -> datetime:
    """When the first messages of a plan activated at `now` would go out."""
    zone = fact_queries.zone_of(session, plan.office_id)
    calendar = fact_queries.calendar_of(session, plan.office_id)
    return ladder.assigning_moment(plan.activated_at or now, calendar, zone, fact_queries.policy_of(plan))
