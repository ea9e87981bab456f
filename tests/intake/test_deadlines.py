"""Ways a plan names a day, each with the date a clerk would write into the ledger."""

from __future__ import annotations

import pytest

from bot.domain.model import Cadence
from bot.intake.blocks import Line
from bot.intake.deadlines import read_deadlines, read_time_limit
from bot.intake.passages import Passage

M, Q, H, A, LONG = Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.ANNUAL, Cadence.ONGOING


def told(text: str, year: int | None = 2022, *, limit: bool = False):
    read = read_time_limit if limit else read_deadlines
    found = read(Passage.of(Line(1, text)), year)
    return [d.cadence or (d.on.isoformat() if d.on else None) for d in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2022年底前完成整治", ["2022-12-31"]),
        ("2022年年底前完成整治", ["2022-12-31"]),
        ("年底前完成，年内见效", ["2022-12-31", "2022-12-31"]),
        ("6月底前印发", ["2022-06-30"]),
        ("于3月15日前报送", ["2022-03-15"]),
        ("2022 年 9 月 30 日前完成", ["2022-09-30"]),
        ("10月中旬前验收", ["2022-10-20"]),
        ("5月上旬完成播种", ["2022-05-10"]),
        ("2月底前启动", ["2022-02-28"]),
        ("8月份完成招标", ["2022-08-31"]),
        ("第三季度末前完工", ["2022-09-30"]),
        ("二季度开工率达到100%", ["2022-06-30"]),
        ("前三季度支出进度达到75%", ["2022-09-30"]),
        ("上半年完成选址，下半年开工", ["2022-06-30", "2022-12-31"]),
        ("力争到2025年，形成长效机制", ["2025-12-31"]),
        ("到2023年6月，基本建成", ["2023-06-30"]),
        ("今年年底前完成", ["2022-12-31"]),
        ("每季度结束后报送情况", [Q]),
        ("每月5日前报送进度", [M]),
        ("每半年开展一次评估", [H]),
        ("按月调度，按季度通报", [M, Q]),
        ("每年组织一次演练", [A]),
        ("形成机制并长期坚持", [LONG]),
        ("完成2021年整治清单内的问题", []),
        ("对2013年以来获得认定的单位", []),
        ("2020年及以前年度的项目", []),
        ("截至2021年底已建成30家", []),
        ("自2022年6月1日起施行", []),
        ("结合6月5日世界环境日开展宣传", []),
        ("三年内实现翻番", []),
        ("总结上半年工作情况", []),
        ("11月31日前完成", []),
        ("接到通知后5个工作日内办结", []),
        ("以第二轮督察反馈问题整改为契机", []),
    ],
)
def test_a_deadline_in_running_text(text, found):
    assert told(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2022年12月", ["2022-12-31"]),
        ("2022年6月30日", ["2022-06-30"]),
        ("11月", ["2022-11-30"]),
        ("2022年", ["2022-12-31"]),
        ("2022年3月—10月", ["2022-10-31"]),
        ("2022年3月至2022年10月", ["2022-10-31"]),
        ("长期坚持", [LONG]),
        ("持续推进", [LONG]),
        ("每季度", [Q]),
        ("年底前", ["2022-12-31"]),
        ("2022年6月底前并长期坚持", ["2022-06-30", LONG]),
    ],
)
def test_behind_a_time_limit_label_a_bare_month_or_year_is_a_deadline(text, found):
    assert told(text, limit=True) == found


def test_without_a_year_a_day_stays_open():
    assert told("6月底前完成", None) == [None]


def test_a_day_the_text_gives_is_not_called_assumed_and_a_bare_quarter_is():
    given = read_deadlines(Passage.of(Line(1, "2022年底前完成")), 2022)
    bare = read_deadlines(Passage.of(Line(1, "二季度完成")), 2022)
    assert [d.assumed for d in (*given, *bare)] == [False, True]


def test_the_words_run_to_the_end_of_the_clause_and_the_source_to_its_columns():
    line = Line(7, "第一句。原则上应当在 2022 年底前完成 销号；其他照旧。")
    found = read_deadlines(Passage.of(line), 2022)[0]
    assert found.text.endswith("2022年底前完成销号")
    assert found.source is not None
    assert found.source.line == 7
    assert line.text[found.source.start : found.source.end].endswith("完成 销号")
