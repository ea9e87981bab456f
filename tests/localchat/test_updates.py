"""Updates wait until they are confirmed, and are handed out again until then."""

from __future__ import annotations

from datetime import timedelta

from bot.localchat.api import BotApi
from bot.localchat.clock import MovableClock
from tests.localchat.conftest import LI


def ids(ok, **params) -> list[int]:
    return [update["update_id"] for update in ok("getUpdates", **params)]


def test_an_update_comes_again_until_a_higher_offset_confirms_it(api: BotApi, ok) -> None:
    for number in range(3):
        api.user_sends(LI, f"第{number}条")
    assert ids(ok) == ids(ok) == [2, 3, 4]
    assert ids(ok, offset=3) == [3, 4]
    assert ids(ok, offset=0) == [3, 4]
    assert ids(ok, offset=5) == []


def test_limit_hands_out_the_oldest_first(api: BotApi, ok) -> None:
    for number in range(120):
        api.user_sends(LI, f"第{number}条")
    assert ids(ok, limit=2) == [2, 3]
    assert len(ids(ok)) == 100


def test_a_negative_offset_keeps_only_the_last(api: BotApi, ok) -> None:
    for number in range(5):
        api.user_sends(LI, f"第{number}条")
    assert ids(ok, offset=-2) == [5, 6]
    assert ids(ok) == [5, 6]


def test_only_allowed_kinds_are_queued_from_then_on(api: BotApi, ok) -> None:
    ok("getUpdates", allowed_updates='["callback_query"]')
    api.user_sends(LI, "听得到吗")
    assert ids(ok) == []
    ok("getUpdates", allowed_updates=[])
    api.user_sends(LI, "现在呢")
    assert [update["message"]["text"] for update in ok("getUpdates")] == ["现在呢"]


def test_an_update_nobody_fetched_is_gone_after_a_day(api: BotApi, ok, clock: MovableClock) -> None:
    api.user_sends(LI, "昨天的话")
    clock.advance(timedelta(hours=24))
    assert len(ids(ok)) == 1
    clock.advance(timedelta(seconds=1))
    assert ids(ok) == []


def test_a_webhook_ends_polling_until_it_is_deleted(api: BotApi, ok) -> None:
    ok("setWebhook", url="https://example.org/hook")
    answer = api.call("getUpdates", {})
    assert answer["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in answer["description"]
    ok("deleteWebhook")
    assert ids(ok) == []


def test_a_chat_opened_anew_goes_on_above_the_old_ids(clock: MovableClock) -> None:
    api = BotApi(clock, first_update_id=700)
    api.add_user(LI, "李明")
    api.user_starts(LI, "abc")
    (update,) = api.call("getUpdates", {})["result"]
    assert update["update_id"] == 700
    assert update["message"]["text"] == "/start abc"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


def test_an_own_message_corrected_comes_as_edited_message(api: BotApi, ok, clock: MovableClock) -> None:
    message = api.user_sends(LI, "查了12家")
    clock.advance(timedelta(minutes=1))
    api.user_edits(LI, message, "查了13家")
    edited = ok("getUpdates")[-1]["edited_message"]
    assert edited["text"] == "查了13家"
    assert edited["edit_date"] - edited["date"] == 60


def test_a_press_carries_its_message_and_a_forged_one_must_be_asked_for(api: BotApi, ok) -> None:
    markup = {"inline_keyboard": [[{"text": "✅ 已完成", "callback_data": "done"}]]}
    message = ok("sendMessage", chat_id=LI, text="卡", reply_markup=markup)["message_id"]
    api.user_presses_label(LI, message, "已完成")
    api.user_presses(LI, message, "forged", unchecked=True)
    presses = [update["callback_query"] for update in ok("getUpdates")]
    assert [press["data"] for press in presses] == ["done", "forged"]
    assert presses[0]["message"]["message_id"] == message
    assert presses[0]["from"]["id"] == LI
