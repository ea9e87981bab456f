"""Implementers named once for all tasks, without a word of carrying out."""

from __future__ import annotations

import pytest

from bot.intake.standing import named_for_all
from tests.intake.test_tasks import tasks_of


@pytest.mark.parametrize(
    ("sentence", "names", "helps"),
    [
        ("下列各项任务，各乡人民政府、各社区均为共同责任单位，以下不再列出。", "各乡人民政府、各社区", False),
        ("为抓好落实，现安排如下。各县人民政府均为责任单位，不再一一列出。", "各县人民政府", False),
        ("各学院均为下列重点工作的配合单位。", "各学院", True),
        ("以上所有任务中县总工会、团县委都是协办单位。", "县总工会、团县委", True),
    ],
)
def test_a_sentence_makes_bodies_answer_for_all_tasks(sentence, names, helps):
    found = named_for_all(sentence)
    assert found is not None
    assert (sentence[found.start : found.end], found.helps) == (names, helps)


@pytest.mark.parametrize(
    "sentence", ["各乡镇主要负责人均为第一责任人。", "县水利局为责任单位。", "所有任务都要落实到人。"]
)
def test_a_sentence_about_one_task_makes_nobody_answer_for_all(sentence):
    assert named_for_all(sentence) is None


def test_bodies_named_for_all_tasks_stand_beside_their_own():
    text = """
一、任务
下列各项任务，各镇人民政府、各街道办事处均为共同责任单位，以下不再逐项列出。
1.清河。
牵头单位：区水务局
责任单位：区政府各部门
2.修路。（区交通运输局负责）
"""
    everybody = ["S各街道办事处", "S各镇人民政府"]
    assert [d for _, d in tasks_of(text)] == [
        ["L区水务局", "S区政府各部门", *everybody],
        ["L区交通运输局", *everybody],
    ]


def test_the_work_goes_on_behind_labels_on_one_line():
    work = "梳理事项不少于300种。"
    text = (
        "1.减证明。牵头单位：区政务局；责任单位：区民政局；完成时限：9月底前。"
        + work
        + "\n2.修路。（区交通运输局负责）"
    )
    assert tasks_of(text)[0] == ("减证明", ["L区政务局", "S区民政局"])
