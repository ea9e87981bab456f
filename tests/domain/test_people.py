"""Who is asked for an agency: the one rule, and leaves in people's own words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.absence import Absence, read_absence, read_days, stated_days
from bot.domain.model import DubanError, Position
from bot.domain.people import Recipient, choose_recipient, in_turn, on_leave, stood_in_for
from bot.domain.workdays import Calendar

NOW = datetime(2024, 5, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Thursday
CALENDAR = Calendar()
TODAY = date(2024, 5, 30)
APRIL = datetime(2022, 4, 11, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def one(person_id: int, position: Position = Position.CONTACT, rank: int = 0, **changes: object) -> Recipient:
    there = {"bound": True, "reachable": True, "away": False} | changes
    return Recipient(person_id, 1, f"某{person_id}", "", position, rank=rank, **there)  # type: ignore[arg-type]


def test_the_lowest_rank_is_asked_first_and_a_deputy_after_every_contact() -> None:
    staff = (one(1, Position.DEPUTY), one(2, rank=5), one(3, rank=1), one(4, Position.HEAD))
    assert [each.person_id for each in in_turn(staff)] == [3, 2, 1]
    assert choose_recipient(staff) == staff[2]


def test_a_unit_head_is_never_asked_even_alone() -> None:
    assert choose_recipient([one(1, Position.HEAD)]) is None


def test_a_stand_in_is_told_for_whom_and_the_one_asked_anyway_is_not() -> None:
    staff = (one(1, away=True, away_until_on=TODAY), one(2, Position.DEPUTY))
    assert stood_in_for(staff, 2) == staff[0]
    assert stood_in_for(staff, 1) is None
    assert stood_in_for((one(1), one(2, Position.DEPUTY, away=True)), 1) is None
    assert stood_in_for((one(1, bound=False), one(2, Position.DEPUTY)), 2) is None


recipients = st.builds(
    Recipient,
    person_id=st.integers(1, 9),
    agency_id=st.just(1),
    name=st.just("某"),
    phone=st.just(""),
    position=st.sampled_from(Position),
    bound=st.booleans(),
    reachable=st.booleans(),
    away=st.booleans(),
    rank=st.integers(0, 3),
)


@settings(max_examples=60)
@given(st.lists(recipients, max_size=6))
def test_somebody_is_asked_exactly_when_a_contact_or_deputy_can_receive(staff: list[Recipient]) -> None:
    able = [each for each in staff if each.can_receive and each.position is not Position.HEAD]
    chosen = choose_recipient(staff)
    assert (chosen is None) == (not able)
    if chosen is not None:
        assert chosen in able
        assert all(
            (each.position is Position.DEPUTY, each.rank) >= (chosen.position is Position.DEPUTY, chosen.rank)
            for each in able
        )


@pytest.mark.parametrize(
    ("from_on", "until_on", "away"),
    [
        (None, None, False),
        (None, TODAY, True),
        (None, TODAY - timedelta(days=1), False),
        (TODAY, TODAY, True),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=3), False),
    ],
)
def test_a_leave_covers_its_first_and_its_last_day(from_on: date | None, until_on: date | None, away: bool) -> None:
    assert on_leave(from_on, until_on, TODAY) is away


def days(first: str, last: str, name: str = "") -> Absence:
    return Absence("away", date.fromisoformat(f"2024-{first}"), date.fromisoformat(f"2024-{last}"), name)


SAID = {
    "我下周一到周五请假，由李四代。": days("06-03", "06-07", "李四"),
    "出差到6月10日": days("05-30", "06-10"),
    "明天请假": days("05-31", "05-31"),
    "请假三天": days("05-30", "06-01"),
    "从明天起请假3天": days("05-31", "06-02"),
    "我下周请假": days("06-03", "06-09"),
    "6月3日至6月10日休假": days("06-03", "06-10"),
    "我从6月3号开始休产假，到9月底": days("06-03", "09-30"),
    "明天出差，6月10日回来上班": days("05-31", "06-09"),
    "本周四、周五请假": days("05-30", "05-31"),
    "下周一起请假一周，期间有事找王小明": days("06-03", "06-09", "王小明"),
    "领导好，我6月3日到7日去南宁培训，请张伟代报": days("06-03", "06-07", "张伟"),
    "本人因病住院，请假一个月，由孙丽代班": days("05-30", "06-29", "孙丽"),
    "本人6.3-6.7休年假": days("06-03", "06-07"),
    "我休年假，6月5号回": days("05-30", "06-04"),
    "请假5个工作日": days("05-30", "06-05"),
    "我6月3日至6月10日要到省委党校学习，有事请联系副局长刘洋": days("06-03", "06-10", "刘洋"),
    "我外出学习到6月底，AB角是周全": days("05-30", "06-30", "周全"),
    "I'm on leave from 3 June to 10 June, Li Si stands in": days("06-03", "06-10", "li si"),
    "Away until Friday": days("05-30", "05-31"),
    "我请假": Absence("away"),
    "我出差了": Absence("away"),
    "我回来了": Absence("back"),
    "已返岗": Absence("back"),
    "已回单位上班，请继续发给我": Absence("back"),
    "I'm back": Absence("back"),
}
NOT_SAID = (
    "王局出差了，材料下周报",
    "因出差未能按时完成",
    "我出差，5月10日再报",
    "施工队请假，进度慢",
    "领导请假到6月10日，等他签字",
    "负责人出差到6月10日",
    "我们局长下周出差",
    "他下周请假",
    "请假如实登记的有3人",
    "还没动，经办人休假中",
    "出差了三家企业检查",
    "明天能不能请假？",
    "昨天请假了，现在补报",
    "6月10日前外出务工人员摸底",
    "外出务工人员回流200人",
    "我们单位组织外出学习到6月10日",
    "住院报销政策已落实",
    "暂不在单位职责范围",
    "等我回来",
    "农民工已返岗",
    "企业已恢复上班",
    "请假三天以上须报批",
    "张三休假，李四代",
    "（一）1 已完成60%，预计5月底",
    "我调走了，请找李四",
    "好的",
    "",
)


@pytest.mark.parametrize("text", SAID)
def test_a_leave_in_words_is_understood(text: str) -> None:
    assert read_absence(text, NOW, CALENDAR) == SAID[text]


@pytest.mark.parametrize("text", NOT_SAID)
def test_words_about_the_work_or_about_others_are_no_leave(text: str) -> None:
    assert read_absence(text, NOW, CALENDAR) is None


@pytest.mark.parametrize("text", ["随便", "6月10日到6月3日", "从6月3日起"])
def test_days_without_a_last_one_or_out_of_order_are_none(text: str) -> None:
    assert read_days(text, NOW, CALENDAR) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4月12日到4月10日", "last_day_far"),
        ("到4月10日", "last_day_far"),
        ("到三月底", "last_day_far"),
        ("4月20日到15日", "leave_days_unclear"),
        ("2021年4月1日到2021年4月3日", "leave_days_wrong"),
    ],
)
def test_a_last_day_gone_by_is_not_taken_for_next_year_s(text: str, code: str) -> None:
    with pytest.raises(DubanError) as refused:
        stated_days(text, APRIL, CALENDAR)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("我要休产假到9月", date(2022, 9, 30)),
        ("到明年4月10日", date(2023, 4, 10)),
        ("到2023年4月10日", date(2023, 4, 10)),
        ("请假十个月", date(2023, 2, 10)),
        ("4月12日到9月", date(2022, 9, 30)),
    ],
)
def test_a_bare_month_is_its_last_day_and_a_written_year_is_believed(text: str, last: date) -> None:
    assert stated_days(text, APRIL, CALENDAR)[1] == last


@settings(max_examples=60)
@given(st.text(st.sampled_from("我请假出差到从下周一五日月号天由李四代回来了0123456789，。的在去"), max_size=24))
def test_any_words_give_days_in_order_or_nothing(text: str) -> None:
    reading = read_absence(text, NOW, CALENDAR)
    if reading is not None and reading.from_on and reading.until_on:
        assert reading.from_on <= reading.until_on
        assert reading.until_on >= TODAY
