"""A small house for one fault: six towns, the real process over HTTP, mornings a few seconds long."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import Position, Role
from bot.domain.reading import PlanReading
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi, Call
from bot.localchat.clock import MovableClock
from bot.localchat.standin import StandIn
from bot.stage import Player, press
from bot.texts.sentences import sentence
from storage.database import Database
from storage.tables import Base, Reminder
from tests.journeys.births import Forked
from tests.journeys.county import BEIJING, County, found
from tests.journeys.lives import Lives

ACTIVATED = datetime(2022, 3, 23, 15, 0, tzinfo=BEIJING)
FIRST = datetime(2022, 3, 24, 9, 0, 5, tzinfo=BEIJING)
AGAIN = sentence("sent_again", {}, "zh")
TOWNS = tuple("东西南北中上")
LINGER_SECONDS = 1.5
Row = TypeVar("Row", bound=Base)
T = TypeVar("T")


def plan_text(towns: tuple[str, ...] = TOWNS, deadline: str = "") -> str:
    """One task for each town; the first one's text may name a day."""
    lines = ["《清河县2022年沟渠管护工作计划》", "一、重点任务", "（一）管护沟渠"]
    for number, town in enumerate(towns, 1):
        lines.append(f"{number}.管护{town}渠")
        lines.append(f"{deadline if number == 1 else ''}对{town}渠开展清淤，建立台账。（{town}河镇人民政府牵头）")
    return "\n".join(lines)


def a_deputy(reading: PlanReading) -> tuple[RosterLine, ...]:
    """The first town has one."""
    return (RosterLine(90, reading.agencies[0], "周副手", Role.CONTACT, Position.DEPUTY, "13800000001"),)


@dataclass
class Case:
    """The house, its people's side, and the process that serves it."""

    api: BotApi
    county: County
    lives: Lives
    url: str | None
    seen: int = field(default=0)

    @property
    def contacts(self) -> tuple[Player, ...]:
        """The contacts of the towns, without the deputy."""
        return tuple(player for player in self.county.contacts if player.position is Position.CONTACT)

    @property
    def deputy(self) -> Player:
        return next(player for player in self.county.contacts if player.position is Position.DEPUTY)

    def up(self, at: datetime, **env: str) -> None:
        """The process starts; it is `at` o'clock."""
        self.api.clock.set(at)
        self.lives.env |= {"DUBAN_CLOCK_OFFSET": Lives.offset_to(at), **env}
        self.seen = len(self.api.calls)
        self.lives.start()
        self.lives.until_ready()

    def down(self) -> None:
        """It ends in good order."""
        assert self.lives.stop() == 0, self.lives.tail()

    def wait(self, done: Callable[[], object], seconds: float = 30.0) -> None:
        """Until something is so; the process must live."""
        assert self.lives.until(lambda: bool(done()), seconds), self.lives.tail()

    def linger(self, seconds: float = LINGER_SECONDS) -> None:
        """Time in which something superfluous would show."""
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > until, seconds + 5)

    def morning(self, at: datetime, sends: int) -> None:
        """Up, until so many messages were sent, and a moment more; then down."""
        self.up(at)
        self.wait(lambda: len(self.sent()) >= sends)
        self.linger()
        self.down()

    def sent(self, player: Player | None = None) -> list[Call]:
        """What was sent (not edits) since the process started, to somebody or to all."""
        calls = list(self.api.calls)[self.seen :]
        mine = [call for call in calls if call.method == "sendMessage" and call.ok]
        return [call for call in mine if player is None or int(call.params["chat_id"]) == player.user_id]

    def words(self, player: Player) -> list[str]:
        """Everything ever sent to somebody, as it was sent."""
        return [str(call.params["text"]) for call in self.api.transcript("sendMessage", player.user_id)]

    def rows(self, table: type[Row], *where: object) -> list[Row]:
        """Rows of the database; only while nobody runs, or on PostgreSQL."""
        return self.look(lambda session: list(session.scalars(select(table).where(*where))))  # type: ignore[arg-type]

    def look(self, work: Callable[[Session], T]) -> T:
        db = Database.open(self.url, Path(self.lives.env["DUBAN_HOME"]))
        try:
            return db.read_now(work)
        finally:
            db.close()

    def fates(self, what: str) -> set[tuple[str, str, str]]:
        """Rung, state and reason of the contacts' reminders of a due."""
        rows = self.rows(Reminder, Reminder.what == what, Reminder.audience == "contact")
        return {(row.rung, row.state, row.reason) for row in rows}

    def press(self, player: Player, action: str, arg: str | None = None) -> None:
        """Press the newest such button as soon as there is one."""
        self.wait(lambda: press(self.api, player.user_id, action, arg))

    @property
    def log(self) -> str:
        """What the process now running has said."""
        return self.lives.logs[-1].read_text(errors="replace")


def buttons(call: Call) -> list[str]:
    """The data under a message as it was sent."""
    keys = json.loads(call.params.get("reply_markup") or "{}").get("inline_keyboard", [])
    return [key.get("callback_data", "") for row in keys for key in row]


@contextmanager
def case(
    folder: Path,
    url: str | None = None,
    *,
    home: Path | None = None,
    text: str = "",
    activated: datetime = ACTIVATED,
    deputy: bool = False,
) -> Iterator[Case]:
    """A house nobody serves yet; nothing runs afterwards. Logs lie in `folder`, the database in `home` (or there)."""
    api = BotApi(MovableClock(activated, running=True))
    home = home or folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    county = found(url, home, api, activated, text or plan_text(), a_deputy if deputy else lambda _: ())
    with StandIn(api) as chat:
        env = {"DUBAN_TOKEN": api.token, "DUBAN_API_URL": chat.url, "DUBAN_HOME": str(home), "DUBAN_PROXY": ""}
        env |= {"DUBAN_DATABASE_URL": url or "", "DUBAN_TICK_SECONDS": "1"}
        it = Case(api, county, Lives(folder, env, launch=lambda *life: Forked(*life, {})), url)
        try:
            yield it
        finally:
            it.lives.close()
