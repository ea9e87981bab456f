"""A plan's policy changed while it runs: what is not yet sent follows, what was said is not said again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.domain.model import DubanError
from bot.domain.policy_changes import PolicyChange
from bot.intake.plan import read_plan
from bot.services import planning, policies, waves
from storage.tables import Audit, Outbox, Plan, Reminder
from tests.services.stage_play import DITCHES, Play, at

WATER, FARMS, LEADER = "李水利", "钱农业", "赵领导"


async def change(play: Play, **values: Any) -> PolicyChange:
    def work(session: Any) -> PolicyChange:
        return policies.change(session, "person:1", session.get_one(Plan, play.plan_id), values, play.clock.now())

    found = play.write(work)
    await play.house.settle()
    return found


def rungs(play: Play, agency: str, number: str = "（一）1", what: str = "2024Q1", **where: str) -> list[Reminder]:
    key = play.key(number, agency)
    found = play.rows(Reminder, Reminder.task_id == key.task_id, Reminder.agency_id == key.agency_id)
    return [row for row in found if row.what == what and all(getattr(row, name) == where[name] for name in where)]


def mornings(play: Play, name: str, since: datetime) -> list[datetime]:
    sent = play.rows(Outbox, Outbox.kind == "wave", Outbox.person_id == play.person_id(name), Outbox.state == "sent")
    return [row.due_at.astimezone(since.tzinfo) for row in sent if row.due_at >= since]


def said(play: Play, agency: str, **where: str) -> list[str]:
    return [row.rung for row in rungs(play, agency, audience="contact", state="sent", **where)]


@pytest.mark.slow
async def test_what_is_not_yet_sent_goes_out_at_the_new_hour(play: Play) -> None:
    found = await change(play, send_time="10:30")
    assert (found.dropped, found.added) == (0, 0)
    await play.until(at(4, 8, 23))
    assert mornings(play, WATER, at(3, 30)) == [at(4, day, 10, 30) for day in (2, 7, 8)]


async def test_an_hour_brought_forward_on_the_day_itself_neither_loses_nor_doubles_the_morning(play: Play) -> None:
    await change(play, send_time="15:00")
    await play.until(at(4, 2, 10))
    assert said(play, "县水利局") == ["D-10"]
    await change(play, send_time="09:00")
    await play.until(at(4, 2, 16))
    assert said(play, "县水利局") == ["D-10", "D-3"]
    assert len(mornings(play, WATER, at(4, 2, 0))) == 1


async def test_a_rung_taken_out_while_its_message_waits_is_not_sent_and_says_why(play: Play) -> None:
    play.clock.set(at(4, 2, 9))
    play.write(lambda s: waves.tick(s, play.clock.now()))
    assert [row.state for row in rungs(play, "县水利局", rung="D-3", audience="contact")] == ["queued"]
    await change(play, rungs="-10,-1,D,1")
    await play.until(at(4, 2, 23))
    assert [(row.state, row.reason) for row in rungs(play, "县水利局", rung="D-3", audience="contact")] == [
        ("dropped", "policy")
    ]
    assert mornings(play, WATER, at(4, 2, 0)) == []


@pytest.mark.slow
async def test_a_rung_whose_morning_is_over_is_not_made_up_for(play: Play) -> None:
    await play.until(at(4, 2, 12))
    await change(play, rungs="-10,-4,-3,-1,D,1")  # D−4 was 1 April
    await play.until(at(4, 8, 23))
    assert said(play, "县水利局") == ["D-10", "D-3", "D-1", "D"]


async def test_a_due_day_moved_on_says_the_rest_and_not_again_what_was_said(play: Play) -> None:
    await play.until(at(4, 7, 10))
    found = await change(play, report_workday=8)
    assert {(move.old_on.day, move.new_on.day) for move in found.days if move.what == "2024Q1"} == {(8, 11)}
    await play.until(at(4, 9, 23))
    assert said(play, "县水利局") == ["D-10", "D-3", "D-1"]
    await play.until(at(4, 12, 23))
    assert said(play, "县水利局") == ["D-10", "D-3", "D-1", "D", "D+1"]
    assert {row.due_on.day for row in rungs(play, "县水利局", rung="D", audience="contact")} == {11}


@pytest.mark.slow
async def test_a_due_day_moved_back_skips_what_is_over_and_goes_on(play: Play) -> None:
    await play.until(at(4, 3, 10))
    found = await change(play, report_workday=4)  # D is Sunday 7 April, worked; D−1 is 3 April, 09:00
    assert found.passed > 0
    await play.until(at(4, 8, 23))
    assert said(play, "县水利局") == ["D-10", "D-3", "D", "D+1"]


async def test_what_fell_while_the_house_was_down_is_still_said_after_a_change(play: Play) -> None:
    play.clock.set(at(4, 6, 12))  # D−3 was on the 2nd; the 6th is a holiday
    await change(play, cap_per_week=3)
    await play.until(at(4, 7, 23))
    missed = {row.rung: row.reason or row.state for row in rungs(play, "县水利局", audience="contact")}
    assert missed == {"D-10": "sent", "D-3": "overtaken", "D-1": "sent"}


@pytest.mark.slow
async def test_participants_are_asked_from_the_next_rung_on(play: Play) -> None:
    found = await change(play, participants="required")
    water, farms = play.key("（一）2", "县水利局").agency_id, play.key("（一）1", "县农业农村局").agency_id
    assert set(found.asked) == {water, farms}
    await play.until(at(4, 8, 23))
    # Two working days ahead of the leads: D is 3 April, D−3 was 29 March at nine.
    assert said(play, "县农业农村局", number="（一）1") == ["D-10", "D-1", "D", "D+1"]


@pytest.mark.slow
async def test_a_cap_changed_in_between_counts_what_was_said_before(play: Play) -> None:
    await change(play, cap_per_quarter=1)
    await play.until(at(4, 2, 12))
    assert said(play, "县水利局") == ["D-10", "D-3"]
    await play.until(at(4, 7, 12))
    assert {row.reason for row in rungs(play, "县水利局", rung="D-1", audience="contact")} == {"cap"}
    await change(play, cap_per_quarter=0)
    await play.until(at(4, 8, 12))
    assert said(play, "县水利局") == ["D-10", "D-3", "D"]


@pytest.mark.slow
async def test_leaders_get_the_summary_once_when_its_day_moves_after_it_went_out(play: Play) -> None:
    await play.until(at(4, 12, 12))
    assert len(mornings(play, LEADER, at(4, 1))) == 1
    await change(play, summary_rung=7)
    await play.until(at(4, 25, 12))
    assert len(mornings(play, LEADER, at(4, 1))) == 1


async def test_a_look_changes_nothing_and_tells_what_the_change_will_do(play: Play) -> None:
    before = play.plan().policy

    def look(session: Any) -> PolicyChange:
        plan = session.get_one(Plan, play.plan_id)
        return policies.preview(session, plan, {"report_workday": 3, "send_time": "08:30"}, play.clock.now())

    looked = play.read(look)
    assert play.plan().policy == before
    assert await change(play, report_workday=3, send_time="08:30") == looked


@pytest.mark.slow
async def test_setting_back_leaves_only_history_and_the_audit_trail(play: Play) -> None:
    await change(play, report_workday=3)
    await change(play, report_workday=5)
    assert set(play.plan().policy) == {"since", "before"}
    trail = [row.detail for row in play.rows(Audit, Audit.action == "policy_changed")]
    assert trail == [{"report_workday": {"old": 5, "new": 3}}, {"report_workday": {"old": 3, "new": 5}}]
    await play.until(at(4, 8, 23))
    assert said(play, "县水利局") == ["D-10", "D-3", "D-1", "D"]


async def test_nothing_is_written_when_nothing_changes_or_a_value_is_bad(play: Play) -> None:
    assert not (await change(play, report_workday=5)).settings
    with pytest.raises(DubanError):
        await change(play, report_workday=3, send_time="22:00")
    assert play.plan().policy == {}
    assert not play.rows(Audit, Audit.action == "policy_changed")


async def test_a_plan_not_yet_in_force_is_changed_without_history(checked: Play) -> None:
    found = await change(checked, report_workday=7)
    assert found.days
    assert checked.plan().policy == {"report_workday": 7}


async def test_a_new_plan_begins_with_the_settings_the_office_chose(checked: Play) -> None:
    await change(checked, report_workday=7)

    def imported(session: Any) -> dict[str, Any]:
        plan = session.get_one(Plan, checked.plan_id)
        policies.make_default(session, "person:1", plan, checked.clock.now())
        reading = read_plan("渠道.txt", DITCHES.encode())
        return planning.import_reading(
            session, plan.office_id, reading, ("渠道.txt", b"x"), "cli", checked.clock.now()
        ).policy

    assert checked.write(imported) == {"report_workday": 7}
