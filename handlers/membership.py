"""Who blocked the bot and came back; groups the bot was put into without being asked for are left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Update

from bot.services import entering
from handlers.context import DubanContext


async def changed(update: Update, context: DubanContext) -> None:
    """my_chat_member: in a private chat, blocked or back; anything in a group is none of ours yet."""
    member = update.my_chat_member
    if member is None or member.chat.type != "private":
        return
    blocked = member.new_chat_member.status in ("kicked", "left")

    def work(session: Session, now: datetime) -> None:
        if blocked:
            entering.blocked_by(session, member.from_user.id, now)
        else:
            entering.reachable_again(session, member.from_user.id, member.chat.id, now)

    await context.run(update, work)
