"""Working groups (工作群): put in, taken on by a coordinator's tap, given up, moved; and the coordinator's card.

Nothing is read in a group and nothing is said there by itself: what is posted is `bot.services.groupposts`' matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.groupviews import FIGURES, TEXT, GroupLine, GroupPost, GroupView
from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.domain.workdays import WorkingHours
from bot.services import cards, entering, groupposts, trail
from bot.texts.markup import clean
from storage import facts as fact_queries
from storage import groups as group_queries
from storage import outbox, people, plans
from storage.tables import Card, ChatGroup, Plan

KIND = groupposts.CARD
LONGEST_TEXT = 1000
# As long as any number of ours, and never too long for a database to compare.
_NUMBER = re.compile(r"[0-9]{1,9}")
Press = Callable[[Session, Actor, Card, Sequence[str], datetime], str | None]


def put_in(session: Session, chat_id: int, title: str, by_user: int | None, now: datetime) -> bool:
    """The bot is in a group; whether it stays. `by_user` is the account that put it there, None when nobody knows.

    A coordinator is asked in private whether this is a working group. Anybody else's group is left without a word in
    it; whom the office knows is told why in private, and the coordinators are told once a day.
    """
    group = _found(session, chat_id)
    if group is not None and group.left_at is None:
        group.title = title
        return True
    actor = people.actor_of_user(session, by_user) if by_user is not None else None
    if actor is None or not actor.is_a(Role.COORDINATOR):
        _refused(session, actor, title, chat_id, now)
        return False
    group = group_queries.arrived(session, actor.office_id, chat_id, title, actor.person_id, now)
    cards.show(session, actor, KIND, {"stage": "offer", "group": group.id}, now)
    return True


def _refused(session: Session, actor: Actor | None, title: str, chat_id: int, now: datetime) -> None:
    day = f"{now:%Y%m%d}"
    if actor is not None:
        cards.notice(session, actor, "group_not_yours", now, f"group_not_yours:{chat_id}:{day}", title=title)
    for coordinator in people.holders_of(session, entering.office_of(session).id, Role.COORDINATOR):
        told = people.actor_of(session, coordinator)
        cards.notice(session, told, "group_refused", now, f"group_refused:{day}", title=title)


def heard(session: Session, chat_id: int, title: str, added_by: int | None, now: datetime) -> bool:
    """Something was said in a group; whether the bot belongs there. `added_by` says who put the bot in, if that was it.

    Only the group's name is looked at. A group nobody is known to have put the bot into is left.
    """
    group = _found(session, chat_id)
    if added_by is None and group is not None:
        group.title = title or group.title
        return group.left_at is None
    return put_in(session, chat_id, title, added_by, now)


def moved(session: Session, old: int, new: int) -> None:
    """A group became a supergroup: its chat id changes everywhere at once."""
    outbox.move_chat(session, old, new)


def _found(session: Session, chat_id: int) -> ChatGroup | None:
    """The group of a chat; one that looks new or left may be moving, by a message that waits for its turn."""
    group = group_queries.of_chat(session, chat_id)
    if group is None or group.left_at is not None:
        _follow(session, chat_id)
        group = group_queries.of_chat(session, chat_id)
    return group


def _follow(session: Session, chat_id: int) -> None:
    """A move that has arrived but waits for its turn comes first: else the group would look new, or lost."""
    if (move := group_queries.waiting_move(session, chat_id)) is not None:
        moved(session, *move)


def taken_out(session: Session, chat_id: int, now: datetime) -> None:
    """The bot is no longer in a group: a working group is missed by the coordinators, who hear of it once."""
    _follow(session, chat_id)
    group = group_queries.of_chat(session, chat_id)
    if group is not None:
        groupposts.lost(session, group, now)


def chats_left(session: Session, now: datetime) -> tuple[int, ...]:
    """Chats the bot has to leave because their groups were given up at this moment."""
    return group_queries.left_at(session, now)


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """工作群: the only one at once, else the list."""
    bound = [group for group in group_queries.present(session, actor.office_id) if group.bound_at is not None]
    state = {"stage": "one", "group": bound[0].id} if len(bound) == 1 else {"stage": "list"}
    return cards.show(session, actor, KIND, state, now)


def press(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> str | None:
    """A button of the card. Raises DubanError button_unknown, card_moved_on, or why there is nothing to post."""
    verb = words[0] if words else ""
    if verb in ("list", "open"):
        return _LEAFING[verb](session, actor, card, words[1:], now)
    stages, act = _PRESSES.get(verb, ((), None))
    if act is None:
        raise DubanError("button_unknown")
    if card.state["stage"] not in stages:
        raise DubanError("card_moved_on")
    if _group(session, actor, card) is None:
        cards.redraw(session, card, now, stage="gone")
        return "group_gone"
    return act(session, actor, card, words[1:], now)


def _group(session: Session, actor: Actor, card: Card) -> ChatGroup | None:
    return group_queries.of_office(session, actor.office_id, card.state.get("group") or 0)


def _list(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    cards.redraw(session, card, now, stage="list", group=None, post=None)


def _open(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> str | None:
    chosen = words[0] if words and _NUMBER.fullmatch(words[0]) else "0"
    group = group_queries.of_office(session, actor.office_id, int(chosen))
    if group is None:
        _list(session, actor, card, (), now)
        return "group_gone"
    cards.redraw(session, card, now, stage="one" if group.bound_at else "offer", group=group.id, post=None)
    return None


def _bind(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    group = group_queries.of_office(session, actor.office_id, card.state["group"])
    if group is not None and group.bound_at is None:
        group.bound_by, group.bound_at = actor.person_id, now
        trail.record(session, actor, "group_bound", f"group:{group.id}", {"title": group.title}, now)
    cards.redraw(session, card, now, stage="one")


def _ask_leave(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    cards.redraw(session, card, now, stage="leaving")


def _leave(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    """Given up: not bound any more; whoever handles the press lets the bot leave once this is committed."""
    group = group_queries.of_office(session, actor.office_id, card.state["group"])
    if group is not None:
        group.bound_by = group.bound_at = None
        group.left_at = now
        trail.record(session, actor, "group_given_up", f"group:{group.id}", {"title": group.title}, now)
    cards.redraw(session, card, now, stage="gone")


def _back(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    cards.redraw(session, card, now, stage="one", post=None)


def _other_plan(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    active = [plan.id for plan in plans.active_plans(session, actor.office_id)]
    current = groupposts.plan_of(session, actor, card.state)
    at = active.index(current.id) if current is not None and current.id in active else -1
    cards.redraw(session, card, now, plan=active[(at + 1) % len(active)] if active else None)


def _write(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> None:
    cards.redraw(session, card, now, stage="write")


def _preview(session: Session, actor: Actor, card: Card, words: Sequence[str], now: datetime) -> None:
    kind = words[0] if words else ""
    if kind not in FIGURES:
        raise DubanError("button_unknown")
    post = groupposts.figures(session, actor, card.state, kind, now)
    _show_preview(session, card, post, post.missing, now)


def _show_preview(session: Session, card: Card, post: GroupPost, named: Sequence[str], now: datetime) -> None:
    draft = card.state.get("draft", 0) + 1
    cards.redraw(session, card, now, stage="preview", post=post.as_json(), named=list(named), draft=draft)


def _release(session: Session, actor: Actor, card: Card, _words: Sequence[str], now: datetime) -> str | None:
    """The tap on a previewed text: what names agencies asks for a second one; what has changed is shown anew."""
    changed = groupposts.changed(session, actor, card.state, now)
    if changed is not None:
        _show_preview(session, card, changed, changed.missing, now)
        return "group_text_changed"
    if card.state["named"] and card.state["stage"] == "preview":
        cards.redraw(session, card, now, stage="confirm")
        return None
    groupposts.release(session, actor, card, now)
    return None


def listens(card: Card) -> bool:
    """Whether the card waits for the text to post."""
    return bool(card.state["stage"] == "write")


def take(session: Session, actor: Actor, card: Card, text: str, now: datetime, key: str) -> None:
    """The coordinator's own words, shown before anything happens with them."""
    words = clean(text).strip()
    if not words:
        raise DubanError("group_text_needed")
    if len(words) > LONGEST_TEXT:
        raise DubanError("text_too_long", limit=LONGEST_TEXT)
    if _group(session, actor, card) is None:
        raise DubanError("group_gone")
    known = people.known_agencies(session, actor.office_id)
    named = [name for _, name, others in known if any(word in words for word in (name, *others))]
    post = GroupPost(TEXT, text=words).as_json()
    cards.show(session, actor, KIND, {**card.state, "stage": "preview", "post": post, "named": named, "draft": 1}, now)
    cards.redraw(session, card, now, stage="moved")


