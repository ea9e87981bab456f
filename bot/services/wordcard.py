"""The card of a typed message once it is shown: its questions answered, confirmed with one tap, undone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey, Status
from bot.domain.people import Actor
from bot.services import cards, reporting
from bot.services.reporting import Draft, Source
from storage.tables import Card

QUESTIONS = ("which", "status", "date", "cancelled")
ENDED = ("sent", "cancelled")


def stage_of(items: list[dict[str, Any]]) -> str:
    """What is still missing, one question at a time: which task, then which status, then the confirmation."""
    if any(item["due"] is None for item in items):
        return "which"
    return "status" if any(item["draft"]["status"] is None for item in items) else "confirm"


def choose_task(session: Session, actor: Actor, card: Card, choice: int, now: datetime) -> None:
    """The answer to 是哪一项: −1 means all of them, with the same words."""
    _still_open(card)
    choices = card.state["choices"]
    if choice == -1:
        template = card.state["items"][0]["draft"]
        items = [{"due": due, "draft": template} for due in choices]
    elif 0 <= choice < len(choices):
        items = [dict(item) for item in card.state["items"]]
        open_item = next((item for item in items if item["due"] is None), items[0])
        open_item["due"] = choices[choice]
    else:
        raise DubanError("card_moved_on")
    items = one_per_due(items)
    cards.redraw(session, card, now, items=items, stage=stage_of(items))


def one_per_due(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two things said of one due are one report: what the later leaves open is filled from the earlier."""
    by_due: dict[str, dict[str, Any]] = {}
    for place, item in enumerate(items):
        key = json.dumps(item["due"], sort_keys=True) if item["due"] else str(place)
        earlier = by_due[key]["draft"] if key in by_due else {}
        said = {name: value for name, value in item["draft"].items() if value not in (None, "", [])}
        by_due[key] = {"due": item["due"], "draft": {**item["draft"], **earlier, **said}}
    return list(by_due.values())


def choose_status(session: Session, actor: Actor, card: Card, status: Status, now: datetime) -> None:
    """改状态, or the answer to a missing status: it goes to the items without one, else to all."""
    _still_open(card)
    items = [{"due": item["due"], "draft": dict(item["draft"])} for item in card.state["items"]]
    missing = [item for item in items if item["draft"]["status"] is None]
    for item in missing or items:
        item["draft"]["status"] = status
    cards.redraw(session, card, now, items=items, stage=stage_of(items))


def change(session: Session, actor: Actor, card: Card, stage: str, now: datetime) -> None:
    """Go to one of the questions (which, status, date), cancel, or back to what is to be confirmed."""
    _still_open(card)
    if stage not in (*QUESTIONS, "confirm"):
        raise DubanError("button_unknown")
    cards.redraw(session, card, now, stage=stage if stage in QUESTIONS else stage_of(card.state["items"]))


def _still_open(card: Card) -> None:
    """What was sent is corrected by another report, what was cancelled by other words."""
    if card.state["stage"] in ENDED:
        raise DubanError("card_moved_on")


def confirm(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """对，提交: every item becomes a report; the original words go with each."""
    if card.state["stage"] != "confirm":
        raise DubanError("card_moved_on")
    plan = reporting.plan_of(session, card)
    source = Source.from_json(card.state["source"])
    numbers: list[list[Any]] = []
    for item in card.state["items"]:
        due = item["due"]
        key = DueKey(due["task"], due["agency"], due["what"])
        report = reporting.submit(session, actor, plan, key, Draft.from_json(item["draft"]), source, now)
        reporting.adopt_evidence(session, card, report)
        numbers.append([due, report.id])
    cards.redraw(session, card, now, stage="sent", receipts=numbers)


def undo(session: Session, actor: Actor, card: Card, now: datetime) -> None:
    """撤回: every report of the card is withdrawn; the words can be confirmed again."""
    if card.state["stage"] != "sent":
        raise DubanError("card_moved_on")
    for _, report_id in card.state["receipts"]:
        reporting.undo(session, actor, report_id, now)
    items = card.state["items"]
    source = {**card.state["source"], "chat": None, "message": None}
    cards.redraw(session, card, now, stage=stage_of(items), receipts=[], source=source)
