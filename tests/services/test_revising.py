"""A revised document in chat and on the command line: nothing moves without a tap, then everything follows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import ASSIGNMENT, RELIEVED
from bot.domain.reading import Remark
from bot.services import planning
from bot.texts.sentences import sentence
from storage import revised
from storage.tables import Agency, AgencyAlias, Audit, Duty, Milestone, Plan, PlanVersion, Reminder, Task
from tests.services.stage_play import PLAN, Play, at, facts_of

BOSS, WATER, FARMS = "王牵头", "李水利", "钱农业"
DATED = PLAN.replace("形成制度并抓好落实。", "6月底前形成制度并抓好落实。")
# One task dropped, one added, one agency changed, one day set.
REVISED = (
    DATED.replace("2.排查入河排污口\n完成排查并建立台账。（县农业农村局牵头，县水利局参与）\n", "").replace(
        "（县水利局牵头，县农业农村局参与）", "（县水利局牵头，县交通运输局参与）"
    )
    + "3.培训巡河员\n办两期培训班，学会使用巡河设备。（县农业农村局牵头）\n"
)


async def sends(play: Play, text: str = REVISED, name: str = "修订稿.txt") -> None:
    await play.sends(play.user(BOSS), name, text.encode())


async def taps(play: Play, *steps: str) -> None:
    """Press one button of the revision's card after the other."""
    for step in steps:
        assert await play.taps(play.user(BOSS), "rv", step), step


async def revise(play: Play, text: str = REVISED) -> None:
    await sends(play, text)
    await taps(play, "go:list:0", "all", "go:confirm:0", "sure")


def tasks(play: Play) -> dict[str, Task]:
    return {row.title: row for row in play.rows(Task)}


def duties(play: Play, title: str) -> dict[str, Duty]:
    names = {row.id: row.name for row in play.rows(Agency)}
    return {names[row.agency_id]: row for row in play.rows(Duty, Duty.task_id == tasks(play)[title].id)}


def reminders(play: Play, what: str) -> list[tuple[str, str, str]]:
    names = {row.id: row.name for row in play.rows(Agency)}
    return [(names[row.agency_id], row.audience, row.state) for row in play.rows(Reminder, Reminder.what == what)]


async def test_a_revision_is_offered_and_nothing_moves_before_it_is_confirmed(play: Play) -> None:
    watched = ("plan", "plan_version", "task", "duty", "milestone", "agency", "reminder")
    before = facts_of(play.db, watched)
    await sends(play)
    assert "像是同一份" in play.last(play.user(BOSS))
    assert "新增1项任务、取消1项任务、改动2处" in play.last(play.user(BOSS))
    await taps(play, "go:list:0", "all", "one:0", "set:0", "go:list:0", "go:confirm:0")
    assert facts_of(play.db, watched) == before
    await taps(play, "go:list:0", "set:0", "all", "go:declined:0")
    assert "不作修订" in play.last(play.user(BOSS))
    assert facts_of(play.db, watched) == before
    assert play.dead() == []


async def test_four_taps_carry_out_a_revision_and_the_card_says_what_was_done(play: Play) -> None:
    await revise(play)
    now = play.clock.now()
    assert tasks(play)["排查入河排污口"].removed_at == now
    assert {name for name, row in duties(play, "清理河道垃圾").items() if row.ended_at is None} == {
        "县水利局",
        "县交通运输局",
    }
    assert duties(play, "培训巡河员")["县农业农村局"].begun_at == now
    days = {row.day_on.isoformat() for row in play.rows(Milestone) if row.removed_at is None and row.day_on}
    assert days == {"2024-06-30"}
    said = play.last(play.user(BOSS))
    assert "已修订" in said
    assert "新增1项任务" in said
    assert "结束1项任务" in said
    assert "2个单位有新任务" in said
    assert "收不到消息：县交通运输局" in said
    assert "2个单位减了任务" in said
    for words in ("/summary", "/board", "/plan", "/chase"):
        await play.says(play.user(BOSS), words)
    await play.says(play.user(FARMS), "/tasks")
    ended = [row for row in play.rows(Audit) if row.action == "task_ended"]
    assert [row.detail["reason"] for row in ended] == ["plan_revised"]
    assert play.dead() == []


