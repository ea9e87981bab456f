"""A chat that was closed goes on where it was, and gives no id out twice."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.model import DubanError
from bot.localchat import keeping
from bot.localchat.alone import alone
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.keeping import Keeper
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, START, WANG


def reopened(folder: Path) -> BotApi:
    api = BotApi(MovableClock(datetime(2020, 1, 1, tzinfo=UTC)))
    assert Keeper(api, folder).load()
    return api


def test_people_messages_files_menus_and_the_clock_are_as_before(
    api: BotApi, ok, clock: MovableClock, tmp_path: Path
) -> None:
    ok("setMyCommands", commands=[{"command": "help", "description": "帮助"}], language_code="en")
    ok("sendMessage", chat_id=LI, text="<b>卡</b>", parse_mode="HTML", reply_markup={"keyboard": [["帮助"]]})
    document = ok("sendDocument", {"document": UploadedFile("a.txt", b"x")}, chat_id=LI)["document"]
    ok("setMessageReaction", chat_id=LI, message_id=1, reaction=[{"type": "emoji", "emoji": "👌"}])
    api.add_group(-7, "工作群", [LI, WANG])
    clock.advance(timedelta(days=3))
    Keeper(api, tmp_path).save()
    again = reopened(tmp_path)
    assert again.messages(LI) == api.messages(LI)
    assert again.world.chats[-7].members == {LI, WANG}
    assert again.world.chats[LI].keyboard == api.world.chats[LI].keyboard
    assert again.world.account.commands == api.world.account.commands
    assert again.file_by_id(document["file_id"]) == api.file_by_id(document["file_id"])
    assert again.clock.now() == START + timedelta(days=3)


def test_waiting_updates_are_still_there_and_ids_go_on_after_a_gap(api: BotApi, tmp_path: Path) -> None:
    api.user_sends(LI, "还在吗")
    Keeper(api, tmp_path).save()
    lost = api.user_sends(LI, "没来得及保存")
    again = reopened(tmp_path)
    assert again.user_sends(LI, "后来的话") > lost
    updates = again.call("getUpdates", {})["result"]
    assert [update["message"]["text"] for update in updates] == ["还在吗", "后来的话"]
    assert updates[1]["update_id"] > api.world.updates.next_id


def test_nothing_kept_is_no_error_and_a_foreign_version_is_one(api: BotApi, tmp_path: Path) -> None:
    assert not Keeper(api, tmp_path / "empty").load()
    (tmp_path / "chat.json").write_text('{"version": 99}')
    with pytest.raises(ValueError, match="another version"):
        Keeper(api, tmp_path).load()


def test_a_chat_kept_before_reading_was_noted_still_opens(api: BotApi, tmp_path: Path) -> None:
    Keeper(api, tmp_path).save()
    path = tmp_path / "chat.json"
    state = json.loads(path.read_text())
    for chat in state["chats"]:
        del chat["read_to"]
    for person in state["people"]:
        del person["phone"]
    path.write_text(json.dumps(state))
    assert reopened(tmp_path).unread(LI) == api.unread(LI)


async def test_what_a_full_disk_refused_is_kept_as_soon_as_there_is_room(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SAVE_SECONDS", 0.01)
    folder = tmp_path / "chat"
    folder.write_text("in the way")
    task = asyncio.create_task(Keeper(api, folder).keep())
    await asyncio.sleep(0.05)
    folder.unlink()
    async with asyncio.timeout(5):
        while not (folder / "chat.json").exists():  # noqa: ASYNC110  (a file tells nobody)
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert reopened(folder).messages(LI) == api.messages(LI)


def test_a_file_cut_short_by_a_crash_is_written_again(api: BotApi, ok, tmp_path: Path) -> None:
    sent = ok("sendDocument", {"document": UploadedFile("a.txt", b"whole")}, chat_id=LI)["document"]["file_id"]
    (tmp_path / f"{sent}.new").write_bytes(b"wh")
    Keeper(api, tmp_path).save()
    kept = reopened(tmp_path).file_by_id(sent)
    assert kept is not None
    assert kept.content == b"whole"
    (tmp_path / sent).unlink()
    with pytest.raises(ValueError, match="missing"):
        reopened(tmp_path)


def test_a_folder_has_one_keeper_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path / "chats" / "chat.lock"):
        with pytest.raises(DubanError) as refused, alone(tmp_path / "chats" / "chat.lock"):
            pass
        assert refused.value.code == "database_in_use"
    with alone(tmp_path / "chats" / "chat.lock"):
        pass
