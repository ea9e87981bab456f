"""A plan's reminder policy under the coordinator's hands: what a change would do, the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import policy_changes, policy_settings
from bot.domain.facts import Audience, PlanFacts, Reason, RungKey
from bot.domain.policy_changes import PolicyChange
from bot.services import boards
from storage import audit, reminders, settings
from storage import facts as fact_queries
from storage.tables import Plan, Reminder

_OFFICE_KEY = "policy"


def preview(session: Session, plan: Plan, values: Mapping[str, Any], now: datetime) -> PolicyChange:
    """What changing these settings would do to what is not yet sent; nothing is stored.

    Raises DubanError policy_setting_unknown, policy_setting_bad, policy_order or policy_send_time_outside_hours.
    """
    old, new = _before_and_after(session, plan, values, now)
    return _compared(session, plan, old, new, now)


def change(session: Session, by: str, plan: Plan, values: Mapping[str, Any], now: datetime) -> PolicyChange:
    """Change settings of a plan; what is not yet sent follows the new ones. `by` is "person:7" or "cli".

    What was said is not said again, and nothing becomes owed that would have fallen before. Raises as `preview`.
    """
    old, new = _before_and_after(session, plan, values, now)
    found = _compared(session, plan, old, new, now)
    if not found.settings:
        return found
    if plan.activated_at is not None:
        _write_down(session, plan, old, new, now)
    plan.policy = policy_settings.as_json(new.policy)
    plan.wake_at = plan.decided_to_at = None
    audit.append(
        session,
        office_id=plan.office_id,
        at=now,
        actor=by,
        action="policy_changed",
        subject=f"plan:{plan.id}",
        detail={one.name: {"old": one.old, "new": one.new} for one in found.settings},
    )
    boards.refresh(session, plan.office_id, now)
    return found


def for_new_plans(session: Session, office_id: int) -> dict[str, Any]:
    """The settings, as kept with a plan, that the office's new plans begin with."""
    return settings.read(session, office_id, _OFFICE_KEY)


def make_default(session: Session, by: str, plan: Plan, now: datetime) -> None:
    """Plans of the office imported from now on begin with this plan's settings."""
    kept = policy_settings.settings_of(fact_queries.policy_of(plan))
    settings.write(session, plan.office_id, _OFFICE_KEY, kept)
    audit.append(
        session,
        office_id=plan.office_id,
        at=now,
        actor=by,
        action="policy_made_default",
        subject=f"plan:{plan.id}",
        detail=kept,
    )


def _before_and_after(
    session: Session, plan: Plan, values: Mapping[str, Any], now: datetime
) -> tuple[PlanFacts, PlanFacts]:
    """The plan's facts under its policy and under the changed one; one not in force yet is looked at as if it were."""
    facts = fact_queries.plan_facts(session, plan)
    if plan.activated_at is None:
        facts = replace(facts, activated_at=now)
        return facts, replace(facts, policy=policy_settings.changed(facts.policy, values))
    local = now.astimezone(facts.zone)
    return facts, replace(facts, policy=policy_settings.replaced(facts.policy, values, local))


def _compared(session: Session, plan: Plan, old: PlanFacts, new: PlanFacts, now: datetime) -> PolicyChange:
    calendar = fact_queries.calendar_of(session, plan.office_id)
    return policy_changes.compare(old, new, calendar, reminders.decided(session, plan.id), now)


def _write_down(session: Session, plan: Plan, old: PlanFacts, new: PlanFacts, now: datetime) -> None:
    """Keep what the old policy owed and nobody decided yet; take out what was said under it on another day."""
    calendar = fact_queries.calendar_of(session, plan.office_id)
    decided = reminders.decided(session, plan.id)
    for rung in policy_changes.to_write_down(old, new, calendar, now):
        if rung.key not in decided:
            reminders.record(session, plan.id, rung, reminders.WAITING, now)
    said = _said(session, plan.id)
    for rung in policy_changes.said_already(new, old.policy, calendar, said, now):
        if rung.key not in decided:
            reminders.record(session, plan.id, rung, reminders.DROPPED, now, reason=Reason.POLICY)


def _said(session: Session, plan_id: int) -> set[RungKey]:
    """What the office's own people and the leaders were told, or were spared because they had been."""
    told = Reminder.state.in_((reminders.SENT, reminders.UNKNOWN))
    spared = (Reminder.state == reminders.DROPPED) & (Reminder.reason == Reason.POLICY)
    # What is about all of a plan is said once it waits: no policy takes it back.
    coming = Reminder.state.in_((reminders.WAITING, reminders.QUEUED)) & (Reminder.task_id == 0)
    query = select(Reminder).where(
        Reminder.plan_id == plan_id, Reminder.audience != Audience.CONTACT, told | spared | coming
    )
    return {reminders.key_of(row) for row in session.scalars(query)}
