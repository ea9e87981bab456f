"""Numbers to reach and numbers that only pass by."""

from __future__ import annotations

import pytest

from bot.intake.blocks import Line
from bot.intake.passages import Passage
from bot.intake.targets import read_targets


def told(text: str):
    return [(t.op, t.value, t.unit) for t in read_targets(Passage.of(Line(1, text)))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("安全利用率达到90% 以上", [(">=", 90, "%")]),
        ("培育企业不少于20家", [(">=", 20, "家")]),
        ("PM2.5平均浓度控制在35微克/立方米以内", [("<=", 35, "微克/立方米")]),
        ("能耗强度下降3.5%", [("=", 3.5, "%")]),
        ("新建高标准农田2.5万亩", [("=", 2.5, "万亩")]),
        ("完成改厕1,200户", [("=", 1200, "户")]),
        ("漏损率不超过9％", [("<=", 9, "%")]),
        ("投资突破100亿元", [(">", 100, "亿元")]),
        ("培训农民约5000人次", [("≈", 5000, "人次")]),
        ("培训农民5000人次左右", [("≈", 5000, "人次")]),
        ("优良天数不少于330天", [(">=", 330, "天")]),
        ("每村至少两名保洁员", [(">=", 2, "名")]),
        ("演练不少于十二次", [(">=", 12, "次")]),
        ("覆盖率达95%以上、合格率达98%以上", [(">=", 95, "%"), (">=", 98, "%")]),
        ("空置率降至5%以下", [("<=", 5, "%")]),
        ("办结率100%", [("=", 100, "%")]),
        ("新建食堂15个、照料中心8个", [("=", 15, "个"), ("=", 8, "个")]),
        ("推动出台土壤背景值含量等2个地方标准", []),
        ("淘汰35蒸吨/小时以下燃煤锅炉", []),
        ("对2013年以来的企业", []),
        ("落实“1+1+4”任务", []),
        ("按照〔2022〕15号文件", []),
        ("2022年底前完成", []),
        ("年主营业务收入2000万元以上的工业企业", []),
    ],
)
def test_a_number_with_its_sign_and_unit(text, found):
    assert told(text) == found


def test_the_text_says_what_is_measured_and_for_which_years():
    text = "2020年及以前年度获得补助的项目全面完工，资金执行率达到95%以上；2022年项目到2022年底开工率达到100%"
    first, second = read_targets(Passage.of(Line(1, text)))
    assert first.text == "2020年及以前年度：资金执行率达到95%以上"
    assert "开工率" in second.text
