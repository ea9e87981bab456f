"""The house behind the built-in chat: sample plan, cast that has entered, clock standing on the first morning."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.app import Duban
from bot.channel.client import build_bot
from bot.channel.pacing import Pacer
from bot.domain.model import DubanError, Position, Role
from bot.intake.plan import read_plan
from bot.intake.rosters import read_roster
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.moving import Hooks, Mover
from bot.localchat.server import serve
from bot.settings import Settings
from bot.stage import Player, direct_house, enter, set_up
from storage.database import Database

PLAN, ROSTER = "plan.txt", "roster.csv"
_PLACES = {
    Position.CONTACT: "联络员",
    Position.DEPUTY: "AB角",
    Position.HEAD: "负责人",
}


async def run_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until cancelled. Every start begins the year anew, in a folder of its own beside the real data."""
    home = settings.home / "built-in-chat"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    db = Database.open(None, home, durable=False)
    try:
        with db.lock:
            db.prepare()
            await _serve(settings, db, home, say)
    finally:
        db.close()


async def _serve(settings: Settings, db: Database, home: Path, say: Callable[[str], None]) -> None:
    clock = MovableClock(datetime(2022, 1, 4, 8, 40, tzinfo=settings.zone))
    api = BotApi(clock)
    bot = build_bot(api.token, f"http://{settings.host}:{settings.port}")
    house = Duban(
        db,
        bot,
        int(api.token.split(":", 1)[0]),
        home,
        clock.now,
        pacer=Pacer(per_second=1000, chat_gap=0.0, group_gap=0.0),
        long_poll_seconds=10,
    )

    async def moved(_now: datetime) -> None:
        await house.tick()
        await house.sender.drain()

    async def upcoming() -> datetime | None:
        await house.tick()
        return await house.next_moment()

    await _raise_curtain(settings, direct_house(api, db, home), api)
    async with asyncio.TaskGroup() as group:
        group.create_task(_serve_page(settings, api, Mover(api, Hooks(upcoming, moved))))
        await _until_listening(settings)
        await bot.initialize()
        running = group.create_task(house.run())
        say(f"http://{settings.host}:{settings.port}/")
        await running


async def _serve_page(settings: Settings, api: BotApi, mover: Mover) -> None:
    try:
        await serve(api, settings.host, settings.port, mover=mover, zone=settings.zone)
    except OSError:
        raise DubanError("port_taken", host=settings.host, port=settings.port) from None


async def _until_listening(settings: Settings) -> None:
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise DubanError("port_taken", host=settings.host, port=settings.port)


async def _raise_curtain(settings: Settings, house: Duban, api: BotApi) -> None:
    """The sample plan waits for 启用; everybody of the cast has entered."""
    plan_data, roster_data = _sample(PLAN), _sample(ROSTER)
    reading = await asyncio.to_thread(read_plan, PLAN, plan_data)
    lines = await asyncio.to_thread(read_roster, ROSTER, roster_data)
    now = house.now()
    _, players = await house.db.write(
        lambda session: set_up(
            session, settings.office, settings.timezone, reading, ("2022年度工作计划.txt", plan_data), lines, now
        )
    )
    await house.announce()
    await enter(house, api, players, {player.user_id: title_of(player) for player in players})


def _sample(name: str) -> bytes:
    return (resources.files("bot.localchat") / "sample" / name).read_bytes()


def title_of(player: Player) -> str:
    """What the page shows beside a name: 联络员·县财政局."""
    if player.role is Role.COORDINATOR:
        return "牵头办"
    if player.role is Role.LEADER:
        return "领导"
    return f"{_PLACES[player.position]}·{player.agency}"