async def test_agencies_sign_for_what_is_new_and_hear_once_of_what_ended(play: Play) -> None:
    farms, water = play.user(FARMS), play.user(WATER)
    heard = {who: play.sent_to(who) for who in (farms, water)}
    await play.at(at(3, 29, 18))
    await revise(play)
    assert {who: play.sent_to(who) for who in heard} == heard
    await play.at(at(4, 1, 9))
    assert {who: play.sent_to(who) - count for who, count in heard.items()} == {farms: 1, water: 1}
    assert "新增交办" in play.last(farms)
    assert "培训巡河员" in play.last(farms)
    assert "任务调整" in play.last(farms)
    assert "排查入河排污口" in play.last(farms)
    assert "新增交办" not in play.last(water)
    assert "排查入河排污口" in play.last(water)
    await play.taps(farms, "sg")
    assert "已签收" in play.last(farms)
    assert duties(play, "培训巡河员")["县农业农村局"].signed_at == play.clock.now()
    await play.until(at(4, 12))
    assert sum("任务调整" in words for words in play.texts(water)) == 1
    assert ("县交通运输局", "coordinator", "sent") in reminders(play, ASSIGNMENT)
    assert {state for _, _, state in reminders(play, RELIEVED)} == {"sent"}
    assert play.dead() == []


@pytest.mark.slow
async def test_what_was_taken_and_given_back_is_not_told(play: Play) -> None:
    water = play.user(WATER)
    await play.at(at(3, 29, 18))
    await revise(play)
    await play.at(at(3, 29, 19))
    await revise(play, PLAN + "\n")
    assert duties(play, "排查入河排污口")["县水利局"].ended_at is None
    await play.at(at(4, 1, 9))
    assert not any("任务调整" in words for words in play.texts(water))
    assert {state for name, _, state in reminders(play, RELIEVED) if name == "县水利局"} == {"dropped"}


@pytest.mark.slow
async def test_two_revisions_of_one_evening_are_one_message(play: Play) -> None:
    farms = play.user(FARMS)
    await play.at(at(3, 29, 18))
    await revise(play)
    await play.at(at(3, 29, 19))
    await revise(play, REVISED + "4.公布巡河结果\n每月把巡河结果贴到村口。（县农业农村局牵头）\n")
    heard = play.sent_to(farms)
    await play.at(at(4, 1, 9))
    assert play.sent_to(farms) == heard + 1
    assert "培训巡河员" in play.last(farms)
    assert "公布巡河结果" in play.last(farms)


@pytest.mark.slow
async def test_a_moved_day_is_reminded_of_on_the_new_day_and_never_on_the_old(play: Play) -> None:
    await revise(play, DATED)
    await play.until(at(6, 17, 10))
    assert [row.state for row in play.rows(Reminder, Reminder.what == "milestone:2024-06-30")] == ["sent"]
    await play.at(at(6, 25, 8))
    play.write(lambda s: _wait(s, "milestone:2024-06-30"))
    await revise(play, DATED.replace("6月底前", "8月30日前"))
    await play.until(at(9, 1))
    told = {(row.what, row.state, row.reason) for row in play.rows(Reminder) if row.what.startswith("milestone")}
    assert ("milestone:2024-06-30", "dropped", "moved") in told
    assert {what for what, state, _ in told if state == "sent"} == {"milestone:2024-08-30"}
    assert play.dead() == []


def _wait(session: Session, what: str) -> None:
    """As if the person had asked to be told again."""
    for row in session.scalars(select(Reminder).where(Reminder.what == what)):
        row.state = "waiting"


def retitle(play: Play, title: str) -> None:
    """The coordinator edits the first task by hand."""

    def edit(session: Session) -> None:
        plan = session.get_one(Plan, play.plan_id)
        reading = planning.reading_of(plan)
        edited = replace(reading, tasks=(replace(reading.tasks[0], title=title), *reading.tasks[1:]))
        planning.change(session, "test", plan, edited, Remark("edited"), play.clock.now())

    play.write(edit)


