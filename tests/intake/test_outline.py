"""The skeleton of a paper: numbers in every mixture, headings without number, notices, annexes, trimmings."""

from __future__ import annotations

import pytest

from bot.intake.blocks import Line
from bot.intake.labels import read_label
from bot.intake.outline import ROOT, read_outline


def lines(*texts: str | tuple[int, str]) -> tuple[Line, ...]:
    """Lines in order; (2, text) is one with a Word heading's level."""
    pairs = [(0, t) if isinstance(t, str) else t for t in texts]
    return tuple(Line(n, text, level) for n, (level, text) in enumerate(pairs, start=1))


def shape(*texts: str | tuple[int, str]) -> list[str]:
    """Each item as the numbers on its way down and its heading."""
    outline = read_outline(lines(*texts))
    return ["/".join(i.label for i in outline.path(item)) + " " + item.heading.text for item in outline.items]


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("一、清理河道", "一、", "一"),
        ("（二）清理河道", "（一）", "（二）"),
        ("㈢清理河道", "（一）", "（三）"),
        ("４．清理河道", "1.", "4"),
        ("5*.清理河道", "1.", "5"),
        ("⒍清理河道", "1.", "6"),
        ("⑺清理河道", "（1）", "（7）"),
        ("⑧清理河道", None, None),
        ("③清理河道", "①", "③"),
        ("第九条 清理河道", "article", "第九条"),
        ("第二章 攻坚任务", "part", "第二章"),
        ("专栏3 重点工程", "box", "专栏3"),
        ("行动十：清理河道", "task", "行动十"),
        ("1.2清理河道", "1.1", "1.2"),
        ("一是清理河道", "一是", "一是"),
        ("1.5万亩农田", None, None),
        ("2024年清理河道", None, None),
    ],
)
def test_a_number_is_known_in_every_way_of_writing_it(text, kind, label):
    found = read_label(text)
    if text[0] == "⑧":
        assert found is not None and found[0] == "①"
    else:
        assert (found and found[:2]) == ((kind, label) if kind else None)


def test_levels_follow_the_ways_of_numbering_not_a_fixed_depth():
    assert shape("一、甲", "（一）乙", "1.丙", "（二）丁", "二、戊", "1.己") == [
        "一 甲",
        "一/（一） 乙",
        "一/（一）/1 丙",
        "一/（二） 丁",
        "二 戊",
        "二/1 己",
    ]


def test_decimal_numbers_hang_under_a_number_parted_by_a_blank_alone():
    assert shape("1 产业发展", "1.1 建园区", "1.2 引企业", "2 民生保障", "2.1 建学校") == [
        "1 产业发展",
        "1/1.1 建园区",
        "1/1.2 引企业",
        "2 民生保障",
        "2/2.1 建学校",
    ]


def test_the_next_number_in_another_writing_is_no_new_level():
    assert shape("1.甲事", "2、乙事", "（3）丙事", "4）丁事") == ["1 甲事", "2 乙事", "（3） 丙事", "4） 丁事"]


def test_headings_of_word_without_number_are_levels_but_the_title_is_none():
    found = shape((1, "某县计划"), (2, "河湖"), (3, "清淤"), "做完。", (3, "护岸"), (2, "道路"), (3, "修路"), "完工。")
    assert found == ["1 河湖", "1/1 清淤", "1/2 护岸", "2 道路", "2/1 修路"]


def test_a_heading_of_word_closes_the_numbered_items_above_it():
    assert shape((2, "河湖"), "1.清淤", "2.护岸", (2, "道路"), "1.修路") == [
        "1 河湖",
        "1/1 清淤",
        "1/2 护岸",
        "2 道路",
        "2/1 修路",
    ]


@pytest.mark.parametrize("end", ["2024年3月5日", "二〇二四年三月五日", "附件1", "附件：", "附件2 任务分工"])
def test_after_a_signature_or_an_annex_the_numbers_begin_anew(end):
    assert shape("一、提高认识", "要重视。", end, "某县任务分工", "1.清河", "2.修路") == [
        "一 提高认识",
        "1 清河",
        "2 修路",
    ]


@pytest.mark.parametrize(
    "trimming",
    ["抄送：县委办公室。", "（此件公开发布）", "— 3 —", "第2页 共9页", "某县人民政府办公室 2024年3月6日印发"],
)
def test_trimmings_belong_to_no_item(trimming):
    outline = read_outline(lines("1.清河", "挖深两米。", trimming))
    assert [p.text for p in outline.items[0].paragraphs] == ["挖深两米。"]


def test_a_bracket_broken_over_lines_is_one_paragraph_that_knows_its_lines():
    outline = read_outline(lines("1.清河。（县水利局牵头，", "县财政局配合）", "2.修路"))
    heading = outline.items[0].heading
    assert heading.text == "清河。（县水利局牵头，县财政局配合）"
    at = heading.text.index("县财政局")
    assert (heading.source(at, at + 4).line, heading.source(at, at + 4).start) == (2, 0)


def test_a_bracket_never_closed_swallows_no_numbered_item():
    assert shape("1.清河。（县水利局牵头", "2.修路。（县交通局牵头）") == [
        "1 清河。（县水利局牵头",
        "2 修路。（县交通局牵头）",
    ]


def test_run_in_items_that_answer_for_themselves_are_parted_and_steps_with_one_bracket_are_not():
    assert shape("1.治水。（1）清河。（县水利局负责）（2）护岸。（县住建局负责）") == [
        "1 治水。",
        "1/（1） 清河。（县水利局负责）",
        "1/（2） 护岸。（县住建局负责）",
    ]
    assert len(shape("1.治水。重点是：①清河；②护岸。（县水利局负责）")) == 1


def test_what_stands_before_the_first_number_belongs_to_the_root():
    outline = read_outline(lines("某县计划", "各乡镇：", "一、清河"))
    assert outline.root.index == ROOT
    assert [p.text for p in outline.root.paragraphs] == ["某县计划", "各乡镇："]


def test_the_office_that_signs_above_its_date_is_no_work() -> None:
    outline = read_outline(lines("一、清理河道", "县水利局牵头。", "清河县水利局", "2024年3月5日"))
    assert [p.text for p in outline.items[0].paragraphs] == ["县水利局牵头。"]
