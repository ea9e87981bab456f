"""Working days: known facts of 2022, the three sources, and laws that hold on every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.workdays import Calendar, WorkingHours

CALENDAR = Calendar()
DAYS = st.dates(date(2004, 2, 1), date(2035, 12, 1))


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize(("year", "worked"), [(2022, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_published_year_has_its_known_number_of_working_days(year: int, worked: int) -> None:
    assert sum(map(CALENDAR.is_workday, days_of(year))) == worked


@pytest.mark.parametrize("day", ["2022-01-29", "2022-04-02", "2022-04-24", "2022-10-08", "2022-10-09", "2022-09-30"])
def test_make_up_weekends_are_worked(day: str) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day))


def test_the_last_day_of_2022_is_off_by_the_next_years_notice() -> None:
    assert not CALENDAR.is_workday(date(2022, 12, 31))


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2022-03-31", 5, "2022-04-08"),
        ("2022-06-30", 5, "2022-07-07"),
        ("2022-09-30", 5, "2022-10-12"),
        ("2022-12-31", 5, "2023-01-09"),
        ("2022-04-08", -10, "2022-03-24"),
        ("2022-10-03", 1, "2022-10-08"),
        ("2022-10-03", -1, "2022-09-30"),
        ("2022-10-03", 0, "2022-10-03"),
    ],
)
def test_shifting_counts_real_working_days(start: str, n: int, expected: str) -> None:
    assert CALENDAR.shift(date.fromisoformat(start), n) == date.fromisoformat(expected)


def test_a_day_off_rolls_to_its_neighbours_and_a_working_day_stays() -> None:
    off, worked = date(2022, 10, 4), date(2022, 10, 8)
    assert (CALENDAR.on_or_before(off), CALENDAR.on_or_after(off)) == (date(2022, 9, 30), worked)
    assert CALENDAR.on_or_before(worked) == CALENDAR.on_or_after(worked) == worked
    assert CALENDAR.next_workday(worked) == date(2022, 10, 9)


def test_an_override_beats_the_published_calendar_both_ways() -> None:
    flood = Calendar({date(2022, 6, 15): False, date(2022, 6, 18): True})
    assert flood.next_workday(date(2022, 6, 14)) == date(2022, 6, 16)
    assert flood.next_workday(date(2022, 6, 17)) == date(2022, 6, 18)
    assert CALENDAR.is_workday(date(2022, 6, 15))


def test_calendars_with_the_same_overrides_are_equal_and_hashable() -> None:
    assert Calendar({date(2022, 6, 15): False}) == Calendar({date(2022, 6, 15): False}) != CALENDAR
    assert len({CALENDAR, Calendar()}) == 1


def test_an_unpublished_year_is_marked_and_estimated_from_the_statutory_days() -> None:
    assert CALENDAR.is_provisional(2031)
    assert not CALENDAR.is_provisional(2022)
    assert not CALENDAR.is_workday(date(2031, 10, 1))
    assert 235 <= sum(map(CALENDAR.is_workday, days_of(2031))) <= 262


def test_both_calendar_libraries_agree_on_recent_years() -> None:
    china = holidays.country_holidays("CN")
    days = [day for year in range(2015, 2027) for day in days_of(year)]
    assert [day for day in days if china.is_working_day(day) != CALENDAR.is_workday(day)] == []


@given(DAYS, st.integers(1, 40))
def test_shifting_back_undoes_shifting_forward_from_a_working_day(day: date, n: int) -> None:
    start = CALENDAR.on_or_after(day)
    assert CALENDAR.shift(CALENDAR.shift(start, n), -n) == start


@given(DAYS, st.integers(-40, 40))
def test_between_counts_what_shift_moves(day: date, n: int) -> None:
    start = CALENDAR.on_or_before(day)
    assert CALENDAR.between(start, CALENDAR.shift(start, n)) == n


@pytest.mark.parametrize(
    ("clock", "inside"),
    [("08:29", False), ("08:30", True), ("11:29", True), ("11:30", False), ("14:30", True), ("17:30", False)],
)
def test_working_hours_hold_their_first_minute_and_not_their_last(clock: str, inside: bool) -> None:
    assert WorkingHours().contains(time.fromisoformat(clock)) is inside


def test_a_notice_stands_between_the_overrides_and_the_published_calendar() -> None:
    notice = {2022: {date(2022, 6, 1): False, date(2022, 6, 4): True, date(2021, 12, 31): False}}
    calendar = Calendar({date(2022, 6, 1): True}, notice)
    assert calendar.is_workday(date(2022, 6, 1))
    assert calendar.is_workday(date(2022, 6, 4))
    assert not calendar.is_workday(date(2021, 12, 31))
    assert calendar.is_workday(date(2022, 10, 4)), "a day the notice does not name is worked Monday to Friday"
    assert not calendar.is_workday(date(2022, 10, 8))
    assert not calendar.is_workday(date(2021, 10, 4)), "other years stay as published"


def test_a_year_with_a_notice_is_an_estimate_no_more() -> None:
    calendar = Calendar(notices={2031: {date(2031, 1, 1): False}})
    assert not calendar.is_provisional(2031)
    assert calendar.is_provisional(2032)
    assert [calendar.source_of(date(year, 3, 3)) for year in (2026, 2031, 2032)] == ["published", "notice", "estimate"]


def test_other_overrides_keep_the_notices() -> None:
    calendar = Calendar({date(2031, 3, 4): False}, {2031: {date(2031, 3, 3): False}})
    other = replace(calendar, overrides={date(2031, 3, 5): False})
    assert [other.is_workday(date(2031, 3, day)) for day in (3, 4, 5)] == [False, True, False]


def test_the_later_notice_knows_better_of_the_last_days_of_the_year_before() -> None:
    calendar = Calendar(notices={2031: {date(2030, 12, 31): True}, 2030: {date(2030, 12, 31): False}})
    assert calendar.is_workday(date(2030, 12, 31))
