"""Files: a coordinator's plan or roster, a contact's evidence; voice is kept as evidence and asked for in words."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session
from telegram import Message, Update

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.domain.reading import PlanReading
from bot.intake.arriving import read_arrived
from bot.intake.rosters import RosterLine
from bot.services import calendars, evidence, revising, rostercheck
from bot.services.answers import actor_of_user
from handlers import access
from handlers.context import DubanContext, Work
from handlers.typed import take_words

MAX_BYTES = 20 * 1024 * 1024


async def document(update: Update, context: DubanContext) -> None:
    """A document: read before the unit of work begins, stored whole or not at all."""
    message, user = update.message, update.effective_user
    if message is None or message.document is None or user is None:
        return
    actor = await context.received.read(lambda session: actor_of_user(session, user.id))
    if actor is None:
        await context.act(update, "help", lambda session, actor, now: None)
        return
    name = message.document.file_name or "file"
    try:
        if actor.is_a(Role.COORDINATOR) and message.reply_to_message is None:
            await _import(update, context, message.document.file_id, name)
        else:
            await _attach(update, context, message.document.file_id, name)
    except DubanError as error:
        await context.act(update, "help", _raise(error))


async def photo(update: Update, context: DubanContext) -> None:
    """A photo: the largest size is kept as evidence, named after the office's hour; a stranger's is not fetched."""
    message, user = update.message, update.effective_user
    if message is None or not message.photo or user is None:
        return
    actor = await context.received.read(lambda session: actor_of_user(session, user.id))
    if actor is None:
        await context.act(update, "help", lambda session, actor, now: None)
        return
    taken = message.date.astimezone(actor.zone)
    try:
        await _attach(update, context, message.photo[-1].file_id, f"{taken:%Y%m%d-%H%M%S}.jpg")
    except DubanError as error:
        await context.act(update, "help", _raise(error))


async def voice(update: Update, context: DubanContext) -> None:
    """A voice message: a polite request to type."""
    await context.act(update, "help", _raise(DubanError("voice_please_type")))


async def other(update: Update, context: DubanContext) -> None:
    """Stickers, places, videos and whatever comes next."""
    await context.act(update, "help", _raise(DubanError("message_kind")))


def _raise(error: DubanError) -> Work:
    """Answer with the error's sentence, by the ordinary way of refusals."""

    def work(session: Session, actor: Actor, now: datetime) -> None:
        raise error

    return work


async def _import(update: Update, context: DubanContext, file_id: str, name: str) -> None:
    data = await context.house.client.download(file_id, MAX_BYTES)
    notice = calendars.notice_in(data)
    if notice is not None:
        await context.act(update, "calendar", _take_notice(notice))
        return
    arrived = await asyncio.to_thread(read_arrived, name, data)
    if isinstance(arrived, PlanReading):
        await context.act(update, "import", _take_plan(name, data, arrived))
    else:
        key = f"{context.received.bot_id}:{context.received.update_id}"
        await context.act(update, "roster", _take_roster(arrived, key))


def _take_notice(text: str) -> Work:
    def take_notice(session: Session, actor: Actor, now: datetime) -> None:
        calendars.notice_arrived(session, actor, text, now)

    return take_notice


def _take_plan(name: str, data: bytes, reading: PlanReading) -> Work:
    def take_plan(session: Session, actor: Actor, now: datetime) -> None:
        revising.arrived(session, actor, reading, (name, data), now)

    return take_plan


def _take_roster(lines: tuple[RosterLine, ...], key: str) -> Work:
    def take_roster(session: Session, actor: Actor, now: datetime) -> None:
        rostercheck.arrived(session, actor, lines, now, key)

    return take_roster


async def _attach(update: Update, context: DubanContext, file_id: str, name: str) -> None:
    message, user = update.message, update.effective_user
    if message is None or user is None:
        return
    reply_to, now = _reply_to(message), context.received.now
    say = take_words(message, edited=False) if message.caption else None
    check = partial(_expected, user_id=user.id, reply_to=reply_to, now=now, with_words=say is not None)
    await context.received.read(check)
    data = await context.house.client.download(file_id, evidence.MAX_BYTES)
    stored = await asyncio.to_thread(evidence.store, context.house.home, name, data)

    def work(session: Session, actor: Actor, now: datetime) -> None:
        if say is not None:
            say(session, actor, now)
        # The words under a picture have a card of their own by now, and the picture belongs to it.
        evidence.attach(session, actor, stored, None if say is not None else reply_to, now)

    await context.act(update, "attach", work)


def _expected(session: Session, user_id: int, reply_to: int | None, now: datetime, *, with_words: bool) -> None:
    """Refuse a file nobody may send or nothing waits for, before it is fetched and kept."""
    actor = actor_of_user(session, user_id)
    if actor is None:
        raise DubanError("stranger")
    access.check(actor, "attach")
    if not with_words:
        evidence.expect(session, actor, reply_to, now)


def _reply_to(message: Message | None) -> int | None:
    replied = message.reply_to_message if message else None
    return replied.message_id if replied else None
