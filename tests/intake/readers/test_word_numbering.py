"""The numbers Word makes itself stand in the text as a person sees them."""

from __future__ import annotations

import pytest

from bot.intake.readers.numbering_formats import written
from tests.intake.readers.word_files import cell, item, level, lists, par, read, row, style, table, texts

CHINESE = level(0, "chineseCountingThousand", "%1、")
BRACKETED = level(1, "chineseCounting", "（%2）")
DECIMAL = level(2, "decimal", "%3.")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("decimal", ["1", "2", "10", "21"]),
        ("decimalZero", ["01", "02", "10", "21"]),
        ("decimalFullWidth", ["１", "２", "１０", "２１"]),
        ("decimalFullWidth2", ["１", "２", "１０", "２１"]),
        ("decimalEnclosedCircle", ["①", "②", "⑩", "㉑"]),
        ("decimalEnclosedCircleChinese", ["①", "②", "⑩", "㉑"]),
        ("decimalEnclosedParen", ["⑴", "⑵", "⑽", "21"]),
        ("decimalEnclosedFullstop", ["⒈", "⒉", "⒑", "21"]),
        ("chineseCounting", ["一", "二", "十", "二十一"]),
        ("chineseCountingThousand", ["一", "二", "十", "二十一"]),
        ("chineseLegalSimplified", ["壹", "贰", "壹拾", "贰拾壹"]),
        ("ideographDigital", ["一", "二", "一〇", "二一"]),
        ("japaneseCounting", ["一", "二", "十", "二十一"]),
        ("taiwaneseCounting", ["一", "二", "十", "二十一"]),
        ("ideographEnclosedCircle", ["㊀", "㊁", "㊉", "二十一"]),
        ("ideographTraditional", ["甲", "乙", "癸", "甲"]),
        ("ideographZodiac", ["子", "丑", "酉", "申"]),
        ("lowerLetter", ["a", "b", "j", "u"]),
        ("upperLetter", ["A", "B", "J", "U"]),
        ("lowerRoman", ["i", "ii", "x", "xxi"]),
        ("upperRoman", ["I", "II", "X", "XXI"]),
        ("ordinal", ["1st", "2nd", "10th", "21st"]),
        ("none", ["", "", "", ""]),
        ("001, 002, 003, ...", ["001", "002", "010", "021"]),
        ("aFormatOfTomorrow", ["1", "2", "10", "21"]),
    ],
)
def test_each_format_writes_its_numbers_as_word_does(form, expected):
    assert [written(number, form) for number in (1, 2, 10, 21)] == expected


def test_hundreds_and_thousands_are_counted_in_words():
    assert [written(n, "chineseCountingThousand") for n in (100, 101, 110, 999, 1001, 1010, 9999)] == [
        *("一百", "一百零一", "一百一十", "九百九十九", "一千零一", "一千零一十", "九千九百九十九"),
    ]
    assert written(12_345, "chineseCounting") == "12345"


def test_three_levels_count_and_begin_anew_below_each_higher_one():
    body = item("甲") + item("乙", 1, 1) + item("丙", 1, 2) + item("丁", 1, 2) + item("戊", 1, 1) + item("己", 1, 2)
    body += item("庚") + item("辛", 1, 1)
    assert texts(body, numbering=lists(CHINESE, BRACKETED, DECIMAL)) == [
        *("一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "二、庚", "（一）辛"),
    ]


def test_a_level_counts_on_when_the_list_says_it_never_restarts():
    steady = level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>')
    body = item("甲") + item("乙", 1, 1) + item("丙") + item("丁", 1, 1)
    assert texts(body, numbering=lists(CHINESE, steady)) == ["一、甲", "1.乙", "二、丙", "2.丁"]


def test_a_level_may_restart_only_after_a_certain_higher_one():
    only_after_first = level(2, "decimal", "%3.", '<w:lvlRestart w:val="1"/>')
    body = item("甲") + item("乙", 1, 1) + item("丙", 1, 2) + item("丁", 1, 1) + item("戊", 1, 2)
    body += item("己") + item("庚", 1, 2)
    found = texts(body, numbering=lists(CHINESE, BRACKETED, only_after_first))
    assert found == ["一、甲", "（一）乙", "1.丙", "（二）丁", "2.戊", "二、己", "1.庚"]


def test_lists_of_one_definition_count_on_together_and_a_start_override_begins_anew_once():
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    numbering = lists(CHINESE, overrides={2: "", 3: override})
    body = item("甲") + item("乙", 2) + item("丙", 3) + item("丁", 3) + item("戊", 1)
    assert texts(body, numbering=numbering) == ["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]


def test_a_start_other_than_one_is_kept():
    numbering = lists(level(0, "chineseCounting", "%1、", start=4))
    assert texts(item("甲") + item("乙"), numbering=numbering) == ["四、甲", "五、乙"]


def test_an_override_may_replace_a_whole_level():
    replaced = f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "第%1项：")}</w:lvlOverride>'
    assert texts(item("甲") + item("乙", 2), numbering=lists(CHINESE, overrides={2: replaced})) == [
        *("一、甲", "第2项：乙"),
    ]


