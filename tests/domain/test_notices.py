"""Holiday notices: every manner of writing against the true days, checks against themselves, hostile text, JSON."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import notices
from bot.domain.model import DubanError
from bot.domain.notices import looks_like_notice, read_notice, read_setting
from bot.domain.workdays import Calendar, Source, is_weekend
from tests.domain.notice_material import YEARS

PUBLISHED = Calendar()
WEEKDAYS = "一二三四五六日"


def year_by(text: str) -> Calendar:
    notice = read_notice(text)
    return Calendar(notices={notice.year: notice.days})


def codes(text: str) -> list[str]:
    return [doubt.code for doubt in read_notice(text).doubts]


@pytest.mark.parametrize("year", YEARS)
def test_a_notice_makes_the_year_what_it_was(year: int) -> None:
    calendar = year_by(YEARS[year])
    wrong = [day for day in notices.days_of(year) if calendar.is_workday(day) != PUBLISHED.is_workday(day)]
    assert wrong == []
    assert codes(YEARS[year]) == []
    assert not read_notice(YEARS[year]).partial
    assert looks_like_notice(YEARS[year])
    assert {calendar.source_of(day) for day in notices.days_of(year)} == {Source.NOTICE}


@st.composite
def arrangements(draw: st.DrawFn) -> tuple[int, list[tuple[str, list[date], list[date]]]]:
    """A year with days off in a row and make-up weekends, as no government may ever have arranged them."""
    year = draw(st.integers(2021, 2035))
    found = []
    for name, month in (("元旦", 1), ("春节", 2), ("清明节", 4), ("劳动节", 5), ("端午节", 6), ("国庆节", 10)):
        fixed = date(year, month, 1)
        first = fixed - timedelta(days=draw(st.integers(0, 2))) if month in (1, 5, 10) else fixed + timedelta(days=3)
        off = [first + timedelta(days=n) for n in range(draw(st.integers(3, 9)))]
        weekends = [off[-1] + timedelta(days=n) for n in range(1, 16)]
        choices = [day for day in weekends if is_weekend(day)]
        work = draw(st.lists(st.sampled_from(choices), max_size=2, unique=True))
        found.append((name, off, sorted(work)))
    return year, found


def said(day: date, year: int, style: str, *, short: bool = False) -> str:
    weekday = f"（{'星期' if 'long' in style else '周'}{WEEKDAYS[day.weekday()]}）" if "weekday" in style else ""
    month = "" if short else f"{day.month}月"
    full = f"{day.year}年" if day.year != year and not short else ""
    return f"{full}{month}{day.day}日{weekday}"


def rendered(year: int, arrangement: list[tuple[str, list[date], list[date]]], style: str) -> str:
    lines = [f"关于{year}年部分节假日安排的通知"]
    for place, (name, off, work) in enumerate(arrangement):
        joiner = "到" if "to" in style else "至"
        span = said(off[0], year, style) + joiner + said(off[-1], year, style, short=off[0].month == off[-1].month)
        make_up = "、".join(said(day, year, style) for day in work)
        verb = "补班" if "to" in style else "上班"
        worked = f"{'，' if 'comma' in style else '。'}{make_up}{verb}" if work else ""
        lines.append(f"{'一二三四五六七'[place]}、{name}：{span}放假调休，共{len(off)}天{worked}。")
    text = "\n".join(lines)
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if "wide" in style else text


@settings(max_examples=60, deadline=None)
@given(arrangements(), st.sampled_from(["", "weekday", "weekday long to", "comma weekday", "wide", "wide comma to"]))
def test_any_arrangement_written_out_is_read_back(
    drawn: tuple[int, list[tuple[str, list[date], list[date]]]], style: str
) -> None:
    year, arrangement = drawn
    expected: dict[date, bool] = {}
    for _, off, work in arrangement:
        expected |= dict.fromkeys(off, False) | dict.fromkeys(work, True)
    notice = read_notice(rendered(year, arrangement, style))
    assert notice.year == year
    assert dict(notice.days) == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("一、元旦：1月1日（周四）至3日（周日）放假，共3天。", "notice_weekday"),
        ("一、元旦：1月1日至3日放假，共4天。", "notice_count"),
        ("一、元旦：1月1日至3日放假，1月4日上班。", "notice_no_weekend"),
        ("一、元旦：1月1日至3日放假，1月2日上班。", "notice_both"),
        ("一、元旦：1月1日至3日放假，11月31日上班。", "notice_no_such_day"),
        ("一、元旦：1月3日至1日放假。", "notice_range"),
        ("一、元旦：1月1日至28日放假。", "notice_range"),
        ("一、元旦：2029年1月1日至3日放假。", "notice_other_year"),
        ("一、元旦：1月1日至3日放假，1月9日前报送值班安排。", "notice_unread"),
        ("一、元旦：1月1日至3日放假。\n二、妇女节：3月8日下午放假半天。", "notice_half_day"),
    ],
)
def test_what_a_notice_says_against_itself_is_a_doubt(line: str, code: str) -> None:
    assert code in codes(f"2027年放假安排\n{line}")


def test_a_whole_year_that_forgets_a_festival_is_doubted() -> None:
    without = "\n".join(line for line in YEARS[2022].split("\n") if "清明" not in line)
    doubts = read_notice(without).doubts
    assert [(doubt.code, dict(doubt.params)) for doubt in doubts] == [
        ("notice_lacks", {"name": "清明节", "day": "2022-04-05"})
    ]


def test_december_of_new_year_belongs_to_the_year_before() -> None:
    bare = read_notice("2027年放假\n一、元旦：12月31日至1月2日放假，共3天。1月3日（周日）上班。")
    stated = read_notice("2027年放假安排：12月31日（周四）至1月2日放假，共3天。")
    for notice in (bare, stated):
        assert min(notice.days) == date(2026, 12, 31)
        assert notice.days[date(2027, 1, 2)] is False
    assert codes("2027年放假\n一、元旦：12月31日至1月2日放假，共3天。") == []


def test_an_office_in_the_heading_and_a_date_of_issue_are_no_days() -> None:
    text = "2026年11月4日 国务院办公厅关于2027年部分节假日安排的通知 一、元旦：1月1日（周五）放假。\n2026年11月4日"
    assert dict(read_notice(text).days) == {date(2027, 1, 1): False}
    assert codes(text) == []


def test_a_part_of_a_year_adds_to_what_is_known_and_needs_something_known() -> None:
    local = read_notice("2026年自治区放假安排\n三月三：4月18日（周六）至21日（周二）放假，共4天。")
    assert local.partial
    after = Calendar(notices={2026: notices.in_force(local, PUBLISHED)})
    changed = [day for day in notices.days_of(2026) if after.is_workday(day) != PUBLISHED.is_workday(day)]
    assert changed == [date(2026, 4, 20), date(2026, 4, 21)]
    unknown = read_notice("2031年自治区放假安排\n三月三：4月24日放假，共1天。")
    with pytest.raises(DubanError) as refused:
        notices.in_force(unknown, PUBLISHED)
    assert refused.value.code == "notice_partial"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("元旦：1月1日放假。五一：5月1日放假。", "notice_without_year"),
        ("2027年放假安排另行通知。", "notice_empty"),
        ("2027年放假。" + "1月1日、" * 3000, "notice_unreadable"),
        ("2027年放假" * 9000, "notice_too_long"),
        ('{"year": 2027}', "notice_empty"),
        ('{"year": 2027, "off": ["1月1日"]}', "notice_unreadable"),
        ('{"year": "soon", "off": ["2027-01-01"]}', "notice_without_year"),
        ('{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": "no"}]}', "notice_unreadable"),
        ('{"off": [' + "[" * 40_000, "notice_unreadable"),
        ("[1, 2]", "notice_unreadable"),
    ],
)
def test_what_is_no_notice_is_refused_in_a_word(text: str, code: str) -> None:
    with pytest.raises(DubanError) as refused:
        read_notice(text)
    assert refused.value.code == code


@settings(max_examples=60, deadline=500)
@given(st.text(alphabet="0123456789年月日号至、，。：（）(){}[]周六放假上班调休共天元旦国庆\n- ", max_size=400))
def test_no_words_break_the_reading(text: str) -> None:
    looks_like_notice(text)
    try:
        notice = read_notice(f"2027年放假安排\n{text}")
    except DubanError:
        return
    assert notice.days


@pytest.mark.parametrize(
    "data",
    [
        {"year": 2026, "off": ["2026-05-01", "2026-05-04"], "work": ["2026-05-09"]},
        {
            "year": 2026,
            "papers": ["https://example.org"],
            "days": [
                {"name": "劳动节", "date": "2026-05-01", "isOffDay": True},
                {"name": "劳动节", "date": "2026-05-04", "isOffDay": True},
                {"name": "劳动节", "date": "2026-05-09", "isOffDay": False},
            ],
        },
        {
            "code": 0,
            "holiday": {
                "05-01": {"holiday": True, "name": "劳动节", "date": "2026-05-01"},
                "05-04": {"holiday": True, "name": "劳动节", "date": "2026-05-04"},
                "05-09": {"holiday": False, "name": "补班", "date": "2026-05-09"},
            },
        },
    ],
)
def test_the_usual_shapes_of_json_are_read_alike(data: dict[str, object]) -> None:
    notice = read_notice("\ufeff" + json.dumps(data, ensure_ascii=False))
    assert notice.year == 2026
    assert dict(notice.days) == {date(2026, 5, 1): False, date(2026, 5, 4): False, date(2026, 5, 9): True}


@pytest.mark.parametrize(
    "text",
    [
        "国庆前把10月份的报表交上来",
        "（一）1 已排查12家，9月30日前完成",
        "我10月1日至7日放假期间值班",
        "三季度汇总",
        "延到10月31日，因为单位放假",
    ],
)
def test_ordinary_words_are_no_notice(text: str) -> None:
    assert not looks_like_notice(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("5月6日上班", {"05-06": True}),
        ("５月６日（周四）上班。", {"05-06": True}),
        ("10月9日放假", {"10-09": False}),
        ("十月八日至九日放假", {"10-08": False, "10-09": False}),
        ("5月6日、5月8日改为上班", {"05-06": True, "05-08": True}),
        ("5月6日恢复", {"05-06": None}),
        ("2027-05-06 clear", {"05-06": None}),
        ("2027-05-06 work", {"05-06": True}),
        ("5月6日", {}),
        ("明天5月6日上班吗", {}),
        ("5月6日前上班打卡", {}),
        ("你好", {}),
    ],
)
def test_days_set_by_hand_are_read_only_when_the_words_are_nothing_else(
    text: str, days: dict[str, bool | None]
) -> None:
    assert read_setting(text, 2027) == {date.fromisoformat(f"2027-{day}"): worked for day, worked in days.items()}


def test_a_wrong_weekday_beside_a_day_set_by_hand_is_refused() -> None:
    with pytest.raises(DubanError) as refused:
        read_setting("5月6日（周五）上班", 2027)
    assert refused.value.code == "notice_weekday"


def test_days_off_in_a_row_hold_their_weekends_and_ordinary_weekends_are_left_out() -> None:
    runs = notices.runs_off(PUBLISHED, 2026)
    assert (date(2026, 1, 1), date(2026, 1, 3)) in runs
    assert (date(2026, 10, 1), date(2026, 10, 7)) in runs
    assert len(runs) == 7
    assert notices.made_up(PUBLISHED, 2026)[:2] == [date(2026, 1, 4), date(2026, 2, 14)]
