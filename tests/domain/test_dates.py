"""Date phrases: the product's conventions on gold phrases, and laws that hold for any words."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import date_json, find_dates, read_date
from bot.domain.workdays import Calendar

MATERIAL = Path(__file__).parent / "material"
CALENDAR = Calendar()
NOW = datetime(2022, 9, 14, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PIECES = (
    "十一二三两半0123456789年月日号周天个底末初中下上旬前后内国庆节每季度工作本明再给预计 ./-至到完成了已"
    "octfrinext by in"
)


def gold(name: str) -> list[dict]:
    return [json.loads(line) for line in (MATERIAL / name).read_text(encoding="utf-8").splitlines()]


def misread(rows: list[dict]) -> list[tuple[str, object, object]]:
    """Phrases whose deadline (or, for a span, either end) is not the gold one."""
    wrong = []
    for row in rows:
        read = date_json(read_date(row["text"], datetime.fromisoformat(row["now"]), CALENDAR))
        want = row["gold"]
        end = read.get("end") or read.get("date")
        if end != want.get("end", want.get("date")) or read.get("start", want.get("start")) != want.get(
            "start", read.get("start")
        ):
            wrong.append((row["text"], read, want))
    return wrong


@pytest.mark.parametrize(("name", "share"), [("dates.jsonl", 0.98), ("dates.heldout.jsonl", 0.95)])
def test_gold_phrases_are_read_as_people_mean_them(name: str, share: float) -> None:
    rows = gold(name)
    wrong = misread(rows)
    assert len(wrong) <= (1 - share) * len(rows), wrong


def test_the_calendar_of_the_office_decides_what_a_working_day_is() -> None:
    flood = Calendar({date(2022, 9, 15): False})
    assert read_date("1个工作日内", NOW, CALENDAR).end == date(2022, 9, 15)
    assert read_date("1个工作日内", NOW, flood).end == date(2022, 9, 16)


def test_several_phrases_in_one_sentence_are_found_in_order_with_their_words() -> None:
    found = find_dates("9月20日已开工，预计10月底完成", NOW, CALENDAR)
    assert [(d.phrase, d.past) for d in found] == [("9月20日", True), ("10月底", False)]


def test_a_day_told_as_past_goes_back_and_a_day_hoped_for_goes_ahead() -> None:
    assert read_date("5号已经交了", NOW, CALENDAR).end == date(2022, 9, 5)
    assert read_date("预计5号交", NOW, CALENDAR).end == date(2022, 10, 5)


def test_the_json_of_no_date_says_null() -> None:
    assert date_json(read_date("尽快", NOW, CALENDAR)) == {"date": None}


def test_reading_chinese_never_loads_the_foreign_date_library() -> None:
    code = (
        "import sys; from datetime import datetime; from bot.domain.dates import read_date;"
        "from bot.domain.workdays import Calendar;"
        "read_date('预计下周五前完成 3 项', datetime(2022, 9, 14), Calendar());"
        "sys.exit('dateparser' in sys.modules or 'holidays' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@given(st.text(max_size=80) | st.text(alphabet=PIECES, max_size=40))
def test_any_text_is_read_or_left_without_an_error(text: str) -> None:
    read_date(text, NOW, CALENDAR)


@given(st.text(alphabet=PIECES, max_size=30))
def test_a_date_before_the_message_comes_only_from_words_of_the_past(text: str) -> None:
    """Apart from a year, a named week or an exact day, whose words fix the day themselves."""
    fixing = {
        "weekday_of_week",
        "week",
        "iso_day",
        "day_of_month",
        "month",
        "part_of_month",
        "quarter",
        "range",
        "days",
        "months",
    }
    fixing |= {
        "half_year",
        "year",
        "year_end",
        "year_start",
        "mid_year",
        "near_day",
        "ago",
        "plan_end",
        "part_of_period",
    }
    for found in find_dates(text, NOW, CALENDAR):
        assert found.end >= NOW.date() or found.past or found.rule in fixing, found


@pytest.mark.parametrize("row", gold("dates.jsonl")[::5], ids=lambda row: row["text"])
def test_full_width_digits_and_spaces_change_nothing(row: dict) -> None:
    now = datetime.fromisoformat(row["now"])
    wide = row["text"].translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert read_date(f"  {wide}　", now, CALENDAR) == read_date(row["text"], now, CALENDAR)
