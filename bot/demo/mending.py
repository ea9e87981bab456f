"""After a crash: messages the database knows to be sent, but the chat had not been saved with, are shown again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.localchat.api import BotApi
from bot.services import cards
from storage.tables import Card, Outbox, Person

_ONCE = ("notice", "file")


def show_lost(session: Session, api: BotApi, now: datetime) -> int:
    """Let every lost message go out again: cards as they stand now, sentences and files as they were; how many."""
    lost_cards = [card for card in session.scalars(select(Card).order_by(Card.id)) if _is_lost(card, api)]
    for card in lost_cards:
        # To the chat the message never was: it is sent anew, not edited.
        card.message_id = None
        cards.redraw(session, card, now)
    query = select(Outbox, Person.chat_id).outerjoin(Person, Person.id == Outbox.person_id)
    sent = session.execute(query.where(Outbox.state == "sent", Outbox.kind.in_(_ONCE)).order_by(Outbox.id))
    lost_rows = [row for row, chat_id in sent if not _is_there(api, row.chat_id or chat_id, row.message_id)]
    for row in lost_rows:
        row.state, row.due_at, row.finished_at, row.message_id = "due", now, None, None
    return len(lost_cards) + len(lost_rows)


def _is_lost(card: Card, api: BotApi) -> bool:
    return card.message_id is not None and not _is_there(api, card.chat_id, card.message_id)


def _is_there(api: BotApi, chat_id: int | None, message_id: int | None) -> bool:
    chat = api.world.chats.get(chat_id or 0)
    return chat is None or message_id is None or message_id in chat.messages
