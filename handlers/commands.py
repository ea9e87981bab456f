"""Commands and the fixed keyboard's words: one service each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Update

from bot.domain.people import Actor
from bot.services import (
    absences,
    behalf,
    boards,
    calendars,
    desk,
    entering,
    groups,
    levers,
    managing,
    peoplecard,
    planning,
    policycard,
    previews,
    reviewing,
    summarycards,
    whycard,
)
from handlers.context import DubanContext

Command = Callable[[Session, Actor, datetime, str], object]


async def start(update: Update, context: DubanContext) -> None:
    """/start: an invitation's token, or help for somebody who is in already."""
    token = (context.args or [""])[0]
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or chat.type != "private":
        return
    if not token:
        await run(update, context, "help")
        return

    def open_invitation(session: Session, now: datetime) -> None:
        entering.open_invitation(session, token, user.id, chat.id, now)

    await context.run(update, open_invitation)


async def run(update: Update, context: DubanContext, name: str) -> None:
    """One command by its id (see `bot.texts.commands`)."""
    act, command = COMMANDS[name]
    key = f"{context.received.bot_id}:{context.received.update_id}"

    def work(session: Session, actor: Actor, now: datetime) -> None:
        command(session, actor, now, key)

    await context.act(update, act, work)


def _show_plan(session: Session, actor: Actor, now: datetime, key: str) -> None:
    planning.show(session, actor, planning.latest(session, actor), now)


def _agencies(session: Session, actor: Actor, now: datetime, key: str) -> None:
    summarycards.show(session, actor, now, mode="agencies", with_picture=False)


COMMANDS: dict[str, tuple[str, Command]] = {
    "help": ("help", desk.help_for),
    "language": ("language", desk.change_language),
    "tasks": ("tasks", desk.my_tasks),
    "report": ("report", desk.my_tasks),
    "summary": ("summary", lambda session, actor, now, key: summarycards.show(session, actor, now)),
    "agencies": ("summary", _agencies),
    "chase": ("summary", _agencies),
    "board": ("board", lambda session, actor, now, key: boards.show(session, actor, now)),
    "manage": ("manage", lambda session, actor, now, key: managing.show(session, actor, now)),
    "groups": ("groups", lambda session, actor, now, key: groups.show(session, actor, now)),
    "review": ("review", lambda session, actor, now, key: reviewing.open_desk(session, actor, now)),
    "plan": ("plan", _show_plan),
    "pause": ("levers", lambda session, actor, now, key: levers.show(session, actor, now)),
    "roster": ("roster", desk.roster),
    "behalf": ("behalf", lambda session, actor, now, key: behalf.show(session, actor, now)),
    "preview": ("manage", lambda session, actor, now, key: previews.show(session, actor, now)),
    "why": ("why", lambda session, actor, now, key: whycard.show(session, actor, now)),
    "people": ("people", lambda session, actor, now, key: peoplecard.show(session, actor, now)),
    "leave": ("report", lambda session, actor, now, key: absences.show(session, actor, now)),
    "calendar": ("calendar", lambda session, actor, now, key: calendars.show(session, actor, now)),
    "policy": ("policy", lambda session, actor, now, key: policycard.show(session, actor, now)),
}
