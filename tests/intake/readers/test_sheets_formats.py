from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.readers.sheets_formats import custom, shown, tidy


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('yyyy"年"m"月"d"日"', "2022年6月1日"),
        ('[$-804]yyyy"年"m"月"d"日";@', "2022年6月1日"),
        ("yyyy-mm-dd h:mm:ss", "2022年6月1日"),
        ('yyyy"年"m"月"', "2022年6月"),
        ("[DBNum1][$-804]yyyy年m月", "2022年6月"),
        ("mmm-yy", "2022年6月"),
        ('m"月"d"日"', "6月1日"),
        ("d-mmm", "6月1日"),
        ('m"月"', "6月"),
        ("yyyy", "2022年"),
        ("", "2022年6月"),
    ],
)
def test_a_date_shows_the_parts_its_format_shows(number_format: str, text: str) -> None:
    assert shown(date(2022, 6, 1), number_format) == text
    if number_format:
        assert shown(44713, number_format) == shown(44713.75, number_format) == text


@pytest.mark.parametrize("number", [27, 36, 50, 52, 57])
def test_the_built_in_months_of_chinese_excel_have_no_day(number: int) -> None:
    assert shown(44713, custom(number, {})) == "2022年6月"


def test_a_day_that_is_told_is_kept_where_the_format_is_not_known() -> None:
    assert shown(date(2022, 6, 30)) == "2022年6月30日"
    assert shown(datetime.fromisoformat("2022-06-30T17:30")) == "2022年6月30日"


def test_days_may_be_counted_from_1904() -> None:
    assert shown(44713 - 1462, "yyyy-m-d", since_1904=True) == "2022年6月1日"


def test_times_are_written_as_times() -> None:
    assert shown(time(8, 5)) == "8:05"
    assert shown(timedelta(hours=30)) == "30:00"
    assert shown(0.5, "h:mm") == "12:00"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.95, "0%", "95%"),
        (0.955, "0.0%", "95.5%"),
        (19 / 21, "0%", "90%"),
        (0.9, "0.00%", "90%"),
        (0.95, '0%"以上"', "95%以上"),
        (20.0, "General", "20"),
        (20.0, '0"家"', "20家"),
        (20, "General\\家", "20家"),
        (20, '"不少于"0"家"', "不少于20家"),
        (1234.5, "#,##0.00_);[Red](#,##0.00)", "1234.5"),
        (3, "000", "003"),
        (0.1 + 0.2, "General", "0.3"),
        (13800138000.0, "General", "13800138000"),
        (-5.0, "0.0;-0.0", "-5"),
        (5, "0.0E+00", "5"),
        (12345, '0!.0,"万"', "12345"),
        (12345, '0.0,"万"', "12345"),
        (True, "General", "TRUE"),
        (float("nan"), "0", ""),
    ],
)
def test_a_number_is_written_as_its_cell_shows_it(value: float, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_text_keeps_its_lines_and_loses_blanks_around_them() -> None:
    assert tidy("  县水利局（牵头）\r\n\n 县财政局_x000D_\n") == "县水利局（牵头）\n县财政局"


@given(
    st.floats() | st.integers() | st.dates() | st.text(),
    st.text(alphabet='yMmdhs0#?.,%;"\\[]_*@EGe+-年月日 !/', max_size=12),
)
def test_any_value_in_any_format_has_a_text(value: float | date | str, number_format: str) -> None:
    assert isinstance(shown(value, number_format), str)
