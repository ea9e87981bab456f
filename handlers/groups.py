"""Groups: whether the bot belongs in one, its name and its moves. Nothing said in a group is read or answered."""

from __future__ import annotations

import logging
from functools import partial

from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.services import groups
from handlers.context import DubanContext

log = logging.getLogger(__name__)

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_PRESENT = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


async def membership(context: DubanContext, member: ChatMemberUpdated) -> None:
    """The bot was put into a group or a channel, or taken out of it."""
    chat, now = member.chat, context.received.now
    if not _is_in(member.new_chat_member):
        await context.received.run(partial(groups.taken_out, chat_id=chat.id, now=now))
        return
    by_user = member.from_user.id if chat.type in _GROUPS else None
    come = partial(groups.put_in, chat_id=chat.id, title=chat.title or "", by_user=by_user, now=now)
    if not await context.received.run(come):
        await _leave(context, chat.id)


async def noted(update: Update, context: DubanContext) -> None:
    """Any message in a group: moves are followed, the name is kept, and a group that is none of ours is left."""
    message = update.message
    if message is None:
        return
    move = _move(message)
    if move is not None:
        await context.received.run(partial(groups.moved, old=move[0], new=move[1]))
        return
    if message.left_chat_member is not None and message.left_chat_member.id == context.bot.id:
        return  # `membership` hears of it too, and knows more
    chat, now = message.chat, context.received.now
    adder = _adder(message, context.bot.id)
    hear = partial(groups.heard, chat_id=chat.id, title=chat.title or "", added_by=adder, now=now)
    if not await context.received.run(hear):
        await _leave(context, chat.id)


async def leave_given_up(context: DubanContext) -> None:
    """After a press: let the bot leave what the press gave up. A leave that fails is made up for in `noted`."""
    for chat_id in await context.received.read(partial(groups.chats_left, now=context.received.now)):
        await _leave(context, chat_id)


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _PRESENT


def _move(message: Message) -> tuple[int, int] | None:
    """Old and new id, from whichever of the two service messages this is."""
    if message.migrate_to_chat_id is not None:
        return message.chat_id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        return message.migrate_from_chat_id, message.chat_id
    return None


def _adder(message: Message, bot_id: int) -> int | None:
    """Who put the bot in, when that is what the message says."""
    came = bool(message.group_chat_created) or any(user.id == bot_id for user in message.new_chat_members or ())
    return message.from_user.id if came and message.from_user is not None else None


async def _leave(context: DubanContext, chat_id: int) -> None:
    """leaveChat, best effort: the bot may be out already."""
    try:
        await context.bot.leave_chat(chat_id)
    except TelegramError as error:
        log.info("not left: chat=%s reason=%s", chat_id, error)
