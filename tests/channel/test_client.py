"""The client against the strict stand-in, over real HTTP: what arrives in the chat, and what a refusal leads to."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.channel.client import Client, build_bot
from bot.channel.errors import Kind, classify
from bot.channel.markup import TEXT_LIMIT, Dress, clipped
from bot.domain.model import DubanError
from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.faults import Fault
from bot.localchat.params import UploadedFile
from bot.localchat.standin import StandIn
from bot.texts.message import Attachment, Button, Message

ANN = 501
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def standin() -> Iterator[tuple[BotApi, str]]:
    api = BotApi(MovableClock(datetime(2022, 4, 8, 1, 0, tzinfo=UTC)))
    with StandIn(api) as chat:
        yield api, chat.url


@pytest.fixture
def api(standin: tuple[BotApi, str]) -> Iterator[BotApi]:
    api, _ = standin
    if ANN not in api.world.people:
        api.add_user(ANN, "安")
        api.user_starts(ANN)
    api.calls.clear()
    yield api
    api.faults.clear()


@pytest_asyncio.fixture
async def client(standin: tuple[BotApi, str], api: BotApi) -> AsyncIterator[Client]:
    client = Client(build_bot(api.token, standin[1]))
    yield client
    await client.close()


def refuse(api: BotApi, description: str, method: str = "sendMessage", code: int = 400, count: int = 1) -> None:
    api.faults.add(Fault(method, "error", count=count, code=code, description=description))


async def test_text_with_buttons_arrives_and_is_edited_in_place(api: BotApi, client: Client) -> None:
    buttons = ((Button("✅已完成", "1:done:4:1", style="success"), Button("看原文", url="https://example.org/a")),)
    sent = await client.deliver(ANN, Message("<b>任务</b>（一）1 &amp; 更多", buttons))
    shown = api.last_message(ANN)
    assert (shown["message_id"], shown["text"], sent.is_photo) == (sent.message_id, "任务（一）1 & 更多", False)
    row = shown["reply_markup"]["inline_keyboard"][0]
    assert [(b["text"], b.get("callback_data"), b.get("url"), b.get("style")) for b in row] == [
        ("✅已完成", "1:done:4:1", None, "success"),
        ("看原文", None, "https://example.org/a", None),
    ]
    edited = await client.deliver(ANN, Message("已收到"), sent.message_id)
    shown = api.last_message(ANN)
    assert (edited.message_id, shown["text"]) == (sent.message_id, "已收到")
    assert not shown.get("reply_markup", {}).get("inline_keyboard")


async def test_an_edit_that_changes_nothing_is_no_reason_to_take_the_buttons_away(api: BotApi, client: Client) -> None:
    """Telegram's words for it speak of the reply markup."""
    message = Message("<b>任务</b>", ((Button("看原文", "1:or:4:1"),),))
    sent = await client.deliver(ANN, message)
    with pytest.raises(BadRequest) as refused:
        await client.deliver(ANN, message, sent.message_id)
    assert classify(refused.value).kind is Kind.UNCHANGED
    assert api.last_message(ANN)["reply_markup"]["inline_keyboard"]
    assert "<b>" not in api.last_message(ANN)["text"] and api.last_message(ANN)["entities"]


async def test_a_fixed_keyboard_a_prompt_and_a_pin_go_with_a_message(api: BotApi, client: Client) -> None:
    await client.deliver(ANN, Message("菜单", keyboard=(("汇总", "我的任务"), ("帮助",))))
    assert [[key["text"] for key in row] for row in sent_markup(api)["keyboard"]] == [["汇总", "我的任务"], ["帮助"]]
    await client.deliver(ANN, Message("请说明", placeholder="进展…"))
    assert sent_markup(api) == {"force_reply": True, "input_field_placeholder": "进展…"}
    await client.deliver(ANN, Message("去掉键盘", keyboard=()))
    assert sent_markup(api)["remove_keyboard"] is True
    sent = await client.deliver(ANN, Message("看板", pin=True, silent=True))
    assert api.transcript("pinChatMessage")[-1].params["message_id"] in (sent.message_id, str(sent.message_id))
    assert api.transcript("sendMessage")[-1].params["disable_notification"] in (True, "true")


