"""Every message with hostile, long and strange words in it: still HTML Telegram takes, short enough, buttons valid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.views import SummaryView, View
from bot.localchat.formatting import formatted
from bot.texts.markup import clean, one_line
from bot.texts.render import render
from bot.texts.wording import period_label
from tests.texts import samples

VIEWS = samples.views()
# Fields that hold a code of ours, never somebody's words.
CODES = {
    "what",
    "rung",
    "stage",
    "kind",
    "period",
    "mode",
    "caption",
    "code",
    "decided",
    "reason",
    "returned_reason",
} | {
    "options",
    "answer",
    "day",
    "key",
    "tasks",
    "chosen",
    "part",
    "sort",
    "topic",
    "group",
    "purpose",
}
HOSTILE = [
    "<b>x",
    "&lt;&amp",
    "</blockquote><a href='tg://user?id=1'>",
    "\u202eabc\u2066",
    "\x00\x1b[31m",
    "😀" * 90,
    "{n}%s",
]
WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))


def saying(value: Any, text: str, name: str = "") -> Any:
    """The same value with `text` in every place a person's words can stand."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: saying(getattr(value, f.name), text, f.name) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(saying(item, text, name) for item in value)
    if isinstance(value, Mapping):
        return {key: saying(item, text, str(key)) for key, item in value.items()}
    plain_words = type(value) is str and name not in CODES
    return text if plain_words else value


def limit_of(view: View, name: str) -> int:
    captioned = name.startswith("file-") or (isinstance(view, SummaryView) and view.with_picture)
    return 1024 if captioned else 4096


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(VIEWS)), WORDS, st.integers(1, 300), st.sampled_from(["zh", "en"]))
def test_no_words_break_a_message(name: str, words: str, times: int, language: str) -> None:
    view = saying(VIEWS[name], words * times)
    message = render(view, language)
    shown = formatted(message.text, "HTML")
    assert 0 < shown.length <= limit_of(view, name)
    assert shown.text == clean(shown.text)
    for row in message.buttons:
        assert 1 <= len(row) <= 4
        for button in row:
            assert button.label.strip() and len(button.label) <= 40
            assert re.fullmatch(r"1:[a-z]{1,2}:\d+:\d+(:[\w~-]+)*", button.data)
            assert len(button.data.encode()) <= 64


ALWAYS_SHOWN = [
    "due",
    "due-original",
    "list",
    "assignment",
    "chase-phone",
    "words-confirm",
    "plan-tasks",
    "board",
    "review",
    "request-extension",
    "summary",
    "summary-task",
    "welcome-contact",
    "file-invitations",
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ALWAYS_SHOWN), WORDS)
def test_what_a_person_wrote_is_seen_as_written(name: str, words: str) -> None:
    """All of it, but for characters nobody can see."""
    shown = formatted(render(saying(VIEWS[name], words), "zh").text, "HTML")
    assert one_line(words)[:60] in " ".join(shown.text.split())


@pytest.mark.parametrize("name", sorted(name for name in VIEWS if not name.startswith("preview-text")))
def test_english_holds_nothing_chinese_but_names_and_words_of_the_data(name: str) -> None:
    message = render(saying(VIEWS[name], "Name"), "en")
    said = " ".join([message.text, message.placeholder, *(b.label for row in message.buttons for b in row)])
    assert not re.search(r"[㐀-鿿]", said)


def test_a_list_too_long_for_a_message_says_how_many_are_left_out() -> None:
    first = samples.chase(1, "（一）1", "D+1")
    lines = [replace(first, agency_id=at, agency=f"第{at}个单位{'名' * 60}") for at in range(200)]
    text = render(samples.dues(chase=tuple(lines)), "zh").text
    left_out = re.search(r"……另有(\d+)项", text)
    assert left_out is not None
    assert int(left_out[1]) + len(re.findall(r"^第\d+个单位", text, re.MULTILINE)) == 200


def test_an_emoji_is_never_cut_in_half() -> None:
    view = saying(VIEWS["due"], "a" + "😀" * 5000)
    assert "\ufffd" not in render(view, "zh").text


@pytest.mark.parametrize("page", [-3, 0, 1, 99])
@pytest.mark.parametrize("mode", ["agencies", "agency", "tasks", "task", "nonsense"])
def test_any_page_of_a_summary_is_shown(mode: str, page: int) -> None:
    for chosen in (None, 1, 404):
        view = replace(samples.SUMMARY_VIEW, mode=mode, page=page, chosen=chosen)
        assert "第三季度" in render(view, "zh").text


def test_a_day_of_another_year_carries_its_year() -> None:
    line = samples.line(what="2022Q4", due_on=date(2023, 1, 9), days_left=6)
    view = samples.dues(line, focus=0, now=datetime(2022, 12, 29, 9, 0, tzinfo=samples.ZONE))
    assert "2023年1月9日（周一）17:30" in render(view, "zh").text


def test_a_due_day_passed_over_a_weekend_is_not_called_today() -> None:
    """Friday's due on Saturday: no working day has passed, and it is over all the same."""
    friday = samples.line(due_on=date(2022, 9, 23), days_left=0)
    view = samples.dues(friday, focus=0, now=datetime(2022, 9, 24, 9, 0, tzinfo=samples.ZONE))
    text = render(view, "zh").text
    assert "已过截止日" in text and "今天" not in text


@pytest.mark.parametrize(
    ("period", "language", "label"),
    [("2022Q3", "zh", "2022年第三季度"), ("2022", "zh", "2022年度"), ("2022Q4", "en", "Q4 2022"), ("x", "zh", "x")],
)
def test_a_period_has_a_name(period: str, language: str, label: str) -> None:
    assert period_label(period, language) == label


def test_an_unknown_language_is_chinese() -> None:
    assert render(VIEWS["due"], "de") == render(VIEWS["due"], "zh") == render(VIEWS["due"], "zh-hans")


def test_a_list_names_every_task_and_gives_each_a_button() -> None:
    lines = [samples.line(at % 6, number=f"（{at}）", invited=at % 7 == 0) for at in range(20)]
    message = render(samples.dues(*lines), "zh")
    assert [line.number for line in lines if line.number not in message.text] == []
    buttons = [button for row in message.buttons for button in row if button.data.startswith("1:f:")]
    pressed = {button.label: button.data for button in buttons}
    assert pressed == {line.number: f"1:f:71:3:{at}" for at, line in enumerate(lines)}


def test_what_still_waits_comes_first_in_a_list() -> None:
    text = render(VIEWS["list-partly-reported"], "zh").text
    assert text.index("（二）2") < text.index("（一）1")


def test_every_kind_of_view_has_a_screen() -> None:
    assert {type(view) for view in VIEWS.values()} == set(get_args(View))
