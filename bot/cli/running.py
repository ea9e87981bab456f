"""`duban run` and `duban rehearse`: the running house, and a whole year in seconds."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bot import rehearsal
from bot.app import Duban
from bot.channel import redaction
from bot.channel.client import connect
from bot.cli.console import clock, clock_offset, opened, read_bytes
from bot.cli.stopping import until_stopped
from bot.demo.house import run_demo
from bot.domain.model import DubanError
from bot.intake.plan import read_plan
from bot.intake.rosters import read_roster
from bot.rehearsal import Behaviour, Rehearsal, Said
from bot.settings import Settings, load

log = logging.getLogger(__name__)


def run() -> None:
    """启动。没有 DUBAN_TOKEN 时打开内置聊天。/ Start; without DUBAN_TOKEN the built-in chat is opened."""
    settings = load()
    _log(settings)
    if settings.token.get_secret_value():
        until_stopped(_telegram())
    else:
        typer.echo("没有设置 DUBAN_TOKEN：打开内置聊天，用示例计划演示一整年。")
        until_stopped(run_demo(settings, typer.echo, datetime.now(settings.zone)))


async def _telegram() -> None:
    with opened() as (settings, db, _), db.lock:
        if clock_offset():
            log.warning("the clock is moved by DUBAN_CLOCK_OFFSET: %s", clock_offset())
        bot, identity = await connect(settings.token.get_secret_value(), settings.api_url, settings.proxy)
        house = Duban(db, bot, identity.bot_id, settings.home, clock, tick_seconds=settings.tick_seconds)
        await house.announce(identity.username)
        typer.echo(f"已连接 @{identity.username}，开始值守。")
        await house.run()


def _log(settings: Settings) -> None:
    """Readable lines on a terminal, JSON otherwise; the token never appears."""
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    shared: list[Any] = [
        structlog.processors.format_exc_info,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    redaction.install(settings.token.get_secret_value())


def rehearse(
    file: Annotated[Path, typer.Argument(help="计划文件 / the plan document")],
    year: Annotated[int | None, typer.Option(min=2000, max=2100, help="按哪一年演练 / the year to play")] = None,
    roster: Annotated[Path | None, typer.Option(help="通讯录 / roster file")] = None,
    json_: Annotated[bool, typer.Option("--json", help="每条消息一行 JSON / one object a line")] = False,
    behaviour: Annotated[Behaviour, typer.Option(help="silent prompt late vague difficult mixed")] = Behaviour.MIXED,
    seed: Annotated[int, typer.Option(help="随机种子 / random seed")] = 1,
) -> None:
    """几秒钟演练一整年，打印每条消息。/ Play a whole year in seconds and print every message."""
    data = read_bytes(file)
    reading = read_plan(file.name, data)
    lines = read_roster(roster.name, read_bytes(roster)) if roster else None
    played_year = year or reading.year
    if played_year is None:
        raise DubanError("year_missing")
    settings = load()
    said, summary = rehearsal.play(
        Rehearsal(reading, (file.name, data), played_year, lines, behaviour, seed, settings.zone)
    )
    for message in said:
        typer.echo(json.dumps(message.as_json(), ensure_ascii=False) if json_ else _readable(message))
    if not json_:
        typer.echo(summary)


def _readable(message: Said) -> str:
    items = "；".join(f"{item['task'] or ''} {item['what']} {item['rung']}" for item in message.items)
    to = message.to
    return f"── {message.at:%Y-%m-%d %H:%M}  {to['name']}（{to['role']}）  {message.kind}  {items}\n{message.text}\n"
