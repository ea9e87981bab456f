"""What is refused besides wrong messages: files, albums, menus, webhooks, chats, copies; all in Telegram's words."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, WANG

GROUP = -100


def png(width: int = 4, height: int = 3) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height)


def description(api: BotApi, method: str, files: dict[str, UploadedFile] | None = None, **params: Any) -> str:
    answer = api.call(method, params, files)
    assert not answer["ok"], answer
    return str(answer["description"]).removeprefix("Bad Request: ")


TEXT, PICTURE = UploadedFile("a.txt", b"x"), UploadedFile("a.png", png())
FILE_REFUSALS = [
    ("sendPhoto", {}, {}, "there is no photo in the request"),
    ("sendVoice", {}, {}, "there is no voice in the request"),
    ("sendDocument", {"document": "attach://nothing"}, {}, "there is no document in the request"),
    ("sendDocument", {"document": "AgAC-unknown"}, {}, "wrong file identifier/HTTP URL specified"),
    ("sendDocument", {"document": "https://a.cn/x.pdf"}, {}, "failed to get HTTP URL content"),
    ("sendDocument", {}, {"document": UploadedFile("a.txt", b"")}, "file must be non-empty"),
    ("sendPhoto", {}, {"photo": UploadedFile("a.png", b"no picture")}, "IMAGE_PROCESS_FAILED"),
    ("sendPhoto", {}, {"photo": UploadedFile("a.png", png(30, 1))}, "PHOTO_INVALID_DIMENSIONS"),
    ("sendPhoto", {}, {"photo": UploadedFile("a.png", png(9000, 2000))}, "PHOTO_INVALID_DIMENSIONS"),
    ("sendDocument", {"caption": "字" * 1025}, {"document": TEXT}, "message caption is too long"),
    ("sendVideo", {"chat_id": 999}, {"video": TEXT}, "chat not found"),
    ("getFile", {"chat_id": None}, {}, "file_id not specified"),
    ("getFile", {"chat_id": None, "file_id": "x"}, {}, "invalid file_id"),
    ("sendLocation", {"longitude": 1}, {}, "latitude is empty"),
    (
        "sendContact",
        {"phone_number": "", "first_name": "李"},
        {},
        'field "phone_number" must contain a valid phone number',
    ),
    ("sendContact", {"phone_number": "1"}, {}, 'field "first_name" must be non-empty'),
    ("sendChatAction", {"action": "dancing"}, {}, "wrong parameter action in request"),
]


@pytest.mark.parametrize(("method", "params", "files", "words"), FILE_REFUSALS)
def test_a_wrong_file_is_refused(api: BotApi, method: str, params: dict[str, Any], files: Any, words: str) -> None:
    given = {key: value for key, value in {"chat_id": LI, **params}.items() if value is not None}
    assert description(api, method, files, **given) == words


def test_files_beyond_the_limits_are_refused(api: BotApi, ok) -> None:
    big = ok("sendDocument", {"document": UploadedFile("a.bin", bytes(20 * 1024 * 1024 + 1))}, chat_id=LI)
    assert description(api, "getFile", file_id=big["document"]["file_id"]) == "file is too big"
    exact = ok("sendDocument", {"document": UploadedFile("b.bin", bytes(20 * 1024 * 1024))}, chat_id=LI)
    assert ok("getFile", file_id=exact["document"]["file_id"])["file_size"] == 20 * 1024 * 1024
    picture = png() + bytes(10 * 1024 * 1024)
    assert description(api, "sendPhoto", {"photo": UploadedFile("a.png", picture)}, chat_id=LI) == (
        f"file of size {len(picture)} bytes is too big for a photo; the maximum size is 10485760 bytes"
    )
    answer = api.call("sendDocument", {"chat_id": LI}, {"document": UploadedFile("c", bytes(50 * 1024 * 1024 + 1))})
    assert (answer["error_code"], answer["description"]) == (413, "Request Entity Too Large")


def test_a_file_id_sends_only_files_of_its_kind(api: BotApi, ok) -> None:
    photo = ok("sendPhoto", {"photo": PICTURE}, chat_id=LI)["photo"][0]["file_id"]
    assert description(api, "sendDocument", chat_id=LI, document=photo) == "can't use file of type Photo as Document"
    voice = ok("sendVoice", {"voice": UploadedFile("a.ogg", b"x")}, chat_id=LI)["voice"]["file_id"]
    assert description(api, "sendVideo", chat_id=LI, video=voice) == "can't use file of type VoiceNote as Video"
    assert ok("sendPhoto", chat_id=LI, photo=photo)["photo"][0]["width"] == 4


def item(kind: str, media: str = "attach://a", **more: Any) -> dict[str, Any]:
    return {"type": kind, "media": media, **more}


ALBUM_REFUSALS = [
    ([], "there are no messages to send"),
    ([item("photo")] * 11, "too many messages to send as an album"),
    ([item("photo"), item("document")], "document can't be mixed with other media types"),
    ([item("video"), item("audio")], "audio can't be mixed with other media types"),
    ([item("photo"), item("animation")], "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup"),
    ([item("photo"), item("voice_note")], 'can\'t parse InputMedia: type "voice_note" is not allowed'),
    ([item("photo"), item("smell")], 'can\'t parse InputMedia: type "smell" is unsupported'),
    ([item("photo"), item("photo", "attach://b")], "can't parse InputMedia: media not found"),
    ([item("photo"), {"media": "x"}], "can't parse InputMedia: Can't find field \"type\""),
    ([item("photo"), "x"], "can't parse InputMedia: expected an Object"),
    ({}, "expected an Array of InputMedia"),
    ("[", "can't parse media JSON object"),
    (
        [item("photo", show_caption_above_media=True), item("photo")],
        "parameter show_caption_above_media must be the same for all messages",
    ),
]


@pytest.mark.parametrize(("media", "words"), ALBUM_REFUSALS)
def test_a_wrong_album_is_refused_and_nothing_of_it_is_sent(api: BotApi, media: Any, words: str) -> None:
    given = media if isinstance(media, str) else json.dumps(media)
    assert description(api, "sendMediaGroup", {"a": PICTURE}, chat_id=LI, media=given) == words
    assert len(api.messages(LI)) == 1


COMMAND_REFUSALS = [
    ({"commands": "x"}, "can't parse commands JSON object"),
    ({"commands": {}}, "expected an Array of BotCommand"),
    ({"commands": ["help"]}, "can't parse BotCommand: expected an Object"),
    ({"commands": [{"command": "help"}]}, "can't parse BotCommand: Can't find field \"description\""),
    ({"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ({"commands": [{"command": "/", "description": "x"}]}, "command must be non-empty"),
    ({"commands": [{"command": "h" * 33, "description": "x"}]}, "command length must not exceed 32"),
    ({"commands": [{"command": "help", "description": ""}]}, "command description must be non-empty"),
    ({"commands": [{"command": "help", "description": "x" * 257}]}, "command description length must not exceed 256"),
    ({"commands": [{"command": "h", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ({"commands": [], "language_code": "zh-hans"}, "invalid language code specified"),
    ({"commands": [], "scope": {"type": "planet"}}, "can't parse BotCommandScope: Unsupported type specified"),
    ({"commands": [], "scope": {"type": "chat"}}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
    ({"commands": [], "scope": {"type": "chat", "chat_id": 999}}, "chat not found"),
    (
        {"commands": [], "scope": {"type": "chat_administrators", "chat_id": LI}},
        "can't use specified scope in private chats",
    ),
]


@pytest.mark.parametrize(("params", "words"), COMMAND_REFUSALS)
def test_a_wrong_menu_is_refused(api: BotApi, params: dict[str, Any], words: str) -> None:
    assert description(api, "setMyCommands", **params) == words


WEBHOOK_REFUSALS = [
    ({"url": "http://a.cn/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ({"url": "http://10.0.0.1/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        {"url": "https://a.cn:9000/hook"},
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    ({"url": "https:///hook"}, "invalid webhook URL specified"),
    ({"url": "https://a.cn:port/"}, "invalid webhook URL specified"),
    ({"url": "https://a.cn/", "secret_token": "好"}, "secret token contains unallowed characters"),
    ({"url": "https://a.cn/", "secret_token": "x" * 257}, "secret token is too long"),
    ({"url": "https://a.cn/", "ip_address": "nowhere"}, "bad webhook: Invalid IP address specified"),
]


@pytest.mark.parametrize(("params", "words"), WEBHOOK_REFUSALS)
def test_a_wrong_webhook_is_refused(api: BotApi, ok, params: dict[str, Any], words: str) -> None:
    assert description(api, "setWebhook", **params) == words
    assert ok("getWebhookInfo")["url"] == ""


PASSING_ON_REFUSALS = [
    ("copyMessage", {"message_id": 1}, 'parameter "from_chat_id" is required'),
    ("copyMessage", {"from_chat_id": 999, "message_id": 1}, "chat not found"),
    ("copyMessage", {"from_chat_id": LI, "message_id": 99}, "message to copy not found"),
    ("forwardMessage", {"from_chat_id": LI, "message_id": 99}, "message to forward not found"),
    ("forwardMessage", {"from_chat_id": LI, "message_id": 2}, "the message can't be forwarded"),
    ("copyMessage", {"from_chat_id": LI, "message_id": 2}, "the message can't be copied"),
    ("copyMessages", {"from_chat_id": LI, "message_ids": []}, "message identifiers are not specified"),
    ("copyMessages", {"from_chat_id": LI, "message_ids": [0]}, "invalid message identifier specified"),
    (
        "forwardMessages",
        {"from_chat_id": LI, "message_ids": list(range(1, 102))},
        "too many message identifiers specified",
    ),
    (
        "forwardMessages",
        {"from_chat_id": LI, "message_ids": [2, 1]},
        "message identifiers must be in a strictly increasing order",
    ),
    ("forwardMessages", {"from_chat_id": LI, "message_ids": [98, 99]}, "there are no messages to forward"),
    ("copyMessages", {"from_chat_id": LI, "message_ids": [2]}, "messages can't be forwarded"),
    ("deleteMessages", {"message_ids": "x"}, "can't parse message identifiers JSON object"),
    ("deleteMessages", {"message_ids": {}}, "expected an Array of message identifiers"),
]


@pytest.mark.parametrize(("method", "params", "words"), PASSING_ON_REFUSALS)
def test_what_cannot_be_passed_on_or_deleted_is_refused(
    api: BotApi, ok, method: str, params: dict[str, Any], words: str
) -> None:
    ok("sendMessage", chat_id=LI, text="机密", protect_content=True)
    assert description(api, method, chat_id=LI, **params) == words


ROOM_REFUSALS = [
    ("getChat", {"chat_id": 999}, "chat not found"),
    ("getChatAdministrators", {"chat_id": LI}, "there are no administrators in the private chat"),
    ("getChatMember", {"chat_id": LI}, "invalid user_id specified"),
    ("getChatMember", {"chat_id": LI, "user_id": 999}, "user not found"),
    ("leaveChat", {"chat_id": LI}, "chat member status can't be changed in private chats"),
    ("pinChatMessage", {"chat_id": LI, "message_id": 99}, "message to pin not found"),
    ("pinChatMessage", {"chat_id": GROUP, "message_id": 1}, "not enough rights to manage pinned messages in the chat"),
    ("unpinChatMessage", {"chat_id": LI}, "message to unpin not found"),
    ("deleteMessage", {"chat_id": GROUP, "message_id": 1}, "message can't be deleted"),
    ("setMessageReaction", {"chat_id": LI, "message_id": 99}, "message to react not found"),
    (
        "setChatMenuButton",
        {"menu_button": {"type": "lever"}},
        "can't parse menu button: MenuButton has unsupported type",
    ),
    ("setMyName", {"name": "督" * 65}, "name is too long"),
    (
        "sendMessage",
        {"chat_id": GROUP, "text": "a", "reply_markup": {"keyboard": [[{"text": "a", "request_contact": True}]]}},
        "phone number can be requested in private chats only",
    ),
]


@pytest.mark.parametrize(("method", "params", "words"), ROOM_REFUSALS)
def test_what_is_not_possible_in_a_chat_is_refused(
    api: BotApi, method: str, params: dict[str, Any], words: str
) -> None:
    api.add_group(GROUP, "群", [LI])
    api.user_sends(GROUP, "各位好", by=LI)
    assert description(api, method, **params) == words


def test_who_never_spoke_to_the_bot_can_be_known_from_a_group_and_still_not_be_written_to(api: BotApi) -> None:
    api.add_group(GROUP, "群", [LI, WANG])
    answer = api.call("sendMessage", {"chat_id": WANG, "text": "你好"})
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


def test_a_bot_that_left_or_was_put_out_cannot_write(api: BotApi, ok) -> None:
    api.add_group(GROUP, "群", [LI])
    ok("leaveChat", chat_id=GROUP)
    message = {"chat_id": GROUP, "text": "各位"}
    gone = {"ok": False, "error_code": 403, "description": "Forbidden: bot is not a member of the supergroup chat"}
    assert api.call("sendMessage", message) == gone
    api.add_bot(GROUP, by=LI)
    api.remove_bot(GROUP, by=LI)
    assert api.call("sendMessage", message)["description"] == "Forbidden: bot was kicked from the supergroup chat"
