"""Working groups: put in, bound by a tap, posted to by a tap, moved, lost; nothing else is ever said in a group."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.localchat.faults import Fault
from bot.services import groups
from bot.texts.sentences import sentence
from storage import outbox
from storage.tables import Audit, ChatGroup, Outbox, Person, RoleGrant
from tests.services.stage_play import DITCHES, FARMS, ROADS, STRANGER, WATER, Play, activate, at, second_plan

GROUP, SUPER = -5001, -1005001
TITLE = "河道整治工作群"
BOSS, CONTACT = "王牵头", "李水利"


async def put_in(play: Play, by: str = BOSS, group: int = GROUP, title: str = TITLE) -> None:
    others = [player.user_id for player in play.cast.values() if player.name != by]
    play.api.add_group(group, title, [play.user(by), *others])
    await play.house.settle()


async def bound(play: Play) -> int:
    await put_in(play)
    await tap(play, "bind")
    return play.user(BOSS)


async def tap(play: Play, arg: str, who: str = BOSS) -> None:
    """A tap and all that follows: what a post's end draws in another chat is another round."""
    assert await play.taps(play.user(who), "yg", arg)
    await play.house.settle()


async def see_and_send(play: Play, kind: str = "state") -> None:
    for arg in (f"see:{kind}", "send"):
        await tap(play, arg)


def posts(play: Play, group: int = GROUP) -> list[str]:
    return [str(call.params["text"]) for call in play.api.transcript("sendMessage", group)]


def quiet(play: Play, group: int = GROUP) -> bool:
    """Whether nothing was said in the group, or shown there; leaving it says nothing."""
    return {call.method for call in play.api.transcript(chat_id=group)} <= {"leaveChat"}


def row_of(play: Play, chat_id: int = GROUP) -> ChatGroup:
    rows: list[ChatGroup] = play.rows(ChatGroup, ChatGroup.chat_id == chat_id)
    (row,) = rows
    return row


def told(play: Play, who: str, code: str) -> int:
    """How often somebody heard a sentence."""
    words = sentence(code, {"title": TITLE}, "zh")
    return sum(call.params.get("text") == words for call in play.api.transcript("sendMessage", play.user(who)))


def stage(play: Play) -> str:
    return str(play.newest_card(BOSS, "group").state["stage"])


async def reports(play: Play, who: str, words: str) -> None:
    await play.says(play.user(who), words)
    await play.taps(play.user(who), "wy")


async def test_a_coordinator_is_asked_in_private_and_the_group_hears_nothing(play: Play) -> None:
    await put_in(play)
    assert f"把“{TITLE}”作为工作群" in play.last(play.user(BOSS))
    assert row_of(play).bound_at is None
    await tap(play, "bind")
    assert row_of(play).bound_by == play.person_id(BOSS)
    assert play.api.transcript(chat_id=GROUP) == []
    assert play.dead() == []


