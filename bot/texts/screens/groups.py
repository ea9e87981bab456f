"""Working groups: the coordinator's card in private, and the words that are posted into a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.groupviews import DAY, NAMES, TEXT, GroupPost, GroupPostView, GroupView
from bot.texts.buttons import Keys, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, clean, compose, cut, escape, escape_lines, listed, say
from bot.texts.message import Button, Message
from bot.texts.wording import day, left, moment, period_text, what_name

_TITLE = 60
_NAME = 60
# What is previewed must be what is posted: both are cut at this length, which leaves room for the card's own lines.
POST_ROOM = 3000
NAMES_ROOM = 200
_NAMED = 30


def group_post_message(view: GroupPostView) -> Message:
    """A message in a group: words only."""
    return Message(post_text(view.post))


def post_text(post: GroupPost) -> str:
    """The words of a post, the same in the preview and in the group."""
    if post.kind == TEXT:
        return escape_lines(cut(clean(post.text), POST_ROOM))
    lines = _day(post) if post.kind == DAY else _state(post)
    return compose([Part(lines)], POST_ROOM)


def _day(post: GroupPost) -> list[Html]:
    values = {"plan": escape(post.plan, _NAME), "what": what_name(post.period), "until": _until(post)}
    if post.over:
        return [say("【{plan}】{what}已于{until}截止。", **values), say("还没报的请尽快私聊我补报。")]
    until = say("【{plan}】请于{until}前报送{what}，{left}。", left=_left(post), **values)
    return [until, say("私聊我即可，已报的不用再报。")]


def _state(post: GroupPost) -> list[Html]:
    head = say("【{plan}】{period}报送情况", plan=escape(post.plan, _NAME), period=period_text(post.period))
    if post.reported == post.owed:
        return [head, say("应报{owed}份，已全部报齐，谢谢！", owed=post.owed)]
    counts = say("应报{owed}份，已报{reported}份。", owed=post.owed, reported=post.reported)
    until = say("截止{until}，{left}。", until=_until(post), left=_left(post))
    named = [_missing(post)] if post.kind == NAMES else []
    ask = say("未报的单位请尽快私聊我补报。") if post.over else say("未报的单位请抓紧私聊我报送。")
    return [head, counts, until, *named, ask]


def _missing(post: GroupPost) -> Html:
    names = listed([escape(name, _NAME) for name in post.missing], limit=NAMES_ROOM)
    return say("还没报齐的单位（排名不分先后）：{names}", names=names)


def _until(post: GroupPost) -> Html:
    on = post.due_on or date.min
    return say("{day}{time}", day=day(on, post.today), time=post.time)


def _left(post: GroupPost) -> Html:
    on, today = post.due_on or date.min, post.today or date.min
    return say("已过截止时间") if post.over and on == today else left(on, today, post.workdays_left)


def group_message(view: GroupView) -> Message:
    """The card in the stage it is in."""
    return _STAGES[view.stage](view, Keys(view.card_id, view.rev))


def _title(view: GroupView) -> Html:
    return escape(view.title, _TITLE)


def _quoted(view: GroupView) -> Html:
    text = post_text(view.post) if view.post is not None else ""
    return Html(f"<blockquote>{text}</blockquote>")


def _list(view: GroupView, keys: Keys) -> Message:
    if not view.groups:
        none = say("还没有工作群。请先把我拉进群，我会在这里请您确认。")
        return Message(compose([Part([say("💬 <b>工作群</b>"), none])]), rows([keys.key("🔄 刷新", "yg", "list")]))
    waiting = [group.title for group in view.groups if not group.bound]
    lines = [say("点一个群，选要发的内容。群里只发您点过的。")]
    if waiting:
        lines.append(say("还没确认的群：{groups}", groups=listed([escape(title, _TITLE) for title in waiting])))
    chosen = [keys.named(group.title or "…", "yg", "open", group.group_id) for group in view.groups[:20]]
    return Message(compose([Part([say("💬 <b>工作群</b>")]), Part(lines)]), rows(chosen, 1))


def _offer(view: GroupView, keys: Keys) -> Message:
    lines = [
        say("💬 <b>把“{title}”作为工作群？</b>", title=_title(view)),
        say("群里只发您点过的内容，不看也不回群里的话。"),
    ]
    buttons = [keys.key("✅ 设为工作群", "yg", "bind", style="success"), keys.key("不用，退出群", "yg", "leave")]
    return Message(compose([Part(lines)]), rows(buttons))


def _one(view: GroupView, keys: Keys) -> Message:
    head = [say("💬 <b>{title}</b>", title=_title(view)), say("往群里发什么？先给您看，点了才发。")]
    plan = [say("计划：{plan}", plan=escape(view.plan, _NAME))] if view.plan else []
    from_plan = [
        keys.key("📊 报送情况", "yg", "see", "state"),
        keys.key("⏰ 截止提醒", "yg", "see", "day"),
        keys.key("📢 点名催报", "yg", "see", "names"),
    ]
    others = [
        *(from_plan if view.plan else []),
        keys.key("📝 打字发布", "yg", "write"),
        keys.key("🔀 换个计划", "yg", "plan") if view.more_plans else None,
        keys.key("‹ 其他群", "yg", "list") if len(view.groups) > 1 else None,
        keys.key("退出群", "yg", "out"),
    ]
    return Message(compose([Part(head), Part(plan)]), rows(others))


def _write(view: GroupView, keys: Keys) -> Message:
    ask = say("请把要发到“{title}”的话打出来（{limit}字以内），发之前先给您看。", title=_title(view), limit=view.limit)
    return Message(ask, rows([_back(keys)]))


def _preview(view: GroupView, keys: Keys) -> Message:
    warn = [say("⚠️ 现在不是工作时间，群里会响提示音。")] if view.outside_hours else []
    named = [say("里面点到了单位的名字。")] if view.named else []
    head = [say("💬 发到“{title}”的原文：", title=_title(view)), _quoted(view)]
    foot = [*named, *warn, say("点“发到群里”才会发。")]
    send = keys.key("📤 发到群里", "yg", "send", style="success")
    return Message(compose([Part(head), Part(foot)]), rows([send, _back(keys)]))


def _confirm(view: GroupView, keys: Keys) -> Message:
    names = listed([escape(name, _NAME) for name in view.named], limit=_NAMED)
    lines = [
        say("⚠️ <b>“{title}”里所有人都会看到这些单位的名字：</b>", title=_title(view)),
        names,
        say("确定要点名吗？也可以返回，发不点名的。"),
    ]
    send = keys.key("点名发到群里", "yg", "name", style="danger")
    return Message(compose([Part(lines)]), rows([send, _back(keys)]))


def _sending(view: GroupView, keys: Keys) -> Message:
    return Message(compose([Part([say("正在发到“{title}”……", title=_title(view)), _quoted(view)])]))


def _sent(view: GroupView, keys: Keys) -> Message:
    at = moment(view.at) if view.at is not None else Html("")
    head = say("✅ 已发到“{title}”　{at}", title=_title(view), at=at)
    return Message(compose([Part([head, _quoted(view)])]), rows([keys.key("再发一条", "yg", "back")]))


def _unsent(view: GroupView, keys: Keys) -> Message:
    head = say(_OUTCOMES.get(view.outcome, N_("✖ 没有发出，请稍后再试。")), title=_title(view))
    again = keys.key("重新发", "yg", "back") if view.outcome not in _FINAL else None
    return Message(compose([Part([head, _quoted(view)])]), rows([again]))


def _leaving(view: GroupView, keys: Keys) -> Message:
    ask = say("确定退出“{title}”吗？以后不再往这个群里发消息。", title=_title(view))
    return Message(ask, rows([keys.key("退出群", "yg", "leave", style="danger"), _back(keys)]))


def _gone(view: GroupView, keys: Keys) -> Message:
    told = say("“{title}”已不是工作群。要用，请把我拉进群。", title=_title(view))
    return Message(told, rows([keys.key("💬 其他群", "yg", "list")]))


def _moved(view: GroupView, keys: Keys) -> Message:
    return Message(say("✏️ 您打的字已收到，请看下面。"))


def _back(keys: Keys) -> Button:
    return keys.key("‹ 返回", "yg", "back")


_OUTCOMES: Mapping[str, str] = {
    "failed": N_("✖ 没有发出：“{title}”发不进去了（被移出、禁言或群已解散），已不再是工作群。"),
    "group_left": N_("✖ 没有发出：我已不在“{title}”里。"),
    "changed": N_("✖ 没有发出：情况刚有变化，请按新的再看一遍。"),
    "unknown": N_("⚠️ 不知道发出没有，请看一眼“{title}”；没有的话再发。"),
}
_FINAL = ("failed", "group_left")
_STAGES: Mapping[str, Callable[[GroupView, Keys], Message]] = {
    "list": _list,
    "offer": _offer,
    "one": _one,
    "write": _write,
    "preview": _preview,
    "confirm": _confirm,
    "sending": _sending,
    "sent": _sent,
    "unsent": _unsent,
    "leaving": _leaving,
    "gone": _gone,
    "moved": _moved,
}
