"""The world goes on where it stopped, after a stop and after a crash; what cannot be read is kept aside."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.demo import curtain, folder, house
from bot.domain.model import DubanError
from bot.settings import Settings
from storage.database import Database
from tests.demo.conftest import COORDINATOR, WATER, opened, settings_for, tiny_script

DATABASE = "duban.sqlite3"
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


async def test_after_a_stop_everything_stands_as_it_stood(world: Path) -> None:
    async with opened(world) as visitor:
        await visitor.scene.begin_playing(1)
        await visitor.scene.play.ended()
        await visitor.scene.mover.to(visitor.scene.house.now() + timedelta(days=1))
        before = await visitor.get("state", language="zh")
        clock, texts = visitor.scene.house.now(), [m["text"] for m in visitor.scene.api.messages(WATER)]
    async with opened(world) as visitor:
        assert visitor.scene.house.now() == clock
        assert [m["text"] for m in visitor.scene.api.messages(WATER)] == texts
        after = await visitor.get("state", language="zh")
        assert {**after, "board": None} == {**before, "board": None}
        visitor.scene.api.user_sends(COORDINATOR, "看板")
        await visitor.scene.settle()
        assert visitor.scene.journal.entries[-1].kind == "board_shown"


async def test_a_command_with_its_stroke_is_answered_in_a_world_taken_up_again(world: Path) -> None:
    async with opened(world) as visitor:
        visitor.scene.api.user_sends(COORDINATOR, "/plan")
        await visitor.scene.settle()
        assert "2024年巡河工作计划" in visitor.scene.api.messages(COORDINATOR)[-1]["text"]


async def test_after_a_crash_the_clock_is_not_behind_and_lost_messages_are_shown_again(world: Path) -> None:
    async with opened(world) as visitor:
        saved = json.loads((world / folder.CHAT / "chat.json").read_text())
        await visitor.scene.begin_playing(1)
        await visitor.scene.play.ended()
        await visitor.scene.mover.to(visitor.scene.house.now() + timedelta(hours=1))
        clock = visitor.scene.house.now()
        told = visitor.scene.journal.last
        texts = [m["text"] for m in visitor.scene.api.messages(WATER)]
    # As if the process had died before the chat was saved again.
    (world / folder.CHAT / "chat.json").write_text(json.dumps(saved))
    async with opened(world) as visitor:
        assert visitor.scene.house.now() >= clock - timedelta(minutes=41)
        shown = [m["text"] for m in visitor.scene.api.messages(WATER)]
        assert texts[-1] in shown
        assert visitor.scene.journal.last >= told
        ids = [m["message_id"] for m in visitor.scene.api.messages(WATER)]
        assert len(set(ids)) == len(ids)
        card = next(m for m in visitor.scene.api.messages(WATER) if m["text"] == texts[-1])
        signing = card["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        visitor.scene.api.user_presses(WATER, card["message_id"], signing)
        await visitor.scene.settle()
        answered = next(m for m in visitor.scene.api.messages(WATER) if m["message_id"] == card["message_id"])
        assert signing not in str(answered.get("reply_markup"))


async def test_a_story_line_cut_short_by_a_crash_is_told_again(world: Path) -> None:
    async with opened(world) as visitor:
        visitor.scene.api.user_sends(COORDINATOR, "计划")
        await visitor.scene.settle()
        whole = visitor.scene.journal.entries
    path = world / folder.STORY
    path.write_bytes(path.read_bytes()[:-25])
    async with opened(world) as visitor:
        assert [entry.kind for entry in visitor.scene.journal.entries] == [entry.kind for entry in whole]


async def _served(settings: Settings, until: Callable[[httpx.AsyncClient], object]) -> list[str]:
    """Serve the real way on a free port until `until` is done; what was said on the terminal."""
    said: list[str] = []
    port: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def say(line: str) -> None:
        said.append(line)
        if "http://" in line and not port.done():
            port.set_result(line[line.index("http://") :].split("/　")[0])

    serving = asyncio.create_task(house.run_demo(settings, say, NOW))
    waiting = asyncio.ensure_future(port)
    await asyncio.wait({serving, waiting}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            await serving
        async with httpx.AsyncClient(base_url=port.result(), trust_env=False, timeout=10) as client:
            await until(client)  # type: ignore[misc]
    finally:
        serving.cancel()
        await asyncio.gather(serving, waiting, return_exceptions=True)
    return said


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small plan in the sample's place."""
    monkeypatch.setattr(curtain, "sample_script", tiny_script)


