"""A small world built once, opened anew from a copy for every test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.demo import curtain, folder
from bot.demo.door import PanelDoor
from bot.demo.scene import Scene
from bot.localchat.server import build_app
from bot.settings import Settings
from storage.database import Database

TINY = """2024年巡河工作计划
一、重点任务
1.每周巡河
沿河巡查并记录问题，全年巡查不少于50次。（县水利局牵头，县城管局参与）
2.清理河岸垃圾
2024年6月底前清理完毕。（县城管局牵头）
"""
ROSTER = "单位,姓名,岗位,手机\n牵头办,赵一,牵头办,\n县领导,钱二,领导,\n县水利局,孙三,联络员,\n县城管局,李四,联络员,\n"
COORDINATOR, LEADER, WATER, TIDY = 1001, 1002, 1003, 1004
Opening = Callable[[], Awaitable[Scene]]


class Visitor:
    """Somebody with the panel open: the scene and a client to its addresses."""

    def __init__(self, scene: Scene, client: httpx.AsyncClient) -> None:
        self.scene, self.client = scene, client

    async def get(self, path: str, **query: object) -> dict[str, object]:
        answer = await self.client.get(f"/demo/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, **body: object) -> httpx.Response:
        return await self.client.post(f"/demo/{path}", json=body)


def settings_for(home: Path) -> Settings:
    return Settings(home=home, _env_file=None)


def tiny_script() -> curtain.Script:
    return curtain.script("巡河.txt", TINY.encode(), ("roster.csv", ROSTER.encode()))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh world in a folder, to be copied."""
    where = tmp_path_factory.mktemp("world") / folder.NAME
    where.mkdir()
    asyncio.run(curtain.build(where, settings_for(where.parent), tiny_script()))
    return where


@pytest.fixture
def world(built: Path, tmp_path: Path) -> Path:
    """A home with a fresh world in it; the world's folder."""
    where = tmp_path / "home" / folder.NAME
    shutil.copytree(built, where)
    return where


@asynccontextmanager
async def opened(where: Path) -> AsyncIterator[Visitor]:
    """The world in `where` on stage, and the panel's addresses."""
    db = Database.open(None, where, durable=False)
    try:
        scene = Scene(settings_for(where.parent), where, db, folder.read(where))
        await scene.open()
        app = build_app(scene.api, scene.mover, extension=PanelDoor(scene).extension())
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Visitor(scene, client)
        await scene.play.ended()
        scene.keeper.save()
    finally:
        db.close()
