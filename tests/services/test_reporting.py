"""Reporting by taps and by words: versions, undo, doubles, edits, lateness, several tasks, what is captured."""

from __future__ import annotations

import pytest

from bot.domain.model import Status
from bot.texts.sentences import sentence
from storage.tables import Evidence, Report, Task
from tests.services.stage_play import PDF, Play, activate, at, open_house

WATER, FARMS = "李水利", "钱农业"


async def tap_report(play: Play, who: int, place: str, status: str) -> None:
    await play.taps(who, "f", place)
    await play.taps(who, "st", status)
    await play.taps(who, "go")


async def test_two_taps_make_a_report_with_a_receipt_number(play: Play) -> None:
    await tap_report(play, play.user(WATER), "0", "in_progress")
    (report,) = play.rows(Report)
    assert (report.status, report.version, report.number) == ("in_progress", 1, "Q1-0001")
    assert "Q1-0001" in play.last(play.user(WATER))


async def test_pressing_submit_twice_makes_one_report(play: Play) -> None:
    who = play.user(WATER)
    await play.taps(who, "f", "0")
    await play.taps(who, "st", "done")
    card = play.newest_card(WATER)
    for _ in range(2):
        play.api.user_presses(who, card.message_id, f"1:go:{card.id}:{card.rev}", unchecked=True)
    await play.house.settle()
    assert len(play.rows(Report)) == 1
    assert play.dead() == []


async def test_undo_within_ten_minutes_asks_again_and_keeps_every_version(play: Play) -> None:
    who = play.user(WATER)
    await tap_report(play, who, "0", "done")
    await play.at(at(3, 29, 9, 10))
    await play.taps(who, "un")
    assert [(row.version, row.withdrawn) for row in play.rows(Report)] == [(1, False), (2, True)]
    await tap_report(play, who, "0", "in_progress")
    newest = play.rows(Report)[-1]
    assert (newest.version, newest.number, newest.withdrawn) == (3, "Q1-0001", False)


async def test_undo_after_ten_minutes_is_refused_with_a_sentence(play: Play) -> None:
    who = play.user(WATER)
    await tap_report(play, who, "0", "done")
    card = play.newest_card(WATER)
    await play.at(at(3, 29, 9, 11))
    toast = await play.forges(who, f"1:un:{card.id}:{card.rev}")
    assert toast == sentence("undo_too_late", {}, "zh")
    assert len(play.rows(Report)) == 1


async def test_a_correction_is_a_new_version_of_the_same_number(play: Play) -> None:
    who = play.user(WATER)
    await tap_report(play, who, "0", "in_progress")
    await play.at(at(4, 2, 9))
    await play.says(who, "/tasks")
    await play.says(who, "（一）1 已全部完成")
    await play.taps(who, "wy")
    rows = play.rows(Report, Report.task_id == play.key("（一）1", "县水利局").task_id)
    assert {row.number for row in rows} == {rows[0].number}
    assert [row.version for row in rows] == list(range(1, len(rows) + 1))


async def test_words_are_kept_and_their_figures_captured(play: Play) -> None:
    words = "（一）1 已清理河道12处、转运垃圾30吨，完成80%，预计6月30日前完成"
    await play.says(play.user(WATER), words)
    assert "80%" in play.last(play.user(WATER))
    assert play.rows(Report) == []
    await play.taps(play.user(WATER), "wy")
    (report,) = play.rows(Report)
    assert report.words == words
    assert (report.status, report.percent) == ("in_progress", 80)
    assert [12.0, "处"] in report.numbers
    assert [30.0, "吨"] in report.numbers
    assert report.expected_on.isoformat() == "2024-06-30"


async def test_several_tasks_in_one_message_become_a_report_each(play: Play) -> None:
    words = "（一）1 已完成；（二）2 刚开始，完成10%"
    await play.says(play.user(WATER), words)
    await play.taps(play.user(WATER), "wy")
    found = {play.read(lambda s, r=row: s.get_one(Task, r.task_id).number): row for row in play.rows(Report)}
    assert {number: row.status for number, row in found.items()} == {"（一）1": "done", "（二）2": "in_progress"}
    assert {row.words for row in found.values()} == {words}
    await play.taps(play.user(WATER), "wu")
    assert sum(row.withdrawn for row in play.rows(Report)) == 2