@pytest.mark.parametrize(
    "damage",
    [
        "half a chat",
        "a broken database",
        pytest.param("another version", marks=pytest.mark.slow),
        pytest.param("no chat", marks=pytest.mark.slow),
    ],
)
@pytest.mark.usefixtures("tiny")
async def test_what_cannot_be_read_is_moved_aside_and_a_new_world_begins(world: Path, damage: str) -> None:
    spoiled = {
        "half a chat": lambda: (world / folder.CHAT / "chat.json").write_text('{"version": 1, "now'),
        "another version": lambda: (world / folder.MARK).write_text('{"version": 99}'),
        "a broken database": lambda: (world / DATABASE).write_bytes(b"not a database at all" * 100),
        "no chat": lambda: shutil.rmtree(world / folder.CHAT),
    }
    spoiled[damage]()
    settings = settings_for(world.parent).model_copy(update={"port": 0})
    found: dict[str, object] = {}

    async def look(client: httpx.AsyncClient) -> None:
        found.update((await client.get("/demo/state")).json())

    said = await _served(settings, look)
    aside = world.parent / f"{folder.NAME}-20260501-120000"
    assert aside.is_dir()
    assert any(str(aside) in line for line in said)
    assert found["plan"]["state"] == "draft"  # type: ignore[index]


@pytest.mark.usefixtures("tiny")
async def test_a_reset_serves_the_first_morning_again_and_the_page_can_tell(world: Path) -> None:
    settings = settings_for(world.parent).model_copy(update={"port": 0, "database_url": "postgresql://nowhere/x"})
    settings = settings.model_copy(update={"port": _free_port()})

    async def act(client: httpx.AsyncClient) -> None:
        await client.post("/demo/play", json={"days_per_second": 60})
        await asyncio.sleep(0.3)
        before = (await client.get("/control/state")).json()
        assert before["panel"] == "/demo/panel.js"
        assert (await client.post("/demo/reset", json={})).status_code == 200
        after = await _until_other(client, before["revision"])
        assert after["revision"] < before["revision"]
        assert after["clock"]["now"] == "2024-01-02T08:40:00+08:00"
        assert (await client.get("/demo/state")).json()["plan"]["state"] == "draft"

    said = await _served(settings, act)
    assert len([line for line in said if "http://" in line]) == 1
    assert any("DUBAN_DATABASE_URL" in line for line in said)
    assert {path.name for path in world.parent.iterdir()} == {folder.NAME, folder.LOCK}


async def _until_other(client: httpx.AsyncClient, revision: int) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    gone = None
    while True:
        try:
            state = (await client.get("/control/state")).json()
            if state["revision"] < revision:
                assert gone is None or loop.time() - gone < 2.0
                return state
        except httpx.HTTPError:
            gone = gone or loop.time()
        await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.usefixtures("tiny")
async def test_with_a_password_the_bot_s_token_is_one_nobody_knows_and_stays(world: Path) -> None:
    settings = Settings(home=world.parent, port=0, password="long enough", _env_file=None)
    tokens: list[str] = []

    async def look(client: httpx.AsyncClient) -> None:
        assert (await client.get("/demo/state")).status_code in (302, 303, 401, 403)
        tokens.append(folder.read(world).token)

    await _served(settings, look)
    await _served(settings, look)
    assert tokens[0] == tokens[1]
    assert "no-secret" not in tokens[0]


@pytest.mark.usefixtures("tiny")
async def test_the_demo_leaves_other_data_alone(tmp_path: Path) -> None:
    strange = tmp_path / folder.NAME
    strange.mkdir()
    (strange / DATABASE).write_bytes(b"somebody's work")
    with pytest.raises(DubanError) as refused:
        await house.run_demo(settings_for(tmp_path), print, NOW)
    assert refused.value.code == "folder_of_real_bot"
    assert (strange / DATABASE).read_bytes() == b"somebody's work"


def test_the_real_bot_keeps_out_of_the_built_in_chat_s_folder_and_database(built: Path, tmp_path: Path) -> None:
    with pytest.raises(DubanError) as refused:
        folder.refuse_marked_folder(built)
    assert refused.value.code == "data_of_built_in_chat"
    copied = tmp_path / DATABASE
    shutil.copy(built / DATABASE, copied)
    db = Database.open(None, tmp_path, durable=False)
    try:
        with pytest.raises(DubanError) as refused:
            folder.refuse_marked_database(db)
    finally:
        db.close()
    assert refused.value.code == "data_of_built_in_chat"
    folder.refuse_marked_folder(tmp_path)
