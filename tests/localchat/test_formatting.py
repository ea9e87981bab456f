"""HTML becomes text and entities as at Telegram, offsets in UTF-16 units."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.entities import utf16_length
from bot.localchat.errors import ApiError
from bot.localchat.formatting import formatted

READINGS = [
    ("<b>督办</b>", "督办", [("bold", 0, 2)]),
    ("😀<b>好</b>", "😀好", [("bold", 2, 1)]),
    ("<b>粗<i>斜</i></b>", "粗斜", [("bold", 0, 2), ("italic", 1, 1)]),
    ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "abcd", [
        ("bold", 0, 1), ("italic", 1, 1), ("underline", 2, 1), ("strikethrough", 3, 1)]),
    ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
    ("<blockquote expandable>原文</blockquote>", "原文", [("expandable_blockquote", 0, 2)]),
    ("<blockquote>原文</blockquote>", "原文", [("blockquote", 0, 2)]),
    ("<code>a</code>", "a", [("code", 0, 1)]),
    ('<pre><code class="language-python">a</code></pre>', "a", [("pre", 0, 1)]),
    ("&lt;b&gt; &amp; &quot;&#20013;&#x4e2d; &nbsp;", '<b> & "中中 &nbsp;', []),
    ("  <b> 首尾 </b>  ", "首尾", [("bold", 0, 2)]),
    ("<B>大写</B>", "大写", [("bold", 0, 2)]),
    ("<b></b>空", "空", []),
    ("见 https://a.example/b。", "见 https://a.example/b。", [("url", 2, 19)]),
    ("发 /help 看看", "发 /help 看看", [("bot_command", 2, 5)]),
    ("<code>/help</code>", "/help", [("code", 0, 5)]),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "text", "entities"), READINGS)
def test_html_is_read_into_text_and_entities(markup: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    read = formatted(markup, "HTML")
    assert read.text == text
    assert [(e["type"], e["offset"], e["length"]) for e in read.entities] == entities


def test_links_and_languages_are_kept() -> None:
    link, block = formatted(
        '<a href="https://a.cn/?x=1&amp;y=2">看</a><pre><code class="language-sql">b</code></pre>', "HTML"
    ).entities
    assert link["url"] == "https://a.cn/?x=1&y=2"
    assert block == {"type": "pre", "offset": 1, "length": 1, "language": "sql"}


REFUSALS = [
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("中<x>", 'Unsupported start tag "x" at byte offset 3'),
    ("中<br>", 'Unsupported start tag "br" at byte offset 3'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ("增长<5%", "Unclosed start tag at byte offset 6"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=中>x</a>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
]


@pytest.mark.parametrize(("markup", "words"), REFUSALS)
def test_wrong_html_is_refused_with_the_byte_offset(markup: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        formatted(markup, "HTML")
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert formatted(html.escape(text, quote=False), "HTML").text == text.strip()


@given(st.text(alphabet="<>/&;=\"' abicode你😀"))
def test_any_markup_is_read_or_refused_and_entities_stay_inside(markup: str) -> None:
    try:
        read = formatted(markup, "HTML")
    except ApiError:
        return
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= utf16_length(read.text) for e in read.entities)
    assert all(e["length"] > 0 for e in read.entities)
