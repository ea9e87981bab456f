"""Answers by phone: logged for the agency, told, undone, corrected, reviewed; the phone list; what the limits held."""

from __future__ import annotations

from functools import partial

import pytest

from bot.domain.model import DubanError, Role
from bot.domain.wording import plain
from bot.services import behalfwords, entering, phonelist, reviewing, summaries
from bot.texts.sentences import sentence
from storage.tables import Audit, Card, Person, Plan, Reminder, Report, Review
from tests.services.stage_play import FARMS, PLAN, ROADS, WATER, Play, activate, at, second_plan

BOSS, LI, QIAN = "王牵头", "李水利", "钱农业"


async def boss_says(play: Play, words: str) -> str:
    await play.says(play.user(BOSS), words)
    return play.last(play.user(BOSS))


async def boss_taps(play: Play, *steps: str) -> str:
    for step in steps:
        assert await play.taps(play.user(BOSS), "yb", step), (step, play.last(play.user(BOSS)))
    return play.last(play.user(BOSS))


def second_coordinator(play: Play, name: str) -> None:
    now = play.clock.now()
    play.write(lambda s: entering.grant(s, s.get_one(Person, play.person_id(name)), Role.COORDINATOR, now))


async def test_the_phone_list_leads_by_taps_to_an_answer_that_counts_from_the_call(play: Play) -> None:
    await play.at(at(4, 11, 9))  # D was 8 April, D+3 this morning
    assert "电话催办单" in play.last(play.user(BOSS))
    shown = await boss_taps(play, "")
    assert "哪个单位" in shown
    shown = await boss_taps(play, "list:phones:0")
    water = shown[shown.index(WATER) : shown.index(FARMS)]
    for part in ("李水利 13800000003", "周副手（AB角） 13800000005", "吴局长（负责人）", "（一）1", "已催2次"):
        assert part in water
    assert "消息送不到：通讯录没有联系人" in shown[shown.index(ROADS) :]

    water_id, task = play.key("（一）1", WATER).agency_id, play.key("（一）1", WATER).task_id
    await boss_taps(play, f"agency:{water_id}", f"due:{task}:2024Q1", "st:in_progress")
    shown = play.last(play.user(BOSS))
    assert "来源：电话 李水利 4月11日" in shown
    assert "按补报登记" in shown
    shown = await boss_taps(play, "go")
    assert "已告诉李水利" in shown
    await boss_taps(play, "list:phones:0")
    assert [card.state["stage"] for card in play.rows(Card, Card.kind == "behalf")][-2:] == ["sent", "phones"]

    (report,) = play.rows(Report)
    assert (report.on_behalf, report.sender_id) == ("电话 李水利 4月11日", play.person_id(BOSS))
    assert (report.agency_id, report.status, report.told_at) == (water_id, "in_progress", at(4, 11, 9))
    told = play.last(play.user(LI))
    for part in ("（一）1 清理河道垃圾", "第一季度进展", "推进中", "电话 李水利 4月11日", "请再报一次"):
        assert part in told
    (entry,) = play.rows(Audit, Audit.action == "report_submitted")
    assert entry.detail["on_behalf"] == report.on_behalf
    assert entry.actor == f"person:{play.person_id(BOSS)}"
    assert play.dead() == []


@pytest.mark.slow
async def test_after_a_logged_answer_the_agency_is_not_reminded_of_it(play: Play) -> None:
    await boss_says(play, "代填 水利局 （一）1 已排查12家，完成80%")
    await boss_taps(play, "go")
    await play.until(at(4, 9, 23))
    key = play.key("（一）1", WATER)
    rows = play.rows(Reminder, Reminder.task_id == key.task_id, Reminder.agency_id == key.agency_id)
    later = [row for row in rows if row.audience == "contact" and row.rung in ("D-3", "D-1", "D", "D+1")]
    assert [row.state for row in later if row.state == "sent"] == []


