"""Draining the outbox: nothing that is due now is left when it returns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from bot.channel.ledger import Claimed
from bot.channel.pacing import Pacer
from storage.database import Database
from tests.channel.fakes import Stage, until


class Slow:
    """A database whose answer "nothing to claim" comes only after `meanwhile`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.meanwhile: Callable[[], Any] = lambda: asyncio.sleep(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def write(self, work: Callable[[Session], Any]) -> Any:
        done = await self._db.write(work)
        if isinstance(done, Claimed) and not done.count:
            await self.meanwhile()
        return done


async def test_a_chat_freed_while_nothing_was_to_be_had_is_asked_again(database: Database) -> None:
    slow, arrived = Slow(database), asyncio.Event()
    stage = Stage.build(slow, Pacer(per_second=float("inf"), chat_gap=0, group_gap=0))  # type: ignore[arg-type]
    stage.owe("first", 1)
    stage.owe("second", 1)
    stage.wire.pause = arrived.wait

    async def land() -> None:
        arrived.set()
        await until(lambda: stage.states()["first"] == "sent")
        await until(lambda: not stage.sender._flights)

    slow.meanwhile = land
    assert await asyncio.wait_for(stage.sender.drain(), 5) == 2
    assert stage.wire.texts() == ["first", "second"]