async def test_words_without_a_task_are_asked_about_once_and_then_confirmed(play: Play) -> None:
    who = play.user(WATER)
    await play.says(who, "已完成60%，进展顺利")
    assert play.newest_card(WATER, "words").state["stage"] == "which"
    await play.taps(who, "wt", "2")
    await play.taps(who, "wy")
    (report,) = play.rows(Report)
    assert (report.task_id, report.percent) == (play.key("（二）2", "县水利局").task_id, 60)


async def test_two_things_said_of_one_task_are_one_report(play: Play) -> None:
    """Both are put to the same task by the person's own taps: the second fills what the first left open."""
    who = play.user(WATER)
    await play.says(who, "（九）9 已完成50%；（八）8 遇到困难，资金没到位")
    while play.newest_card(WATER, "words").state["stage"] == "which":
        await play.taps(who, "wt", "0")
    await play.taps(who, "wy")
    assert play.dead() == []
    assert len(play.rows(Report)) == 1


async def test_a_reply_to_a_card_is_about_that_card(play: Play) -> None:
    who = play.user(WATER)
    await play.taps(who, "f", "2")
    card = play.newest_card(WATER)
    await play.at(at(4, 2, 9))
    await play.says(who, "完成了一半", reply_to=card.message_id)
    await play.taps(who, "wy")
    (report,) = play.rows(Report)
    assert report.task_id == play.key("（二）2", "县水利局").task_id


async def test_the_task_replied_to_stays_the_same_when_another_on_the_card_is_gone(play: Play) -> None:
    """Buttons and replies count the dues that are shown; one taken off the plan must not shift them."""
    who = play.user(WATER)
    await play.taps(who, "f", "2")
    card = play.newest_card(WATER)
    first = play.key("（一）1", "县水利局")

    def end(session):  # type: ignore[no-untyped-def]
        from sqlalchemy import update

        from storage.tables import Duty

        wanted = (Duty.task_id == first.task_id, Duty.agency_id == first.agency_id)
        session.execute(update(Duty).where(*wanted).values(ended_at=play.clock.now()))

    play.write(end)
    await play.says(who, "完成了一半", reply_to=card.message_id)
    await play.taps(who, "wy")
    await play.forges(who, f"1:l:{card.id}:{play.newest_card(WATER).rev}")
    await play.taps(who, "f", "1")
    await play.taps(who, "st", "done")
    await play.taps(who, "go")
    assert {row.task_id for row in play.rows(Report)} == {play.key("（二）2", "县水利局").task_id}


async def test_an_edit_before_the_confirmation_changes_what_is_confirmed(play: Play) -> None:
    who = play.user(WATER)
    message = await play.says(who, "（一）1 完成了50%")
    await play.edits(who, message, "（一）1 完成了55%")
    assert "55%" in play.last(who)
    await play.taps(who, "wy")
    (report,) = play.rows(Report)
    assert (report.percent, report.words) == (55, "（一）1 完成了55%")


async def test_an_edit_after_the_confirmation_corrects_the_same_report(play: Play) -> None:
    who = play.user(WATER)
    message = await play.says(who, "（一）1 完成了50%")
    await play.taps(who, "wy")
    await play.at(at(3, 29, 10))
    await play.edits(who, message, "（一）1 完成了55%")
    await play.taps(who, "wy")
    assert [(row.version, row.percent) for row in play.rows(Report)] == [(1, 50), (2, 55)]
    assert len({row.number for row in play.rows(Report)}) == 1


async def test_a_late_answer_is_taken_and_marked(play: Play) -> None:
    who = play.user(WATER)
    await play.until(at(4, 9, 10))
    await play.says(who, "（一）1 已完成")
    await play.taps(who, "wy")
    assert [row.status for row in play.rows(Report)] == ["done"]
    assert "补报" in play.last(who)


