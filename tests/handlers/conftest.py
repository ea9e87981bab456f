"""One lived-in house for all questions of rights: reports, requests, boards and old buttons lie about in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.services import entering
from storage.database import Database
from tests.services.stage_play import PLAN, ROADS, STRANGER, Play, activate, at, open_house

T = TypeVar("T")
GROUP = -100500


@dataclass
class Lived:
    """The house and the loop it lives in, so that plain test functions can let people act."""

    play: Play
    runner: asyncio.Runner

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def presses(self, pressed: Sequence[tuple[int, str, tuple[int, int] | None]]) -> list[str]:
        """Who presses what (and where, when not in the own chat), all at once; the notices shown, in any order."""
        api = self.play.api
        earlier = len(api.transcript("answerCallbackQuery"))
        for who, data, place in pressed:
            chat, message = place or (who, api.messages(who)[-1]["message_id"])
            api.user_presses(chat, message, data, by=who, unchecked=True)
        self.do(self.play.house.settle())
        return [str(call.params.get("text", "")) for call in api.transcript("answerCallbackQuery")[earlier:]]


@pytest.fixture(scope="module")
def lived(furnished_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """29 March 2024: both agencies were reminded, one has reported, one declines; the deputy has left."""
    home = tmp_path_factory.mktemp("lived")
    shutil.copy(furnished_file, home)
    db = Database.open(None, home, durable=False)
    with asyncio.Runner() as runner:
        yield Lived(runner.run(_live(db, home)), runner)
    db.close()


async def _live(db: Database, home: Path) -> Play:
    play = await open_house(db, home)
    boss, water, farms = play.user("王牵头"), play.user("李水利"), play.user("钱农业")
    await play.says(boss, "/plan")
    activate(play)
    await play.at(at(1, 2, 9))
    await play.taps(water, "sg")
    await play.taps(farms, "sg")
    await play.at(at(3, 29, 9))
    await play.says(water, "（一）1 已清理12处，完成80%")
    await play.taps(water, "wy")
    await play.says(farms, "（一）2 已排查23家，完成一半，进展顺利")
    await play.taps(farms, "wy")
    await play.says(water, "（二）2 不是我单位的")
    for words in ("/board", "/review", "/summary", "/calendar", "/policy", "/pause", "/people", "/behalf", "/manage"):
        await play.says(boss, words)
    await play.says(boss, "/preview")
    await play.says(water, "/why")
    await play.says(water, "/leave")
    await play.says(play.user("赵领导"), "/summary")
    await play.sends(boss, "修订稿.txt", PLAN.replace("方便巡查", "方便巡查和抢险").encode())
    await play.sends(boss, "通讯录.csv", "单位,姓名\n县火星局,孙某\n县木星局,何某\n".encode())
    await play.says(boss, "/roster")
    play.write(lambda s: entering.leave(s, play.actor("王牵头"), play.person_id("周副手"), play.clock.now()))
    play.api.add_user(STRANGER, "路人")
    await play.says(STRANGER, "你好")
    play.api.add_group(GROUP, "工作群", [boss, water, farms, STRANGER])
    await play.house.settle()
    assert play.dead() == []
    assert ROADS
    return play
