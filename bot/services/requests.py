"""What contacts ask of the coordinator: more time, not our task, ask somebody else, a question; and the decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DubanError, DueKey, Role
from bot.domain.people import Actor
from bot.services import cards, trail
from storage import cards as card_queries
from storage import people
from storage.tables import Card, Extension, Person, Plan


def raise_request(
    session: Session,
    actor: Actor,
    kind: str,
    plan: Plan,
    key: DueKey | None,
    agency_id: int,
    words: str,
    now: datetime,
    until_on: date | None = None,
) -> None:
    """Put a request before every coordinator. `kind` extension, decline, delegate or question.

    The same request again, while the first still waits for an answer, is not put twice.
    """
    state: dict[str, Any] = {
        "plan": plan.id,
        "kind": kind,
        "due": {"task": key.task_id, "agency": key.agency_id, "what": key.what} if key else None,
        "agency": agency_id,
        "sender": actor.person_id,
        "words": words,
        "until": until_on.isoformat() if until_on else None,
        "extension": None,
        "decided": "",
    }
    if _waiting(session, plan.office_id, state):
        return
    if kind == "extension":
        state["extension"] = _extension(session, actor, key, words, until_on, now)
    for person in people.holders_of(session, plan.office_id, Role.COORDINATOR):
        card = card_queries.add(session, plan.office_id, person.id, "request", state, now)
        cards.redraw(session, card, now)
    trail.record(
        session, actor, f"{kind}_asked", f"plan:{plan.id}", {"due": state["due"], "until": state["until"]}, now
    )


def _extension(
    session: Session, actor: Actor, key: DueKey | None, words: str, until_on: date | None, now: datetime
) -> int:
    if key is None or until_on is None:
        raise DubanError("extension_incomplete")
    row = Extension(
        office_id=actor.office_id,
        task_id=key.task_id,
        agency_id=key.agency_id,
        what=key.what,
        asked_by=actor.person_id,
        words=words,
        until_on=until_on,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def decide(session: Session, actor: Actor, card: Card, granted: bool, now: datetime) -> None:
    """The coordinator grants or refuses; the asker hears of it at once, other coordinators' cards follow."""
    if card.state["decided"]:
        raise DubanError("already_decided")
    decided = "granted" if granted else "refused"
    if card.state["extension"] is not None:
        row = session.get_one(Extension, card.state["extension"])
        if row.granted is not None:
            raise DubanError("already_decided")
        row.granted, row.decided_by, row.decided_at = granted, actor.person_id, now
        session.get_one(Plan, card.state["plan"]).wake_at = None
    for twin in _twins(session, card.office_id, card.state):
        cards.redraw(session, twin, now, decided=decided)
    asker = people.actor_of(session, session.get_one(Person, card.state["sender"]))
    code = f"{card.state['kind']}_{decided}"
    cards.notice(session, asker, code, now, f"request:{card.id}", until=card.state["until"] or "")
    trail.record(session, actor, code, f"card:{card.id}", {"due": card.state["due"]}, now)


def _waiting(session: Session, office_id: int, state: dict[str, Any]) -> bool:
    """Whether the same person has asked the same and nobody has decided yet."""
    found = session.scalars(select(Card).where(Card.office_id == office_id, Card.kind == "request"))
    return any({**card.state, "extension": None} == state for card in found)


def _twins(session: Session, office_id: int, state: dict[str, Any]) -> list[Card]:
    """The same undecided request as every coordinator sees it."""
    found = session.scalars(select(Card).where(Card.office_id == office_id, Card.kind == "request"))
    return [card for card in found if card.state == state]
