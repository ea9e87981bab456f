"""`duban run` without a token: opens what was kept, or a fresh world, and serves it until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo import curtain, folder
from bot.demo.door import PanelDoor
from bot.demo.scene import Scene
from bot.domain.model import DubanError
from bot.localchat import passwords
from bot.localchat.alone import alone
from bot.localchat.api import DEFAULT_TOKEN
from bot.localchat.server import serve
from bot.settings import Settings
from bot.texts.sentences import sentence
from storage.database import Database

_UNREADABLE = ("database_corrupt", "database_newer")


async def run_demo(settings: Settings, say: Callable[[str], None], now: datetime) -> None:
    """Serve until cancelled, going on where it stopped; `now` names what has to be moved aside.

    Raises DubanError port_taken, password_needed, password_short, folder_of_real_bot, database_in_use.
    """
    passwords.check(settings.host, settings.password.get_secret_value())
    where = settings.home / folder.NAME
    if settings.database_url:
        say(sentence("database_url_ignored", {}, "zh"))
    with alone(settings.home / folder.LOCK):
        folder.finish_move(where)
        if not folder.exists(where):
            await _fill(settings, where)
        announce: Callable[[str], None] | None = say
        while True:
            fresh = await _one_world(settings, where, say, announce, now)
            folder.put_in_place(fresh, where)
            announce = None


async def _fill(settings: Settings, where: Path) -> None:
    fresh = folder.fresh_one(where)
    await curtain.build(fresh, settings, await asyncio.to_thread(curtain.sample_script))
    folder.put_in_place(fresh, where)


async def _one_world(
    settings: Settings, where: Path, say: Callable[[str], None], announce: Callable[[str], None] | None, now: datetime
) -> Path:
    """Serve the world kept in `where` until another one is to take its place; returns where that is."""
    try:
        return await _opened(settings, where, announce)
    except _CannotReadError:
        aside = folder.move_aside(where, now)
        say(sentence("built_in_chat_moved_aside", {"where": str(aside)}, "zh"))
    await _fill(settings, where)
    return await _opened(settings, where, announce)


class _CannotReadError(Exception):
    """What is kept is of another version or damaged."""


async def _opened(settings: Settings, where: Path, announce: Callable[[str], None] | None) -> Path:
    db = await asyncio.to_thread(_database, where)
    try:
        with db.lock:
            scene = await _scene(settings, where, db)
            try:
                return await _serve(scene, announce)
            finally:
                async with scene.turn:
                    scene.keeper.save()
    finally:
        db.close()


def _database(where: Path) -> Database:
    db: Database | None = None
    try:
        db = Database.open(None, where, durable=False)
        db.prepare()
    except DubanError as error:
        if db is not None:
            db.close()
        if error.code in _UNREADABLE:
            raise _CannotReadError from error
        raise
    return db


async def _scene(settings: Settings, where: Path, db: Database) -> Scene:
    try:
        scene = Scene(settings, where, db, _secret(settings, where, folder.read(where)))
        await scene.open()
    except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError) as error:
        raise _CannotReadError from error
    except OSError as error:
        # A full disk says nothing against what is kept on it.
        raise DubanError("database_not_writable", where=str(where), reason=error.strerror or "") from error
    return scene


def _secret(settings: Settings, where: Path, kept: folder.Kept) -> folder.Kept:
    """Where others can reach the chat, the bot's token is one nobody knows; drawn when the password is new."""
    password = settings.password.get_secret_value()
    if not password or kept.token != DEFAULT_TOKEN:
        return kept
    fresh = replace(kept, token=passwords.token_for(password))
    folder.write(where, fresh)
    return fresh


async def _serve(scene: Scene, announce: Callable[[str], None] | None) -> Path:
    """The page, the bot's answers, and the wait for another world: whichever ends first ends the others."""
    settings = scene.settings

    def ready(port: int) -> None:
        if announce is not None:
            announce(sentence("open_in_browser", {"url": f"http://{settings.host}:{port}/"}, "zh"))

    serving = asyncio.create_task(_serve_page(scene, ready))
    attending = asyncio.create_task(scene.attend())
    parts: set[asyncio.Future[Any]] = {serving, attending, scene.leave}
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await scene.play.ended()
        for part in (attending, serving):
            part.cancel()
        ended = await asyncio.gather(attending, serving, return_exceptions=True)
    failed = next((error for error in ended if isinstance(error, Exception)), None)
    if failed is not None:
        raise failed
    return scene.leave.result()


async def _serve_page(scene: Scene, ready: Callable[[int], None]) -> None:
    settings = scene.settings
    try:
        await serve(
            scene.api,
            settings.host,
            settings.port,
            mover=scene.mover,
            zone=settings.zone,
            keeper=scene.keeper,
            extension=PanelDoor(scene).extension(),
            password=settings.password.get_secret_value(),
            ready=ready,
        )
    except OSError:
        raise DubanError("port_taken", host=settings.host, port=settings.port) from None