async def test_hand_edits_stay_and_declined_changes_do_not_come_up_again(checked: Play) -> None:
    play = checked
    retitle(play, "把河道垃圾清干净")
    await sends(play)
    assert "改动2处" in play.last(play.user(BOSS))
    await taps(play, "go:list:0", "set:1", "go:confirm:0")
    assert "不会给任何人发消息" in play.last(play.user(BOSS))
    await taps(play, "sure")
    assert "把河道垃圾清干净" in tasks(play)
    assert "排查入河排污口" not in tasks(play)
    await sends(play, REVISED + "\n", "修订稿二.txt")
    assert "没有不同" in play.last(play.user(BOSS))
    assert play.plan().document_name == "修订稿.txt"


async def test_undo_goes_back_to_before_the_revision(checked: Play) -> None:
    """Also from the plan's own card, which names what would be taken back."""
    play = checked
    before = play.plan().reading
    await revise(play)
    assert play.plan().reading != before
    await taps(play, "plan")
    assert await play.taps(play.user(BOSS), "pu")
    assert play.plan().reading == before
    assert "排查入河排污口" in tasks(play)


@pytest.mark.slow
async def test_the_history_keeps_the_document_as_it_was_read(play: Play) -> None:
    await revise(play)

    def look(session):  # type: ignore[no-untyped-def]
        plan = session.get_one(Plan, play.plan_id)
        query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.version)
        versions = [row.what["code"] for row in session.scalars(query)]
        return versions, revised.document_of(session, plan), planning.reading_of(plan)

    versions, document, standing = play.read(look)
    assert versions == ["imported", "document_read", "revised"]
    assert [task.key for task in document.tasks] == [task.key for task in standing.tasks]


async def test_a_plan_edited_meanwhile_is_shown_anew(checked: Play) -> None:
    await sends(checked)
    await taps(checked, "go:list:0", "all")
    retitle(checked, "把河道垃圾清干净")
    await taps(checked, "go:confirm:0")
    assert checked.toast() == sentence("plan_edited_meanwhile", {}, "zh")
    assert "请逐处采纳" in checked.last(checked.user(BOSS))


@pytest.mark.slow
async def test_a_document_of_other_tasks_or_another_year_is_a_plan_of_its_own(play: Play) -> None:
    await sends(play, DATED.replace("2024年", "2025年"), "明年.txt")
    assert "像" not in play.last(play.user(BOSS))
    assert len(play.rows(Plan)) == 2
    await sends(
        play, "《清河县2024年教育工作计划》\n一、任务\n1.修缮校舍\n暑假完成修缮。（县水利局牵头）\n", "教育.txt"
    )
    assert len(play.rows(Plan)) == 3


@pytest.mark.slow
async def test_the_coordinator_may_take_it_for_a_new_plan(play: Play) -> None:
    await sends(play)
    await taps(play, "new")
    new = play.rows(Plan)[-1]
    assert (len(play.rows(Plan)), new.document_name, new.activated_at) == (2, "修订稿.txt", None)
    assert "已读" in play.last(play.user(BOSS))
    before = facts_of(play.db)
    card = play.newest_card(BOSS, "revision")
    await play.forges(play.user(BOSS), f"1:rv:{card.id}:{card.rev}:sure")
    assert play.toast() == sentence("card_moved_on", {}, "zh")
    assert facts_of(play.db) == before


@pytest.mark.slow
async def test_an_agency_called_otherwise_keeps_its_people(play: Play) -> None:
    await revise(play, DATED.replace("县水利局", "县水利和湖泊局"))
    names = {row.name for row in play.rows(Agency)}
    assert "县水利和湖泊局" in names
    assert "县水利局" not in names
    assert [row.alias for row in play.rows(AgencyAlias)] == ["县水利局"]
    assert not [row for row in play.rows(Duty) if row.ended_at or row.begun_at]
    assert play.actor(WATER).agency_ids


async def test_a_made_up_button_changes_nothing(checked: Play) -> None:
    await sends(checked)
    before = facts_of(checked.db)
    card = checked.newest_card(BOSS, "revision")
    for junk in ("", "go", "go:99", "set:99", "set:x", "one:-1", "sure", "boo", "go:list:９"):
        await checked.forges(checked.user(BOSS), f"1:rv:{card.id}:{card.rev}:{junk}")
    assert facts_of(checked.db) == before
    assert checked.dead() == []
    assert checked.newest_card(BOSS, "revision").state["stage"] == "offer"
