"""Answers that are not cards: who is asking, and the one sentence for a refused or misunderstood act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.model import DubanError
from bot.domain.people import Actor
from storage import outbox, people


def actor_of_user(session: Session, user_id: int) -> Actor | None:
    """The bound person behind an account; None for strangers and people who left."""
    return people.actor_of_user(session, user_id)


def refuse(
    session: Session,
    user_id: int,
    chat_id: int,
    language: str,
    error: DubanError,
    now: datetime,
    key: str,
    *,
    by_message: bool,
) -> str:
    """Owe the sentence as a message where the act was one; returns the language to say it in.

    A stranger hears one sentence a day at most.
    """
    actor = people.actor_of_user(session, user_id)
    spoken = actor.language if actor else language
    if by_message:
        once = f"stranger:{user_id}:{now:%Y%m%d}" if error.code == "stranger" else f"refused:{key}"
        outbox.put(
            session,
            key=once,
            kind="notice",
            payload={"code": error.code, "params": error.params, "language": spoken},
            now=now,
            office_id=actor.office_id if actor else None,
            person_id=actor.person_id if actor else None,
            chat_id=chat_id,
        )
    return spoken
