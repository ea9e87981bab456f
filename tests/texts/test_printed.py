"""The summary on the command line: the chat's words without markup."""

from __future__ import annotations

from dataclasses import replace

from bot.texts.printed import summary_text
from tests.texts.samples import SILENT, SUMMARY


def test_the_summary_prints_its_words_and_no_markup() -> None:
    text = summary_text(replace(SUMMARY, title="A & B <C>"), "zh")
    assert "【A & B <C>】2022年第三季度" in text
    assert "请您关注3件：" in text
    assert "<b>" not in text and "&amp;" not in text


def test_a_period_nobody_answered_says_so() -> None:
    assert "6份应报，目前无人报送。" in summary_text(SILENT, "zh")
    assert "nobody has answered yet" in summary_text(SILENT, "en")
