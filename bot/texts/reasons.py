"""Why something was not said, in words: shared by the story, the preview and the answers to “why”."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain import ladder
from bot.domain.dispatch import PHONE
from bot.domain.facts import Audience, Reason
from bot.texts.language import N_
from bot.texts.markup import Html, say, say_n

NOT_REMINDED: Mapping[str, str] = {
    Reason.REPORTED: N_("已经报送，不再打扰。"),
    Reason.RECENT_REPORT: N_("最近刚报过，截止日之前不再提醒。"),
    Reason.TASK_CLOSED: N_("这项任务已经办结。"),
    Reason.PAUSED: N_("已暂停催办，恢复后时限顺延。"),
    Reason.DOUBTFUL: N_("上次没有等到回音，可能已经送达；下一次会说明。"),
    Reason.MUTED: N_("这项任务设为免催。"),
    Reason.PLAN_CLOSED: N_("计划已经结束。"),
    Reason.MOVED: N_("日期已经改过，按新的日期提醒。"),
    Reason.SIGNED: N_("任务清单已经签收。"),
    Reason.DUTY_ENDED: N_("这项任务已不归这个单位。"),
    Reason.OVERTAKEN: N_("与后来的一次合并，不另发。"),
    Reason.NOBODY: N_("没有能收到消息的联络员，已列入牵头办的电话名单。"),
    Reason.CAP: N_("催报次数已满，不再多发，列给牵头办。"),
    Reason.POLICY: N_("提醒规则改过，这一次不再需要。"),
    Reason.ALL_REACHED: N_("要提醒的单位都联系得上，不用打扰。"),
    Reason.UNCHANGED: N_("联系不上的单位和上次说的一样，不再重复。"),
    Reason.NOTHING_TO_REVIEW: N_("没有等着审核的报送。"),
}
# The same in two or three characters, for the head of a line that names who it concerns.
_SHORT: Mapping[str, str] = {
    Reason.REPORTED: N_("已报送"),
    Reason.RECENT_REPORT: N_("刚报过"),
    Reason.TASK_CLOSED: N_("已办结"),
    Reason.PAUSED: N_("暂停中"),
    Reason.DOUBTFUL: N_("可能已送达，下次说明"),
    Reason.MUTED: N_("免催"),
    Reason.PLAN_CLOSED: N_("计划已结束"),
    Reason.MOVED: N_("日期已改"),
    Reason.SIGNED: N_("已签收"),
    Reason.DUTY_ENDED: N_("已不归该单位"),
    Reason.NOBODY: N_("无人能收到，要打电话"),
    Reason.CAP: N_("已到上限"),
    Reason.POLICY: N_("规则改过"),
}
_LISTS: Mapping[str, str] = {
    "D+1": N_("到期未报名单"),
    "D+3": N_("电话催办单"),
    PHONE: N_("联系不上的名单"),
}
_OWN: Mapping[str, str] = {"S": N_("本人要求的“明早再提醒”"), "H": N_("移交给接手人的一次")}


def not_reminded(reason: str) -> Html:
    """A sentence for a reason without particulars."""
    return say(NOT_REMINDED.get(reason, N_("到发送时已经不需要了。")))


def short_reason(reason: str) -> Html:
    """A word or two for a reason."""
    return say(_SHORT.get(reason, N_("不需要")))


def rung_name(rung: str, audience: str = Audience.CONTACT) -> Html:
    """Which reminder a rung is: 提前3个工作日, 截止当天; what others than contacts get by its own name."""
    offset = ladder.rung_offset(rung)
    if audience == Audience.LEADER:
        return say("报领导的汇总")
    if audience == Audience.COORDINATOR and rung in _LISTS:
        return say(_LISTS[rung])
    if offset is None:
        return say(_OWN.get(rung[:1], N_("牵头办手动催办")))
    if offset == 0:
        return say("截止当天")
    return say_n("提前{n}个工作日", -offset) if offset < 0 else say_n("过期{n}个工作日", offset)
