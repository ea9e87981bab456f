"""Sentences for codes: every code the house raises has one, in both languages, and none leaks what is inside."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Intent
from bot.texts.sentences import SENTENCES, sentence

ROOT = Path(__file__).parents[2]
RAISERS = {"DubanError", "notice", "say_with_menu", "sentence"}
HAN = re.compile(r"[㐀-鿿]")
EVERYTHING = {name: "3" for text in SENTENCES.values() for name in re.findall(r"\{(\w+)\}", text)}


def codes_in_use() -> set[str]:
    """Codes written as such where errors are raised and notices owed."""
    found = set()
    for room in ("bot", "handlers", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    found |= _codes(node)
    return found


def _codes(node: ast.Call) -> set[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in RAISERS:
        return set()
    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    return {word for word in words if re.fullmatch(r"[a-z]+(_[a-z]+)+|stranger|greeting|snoozed", word)}


def test_every_code_raised_has_a_sentence() -> None:
    in_use = codes_in_use()
    assert len(in_use) > 60
    assert in_use - set(SENTENCES) - {"roster_unknown_agency"} == set()


def test_every_request_has_its_three_sentences() -> None:
    kinds = ("extension", Intent.DECLINE.value, Intent.DELEGATE.value, Intent.QUESTION.value)
    outcomes = ("forwarded", "granted", "refused")
    assert {f"{kind}_{outcome}" for kind in kinds for outcome in outcomes} <= set(SENTENCES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [*SENTENCES, "never_heard_of"])
def test_a_sentence_is_whole_and_short_enough_for_a_toast(code: str, language: str) -> None:
    said = sentence(code, EVERYTHING, language)
    assert "{" not in said and code not in said
    assert bool(HAN.search(said)) is (language == "zh")
    assert len(said) <= 200 or code.startswith("help_")


def test_an_unknown_code_says_what_to_do_and_nothing_of_the_inside() -> None:
    assert (
        sentence("sqlite_io_error_17", {"path": "/x"}, "zh") == "抱歉，这一步没有办成。请稍后再试，或电话联系牵头办。"
    )


def test_a_missing_value_does_not_break_the_sentence() -> None:
    assert sentence("document_too_large", {}, "zh") == "“…”太大，请发…MB以内的文件。"


def test_a_day_reads_as_a_day() -> None:
    assert (
        sentence("extension_granted", {"until": "2022-10-31"}, "zh") == "✅ 延期已同意，新的截止日是10月31日（周一）。"
    )
    assert sentence("extension_not_later", {"day": "2022-09-30"}, "en").startswith("It is due on Fri 30 Sep.")


def test_greeting_says_when_nothing_is_owed() -> None:
    assert "没有待报" in sentence("greeting", {"count": 0}, "zh")
    assert "1 report to make" in sentence("greeting", {"count": 1}, "en")


def test_unknown_agencies_are_named_row_by_row_with_what_may_be_meant() -> None:
    rows = [
        {"row": 3, "agency": "农业局", "candidates": ["县农业农村局", "县农机局"]},
        {"row": 9, "agency": "外星局", "candidates": []},
    ]
    said = sentence("roster_unknown_agency", {"rows": rows}, "zh").split("\n")
    assert said[1:] == ["第3行“农业局”：是不是“县农业农村局”或“县农机局”？", "第9行“外星局”：计划里没有这个单位。"]


def test_many_unknown_agencies_are_counted() -> None:
    rows = [{"row": at, "agency": "局", "candidates": ()} for at in range(30)]
    assert sentence("roster_unknown_agency", {"rows": rows}, "en").endswith("… and 22 more")


VALUES = st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text()), st.dictionaries(st.text(), st.text()))


@given(
    st.sampled_from([*SENTENCES, "roster_unknown_agency"]),
    st.dictionaries(st.sampled_from([*EVERYTHING, "rows"]), VALUES),
)
def test_no_value_breaks_a_sentence(code: str, params: dict[str, object]) -> None:
    for language in ("zh", "en"):
        said = sentence(code, params, language)
        assert said.strip() and len(said) < 4000
        assert "\u202e" not in said and "\x00" not in said
