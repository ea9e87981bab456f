"""A small house for tests: one plan and a cast that entered through the real doors; only the wire is played."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.app import Duban
from bot.domain.model import DueKey, Position, Role
from bot.domain.people import Actor
from bot.intake.plan import read_plan
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.params import UploadedFile
from bot.services import planning
from bot.stage import Player, direct_house, enter, press, set_up
from storage import people
from storage.database import Database
from storage.tables import Agency, Base, Card, Inbox, Outbox, Person, Plan, Task

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
WATER, FARMS, ROADS = "县水利局", "县农业农村局", "县交通运输局"
STRANGER = 9001
PLAN = """《清河县2024年河道整治工作计划》
一、重点任务
（一）治理河道
1.清理河道垃圾
对重点河段开展清理，建立台账。（县水利局牵头，县农业农村局参与）
2.排查入河排污口
完成排查并建立台账。（县农业农村局牵头，县水利局参与）
（二）健全机制
1.修好巡河道路
修好巡河道路，方便巡查。（县交通运输局牵头）
2.完善巡河制度
形成制度并抓好落实。（县水利局牵头）
"""
DITCHES = """《清河县2024年渠道管护工作计划》
一、重点任务
（一）管好渠道
1.清淤除草
对干渠开展清淤，6月底前完成。除草不少于30公里。（县水利局牵头，各乡镇人民政府参与）
2.修补渠堤
修补渠堤，12月底前完成。（县水利局、县农业农村局牵头）
（二）管好用水
1.推行用水计量
推行用水计量。安装计量设施。（县水利局牵头，县财政局等参与）
2.宣传节水
开展节水宣传。（县农业农村局负责）
"""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
# Tables whose rows say what happened; the others carry traffic (inbox, outbox, cards) and change with every word.
FACTS = frozenset(Base.metadata.tables) - {"inbox", "outbox", "card", "reminder"}


def line(row: int, agency: str, name: str, role: Role = Role.CONTACT, position: Position = Position.CONTACT) -> Any:
    return RosterLine(row, agency, name, role, position, f"1380000{row:04d}")


CAST = (
    line(1, "", "王牵头", Role.COORDINATOR),
    line(2, "", "赵领导", Role.LEADER),
    line(3, WATER, "李水利"),
    line(4, FARMS, "钱农业"),
    line(5, WATER, "周副手", position=Position.DEPUTY),
    line(6, WATER, "吴局长", position=Position.HEAD),
)

TWO_COORDINATORS = (CAST[0], CAST[2], line(7, "", "郑牵头", Role.COORDINATOR))


def at(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@dataclass
class Play:
    """The house, the chat and the cast, with words for what people do."""

    api: BotApi
    clock: MovableClock
    db: Database
    house: Duban
    home: Path
    plan_id: int = 0
    cast: dict[str, Player] = field(default_factory=dict)

    def user(self, name: str) -> int:
        return self.cast[name].user_id

    def person_id(self, name: str) -> int:
        return self.cast[name].person_id

    async def at(self, moment: datetime) -> None:
        """Jump to a moment and let everything due happen, with no stop on the way: as if the house had been down."""
        self.clock.set(moment)
        await self.house.settle()

    async def until(self, moment: datetime) -> None:
        """Live through the time to a moment, waking whenever the house has something to do."""
        while True:
            upcoming = await self.house.next_moment()
            if upcoming is None or upcoming >= moment:
                break
            await self.at(upcoming)
        await self.at(moment)

    async def says(self, who: int, text: str, reply_to: int | None = None) -> int:
        message_id = self.api.user_sends(who, text, reply_to)
        await self.house.settle()
        return message_id

    async def edits(self, who: int, message_id: int, text: str) -> None:
        self.api.user_edits(who, message_id, text)
        await self.house.settle()

    async def taps(self, who: int, action: str, arg: str | None = None) -> bool:
        pressed = press(self.api, who, action, arg)
        await self.house.settle()
        return pressed

    async def forges(self, who: int, data: str, chat: int | None = None, message_id: int | None = None) -> str:
        """Press a button that is not there; returns the notice shown."""
        chat = who if chat is None else chat
        message_id = message_id or self.api.messages(chat)[-1]["message_id"]
        self.api.user_presses(chat, message_id, data, by=who, unchecked=True)
        await self.house.settle()
        return self.toast()

    async def sends(self, who: int, name: str, data: bytes, kind: str = "document", **more: Any) -> None:
        self.api.user_sends_file(who, kind, UploadedFile(name, data, "application/octet-stream"), **more)
        await self.house.settle()

    def toast(self) -> str:
        answers = self.api.transcript("answerCallbackQuery")
        return str(answers[-1].params.get("text", "")) if answers else ""

    def texts(self, who: int) -> list[str]:
        """What the bot said in a chat, as it stands now."""
        bot = self.api.world.account.id
        found = [m for m in self.api.messages(who) if m["from"]["id"] == bot]
        return [m.get("text") or m["caption"] for m in found if m.get("text") or m.get("caption")]

    def last(self, who: int) -> str:
        return (self.texts(who) or [""])[-1]

    def sent_to(self, who: int) -> int:
        """How many messages the bot put into the chat, edits not counted."""
        return sum(call.method.lower().startswith("send") for call in self.api.transcript(chat_id=who))

    def read(self, work: Callable[[Session], T]) -> T:
        return self.db.read_now(work)

    def write(self, work: Callable[[Session], T]) -> T:
        return self.db.write_now(work)

    def actor(self, name: str) -> Actor:
        return self.read(lambda session: people.actor_of(session, session.get_one(Person, self.person_id(name))))

    def rows(self, table: Any, *where: Any) -> list[Any]:
        return self.read(lambda session: list(session.scalars(select(table).where(*where).order_by(table.id))))

    def key(self, number: str, agency: str, what: str = "2024Q1", plan_id: int | None = None) -> DueKey:
        def find(session: Session) -> DueKey:
            wanted = select(Task.id).where(Task.number == number, Task.plan_id == (plan_id or self.plan_id))
            agency_id = select(Agency.id).where(Agency.name == agency)
            return DueKey(session.scalars(wanted).one(), session.scalars(agency_id).one(), what)

        return self.read(find)

    def plan(self) -> Plan:
        return self.read(lambda session: session.get_one(Plan, self.plan_id))

    def dead(self) -> list[str]:
        """Reasons of messages that could not be made, and errors of updates that could not be handled."""
        outbox = self.read(lambda s: list(s.scalars(select(Outbox.reason).where(Outbox.state == "dead"))))
        inbox = self.read(lambda s: list(s.scalars(select(Inbox.error).where(Inbox.attempts > 0))))
        return [*outbox, *inbox]

    def newest_card(self, name: str, kind: str = "dues") -> Card:
        return self.rows(Card, Card.person_id == self.person_id(name), Card.kind == kind)[-1]


async def open_house(
    db: Database, home: Path, text: str = PLAN, cast: Iterable[RosterLine] = CAST, now: datetime | None = None
) -> Play:
    """A house with the plan under check and everybody entered, on 2 January 2024 at 08:00."""
    clock = MovableClock(now or at(1, 2, 8))
    api = BotApi(clock)
    play = Play(api, clock, db, direct_house(api, db, home), home)
    reading = read_plan("plan.txt", text.encode())
    lines = tuple(cast)
    play.plan_id, players = db.write_now(
        lambda s: set_up(s, "牵头办", ZONE.key, reading, ("plan.txt", text.encode()), lines, clock.now())
    )
    await play.house.announce()
    await enter(play.house, api, players, {})
    play.cast = {player.name: player for player in players}
    return play


def activate(play: Play, plan_id: int | None = None) -> None:
    play.write(lambda s: planning.activate(s, 1, plan_id or play.plan_id, "test", play.clock.now()).id)


def second_plan(play: Play, text: str, name: str = "second.txt") -> int:
    reading = read_plan(name, text.encode())
    document = (name, text.encode())
    return play.write(lambda s: planning.import_reading(s, 1, reading, document, "test", play.clock.now()).id)


def facts_of(db: Database, tables: Iterable[str] = FACTS) -> dict[str, str]:
    """A fingerprint of each table's rows."""

    def look(session: Session) -> dict[str, str]:
        found = {}
        for name in sorted(tables):
            table = Base.metadata.tables[name]
            rows = session.execute(select(table).order_by(*table.primary_key)).all()
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return found

    return db.read_now(look)
