"""Answers that are not cards: who is asking, and the one sentence for a refused or misunderstood act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.services import cards
from storage import inbox, outbox, people
from storage.tables import Office, Person


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


def report_dead(session: Session, update_id: int, chat_id: int, now: datetime) -> None:
    """An update failed three times: the coordinators hear of it, so that no word is lost in silence."""
    office = session.scalars(select(Office).order_by(Office.id)).first()
    sender = session.scalars(select(Person).where(Person.chat_id == chat_id)).first()
    for person in people.holders_of(session, office.id, Role.COORDINATOR) if office else ():
        actor = people.actor_of(session, person)
        cards.notice(session, actor, "update_dead", now, f"dead:{update_id}", name=sender.name if sender else "")


def forget_old_updates(session: Session, before: datetime) -> None:
    """Inbox bodies are kept 90 days; the rows stay, so that nothing is handled twice."""
    inbox.forget_bodies(session, before)
