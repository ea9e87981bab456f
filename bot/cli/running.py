"""`duban run` and `duban rehearse`: the running house, and a whole year in seconds."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import secrets
import socket
import sys
import time
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bot import rehearsal
from bot.app import HOUSE, Duban, Hook, Part
from bot.channel import redaction
from bot.channel.client import connect
from bot.channel.clockguard import ClockGuard
from bot.channel.webhook import secret_of
from bot.cli.console import clock, clock_offset, opened, read_bytes
from bot.cli.stopping import until_stopped
from bot.demo.house import run_demo
from bot.domain.model import DubanError
from bot.intake.plan import read_plan
from bot.intake.rosters import read_roster
from bot.rehearsal import Behaviour, Rehearsal, Said
from bot.settings import Settings, load
from storage.database import Database
from storage.leases import Standing

log = logging.getLogger(__name__)

PREPARE_SECONDS = 60.0


def run(
    role: Annotated[Part, typer.Option(help="这个进程做什么（PostgreSQL） / what this process does")] = Part.ALL,
) -> None:
    """启动。没有 DUBAN_TOKEN 时打开内置聊天。/ Start; without DUBAN_TOKEN the built-in chat is opened."""
    settings = load()
    _log(settings)
    _check(settings, role)
    if settings.token.get_secret_value():
        until_stopped(_telegram(role))
    else:
        typer.echo("没有设置 DUBAN_TOKEN：打开内置聊天，用示例计划演示一整年。")
        until_stopped(run_demo(settings, typer.echo, datetime.now(settings.zone)))


def _check(settings: Settings, role: Part) -> None:
    if role is not Part.ALL and not (settings.token.get_secret_value() and settings.database_url):
        raise DubanError("role_needs_postgresql", role=role.value)
    if role is Part.WEB and not settings.webhook_url:
        raise DubanError("role_needs_webhook")


async def _telegram(role: Part) -> None:
    await asyncio.to_thread(_prepare, load())
    with opened() as (settings, db, _):
        if role is not Part.ALL and db.file is not None:
            raise DubanError("role_needs_postgresql", role=role.value)
        # On PostgreSQL processes share the database; a place among them takes the lock's.
        with db.lock if db.file else nullcontext():
            await _at_work(settings, db, role)


def _prepare(settings: Settings) -> None:
    """Of several processes started together one brings the schema up to date, the others wait for it."""
    if not settings.database_url.startswith("postgres"):
        return
    until = time.monotonic() + PREPARE_SECONDS
    db = Database.open(settings.database_url, settings.home)
    try:
        while not _is_prepared(db, last=time.monotonic() > until):
            time.sleep(0.2)
    finally:
        db.close()


def _is_prepared(db: Database, *, last: bool) -> bool:
    """Bring the schema up to date; False while another process is at it, which the `last` time is a refusal."""
    try:
        db.prepare()
    except DubanError as error:
        if error.code != "database_in_use" or last:
            raise
        return False
    return True


async def _at_work(settings: Settings, db: Database, role: Part) -> None:
    if clock_offset():
        log.warning("the clock is moved by DUBAN_CLOCK_OFFSET: %s", clock_offset())
    token = settings.token.get_secret_value()
    guard = ClockGuard() if settings.clock_check else None
    bot, identity = await connect(token, settings.api_url, settings.proxy, guard.heard if guard else None)
    name = HOUSE if db.file else _name()
    house = Duban(
        db,
        bot,
        identity.bot_id,
        settings.home,
        clock,
        tick_seconds=settings.tick_seconds,
        part=role,
        name=name,
        standing=None if db.file else await _joined(db, name),
        guard=guard,
        hook=_hook(settings),
    )
    await house.announce(identity.username)
    typer.echo(f"已连接 @{identity.username}，开始值守。" + ("" if db.file else f"（{role.value}，{name}）"))
    await house.run()


async def _joined(db: Database, name: str) -> Standing:
    """A place among the processes; whoever holds the database for a moment (a check, an upgrade) is waited for."""
    standing = db.standing(name)
    until = time.monotonic() + PREPARE_SECONDS
    while True:
        try:
            await standing.beat()
        except DubanError as error:
            if error.code != "database_in_use" or time.monotonic() > until:
                standing.close()
                raise
        else:
            return standing
        await asyncio.sleep(0.2)


def _name() -> str:
    """What this process is called among others: where it runs, its number, and something no successor will have."""
    host = re.sub(r"[^A-Za-z0-9.-]", "", socket.gethostname())
    return f"{host[:16]}-{os.getpid()}-{secrets.token_hex(3)}"


def _hook(settings: Settings) -> Hook | None:
    if not settings.webhook_url:
        return None
    secret = settings.webhook_secret.get_secret_value() or secret_of(settings.token.get_secret_value())
    redaction.install(secret)
    return Hook(settings.webhook_url, secret, settings.host, settings.port)


def _log(settings: Settings) -> None:
    """Readable lines on a terminal, JSON otherwise; the token never appears."""
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    shared: list[Any] = [
        _traceback,
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
    for noisy in ("httpx", "httpcore", "alembic", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    redaction.install(settings.token.get_secret_value())


def _traceback(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The traceback as the redacting filter has left it on the record: its formatter would drop it."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.exc_text:
        event["exception"] = record.exc_text
    return event


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
