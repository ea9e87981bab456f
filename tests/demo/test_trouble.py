"""Trouble on the way: full disks, crashes between two steps, moves that meet."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo import door, folder, house, playing
from bot.demo.journal import Journal
from bot.demo.scene import Scene
from bot.domain.model import DubanError
from bot.domain.story import StorySeen
from bot.localchat.alone import alone
from storage.database import Database
from tests.demo.conftest import opened, settings_for, tiny_script


async def test_a_step_of_the_play_that_waited_does_not_undo_a_person_s_move(world: Path) -> None:
    async with opened(world) as visitor:
        scene = visitor.scene
        far = scene.api.clock.now() + timedelta(days=40)
        moving = asyncio.create_task(scene.mover.to(far))
        await asyncio.sleep(0)
        await scene.mover.onward(timedelta(days=1))
        await moving
        assert scene.api.clock.now() > far


async def test_a_person_s_step_during_the_play_goes_on_from_where_the_play_is(world: Path) -> None:
    async with opened(world) as visitor:
        scene = visitor.scene
        far = scene.api.clock.now() + timedelta(days=40)
        playing = asyncio.create_task(scene.mover.to(far))
        await asyncio.sleep(0)
        answer = await visitor.client.post("/control/clock/advance", json={"days": 1})
        await playing
        assert datetime.fromisoformat(answer.json()["now"]) == far + timedelta(days=1)


async def test_a_second_process_on_one_home_is_refused_before_it_touches_anything(tmp_path: Path) -> None:
    with alone(tmp_path / folder.LOCK), pytest.raises(DubanError) as refused:
        await house.run_demo(settings_for(tmp_path), lambda _line: None, datetime.now(UTC))
    assert refused.value.code == "database_in_use"
    assert not (tmp_path / folder.NAME).exists()


def test_a_world_finished_before_the_crash_takes_its_place(world: Path) -> None:
    beside = world.with_name(f"{folder.NAME}.next")
    world.rename(beside)
    folder.finish_move(world)
    assert folder.exists(world)
    shutil.copytree(world, beside)
    (world / "mine").touch()
    folder.finish_move(world)
    assert (world / "mine").exists()


def test_a_half_built_world_does_not_take_the_place(world: Path) -> None:
    beside = world.with_name(f"{folder.NAME}.next")
    world.rename(beside)
    (beside / folder.MARK).unlink()
    folder.finish_move(world)
    assert not world.exists()


async def test_a_full_disk_at_the_start_moves_nothing_aside(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("bot.localchat.keeping.Keeper.save", full)
    with pytest.raises(DubanError) as refused:
        await house.run_demo(settings_for(world.parent), lambda _line: None, datetime.now(UTC))
    assert refused.value.code == "database_not_writable"
    assert folder.exists(world)


def test_two_worlds_moved_aside_in_one_second_get_two_names(tmp_path: Path) -> None:
    now, names = datetime.now(UTC), set()
    for _ in range(3):
        (tmp_path / folder.NAME).mkdir()
        names.add(folder.move_aside(tmp_path / folder.NAME, now))
    assert len(names) == 3


def test_a_line_of_the_story_that_did_not_fit_spoils_no_other(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Journal(world / folder.STORY)
    told.load()
    story = Journal(tmp_path / "story.jsonl")
    story.begin(StorySeen(), told.entries[:1])
    with monkeypatch.context() as patched:
        patched.setattr("bot.demo.journal._write", lambda file, line: file.write(line[:20]))
        with pytest.raises(OSError, match="fit"):
            story.tell(told.entries[:1], told.seen)
    assert story.last == 1
    story.tell(told.entries[:1], told.seen)
    again = Journal(tmp_path / "story.jsonl")
    again.load()
    assert (again.last, again.seen) == (2, told.seen)


async def test_the_panel_takes_no_endless_body_and_no_number_that_is_none(world: Path) -> None:
    wrong = (b"[]", b"[" * 100_000, b'{"x":"' + b"x" * (1 << 20) + b'"}', b'{"user_id":1e999,"days_per_second":1}',
             b'{"user_id":1,"days_per_second":' + b"9" * 400 + b"}")  # fmt: skip
    async with opened(world) as visitor:
        for path in ("play", "cast"):
            for body in wrong:
                answer = await visitor.client.post(f"/demo/{path}", content=body)
                if not (path == "cast" and body.endswith(b"9}")):
                    assert (answer.status_code, bool(answer.json()["text"])) == (400, True), (path, body[:40])
        huge = {"plan": ("p.txt", b"x" * (door._MOST_SENT + 1))}
        assert (await visitor.client.post("/demo/load", files=huge)).status_code == 400
        assert not visitor.scene.play.on


async def test_of_two_new_worlds_asked_for_at_once_the_first_takes_the_stage(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.curtain.sample_script", tiny_script)
    async with opened(world) as visitor:
        answers = await asyncio.gather(visitor.post("reset"), visitor.post("reset"))
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        fresh = await visitor.scene.leave
        assert folder.exists(fresh)


async def test_a_chat_whose_database_is_gone_counts_as_unreadable(world: Path) -> None:
    (world / "duban.sqlite3").unlink()
    db = Database.open(None, world, durable=False)
    db.prepare()
    try:
        with pytest.raises(ValueError, match="nobody"):
            await Scene(settings_for(world.parent), world, db, folder.read(world)).open()
    finally:
        db.close()


async def test_a_move_of_years_is_broken_off_when_the_world_is_left(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playing, "PATIENCE_SECONDS", 0.2)
    async with opened(world) as visitor:
        scene = visitor.scene
        endless = asyncio.Event()

        async def never_there(_by: timedelta) -> timedelta:
            await endless.wait()
            raise AssertionError("nobody sets it")

        monkeypatch.setattr(scene.mover, "onward", never_there)
        await scene.begin_playing(1)
        async with asyncio.timeout(5):
            await scene.play.ended()
        assert not scene.play.on
