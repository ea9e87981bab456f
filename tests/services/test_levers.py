"""The coordinator's levers through the chat: pause and resume, never remind, send now; and the contact's snooze."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.model import DubanError, Status
from bot.services import leverwords, pauses, reporting
from bot.services.pauses import Reach
from storage.tables import Audit, Card, Outbox, Pause, Plan, Reminder, Task
from tests.services.stage_play import FARMS, ROADS, WATER, Play, at, second_plan

BOSS, LI, QIAN, LEADER = "王牵头", "李水利", "钱农业", "赵领导"


def rungs(play: Play, number: str, agency: str, what: str = "2024Q1") -> dict[str, Reminder]:
    key = play.key(number, agency, what)
    found = play.rows(Reminder, Reminder.task_id == key.task_id, Reminder.agency_id == key.agency_id)
    return {row.rung: row for row in found if row.what == what and row.audience == "contact"}


def extra(play: Play, name: str) -> list[Outbox]:
    found = play.rows(Outbox, Outbox.kind == "wave", Outbox.person_id == play.person_id(name))
    return [row for row in found if row.key.startswith("chase:")]


def answer(play: Play, name: str, number: str, agency: str, what: str = "2024Q1") -> None:
    key, actor, now = play.key(number, agency, what), play.actor(name), play.clock.now()
    draft, source = reporting.Draft(Status.IN_PROGRESS), reporting.Source(now)
    play.write(lambda s: reporting.submit(s, actor, s.get_one(Plan, play.plan_id), key, draft, source, now) and None)


def paused(play: Play, **reach: int) -> None:
    now = play.clock.now()
    play.write(lambda s: pauses.pause(s, s.get_one(Plan, play.plan_id), Reach(**reach), None, "cli", now))


def resumed(play: Play, **reach: int) -> str:
    now = play.clock.now()
    return play.write(lambda s: pauses.resume(s, s.get_one(Plan, play.plan_id), Reach(**reach), "cli", now)).code


async def boss_says(play: Play, words: str) -> str:
    await play.says(play.user(BOSS), words)
    return play.last(play.user(BOSS))


async def test_a_pause_in_words_stops_an_agency_and_resuming_moves_its_day(play: Play) -> None:
    await play.at(at(4, 1, 10))  # D is 8 April, D−3 the next morning
    assert "已暂停：县水利局" in await boss_says(play, "暂停 水利局")
    heard = play.sent_to(play.user(LI))
    await play.until(at(4, 7, 23))
    assert play.sent_to(play.user(LI)) == heard
    assert rungs(play, "（一）2", FARMS)["D-3"].state == "sent"
    await play.at(at(4, 8, 8))
    assert "已恢复：县水利局" in await boss_says(play, "恢复 水利局")
    await play.until(at(4, 8, 23))
    assert play.sent_to(play.user(LI)) == heard + 1
    # The mornings of 2, 3 and 7 April were lost.
    assert "原定4月8日（周一），暂停3个工作日，顺延至4月11日（周四）" in play.last(play.user(LI))
    await play.until(at(4, 11, 23))
    assert rungs(play, "（一）1", WATER)["D"].owed_at == at(4, 11)
    assert play.dead() == []


async def test_a_message_queued_before_a_pause_is_held_back_and_said_after_it(play: Play) -> None:
    from bot.services import waves

    play.clock.set(at(4, 2, 9))
    play.write(lambda s: waves.tick(s, play.clock.now()))
    paused(play)
    heard = play.sent_to(play.user(LI))
    await play.house.settle()
    assert play.sent_to(play.user(LI)) == heard
    row = rungs(play, "（一）1", WATER)["D-3"]
    assert (row.state, row.outbox_id) == ("waiting", None)
    await play.at(at(4, 3, 8, 40))
    assert resumed(play) == "lever_resumed"
    await play.until(at(4, 3, 9))
    assert play.sent_to(play.user(LI)) == heard + 1
    assert rungs(play, "（一）1", WATER)["D-3"].state == "sent"


async def test_a_pause_with_an_end_ends_by_itself_and_includes_its_last_day(play: Play) -> None:
    await play.at(at(4, 1, 10))
    assert "到2024年4月3日（周三）为止" in await boss_says(play, "暂停（一）1 到4月3日")
    heard = rungs(play, "（一）1", WATER)
    await play.until(at(4, 3, 23))
    assert rungs(play, "（一）1", WATER).keys() == heard.keys()
    await play.until(at(4, 7, 10))
    assert rungs(play, "（一）1", WATER)["D-3"].owed_at == at(4, 7)  # 2 April, two working days later


async def test_pausing_and_resuming_are_idempotent_and_name_what_still_stands(play: Play) -> None:
    water = play.key("（一）1", WATER).agency_id
    paused(play, agency_id=water)
    paused(play, agency_id=water)
    paused(play)
    assert len(play.rows(Pause)) == 2
    said = await boss_says(play, "恢复 水利局")
    assert "已恢复：县水利局" in said and "还在暂停" in said
    assert "没有单独暂停" in await boss_says(play, "恢复（一）1")
    assert resumed(play) == "lever_resumed"
    assert resumed(play) == "lever_not_paused"
    assert [row.action for row in play.rows(Audit) if row.action.startswith("reminders_")] == [
        "reminders_paused",
        "reminders_paused",
        "reminders_resumed",
        "reminders_resumed",
    ]


@pytest.mark.slow
async def test_a_changed_end_changes_the_pause_that_lasts(play: Play) -> None:
    await boss_says(play, "暂停 整个计划 到4月3日")
    await boss_says(play, "暂停 整个计划")
    (row,) = play.rows(Pause)
    assert row.until_at is None
    await play.taps(play.user(BOSS), "yl", "whole")
    assert len(play.rows(Pause)) == 1


@pytest.mark.slow
async def test_a_muted_task_is_owed_and_silent_until_it_is_unmuted(play: Play) -> None:
    assert "已设为免催：（一）2" in await boss_says(play, "免催 （一）2")
    assert "已经是免催" in await boss_says(play, "免催（一）2")
    await play.until(at(4, 2, 10))
    row = rungs(play, "（一）2", FARMS)["D-3"]
    assert (row.state, row.reason) == ("dropped", "muted")
    await boss_says(play, "取消免催 （一）2")
    await play.until(at(4, 8, 10))
    assert rungs(play, "（一）2", FARMS)["D-1"].state == "sent"


async def test_send_now_shows_whom_it_reaches_before_it_goes_and_goes_once_a_day(play: Play) -> None:
    await play.at(at(4, 1, 10))
    await boss_says(play, "/board")
    assert await play.taps(play.user(BOSS), "yl", "urge")
    asked = play.last(play.user(BOSS))
    assert "将发给2个单位2人" in asked and "共3项" in asked and "内容如下" in asked
    assert ROADS in asked.split("请打电话")[1]
    heard = {name: play.sent_to(play.user(name)) for name in (LI, QIAN)}
    await play.taps(play.user(BOSS), "yl", "go")
    assert {name: play.sent_to(play.user(name)) - heard[name] for name in heard} == {LI: 1, QIAN: 1}
    assert "牵头办提醒，请抓紧报送" in play.last(play.user(LI))
    assert "已安排" in play.last(play.user(BOSS))
    assert rungs(play, "（一）1", WATER)["N240401"].state == "sent"
    assert (rungs(play, "（二）1", ROADS)["N240401"].reason) == "nobody"
    again = await boss_says(play, "催办 水利局")
    assert "今天已催过" in again and "现在没有可以发的催办" in again
    await play.taps(play.user(BOSS), "yl", "go")
    assert play.sent_to(play.user(LI)) == heard[LI] + 1
    # The ladder goes on as if nothing had been.
    await play.until(at(4, 2, 10))
    assert rungs(play, "（一）1", WATER)["D-3"].state == "sent"
    assert play.dead() == []


async def test_send_now_leaves_out_what_is_answered_paused_or_muted(play: Play) -> None:
    await play.at(at(4, 1, 10))
    answer(play, QIAN, "（一）2", FARMS)
    await boss_says(play, "暂停（一）1")
    await boss_says(play, "免催（二）2")
    asked = await boss_says(play, "催办 全部")
    assert "没有可以发的" in asked and FARMS not in asked
    assert "暂停中，不发" in asked and "已设为免催，不发" in asked


async def test_a_report_between_the_press_and_the_sending_stops_it(play: Play) -> None:
    await play.at(at(4, 1, 12))
    await boss_says(play, "催办 农业农村局")
    await play.taps(play.user(BOSS), "yl", "go")
    assert "14:30" in play.last(play.user(BOSS))
    answer(play, QIAN, "（一）2", FARMS)
    heard = play.sent_to(play.user(QIAN))
    await play.until(at(4, 1, 15))
    assert play.sent_to(play.user(QIAN)) == heard
    row = rungs(play, "（一）2", FARMS)["N240401"]
    assert (row.state, row.reason) == ("dropped", "reported")


@pytest.mark.slow
async def test_in_the_noon_break_it_waits_for_the_afternoon(play: Play) -> None:
    await play.at(at(4, 1, 12))
    await boss_says(play, "催办 水利局")
    await play.taps(play.user(BOSS), "yl", "go")
    heard = play.sent_to(play.user(LI))
    await play.until(at(4, 1, 14, 29))
    assert play.sent_to(play.user(LI)) == heard
    await play.until(at(4, 1, 14, 31))
    assert play.sent_to(play.user(LI)) == heard + 1


async def test_in_the_evening_it_joins_the_next_mornings_one_message_whatever_the_cap(play: Play) -> None:
    plan = {"cap_per_quarter": 1}
    await play.at(at(4, 2, 10))
    play.write(lambda s: setattr(s.get_one(Plan, play.plan_id), "policy", plan))
    await play.at(at(4, 2, 20))
    assert "并入4月3日 09:00" in await boss_says(play, "催办 水利局")
    await play.taps(play.user(BOSS), "yl", "go")
    heard = play.sent_to(play.user(LI))
    await play.until(at(4, 3, 10))
    assert play.sent_to(play.user(LI)) == heard + 1
    assert rungs(play, "（一）1", WATER)["N240403"].state == "sent"
    assert extra(play, LI) == []


@pytest.mark.slow
async def test_two_presses_before_it_left_make_one_message(play: Play) -> None:
    await play.at(at(4, 1, 12))
    for words in ("催办（一）1", "催办 水利局"):
        await boss_says(play, words)
        await play.taps(play.user(BOSS), "yl", "go")
    heard = play.sent_to(play.user(LI))
    await play.until(at(4, 1, 15))
    assert play.sent_to(play.user(LI)) == heard + 1
    assert {rungs(play, number, WATER)["N240401"].state for number in ("（一）1", "（二）2")} == {"sent"}
    assert len(extra(play, LI)) == 1


@pytest.mark.slow
async def test_a_chase_list_leads_to_sending_now_what_it_lists(play: Play) -> None:
    await play.until(at(4, 10, 10))
    assert await play.taps(play.user(BOSS), "yl", "urge")
    asked = play.last(play.user(BOSS))
    assert "将发给2个单位2人" in asked


@pytest.mark.slow
async def test_the_card_pauses_by_taps_and_takes_the_typed_last_day(play: Play) -> None:
    boss = play.user(BOSS)
    await boss_says(play, "暂停")
    assert await play.taps(boss, "yl", "list:pause:tasks:0")
    task_id = play.key("（一）1", WATER).task_id
    assert await play.taps(boss, "yl", f"task:{task_id}")
    assert "暂停：（一）1" in play.last(boss)
    await play.says(boss, "4月3日")
    assert "到2024年4月3日" in play.last(boss)
    (row,) = play.rows(Pause)
    assert (row.task_id, row.until_at) == (task_id, at(4, 4, 0))
    assert await play.taps(boss, "yl", f"resume:{row.id}")
    assert "已恢复" in play.last(boss)


async def test_buttons_of_another_plan_or_forged_ones_change_nothing(play: Play) -> None:
    other = second_plan(
        play, "《清河县2024年乡村道路工作计划》\n一、任务\n（一）养护\n1.养护道路\n做好养护。（县水利局牵头）\n"
    )
    foreign = play.rows(Task, Task.plan_id == other)[0].id
    await boss_says(play, "暂停")
    for args in ("list:mute:tasks:0", f"task:{foreign}", "resume:1", "resume:x", f"unmute:{foreign}", "go", "list:a:b"):
        card = play.newest_card(BOSS, "levers")
        await play.forges(play.user(BOSS), f"1:yl:{card.id}:{card.rev}:{args}")
    assert play.rows(Pause) == [] and play.dead() == []
    assert play.rows(Task, Task.muted_at.is_not(None)) == []


async def test_only_a_coordinators_words_pull_levers(play: Play) -> None:
    for name in (LI, LEADER):
        await play.says(play.user(name), "暂停 水利局")
        await play.says(play.user(name), "暂停")
    assert play.rows(Pause) == [] and play.rows(Card, Card.kind == "levers") == []


@pytest.mark.parametrize(
    ("words", "number", "agency", "through"),
    [
        ("暂停 农业农村局 到6月1日", None, FARMS, date(2024, 6, 1)),
        ("暂停农业农村局至4月底", None, FARMS, date(2024, 4, 30)),
        ("暂停（二）1", "（二）1", None, None),
        ("暂停 (二) 1 交通运输局", "（二）1", ROADS, None),
        ("暂停第4项", "（二）2", None, None),
        ("暂停 巡河制度", "（二）2", None, None),
        ("暂停整个计划 直到5月6日", None, None, date(2024, 5, 6)),
        ("pause 县水利局", None, WATER, None),
    ],
)
async def test_what_words_mean(play: Play, words: str, number: str | None, agency: str | None, through: date) -> None:
    now = play.clock.now()
    said = play.read(lambda s: leverwords.read(s, s.get_one(Plan, play.plan_id), words, now))
    task = play.key(number, WATER).task_id if number else None
    known = play.key("（一）1", agency).agency_id if agency else None
    assert (said.reach, said.through_on) == (Reach(task, known), through)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("暂停 环保局", "agency_unknown"),
        ("暂停（九）9", "task_unknown"),
        ("免催 水利局", "lever_needs_task"),
        ("暂停 水利局 到3月20日", "last_day_far"),
        ("暂停 水利局 到大后年", "last_day_far"),
    ],
)
async def test_what_words_cannot_mean_is_said(play: Play, words: str, code: str) -> None:
    now = play.clock.now()
    with pytest.raises(DubanError) as refused:
        play.read(lambda s: leverwords.read(s, s.get_one(Plan, play.plan_id), words, now))
    assert refused.value.code == code


async def test_an_end_that_is_past_is_refused(play: Play) -> None:
    now = play.clock.now()
    with pytest.raises(DubanError, match="pause_past"):
        play.write(lambda s: pauses.pause(s, s.get_one(Plan, play.plan_id), Reach(), date(2024, 3, 28), "cli", now))


def snoozed(play: Play, name: str) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        card = session.merge(play.newest_card(name), load=True)
        mine = play.key("（一）2", FARMS).task_id
        card.state = {**card.state, "focus": [due["task"] for due in card.state["dues"]].index(mine)}
        reporting.snooze(session, play.actor(name), card, play.clock.now())

    play.write(work)


@pytest.mark.slow
async def test_a_snooze_twice_is_one_recorded_rung_and_rides_on_the_one_morning_message(play: Play) -> None:
    await play.at(at(4, 1, 10))
    for _ in range(2):
        snoozed(play, QIAN)
    assert len([row for row in play.rows(Audit) if row.action == "reminder_snoozed"]) == 1
    heard = play.sent_to(play.user(QIAN))
    await play.until(at(4, 2, 10))  # D−3 falls on the same morning
    assert play.sent_to(play.user(QIAN)) == heard + 1
    assert "按您的要求" in play.last(play.user(QIAN))
    found = rungs(play, "（一）2", FARMS)
    assert (found["S240402"].state, found["D-3"].reason) == ("sent", "overtaken")
    await play.until(at(4, 8, 10))
    assert rungs(play, "（一）2", FARMS)["D-1"].state == "sent"


@pytest.mark.slow
async def test_a_snooze_outlives_a_pause_and_yields_to_a_report(play: Play) -> None:
    await play.at(at(4, 1, 10))
    snoozed(play, QIAN)
    paused(play)
    await play.until(at(4, 2, 23))
    row = rungs(play, "（一）2", FARMS)["S240402"]
    assert (row.state, row.reason) == ("waiting", "paused")
    answer(play, QIAN, "（一）2", FARMS)
    await play.at(at(4, 3, 8))
    resumed(play)
    await play.until(at(4, 3, 10))
    row = rungs(play, "（一）2", FARMS)["S240402"]
    assert (row.state, row.reason) == ("dropped", "reported")


@pytest.mark.slow
async def test_a_snooze_dropped_for_a_report_withdrawn_since_can_be_asked_again(play: Play) -> None:
    await play.at(at(4, 2, 10))
    snoozed(play, QIAN)
    dropped = rungs(play, "（一）2", FARMS)["S240403"]
    play.write(lambda s: setattr(s.get_one(Reminder, dropped.id), "state", "dropped"))
    snoozed(play, QIAN)
    heard = play.sent_to(play.user(QIAN))
    await play.until(at(4, 3, 10))
    assert play.sent_to(play.user(QIAN)) == heard + 1
