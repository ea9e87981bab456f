"""Files: a coordinator's plan or roster, a contact's evidence; voice is kept as evidence and asked for in words."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Message, Update

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan
from bot.intake.rosters import read_roster
from bot.services import evidence, papers_out, planning, rosters
from bot.services.answers import actor_of_user
from handlers.context import DubanContext, Work

MAX_BYTES = 20 * 1024 * 1024
_TABLES = (".xlsx", ".xls", ".csv", ".ods")


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
    await context.act(update, "report", _raise(DubanError("voice_please_type")))


def _raise(error: DubanError) -> Work:
    """Answer with the error's sentence, by the ordinary way of refusals."""

    def work(session: Session, actor: Actor, now: datetime) -> None:
        raise error

    return work


async def _import(update: Update, context: DubanContext, file_id: str, name: str) -> None:
    data = await context.house.client.download(file_id, MAX_BYTES)
    if name.lower().endswith(_TABLES):
        lines = await asyncio.to_thread(read_roster, name, data)
        key = f"{context.received.bot_id}:{context.received.update_id}"

        def take_roster(session: Session, actor: Actor, now: datetime) -> None:
            imported = rosters.import_roster(session, actor.office_id, lines, f"person:{actor.person_id}", now)
            rosters.answer(session, actor, imported, now, key)
            if imported.added:
                papers_out.ask(session, actor, "invitations", now, key, people=list(imported.added))

        await context.act(update, "roster", take_roster)
        return
    reading = await asyncio.to_thread(read_plan, name, data)

    def take_plan(session: Session, actor: Actor, now: datetime) -> None:
        document = (name, data, dict(as_json(reading)))
        plan = planning.import_reading(session, actor.office_id, reading, document, f"person:{actor.person_id}", now)
        planning.show(session, actor, plan, now)

    await context.act(update, "import", take_plan)


async def _attach(update: Update, context: DubanContext, file_id: str, name: str) -> None:
    message = update.message
    data = await context.house.client.download(file_id, evidence.MAX_BYTES)
    stored = await asyncio.to_thread(evidence.store, context.house.home, name, data)
    reply_to = _reply_to(message)

    def work(session: Session, actor: Actor, now: datetime) -> None:
        evidence.attach(session, actor, stored, reply_to, now)

    await context.act(update, "attach", work)


def _reply_to(message: Message | None) -> int | None:
    replied = message.reply_to_message if message else None
    return replied.message_id if replied else None
