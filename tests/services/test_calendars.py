"""The calendar in the coordinator's hands: what changes is shown first, kept by a tap, taken back, and re-planned."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.model import DubanError
from bot.domain.notices import read_notice
from bot.services import calendarchange, calendars
from storage.calendars import calendar_of, keep_notice, overrides_of, set_day
from storage.tables import Audit, CalendarNotice, Card
from tests.domain.notice_material import YEARS
from tests.services.stage_play import Play, at

BOSS, WATER = "王牵头", "李水利"
# The fifth working day after March 2024 is 8 April, since Sunday 7 April is worked.
SUNDAY, DUE, NEXT = date(2024, 4, 7), "4月8日（周一）", "4月9日（周二）"
MOVED = YEARS[2024].replace("4月7日(星期日)上班。", "")


def calendar(play: Play):  # type: ignore[no-untyped-def]
    return play.read(lambda s: calendar_of(s, 1))


def entered(play: Play) -> list[CalendarNotice]:
    return play.read(lambda s: list(s.scalars(select(CalendarNotice))))


def asleep(play: Play) -> list[object]:
    return [play.plan().wake_at, play.plan().decided_to_at]


async def shown(play: Play) -> int:
    boss = play.user(BOSS)
    await play.says(boss, "日历")
    return boss


async def test_a_day_typed_beside_the_calendar_shows_what_it_moves_and_waits_for_the_tap(play: Play) -> None:
    boss = await shown(play)
    assert "2024年日历" in play.last(boss)
    await play.says(boss, "4月7日放假")
    said = play.last(boss)
    assert f"第一季度进展：{DUE} → {NEXT}" in said
    assert "改为放假：4月7日（周日）" in said
    assert play.read(lambda s: overrides_of(s, 1)) == {}
    await play.taps(boss, "yc", "yes")
    assert play.read(lambda s: overrides_of(s, 1)) == {SUNDAY: False}
    assert play.dead() == []


@pytest.mark.slow
async def test_reminders_follow_the_changed_day(play: Play) -> None:
    boss = await shown(play)
    await play.says(boss, "4月7日放假")
    await play.taps(boss, "yc", "yes")
    heard = play.sent_to(play.user(WATER))
    await play.until(at(4, 7, 23))
    before = play.sent_to(play.user(WATER))
    await play.until(at(4, 8, 10))
    assert "明天截止" in play.last(play.user(WATER)), "D−1 falls on Monday now"
    assert play.sent_to(play.user(WATER)) == before + 1
    assert heard < before + 1
    await play.until(at(4, 9, 10))
    assert "今天17:30截止" in play.last(play.user(WATER))


async def test_what_was_set_is_taken_back_once(play: Play) -> None:
    boss = await shown(play)
    await play.says(boss, "4月7日放假")
    await play.taps(boss, "yc", "yes")
    await play.taps(boss, "yc", "undo")
    assert "已撤回" in play.last(boss)
    assert play.read(lambda s: overrides_of(s, 1)) == {}
    card = play.newest_card(BOSS, "calendar")
    await play.forges(boss, f"1:yc:{card.id}:{card.rev}:undo")
    assert play.dead() == []


async def test_an_undo_does_not_trample_on_a_later_change(play: Play) -> None:
    boss = await shown(play)
    await play.says(boss, "4月7日放假")
    await play.taps(boss, "yc", "yes")
    play.write(lambda s: set_day(s, 1, SUNDAY, True, "cli"))
    await play.taps(boss, "yc", "undo")
    assert play.read(lambda s: overrides_of(s, 1)) == {SUNDAY: True}


async def test_a_pasted_notice_is_kept_by_a_tap_and_plans_are_looked_at_anew(play: Play) -> None:
    boss = play.user(BOSS)
    await play.says(boss, MOVED)
    assert "请核对2024年放假通知" in play.last(boss)
    assert f"{DUE} → {NEXT}" in play.last(boss)
    assert entered(play) == []
    await play.taps(boss, "yc", "yes")
    (kept,) = entered(play)
    assert (kept.year, kept.words, kept.by) == (2024, MOVED.strip(), f"person:{play.person_id(BOSS)}")
    assert not calendar(play).is_workday(SUNDAY)
    assert "calendar_notice_kept" in {row.action for row in play.rows(Audit)}
    await play.taps(boss, "yc", "undo")
    assert entered(play) == []


async def test_nothing_is_kept_when_the_coordinator_declines(play: Play) -> None:
    boss = play.user(BOSS)
    await play.says(boss, MOVED)
    await play.taps(boss, "yc", "no")
    assert "2024年日历" in play.last(boss)
    assert entered(play) == []


async def test_a_notice_sent_as_a_file_is_read_like_a_pasted_one(play: Play) -> None:
    boss = play.user(BOSS)
    await play.sends(boss, "放假通知.txt", MOVED.encode("gb18030"))
    assert "请核对2024年放假通知" in play.last(boss)
    await play.sends(boss, "2024.json", b'{"year": 2024, "off": ["2024-04-07"], "work": []}')
    assert "只写了部分节日" in play.last(boss)
    assert play.dead() == []


async def test_only_a_coordinator_changes_the_calendar(play: Play) -> None:
    for name in (WATER, "赵领导"):
        await play.says(play.user(name), "日历")
        await play.says(play.user(name), MOVED)
        await play.says(play.user(name), "4月7日放假")
    assert play.rows(Card, Card.kind == "calendar") == []
    assert play.dead() == []


async def test_other_words_typed_beside_the_calendar_go_where_they_belong(play: Play) -> None:
    boss = await shown(play)
    await play.says(boss, "一季度汇总")
    assert "2024年第一季度" in play.last(boss)


async def test_a_slip_in_a_typed_day_is_said(play: Play) -> None:
    boss = await shown(play)
    await play.says(boss, "4月7日（周六）放假")
    assert "4月7日（周日）" in play.last(boss)
    assert play.read(lambda s: overrides_of(s, 1)) == {}


async def test_a_notice_entered_again_replaces_the_year_and_leaves_what_was_set_by_hand(play: Play) -> None:
    now = play.clock.now()
    play.write(lambda s: set_day(s, 1, date(2024, 5, 6), False, "person:1"))
    for text in (MOVED, YEARS[2024]):
        notice = read_notice(text)
        play.write(lambda s, notice=notice: calendarchange.keep(s, 1, notice, "cli", now))  # type: ignore[misc]
    assert calendar(play).is_workday(SUNDAY)
    assert not calendar(play).is_workday(date(2024, 5, 6))
    assert len(entered(play)) == 1


async def test_every_change_wakes_the_planner(play: Play) -> None:
    now = play.clock.now()
    await play.until(at(4, 1, 10))
    for change in (
        lambda s: set_day(s, 1, SUNDAY, False, "cli"),
        lambda s: set_day(s, 1, SUNDAY, None, "cli"),
        lambda s: keep_notice(s, 1, 2025, {date(2025, 1, 1): False}, "", "cli", now),
        lambda s: calendarchange.put_back(s, 1, 2025, None, "cli", now),
    ):
        await play.house.settle()
        assert asleep(play)[0] is not None
        play.write(change)
        assert asleep(play) == [None, None]


async def test_a_plan_says_which_of_its_years_are_an_estimate(play: Play) -> None:
    def years(session):  # type: ignore[no-untyped-def]
        plan = session.merge(play.plan())
        plan.year = 2030
        found = calendarchange.estimated_years(session, plan)
        keep_notice(session, 1, 2030, {date(2030, 1, 1): False}, "", "cli", play.clock.now())
        after = calendarchange.estimated_years(session, plan)
        session.rollback()
        return found, after

    assert play.write(years) == ((2030, 2031), (2031,))


async def test_a_part_of_an_unknown_year_is_refused_before_anything_is_shown(play: Play) -> None:
    partial = "2031年自治区放假安排\n三月三：4月24日（周四）放假，共1天。"
    with pytest.raises(DubanError) as refused:
        play.write(lambda s: calendars.notice_arrived(s, play.actor(BOSS), partial, play.clock.now()))
    assert refused.value.code == "notice_partial"
    boss = play.user(BOSS)
    await play.says(boss, partial)
    assert "请先录入全年的通知" in play.last(boss)


async def test_leafing_stays_inside_the_years_there_are(play: Play) -> None:
    boss = await shown(play)
    await play.taps(boss, "yc", "y:2025")
    assert "2025年日历" in play.last(boss)
    card = play.newest_card(BOSS, "calendar")
    for forged in ("y:1800", "y:99999", "y", "yes", "undo", ""):
        await play.forges(boss, f"1:yc:{card.id}:{card.rev}:{forged}")
    assert play.dead() == []
    assert entered(play) == []