async def test_asking_again_tomorrow_comes_tomorrow_at_nine_and_once(play: Play) -> None:
    who = play.user(FARMS)
    await play.taps(who, "f", "0")
    card = play.newest_card(FARMS)
    for _ in range(3):
        await play.forges(who, f"1:zz:{card.id}:{card.rev}")
    assert play.toast() == sentence("snoozed", {}, "zh")
    heard = play.sent_to(who)
    await play.until(at(3, 31, 23))
    assert play.sent_to(who) == heard
    await play.until(at(4, 1, 9))
    assert play.sent_to(who) == heard + 1


async def test_a_file_belongs_to_the_report_of_the_words_sent_before_it(play: Play) -> None:
    who = play.user(WATER)
    await play.says(who, "（一）1 完成了50%")
    await play.taps(who, "wy")
    await play.sends(who, "照片.pdf", PDF)
    (file,) = play.rows(Evidence)
    assert (file.report_number, file.name) == (play.rows(Report)[0].number, "照片.pdf")


async def test_words_under_a_picture_are_a_report_with_that_picture(play: Play) -> None:
    who = play.user(WATER)
    await play.sends(who, "现场.pdf", PDF, caption="（一）1 已清理12处，完成50%")
    await play.taps(who, "wy")
    (report,), (file,) = play.rows(Report), play.rows(Evidence)
    assert (report.percent, file.report_number) == (50, report.number)


@pytest.mark.parametrize("stage", ["sent", "cancelled", "which", "status", "confirm", "x"])
async def test_a_forged_stage_never_reports_what_names_no_task(play: Play, stage: str) -> None:
    who = play.user(WATER)
    await play.says(who, "已完成60%，进展顺利")
    card = play.newest_card(WATER, "words")
    await play.forges(who, f"1:wm:{card.id}:{card.rev}:{stage}")
    card = play.newest_card(WATER, "words")
    await play.forges(who, f"1:wy:{card.id}:{card.rev}")
    await play.forges(who, f"1:wu:{card.id}:{card.rev}")
    assert play.rows(Report) == []
    assert play.dead() == []


async def test_a_sent_card_cannot_be_turned_and_sent_again(play: Play) -> None:
    who = play.user(WATER)
    await play.says(who, "（一）1 完成了50%")
    await play.taps(who, "wy")
    for forged in ("ws:{}:{}:done", "wt:{}:{}:0", "wm:{}:{}:confirm", "wy:{}:{}"):
        card = play.newest_card(WATER, "words")
        await play.forges(who, "1:" + forged.format(card.id, card.rev))
    assert [row.status for row in play.rows(Report)] == ["in_progress"]
    assert play.dead() == []


async def test_one_person_of_two_plans_gets_one_message_with_both_and_answers_both(database, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.services.stage_play import second_plan

    play = await open_house(database, tmp_path)
    other = second_plan(
        play, "《清河县2024年乡村道路工作计划》\n一、任务\n（一）养护\n1.养护乡村道路\n做好养护。（县水利局牵头）\n"
    )
    activate(play)
    activate(play, other)
    who = play.user(WATER)
    await play.at(at(1, 2, 9))
    assert "河道整治" in play.last(who)
    assert "乡村道路" in play.last(who)
    await play.taps(who, "sg")
    heard = play.sent_to(who)
    await play.at(at(3, 29, 9))
    assert play.sent_to(who) == heard + 1
    assert len(play.newest_card(WATER).state["dues"]) == 4  # two led and one taken part in, and the other plan's
    shown = len(play.newest_card(WATER).state["dues"])
    for place in range(shown):
        await play.taps(who, "f", str(place))
        await play.taps(who, "st", "done")
        await play.taps(who, "go")
        await play.taps(who, "l")
    assert {row.plan_id for row in play.rows(Report)} == {play.plan_id, other}
    assert all(row.status == Status.DONE for row in play.rows(Report))
    assert play.dead() == []
