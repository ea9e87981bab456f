"""python-telegram-bot talks to the stand-in over real HTTP as it does to Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, ReplyKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.localchat.api import BotApi
from bot.localchat.faults import Fault
from bot.localchat.moving import Hooks
from bot.localchat.standin import StandIn
from tests.localchat.conftest import LI, START, WANG

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def chat(api: BotApi) -> Iterator[StandIn]:
    with StandIn(api) as chat:
        yield chat


@pytest.fixture
async def bot(chat: StandIn) -> AsyncIterator[Bot]:
    async with Bot(chat.api.token, base_url=chat.base_url, base_file_url=chat.base_file_url) as bot:
        yield bot


async def test_the_bot_knows_itself_and_a_wrong_token_is_refused(bot: Bot, chat: StandIn) -> None:
    assert (await bot.get_me()).username == "duban_local_bot"
    for token in ("1000001:wrong", "nonsense"):
        with pytest.raises(InvalidToken):
            async with Bot(token, base_url=chat.base_url):
                pass


async def test_a_card_is_sent_pressed_answered_and_edited_in_place(bot: Bot, api: BotApi) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("✅ 已完成", callback_data="1:done:7:0", style="success")]])
    sent = await bot.send_message(LI, "<b>第一季度</b>", parse_mode="HTML", reply_markup=keyboard)
    assert sent.date == START
    assert sent.entities[0].type == "bold"
    api.user_presses_label(LI, sent.message_id, "已完成")
    (update,) = await bot.get_updates(offset=2)
    assert update.callback_query is not None
    assert update.callback_query.data == "1:done:7:0"
    assert await update.callback_query.answer("已收到")
    edited = await update.callback_query.edit_message_text("✅ 已收到")
    assert edited.message_id == sent.message_id
    assert api.last_message(LI)["text"] == "✅ 已收到"
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_text("✅ 已收到", LI, sent.message_id)


async def test_a_reply_keyboard_reaches_the_person(bot: Bot, api: BotApi) -> None:
    await bot.send_message(LI, "菜单", reply_markup=ReplyKeyboardMarkup([["我的任务", "帮助"]], is_persistent=True))
    assert api.world.chats[LI].keyboard["keyboard"] == [[{"text": "我的任务"}, {"text": "帮助"}]]


async def test_a_long_poll_ends_as_soon_as_somebody_writes(bot: Bot, api: BotApi) -> None:
    poll = asyncio.create_task(bot.get_updates(offset=2, timeout=10))
    await asyncio.sleep(0.1)
    assert not poll.done()
    begin = time.monotonic()
    await asyncio.to_thread(api.user_sends, LI, "查了12家")
    (update,) = await poll
    assert time.monotonic() - begin < 1
    assert update.message is not None
    assert update.message.text == "查了12家"


async def test_of_two_pollers_the_earlier_is_told_to_stop(bot: Bot, chat: StandIn) -> None:
    first = asyncio.create_task(bot.get_updates(offset=2, timeout=10))
    await asyncio.sleep(0.1)
    async with Bot(bot.token, base_url=chat.base_url) as other:
        assert await other.get_updates(offset=2) == ()
    with pytest.raises(Conflict, match=r"(?i)terminated by other getUpdates request"):
        await first


async def test_a_document_goes_up_and_comes_down_and_is_sent_again_by_its_id(bot: Bot) -> None:
    sent = await bot.send_document(LI, b"ledger", filename="台账.xlsx", caption="第一季度")
    assert sent.document is not None
    assert sent.document.file_name == "台账.xlsx"
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"ledger"
    again = await bot.send_document(LI, sent.document.file_id)
    assert again.document == sent.document


async def test_photos_and_albums_arrive(bot: Bot) -> None:
    photo = await bot.send_photo(LI, PNG, caption="图")
    assert (photo.photo[0].width, photo.photo[0].height) == (1, 1)
    album = await bot.send_media_group(
        LI, [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", filename="b.txt")]
    )
    assert len({message.media_group_id for message in album}) == 1
    assert [message.document.file_name for message in album] == ["a.txt", "b.txt"]


async def test_pins_menus_actions_and_profiles_are_taken(bot: Bot, api: BotApi) -> None:
    sent = await bot.send_message(LI, "看板")
    assert await bot.pin_chat_message(LI, sent.message_id)
    assert api.world.chats[LI].pinned == [sent.message_id]
    assert await bot.unpin_chat_message(LI, sent.message_id)
    assert await bot.send_chat_action(LI, "upload_document")
    assert await bot.set_my_commands([("help", "帮助")])
    assert await bot.set_my_commands([("help", "Help")], language_code="en")
    assert [command.description for command in await bot.get_my_commands(language_code="en")] == ["Help"]
    assert (await bot.get_chat(LI)).first_name == "李明"
    assert (await bot.get_chat_member(LI, LI)).status == "member"
    assert await bot.set_my_description("督办")


async def test_refusals_arrive_as_the_right_errors(bot: Bot, api: BotApi) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(WANG, "好")
    api.block(LI)
    with pytest.raises(Forbidden):
        await bot.send_message(LI, "好")
    api.faults.add(Fault("sendMessage", "error", retry_after=7))
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(LI, "好")
    assert wait.value.retry_after in {7, timedelta(seconds=7)}


async def test_a_cut_wire_stores_the_message_or_not_as_ordered(bot: Bot, api: BotApi) -> None:
    api.faults.add(Fault("sendMessage", "drop_before"))
    api.faults.add(Fault("sendMessage", "drop_after"))
    for stored in (False, True):
        before = len(api.messages(LI))
        with pytest.raises(NetworkError):
            await bot.send_message(LI, "到了吗")
        assert len(api.messages(LI)) - before == stored
    assert (await bot.send_message(LI, "通了")).text == "通了"


async def test_a_slow_answer_times_out_although_the_message_is_stored(bot: Bot, api: BotApi) -> None:
    api.faults.add(Fault("sendMessage", "delay", seconds=0.5))
    with pytest.raises(TimedOut):
        await bot.send_message(LI, "慢", read_timeout=0.1)
    await asyncio.sleep(0.8)
    assert api.last_message(LI)["text"] == "慢"


async def test_parameters_come_by_query_form_or_json_alike(chat: StandIn) -> None:
    url = f"{chat.base_url}{chat.api.token}/sendMessage"
    params = {"chat_id": str(LI), "text": "好"}
    async with httpx.AsyncClient() as client:
        answers = [
            await client.get(url, params=params),
            await client.post(url, data=params),
            await client.post(url, json={"chat_id": LI, "text": "好"}),
            await client.post(url, data=params, files={"unused": b"x"}),
        ]
        bad = await client.post(url, content="{", headers={"content-type": "application/json"})
    assert [answer.json()["result"]["text"] for answer in answers] == ["好"] * 4
    assert bad.json()["description"] == "Bad Request: can't parse request"


async def test_people_act_through_the_control_door(chat: StandIn, api: BotApi) -> None:
    async with httpx.AsyncClient(base_url=f"{chat.url}/control/") as client:
        await client.post("users", json={"id": 13, "name": "赵强", "title": "分管领导", "start": "lead"})
        message = (await client.post("start", json={"chat": 13})).json()["message_id"]
        await client.post("edit", json={"chat": 13, "message_id": message, "text": "汇总"})
        upload = await client.post("upload", data={"chat": "13", "kind": "photo"}, files={"file": ("a.png", PNG)})
        refused = await client.post("press", json={"chat": 13, "message_id": message, "data": "x"})
        state = (await client.get("state")).json()
        file_id = state["messages"][-1]["photo"][0]["file_id"]
        picture = await client.get(f"file/{file_id}")
    assert upload.status_code == 200
    assert refused.json()["error"] == "no_such_button"
    assert picture.content == PNG
    assert [u["name"] for u in state["users"]] == ["李明", "王芳", "赵强"]
    pending = api.world.updates.pending
    assert pending[0]["message"]["text"] == "/start lead"
    assert pending[1]["edited_message"]["text"] == "汇总"


async def test_a_foreign_page_may_neither_read_nor_post(chat: StandIn) -> None:
    async with httpx.AsyncClient(base_url=chat.url) as client:
        body = {"chat": LI, "text": "伪造"}
        foreign = await client.post("/control/send", json=body, headers={"origin": "https://evil.example"})
        rebound = await client.get("/control/state", headers={"host": "evil.example"})
        own = await client.post("/control/send", json=body, headers={"origin": chat.url})
    assert [foreign.status_code, rebound.status_code, own.status_code] == [403, 403, 200]


async def test_the_clock_stops_at_everything_planned_on_the_way(api: BotApi) -> None:
    planned = [START + timedelta(hours=hours) for hours in (1, 5, 30)]
    stood: list[datetime] = []

    async def on_next() -> datetime | None:
        return next((when for when in planned if when > api.clock.now()), None)

    async def on_moved(now: datetime) -> None:
        stood.append(now)

    with StandIn(api, Hooks(on_next, on_moved)) as chat:
        async with httpx.AsyncClient(base_url=f"{chat.url}/control/clock/") as client:
            advanced = (await client.post("advance", json={"days": 1})).json()
            following = (await client.post("next", json={})).json()
            nothing = (await client.post("next", json={})).json()
            local = (await client.post("set", json={"to": "2022-04-08T09:00"})).json()
    assert stood == [planned[0], planned[1], START + timedelta(days=1), planned[2], datetime(2022, 4, 8, 1, tzinfo=UTC)]
    assert advanced["stops"] == 2
    assert (following["moved"], nothing["moved"]) == (True, False)
    assert local["now"] == "2022-04-08T09:00:00+08:00"


async def test_the_transcript_and_faults_are_served(chat: StandIn, bot: Bot) -> None:
    async with httpx.AsyncClient(base_url=f"{chat.url}/control/") as client:
        await client.post("faults", json={"method": "sendMessage", "kind": "error", "code": 502})
        with pytest.raises(NetworkError):
            await bot.send_message(LI, "一")
        await bot.send_message(LI, "二")
        calls = (await client.get("transcript", params={"method": "sendMessage"})).json()["calls"]
        assert [(call["params"]["text"], call["ok"]) for call in calls] == [("一", False), ("二", True)]
        assert (await client.get("faults")).json() == {"faults": []}
