"""提醒规则: a plan's reminder policy in plain sentences, the answers to choose from, what a change will do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import time

from bot.domain.model import Position
from bot.domain.policy import Participants, Policy, Roll
from bot.domain.policy_settings import read
from bot.domain.policy_topics import GROUPS, TOPICS, differs
from bot.domain.policyviews import PolicyView
from bot.domain.workdays import WorkingHours
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, plain, say, say_n
from bot.texts.message import Button, Message
from bot.texts.screens.policy_effects import effect_lines

GROUP_NAMES: Mapping[str, str] = {
    "due": N_("报送时限"),
    "ladder": N_("提醒节奏"),
    "time": N_("发送时间"),
    "participants": N_("参与单位"),
    "caps": N_("上限"),
    "follow": N_("汇总与升级"),
}
TOPIC_NAMES: Mapping[str, str] = {
    "report": N_("季度报送"),
    "year_end": N_("年终报告"),
    "roll": N_("遇休息日"),
    "report_time": N_("截止钟点"),
    "rungs": N_("报送和时限"),
    "year_end_rungs": N_("写明年底的时限"),
    "heads_up_rungs": N_("没写时限的年底"),
    "invited_rungs": N_("受邀的参与单位"),
    "send_time": N_("每天发送"),
    "hours": N_("工作时间"),
    "participants": N_("参与单位"),
    "participants_ahead": N_("须报送时"),
    "cap_per_week": N_("每单位每周"),
    "cap_per_quarter": N_("每单位每季度"),
    "missing_rung": N_("未报名单"),
    "escalation_rung": N_("升级催办"),
    "review_rung": N_("提请审核"),
    "summary_rung": N_("领导汇总"),
    "sign_workdays": N_("签收"),
    "escalate_to": N_("升级给谁"),
    "reach_check": N_("收不到的单位"),
}
_EXAMPLES: Mapping[str, str] = {
    "report": N_("季后第6个工作日，或次月12日"),
    "year_end": N_("12月20日，或同季度报送"),
    "report_time": N_("18:00，或下午5点半"),
    "rungs": N_("提前5、2天，当天，逾期1天"),
    "year_end_rungs": N_("提前20、5天，当天"),
    "heads_up_rungs": N_("提前20、5天，或不提醒"),
    "invited_rungs": N_("提前7天，或不提醒"),
    "send_time": N_("9:30，或上午10点"),
    "hours": N_("8:30-12:00，15:00-18:00"),
}
_POSITIONS: Mapping[Position, str] = {
    Position.CONTACT: N_("联络员"),
    Position.DEPUTY: N_("AB角"),
    Position.HEAD: N_("单位负责人"),
}
_PARTICIPANTS: Mapping[Participants, str] = {
    Participants.NONE: N_("不提醒"),
    Participants.INVITED: N_("邀请一次"),
    Participants.REQUIRED: N_("须报送"),
}
_TITLE = 80


def policy_message(view: PolicyView) -> Message:
    """The card in the stage it is in."""
    return _STAGES[view.stage](view)


def rule(policy: Policy, topic: str) -> Html:
    """One rule as a line: 季度报送：季后第5个工作日."""
    return say("{name}：{value}", name=say(TOPIC_NAMES[topic]), value=answer(policy, topic))


def rule_lines(policy: Policy, group: str) -> list[Html]:
    """A group's rules, those that are not the default marked with the default beside."""
    default = Policy()
    return [
        say("✎ {rule}　（默认：{default}）", rule=rule(policy, topic), default=answer(default, topic))
        if differs(policy, default, topic)
        else rule(policy, topic)
        for topic in GROUPS[group]
    ]


def answer(policy: Policy, topic: str) -> Html:
    """What a policy says to a topic, short enough for a button."""
    return _ANSWERS[topic](policy)


def _report(policy: Policy) -> Html:
    if policy.report_day:
        return say("次月{day}日", day=policy.report_day)
    return say_n("季后第{n}个工作日", policy.report_workday)


