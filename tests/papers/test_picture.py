from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.model import Status
from bot.domain.summary import CellState, Light, Summary
from bot.papers.picture import MOST_ROWS, sheet, summary_png
from bot.papers.press import print_with_warnings
from bot.papers.words import LANGUAGES, SYMBOLS, period_heading, period_words, words
from tests.papers.conftest import HOSTILE, TITLES
from tests.papers.pictures import size


def printed(summary: Summary, language: str = "zh") -> tuple[bytes, tuple[str, ...]]:
    return print_with_warnings("summary.typ", sheet(summary, language))


@pytest.fixture(scope="module")
def glyphs() -> set[int]:
    font = TTFont(pylopdf_fonts_zh_cn.sans_path(), lazy=True)
    return set(font.getBestCmap())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sixteen_tasks_print_without_a_warning_at_phone_width(summary: Summary, language: str) -> None:
    png, warnings = printed(summary, language)
    assert warnings == ()
    width, height = size(png)
    assert width == 1080
    assert 1500 < height < 2560


def test_the_public_function_gives_the_same_picture(summary: Summary) -> None:
    assert summary_png(summary) == printed(summary)[0]


def test_every_symbol_and_word_of_ours_is_in_the_font(glyphs: set[int]) -> None:
    ours = "".join(SYMBOLS.values()) + "".join(text for table in LANGUAGES.values() for text in table.values()) + "…　"
    assert {c for c in ours if ord(c) not in glyphs} == set()


def test_rare_characters_of_names_are_in_the_font(glyphs: set[int]) -> None:
    assert {c for c in "喆镕㛃堃珺祎昇䶮㙍" if ord(c) not in glyphs} == set()


def test_the_font_stands_on_its_own_without_those_of_the_machine() -> None:
    from bot.papers.press import _fonts

    assert "Noto Sans SC" in _fonts().families()
    assert all(font.path is None or "pylopdf_fonts_zh_cn" in font.path for font in _fonts().fonts())


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    chinese, english = LANGUAGES["zh"], LANGUAGES["en"]
    assert chinese.keys() == english.keys()
    assert {k for k in chinese if blanks(chinese[k]) != blanks(english[k])} == set()
    assert [text for text in english.values() if any("\u4e00" <= c <= "\u9fff" for c in text)] == []
    assert words("zh-hans") is chinese and words("en-GB") is english and words("fr") is chinese


def test_periods_are_written_as_people_say_them() -> None:
    assert period_words("2022Q3", "zh") == "2022年第三季度"
    assert period_words("2022", "zh") == "2022年度"
    assert period_words("2022Q3", "en") == "Q3 2022"
    assert [period_heading(p, "zh") for p in ("2022Q1", "2022")] == ["一季度", "全年"]


def test_each_cell_has_a_symbol_for_the_status_and_the_colour_of_its_light(summary: Summary) -> None:
    rows = sheet(summary, "zh")["rows"]
    third = [row["cells"][2] for row in rows]
    assert "".join(cell["symbol"] for cell in third) == "✓●●●✓▲●●●●×●○▲●●"
    assert [cell["tone"] for cell in third][:8] == ["green"] * 5 + ["red", "green", "yellow"]
    assert third[7]["note"] == "2/3"
    assert {cell["note"] for i, cell in enumerate(third) if i != 7} == {""}
    assert {row["cells"][3]["symbol"] for row in rows} == {"–"}


def test_an_early_report_shows_its_status_though_nothing_is_due(summary: Summary) -> None:
    task = summary.tasks[0]
    early = replace(task.cells[3], status=Status.DONE, state=CellState.NOT_DUE)
    changed = replace(summary, tasks=(replace(task, cells=(*task.cells[:3], early)),))
    assert sheet(changed, "zh")["rows"][0]["cells"][3] == {"symbol": "✓", "tone": "none", "note": ""}