_LEAFING: Mapping[str, Press] = {"list": _list, "open": _open}
_PRESSES: Mapping[str, tuple[tuple[str, ...], Press]] = {
    "bind": (("offer",), _bind),
    "out": (("one",), _ask_leave),
    "leave": (("offer", "leaving"), _leave),
    "back": (("write", "preview", "confirm", "sent", "unsent", "leaving"), _back),
    "plan": (("one",), _other_plan),
    "write": (("one",), _write),
    "see": (("one",), _preview),
    "send": (("preview",), _release),
    "name": (("confirm",), _release),
}


def group_view(session: Session, card: Card, actor: Actor, now: datetime) -> GroupView:
    """What the card shows."""
    state = card.state
    group = group_queries.of_office(session, actor.office_id, state.get("group") or 0, left_too=True)
    plan = groupposts.plan_of(session, actor, state)
    present = group_queries.present(session, actor.office_id)
    post, at = state.get("post"), state.get("at")
    return GroupView(
        card_id=card.id,
        rev=card.rev,
        stage=_stage(state["stage"], group),
        groups=tuple(GroupLine(one.id, one.title, one.bound_at is not None) for one in present),
        title=group.title if group is not None else "",
        plan=plan.title if plan is not None else "",
        more_plans=len(plans.active_plans(session, actor.office_id)) > 1,
        post=GroupPost.from_json(post) if post else None,
        named=tuple(state.get("named", ())),
        at=datetime.fromisoformat(at).astimezone(actor.zone) if at else None,
        outcome=state.get("outcome", ""),
        outside_hours=_outside_hours(session, actor, plan, now),
        limit=LONGEST_TEXT,
    )


def _stage(kept: str, group: ChatGroup | None) -> str:
    """A card about a group that is gone says so, except where it tells what has happened already."""
    gone = group is None or group.left_at is not None
    return "gone" if gone and kept not in ("list", "moved", "sending", "sent", "unsent") else kept


def _outside_hours(session: Session, actor: Actor, plan: Plan | None, now: datetime) -> bool:
    hours = fact_queries.policy_of(plan).hours if plan is not None else WorkingHours()
    local = now.astimezone(actor.zone)
    workday = fact_queries.calendar_of(session, actor.office_id).is_workday(local.date())
    return not (workday and hours.contains(local.time()))
