"""A house over real HTTP with a clock that jumps: what people write and press is handled before the call returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from telegram.ext import ExtBot

from bot.app import Duban
from bot.channel.client import build_bot
from bot.channel.pacing import Pacer
from bot.domain.model import Position, Role
from bot.intake.plan import read_plan
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.params import UploadedFile
from bot.localchat.standin import StandIn
from bot.services import entering, planning
from bot.stage import set_up
from storage.database import Database

BEIJING = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2022, month, day, hour, minute, tzinfo=BEIJING)


class Play:
    """The people's side of one house."""

    def __init__(self, house: Duban, api: BotApi) -> None:
        self.house, self.api = house, api

    async def moment(self, when: datetime) -> None:
        """Let it be `when`."""
        self.api.clock.set(when)
        await self.settle()

    async def settle(self) -> None:
        await self.house.settle()

    async def enter(self, user_id: int, name: str, token: str) -> None:
        """Open the bot by an invitation and say 是我."""
        self.api.add_user(user_id, name)
        self.api.user_starts(user_id, token)
        await self.settle()
        await self.press(user_id, "✅ 是我")

    async def one_contact(self, agency: str, user_id: int) -> None:
        """The sample's kind of plan with a single task for `agency`, active since this moment, its contact entered."""
        text = f"《清河县2022年工作计划》\n一、重点任务\n（一）护林\n1.巡护山林\n组织巡护，建立台账。（{agency}牵头）"
        reading = read_plan("plan.txt", text.encode())
        now = self.api.clock.now()
        lines = [RosterLine(1, agency, "罗平", Role.CONTACT, Position.CONTACT, "")]

        def work(session: Session) -> str:
            plan_id, players = set_up(session, "", "", reading, ("plan.txt", text.encode()), lines, now)
            planning.activate(session, 1, plan_id, "test", now)
            return players[0].token

        await self.enter(user_id, "罗平", await self.house.db.write(work))

    async def write(self, user_id: int, text: str, reply_to: int | None = None) -> int:
        message_id = self.api.user_sends(user_id, text, reply_to)
        await self.settle()
        return message_id

    async def send(self, user_id: int, name: str, data: bytes, kind: str = "document", mime: str = "") -> None:
        self.api.user_sends_file(user_id, kind, UploadedFile(name, data, mime or "application/octet-stream"))
        await self.settle()

    async def press(self, user_id: int, label: str) -> None:
        """Press the newest button whose words are, or else contain, `label`."""
        message_id, data = self.button(user_id, label)
        self.api.user_presses(user_id, message_id, data)
        await self.settle()

    async def press_if_there(self, user_id: int, label: str) -> None:
        """Press the button if the chat shows one."""
        if any(label in key["text"] for _, key in self._keys(user_id)):
            await self.press(user_id, label)

    async def press_first(self, user_id: int, action: str) -> None:
        """Press the first button of an action in the newest message that has one."""
        found = [(number, key) for number, key in self._keys(user_id) if key["callback_data"].split(":")[1] == action]
        self.api.user_presses(user_id, found[0][0], found[0][1]["callback_data"])
        await self.settle()

    def button(self, user_id: int, label: str) -> tuple[int, str]:
        """The message and data of the newest button whose words are, or else contain, `label`."""
        keys = self._keys(user_id)
        exact = [found for found in keys if found[1]["text"] == label]
        found = exact or [found for found in keys if label in found[1]["text"]]
        assert found, (label, [key["text"] for _, key in keys], self.last(user_id))
        message_id, key = found[-1]
        return message_id, key["callback_data"]

    def _keys(self, user_id: int) -> list[tuple[int, dict[str, str]]]:
        return [
            (message["message_id"], key)
            for message in self.api.messages(user_id)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for key in row
        ]

    def last(self, user_id: int) -> str:
        """The bot's newest message to somebody."""
        return self.said(user_id)[-1]

    def said(self, user_id: int) -> list[str]:
        """All the bot's messages in a chat as they stand now."""
        return [_words(message) for message in self.api.messages(user_id) if message["from_bot"]]

    def files(self, user_id: int, ending: str) -> list[bytes]:
        """The documents with that ending a person got."""
        found = [message.get("document") for message in self.api.messages(user_id) if message["from_bot"]]
        stored = [self.api.file_by_id(file["file_id"]) for file in found if file]
        return [file.content for file in stored if file is not None and file.name.endswith(ending)]


def _words(message: dict[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")


@asynccontextmanager
async def playing(db: Database, home: Path, start: datetime) -> AsyncIterator[Play]:
    """A house at work over HTTP, its office founded, nobody invited yet."""
    api = BotApi(MovableClock(start))
    with StandIn(api) as chat:
        bot = build_bot(api.token, chat.url)
        async with bot:
            house = _house(db, bot, api, home)
            await db.write(lambda session: entering.ensure_office(session, "牵头办", "Asia/Shanghai", start))
            await house.announce()
            yield Play(house, api)


def reborn(play: Play) -> Play:
    """The same play after its house died: another one on the same database."""
    old = play.house
    return Play(_house(old.db, old.desk.application.bot, play.api, old.home), play.api)


def _house(db: Database, bot: ExtBot[None], api: BotApi, home: Path) -> Duban:
    unhurried = Pacer(per_second=1e6, chat_gap=0.0, group_gap=0.0)
    bot_id = int(api.token.partition(":")[0])
    return Duban(db, bot, bot_id, home, api.clock.now, pacer=unhurried, sleep=_at_once, long_poll_seconds=0)


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0)


async def invited(db: Database, name: str, role: Role, now: datetime) -> str:
    """What `duban invite` does: a person and the token of a fresh invitation."""

    def work(session: Session) -> str:
        person = entering.add_person(session, entering.office_of(session).id, name, role, now)
        return entering.invite(session, person, now).token

    return await db.write(work)
