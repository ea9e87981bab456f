"""The card of a plan under check as its buttons work it: leafing, answering doubts, correcting, undoing, 启用."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain import editing, settling
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.domain.reading import PlanReading, Remark
from bot.services import cards, planedits, planning
from storage import plans, revised
from storage.tables import Card, Plan

_STAGES = ("overview", "doubts", "tasks", "dropped", "activate")
_SORT = re.compile(r"all|doubt|agency|limit|d[0-9]{1,4}")
_PARTS = ("all", "duties", "duty", "limits", "targets", "merge", "split", "why")


@dataclass(frozen=True)
class Hand:
    """A plan under check in a coordinator's hand, as the card shows it."""

    session: Session
    actor: Actor
    card: Card
    plan: Plan
    reading: PlanReading
    now: datetime

    @property
    def by(self) -> str:
        """Whose change it is."""
        return f"person:{self.actor.person_id}"

    def change(self, reading: PlanReading, what: Remark, **then: Any) -> None:
        """A new version of the plan; the card goes on to what `then` says."""
        planning.change(self.session, self.by, self.plan, reading, what, self.now)
        draw(self.session, self.card, self.plan, self.now, **then)

    def ask(self, kind: str, **about: Any) -> None:
        """Let the card wait for words; `back` is the stage it returns to."""
        state = self.card.state
        back = about.pop("back", state["stage"])
        draw(self.session, self.card, self.plan, self.now, stage="ask", ask={"kind": kind, "back": back, **about})


def draw(session: Session, card: Card, plan: Plan, now: datetime, **changes: Any) -> None:
    """Draw the card as the plan stands now; it waits for no words unless it is told to."""
    cards.redraw(session, card, now, **{"ask": None, "version": planning.version_of(session, plan), **changes})


def hold(session: Session, actor: Actor, card: Card, work: Callable[[Hand], None], now: datetime) -> str | None:
    """Do `work` on a plan under check; when it has changed since the card was drawn, draw it and say so instead."""
    plan = plan_of(session, actor, card)
    if plan.activated_at is not None:
        raise DubanError("plan_active_already", title=plan.title)
    if card.state.get("version") != planning.version_of(session, plan):
        stage = "overview" if card.state["stage"] in ("ask", "activate") else card.state["stage"]
        draw(session, card, plan, now, stage=stage)
        return "card_moved_on"
    work(Hand(session, actor, card, plan, planning.reading_of(plan), now))
    return None


def plan_of(session: Session, actor: Actor, card: Card) -> Plan:
    """The plan a card is about. Raises DubanError no_plan_yet."""
    plan = plans.plan_for(session, actor, card.state["plan"])
    if plan is None:
        raise DubanError("no_plan_yet")
    return plan


def turn(session: Session, actor: Actor, card: Card, stage: str, page: int, now: datetime) -> None:
    """Go to a page of the reading: overview, doubts, tasks, dropped or activate."""
    if stage not in _STAGES:
        raise DubanError("button_unknown")
    draw(session, card, plan_of(session, actor, card), now, stage=stage, page=max(page, 0))


def sort(session: Session, actor: Actor, card: Card, wanted: str, now: datetime) -> None:
    """List only tasks of one sort: all, doubt, d3 (those doubt 3 is about), agency or limit."""
    if not _SORT.fullmatch(wanted):
        raise DubanError("button_unknown")
    draw(session, card, plan_of(session, actor, card), now, stage="tasks", sort=wanted, page=0)


def open_task(session: Session, actor: Actor, card: Card, shown: tuple[str, str], place: int, now: datetime) -> None:
    """Show one task, or a part of it; `shown` is its key and the part, `place` a duty or a page of tasks."""
    key, part = shown
    plan = plan_of(session, actor, card)
    editing.task_of(planning.reading_of(plan), key)
    if part not in _PARTS:
        raise DubanError("button_unknown")
    draw(session, card, plan, now, stage="task", task=key, part=part, place=max(place, 0))