async def test_the_figures_go_out_once_after_the_coordinator_has_seen_them(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:state")
    preview, old = play.last(boss), play.newest_card(BOSS, "group")
    assert posts(play) == []
    assert "应报4份，已报0份" in preview
    await tap(play, "send")
    for _ in range(2):
        await play.forges(boss, f"1:yg:{old.id}:{old.rev}:send")
    (text,) = posts(play)
    assert text in preview
    assert WATER not in text and FARMS not in text
    assert play.api.transcript("sendMessage", GROUP)[0].params.get("reply_markup") is None
    assert "✅ 已发到" in play.last(boss)
    (entry,) = play.rows(Audit, Audit.action == "group_released")
    assert (entry.actor, entry.detail["post"]["owed"]) == (f"person:{play.person_id(BOSS)}", 4)
    assert play.dead() == []


@pytest.mark.slow
async def test_the_due_day_is_announced_without_figures(play: Play) -> None:
    await bound(play)
    await see_and_send(play, "day")
    (text,) = posts(play)
    assert "请于4月8日（周一）17:30前报送第一季度进展" in text and "份" not in text


async def test_agencies_are_named_only_after_a_second_tap_and_in_the_plans_order(play: Play) -> None:
    boss = await bound(play)
    await see_and_send(play, "names")
    assert posts(play) == []
    assert "所有人都会看到" in play.last(boss) and WATER in play.last(boss)
    await tap(play, "name")
    (text,) = posts(play)
    assert 0 < text.index(WATER) < text.index(FARMS)
    assert "排名不分先后" in text


@pytest.mark.slow
async def test_who_has_reported_everything_is_not_named(play: Play) -> None:
    boss = await bound(play)
    for words in ("（一）1 已完成", "（二）2 已完成"):
        await reports(play, CONTACT, words)
    await reports(play, "钱农业", "（一）2 已完成")
    await tap(play, "see:names")
    assert ROADS in play.last(boss) and WATER not in play.last(boss) and FARMS not in play.last(boss)


async def test_what_has_changed_since_the_preview_is_shown_anew_and_not_posted(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:state")
    await reports(play, CONTACT, "（一）1 已清理12处，完成80%")
    await tap(play, "send")
    assert play.toast() == sentence("group_text_changed", {}, "zh")
    assert posts(play) == []
    assert "已报1份" in play.last(boss)
    await tap(play, "send")
    assert ["已报1份" in text for text in posts(play)] == [True]


@pytest.mark.slow
async def test_a_post_held_up_until_it_is_no_longer_true_is_not_sent(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:names")
    await tap(play, "send")
    play.api.faults.add(Fault("sendMessage", "error", retry_after=3600, chat_id=GROUP))
    await tap(play, "name")
    await reports(play, CONTACT, "（一）1 已清理12处，完成80%")
    await reports(play, CONTACT, "（二）2 已完成")
    await play.at(at(3, 29, 10, 30))
    await play.house.settle()
    assert posts(play) == []
    assert "情况刚有变化" in play.last(boss)


@pytest.mark.slow
async def test_a_post_held_up_by_the_limit_goes_out_once(play: Play) -> None:
    await bound(play)
    play.api.faults.add(Fault("sendMessage", "error", count=3, retry_after=60, chat_id=GROUP))
    await tap(play, "see:day")
    await tap(play, "send")
    await play.until(at(3, 29, 9, 20))
    assert len(posts(play)) == 1 and stage(play) == "sent"


async def test_a_post_nobody_knows_the_fate_of_is_said_to_be_so_and_not_repeated(play: Play) -> None:
    boss = await bound(play)
    play.api.faults.add(Fault("sendMessage", "error", code=502, chat_id=GROUP))
    await see_and_send(play)
    await play.until(at(3, 29, 9, 30))
    assert posts(play) == [] and "不知道发出没有" in play.last(boss)
    await tap(play, "back")
    await see_and_send(play)
    assert len(posts(play)) == 1


WORDS = "各位：<b>明天</b>下午三点开会&请准时\n地点在三楼"


async def test_own_words_are_posted_as_they_stand_after_a_preview(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "write")
    await play.says(boss, WORDS)
    assert posts(play) == [] and WORDS in play.last(boss)
    await tap(play, "send")
    assert play.texts(GROUP) == [WORDS]


@pytest.mark.slow
async def test_a_holiday_notice_typed_for_the_group_is_posted_and_not_read(play: Play) -> None:
    notice = "关于2024年清明节放假的通知：4月4日至6日放假调休，4月7日（星期日）上班。"
    boss = await bound(play)
    await tap(play, "write")
    await play.says(boss, notice)
    await tap(play, "send")
    assert posts(play) == [notice]


async def test_own_words_that_name_an_agency_need_the_second_tap_too(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "write")
    await play.says(boss, f"请{WATER}今天报上来")
    await tap(play, "send")
    assert posts(play) == [] and stage(play) == "confirm"
    await tap(play, "name")
    assert len(posts(play)) == 1


@pytest.mark.slow
async def test_words_too_long_are_refused_and_may_be_typed_again(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "write")
    await play.says(boss, "长" * (groups.LONGEST_TEXT + 1))
    assert play.last(boss) == sentence("text_too_long", {"limit": groups.LONGEST_TEXT}, "zh")
    await play.says(boss, "\u200b\u200b")
    assert play.last(boss) == sentence("group_text_needed", {}, "zh")
    await play.says(boss, "短些")
    await tap(play, "send")
    assert posts(play) == ["短些"]


@pytest.mark.slow
async def test_outside_working_hours_the_card_warns_and_the_tap_counts(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:state")
    assert "不是工作时间" not in play.last(boss)
    await tap(play, "back")
    await play.at(at(3, 29, 20))
    await tap(play, "see:day")
    assert "不是工作时间" in play.last(boss)
    await tap(play, "send")
    assert len(posts(play)) == 1


@pytest.mark.parametrize("who", [CONTACT, "赵领导"])
async def test_a_group_somebody_else_put_the_bot_into_is_left_without_a_word_in_it(play: Play, who: str) -> None:
    await put_in(play, by=who)
    assert play.api.world.chats[GROUP].bot_status == "left"
    assert quiet(play) and play.rows(ChatGroup) == []
    assert (told(play, who, "group_not_yours"), told(play, BOSS, "group_refused")) == (1, 1)
    play.api.user_sends(GROUP, "在吗", by=play.user(who))
    play.api.add_bot(GROUP, by=play.user(who))
    await play.house.settle()
    assert play.api.world.chats[GROUP].bot_status == "left"
    assert quiet(play) and told(play, BOSS, "group_refused") == 1


@pytest.mark.slow
async def test_a_strangers_groups_are_left_and_told_of_once_a_day(play: Play) -> None:
    play.api.add_user(STRANGER, "路人")
    for group in (GROUP, GROUP - 1, GROUP - 2):
        play.api.add_group(group, TITLE, [STRANGER, play.user(BOSS)])
    await play.house.settle()
    assert {play.api.world.chats[group].bot_status for group in (GROUP, GROUP - 1, GROUP - 2)} == {"left"}
    assert told(play, BOSS, "group_refused") == 1
    assert play.api.transcript(chat_id=STRANGER) == []


async def test_a_group_given_up_is_left_and_nothing_is_posted_there_any_more(play: Play) -> None:
    boss = await bound(play)
    await tap(play, "see:state")
    second = play.newest_card(BOSS, "group")
    await play.says(boss, "工作群")
    await tap(play, "out")
    await tap(play, "leave")
    assert play.api.world.chats[GROUP].bot_status == "left"
    assert row_of(play).left_at is not None and row_of(play).bound_at is None
    await play.forges(boss, f"1:yg:{second.id}:{second.rev}:send")
    assert quiet(play)
    assert told(play, BOSS, "group_lost") == 0
    assert "还没有工作群" in await opened(play)


async def opened(play: Play) -> str:
    await play.says(play.user(BOSS), "工作群")
    return play.last(play.user(BOSS))


@pytest.mark.slow
async def test_a_leave_that_fails_is_made_up_for_at_the_next_sign_of_life(play: Play) -> None:
    await bound(play)
    play.api.faults.add(Fault("leaveChat", "error", code=502))
    await tap(play, "out")
    await tap(play, "leave")
    assert play.api.world.chats[GROUP].bot_status == "member"
    play.api.user_sends(GROUP, "大家好", by=play.user(CONTACT))
    await play.house.settle()
    assert play.api.world.chats[GROUP].bot_status == "left"
    assert quiet(play) and told(play, BOSS, "group_refused") == 0


async def test_put_out_of_a_group_the_coordinators_hear_it_once_and_may_bind_it_again(play: Play) -> None:
    boss = await bound(play)
    play.api.remove_bot(GROUP, by=play.user(CONTACT))
    await play.house.settle()
    assert told(play, BOSS, "group_lost") == 1
    assert "还没有工作群" in await opened(play)
    play.api.add_bot(GROUP, by=boss)
    await play.house.settle()
    await tap(play, "bind")
    await see_and_send(play)
    assert len(posts(play)) == 1 and told(play, BOSS, "group_lost") == 1


LOST = [
    (403, "Forbidden: bot was kicked from the supergroup chat"),
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (403, "Forbidden: bot is not a member of the supergroup chat"),
    (403, "Forbidden: the group chat was deleted"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    (400, "Bad Request: chat not found"),
]
EVERY_LOSS = [
    pytest.param(*loss, id=loss[1].split(": ")[1], marks=[pytest.mark.slow] * (place > 1))
    for place, loss in enumerate(LOST)
]


@pytest.mark.parametrize(("code", "words"), EVERY_LOSS)
async def test_a_group_that_takes_no_post_is_lost_and_told_of_once(play: Play, code: int, words: str) -> None:
    boss = await bound(play)
    play.api.faults.add(Fault("sendMessage", "error", code=code, description=words, chat_id=GROUP))
    await see_and_send(play)
    assert "没有发出" in play.texts(boss)[-2] + play.texts(boss)[-1]
    assert told(play, BOSS, "group_lost") == 1 and row_of(play).left_at is not None
    assert not play.rows(Person, Person.unreachable_since_at.is_not(None))
    play.api.remove_bot(GROUP, by=boss)
    await play.house.settle()
    assert told(play, BOSS, "group_lost") == 1


@pytest.mark.slow
async def test_a_new_name_is_kept(play: Play) -> None:
    await bound(play)
    play.api.world.chats[GROUP].title = "河道整治（新）群"
    play.api.user_sends(GROUP, "改名了", by=play.user(CONTACT))
    await play.house.settle()
    assert "河道整治（新）群" in await opened(play)


async def press_without_sending(play: Play, arg: str) -> None:
    """A tap that is handled while the sender does not get to it."""
    sender = play.house.sender
    drain, sender.drain = sender.drain, _nothing  # type: ignore[method-assign]
    try:
        assert await play.taps(play.user(BOSS), "yg", arg)
    finally:
        sender.drain = drain  # type: ignore[method-assign]


async def _nothing() -> int:
    return 0


async def test_a_group_found_moved_while_sending_gets_its_post_once_under_the_new_id(play: Play) -> None:
    await bound(play)
    await tap(play, "see:day")
    await press_without_sending(play, "send")
    play.api.migrate_group(GROUP, SUPER)
    await play.house.sender.drain()
    assert row_of(play, SUPER).bound_at is not None
    await play.house.settle()
    await play.house.settle()
    assert (posts(play), len(posts(play, SUPER))) == ([], 1)
    assert len(play.api.refusals("sendMessage", GROUP)) == 1  # the one that learned of the move
    await tap(play, "back")
    await see_and_send(play)
    assert len(posts(play, SUPER)) == 2 and len(play.api.refusals("sendMessage", GROUP)) == 1


async def test_a_post_waiting_while_the_group_moves_never_tries_the_old_id(play: Play) -> None:
    await bound(play)
    await tap(play, "see:day")
    await press_without_sending(play, "send")
    play.api.migrate_group(GROUP, SUPER)
    await play.house.settle()
    await play.house.settle()
    assert len(posts(play, SUPER)) == 1
    assert play.api.refusals("sendMessage", GROUP) == [] and posts(play) == []
    assert stage(play) == "sent"


@pytest.mark.slow
async def test_a_post_in_flight_when_its_sender_died_is_not_sent_again_by_itself(play: Play) -> None:
    await bound(play)
    await tap(play, "see:day")
    await press_without_sending(play, "send")
    now = play.clock.now()
    play.write(lambda session: outbox.claim(session, "dead", now, 10))
    await play.at(at(3, 29, 9, 30))
    await play.house.settle()
    assert quiet(play) and "不知道发出没有" in play.last(play.user(BOSS))
    assert play.dead() == []


def service(chat: int, kind: str, by: int, **more: Any) -> tuple[str, dict[str, Any]]:
    body = {"message_id": 70_000 - chat % 100, "date": 0, "chat": {"id": chat, "type": kind, "title": TITLE}, **more}
    return "message", {**body, "from": {"id": by, "is_bot": False, "first_name": "某"}}


def member(chat: int, kind: str, by: int, old: str, new: str) -> tuple[str, dict[str, Any]]:
    bot = {"id": 1_000_001, "is_bot": True, "first_name": "督办"}
    states = {
        f"{at}_chat_member": {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
        for at, status in (("old", old), ("new", new))
    }
    body = {"chat": {"id": chat, "type": kind, "title": TITLE}, "date": 0, **states}
    return "my_chat_member", {**body, "from": {"id": by, "is_bot": False, "first_name": "某"}}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2), (2, 3, 0, 1), (0,), (1,)])
async def test_a_move_is_followed_in_whatever_order_it_is_said(play: Play, order: tuple[int, ...]) -> None:
    """Whoever turned the group into a supergroup is no coordinator; Telegram also says that the bot left and came."""
    await bound(play)
    by = play.user(CONTACT)
    said = (
        service(GROUP, "group", by, migrate_to_chat_id=SUPER),
        service(SUPER, "supergroup", by, migrate_from_chat_id=GROUP),
        member(GROUP, "group", by, "member", "left"),
        member(SUPER, "supergroup", by, "left", "member"),
    )
    for place in order:
        play.api.world.update(*said[place])
    await play.house.settle()
    row = row_of(play, SUPER)
    assert row.bound_at is not None and row.left_at is None
    assert len(play.rows(ChatGroup)) == 1
    assert play.api.transcript("leaveChat") == []
    assert told(play, BOSS, "group_lost") == told(play, BOSS, "group_refused") == 0
    assert play.dead() == []


async def test_a_coordinator_who_moves_the_group_is_not_asked_again(play: Play) -> None:
    boss = await bound(play)
    play.api.world.update(*member(SUPER, "supergroup", boss, "left", "member"))
    await play.house.settle()
    play.api.world.update(*service(SUPER, "supergroup", boss, migrate_from_chat_id=GROUP))
    await play.house.settle()
    (row,) = play.rows(ChatGroup)
    assert (row.chat_id, row.bound_by) == (SUPER, play.person_id(BOSS))


@pytest.mark.slow
async def test_what_a_former_coordinator_released_is_not_sent(play: Play) -> None:
    await bound(play)
    await tap(play, "see:day")
    await press_without_sending(play, "send")
    over = update(RoleGrant).where(RoleGrant.person_id == play.person_id(BOSS)).values(ended_at=play.clock.now())
    play.write(lambda session: session.execute(over))
    await play.house.settle()
    assert quiet(play)
    (row,) = play.rows(Outbox, Outbox.kind == "group_post")
    assert (row.state, row.reason) == ("cancelled", "left")


@pytest.mark.slow
async def test_with_several_groups_and_plans_one_of_each_is_chosen(play: Play) -> None:
    boss = await bound(play)
    await put_in(play, group=GROUP - 1, title="渠道管护群")
    await tap(play, "bind")
    activate(play, second_plan(play, DITCHES))
    await play.says(boss, "工作群")
    await tap(play, f"open:{row_of(play, GROUP - 1).id}")
    first = play.last(boss)
    await tap(play, "plan")
    assert play.last(boss) != first
    await see_and_send(play)
    assert (len(posts(play, GROUP - 1)), posts(play)) == (1, [])
    assert "河道整治" in posts(play, GROUP - 1)[0]


@pytest.mark.slow
async def test_a_whole_life_of_a_group(play: Play) -> None:
    """Put in, bound, posted to, moved, posted to again, put out."""
    boss = await bound(play)
    await see_and_send(play)
    play.api.migrate_group(GROUP, SUPER)
    await play.house.settle()
    await play.at(play.clock.now() + timedelta(days=3))
    await tap(play, "back")
    await see_and_send(play)
    play.api.remove_bot(SUPER, by=boss)
    await play.house.settle()
    assert (len(posts(play)), len(posts(play, SUPER))) == (1, 1)
    assert told(play, BOSS, "group_lost") == 1
    released = [entry.action for entry in play.rows(Audit) if entry.action.startswith("group_")]
    assert released == ["group_bound", "group_released", "group_released"]
    assert play.dead() == []
