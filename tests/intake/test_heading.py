"""A document's own title and year, whatever stands above it."""

from __future__ import annotations

import pytest

from bot.intake.blocks import Line
from bot.intake.heading import read_title, read_year


def rows(text: str) -> tuple[Line, ...]:
    return tuple(Line(n, row) for n, row in enumerate(text.split("\n"), start=1))


NOTICE = """松江县人民政府办公室文件
松政办发〔2024〕12号
松江县人民政府办公室关于印发
松江县2024年政务公开工作要点的通知
各乡镇人民政府，县直各单位：
经县政府同意，现印发给你们。
松江县人民政府办公室
2024年3月5日
松江县2024年政务公开工作要点
一、总体要求"""


@pytest.mark.parametrize(
    ("text", "title", "year"),
    [
        ("松江中学2026—2027学年度工作计划\n一、德育", "松江中学2026—2027学年度工作计划", 2026),
        (NOTICE, "松江县2024年政务公开工作要点", 2024),
        ("（此件公开发布）\n松江县2025年教育工作要点\n一、办学", "松江县2025年教育工作要点", 2025),
        ("关于印发《政府工作报告》任务分工的通知\n各镇：", "《政府工作报告》任务分工", None),
        ("中共松江县委\n关于加强社区治理的实施方案\n为加强治理", "中共松江县委关于加强社区治理的实施方案", None),
        ("松江县绿色矿山行动方案\n（2024—2026年）\n一、目标", "松江县绿色矿山行动方案（2024—2026年）", 2024),
        (
            "关于印发《禾川县燃气安全专项整治实施方案》的通知\n各乡镇：\n一、要重视。\n2023年6月2日",
            "禾川县燃气安全专项整治实施方案",
            2023,
        ),
        ("2025年区政府工作报告任务分解\n一、经济", "2025年区政府工作报告任务分解", 2025),
        (
            "附件1\n云岭市推进数字经济发展三年行动计划\n为加快发展，制定本计划。\n一、2024年任务",
            "云岭市推进数字经济发展三年行动计划",
            2024,
        ),
        (
            "索引号：011/2024-001\n主题分类：综合政务\n石桥镇2024年安全生产工作要点\n（一）安全",
            "石桥镇2024年安全生产工作要点",
            2024,
        ),
        (
            "花园街道文明城区创建攻坚行动实施方案\n（征求意见稿）\n一、目标",
            "花园街道文明城区创建攻坚行动实施方案",
            None,
        ),
        ("松江县2024年“十大民生实事”\n一、教育", "松江县2024年“十大民生实事”", 2024),
        ("一、清河\n1.挖深。", None, None),
    ],
)
def test_title_and_year_are_those_of_the_plan_itself(text, title, year):
    assert read_title(rows(text)) == title
    assert read_year(title, "plan.txt", rows(text)) == year
