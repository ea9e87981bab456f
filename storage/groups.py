"""Group chats the bot was put into: found by chat, bound by a coordinator, moved when they become supergroups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.tables import ChatGroup, Inbox

# A move is said once; what strangers' groups pour in is not searched without end.
LOOKED_AT = 500


def of_chat(session: Session, chat_id: int) -> ChatGroup | None:
    """The group of a chat, left ones too."""
    return session.scalars(select(ChatGroup).where(ChatGroup.chat_id == chat_id)).first()


def of_office(session: Session, office_id: int, group_id: int, *, left_too: bool = False) -> ChatGroup | None:
    """A group of the office; one the bot is no longer in only when asked for."""
    query = select(ChatGroup).where(ChatGroup.id == group_id, ChatGroup.office_id == office_id)
    return session.scalars(query if left_too else query.where(ChatGroup.left_at.is_(None))).first()


def present(session: Session, office_id: int) -> tuple[ChatGroup, ...]:
    """Every group of the office the bot is in, bound or still to be bound, oldest first."""
    query = select(ChatGroup).where(ChatGroup.office_id == office_id, ChatGroup.left_at.is_(None))
    return tuple(session.scalars(query.order_by(ChatGroup.id)))


def arrived(
    session: Session, office_id: int, chat_id: int, title: str, invited_by: int, now: datetime
) -> ChatGroup:  # fmt: skip
    """The bot is in a group, not bound yet; one it had left begins anew."""
    group = of_chat(session, chat_id)
    if group is None:
        group = ChatGroup(office_id=office_id, chat_id=chat_id, title=title, seen_at=now)
        session.add(group)
    group.title, group.invited_by, group.seen_at = title, invited_by, now
    group.bound_by = group.bound_at = group.left_at = None
    session.flush()
    return group


def left_at(session: Session, now: datetime) -> tuple[int, ...]:
    """Chats of the groups that were given up at exactly this moment."""
    return tuple(session.scalars(select(ChatGroup.chat_id).where(ChatGroup.left_at == now).order_by(ChatGroup.id)))


def move(session: Session, old: int, new: int) -> None:
    """A group goes on under another chat id. Moving it twice, or a chat that is no group of ours, changes nothing.

    Telegram may have said that the bot left the old chat or came into the new one: both are the move, so a bound group
    stays bound, and what was written down for the new id meanwhile gives way.
    """
    if old == new:
        return
    # Locked: the two messages about one move may be handled side by side, and the second must find it done.
    query = select(ChatGroup).where(ChatGroup.chat_id == old)
    group = session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if group is None:
        return
    newcomer = of_chat(session, new)
    if newcomer is not None:
        session.delete(newcomer)
        session.flush()
    group.chat_id = new
    if group.bound_at is not None:
        group.left_at = None
    session.flush()


def waiting_move(session: Session, chat_id: int) -> tuple[int, int] | None:
    """Old and new id of a move of this chat that has arrived and is not handled yet: chats are handled side by side."""
    query = select(Inbox.chat_id, Inbox.body).where(Inbox.state == "new", Inbox.chat_id < 0)
    waiting = session.execute(query.order_by(Inbox.update_id).limit(LOOKED_AT))
    moves = (move for at, body in waiting if (move := _move_in(at, body)))
    return next((move for move in moves if chat_id in move), None)


def _move_in(chat_id: int, body: Mapping[str, Any]) -> tuple[int, int] | None:
    message = body.get("message")
    if not isinstance(message, Mapping):
        return None
    new, old = message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
    if isinstance(new, int):
        return chat_id, new
    return (old, chat_id) if isinstance(old, int) else None