def sent_markup(api: BotApi) -> dict[str, object]:
    found = api.transcript("sendMessage")[-1].params["reply_markup"]
    return json.loads(found) if isinstance(found, str) else found


async def test_a_pin_that_is_refused_does_not_undo_the_message(api: BotApi, client: Client) -> None:
    refuse(api, "Bad Request: not enough rights to pin a message", "pinChatMessage")
    sent = await client.deliver(ANN, Message("看板", pin=True))
    assert api.last_message(ANN)["message_id"] == sent.message_id


async def test_a_picture_and_a_file_arrive_with_their_words(api: BotApi, client: Client) -> None:
    picture = await client.deliver(ANN, Message("<b>汇总</b>", attachment=Attachment("a.png", PNG, True)))
    shown = api.last_message(ANN)
    assert picture.is_photo
    assert shown["photo"]
    assert shown["caption"] == "汇总"
    file = await client.deliver(ANN, Message("台账", attachment=Attachment("台账.xlsx", b"PK-data", False)))
    shown = api.last_message(ANN)
    assert not file.is_photo
    assert shown["document"]["file_name"] == "台账.xlsx"
    assert await client.download(shown["document"]["file_id"]) == b"PK-data"


async def test_a_picture_is_exchanged_in_place(api: BotApi, client: Client) -> None:
    sent = await client.deliver(ANN, Message("一", attachment=Attachment("a.png", PNG, True)))
    edited = await client.deliver(ANN, Message("二", attachment=Attachment("b.png", PNG + b"2", True)), sent.message_id)
    assert (edited.message_id, edited.is_photo) == (sent.message_id, True)
    assert api.last_message(ANN)["caption"] == "二"


async def test_text_cannot_take_a_pictures_place_and_that_is_said(api: BotApi, client: Client) -> None:
    sent = await client.deliver(ANN, Message("一", attachment=Attachment("a.png", PNG, True)))
    with pytest.raises(BadRequest) as raised:
        await client.deliver(ANN, Message("只有字"), sent.message_id)
    assert classify(raised.value).kind is Kind.EDIT_GONE


async def test_the_same_words_again_are_no_change(api: BotApi, client: Client) -> None:
    sent = await client.deliver(ANN, Message("一样"))
    with pytest.raises(BadRequest) as raised:
        await client.deliver(ANN, Message("一样"), sent.message_id)
    assert classify(raised.value).kind is Kind.UNCHANGED


async def test_a_field_the_server_does_not_know_is_left_out_from_then_on(api: BotApi, client: Client) -> None:
    message = Message("任务", ((Button("完成", "a", style="success"),),))
    refuse(api, 'Bad Request: can\'t parse inline keyboard button: unknown field "style"')
    await client.deliver(ANN, message)
    await client.deliver(ANN, message)
    assert len(api.refusals("sendMessage")) == 1
    assert len(api.transcript("sendMessage")) == 2
    assert "style" not in str(sent_markup(api))
    assert "完成" in str(sent_markup(api))


@pytest.mark.parametrize("message", [Message("<b>未关闭 &lt; 5 &amp; 6"), Message("字" * 5000)])
async def test_what_cannot_be_formatted_is_sent_as_plain_words(api: BotApi, client: Client, message: Message) -> None:
    await client.deliver(ANN, message)
    shown = api.last_message(ANN)["text"]
    assert shown in ("未关闭 < 5 & 6", "字" * 4095 + "…")


async def test_a_picture_the_server_cannot_take_goes_as_a_file(api: BotApi, client: Client) -> None:
    refuse(api, "Bad Request: PHOTO_INVALID_DIMENSIONS", "sendPhoto")
    sent = await client.deliver(ANN, Message("汇总", attachment=Attachment("a.png", PNG, True)))
    assert not sent.is_photo
    assert api.last_message(ANN)["document"]["file_name"] == "a.png"


async def test_a_refusal_that_stays_is_raised_after_few_requests(api: BotApi, client: Client) -> None:
    refuse(api, "Bad Request: BUTTON_DATA_INVALID", count=50)
    with pytest.raises(BadRequest):
        await client.deliver(ANN, Message("任务", ((Button("完成", "a"),),)))
    assert len(api.refusals("sendMessage")) == 2