def _year_end(policy: Policy) -> Html:
    if policy.year_end_on is None:
        return say("同季度报送")
    month, day = policy.year_end_on
    if month > 6:
        return say("当年{month}月{day}日", month=month, day=day)
    return say("次年{month}月{day}日", month=month, day=day)


def _rungs(offsets: Sequence[int]) -> Html:
    """提前10、3、1天，当天，逾期1天; days are working days."""
    ahead = [-offset for offset in offsets if offset < 0]
    after = [offset for offset in offsets if offset > 0]
    pieces = [
        say("提前{days}天", days=listed(ahead)) if ahead else None,
        say("当天") if 0 in offsets else None,
        say("逾期{days}天", days=listed(after)) if after else None,
    ]
    return joined(pieces, N_("，")) or say("不提醒")


def _clock(at: time) -> Html:
    return Html(f"{at:%H:%M}")


def _hours(hours: WorkingHours) -> Html:
    return listed([Html(f"{start:%H:%M}–{end:%H:%M}") for start, end in hours.spans])


def _cap(limit: int) -> Html:
    return say_n("最多{n}次", limit) if limit else say("不限")


def _overdue(days: int) -> Html:
    return say_n("逾期第{n}天", days)


def _escalate_to(policy: Policy) -> Html:
    return listed([say(_POSITIONS[one]) for one in policy.escalate_to]) or say("只给牵头办")


_ANSWERS: Mapping[str, Callable[[Policy], Html]] = {
    "report": _report,
    "year_end": _year_end,
    "roll": lambda policy: say("提前到前一个工作日") if policy.roll is Roll.BEFORE else say("顺延到后一个工作日"),
    "report_time": lambda policy: _clock(policy.report_time),
    "rungs": lambda policy: _rungs(policy.rungs),
    "year_end_rungs": lambda policy: _rungs(policy.year_end_rungs),
    "heads_up_rungs": lambda policy: _rungs(policy.heads_up_rungs),
    "invited_rungs": lambda policy: _rungs(policy.invited_rungs),
    "send_time": lambda policy: _clock(policy.send_time),
    "hours": lambda policy: _hours(policy.hours),
    "participants": lambda policy: say(_PARTICIPANTS[policy.participants]),
    "participants_ahead": lambda policy: (
        say_n("比牵头单位早{n}天", policy.participants_ahead) if policy.participants_ahead else say("和牵头单位同一天")
    ),
    "cap_per_week": lambda policy: _cap(policy.cap_per_week),
    "cap_per_quarter": lambda policy: _cap(policy.cap_per_quarter),
    "missing_rung": lambda policy: _overdue(policy.missing_rung),
    "escalation_rung": lambda policy: _overdue(policy.escalation_rung),
    "review_rung": lambda policy: _overdue(policy.review_rung) if policy.review_rung else say("截止当天"),
    "summary_rung": lambda policy: say_n("截止后第{n}天", policy.summary_rung),
    "sign_workdays": lambda policy: say_n("{n}天未签收，列入电话催办", policy.sign_workdays),
    "escalate_to": _escalate_to,
    "reach_check": lambda policy: say("发送前一天核对") if policy.reach_check else say("不核对"),
}


