"""Who blocked the bot and came back; which groups it was put into or taken out of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Update

from bot.services import entering
from handlers import groups
from handlers.context import DubanContext


async def changed(update: Update, context: DubanContext) -> None:
    """my_chat_member: in a private chat, blocked or back; in a group, put in or taken out."""
    member = update.my_chat_member
    if member is None:
        return
    if member.chat.type != "private":
        await groups.membership(context, member)
        return
    blocked = member.new_chat_member.status in ("kicked", "left")

    def work(session: Session, now: datetime) -> None:
        if blocked:
            entering.blocked_by(session, member.from_user.id, now)
        else:
            entering.reachable_again(session, member.from_user.id, member.chat.id, now)

    await context.run(update, work)
