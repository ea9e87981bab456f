"""提醒规则: the card of a plan's reminder policy: read, chosen by taps or typed, shown before it holds, set back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain import policy_settings
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.domain.policy_changes import PolicyChange
from bot.domain.policy_topics import GROUPS, TOPICS, group_of
from bot.domain.policyviews import OpenPlan, PolicyView
from bot.services import cards, policies
from storage import facts as fact_queries
from storage import people
from storage.tables import Card, Plan

KIND = "policy"
# More open plans than this are hardly all alive: the newest are offered.
_PLANS = 8


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """The rules as a card; with several open plans it asks which. Raises DubanError no_plan_yet."""
    found = _open_plans(session, actor)
    if not found:
        raise DubanError("no_plan_yet")
    one = found[0].id if len(found) == 1 else None
    return cards.show(session, actor, KIND, {"plan": one, "stage": "rules" if one else "plans"}, now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> str | None:
    """A button: choose a plan, a group, a topic, an answer; confirm or not; set back; make it the office's.

    Returns a toast's code. Raises DubanError button_unknown, card_moved_on and what a policy refuses.
    """
    verb, word = (args[0] if args else ""), (args[1] if len(args) > 1 else "")
    if verb in ("plans", "plan"):
        _choose_plan(session, actor, card, word, now)
        return None
    plan = _plan(session, actor, card)
    if verb in ("rules", "group", "topic", "ask"):
        _go(session, card, verb, word, now)
    elif verb == "set":
        _choose(session, card, plan, word, now)
    elif verb == "ok":
        _confirm(session, actor, card, plan, now)
    elif verb == "undo":
        _set_back(session, actor, card, plan, now)
    elif verb == "office":
        policies.make_default(session, _by(actor), plan, now)
        cards.redraw(session, card, now)
        return "policy_for_new_plans"
    else:
        raise DubanError("button_unknown")
    return None


def listens(card: Card) -> bool:
    """Whether the card waits for a typed answer."""
    return bool(card.state["stage"] == "ask")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """A typed answer to the topic asked about: shown with what it changes."""
    read = TOPICS[card.state["topic"]].typed
    if read is None:
        raise DubanError("card_moved_on")
    try:
        _propose(session, card, _plan(session, actor, card), read(text.strip()[:200]), now)
    except DubanError as error:
        # The people of an office do not know a setting's name in the program.
        code = "policy_answer_not_understood" if error.code == "policy_setting_bad" else error.code
        raise DubanError(code, **{**error.params, "value": text}) from error


def policy_view(session: Session, card: Card, actor: Actor, now: datetime) -> PolicyView:
    """The rules as they stand, and what the chosen values would change."""
    state = card.state
    listed = tuple(OpenPlan(one.id, one.title, one.activated_at is not None) for one in _open_plans(session, actor))
    if state["plan"] is None:
        return PolicyView(card.id, card.rev, "plans", listed)
    plan = session.get_one(Plan, state["plan"])
    policy = fact_queries.policy_of(plan)
    values = state.get("values") or {}
    change = policies.preview(session, plan, values, now) if state["stage"] == "confirm" else PolicyChange()
    return PolicyView(
        card_id=card.id,
        rev=card.rev,
        stage=state["stage"],
        plans=listed,
        plan=OpenPlan(plan.id, plan.title, plan.activated_at is not None),
        today=now.astimezone(fact_queries.zone_of(session, plan.office_id)).date(),
        policy=policy,
        new=policy_settings.changed(policy, values) if state["stage"] == "confirm" else policy,
        office=policy_settings.from_json(policies.for_new_plans(session, plan.office_id)),
        group=state.get("group", ""),
        topic=state.get("topic", ""),
        change=change,
        agencies=people.agency_names(session, {*change.asked, *change.spared}),
    )


def _open_plans(session: Session, actor: Actor) -> Sequence[Plan]:
    """Those in force first, then those under check, the newest first."""
    query = select(Plan).where(Plan.office_id == actor.office_id, Plan.closed_at.is_(None))
    order = (Plan.activated_at.is_(None), Plan.id.desc())
    return session.scalars(query.order_by(*order).limit(_PLANS)).all()


def _plan(session: Session, actor: Actor, card: Card) -> Plan:
    plan_id = card.state["plan"]
    found = next((one for one in _open_plans(session, actor) if one.id == plan_id), None)
    if found is None:
        raise DubanError("card_moved_on")
    return found


def _by(actor: Actor) -> str:
    return f"person:{actor.person_id}"


def _choose_plan(session: Session, actor: Actor, card: Card, word: str, now: datetime) -> None:
    known = {str(plan.id): plan.id for plan in _open_plans(session, actor)}
    if word and word not in known:
        raise DubanError("button_unknown")
    cards.redraw(session, card, now, plan=known.get(word), stage="rules" if word else "plans", values=None, undo=None)


def _go(session: Session, card: Card, stage: str, word: str, now: datetime) -> None:
    changes: dict[str, Any] = {"stage": stage, "values": None, "undo": None}
    if stage == "group":
        changes["group"] = word
    elif stage in ("topic", "ask"):
        changes |= {"topic": word, "group": group_of(word) if word in TOPICS else ""}
    known = {"rules": word == "", "group": word in GROUPS, "topic": word in TOPICS}
    if not known.get(stage, word in TOPICS and TOPICS[word].typed is not None):
        raise DubanError("button_unknown")
    cards.redraw(session, card, now, **changes)


def _choose(session: Session, card: Card, plan: Plan, word: str, now: datetime) -> None:
    choices = TOPICS[card.state["topic"]].choices if card.state["stage"] in ("topic", "ask") else ()
    if not word.isdecimal() or int(word) >= len(choices):
        raise DubanError("button_unknown")
    _propose(session, card, plan, choices[int(word)], now)


def _propose(session: Session, card: Card, plan: Plan, values: Mapping[str, Any], now: datetime) -> None:
    """Show what the values change; what changes nothing leads back to the topic's group."""
    policy = fact_queries.policy_of(plan)
    differ = policy_settings.settings_of(policy_settings.changed(policy, values)) != policy_settings.settings_of(policy)
    stage = "confirm" if differ else "group"
    cards.redraw(session, card, now, stage=stage, values=dict(values) if differ else None)


def _confirm(session: Session, actor: Actor, card: Card, plan: Plan, now: datetime) -> None:
    values = card.state.get("values")
    if card.state["stage"] != "confirm" or not values:
        raise DubanError("card_moved_on")
    done = policies.change(session, _by(actor), plan, values, now)
    undo = {one.name: one.old for one in done.settings}
    cards.redraw(
        session, card, now, stage="done", values=None, undo=undo, redo={one.name: one.new for one in done.settings}
    )


def _set_back(session: Session, actor: Actor, card: Card, plan: Plan, now: datetime) -> None:
    """撤回: the values as they were, unless somebody has changed them since."""
    undo, redo = card.state.get("undo"), card.state.get("redo") or {}
    policy = fact_queries.policy_of(plan)
    if not undo or any(policy_settings.written(policy, name) != value for name, value in redo.items()):
        raise DubanError("card_moved_on")
    policies.change(session, _by(actor), plan, undo, now)
    cards.redraw(session, card, now, stage="group", undo=None, redo=None)