async def test_the_messengers_errors_come_through_as_what_they_are(api: BotApi, client: Client) -> None:
    api.faults.add(Fault("sendMessage", "error", retry_after=7))
    with pytest.raises(RetryAfter):
        await client.deliver(ANN, Message("一"))
    refuse(api, "Bad Gateway", code=502)
    with pytest.raises(NetworkError) as raised:
        await client.deliver(ANN, Message("一"))
    assert classify(raised.value).kind is Kind.UNCERTAIN
    api.block(ANN)
    with pytest.raises(Forbidden):
        await client.deliver(ANN, Message("一"))
    api.unblock(ANN)
    with pytest.raises(BadRequest) as unknown:
        await client.deliver(987654, Message("一"))
    assert classify(unknown.value).kind is Kind.UNREACHABLE


@pytest.mark.parametrize("cut", ["drop_before", "drop_after"])
async def test_a_cut_connection_leaves_the_outcome_open(api: BotApi, client: Client, cut: str) -> None:
    api.faults.add(Fault("sendMessage", cut))
    with pytest.raises(NetworkError) as raised:
        await client.deliver(ANN, Message("一"))
    assert classify(raised.value).kind is Kind.UNCERTAIN


async def test_a_server_that_is_not_there_has_certainly_sent_nothing() -> None:
    client = Client(build_bot("1:abc", "http://127.0.0.1:9"))
    with pytest.raises(NetworkError) as raised:
        await client.deliver(ANN, Message("一"))
    assert classify(raised.value).kind is Kind.NOT_SENT
    await client.close()


async def test_a_wrong_token_is_known_for_what_it_is(standin: tuple[BotApi, str]) -> None:
    client = Client(build_bot("1:abc", standin[1]))
    with pytest.raises(Exception) as raised:
        await client.deliver(ANN, Message("一"))
    assert classify(raised.value).kind is Kind.TOKEN_REFUSED
    await client.close()


async def test_a_file_too_large_or_gone_is_refused_in_words(api: BotApi, client: Client) -> None:
    api.user_sends_file(ANN, "document", UploadedFile("a.txt", b"x" * 3000, "text/plain"))
    file_id = api.last_message(ANN)["document"]["file_id"]
    with pytest.raises(DubanError) as raised:
        await client.download(file_id, limit_bytes=2999)
    assert raised.value.code == "file_too_large"
    with pytest.raises(DubanError) as raised:
        await client.download("no-such-file")
    assert raised.value.code == "download_failed"


async def test_a_press_too_old_to_answer_and_commands_refused_are_no_errors(api: BotApi, client: Client) -> None:
    await client.answer_callback("404", "已收到")
    refuse(api, "Bad Request: LANGUAGE_CODE_INVALID", "setMyCommands")
    assert not await client.set_commands([("summary", "汇总")], "xx")
    assert await client.set_commands([("summary", "汇总")])


async def test_it_knows_who_it_is_and_hears_raw_updates(api: BotApi, client: Client) -> None:
    assert (await client.identify()).username == "duban_local_bot"
    api.user_sends(ANN, "已完成")
    updates = await client.updates({"timeout": 0}, 0)
    assert updates[-1]["message"]["text"] == "已完成"


def test_a_cut_text_counts_as_the_messenger_counts() -> None:
    assert clipped("😀" * 3000, TEXT_LIMIT) == "😀" * 2047 + "…"
    assert clipped("短", TEXT_LIMIT) == "短"
    assert len(clipped("字\ud800" * 4000, TEXT_LIMIT)) == TEXT_LIMIT


def test_a_dress_can_only_become_simpler() -> None:
    dress, steps = Dress(), 0
    complaint = 'can\'t parse "style" "is_persistent" button PHOTO_INVALID_DIMENSIONS'
    while (plainer := dress.simpler(complaint)) is not None:
        dress, steps = plainer, steps + 1
    assert steps == 3
    assert dress == Dress(frozenset({"style", "is_persistent"}), plain=True, as_file=True)
