"""A county of two hundred towns: its plan, its people bound to accounts, and everything sent so far at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.model import Role
from bot.domain.reading import PlanReading
from bot.intake.plan import read_plan
from bot.intake.rosters import RosterLine
from bot.localchat.api import BotApi
from bot.services import planning
from bot.stage import Player, default_roster, set_up
from storage.database import Database
from storage.tables import Person

BEIJING = ZoneInfo("Asia/Shanghai")
TOWNS = 200
FIRST = "东南西北上下前后高平长青白红金石沙林松竹"
SECOND = "山河湖岭坪塘桥庄湾坝"
NUMERALS = "一二三四五六七八九十"


def plan_text() -> str:
    """Two hundred tasks in ten sections, each led by a town of its own."""
    towns = [first + second for first in FIRST for second in SECOND]
    lines = ["《清河县2022年河道整治工作计划》", "一、重点任务"]
    for number, town in enumerate(towns[:TOWNS]):
        if number % 20 == 0:
            lines.append(f"（{NUMERALS[number // 20]}）第{number // 20 + 1}片区整治")
        lines.append(f"{number % 20 + 1}.整治{town}河段")
        lines.append(f"对{town}河段开展清理整治，建立台账，加强日常巡查。（{town}镇人民政府牵头）")
    return "\n".join(lines)


@dataclass(frozen=True)
class County:
    """Who is who: contacts by agency, and the office's own two."""

    contacts: tuple[Player, ...]
    coordinator: Player
    leader: Player


def found(
    url: str | None,
    home: Path,
    api: BotApi,
    activated_at: datetime,
    text: str = "",
    more: Callable[[PlanReading], tuple[RosterLine, ...]] = lambda _: (),
) -> County:
    """Lay the database out: plan active since `activated_at`, everybody entered, nobody told anything yet.

    Another plan's `text` makes a smaller county; `more` people may belong to its agencies.
    """
    data = (text or plan_text()).encode()
    reading = read_plan("plan.txt", data)
    assert text or len(reading.agencies) == len(reading.tasks) == TOWNS

    def work(session: Session) -> tuple[Player, ...]:
        lines = (*default_roster(reading), *more(reading))
        plan_id, players = set_up(session, "牵头办", "Asia/Shanghai", reading, ("plan.txt", data), lines, activated_at)
        for player in players:
            person = session.get_one(Person, player.person_id)
            person.user_id = person.chat_id = player.user_id
        planning.activate(session, 1, plan_id, "test", activated_at)
        return players

    db = Database.open(url, home)
    try:
        db.prepare()
        players = db.write_now(work)
    finally:
        db.close()
    for player in players:
        api.add_user(player.user_id, player.name)
        api.world.chat(player.user_id).started = True
    by_role = {role: [player for player in players if player.role is role] for role in Role}
    return County(tuple(by_role[Role.CONTACT]), by_role[Role.COORDINATOR][0], by_role[Role.LEADER][0])
