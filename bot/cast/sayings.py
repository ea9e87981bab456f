"""What the cast writes: many wordings of the same few things, with figures that fit the task's own targets.

Everything here is said by contacts to the bot; no sentence of it goes out as the bot's own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from bot.cast.carried import Carried, Goal

PROGRESS = (
    "已完成约{p}%，其余按计划推进",
    "总体进度{p}%左右，比较顺利",
    "方案已经印发，正在分头落实，完成{p}%",
    "上个月开了一次调度会，目前推进到{p}%",
    "前期准备都做完了，现场工作正在进行，进度{p}%",
    "各股室分工已经明确，完成了{p}%，下个月再集中推进一次",
    "正按时间表往前走，已完成{p}%",
    "进展正常，完成{p}%，台账已经建好",
    "本期任务完成{p}%，剩下的排到下一期",
    "已经过了{p}%，没有需要协调的事",
)
COUNTED = (
    "已完成{a}{u}，进度{p}%",
    "截至目前完成{a}{u}，目标{b}{u}，还在推进",
    "累计完成{a}{u}，剩下的正在组织实施",
    "已推进{a}{u}，比上期多了一些，预计下期再完成一批",
    "本期完成{a}{u}，台账和照片都有",
)
RATED = (
    "目前达到{x}%，离目标还差一点，正在推进",
    "最新统计是{x}%，比上期有提高，继续推进",
    "这项指标现在是{x}%，总体进度{p}%",
)
FINISHED = (
    "这项工作已全部完成",
    "任务已完成，资料已归档",
    "已按要求全部完成，请审核",
    "全部做完了，验收也过了",
    "已经办结，后面转入日常管理",
)
FINISHED_COUNTED = (
    "已全部完成，共{b}{u}",
    "{b}{u}全部完成，资料已归档",
)
LOOSE = (
    "差不多了",
    "正在抓紧弄",
    "基本完成，还有一点尾巴",
    "快了快了，就差盖章",
    "还在弄，问题不大",
    "都在推进，没什么大问题",
    "跟上次差不多",
    "一直在做，领导也很重视",
    "大头已经完了，收尾呢",
    "正常推进中",
    "弄得七七八八了",
)
PLAINER = (
    "{n} 正在推进，还没有全部完成",
    "{n} 在推进中，大概完成{p}%",
    "说的是{n}，进度{p}%左右",
)
TROUBLE = (
    "{n} 推进有困难，资金还没有拨下来，目前完成{p}%",
    "{n} 因为项目用地没有落实，暂时推进不下去",
    "{n} 已完成{p}%，但是缺专业技术人员，困难比较大",
    "{n} 卡在部门会签这一步，希望牵头办帮助协调",
    "{n} 招标流标了一次，要重新挂网，进度受影响",
    "{n} 连续下雨，现场没法施工，完成{p}%，存在困难",
)
NOT_OURS = (
    "这不是我们的工作",
    "这项不归我们单位管，请转给别的部门",
    "职责不在我们这里，不是我单位的事",
)
EXTENSION = (
    "{n} 因为设备还没有到货，申请延期到{d}",
    "{n} 时间太紧，想延期到{d}，请批准",
    "{n} 上级验收推迟了，申请延期到{d}",
)
CORRECTED = (
    "{n} 更正一下：完成{q}%，正在推进",
    "{n} 刚才写错了，应该是完成{q}%，其余还在推进",
)
CAPTIONS = ("{n} 现场照片，已完成{p}%", "{n} 这是工作台账，完成{p}%")
TEMPLATES: tuple[tuple[str, ...], ...] = (
    *(PROGRESS, COUNTED, RATED, FINISHED, FINISHED_COUNTED, LOOSE),
    *(PLAINER, TROUBLE, NOT_OURS, EXTENSION, CORRECTED, CAPTIONS),
)
_TENTHS = {"Q1": (2, 3), "Q2": (4, 6), "Q3": (6, 8), "Q4": (8, 9)}


def share_done(what: str, draw: random.Random) -> int:
    """How many percent of a task are done when `what` is asked for: a quarter's report, or a milestone."""
    low, high = _TENTHS.get(what[-2:], (6, 9))
    return draw.randint(low * 10, high * 10)


def progress(item: Carried, percent: int, draw: random.Random) -> str:
    """A plain report in words, with the target's figures where the task has a target."""
    return _filled(draw.choice(_fitting(item.goal)), item, percent)


def finished(item: Carried, draw: random.Random) -> str:
    """The task is done, in words."""
    is_counted = item.goal is not None and item.goal.unit not in ("", "%")
    return _filled(draw.choice(FINISHED_COUNTED if is_counted else FINISHED), item, 100)


def said(templates: Sequence[str], item: Carried, percent: int, draw: random.Random, on: date | None = None) -> str:
    """One of `templates` about this task; `on` is the day it speaks of."""
    return _filled(draw.choice(templates), item, percent, on)


def _fitting(goal: Goal | None) -> tuple[str, ...]:
    if goal is None or not goal.unit:
        return PROGRESS
    return RATED if goal.unit == "%" else COUNTED


def _filled(template: str, item: Carried, percent: int, on: date | None = None) -> str:
    goal = item.goal or Goal(0, "")
    return template.format(
        n=item.task or item.title,
        p=percent,
        q=min(100, percent + 5),
        a=_figure(goal.value * percent / 100),
        b=_figure(goal.value),
        x=_figure(goal.value * (60 + percent * 0.4) / 100),
        u=goal.unit,
        d=f"{on.month}月{on.day}日" if on else "",
    )


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".rstrip("0").rstrip(".")
