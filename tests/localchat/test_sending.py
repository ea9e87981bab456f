"""What a bot can send, pass on, quote and react to, as it then stands in the chat."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from telegram import Message

from bot.localchat.api import BotApi
from bot.localchat.params import UploadedFile
from tests.localchat.conftest import LI, WANG

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 8, 6)
MOVING = {"duration": 7, "width": 64, "height": 48}
SONG = {"duration": 9, "performer": "督", "title": "曲"}
KINDS = [
    ("Photo", "a.png", {}, {"width": 8, "height": 6}),
    ("Document", "说明.pdf", {}, {"file_name": "说明.pdf", "mime_type": "application/pdf"}),
    ("Video", "a.mp4", MOVING, {**MOVING, "mime_type": "video/mp4"}),
    ("Animation", "a.gif", {"duration": 2}, {"duration": 2, "file_name": "a.gif", "mime_type": "video/mp4"}),
    ("Audio", "a.mp3", SONG, {**SONG, "mime_type": "audio/mpeg"}),
    ("Voice", "a.ogg", {"duration": "90000"}, {"duration": 86400, "mime_type": "audio/ogg"}),
]


@pytest.mark.parametrize(("kind", "name", "stated", "shown"), KINDS, ids=lambda value: str(value))
def test_a_file_of_each_kind_is_sent_shown_and_sent_again_by_its_id(
    api: BotApi, ok, kind: str, name: str, stated: dict[str, Any], shown: dict[str, Any]
) -> None:
    field = kind.lower()
    sent = ok(
        f"send{kind}", {field: UploadedFile(name, PNG)}, chat_id=LI, caption="*附*", parse_mode="MarkdownV2", **stated
    )
    assert Message.de_json(sent, None).effective_attachment
    view = sent[field][0] if kind == "Photo" else sent[field]
    assert shown.items() <= view.items()
    assert sent["caption_entities"] == [{"offset": 0, "length": 1, "type": "bold"}]
    again = ok(f"send{kind}", chat_id=LI, **{field: view["file_id"]})
    assert (again[field], "caption" in again) == (sent[field], False)
    path = ok("getFile", file_id=view["file_id"])["file_path"]
    assert api.file_at(path).content == PNG
    assert api.file_at("nowhere") is None


def test_places_and_contacts_are_sent(ok) -> None:
    place = ok("sendLocation", chat_id=LI, latitude="24.49", longitude=109.73, live_period=60)["location"]
    assert place == {"latitude": 24.49, "longitude": 109.73, "live_period": 60}
    contact = ok("sendContact", chat_id=LI, phone_number="8613800000000", first_name="李明")["contact"]
    assert contact == {"phone_number": "8613800000000", "first_name": "李明"}


def test_an_album_shares_a_mark_and_one_alone_has_none(api: BotApi, ok) -> None:
    files = {"a": UploadedFile("a.png", PNG), "b": UploadedFile("b.mp4", b"x")}
    media = [{"type": "photo", "media": "attach://a", "caption": "一"}, {"type": "video", "media": "attach://b"}]
    album = ok("sendMediaGroup", files, chat_id=LI, media=media)
    assert len({message["media_group_id"] for message in album}) == 1
    assert [message.get("caption") for message in album] == ["一", None]
    (alone,) = ok("sendMediaGroup", files, chat_id=LI, media=media[:1])
    assert "media_group_id" not in alone
    edited = {"chat_id": LI, "message_id": album[0]["message_id"]}
    answer = api.call("editMessageMedia", {**edited, "media": {"type": "document", "media": "attach://a"}}, files)
    assert answer["description"] == "Bad Request: can't change media type in the album"
    swapped = ok("editMessageMedia", files, **edited, media={"type": "video", "media": "attach://b"})
    assert swapped["media_group_id"] == album[0]["media_group_id"]
    assert "photo" not in swapped


def test_a_text_becomes_a_picture_but_a_voice_stays_a_voice(api: BotApi, ok) -> None:
    text = ok("sendMessage", chat_id=LI, text="图来了")["message_id"]
    media = {"type": "photo", "media": "attach://a"}
    files = {"a": UploadedFile("a.png", PNG)}
    assert "text" not in ok("editMessageMedia", files, chat_id=LI, message_id=text, media=media)
    voice = ok("sendVoice", {"voice": UploadedFile("a.ogg", b"x")}, chat_id=LI)["message_id"]
    answer = api.call("editMessageMedia", {"chat_id": LI, "message_id": voice, "media": media}, files)
    assert answer["description"] == "Bad Request: message media can't be edited"


def test_a_quote_is_shown_with_its_place(ok) -> None:
    said = ok("sendMessage", chat_id=LI, text="😀第1项 已完成")["message_id"]
    reply = ok("sendMessage", chat_id=LI, text="好", reply_parameters={"message_id": said, "quote": "已完成"})
    assert reply["quote"] == {"text": "已完成", "position": 6, "is_manual": True}
    assert reply["reply_to_message"]["message_id"] == said


def test_a_reply_into_another_chat_is_external(api: BotApi, ok) -> None:
    api.user_starts(WANG)
    reply = ok("sendMessage", chat_id=LI, text="见", reply_parameters={"message_id": 1, "chat_id": WANG})
    assert reply["external_reply"]["chat"]["id"] == WANG
    assert "reply_to_message" not in reply
    assert Message.de_json(reply, None).external_reply.origin.sender_user.id == WANG
    same = ok("sendMessage", chat_id=LI, text="见", reply_parameters={"message_id": 1, "chat_id": LI})
    assert same["reply_to_message"]["message_id"] == 1


def test_a_missing_message_is_passed_over_when_that_is_allowed(ok) -> None:
    options = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in ok("sendMessage", chat_id=LI, text="好", reply_parameters=options)
    ok("sendMessage", chat_id=LI, text="好", reply_to_message_id="99", allow_sending_without_reply="true")


def test_a_forward_tells_its_origin_and_a_copy_does_not(api: BotApi, ok) -> None:
    api.user_starts(WANG)
    said = api.user_sends(LI, "我已办结")
    forward = ok("forwardMessage", chat_id=WANG, from_chat_id=LI, message_id=said)
    assert forward["forward_origin"]["sender_user"]["id"] == LI
    assert Message.de_json(forward, None).forward_origin.sender_user.id == LI
    answer = api.call("editMessageText", {"chat_id": WANG, "message_id": forward["message_id"], "text": "新"})
    assert answer["description"] == "Bad Request: message can't be edited"
    copy = ok("copyMessage", chat_id=WANG, from_chat_id=LI, message_id=said)
    assert copy.keys() == {"message_id"}
    assert "forward_origin" not in api.last_message(WANG)
    assert ok("editMessageText", chat_id=WANG, message_id=copy["message_id"], text="新")["text"] == "新"


def test_a_copy_can_change_or_drop_the_caption(api: BotApi, ok) -> None:
    said = ok("sendDocument", {"document": UploadedFile("a.txt", b"x")}, chat_id=LI, caption="旧")["message_id"]

    def captions(**more: Any) -> Any:
        ok("copyMessage", chat_id=LI, from_chat_id=LI, message_id=said, **more)
        return api.last_message(LI).get("caption")

    assert [captions(), captions(caption="<b>新</b>", parse_mode="HTML"), captions(caption="")] == ["旧", "新", None]
    ok("copyMessages", chat_id=LI, from_chat_id=LI, message_ids=[said], remove_caption=True)
    assert "caption" not in api.last_message(LI)


def test_several_messages_are_passed_on_and_deleted_at_once(api: BotApi, ok) -> None:
    ids = [api.user_sends(LI, str(number)) for number in range(3)]
    ok("deleteMessage", chat_id=LI, message_id=ids[1])
    assert len(ok("forwardMessages", chat_id=LI, from_chat_id=LI, message_ids=ids)) == 2
    assert [message["text"] for message in api.messages(LI)[-2:]] == ["0", "2"]
    assert ok("deleteMessages", chat_id=LI, message_ids=[*ids, 999]) is True
    assert not {message["message_id"] for message in api.messages(LI)} & set(ids)


def test_mentions_become_the_person_and_unknown_ones_are_dropped(ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text=f'<a href="tg://user?id={WANG}">王</a><a href="tg://user?id=5">谁</a>',
              parse_mode="HTML")  # fmt: skip
    (mention,) = sent["entities"]
    assert (mention["type"], mention["user"]["first_name"]) == ("text_mention", "王芳")


def test_protection_previews_and_effects_are_kept(ok) -> None:
    sent = ok("sendMessage", chat_id=LI, text="见 https://a.cn", protect_content=True, message_effect_id="51",
              link_preview_options={"is_disabled": True})  # fmt: skip
    assert (sent["has_protected_content"], sent["effect_id"]) == (True, "51")
    assert sent["link_preview_options"] == {"is_disabled": True}
    edited = ok("editMessageText", chat_id=LI, message_id=sent["message_id"], text="改了")
    assert edited["has_protected_content"]


def test_buttons_of_every_kind_are_taken(ok) -> None:
    row = [
        {"text": "看", "url": "t.me/duban"},
        {"text": "抄", "copy_text": {"text": "第1项"}},
        {"text": "问", "switch_inline_query_current_chat": ""},
        {"text": "开", "web_app": {"url": "https://a.cn"}},
        {"text": "好", "callback_data": "x", "style": "success"},
    ]
    shown = ok("sendMessage", chat_id=LI, text="卡", reply_markup={"inline_keyboard": [row]})["reply_markup"]
    assert shown["inline_keyboard"][0][0]["url"] == "http://t.me/duban"
    assert shown["inline_keyboard"][0][3]["web_app"] == {"url": "https://a.cn/"}
    assert shown["inline_keyboard"][0][4] == row[4]


def test_a_reply_keyboard_stays_until_it_is_removed_or_used_once(api: BotApi, ok) -> None:
    contact = {"keyboard": [[{"text": "电话", "request_contact": True}]], "one_time_keyboard": True}
    ok("sendMessage", chat_id=LI, text="请留电话", reply_markup=contact)
    assert api.world.chats[LI].keyboard == contact
    api.user_shares_contact(LI)
    assert api.world.chats[LI].keyboard is None
    ok("sendMessage", chat_id=LI, text="菜单", reply_markup={"keyboard": [["任务"]]})
    ok("sendMessage", chat_id=LI, text="收起", reply_markup={"remove_keyboard": True})
    assert api.world.chats[LI].keyboard is None