async def test_an_answer_in_words_is_shown_as_understood_and_can_be_taken_back_for_ten_minutes(play: Play) -> None:
    shown = await boss_says(play, "代填 水利局 （二）2 已完成60%，预计5月底完成")
    for part in ("您写的", "（二）2", "60%", "5月31日", "来源：电话 李水利 3月29日"):
        assert part in shown
    await boss_taps(play, "ask:source")
    await boss_says(play, "电话 吴局长 3月28日下午")
    await boss_taps(play, "go")
    (report,) = play.rows(Report)
    assert (report.percent, report.on_behalf) == (60, "电话 吴局长 3月28日下午")
    assert report.words == "水利局 （二）2 已完成60%，预计5月底完成"

    await play.at(at(3, 29, 9, 5))
    assert "✅ 登记" not in await boss_taps(play, "un")
    assert [row.withdrawn for row in play.rows(Report)] == [False, True]
    assert "已撤回" in play.last(play.user(LI))
    await boss_taps(play, "go")
    await play.at(at(3, 29, 9, 30))
    await play.taps(play.user(BOSS), "yb", "un")
    assert play.toast() == sentence("undo_too_late", {}, "zh")
    assert [row.withdrawn for row in play.rows(Report)] == [False, True, False]
    assert play.dead() == []


async def test_the_contact_corrects_what_was_logged_by_a_report_of_the_own(play: Play) -> None:
    await boss_says(play, "代填 县水利局：（一）1 已完成")
    await boss_taps(play, "go")
    await play.says(play.user(LI), "（一）1 还没完成，完成了70%")
    await play.taps(play.user(LI), "wy")
    reports = play.rows(Report)
    assert [(row.version, row.status, bool(row.on_behalf)) for row in reports] == [
        (1, "done", True),
        (2, "in_progress", False),
    ]
    assert reports[0].number == reports[1].number
    await play.taps(play.user(BOSS), "yb", "un")
    assert play.toast() == sentence("report_replaced", {}, "zh")


async def test_the_only_coordinators_entry_counts_without_review_on_record(play: Play) -> None:
    await boss_says(play, "代填 水利局 （一）1 已完成60%")
    shown = await boss_taps(play, "go")
    assert "没有第二位牵头办同志" in shown
    assert "认可" not in shown
    (review,) = play.rows(Review)
    assert review.reason == reviewing.SOLE
    assert [row.action for row in play.rows(Audit, Audit.action.like("report_%"))][-1] == "report_taken_unreviewed"
    assert "没有待审核" in await boss_says(play, "/review")
    actor, now = play.actor(BOSS), play.clock.now()
    summary = play.read(lambda s: summaries.build(s, s.get_one(Plan, play.plan_id), "2024Q1", now, actor))
    (line,) = [line for task in summary.tasks for line in task.reports]
    assert (line.on_behalf, line.review) == (True, "unreviewed")


async def test_with_two_coordinators_the_other_reviews_and_a_return_goes_to_the_agency(play: Play) -> None:
    second_coordinator(play, QIAN)
    await boss_says(play, "代填 水利局 （一）1 已完成")
    assert "请另一位牵头办同志审核" in await boss_taps(play, "go")
    assert play.rows(Review) == []
    assert "请另一位牵头办同志审核" in await boss_says(play, "/review")
    await play.taps(play.user(BOSS), "ra")
    assert play.toast() == sentence("own_report", {}, "zh")

    await play.says(play.user(QIAN), "/review")
    assert "代填，来源：电话 李水利" in play.last(play.user(QIAN))
    for action, arg in (("rr", None), ("rc", "missing_figures"), ("rl", "0")):
        await play.taps(play.user(QIAN), action, arg)
    assert [row.accepted for row in play.rows(Review)] == [False]
    assert "缺数据" in play.last(play.user(LI))
    assert play.newest_card(LI).state["dues"][0]["task"] == play.key("（一）1", WATER).task_id


@pytest.mark.slow
async def test_an_agency_nobody_can_receive_for_is_answered_for_and_its_return_comes_back(play: Play) -> None:
    second_coordinator(play, QIAN)
    shown = await boss_says(play, "代填 交通运输局 道路已修好3公里，完成一半")
    assert "来源：电话 县交通运输局" in shown
    assert "没有告知" in await boss_taps(play, "go")
    await play.says(play.user(QIAN), "/review")
    for action, arg in (("rr", None), ("rc", "missing_figures"), ("rl", "0")):
        await play.taps(play.user(QIAN), action, arg)
    assert "请再打一次电话" in play.last(play.user(BOSS))
    assert play.dead() == []


async def test_only_a_coordinators_words_log_for_somebody(play: Play) -> None:
    for name in (LI, "赵领导"):
        await play.says(play.user(name), "代填 农业农村局 （一）2 已完成")
    assert play.rows(Report) == []
    assert play.rows(Card, Card.kind == "behalf") == []
    await play.says(play.user("赵领导"), "/behalf")
    assert play.last(play.user("赵领导")) == sentence("not_allowed", {}, "zh")


