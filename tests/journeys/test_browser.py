"""`duban run` without a token, as a newcomer meets it: a year's first steps clicked through in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.browser import Browser, available
from tests.journeys.page import Stage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="chromium and chromedriver are not installed"),
]


def test_a_newcomer_plays_the_first_quarter_in_the_browser(running: str, pictures: Path) -> None:
    with Browser() as page:
        page.open(running)
        stage = Stage(page, running, pictures)
        stage.be("牵头办")
        stage.say("计划")
        stage.sees("启用前，不会给任何人发消息")
        stage.keep("reading")
        stage.tap("逐条核对")
        stage.keep("doubt")
        stage.tap("返回")
        stage.tap("启用")
        stage.tap("确认启用")
        stage.sees("已启用")
        stage.go_to("2022-01-04T09:10")
        stage.be("联络员·县财政局")
        stage.sees("请点“签收”")
        stage.keep("assignment")
        stage.tap("签收")
        stage.sees("已签收")

        stage.go_to("2022-04-07T09:30")
        stage.sees("明天截止")
        stage.keep("reminder")
        stage.tap("（六）1")
        stage.tap("推进中")
        stage.sees("拟上报")
        stage.tap("提交")
        stage.sees("已收到")
        stage.keep("receipt")

        stage.be("联络员·县水利局")
        stage.be("联络员·县林业局")
        stage.say("（三）2 已完成60%，示范片还差3个，预计5月底完成")
        stage.sees("我理解为")
        stage.keep("words")
        stage.tap("对，提交")
        stage.sees("已收到")

        stage.be("牵头办")
        stage.say("待审核")
        stage.tap("退回")
        stage.tap("缺数据")
        stage.keep("limit")
        stage.tap("月")
        stage.sees("已退回")
        stage.be("联络员·县财政局")
        stage.sees("缺数据")
        stage.keep("returned")
        stage.tap("推进中")
        stage.say("执行率58%，已支付1200万元")
        stage.sees("1200")
        stage.tap("提交")
        stage.sees("已收到")
        stage.be("牵头办")
        stage.say("看板")
        stage.sees("已报")
        stage.keep("board")

        stage.go_to("2022-04-14T09:30")
        stage.be("领导")
        stage.sees("请您关注")
        stage.keep("leader")
        stage.say("汇总")
        stage.sees("截至4月14日 09:30")
        stage.tap("看任务")
        stage.sees("1/4")
        stage.tap("›")
        stage.sees("2/4")
        stage.tap("›")
        stage.sees("3/4")
        stage.tap("（六）1")
        stage.sees("执行率58%，已支付1200万元")
        stage.keep("words-behind-a-line")
        page.resize(390, 844)
        stage.keep("phone")
