"""为什么: the card that answers why somebody was, or was not, reminded; and the same on a contact's own due card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import task_refs
from bot.domain.agencies import find_agency
from bot.domain.model import DubanError, DueKey
from bot.domain.people import Actor
from bot.domain.whyviews import WhyDue, WhyView
from bot.domain.wording import plain
from bot.services import cards, desk, whys
from storage import people, plans
from storage.tables import Card

KIND = "why"
_ASKS = re.compile(
    r"^(?:请问|想问一?下?|问一下)?[,，\s]*(?:为什么|为何|为啥)(?=.*(?:催|提醒|发给|没发|没有发|不发|又发|收到|通知))"
    r"|^\s*why\b(?=.*\b(?:sent|send|remind\w*|chase\w*|receive\w*|get|hear\w*|written)\b)",
    re.IGNORECASE | re.DOTALL,
)
# Contacts tell of their work in the same words (为什么还没收到资金): theirs must speak of reminding.
_CONTACT_ASKS = re.compile(r"催|提醒|remind|chase", re.IGNORECASE)
_QUESTION = re.compile(
    r"请问|想问一?下?|问一下|为什么|为何|为啥|没有|没|不|又|总是?|老是?|还|再|发给|发到|发送|发|催办|催报|催|提醒|收到|通知|过|了|"
    r"我们|给|[,，。？?！!“”\"\s]"
)


def asks(actor: Actor, text: str) -> bool:
    """Whether typed words ask why something was, or was not, sent."""
    return _ASKS.search(text) is not None and (actor.sees_whole_plan or _CONTACT_ASKS.search(text) is not None)


def show(session: Session, actor: Actor, now: datetime) -> Card:
    """Ask which agency; somebody with one agency sees its list at once."""
    if not actor.sees_whole_plan and len(actor.agency_ids) == 1:
        return _show(session, actor, now, agency=next(iter(actor.agency_ids)))
    return _show(session, actor, now)


def answer(session: Session, actor: Actor, text: str, now: datetime) -> Card:
    """为什么催农业农村局（二）1: straight to the due, the agency's list, or the question which agency."""
    active = plans.active_plans(session, actor.office_id)
    if not active:
        raise DubanError("no_active_plan")
    tasks = [task for plan in active for task in plans.visible_tasks(session, actor, plan.id)]
    refs = [task_refs.TaskRef(task.number, task.title) for task in tasks]
    named = [number for mention in task_refs.mentions(plain(text), refs, ()) for number in mention.numbers]
    found, choices = _agency_in(session, actor, text)
    if found is None and not actor.sees_whole_plan and len(actor.agency_ids) == 1:
        found = next(iter(actor.agency_ids))
    task = next((task.id for task in tasks if task.number in named), None)
    if found is None:
        return _show(session, actor, now, choices=choices)
    period = desk.period_in(text, active[0].year)
    dues = whys.why(session, actor, now, agency_id=found, task_id=task, period=period)
    one = _plainest(dues, now) if task else None
    return _show(session, actor, now, agency=found, task=task, what=one.what if one else None)


def _plainest(dues: Sequence[WhyDue], now: datetime) -> WhyDue | None:
    """The due a question about a task most likely means: the one whose last or next rung lies nearest."""
    return min(dues, key=lambda due: min(abs((rung.on - now.date()).days) for rung in due.rungs), default=None)


def _agency_in(session: Session, actor: Actor, text: str) -> tuple[int | None, tuple[int, ...]]:
    """The agency a text names, by its name, or by the name of one of its people; else the likely ones."""
    known = [one for one in people.known_agencies(session, actor.office_id) if _may_see(actor, one[0])]
    for agency_id, name, aliases in known:
        if any(word in text for word in (name, name[1:], *aliases) if len(word) > 2):
            return agency_id, ()
    for place in people.places(session, actor.office_id, [one[0] for one in known]):
        if len(place.person.name) > 1 and place.person.name in text:
            return place.contact.agency_id, ()
    words = _QUESTION.sub("", re.sub(r"[（(][^）)]*[）)]\s*\d*", "", text))
    match = find_agency(words, known)
    return match.found, match.candidates