def test_upper_levels_shown_in_a_label_keep_their_own_format_unless_legal():
    plain = level(1, "decimal", "%1.%2")
    legal = level(1, "decimal", "%1.%2", "<w:isLgl/>")
    body = item("甲") + item("乙", 1, 1)
    assert texts(body, numbering=lists(CHINESE, plain))[1] == "一.1 乙"
    assert texts(body, numbering=lists(CHINESE, legal))[1] == "1.1 乙"


def test_no_blank_follows_a_number_that_ends_in_a_sign_or_wants_none():
    bare = '<w:suff w:val="nothing"/>'
    assert texts(item("甲"), numbering=lists(level(0, "decimal", "%1", bare))) == ["1甲"]
    assert texts(item("甲"), numbering=lists(level(0, "decimal", "%1"))) == ["1 甲"]
    assert texts(item("甲"), numbering=lists(level(0, "decimal", "第%1章"))) == ["第1章 甲"]


@pytest.mark.parametrize("typed", ["一、清理河道", "一、 清理河道", "（一）清理河道", "一．清理河道"])
def test_a_number_the_author_typed_as_well_stands_once(typed):
    assert texts(item(typed), numbering=lists(CHINESE)) == [typed]


def test_a_text_that_merely_begins_with_a_numeral_keeps_its_number():
    numbering = lists(level(0, "decimal", "%1."))
    assert texts(item("1个乡镇试点") + item("2022年启动"), numbering=numbering) == ["1.1个乡镇试点", "2.2022年启动"]
    assert texts(item("一网通办"), numbering=lists(CHINESE)) == ["一、一网通办"]


def test_bullets_are_no_text_but_a_word_used_as_bullet_is():
    assert texts(item("甲"), numbering=lists(level(0, "bullet", "\uf0d8"))) == ["甲"]
    assert texts(item("甲"), numbering=lists(level(0, "bullet", "●"))) == ["甲"]
    assert texts(item("甲"), numbering=lists(level(0, "bullet", "附："))) == ["附：甲"]


def test_an_empty_numbered_paragraph_counts_but_makes_no_line():
    assert texts(item("甲") + item("") + item("乙"), numbering=lists(CHINESE)) == ["一、甲", "三、乙"]


def in_style(key: str, text: str, more: str = "") -> str:
    return par(text, f'<w:pStyle w:val="{key}"/>{more}')


def test_numbering_comes_from_the_style_and_the_styles_it_is_based_on():
    linked = (
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="H2"/>'),
    )
    styles = style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    styles += style("H2", '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>')
    styles += style("Own", based_on="H2")
    body = in_style("H1", "甲") + in_style("H2", "乙") + in_style("Own", "丙") + in_style("H1", "丁")
    assert texts(body, numbering=lists(*linked), styles=styles) == ["一、甲", "（一）乙", "（二）丙", "二、丁"]


def test_a_style_may_change_only_the_level_of_the_list_it_inherits():
    styles = style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    styles += style("H2", '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr>', based_on="H1")
    body = in_style("H1", "甲") + in_style("H2", "乙")
    assert texts(body, numbering=lists(CHINESE, BRACKETED), styles=styles) == ["一、甲", "（一）乙"]


def test_list_zero_takes_the_style_s_number_away():
    styles = style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    off = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
    body = in_style("H1", "甲") + in_style("H1", "前言", off) + in_style("H1", "乙")
    assert texts(body, numbering=lists(CHINESE), styles=styles) == ["一、甲", "前言", "二、乙"]


def test_a_list_that_only_refers_to_a_list_style_is_found():
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Links"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="Links"/>{CHINESE}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="9"><w:abstractNumId w:val="5"/></w:num>'
    )
    styles = style("Links", '<w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr>', kind="numbering")
    assert texts(item("甲") + item("乙"), numbering=numbering, styles=styles) == ["一、甲", "二、乙"]


def test_styles_based_on_each_other_in_a_ring_end():
    styles = style("A", based_on="B") + style("B", based_on="A")
    assert texts(in_style("A", "甲"), styles=styles) == ["甲"]


def test_an_unknown_list_or_level_gives_no_number():
    assert texts(item("甲", 77) + item("乙", 1, 8), numbering=lists(CHINESE)) == ["甲", "乙"]
    assert texts(item("甲")) == ["甲"]


def test_a_column_of_automatic_numbers_in_a_table_is_read():
    numbered = item("")
    body = table(*(row(cell(numbered), cell(task)) for task in ("修路", "修桥", "种树")), widths=(800, 3000))
    numbering = lists(level(0, "decimal", "%1"))
    assert [r.cells for r in read(body, numbering=numbering).tables[0].rows] == [
        *(("1", "修路"), ("2", "修桥"), ("3", "种树")),
    ]


def test_a_deleted_list_item_takes_no_number():
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        '<w:del w:id="2"><w:r><w:delText>废止</w:delText></w:r></w:del></w:p>'
    )
    assert texts(item("甲") + gone + item("乙"), numbering=lists(CHINESE)) == ["一、甲", "二、乙"]
