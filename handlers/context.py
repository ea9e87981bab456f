"""What every handler works with: the received update, the acting person, one unit of work, one answer."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from telegram import Update, User
from telegram.ext import Application, CallbackContext, ExtBot

from bot.channel.client import Client
from bot.channel.worker import Received
from bot.domain.model import DubanError
from bot.domain.people import Actor
from bot.services import answers
from bot.texts.sentences import sentence
from handlers import access

RECEIVED: ContextVar[Received] = ContextVar("received")
Work = Callable[[Session, Actor, datetime], str | None]


@dataclass(frozen=True)
class House:
    """What handlers need besides the update: the client for downloads and the data directory."""

    client: Client
    home: Path


class DubanContext(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """One update being handled."""

    @property
    def received(self) -> Received:
        """The inbox row behind the update."""
        return RECEIVED.get()

    @property
    def house(self) -> House:
        """The house's parts."""
        house: House = self.bot_data["house"]
        return house

    async def act(self, update: Update, act: str, work: Work) -> None:
        """Run one service for the person, if they may, in the update's own transaction; then stop the spinner.

        A refused or misunderstood act is rolled back whole and answered with one sentence.
        """
        user = update.effective_user
        if user is None:
            return
        if not is_private(update):
            await self.stop_spinner(update, user, sentence("button_not_yours", {}, language_of(user)))
            return
        now = self.received.now
        try:
            toast = await self.received.run(lambda session: _work(session, user, act, work, now))
        except DubanError as error:
            toast = await self._refuse(update, user, error)
        await self.stop_spinner(update, user, toast)

    async def run(self, update: Update, work: Callable[[Session, datetime], str | None]) -> None:
        """Run one service that needs no bound person (entering); refusals as in `act`."""
        user = update.effective_user
        if user is None:
            return
        now = self.received.now
        try:
            toast = await self.received.run(lambda session: work(session, now))
        except DubanError as error:
            toast = await self._refuse(update, user, error)
        await self.stop_spinner(update, user, toast)

    async def _refuse(self, update: Update, user: User, error: DubanError) -> str:
        """One sentence: as the press's notice when there is one, else as a message."""
        language = language_of(user)
        pressed = update.callback_query is not None
        chat_id = update.effective_chat.id if update.effective_chat else user.id
        key = f"{self.received.bot_id}:{self.received.update_id}"
        now = self.received.now

        def tell(session: Session) -> str:
            return answers.refuse(session, user.id, chat_id, language, error, now, key, by_message=not pressed)

        spoken = await self.received.run(tell)
        return sentence(error.code, error.params, spoken)

    async def stop_spinner(self, update: Update, user: User, toast: str | None) -> None:
        """answerCallbackQuery, best effort: a press is always answered."""
        if update.callback_query is not None:
            text = toast or ""
            await self.house.client.answer_callback(update.callback_query.id, text)


def _work(session: Session, user: User, act: str, work: Work, now: datetime) -> str | None:
    actor = answers.actor_of_user(session, user.id)
    if actor is None:
        raise DubanError("stranger")
    access.check(actor, act)
    code = work(session, actor, now)
    return sentence(code, {}, actor.language) if code else None


def is_private(update: Update) -> bool:
    """Whether the update comes from a private chat: nothing is said or done in groups."""
    return update.effective_chat is not None and update.effective_chat.type == "private"


def language_of(user: User) -> str:
    """The language before a person has chosen one: Chinese unless the account says English."""
    return "en" if (user.language_code or "").startswith("en") else "zh"


DubanApplication = Application[ExtBot[None], DubanContext, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
