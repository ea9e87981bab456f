"""Typed text: a command word, else a contact's report or a leader's question; edits correct earlier words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Message, Update

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.services import (
    absences,
    asking,
    behalf,
    behalfwords,
    calendars,
    desk,
    groups,
    levers,
    leverwords,
    peoplewords,
    planwords,
    policycard,
    rostercheck,
    whycard,
    words,
)
from bot.services.reporting import Source
from bot.texts.commands import command_of
from handlers import access, commands
from handlers.context import DubanContext, Work


async def text(update: Update, context: DubanContext) -> None:
    """A new text message."""
    message = update.message
    if message is None or not message.text:
        return
    named = command_of(message.text)
    if named in commands.COMMANDS:
        await commands.run(update, context, named)
    elif named == "start":
        await commands.start(update, context)
    else:
        await context.act(update, "help", take_words(message, edited=False))


async def edit(update: Update, context: DubanContext) -> None:
    """An edited text or caption: a correction of what was reported from it."""
    message = update.edited_message
    if message is not None and (message.text or message.caption):
        await context.act(update, "help", take_words(message, edited=True))


def source_of(message: Message) -> Source:
    """Where and when the person wrote it."""
    edit_number = int(message.edit_date.timestamp()) if message.edit_date else 0
    return Source(message.edit_date or message.date, message.chat_id, message.message_id, edit_number)


def take_words(message: Message, *, edited: bool) -> Work:
    """The service for a message's words, or for those under its picture, by who wrote them."""
    body, source = message.text or message.caption or "", source_of(message)
    reply_to = message.reply_to_message.message_id if message.reply_to_message else None

    def work(session: Session, actor: Actor, now: datetime) -> None:
        if body.startswith("/"):
            raise DubanError("command_unknown")
        asked = None if edited else asking.waiting(session, actor, reply_to, now, _listeners_of(actor, body))
        to_post = asked is not None and asked.kind == groups.KIND
        if not edited and not to_post and calendars.is_notice(actor, body):
            access.check(actor, "calendar")
            calendars.notice_arrived(session, actor, body, now)
        elif asked is not None:
            LISTENERS[asked.kind].take(session, actor, asked, body, now, f"{source.chat_id}:{source.message_id}")
        elif not edited and whycard.asks(actor, body):
            access.check(actor, "why")
            whycard.answer(session, actor, body, now)
        elif not edited and behalfwords.speaks(actor, body):
            access.check(actor, "behalf")
            behalf.take_words(session, actor, body, now)
        elif not edited and leverwords.speaks(actor, body):
            access.check(actor, "levers")
            levers.take_words(session, actor, body, now)
        elif actor.is_a(Role.CONTACT):
            access.check(actor, "report")
            take = words.edited if edited else absences.take_words
            take(session, actor, body, source, reply_to, now)
        elif not edited:
            access.check(actor, "summary")
            desk.summary_words(session, actor, body, now)

    return work


def _listeners_of(actor: Actor, body: str) -> dict[str, asking.Listener]:
    """The kinds of cards whose words the person may give now; the calendar hears nothing but days, 代填 no question."""
    mine = {kind: one for kind, one in LISTENERS.items() if access.allows(actor, one.act)}
    if not calendars.reads(body):
        mine.pop(calendars.KIND, None)
    if whycard.asks(actor, body) or desk.asks_who_owes(body):
        mine.pop(behalf.KIND, None)
    return mine


# Every kind of card that takes typed words, and how.
LISTENERS = {
    "plan": asking.Listener("plan", planwords.listens, planwords.take),
    calendars.KIND: asking.Listener("calendar", calendars.listens, calendars.take_days, newest_only=True),
    policycard.KIND: asking.Listener("policy", policycard.listens, policycard.take),
    "roster": asking.Listener("roster", rostercheck.listens, rostercheck.take, newest_only=True),
    "people": asking.Listener("people", peoplewords.listens, peoplewords.take),
    "absence": asking.Listener("report", absences.listens, absences.take),
    levers.KIND: asking.Listener("levers", levers.listens, levers.take),
    behalf.KIND: asking.Listener("behalf", behalf.listens, behalf.take, newest_only=True),
    "group": asking.Listener("groups", groups.listens, groups.take),
}
