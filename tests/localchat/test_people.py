"""What people do besides writing: read, delete, forward, give their number."""

from __future__ import annotations

from typing import Any

import pytest

from bot.localchat.api import BotApi
from bot.localchat.errors import ControlError
from tests.localchat.conftest import LI, WANG


def test_what_the_bot_said_after_the_last_reading_is_unread(api: BotApi, ok) -> None:
    first = ok("sendMessage", chat_id=LI, text="一")["message_id"]
    ok("sendMessage", chat_id=LI, text="二")
    api.user_sends(LI, "我自己的话不算")
    assert api.unread(LI) == 2
    api.user_reads(LI, first)
    assert api.unread(LI) == 1
    api.user_reads(LI, first - 1)
    assert api.unread(LI) == 1, "reading is not taken back"
    ok("pinChatMessage", chat_id=LI, message_id=first)
    assert api.unread(LI) == 1, "the note about the pin does not count"
    api.user_reads(LI, 999)
    assert api.unread(LI) == 0
    ok("sendMessage", chat_id=LI, text="三")
    assert api.unread(LI) == 1, "nobody reads ahead"


def test_older_messages_come_page_by_page(api: BotApi, ok) -> None:
    ids = [ok("sendMessage", chat_id=LI, text=str(n))["message_id"] for n in range(7)]

    def page(**bounds: Any) -> list[int]:
        return [message["message_id"] for message in api.messages(LI, **bounds)]

    assert page(limit=3) == ids[-3:]
    assert page(before=ids[-3], limit=3) == ids[-6:-3]
    assert page(before=ids[1]) == [1, ids[0]]


def test_changes_since_a_revision_come_in_the_order_of_the_chat(api: BotApi, ok) -> None:
    ids = [ok("sendMessage", chat_id=LI, text=str(n))["message_id"] for n in range(4)]
    seen = api.world.revision
    ok("editMessageText", chat_id=LI, message_id=ids[2], text="新")
    ok("editMessageText", chat_id=LI, message_id=ids[0], text="新")
    ok("deleteMessage", chat_id=LI, message_id=ids[3])
    changed = api.messages(LI, seen)
    assert [message["message_id"] for message in changed] == [ids[0], ids[2], ids[3]]
    assert [message["deleted"] for message in changed] == [False, False, True]


def test_a_person_deletes_and_the_bot_is_not_told(api: BotApi, ok) -> None:
    own = api.user_sends(LI, "说错了")
    waiting = len(api.world.updates.pending)
    api.user_deletes(LI, own)
    assert len(api.world.updates.pending) == waiting
    answer = api.call("sendMessage", {"chat_id": LI, "text": "好", "reply_parameters": {"message_id": own}})
    assert answer["description"] == "Bad Request: message to be replied not found"
    with pytest.raises(ControlError, match="no message"):
        api.user_deletes(LI, own)


def test_in_a_group_only_own_messages_can_be_deleted(api: BotApi) -> None:
    api.add_group(-100, "群", [LI, WANG])
    said = api.user_sends(-100, "我说的", by=LI)
    with pytest.raises(ControlError, match="own"):
        api.user_deletes(-100, said, by=WANG)
    api.user_deletes(-100, said, by=LI)
    assert api.messages(-100) == []


def test_a_shared_contact_carries_number_and_user(api: BotApi, ok) -> None:
    api.add_user(LI, "李明", phone="8613800000000")
    api.user_shares_contact(LI)
    contact = ok("getUpdates")[-1]["message"]["contact"]
    assert contact == {"phone_number": "8613800000000", "first_name": "李明", "user_id": LI}


def test_a_forward_tells_where_it_came_from_also_when_forwarded_again(api: BotApi, ok) -> None:
    api.user_starts(WANG)
    api.add_group(-100, "群", [LI, WANG])
    card = ok("sendMessage", chat_id=WANG, text="给王芳的卡片")
    api.user_forwards(-100, WANG, card["message_id"], by=WANG)
    shown = ok("getUpdates")[-1]["message"]
    origin = {"type": "user", "date": card["date"], "sender_user": card["from"]}
    assert (shown["text"], shown["forward_origin"], shown["from"]["id"]) == ("给王芳的卡片", origin, WANG)
    api.user_forwards(LI, -100, shown["message_id"])
    assert ok("getUpdates")[-1]["message"]["forward_origin"] == origin
    with pytest.raises(ControlError, match="own chats"):
        api.user_forwards(LI, WANG, card["message_id"])
