"""Groups: who comes and goes, what the bot hears of it, and what members and administrators are."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.localchat.api import BotApi
from bot.localchat.errors import ControlError
from bot.localchat.keeping import Keeper
from tests.localchat.conftest import LI, WANG

GROUP = -100
ALL = ["message", "chat_member", "my_chat_member"]


@pytest.fixture
def group(api: BotApi, ok) -> BotApi:
    """李明 has opened a group with the bot in it; the bot has heard of it and asked for all kinds of updates."""
    api.add_group(GROUP, "土壤工作群", [LI])
    ok("getUpdates", offset=99, allowed_updates=ALL)
    ok("getUpdates", offset=api.world.updates.next_id)
    return api


def heard(api: BotApi) -> list[tuple[str, Any]]:
    """What the bot hears, each by its kind; python-telegram-bot can read it all."""
    updates = api.call("getUpdates", {})["result"]
    assert all(Update.de_json(update, None).effective_chat is not None for update in updates)
    return [(kind, payload) for update in updates for kind, payload in update.items() if kind != "update_id"]


def statuses(payload: dict[str, Any]) -> tuple[str, str]:
    return payload["old_chat_member"]["status"], payload["new_chat_member"]["status"]


def test_the_bot_learns_that_it_is_in_a_new_group(api: BotApi) -> None:
    api.add_group(GROUP, "土壤工作群", [LI])
    ((kind, payload),) = heard(api)
    assert (kind, statuses(payload), payload["chat"]["title"]) == ("my_chat_member", ("left", "member"), "土壤工作群")


def test_who_joins_and_leaves_is_noted_in_the_chat(group: BotApi) -> None:
    group.user_joins(GROUP, WANG, by=LI)
    group.user_leaves(GROUP, WANG)
    (_, joined), (_, left) = heard(group)
    assert joined["new_chat_members"][0]["id"] == WANG
    assert joined["from"]["id"] == LI
    assert left["left_chat_member"]["id"] == left["from"]["id"] == WANG


def test_an_administrating_bot_also_gets_chat_member_updates(group: BotApi) -> None:
    group.user_promotes(GROUP, group.world.account.id)
    group.user_joins(GROUP, WANG)
    group.user_promotes(GROUP, WANG, by=LI)
    group.user_leaves(GROUP, WANG, by=LI)
    changes = [(kind, statuses(payload)) for kind, payload in heard(group) if kind != "message"]
    assert changes == [
        ("my_chat_member", ("member", "administrator")),
        ("chat_member", ("left", "member")),
        ("chat_member", ("member", "administrator")),
        ("chat_member", ("administrator", "left")),
    ]


def test_an_administrating_bot_may_pin_and_delete_what_others_wrote(group: BotApi, ok) -> None:
    group.user_promotes(GROUP, group.world.account.id)
    said = group.user_sends(GROUP, "各位好", by=LI)
    assert ok("pinChatMessage", chat_id=GROUP, message_id=said)
    assert ok("getChat", chat_id=GROUP)["pinned_message"]["text"] == "各位好"
    assert ok("unpinAllChatMessages", chat_id=GROUP)
    assert ok("deleteMessage", chat_id=GROUP, message_id=said)


def test_a_bot_put_out_hears_nothing_until_it_is_brought_back(group: BotApi) -> None:
    group.remove_bot(GROUP, by=LI)
    group.user_sends(GROUP, "他走了", by=LI)
    group.add_bot(GROUP, by=LI)
    group.user_sends(GROUP, "他回来了", by=LI)
    (_, note), (_, out), (_, back), (_, welcome), (_, said) = heard(group)
    assert note["left_chat_member"]["id"] == group.world.account.id
    assert (statuses(out), statuses(back)) == (("member", "kicked"), ("kicked", "member"))
    assert welcome["new_chat_members"][0]["is_bot"]
    assert said["text"] == "他回来了"


def test_a_bot_that_leaves_is_left_and_cannot_leave_twice(group: BotApi, ok) -> None:
    ok("leaveChat", chat_id=GROUP)
    assert [statuses(payload) for kind, payload in heard(group) if kind == "my_chat_member"] == [("member", "left")]
    assert group.call("leaveChat", {"chat_id": GROUP})["error_code"] == 403


def test_members_are_counted_and_described(group: BotApi, ok) -> None:
    group.user_joins(GROUP, WANG)
    assert ok("getChatMemberCount", chat_id=GROUP) == 3
    assert ok("getChatMemberCount", chat_id=LI) == 2

    def status(user_id: int, chat_id: int = GROUP) -> str:
        return str(ok("getChatMember", chat_id=chat_id, user_id=user_id)["status"])

    group.add_user(13, "外人")
    own = group.world.account.id
    assert [status(LI), status(WANG), status(own), status(13)] == ["creator", "member", "member", "left"]
    assert [status(LI, LI), status(own, LI)] == ["member", "member"]
    group.user_promotes(GROUP, own)
    administrators = ok("getChatAdministrators", chat_id=GROUP)
    assert [member["status"] for member in administrators] == ["creator", "administrator"]


def test_only_members_can_speak_and_be_put_out(group: BotApi) -> None:
    for deed in (
        lambda: group.user_sends(GROUP, "我不在", by=WANG),
        lambda: group.user_sends(GROUP, "谁说的"),
        lambda: group.user_leaves(GROUP, WANG),
        lambda: group.user_joins(GROUP, LI),
        lambda: group.user_joins(GROUP, WANG, by=13),
        lambda: group.user_promotes(GROUP, WANG),
        lambda: group.add_bot(GROUP, by=LI),
        lambda: group.user_joins(LI, WANG),
    ):
        with pytest.raises(ControlError):
            deed()
    assert heard(group) == []


def test_a_migrated_group_goes_on_under_its_new_id(group: BotApi, ok) -> None:
    group.migrate_group(GROUP, -1005)
    (_, moved), (_, came) = heard(group)
    assert (moved["migrate_to_chat_id"], came["migrate_from_chat_id"]) == (-1005, GROUP)
    assert (moved["chat"]["type"], came["chat"]["type"]) == ("group", "supergroup")
    assert ok("sendMessage", chat_id=-1005, text="各位")["chat"]["id"] == -1005
    with pytest.raises(ControlError, match="-1005"):
        group.user_sends(GROUP, "还在这", by=LI)


def test_a_press_in_a_group_tells_who_pressed(group: BotApi, ok) -> None:
    group.user_joins(GROUP, WANG)
    markup = {"inline_keyboard": [[{"text": "我来", "callback_data": "mine"}]]}
    card = ok("sendMessage", chat_id=GROUP, text="谁来办", reply_markup=markup)["message_id"]
    group.user_presses_label(GROUP, card, "我来", by=WANG)
    with pytest.raises(ControlError):
        group.user_presses_label(GROUP, card, "我来", by=13)
    ok("getUpdates", allowed_updates=["callback_query"])
    group.user_presses_label(GROUP, card, "我来", by=WANG)
    kind, press = heard(group)[-1]
    assert (kind, press["from"]["id"], press["message"]["chat"]["id"]) == ("callback_query", WANG, GROUP)


def test_a_group_survives_being_kept(group: BotApi, tmp_path) -> None:
    group.user_promotes(GROUP, group.world.account.id)
    group.remove_bot(GROUP, by=LI)
    Keeper(group, tmp_path).save()
    again = BotApi(group.clock)
    assert Keeper(again, tmp_path).load()
    assert again.world.chats[GROUP].admins == [LI]
    assert again.call("sendMessage", {"chat_id": GROUP, "text": "在吗"})["error_code"] == 403
