"""A document's own goals, wherever it tells them."""

from __future__ import annotations

import pytest

from bot.intake.plan import read_plan

PLAN = """
2026年松江县河湖治理方案
{opening}
一、总体要求
{ideas}
二、任务
1.清河。清淤12公里。（县水利局负责）
2.护岸。（县水利局负责）
"""


def goals(opening: str = "", ideas: str = "坚持系统治理。") -> list[tuple[str, float, str]]:
    read = read_plan("p.txt", PLAN.format(opening=opening, ideas=ideas).encode())
    return [(t.op, t.value, t.unit) for t in read.targets]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坚持先易后难。到2026年底，全县水质达标率达到92%以上，断流河段减少2条。", [(">=", 92, "%"), ("=", 2, "条")]),
        ("突出重点。力争年内建成幸福河5条。", [("=", 5, "条")]),
        ("通过一年努力，河道保洁覆盖率达到100%。", [(">=", 100, "%")]),
    ],
)
def test_aims_among_the_guiding_ideas_and_before_the_first_heading_are_the_documents(text, found):
    assert goals(ideas=text) == found
    assert goals(opening=text) == found


def test_what_was_done_last_year_is_no_aim():
    assert goals(opening="2025年，全县新建堤防14公里，水质达标率达到90%。") == []