async def test_of_two_plans_with_the_same_number_neither_is_guessed(play: Play) -> None:
    other = second_plan(play, PLAN.replace("河道整治", "渠道养护").replace("清理河道垃圾", "清理渠道"))
    activate(play, other)
    shown = await boss_says(play, "代填 水利局 （一）1 已完成60%")
    assert "答复的是哪一项" in shown
    assert "《清河县2024年河道整治工作计划》" in shown and "《清河县2024年渠道养护工作计划》" in shown
    task = play.key("（一）1", WATER, plan_id=other).task_id
    shown = await boss_taps(play, f"due:{task}:2024Q1")
    assert "清理渠道" in shown
    assert "完成：60%" in shown
    await boss_taps(play, "go")
    assert [row.plan_id for row in play.rows(Report)] == [other]
    for words in ("代填 交通运输局 修好了一半", "代填 水利局 （一）9 已完成"):
        assert "答复的是哪一项" in await boss_says(play, words)
    assert len(play.rows(Report)) == 1


@pytest.mark.slow
async def test_the_mornings_lists_name_the_plan_when_there_are_two(play: Play) -> None:
    activate(play, second_plan(play, PLAN.replace("河道整治", "渠道养护")))
    await play.until(at(4, 9, 9))
    assert "《清河县2024年渠道养护工作计划》" in play.last(play.user(BOSS))
    assert "《清河县2024年河道整治工作计划》" in play.last(play.user(QIAN))
    assert play.dead() == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("why was nothing sent to 县水利局", "why"),
        ("为什么没有催县水利局", "why"),
        ("Who has not reported?", "summary"),
        ("还有哪些单位没报", "summary"),
    ],
)
async def test_a_question_typed_on_the_open_card_is_answered_as_one(play: Play, words: str, kind: str) -> None:
    await boss_says(play, "/language")
    await boss_says(play, "代填 水利局")
    card = play.newest_card(BOSS, "behalf")
    assert card.state["stage"] == "dues"
    shown = await boss_says(play, words)
    assert play.newest_card(BOSS, kind).id > card.id, shown
    assert play.newest_card(BOSS, "behalf").rev == card.rev


@pytest.mark.slow
async def test_what_the_limits_held_back_is_listed_and_can_be_sent_anyway(play: Play) -> None:
    def tighten(session):  # type: ignore[no-untyped-def]
        plan = session.get_one(Plan, play.plan_id)
        plan.policy = {**plan.policy, "cap_per_quarter": 2}
        plan.wake_at = plan.decided_to_at = None

    play.write(tighten)
    await play.house.settle()
    await play.until(at(4, 9, 12))
    await play.says(play.user(BOSS), "/board")
    shown = await boss_taps(play, "list:held")
    assert "每季度2次" in shown
    assert WATER in shown
    assert "4月8日：第一季度进展" in shown
    held = play.read(lambda s: phonelist.held(s, play.actor(BOSS), play.clock.now()))
    assert all(entry.still_open for entry in held)
    heard = play.sent_to(play.user(LI))
    await boss_taps(play, f"urge:{play.plan_id}:{play.key('（一）1', WATER).agency_id}")
    await play.at(at(4, 9, 15))
    assert play.newest_card(BOSS, "levers").state["stage"] == "urge"
    await play.taps(play.user(BOSS), "yl", "go")
    assert play.sent_to(play.user(LI)) == heard + 1
    assert play.dead() == []


SPOKEN = (
    ("水利局 （一）2 已完成60%", WATER, "（一）2"),
    ("县水利局：（一）1已完成", WATER, "（一）1"),
    ("农业农村局（一）2 没有进展", FARMS, "（一）2"),
    ("（二）1 交通运输局 修好了", ROADS, "（二）1"),
    ("水利局已完成60%，预计5月底", WATER, "60%"),
    ("农业农村局，说还要两周", FARMS, "两周"),
    ("县交通运输局", ROADS, ""),
)


def test_the_agency_is_found_in_the_words(play: Play) -> None:
    actor = play.actor(BOSS)
    for said, agency, rest in SPOKEN:
        assert behalfwords.speaks(actor, f"代填 {said}")
        answer = behalfwords.answer_in(f"代填{said}")
        found, left = play.read(partial(behalfwords.agency_in, actor=actor, text=answer))
        assert found == play.key("（一）1", agency).agency_id, said
        assert plain(rest) in left, said
        assert agency[1:] not in left, said
    with pytest.raises(DubanError) as refused:
        play.read(lambda s: behalfwords.agency_in(s, actor, "气象局 （一）1 已完成"))
    assert refused.value.code == "agency_unknown"
