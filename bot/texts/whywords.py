"""The fate of a reminder in words, with its particulars: when it was sent to whom, or why it was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.domain.facts import ASSIGNMENT, RELIEVED, Reason
from bot.domain.model import DueKey
from bot.domain.whyviews import BEFORE_ACTIVATION, BEFORE_DUTY, BEFORE_ROUND, WhyDue, WhyRung
from bot.texts.language import N_
from bot.texts.markup import Html, escape, joined, say, say_n
from bot.texts.reasons import not_reminded, rung_name
from bot.texts.wording import day, short_day, what_name

# What can be said of a reason when its particulars are known; without them `not_reminded` says it.
_KNOWN: Mapping[str, str] = {
    Reason.REPORTED: N_("{on}已报送，编号{number}"),
    Reason.RECENT_REPORT: N_("{on}刚报过（{number}），截止日之前不再提醒"),
    Reason.TASK_CLOSED: N_("任务{on}已办结"),
    Reason.MUTED: N_("这项任务设为免催（{on}起）"),
    Reason.PLAN_CLOSED: N_("计划{on}已结束"),
    Reason.SIGNED: N_("任务清单{on}已签收"),
    Reason.DUTY_ENDED: N_("这项任务{on}起不归这个单位"),
    BEFORE_ACTIVATION: N_("计划{on}才启用，之前的不催"),
    BEFORE_DUTY: N_("这项任务{on}才交给这个单位，之前的不催"),
}
_BARE: Mapping[str, str] = {
    BEFORE_ACTIVATION: N_("那时计划还没有启用"),
    BEFORE_DUTY: N_("那时这项任务还不归这个单位"),
    BEFORE_ROUND: N_("日期后来改过，按新的日期提醒"),
}
_STATES: Mapping[str, str] = {
    "dropped": N_("没有发。{why}。"),
    "never": N_("没有发。{why}。"),
    "spared": N_("到时不发。{why}。"),
}
_RULES: Mapping[str, str] = {
    "day": N_("季度结束后次月{day}日报送，遇休息日调整到工作日。"),
    "year_end": N_("全年的报送日定在{on}。"),
    "milestone": N_("{on}是计划里写的日子。"),
    "rolled": N_("计划里写的是{on}，遇休息日调整到工作日。"),
    "moved": N_("这个日期是后来改定的（延期，或退回后的新期限）。"),
}


def head_of(due: WhyDue) -> Html:
    """（一）1 清理河道　第一季度进展; what belongs to no task by its own name."""
    if due.what == ASSIGNMENT:
        return say("交办任务清单")
    if due.what == RELIEVED:
        return say("任务调整通知")
    name = joined((escape(due.number, 40), escape(due.title, 60)), " ")
    return joined((name, what_name(due.what)))


def rung_line(rung: WhyRung, beside: date) -> Html:
    """3月24日（周四）　提前10个工作日：09:00 已发给李水利。"""
    name = joined((day(rung.on, beside), rung_name(rung.rung, rung.audience)))
    return say("{name}：{fate}", name=name, fate=fate(rung))


def fate(rung: WhyRung) -> Html:
    """What became, or becomes, of a rung."""
    if rung.state in _STATES:
        return say(_STATES[rung.state], why=because(rung))
    if rung.state == "coming":
        return _coming(rung)
    if rung.state == "waiting":
        return _waiting(rung)
    if rung.state == "queued":
        return say("正在发给{to}。", to=_to(rung))
    if rung.state == "open":
        return say("应发，还没有处理到；工作时间一到就办。")
    moment = f"{rung.at:%H:%M}" if rung.at and rung.at.date() == rung.on else None
    when = Html(moment) if moment else short_day(rung.at.date()) if rung.at else Html("")
    if rung.state == "unknown":
        return say("{when} 发给{to}，没有等到回音，不知是否收到。", when=when, to=_to(rung))
    if away := rung.facts.get("away"):
        return say("{when} 已发给{to}（{away}当天请假，改发）。", when=when, to=_to(rung), away=escape(str(away), 40))
    return say("{when} 已发给{to}。", when=when, to=_to(rung))


def _waiting(rung: WhyRung) -> Html:
    if rung.reason:
        return say("还没有发。{why}。", why=because(rung))
    return say("还没有发，等下一个工作日上午一并发。")


def because(rung: WhyRung) -> Html:
    """The reason with what is known of it, without a full stop at its end."""
    facts: dict[str, Any] = {name: _word(value) for name, value in rung.facts.items()}
    special = _SPECIAL.get(rung.reason)
    said = special(rung, facts) if special else None
    if said is not None:
        return said
    if rung.reason in _KNOWN and "on" in facts:
        return say(_KNOWN[rung.reason], **facts)
    if rung.reason in _BARE:
        return say(_BARE[rung.reason])
    return Html(str(not_reminded(rung.reason)).rstrip("。."))


def _paused(_rung: WhyRung, facts: Mapping[str, Any]) -> Html | None:
    if "on" not in facts:
        return None
    if "until" in facts:
        return say("暂停中（{on}起，到{until}），恢复后顺延", **facts)
    return say("暂停中（{on}起），恢复后顺延", **facts)


def _moved(_rung: WhyRung, facts: Mapping[str, Any]) -> Html | None:
    if "until" not in facts:
        return None
    if "extended" in facts:
        return say("{on}同意延期到{until}，按新日期提醒", **facts)
    return say("{on}退回重报，新期限{until}，按新日期提醒", **facts)


def _overtaken(rung: WhyRung, facts: Mapping[str, Any]) -> Html | None:
    if "rung" not in facts:
        return None
    newer = rung_name(str(rung.facts["rung"]), rung.audience)
    return say("错过的几次合成一次，见{on}（{rung}）", on=facts["on"], rung=newer)


def _cap(rung: WhyRung, facts: Mapping[str, Any]) -> Html | None:
    if "count" not in facts:
        return None
    count = int(str(rung.facts["count"]))
    return say_n(N_("本周已发{n}次，达到上限") if "week" in facts else N_("本季度已发{n}次，达到上限"), count)


def _nobody(_rung: WhyRung, facts: Mapping[str, Any]) -> Html | None:
    if "name" not in facts:
        return say("这个单位通讯录里没有人，已列入牵头办的电话名单")
    number = facts.get("phone") or say("没有电话")
    return say("没有能收到消息的人，已列入牵头办的电话名单（{name} {number}）", name=facts["name"], number=number)


_SPECIAL = {
    Reason.PAUSED: _paused,
    Reason.MOVED: _moved,
    BEFORE_ROUND: _moved,
    Reason.OVERTAKEN: _overtaken,
    Reason.CAP: _cap,
    Reason.NOBODY: _nobody,
}


def _coming(rung: WhyRung) -> Html:
    if rung.reason == Reason.NOBODY:
        return say("到时没有能收到消息的人，请补通讯录或打电话。")
    if away := rung.facts.get("away"):
        return say("到时发给{to}（{away}请假）。", to=_to(rung), away=escape(str(away), 40))
    return say("到时发给{to}。", to=_to(rung))


def _to(rung: WhyRung) -> Html:
    return escape(rung.to, 40) if rung.to else say("对应的人")


def _word(value: object) -> object:
    return short_day(value) if isinstance(value, date) else value


def own_lines(due: WhyDue, rung: str, *, invited: bool, alone: bool) -> Iterator[Html]:
    """For the contact it reminds: what the plan says, how the day was found, which reminder this was, how it ends.

    The plan's words are one task's: they are left out where the due stands for several (not `alone`).
    """
    if due.source and alone:
        yield say("计划原文：{words}", words=escape(due.source, 120))
    if rule := rule_line(due):
        yield rule
    if rung.startswith("N"):
        yield say("这一次是牵头办专门提醒的。")
    elif rung.startswith("S"):
        yield say("这一次是按您的要求再提醒的。")
    elif rung:
        yield say("这一次是“{rung}”的提醒。", rung=rung_name(rung))
    if invited:
        yield say("参与单位只问这一次，可报可不报。")
    elif DueKey(0, 0, due.what).milestone_on is not None:
        yield say("报“已完成”就不再提醒；报了进展，截止日之前不再提醒。")
    else:
        yield say("报送以后，这一项就不再提醒。")


def rule_line(due: WhyDue) -> Html | None:
    """How the due's day was found; with a pause, where it would have been."""
    facts = {name: _word(value) for name, value in due.rule_facts.items()}
    if due.rule == "workday":
        said = say_n("每季度结束后第{n}个工作日报送。", int(str(due.rule_facts["n"])))
    elif due.rule in _RULES:
        said = say(_RULES[due.rule], **facts)
    else:
        return None
    moved = say("暂停过，从{day}顺延。", day=short_day(due.planned_on)) if due.planned_on else None
    return joined((said, moved))
