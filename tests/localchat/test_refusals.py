"""The stand-in refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from bot.localchat.description import STRICT
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, START, WANG

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
INLINE = {"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}
IN_BUTTON = "can't parse inline keyboard button: "


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


def described(answer: dict[str, Any]) -> str:
    return str(answer["description"])


MESSAGE_REFUSALS = [
    ({"text": "好", "chat_id": None}, "chat_id is empty"),
    ({"text": "好", "chat_id": 999}, "chat not found"),
    ({"text": "好", "chat_id": "@nobody"}, "chat not found"),
    ({"text": "好", "chat_id": WANG}, "chat not found"),
    ({}, "message text is empty"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "字" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "a" * 32769}, "text is too long"),
    ({"text": "\ud800"}, "strings must be encoded in UTF-8"),
    ({"text": "好", "parse_mode": "Wiki"}, "unsupported parse_mode"),
    ({"text": "好", "chat_id": 999, "parse_mode": "Wiki"}, "unsupported parse_mode"),
    (
        {"text": "<b>好", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "好</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 3"),
    ({"text": "<br>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "br" at byte offset 0'),
    (
        {"text": "<b>好</i>", "parse_mode": "html"},
        'can\'t parse entities: Unmatched end tag at byte offset 6, expected "</b>", found "</i>"',
    ),
    (
        {"text": "第1.节", "parse_mode": "MarkdownV2"},
        "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    (
        {"text": "*好", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Bold entity at byte offset 0",
    ),
    (
        {"text": "*好", "parse_mode": "Markdown"},
        "can't parse entities: Can't find end of the entity starting at byte offset 0",
    ),
    (
        {"text": "好", "entities": [{"type": "bold", "offset": 0}]},
        "can't parse MessageEntity: Can't find field \"length\"",
    ),
    (
        {"text": "好", "entities": [{"type": "huge", "offset": 0, "length": 1}]},
        "can't parse MessageEntity: Unsupported type specified",
    ),
    (
        {"text": "好", "entities": [{"type": "text_link", "offset": 0, "length": 1, "url": "localhost"}]},
        "entity URL 'localhost' is invalid: Wrong HTTP URL",
    ),
    (
        {"text": "好", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
        "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 1",
    ),
    (
        {"text": "😀", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
        "entity begins in a middle of a UTF-16 symbol at byte offset 0",
    ),
    ({"text": "好", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "好", "reply_markup": "[1]"}, "object expected as reply markup"),
    ({"text": "好", "reply_markup": inline(text="a", callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
    ({"text": "好", "reply_markup": inline(text="a", callback_data="督" * 22)}, "BUTTON_DATA_INVALID"),
    (
        {"text": "好", "reply_markup": inline(text="a", callback_data="")},
        f"{IN_BUTTON}Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "好", "reply_markup": inline(text="a")},
        f"{IN_BUTTON}Text buttons are unallowed in the inline keyboard",
    ),
    ({"text": "好", "reply_markup": inline(callback_data="a")}, f'{IN_BUTTON}Can\'t find field "text"'),
    (
        {"text": "好", "reply_markup": inline(text=["a"], callback_data="a")},
        f'{IN_BUTTON}Field "text" must be of type String',
    ),
    (
        {"text": "好", "reply_markup": {"inline_keyboard": [["a"]]}},
        f"{IN_BUTTON}InlineKeyboardButton must be an Object",
    ),
    (
        {"text": "好", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    ({"text": "好", "reply_markup": {"keyboard": ["a"]}}, 'field "keyboard" must be an Array of Arrays'),
    ({"text": "好", "reply_markup": {"keyboard": {}}}, 'field "keyboard" must be of type Array'),
    ({"text": "好", "reply_markup": {"keyboard": [[" "]]}}, "keyboard button text must be non-empty"),
    (
        {"text": "好", "reply_markup": {"keyboard": [[1]]}},
        "can't parse keyboard button: KeyboardButton must be a String or an Object",
    ),
    (
        {"text": "好", "reply_markup": inline(text="a", url="localhost")},
        "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
    ),
    (
        {"text": "好", "reply_markup": inline(text="a", url="ftp://a.cn")},
        "inline keyboard button URL 'ftp://a.cn' is invalid: Unsupported URL protocol",
    ),
    (
        {"text": "好", "reply_markup": inline(text="a", web_app={"url": "http://a.cn"})},
        "inline keyboard button Web App URL 'http://a.cn' is invalid: Only HTTPS links are allowed",
    ),
    (
        {"text": "好", "reply_markup": {"inline_keyboard": INLINE["inline_keyboard"] * 101}},
        "reply markup is too long",
    ),
    ({"text": "好", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
    ({"text": "好", "reply_to_message_id": 999}, "message to be replied not found"),
    ({"text": "好", "reply_parameters": "x"}, "can't parse reply parameters JSON object"),
    ({"text": "好", "reply_parameters": {}}, 'can\'t find field "message_id"'),
    ({"text": "好", "reply_parameters": {"message_id": 1, "quote": "没说过"}}, "QUOTE_TEXT_INVALID"),
    ({"text": "好", "message_thread_id": 7}, "message thread not found"),
    ({"text": "好", "business_connection_id": "x"}, "business connection not found"),
    ({"text": "好", "colour": "red"}, f'unknown field "colour"{STRICT}'),
    (
        {"text": "好", "reply_markup": inline(text="a", callback_data="a", color="red")},
        f'{IN_BUTTON}Unknown field "color" in InlineKeyboardButton{STRICT}',
    ),
    ({"text": ["好"]}, f'field "text" must be of type String{STRICT}'),
    ({"text": "好", "disable_notification": "maybe"}, f'field "disable_notification" must be of type Boolean{STRICT}'),
    ({"text": "好", "reply_to_message_id": "two"}, f'field "reply_to_message_id" must be of type Integer{STRICT}'),
    ({"text": "好", "entities": "{"}, f'field "entities" is not JSON{STRICT}'),
]


@pytest.mark.parametrize(("params", "words"), MESSAGE_REFUSALS)
def test_a_wrong_message_is_refused_in_telegrams_words(api: BotApi, params: dict[str, Any], words: str) -> None:
    answer = api.call("sendMessage", {"chat_id": LI, **params})
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}
    assert len(api.messages(LI)) == 1, "nothing was stored"


def test_a_lenient_stand_in_ignores_what_telegram_ignores() -> None:
    api = BotApi(MovableClock(START), strict=False)
    api.add_user(LI, "李明")
    api.user_starts(LI)
    markup = inline(text="a", callback_data="a", color="red")
    loose = {"colour": "red", "disable_notification": "maybe", "entities": "{", "reply_markup": markup}
    answer = api.call("sendMessage", {"chat_id": LI, "text": ["好"], **loose})
    assert answer["result"]["text"] == '["好"]'
    assert answer["result"]["reply_markup"] == inline(text="a", callback_data="a")


def test_exactly_4096_units_64_bytes_and_100_buttons_pass(ok) -> None:
    row = [{"text": "a", "callback_data": "x" * 64}]
    sent = ok("sendMessage", chat_id=LI, text="😀" * 2048, reply_markup={"inline_keyboard": [row] * 100})
    assert len(sent["text"]) == 2048
    assert len(sent["reply_markup"]["inline_keyboard"]) == 100


EDIT_REFUSALS = [
    ({"chat_id": None, "text": "新"}, "message identifier is not specified"),
    ({"chat_id": None, "inline_message_id": "x", "text": "新"}, "MESSAGE_ID_INVALID"),
    ({"chat_id": None, "message_id": 2, "text": "新"}, "chat_id is empty"),
    ({"text": "新"}, "message to edit not found"),
    ({"message_id": 999, "text": "新"}, "message to edit not found"),
    ({"message_id": 1, "text": "新"}, "message can't be edited"),
    ({"message_id": 2, "text": ""}, "message text is empty"),
    ({"message_id": 2, "text": "旧"}, SAME),
    ({"message_id": 2, "text": "新", "reply_markup": {"remove_keyboard": True}}, "inline keyboard expected"),
]


@pytest.mark.parametrize(("params", "words"), EDIT_REFUSALS)
def test_a_wrong_edit_is_refused(api: BotApi, ok, params: dict[str, Any], words: str) -> None:
    ok("sendMessage", chat_id=LI, text="旧")
    assert described(api.call("editMessageText", {"chat_id": LI, **params})) == f"Bad Request: {words}"


def test_an_edit_that_changes_nothing_is_refused_and_one_that_drops_the_buttons_is_not(api: BotApi, ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="<b>旧</b>", parse_mode="HTML", reply_markup=INLINE)
    same = {"chat_id": LI, "message_id": sent["message_id"], "text": "<b>旧</b>", "parse_mode": "HTML"}
    assert described(api.call("editMessageText", {**same, "reply_markup": INLINE})) == f"Bad Request: {SAME}"
    edited = ok("editMessageText", **same)
    assert "reply_markup" not in edited
    assert edited["edit_date"] == edited["date"]


def test_a_message_with_a_reply_keyboard_cannot_be_edited(api: BotApi, ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="菜单", reply_markup={"keyboard": [["我的任务"]]})
    answer = api.call("editMessageText", {"chat_id": LI, "message_id": sent["message_id"], "text": "新"})
    assert described(answer) == "Bad Request: message can't be edited"


def test_text_and_caption_are_edited_by_their_own_methods_only(api: BotApi, ok) -> None:
    text = ok("sendMessage", chat_id=LI, text="字")["message_id"]
    file = {"document": UploadedFile("a.txt", b"x")}
    document = ok("sendDocument", file, chat_id=LI, caption="旧")["message_id"]
    wrong = api.call("editMessageText", {"chat_id": LI, "message_id": document, "text": "新"})
    assert described(wrong) == "Bad Request: there is no text in the message to edit"
    wrong = api.call("editMessageCaption", {"chat_id": LI, "message_id": text, "caption": "新"})
    assert described(wrong) == "Bad Request: there is no caption in the message to edit"
    assert ok("editMessageCaption", chat_id=LI, message_id=document, caption="新")["caption"] == "新"
    too_long = api.call("editMessageCaption", {"chat_id": LI, "message_id": document, "caption": "字" * 1025})
    assert described(too_long) == "Bad Request: message caption is too long"


def test_a_query_can_be_answered_once_and_within_150_seconds(api: BotApi, ok, clock: MovableClock) -> None:
    message = ok("sendMessage", chat_id=LI, text="卡", reply_markup=INLINE)["message_id"]
    first = api.user_presses(LI, message, "x")
    late = api.user_presses(LI, message, "x")
    clock.advance(timedelta(seconds=150))
    assert ok("answerCallbackQuery", callback_query_id=first, text="好") is True
    clock.advance(timedelta(seconds=1))
    for query in (first, late, "no such query", ""):
        assert described(api.call("answerCallbackQuery", {"callback_query_id": query})) == f"Bad Request: {TOO_OLD}"


def test_a_long_notice_and_a_foreign_address_are_no_answer_to_a_press(api: BotApi, ok) -> None:
    message = ok("sendMessage", chat_id=LI, text="卡", reply_markup=INLINE)["message_id"]
    query = api.user_presses(LI, message, "x")
    long = api.call("answerCallbackQuery", {"callback_query_id": query, "text": "字" * 201})
    assert described(long) == "Bad Request: MESSAGE_TOO_LONG"
    address = api.call("answerCallbackQuery", {"callback_query_id": query, "url": "https://a.cn"})
    assert described(address) == "Bad Request: URL_INVALID"
    own = f"https://t.me/{api.world.account.username}?start=x"
    assert ok("answerCallbackQuery", callback_query_id=query, url=own) is True


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
    assert described(answer) == "Bad Request: group chat was upgraded to a supergroup chat"


def test_messages_older_than_48_hours_stay(api: BotApi, ok, clock: MovableClock) -> None:
    old = ok("sendMessage", chat_id=LI, text="旧")["message_id"]
    clock.advance(timedelta(hours=48, seconds=1))
    new = ok("sendMessage", chat_id=LI, text="新")["message_id"]
    answer = api.call("deleteMessage", {"chat_id": LI, "message_id": old})
    assert described(answer) == "Bad Request: message can't be deleted for everyone"
    assert ok("deleteMessage", chat_id=LI, message_id=new) is True
    answer = api.call("deleteMessage", {"chat_id": LI, "message_id": new})
    assert described(answer) == "Bad Request: message to delete not found"


def test_only_telegrams_own_reactions_are_taken(api: BotApi, ok) -> None:
    tick = [{"type": "emoji", "emoji": "✅"}]
    answer = api.call("setMessageReaction", {"chat_id": LI, "message_id": 1, "reaction": tick})
    assert described(answer) == "Bad Request: REACTION_INVALID"
    two = [{"type": "emoji", "emoji": emoji} for emoji in "👌👍"]
    answer = api.call("setMessageReaction", {"chat_id": LI, "message_id": 1, "reaction": two})
    assert described(answer) == "Bad Request: REACTIONS_TOO_MANY"
    ok("setMessageReaction", chat_id=LI, message_id=1, reaction=[{"type": "emoji", "emoji": "👌"}])
    assert api.last_message(LI)["reaction"] == ["👌"]


def test_an_unknown_method_is_404_and_method_names_ignore_case(api: BotApi, ok) -> None:
    answer = api.call("sendTelepathy", {})
    assert (answer["error_code"], described(answer)) == (404, "Not Found: method not found")
    assert ok("GETME")["is_bot"] is True
