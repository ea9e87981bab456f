"""Whatever is said, sent, pressed or changed in a group: the bot says nothing there, and nothing of it is taken in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage.tables import ChatGroup, Inbox
from tests.services.stage_play import FACTS, STRANGER, Play, facts_of

GROUP = -100700
WATCHED = (*FACTS, "card", "reminder", "outbox")
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]
PAPER = {"file_id": "d", "file_unique_id": "d", "file_name": "2024年工作计划.docx", "file_size": 9}
PERSON = {"id": 4711, "is_bot": False, "first_name": "新人"}
FORWARDED = {"type": "user", "date": 0, "sender_user": PERSON}
SAID: dict[str, dict[str, Any]] = {
    "talk": {"text": "大家下午好"},
    "a report": {"text": "（一）1 已完成80%，清理12处"},
    "a question": {"text": "谁还没报"},
    "a word of the keyboard": {"text": "我的任务"},
    "a command": {"text": "/summary", "entities": [{"type": "bot_command", "offset": 0, "length": 8}]},
    "a command to the bot": {
        "text": "/tasks@duban_bot",
        "entities": [{"type": "bot_command", "offset": 0, "length": 16}],
    },
    "an invitation": {"text": "/start abc", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]},
    "a mention": {"text": "@duban_bot 帮忙查一下", "entities": [{"type": "mention", "offset": 0, "length": 10}]},
    "a photo": {"photo": PHOTO, "caption": "（一）1 已完成"},
    "a paper": {"document": PAPER},
    "a voice": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    "a place": {"location": {"latitude": 24.5, "longitude": 109.7}},
    "a telephone number": {"contact": {"phone_number": "13800000000", "first_name": "某", "user_id": 4711}},
    "a forwarded card": {"text": "🔔 第一季度进展", "forward_origin": FORWARDED},
    "a new member": {"new_chat_members": [PERSON]},
    "a member gone": {"left_chat_member": PERSON},
    "a new photo": {"new_chat_photo": PHOTO},
    "a pinned message": {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}}},
    "a dice": {"dice": {"emoji": "🎲", "value": 3}},
}


@pytest.fixture
async def bound(play: Play) -> Play:
    """The group is a working group; the coordinator's card waits for a text to post."""
    play.api.add_user(STRANGER, "路人")
    await play.says(STRANGER, "你好")
    play.api.add_group(GROUP, "工作群", list(members(play)))
    await play.house.settle()
    for arg in ("bind", "write"):
        assert await play.taps(play.user("王牵头"), "yg", arg)
    return play


def body(play: Play, who: int, said: dict[str, Any], kind: str = "supergroup") -> dict[str, Any]:
    return {
        "message_id": 80_000 + play.api.world.updates.next_id,
        "from": {"id": who, "is_bot": False, "first_name": "某"},
        "chat": {"id": GROUP, "type": kind, "title": "工作群"},
        "date": int(play.clock.now().timestamp()),
        **said,
    }


async def arrive(play: Play, *updates: tuple[str, dict[str, Any]]) -> None:
    for kind, payload in updates:
        play.api.world.update(kind, payload)
    await play.house.settle()


def members(play: Play) -> tuple[int, ...]:
    return (play.user("王牵头"), play.user("李水利"), play.user("钱农业"), STRANGER)


def calls(play: Play) -> int:
    """How much the bot did in any chat, accepted or refused."""
    return len(play.api.transcript()) + len(play.api.refusals())


async def test_nothing_said_or_edited_in_a_group_is_answered_or_taken_in(bound: Play) -> None:
    before, did, handled = facts_of(bound.db, WATCHED), calls(bound), heard(bound)
    new = [("message", body(bound, who, said)) for said in SAID.values() for who in members(bound)]
    edited = [("edited_message", {**said, "edit_date": 1}) for _, said in new]
    await arrive(bound, *new, *edited)
    assert heard(bound) == handled + len(new) + len(edited)
    assert facts_of(bound.db, WATCHED) == before
    assert calls(bound) == did
    assert bound.dead() == []


def heard(play: Play) -> int:
    """How many updates of the group were handled."""
    done = select(func.count()).select_from(Inbox).where(Inbox.chat_id == GROUP, Inbox.state == "done")
    return play.read(lambda session: session.scalar(done) or 0)


async def test_replies_in_a_group_to_what_was_posted_there_are_no_reports(bound: Play) -> None:
    posted = {**body(bound, bound.api.world.account.id, {"text": "应报4份"}), "message_id": 1}
    before = facts_of(bound.db, WATCHED)
    await arrive(bound, ("message", body(bound, members(bound)[1], {"text": "已完成", "reply_to_message": posted})))
    assert facts_of(bound.db, WATCHED) == before


async def test_a_press_in_a_group_is_refused_to_everybody(bound: Play) -> None:
    """No button of ours is in a group; somebody may forge one all the same, with the data of the coordinator's card."""
    card = bound.newest_card("王牵头", "group")
    posted = bound.api.call("sendMessage", {"chat_id": str(GROUP), "text": "。"})["result"]["message_id"]
    before, said = facts_of(bound.db, WATCHED), bound.texts(GROUP)
    for who in members(bound):
        for arg in ("send", "leave", "see:names", "list"):
            toast = await bound.forges(who, f"1:yg:{card.id}:{card.rev}:{arg}", GROUP, posted)
            assert "不是给您的" in toast
    assert facts_of(bound.db, WATCHED) == before
    assert bound.texts(GROUP) == said and bound.api.transcript("leaveChat") == []


async def test_a_groups_title_is_kept_and_nothing_else_of_it(bound: Play) -> None:
    """A name may be hostile: it is only ever shown to the coordinator, in private."""
    said = body(bound, STRANGER, {"new_chat_title": "<b>新群名</b>"})
    said["chat"]["title"] = "<b>新群名</b>"
    did = calls(bound)
    await arrive(bound, ("message", said))
    assert [row.title for row in bound.rows(ChatGroup)] == ["<b>新群名</b>"]
    assert calls(bound) == did


WORDS = st.one_of(
    st.sampled_from([said["text"] for said in SAID.values() if "text" in said]),
    st.text("（一）12完成％%月日延期/@duban_bot已报 ", min_size=1, max_size=30),
    st.text(min_size=1, max_size=30),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talk=st.lists(st.tuples(st.integers(0, 3), WORDS, st.sampled_from(["group", "supergroup"])), max_size=10))
async def test_no_words_in_a_group_have_any_effect(bound: Play, talk: list[tuple[int, str, str]]) -> None:
    people = members(bound)
    before, did = facts_of(bound.db, WATCHED), calls(bound)
    await arrive(bound, *(("message", body(bound, people[who], {"text": text}, kind)) for who, text, kind in talk))
    assert facts_of(bound.db, WATCHED) == before
    assert calls(bound) == did
    assert bound.dead() == []
