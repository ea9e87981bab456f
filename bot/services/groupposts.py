"""What goes into a working group: put together, released by a coordinator's tap, checked again, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.groupviews import DAY, NAMES, TEXT, GroupPost, GroupPostView
from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.services import cards, summaries, trail
from storage import facts as fact_queries
from storage import groups as group_queries
from storage import outbox, people, plans
from storage.tables import Card, ChatGroup, Outbox, Person, Plan

CARD = "group"
KIND = "group_post"


def plan_of(session: Session, actor: Actor, state: Mapping[str, Any]) -> Plan | None:
    """The plan the figures come from: the one chosen on the card, else the newest in force."""
    active = plans.active_plans(session, actor.office_id)
    chosen = next((plan for plan in active if plan.id == state.get("plan")), None)
    return chosen or next(iter(active), None)


def figures(session: Session, actor: Actor, state: Mapping[str, Any], kind: str, now: datetime) -> GroupPost:
    """The plan's running period as it stands now; agencies are named for `names` only, in the plan's order.

    Raises DubanError no_active_plan, group_nothing_due, or group_nobody_missing when there is nobody to name.
    """
    plan = plan_of(session, actor, state)
    if plan is None:
        raise DubanError("no_active_plan")
    post = _figures(session, actor, plan, kind, now)
    if not post.owed:
        raise DubanError("group_nothing_due")
    if kind == NAMES and not post.missing:
        raise DubanError("group_nobody_missing")
    return post


def _figures(session: Session, actor: Actor, plan: Plan, kind: str, now: datetime) -> GroupPost:
    summary = summaries.build(session, plan, summaries.default_period(session, plan, now), now, actor)
    calendar, policy = fact_queries.calendar_of(session, plan.office_id), fact_queries.policy_of(plan)
    local = now.astimezone(actor.zone)
    missing = dict.fromkeys(agency for task in summary.tasks for agency in task.missing)
    counted = kind != DAY
    return GroupPost(
        kind=kind,
        plan=plan.title,
        period=summary.period,
        owed=summary.owed,
        reported=summary.reported if counted else 0,
        due_on=summary.due_on,
        today=local.date(),
        time=f"{policy.report_time:%H:%M}",
        over=local > datetime.combine(summary.due_on, policy.report_time, actor.zone),
        workdays_left=calendar.between(local.date(), summary.due_on),
        missing=tuple(missing) if kind == NAMES else (),
    )


def changed(session: Session, actor: Actor, state: Mapping[str, Any], now: datetime) -> GroupPost | None:
    """What a previewed post would say by now, when that is something else; somebody's own words do not change."""
    post = GroupPost.from_json(state["post"])
    if post.kind == TEXT:
        return None
    fresh = figures(session, actor, state, post.kind, now)
    return fresh if fresh != post else None


def release(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Owe the previewed post to the group, once, and write down who released what."""
    state = card.state
    group = group_queries.of_office(session, actor.office_id, state["group"])
    if group is None or group.bound_at is None:
        raise DubanError("group_gone")
    outbox.put(
        session,
        key=f"group:{card.id}:{state['draft']}",
        kind=KIND,
        payload={
            "group": group.id,
            "card": card.id,
            "draft": state["draft"],
            "plan": state.get("plan"),
            "post": state["post"],
            "by": actor.person_id,
            "language": actor.language,
        },
        now=now,
        office_id=actor.office_id,
        chat_id=group.chat_id,
    )
    detail = {"title": group.title, "post": state["post"], "named": state["named"]}
    trail.record(session, actor, "group_released", f"group:{group.id}", detail, now)
    cards.redraw(session, card, now, stage="sending")


def ready(session: Session, row: Outbox, now: datetime) -> tuple[int, GroupPostView, str] | str:
    """Chat, view and language of a post that may still go out, or why it may not."""
    group = session.get(ChatGroup, row.payload["group"])
    if group is None or group.left_at is not None or group.bound_at is None:
        return "group_left"
    actor = people.actor_of(session, session.get_one(Person, row.payload["by"]))
    if not actor.is_a(Role.COORDINATOR):
        return "left"
    try:
        if changed(session, actor, row.payload, now) is not None:
            return "changed"
    except DubanError:
        return "changed"
    return group.chat_id, GroupPostView(GroupPost.from_json(row.payload["post"])), row.payload["language"]


def settled(session: Session, row: Outbox, state: str, now: datetime) -> None:
    """How a post ended, on the card it was released from; a group that cannot be written to any more is lost."""
    group = session.get(ChatGroup, row.payload["group"])
    if state == "failed" and group is not None:
        lost(session, group, now)
    card = session.get(Card, row.payload["card"])
    if card is None or card.state.get("draft") != row.payload["draft"] or card.state["stage"] != "sending":
        return
    if state == "sent":
        cards.redraw(session, card, now, stage="sent", at=now.isoformat())
    else:
        cards.redraw(session, card, now, stage="unsent", outcome=row.reason if state == "cancelled" else state)


def lost(session: Session, group: ChatGroup, now: datetime) -> None:
    """The bot is not in the group any more, or may not write there: every coordinator hears of a working group once."""
    if group.left_at is not None:
        return
    group.left_at = now
    if group.bound_at is None:
        return
    once = f"group_lost:{group.id}:{group.bound_at:%Y%m%d%H%M%S}"
    for coordinator in people.holders_of(session, group.office_id, Role.COORDINATOR):
        told = people.actor_of(session, coordinator)
        cards.notice(session, told, "group_lost", now, once, title=group.title)