def _plans(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    head = [say("⚙️ <b>提醒规则</b>"), say("请点一个计划。")]
    buttons = [
        keys.named(one.title, "yp", "plan", one.plan_id)
        if one.active
        else keys.key("{title}（未启用）", "yp", "plan", one.plan_id, title=one.title)
        for one in view.plans
    ]
    return Message(compose([Part(head)]), rows(buttons, 1))


def _rules(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    parts = [
        Part([say("<b>{group}</b>", group=say(GROUP_NAMES[group]))], rule_lines(view.policy, group)) for group in GROUPS
    ]
    foot = [say("“天”都是工作日。✎ 是改过的。要改，请点一组。")]
    buttons = rows([keys.key(GROUP_NAMES[group], "yp", "group", group) for group in GROUPS])
    others = [
        keys.key("⭐ 以后的计划也这样", "yp", "office")
        if any(differs(view.policy, view.office, one) for one in TOPICS)
        else None,
        keys.key("‹ 换个计划", "yp", "plans") if len(view.plans) > 1 else None,
    ]
    return Message(compose([Part(_head(view)), *parts, Part(foot)]), (*buttons, *rows(others)))


def _group(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    head = [*_head(view), say("<b>{group}</b>", group=say(GROUP_NAMES[view.group]))]
    buttons = [keys.key(TOPIC_NAMES[topic], "yp", "topic", topic) for topic in GROUPS[view.group]]
    text = compose([Part(head, rule_lines(view.policy, view.group)), Part([say("要改哪一条，请点一下。")])])
    return Message(text, (*rows(buttons), *rows([keys.key("‹ 全部规则", "yp", "rules")])))


def _topic(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    typed = TOPICS[view.topic].typed is not None
    asked = [say("点一个，或点“自己填”。") if typed else say("请点一个。")]
    last = [
        keys.key("✏️ 自己填", "yp", "ask", view.topic) if typed else None,
        keys.key("‹ 返回", "yp", "group", view.group),
    ]
    return Message(compose([Part(_now(view)), Part(asked)]), (*_choices(view, keys), *rows(last)))


def _ask(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    example = say(_EXAMPLES.get(view.topic, N_("2")))
    text = compose([Part(_now(view)), Part([say("请打字告诉我，例如：{example}", example=example)])])
    return Message(
        text,
        rows([keys.key("‹ 返回", "yp", "topic", view.topic)]),
        placeholder=plain("例如：{example}", example=example),
    )


def _choices(view: PolicyView, keys: Keys) -> tuple[Row, ...]:
    buttons: list[Button] = []
    for place, values in enumerate(TOPICS[view.topic].choices):
        offered = replace(view.policy, **read(values))
        label = answer(offered, view.topic)
        mark = "" if differs(view.policy, offered, view.topic) else "● "
        buttons.append(keys.named(f"{mark}{label}", "yp", "set", place))
    short = max(len(button.label) for button in buttons) <= _SHORT
    return rows(buttons, 2 if short else 1)


_SHORT = 11


def _confirm(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    lines = [*_head(view), *_moves(view)]
    buttons = [
        keys.key("✅ 确认修改", "yp", "ok", style="success"),
        keys.key("不改", "yp", "group", view.group),
    ]
    effects = list(effect_lines(view.change, view.agencies, view.today))
    return Message(compose([Part(lines), Part([say("<b>改后</b>")], effects)]), rows(buttons))


def _moves(view: PolicyView) -> Iterator[Html]:
    """Each rule that changes, with both answers."""
    for topic in TOPICS:
        if differs(view.policy, view.new, topic):
            old, new = answer(view.policy, topic), answer(view.new, topic)
            yield say("{name}：由“{old}”改为“<b>{new}</b>”", name=say(TOPIC_NAMES[topic]), old=old, new=new)


def _done(view: PolicyView) -> Message:
    keys = Keys(view.card_id, view.rev)
    saved = say("✅ <b>已修改</b>，还没发的提醒都按新规则来。")
    buttons = [keys.key("↩️ 改回去", "yp", "undo"), keys.key("‹ 全部规则", "yp", "rules")]
    return Message(compose([Part([*_head(view), saved], rule_lines(view.policy, view.group))]), rows(buttons))


def _head(view: PolicyView) -> list[Html]:
    if view.plan is None:
        return []
    named = say("⚙️ <b>提醒规则</b>　《{title}》", title=escape(view.plan.title, _TITLE))
    return [named] if view.plan.active else [named, say("计划还没启用，改了不影响任何人。")]


def _now(view: PolicyView) -> list[Html]:
    return [*_head(view), say("现在　{rule}", rule=rule(view.policy, view.topic))]


_STAGES: Mapping[str, Callable[[PolicyView], Message]] = {
    "plans": _plans,
    "rules": _rules,
    "group": _group,
    "topic": _topic,
    "ask": _ask,
    "confirm": _confirm,
    "done": _done,
}
