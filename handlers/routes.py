"""The one ordered list of handlers, and the application python-telegram-bot routes updates with."""

from __future__ import annotations

from functools import partial
from typing import Any

from telegram import Bot, Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from bot.channel.worker import Received
from handlers import commands, files, groups, membership, presses, typed
from handlers.context import RECEIVED, DubanApplication, DubanContext, House

_PRIVATE = filters.ChatType.PRIVATE


def routes() -> list[BaseHandler[Update, DubanContext, Any]]:
    """Every handler in the order it is tried; the first that fits takes the update.

    Of groups only `groups` and `membership` hear, and neither reads what is said there.
    """
    named = [
        CommandHandler(name, partial(commands.run, name=name), filters=_PRIVATE & filters.UpdateType.MESSAGE)
        for name in commands.COMMANDS
    ]
    new, edited = filters.UpdateType.MESSAGE & _PRIVATE, filters.UpdateType.EDITED_MESSAGE & _PRIVATE
    return [
        CommandHandler("start", commands.start, filters=new),
        *named,
        CallbackQueryHandler(presses.press),
        ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.UpdateType.MESSAGE & filters.ChatType.GROUPS, groups.noted),
        MessageHandler(edited & (filters.TEXT | filters.CAPTION), typed.edit),
        MessageHandler(new & filters.Document.ALL, files.document),
        MessageHandler(new & filters.PHOTO, files.photo),
        MessageHandler(new & (filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE), files.voice),
        MessageHandler(new & filters.TEXT, typed.text),
        MessageHandler(new & ~filters.StatusUpdate.ALL, files.other),
    ]


class Desk:
    """Takes inbox rows to their handlers. A handler's error comes out of `handle`, so that the worker counts it."""

    def __init__(self, bot: Bot, house: House) -> None:
        builder = Application.builder().bot(_as_ext(bot)).updater(None).context_types(ContextTypes(DubanContext))
        self.application: DubanApplication = builder.build()
        self.application.bot_data["house"] = house
        self.routes = routes()

    async def handle(self, received: Received) -> None:
        """Route one update to the first handler that takes it."""
        update = Update.de_json(dict(received.body), self.application.bot)
        token = RECEIVED.set(received)
        try:
            context = DubanContext.from_update(update, self.application)
            for handler in self.routes:
                check = handler.check_update(update)
                if check is not None and check is not False:
                    handler.collect_additional_context(context, update, self.application, check)
                    await handler.callback(update, context)
                    return
        finally:
            RECEIVED.reset(token)


def _as_ext(bot: Bot) -> ExtBot[None]:
    if not isinstance(bot, ExtBot):
        raise TypeError("the application needs an ExtBot")
    return bot