def settle(hand: Hand, place: int, choice: int) -> None:
    """Answer one doubt by a tap and go on to the next open one; an answer that needs words is asked for them."""
    doubt = settling.doubt_at(hand.reading, place)
    if not 0 <= choice < len(doubt.options):
        raise DubanError("card_moved_on")
    option = doubt.options[choice]
    if option in settling.TYPED:
        hand.ask(settling.TYPED[option], doubt=place, option=option)
    else:
        answer(hand, place, option)


def answer(hand: Hand, place: int, option: str, typed: str = "") -> None:
    """Settle a doubt, with typed words where the answer needs them, and show what comes next."""
    document = revised.document_of(hand.session, hand.plan)
    settled = settling.settle(hand.reading, place, option, typed, document)
    if option == "type_year":
        settled = planedits.dated_again(settled)
    what = Remark("doubt_settled", {"doubt": hand.reading.doubts[place].code, "answer": option})
    hand.change(settled, what, **_after_answer(settled, place, option))


def _after_answer(reading: PlanReading, place: int, option: str) -> Mapping[str, Any]:
    about = [task.key for task in reading.tasks if task.key in reading.doubts[place].tasks]
    if option in settling.TO_TASK and len(about) > 1:
        return {"stage": "tasks", "sort": f"d{place}", "page": 0}
    if option in settling.TO_TASK and about:
        return {"stage": "task", "task": about[0], "part": "all", "sort": "all"}
    remaining = settling.open_doubts(reading)
    if not remaining:
        return {"stage": "overview", "page": 0}
    return {"stage": "doubts", "page": next((at for at in remaining if at > place), remaining[0])}


def accept_rest(hand: Hand) -> None:
    """Every open doubt is answered with what the reading assumed."""
    settled = settling.accept_rest(hand.reading)
    count = len(settling.open_doubts(hand.reading)) - len(settling.open_doubts(settled))
    if not count:
        raise DubanError("card_moved_on")
    hand.change(settled, Remark("doubts_accepted", {"count": count}), stage="overview", page=0)


def undo(hand: Hand) -> None:
    """Take back the last change; the card stays where it is."""
    planning.undo(hand.session, hand.by, hand.plan, hand.now)
    draw(hand.session, hand.card, hand.plan, hand.now)


def edit(hand: Hand, key: str, verb: str, args: tuple[str, ...]) -> None:
    """One correction by a tap, or the question for the words it needs."""
    if verb in planedits.ASKED:
        kind, about = planedits.asked(hand.reading, key, verb, args)
        hand.ask(kind, task=key, **about)
        return
    if verb == "back":
        _bring_back(hand, key)
        return
    fresh = f"s{planning.version_of(hand.session, hand.plan) + 1}"
    step = planedits.by_tap(hand.reading, key, verb, args, fresh)
    hand.change(step.reading, step.what, **step.then)


def _bring_back(hand: Hand, key: str) -> None:
    before = planning.dropped(hand.session, hand.plan, hand.reading).get(key)
    if before is None:
        raise DubanError("task_gone")
    task = editing.task_of(before, key)
    back = editing.bring_back(hand.reading, task, [other.key for other in before.tasks])
    what = planedits.told(back, key, "task_brought_back")
    hand.change(back, what, stage="task", task=key, part="all", sort="all")


def ask_name(hand: Hand) -> None:
    """The plan's own name, for a document that carries none."""
    hand.ask("plan_name")


def stop_asking(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """Back to where the words were asked for, with nothing changed."""
    ask = card.state.get("ask") or {}
    draw(session, card, plan_of(session, actor, card), now, stage=ask.get("back", "overview"))


def activate(hand: Hand) -> None:
    """The 启用 button, pressed a second time to confirm."""
    if hand.card.state["stage"] != "activate":
        raise DubanError("card_moved_on")
    planning.activate(hand.session, hand.actor.office_id, hand.plan.id, hand.by, hand.now)
    draw(hand.session, hand.card, hand.plan, hand.now, stage="active")
