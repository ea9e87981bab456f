"""The stand-in refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, WANG

INLINE = {"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


MESSAGE_REFUSALS = [
    ({"text": "好"}, "chat_id is empty"),
    ({"chat_id": 999, "text": "好"}, "chat not found"),
    ({"chat_id": "@nobody", "text": "好"}, "chat not found"),
    ({"chat_id": WANG, "text": "好"}, "chat not found"),
    ({"chat_id": LI}, "message text is empty"),
    ({"chat_id": LI, "text": " \n "}, "message text is empty"),
    ({"chat_id": LI, "text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"chat_id": LI, "text": "字" * 4097}, "message is too long"),
    ({"chat_id": LI, "text": "😀" * 2049}, "message is too long"),
    ({"chat_id": LI, "text": ["好"]}, 'field "text" must be of type String'),
    ({"chat_id": LI, "text": "\ud800"}, "strings must be encoded in UTF-8"),
    ({"chat_id": LI, "text": "好", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ({"chat_id": LI, "text": "好", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ({"chat_id": LI, "text": "好", "reply_markup": "[1]"}, "object expected as reply markup"),
    (
        {"chat_id": LI, "text": "好", "reply_markup": inline(text="a", callback_data="x" * 65)},
        "BUTTON_DATA_INVALID",
    ),
    ({"chat_id": LI, "text": "好", "reply_markup": inline(text="a", callback_data="")}, "BUTTON_DATA_INVALID"),
    (
        {"chat_id": LI, "text": "好", "reply_markup": inline(text="a", callback_data="督" * 22)},
        "BUTTON_DATA_INVALID",
    ),
    (
        {"chat_id": LI, "text": "好", "reply_markup": inline(text="a")},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"chat_id": LI, "text": "好", "reply_markup": inline(callback_data="a")},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        {"chat_id": LI, "text": "好", "reply_markup": inline(text="a", url="localhost")},
        "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
    ),
    (
        {"chat_id": LI, "text": "好", "reply_markup": {"inline_keyboard": INLINE["inline_keyboard"] * 101}},
        "reply markup is too long",
    ),
    (
        {"chat_id": LI, "text": "好", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
]


@pytest.mark.parametrize(("params", "words"), MESSAGE_REFUSALS)
def test_a_wrong_message_is_refused_in_telegrams_words(api: BotApi, params: dict[str, Any], words: str) -> None:
    assert api.call("sendMessage", params) == {
        "ok": False,
        "error_code": 400,
        "description": f"Bad Request: {words}",
    }
    assert len(api.messages(LI)) == 1, "nothing was stored"


def test_exactly_4096_units_and_64_bytes_pass(ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="😀" * 2048, reply_markup=inline(text="a", callback_data="x" * 64))
    assert len(sent["text"]) == 2048


EDIT_REFUSALS = [
    ({"text": "新"}, "message identifier is not specified"),
    ({"message_id": 999, "text": "新"}, "message to edit not found"),
    ({"message_id": 1, "text": "新"}, "message can't be edited"),
    ({"message_id": 2, "text": ""}, "message text is empty"),
    ({"message_id": 2, "text": "新", "reply_markup": {"remove_keyboard": True}}, "inline keyboard expected"),
]


@pytest.mark.parametrize(("params", "words"), EDIT_REFUSALS)
def test_a_wrong_edit_is_refused(api: BotApi, ok, params: dict[str, Any], words: str) -> None:
    ok("sendMessage", chat_id=LI, text="旧")
    answer = api.call("editMessageText", {"chat_id": LI, **params})
    assert answer["description"] == f"Bad Request: {words}"


def test_an_edit_that_changes_nothing_is_refused_and_one_that_drops_the_buttons_is_not(api: BotApi, ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="<b>旧</b>", parse_mode="HTML", reply_markup=INLINE)
    same = {"chat_id": LI, "message_id": sent["message_id"], "text": "<b>旧</b>", "parse_mode": "HTML"}
    answer = api.call("editMessageText", {**same, "reply_markup": INLINE})
    assert answer["description"].startswith("Bad Request: message is not modified: specified new message content")
    edited = ok("editMessageText", **same)
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"]


def test_a_message_with_a_reply_keyboard_cannot_be_edited(api: BotApi, ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="菜单", reply_markup={"keyboard": [["我的任务"]]})
    answer = api.call("editMessageText", {"chat_id": LI, "message_id": sent["message_id"], "text": "新"})
    assert answer["description"] == "Bad Request: message can't be edited"


def test_text_and_caption_are_edited_by_their_own_methods_only(api: BotApi, ok) -> None:
    text = ok("sendMessage", chat_id=LI, text="字")["message_id"]
    file = {"document": UploadedFile("a.txt", b"x")}
    document = ok("sendDocument", file, chat_id=LI, caption="旧")["message_id"]
    wrong = api.call("editMessageText", {"chat_id": LI, "message_id": document, "text": "新"})
    assert wrong["description"] == "Bad Request: there is no text in the message to edit"
    wrong = api.call("editMessageCaption", {"chat_id": LI, "message_id": text, "caption": "新"})
    assert wrong["description"] == "Bad Request: there is no caption in the message to edit"
    assert ok("editMessageCaption", chat_id=LI, message_id=document, caption="新")["caption"] == "新"
    too_long = api.call("editMessageCaption", {"chat_id": LI, "message_id": document, "caption": "字" * 1025})
    assert too_long["description"] == "Bad Request: message caption is too long"


def test_a_query_can_be_answered_once_and_within_150_seconds(api: BotApi, ok, clock: MovableClock) -> None:
    message = ok("sendMessage", chat_id=LI, text="卡", reply_markup=INLINE)["message_id"]
    first = api.user_presses(LI, message, "x")
    late = api.user_presses(LI, message, "x")
    clock.advance(timedelta(seconds=150))
    assert ok("answerCallbackQuery", callback_query_id=first, text="好") is True
    clock.advance(timedelta(seconds=1))
    for query in (first, late, "no such query"):
        answer = api.call("answerCallbackQuery", {"callback_query_id": query})
        assert (
            answer["description"] == "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )


def test_whoever_blocked_the_bot_gets_nothing_until_unblocking(api: BotApi, ok) -> None:
    api.block(LI)
    answer = api.call("sendMessage", {"chat_id": LI, "text": "在吗"})
    assert answer == {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    api.unblock(LI)
    ok("sendMessage", chat_id=LI, text="在吗")
    states = [update["my_chat_member"]["new_chat_member"]["status"] for update in api.world.updates.pending]
    assert states == ["kicked", "member"]


def test_an_upgraded_group_tells_where_it_went(api: BotApi) -> None:
    api.add_group(-5, "土壤工作群", [LI, WANG])
    api.migrate_group(-5, -1005)
    answer = api.call("sendMessage", {"chat_id": -5, "text": "各位"})
    assert answer["parameters"] == {"migrate_to_chat_id": -1005}
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"


def test_messages_older_than_48_hours_stay(api: BotApi, ok, clock: MovableClock) -> None:
    old = ok("sendMessage", chat_id=LI, text="旧")["message_id"]
    clock.advance(timedelta(hours=48, seconds=1))
    new = ok("sendMessage", chat_id=LI, text="新")["message_id"]
    answer = api.call("deleteMessage", {"chat_id": LI, "message_id": old})
    assert answer["description"] == "Bad Request: message can't be deleted for everyone"
    assert ok("deleteMessage", chat_id=LI, message_id=new) is True
    answer = api.call("deleteMessage", {"chat_id": LI, "message_id": new})
    assert answer["description"] == "Bad Request: message to delete not found"


def test_only_telegrams_own_reactions_are_taken(api: BotApi, ok) -> None:
    tick = [{"type": "emoji", "emoji": "✅"}]
    answer = api.call("setMessageReaction", {"chat_id": LI, "message_id": 1, "reaction": tick})
    assert answer["description"] == "Bad Request: REACTION_INVALID"
    ok("setMessageReaction", chat_id=LI, message_id=1, reaction=[{"type": "emoji", "emoji": "👌"}])
    assert api.last_message(LI)["reaction"] == ["👌"]


FILE_REFUSALS = [
    ("sendPhoto", {}, {}, "there is no photo in the request"),
    ("sendDocument", {"document": "attach://nothing"}, {}, "wrong file identifier/HTTP URL specified"),
    ("sendDocument", {}, {"document": UploadedFile("a.txt", b"")}, "file must be non-empty"),
    ("sendPhoto", {}, {"photo": UploadedFile("a.png", b"no picture")}, "IMAGE_PROCESS_FAILED"),
    (
        "sendDocument",
        {"caption": "字" * 1025},
        {"document": UploadedFile("a.txt", b"x")},
        "message caption is too long",
    ),
]


@pytest.mark.parametrize(("method", "params", "files", "words"), FILE_REFUSALS)
def test_a_wrong_file_is_refused(api: BotApi, method: str, params, files, words: str) -> None:
    answer = api.call(method, {"chat_id": LI, **params}, files)
    assert answer["description"] == f"Bad Request: {words}"


def test_an_unknown_method_is_404_and_method_names_ignore_case(api: BotApi, ok) -> None:
    assert api.call("sendTelepathy", {})["error_code"] == 404
    assert ok("GETME")["is_bot"] is True


COMMAND_REFUSALS = [
    ({"commands": "x"}, "can't parse commands JSON object"),
    ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "help", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ({"commands": [{"command": "h", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ({"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
    ({"commands": [], "scope": {"type": "chat", "chat_id": 999}}, "chat not found"),
]


@pytest.mark.parametrize(("params", "words"), COMMAND_REFUSALS)
def test_a_wrong_menu_is_refused(api: BotApi, params: dict[str, Any], words: str) -> None:
    assert api.call("setMyCommands", params)["description"] == f"Bad Request: {words}"


def test_a_wait_is_demanded_after_a_burst_and_early_calls_are_counted(clock: MovableClock) -> None:
    seconds = [0.0]
    api = BotApi(clock, limits=True, seconds=lambda: seconds[0])
    api.add_user(LI, "李明")
    api.user_starts(LI)

    def send() -> dict[str, Any]:
        return api.call("sendMessage", {"chat_id": LI, "text": "好"})

    answers = [send() for _ in range(6)]
    refused = [answer for answer in answers if not answer["ok"]]
    assert len(refused) == 2
    assert refused[0]["error_code"] == 429
    assert refused[0]["description"] == "Too Many Requests: retry after 1"
    assert refused[0]["parameters"] == {"retry_after": 1}
    assert api.early_calls == 1
    for _ in range(60):
        seconds[0] += 1.0
        assert send()["ok"]


def test_thirty_a_second_in_all_and_twenty_a_minute_in_a_group(clock: MovableClock) -> None:
    seconds = [0.0]
    api = BotApi(clock, limits=True, seconds=lambda: seconds[0])
    for person in range(1, 41):
        api.add_user(person, f"甲{person}")
        api.user_starts(person)
    answers = [api.call("sendMessage", {"chat_id": person, "text": "好"})["ok"] for person in range(1, 41)]
    assert answers == [True] * 30 + [False] * 10
    seconds[0] += 60
    api.add_group(-1, "群", [1])
    sent = 0
    for _ in range(100):
        seconds[0] += 0.5
        sent += api.call("sendMessage", {"chat_id": -1, "text": "好"})["ok"]
    assert 30 <= sent <= 37
