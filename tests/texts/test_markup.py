"""The pieces every message is made of: cleaning, cutting, and lists that fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.formatting import formatted
from bot.texts.language import speaking
from bot.texts.markup import Html, Part, clean, compose, cut, escape, listed, quote, say, units, visible


@given(st.text())
def test_cleaning_twice_changes_nothing_and_keeps_what_can_be_seen(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert [c for c in text if c.isalnum()] == [c for c in clean(text) if c.isalnum()]


@given(st.text(), st.integers(1, 50))
def test_a_cut_is_never_longer_than_asked(text: str, limit: int) -> None:
    kept = cut(clean(text), limit)
    assert units(kept) <= limit
    assert kept == clean(text) or kept.endswith("…")


@given(st.text(min_size=1), st.integers(2, 60))
def test_cutting_never_goes_through_an_entity(text: str, limit: int) -> None:
    once = escape(text * 5, limit)
    assert escape(visible(once), limit) == once
    formatted(f"x{quote(text, limit)}", "HTML")


@given(st.lists(st.text(alphabet="汉字<&a", min_size=1, max_size=30), max_size=60), st.integers(80, 400))
def test_a_list_keeps_its_head_and_counts_what_it_leaves_out(names: list[str], limit: int) -> None:
    items = tuple(Html(f"<b>{escape(name)}</b>") for name in names)
    text = compose([Part([say("请您关注{n}件", n=len(names))], items, [say("谢谢")])], limit)
    assert units(visible(text)) <= limit
    left_out = len(names) - text.count("<b>")
    assert (f"另有{left_out}项" in text) is (left_out > 0)


def test_items_already_left_out_are_counted_with_the_rest() -> None:
    text = compose([Part((), tuple(Html("名" * 20) for _ in range(10)), (), 7)], 100)
    assert f"另有{7 + 10 - text.count('名' * 20)}项" in text


def test_values_are_escaped_and_html_of_ours_is_not() -> None:
    assert say("{order}. {name}", order=Html("<b>1</b>"), name="<b>") == "<b>1</b>. &lt;b&gt;"


def test_braces_in_a_name_are_only_braces() -> None:
    assert say("{order}. {name}", order=1, name="{name}{0}") == "1. {name}{0}"


def test_a_long_row_of_names_is_counted_in_the_language_spoken() -> None:
    names = [f"局{at}" for at in range(5)]
    with speaking("en"):
        assert listed(names, limit=3) == "局0, 局1, 局2 and 2 more"
    assert listed(names, limit=3) == "局0、局1、局2，另有2个"


def test_the_language_of_one_message_does_not_stay_for_the_next() -> None:
    with speaking("en"):
        assert say("今天截止") == "due today"
    assert say("今天截止") == "今天截止"