def test_the_four_figures_and_the_counts_are_those_of_the_summary(summary: Summary) -> None:
    shown = sheet(summary, "zh")
    assert [(f["name"], f["value"]) for f in shown["figures"]] == [
        ("应报（份）", "18"),
        ("已报（份）", "16"),
        ("未报（份）", "2"),
        ("按时（份）", "15"),
    ]
    assert [(s["symbol"], s["count"]) for s in shown["statuses"]] == [
        ("✓", "2项"),
        ("●", "10项"),
        ("▲", "2项"),
        ("○", "1项"),
        ("×", "1项"),
    ]


def test_attention_says_why_and_whose_and_stops_at_three(summary: Summary) -> None:
    five = replace(summary, attention=(*summary.attention, *summary.attention[:2]))
    lines = sheet(five, "zh")["attention"]
    assert [line["why"] for line in lines] == [
        "有困难：资金执行率41%，年底要求52%　柳州市鹿寨生态环境局等2家",
        "未报，已催2次　县水利局",
        "受阻　县科技工贸和信息化局",
    ]


def test_an_unknown_reason_is_left_out_rather_than_shown_as_a_code(summary: Summary) -> None:
    odd = replace(summary.attention[0], reason="light_mismatch", detail="")
    line = sheet(replace(summary, attention=(odd,)), "zh")["attention"][0]
    assert "light_mismatch" not in json.dumps(line)
    assert line["why"] == "柳州市鹿寨生态环境局、县财政局"


def test_nothing_to_look_at_and_no_tasks_still_make_a_picture(summary: Summary) -> None:
    empty = replace(summary, tasks=(), agencies=(), attention=())
    png, warnings = printed(empty)
    assert warnings == () and size(png)[0] == 1080
    assert sheet(empty, "zh")["empty"] == "本计划还没有任务"


def test_a_long_plan_shows_its_most_urgent_tasks_in_the_plan_s_order(summary: Summary) -> None:
    calm = [t for t in summary.tasks if t.light is Light.GREEN]
    urgent = [t for t in summary.tasks if t.light is not Light.GREEN]
    many = [*(replace(t, number=f"甲{i}") for i in range(6) for t in calm), *urgent]
    shown = sheet(replace(summary, tasks=tuple(many)), "zh")
    assert len(shown["rows"]) == MOST_ROWS
    assert [row["number"] for row in shown["rows"]][-len(urgent) :] == [t.number for t in urgent]
    assert shown["more"] == f"另有{len(many) - MOST_ROWS}项未列出，见Excel台账"
    _, warnings = printed(replace(summary, tasks=tuple(many)))
    assert warnings == ()


def test_the_height_stays_within_what_a_phone_gets_whole(summary: Summary) -> None:
    long = tuple(replace(summary.tasks[7], title=max(TITLES, key=len)) for _ in range(40))
    png, warnings = printed(replace(summary, tasks=long, title="很长的标题" * 20))
    assert warnings == ()
    assert size(png)[1] < 2_640


@pytest.mark.parametrize("text", [HOSTILE, '"] #import "x": *', "\\u{1F600} \\", "]})//*", "@a <b> ~ _x_ `y`"])
def test_markup_in_user_text_is_only_text(saying: Callable[[str], Summary], text: str) -> None:
    png, warnings = printed(saying(text))
    plain, _ = printed(saying("字" * len(text)))
    assert warnings == ()
    assert png != plain


@pytest.mark.parametrize("text", ["\x00\x08\x1b", "\ud800半个", "长" * 9000, "W" * 300, "😀📄", "\u202e反\u202c", ""])
def test_broken_endless_and_empty_text_prints_without_a_warning(saying: Callable[[str], Summary], text: str) -> None:
    png, warnings = printed(saying(text))
    assert warnings == ()
    assert size(png)[0] == 1080


@given(text=st.text(max_size=80))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_prints(saying: Callable[[str], Summary], text: str) -> None:
    assert size(printed(saying(text))[0])[0] == 1080


def test_a_year_s_picture_marks_no_quarter_as_the_present_one(summary: Summary) -> None:
    shown = sheet(replace(summary, period="2022", due_on=date(2023, 1, 9)), "zh")
    assert [p["now"] for p in shown["periods"]] == [False] * 4
    assert [p["now"] for p in sheet(summary, "zh")["periods"]] == [False, False, True, False]