def _may_see(actor: Actor, agency_id: int) -> bool:
    return actor.sees_whole_plan or agency_id in actor.agency_ids


def _show(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    agency: int | None = None,
    task: int | None = None,
    what: str | None = None,
    choices: Iterable[int] = (),
) -> Card:
    state = {"agency": agency, "task": task, "what": what, "page": 0, "choices": list(choices)}
    return cards.show(session, actor, KIND, state, now)


def press(session: Session, actor: Actor, card: Card, args: Sequence[str], now: datetime) -> None:
    """On a due card: open or fold the why. On the card: ask:PAGE, agency:ID, list:PAGE or due:TASK:WHAT."""
    if card.kind != KIND:
        opened = card.state.get("why") is not None and card.state["why"] == place_of(card)
        cards.redraw(session, card, now, why=None if opened else place_of(card))
        return
    verb, word = (args[0] if args else ""), (args[1] if len(args) > 1 else "")
    if verb not in ("ask", "agency", "list", "due") or not word.isdecimal() or (verb == "due" and len(args) != 3):
        raise DubanError("button_unknown")
    if verb == "agency":
        cards.redraw(session, card, now, agency=int(word), task=None, what=None, page=0)
    elif verb == "due":
        cards.redraw(session, card, now, task=int(word), what=args[2].replace("~", ":"))
    elif verb == "list":
        cards.redraw(session, card, now, task=None, what=None, page=int(word))
    else:
        cards.redraw(session, card, now, agency=None, task=None, what=None, page=int(word), choices=[])


def place_of(card: Card) -> int:
    """Which of a due card's lines its why belongs to; -1 for the list."""
    focus = card.state.get("focus")
    return -1 if focus is None else int(focus)


def why_view(session: Session, card: Card, actor: Actor, now: datetime) -> WhyView:
    """The card at this moment. What the actor may not see looks like the question which agency."""
    state, local = card.state, now.astimezone(actor.zone)
    own = not actor.sees_whole_plan
    agency, page = state["agency"], state["page"]
    if agency is None or not _may_see(actor, agency):
        choices = _choices(session, actor, state["choices"])
        return WhyView(card.id, card.rev, local, "ask", choices=choices, page=page, own=own)
    dues = whys.why(session, actor, now, agency_id=agency, task_id=state["task"])
    if state["what"] is not None:
        key = DueKey(state["task"], agency, state["what"])
        one = whys.why_due(session, actor, key, now)
        if one is not None:
            return WhyView(card.id, card.rev, local, "one", dues=(one,), page=page, own=own)
    name = people.agency_names(session, [agency]).get(agency, "")
    return WhyView(card.id, card.rev, local, "list", choices=((agency, name),), dues=dues, page=page, own=own)


def _choices(session: Session, actor: Actor, likely: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """The agencies of the plans in force that the actor may ask about, or the likely ones of them."""
    active = plans.active_plans(session, actor.office_id)
    ids = {agency_id for plan in active for agency_id in plans.agency_ids(session, plan.id)}
    seen = [one for one in sorted(ids) if _may_see(actor, one)]
    names = people.agency_names(session, seen)
    wanted = [one for one in likely if one in names] or seen
    return tuple((one, names[one]) for one in wanted)


def of_card(session: Session, card: Card, actor: Actor, keys: Sequence[DueKey], now: datetime) -> tuple[WhyDue, ...]:
    """Why the dues of a due card are on it, while its reader has that open: the one in focus, else one of each kind."""
    if card.state.get("why") is None or card.state["why"] != place_of(card):
        return ()
    first: dict[str, DueKey] = {}
    for key in keys:
        first.setdefault(key.what, key)
    found = (whys.why_due(session, actor, key, now) for key in first.values())
    return tuple(one for one in found if one is not None)
