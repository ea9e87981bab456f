"""MarkdownV2 and the old Markdown are read as by the Bot API server, errors and byte offsets included."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.entities import utf16_length
from bot.localchat.errors import ApiError
from bot.localchat.formatting import formatted
from bot.localchat.markdown import read_markdown, read_markdown_v2

RESERVED = "_*[]()~`>#+-=|{}.!"


def escaped(text: str) -> str:
    return re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)


def brief(entities: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    places = [(entity.pop("type"), entity.pop("offset"), entity.pop("length")) for entity in map(dict, entities)]
    carried = [tuple(value for key, value in e.items() if key not in {"type", "offset", "length"}) for e in entities]
    return [(*place, *more) for place, more in zip(places, carried, strict=True)]


READINGS = [
    ("*粗*", "粗", [("bold", 0, 1)]),
    ("😀 _斜_", "😀 斜", [("italic", 3, 1)]),
    ("__下划__ ~删~ ||藏||", "下划 删 藏", [("underline", 0, 2), ("strikethrough", 3, 1), ("spoiler", 5, 1)]),
    ("_斜__又下划___", "斜又下划", [("italic", 0, 4), ("underline", 1, 3)]),
    ("`a*b_c`", "a*b_c", [("code", 0, 5)]),
    ("```py\nx = 1```", "x = 1", [("pre", 0, 5, "py")]),
    ("```\nx```", "x", [("pre", 0, 1)]),
    ("```py x```", " x", [("pre", 0, 2, "py")]),
    ("[看](https://a\\.cn/x)", "看", [("text_link", 0, 1, "https://a.cn/x")]),
    ("[看](a.cn)", "看", [("text_link", 0, 1, "http://a.cn/")]),
    ("[a\\.cn]", "a.cn", [("text_link", 0, 4, "http://a.cn/")]),
    ("[看](这里)", "看", []),
    ("[李明](tg://user?id=11)", "李明", [("text_mention", 0, 2, {"id": 11})]),
    ("![👍](tg://emoji?id=25)", "👍", [("custom_emoji", 0, 2, "25")]),
    (">引一\n>引二\n外", "引一\n引二\n外", [("blockquote", 0, 6)]),
    (">引一\n>引二||\n外", "引一\n引二\n外", [("expandable_blockquote", 0, 6)]),
    (">引一||藏||\n外", "引一藏\n外", [("blockquote", 0, 4), ("spoiler", 2, 1)]),
    (">*粗\n>还粗*\n外", "粗\n还粗\n外", [("blockquote", 0, 5), ("bold", 0, 4)]),
    (">`a\n>b`", "a\n>b", [("blockquote", 0, 4), ("code", 0, 4)]),
    (">一\n**>二", "一\n二", [("blockquote", 0, 2), ("blockquote", 2, 1)]),
    ("**空____", "空", []),
    ("\\*不粗\\*", "*不粗*", []),
]


@pytest.mark.parametrize(("markup", "text", "entities"), READINGS)
def test_markdown_v2_is_read_into_text_and_entities(markup: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    read, found = read_markdown_v2(markup)
    assert (read, brief(found)) == (text, entities)


REFUSALS = [
    *((mark, f"Character '{mark}' is reserved and must be escaped with the preceding '\\'") for mark in "]()#+-=|{}.!"),
    ("第1.节", "Character '.' is reserved and must be escaped with the preceding '\\'"),
    ("甲>乙", "Character '>' is reserved and must be escaped with the preceding '\\'"),
    ("粗 *没完", "Can't find end of Bold entity at byte offset 4"),
    ("_斜 *粗_", "Can't find end of Italic entity at byte offset 9"),
    ("__下_", "Can't find end of Italic entity at byte offset 5"),
    ("||藏\\|", "Can't find end of Spoiler entity at byte offset 0"),
    ("中`代码", "Can't find end of Code entity at byte offset 3"),
    ("```", "Can't find end of Pre entity at byte offset 0"),
    ("```py x", "Can't find end of PreCode entity at byte offset 0"),
    ("[看](a.cn", "Can't find end of a URL at byte offset 6"),
    (">*粗\n外*", "Can't find end of Bold entity at byte offset 1"),
    ("![👍]", "Custom emoji entity must contain a tg://emoji URL"),
    ("![👍](tg://emoji?id=1", "Can't find end of a custom emoji URL at byte offset 8"),
    ("![👍](https://a.cn)", "Custom emoji URL must have scheme tg"),
    ("![👍](tg://sticker?id=1)", 'Custom emoji URL must have host "emoji"'),
    ("![👍](tg://emoji?x=1)", "Custom emoji URL must have an emoji identifier"),
    ("![👍](tg://emoji?id=01)", "Invalid custom emoji identifier specified"),
]


@pytest.mark.parametrize(("markup", "words"), REFUSALS)
def test_wrong_markdown_v2_is_refused_in_telegrams_words(markup: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_markdown_v2(markup)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("*粗* _斜_ `码`", "粗 斜 码", [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1)]),
        ("[看](https://a.cn/x_y)", "看", [("text_link", 0, 1, "https://a.cn/x_y")]),
        ("```py\nx```", "x", [("pre", 0, 1, "py")]),
        ("a.b-c! \\_x", "a.b-c! _x", []),
        ("*粗 _不斜_*", "粗 _不斜_", [("bold", 0, 6)]),
    ],
)
def test_old_markdown_is_read(markup: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    read, found = read_markdown(markup)
    assert (read, brief(found)) == (text, entities)


def test_old_markdown_without_an_end_is_refused() -> None:
    with pytest.raises(ApiError) as refusal:
        read_markdown("中*粗")
    assert refusal.value.description.endswith("Can't find end of the entity starting at byte offset 3")


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(WORDS)
def test_escaped_words_come_back_as_they_were(text: str) -> None:
    assert read_markdown_v2(escaped(text)) == (text, [])


@given(WORDS.filter(bool), st.sampled_from([("*", "bold"), ("~", "strikethrough"), ("||", "spoiler")]))
def test_a_mark_around_escaped_words_covers_them_all(text: str, mark: tuple[str, str]) -> None:
    read, (entity,) = read_markdown_v2(f"{mark[0]}{escaped(text)}{mark[0]}")
    assert (read, entity) == (text, {"offset": 0, "length": utf16_length(text), "type": mark[1]})


@given(st.sampled_from(["MarkdownV2", "Markdown"]), st.text(alphabet=f"{RESERVED}\\\n a你😀", max_size=30))
def test_any_markdown_is_read_or_refused_and_entities_stay_inside(mode: str, markup: str) -> None:
    try:
        read = formatted(markup, mode)
    except ApiError:
        return
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= utf16_length(read.text) for e in read.entities)
    assert all(e["length"] > 0 for e in read.entities)
