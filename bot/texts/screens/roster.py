"""A roster: which agency a name means, and the agencies that nobody can be asked for yet."""

from __future__ import annotations

from bot.domain.rosterviews import MissingAgency, MissingView, RosterView, Settled
from bot.texts.buttons import Keys, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n
from bot.texts.message import Message

PER_PAGE = 10
_NAME = 60
_PEOPLE = 3
# More open names than this may be left out all at once.
_FEW = 2


def roster_message(view: RosterView) -> Message:
    """The card in the stage it is in."""
    if view.stage == "ask":
        return _question(view)
    done = view.stage == "done"
    head = say("✅ <b>通讯录已导入</b>") if done else say("<b>通讯录没有导入。</b>要导入，请重发文件。")
    return Message(compose([Part([head], [_settled(one) for one in view.settled] if done else [])]))


def _question(view: RosterView) -> Message:
    keys = Keys(view.card_id, view.rev)
    head = [say_n("📇 <b>请认一下单位</b>　还有{n}个", view.left)]
    if view.known:
        head.append(say_n("其余{n}人的单位已认出；全部认完再一起导入。", view.known))
    asked = say("第{row}行：<b>“{written}”</b>是哪个单位？", row=view.row, written=escape(view.written, _NAME))
    who = listed(view.people, limit=_PEOPLE)
    choices = [keys.named(name, "ro", "as", place) for place, name in enumerate(view.choices)]
    others = [keys.key("＋ 新单位", "ro", "new"), keys.key("这几行不导入", "ro", "skip")]
    back = keys.key("↩️ 上一个", "ro", "back") if view.settled else None
    rest = keys.key("其余都不导入", "ro", "rest") if view.left > _FEW else None
    stop = keys.key("不导入了", "ro", "stop")
    text = compose([Part(head), Part([asked, say("填的人：{who}", who=who)]), Part(_how(view))])
    return Message(text, (*rows(choices, 1), *rows(others), *rows([rest, back, stop])))


def _how(view: RosterView) -> list[Html]:
    """What can be done about the name."""
    new = say("点“新单位”，就记作“{name}”。", name=escape(view.new_name, _NAME))
    if view.typed:
        typed = escape(view.typed, _NAME)
        found = say("“{typed}”可能是下面的单位，请点一下。", typed=typed) if view.choices else None
        return [found or say("没有找到“{typed}”。", typed=typed), new]
    return [say("请点一下，或打出单位名称。") if view.choices else say("请打出单位名称。"), new]


def _settled(one: Settled) -> Html:
    written = escape(one.written, _NAME)
    if not one.name:
        return say("“{written}”：没有导入", written=written)
    return say("“{written}”：{name}", written=written, name=escape(one.name, _NAME))


def missing_message(view: MissingView) -> Message:
    """The agencies nobody can be asked for, ten a page."""
    keys = Keys(view.card_id, view.rev)
    again = keys.key("🔄 刷新", "mp", view.page)
    if not view.agencies:
        return Message(say("✅ 各单位都有人登记了。"), rows([again]))
    page = page_of(len(view.agencies), view.page, PER_PAGE)
    without = sum(not one.has_contact for one in view.agencies)
    waiting = len(view.agencies) - without
    counts = [say_n("{n}个单位没有联络员", without)] if without else []
    counts += [say_n("{n}个单位的联络员没有登记", waiting)] if waiting else []
    head = [say("📇 <b>还收不到消息的单位</b>"), joined(counts, N_("；"))]
    lines = [_line(place + 1, view.agencies[place]) for place in range(page.start, page.end)]
    foot = say("没有联络员的，请填好模板发回来；没有登记的，请打电话请他点邀请链接。")
    turns = [
        keys.key("‹ 上一页", "mp", page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "mp", page.number + 1) if page.number + 1 < page.count else None,
    ]
    return Message(compose([Part(head), Part([], lines), Part([foot])]), (*pager(page, turns), *rows([again])))


def _line(place: int, one: MissingAgency) -> Html:
    agency = escape(one.agency, _NAME)
    who = listed([joined((escape(name, 20), escape(phone, 40)), " ") for name, phone in one.people], limit=_PEOPLE)
    if not one.has_contact:
        none = say("{place}. {agency}　没有联络员", place=place, agency=agency)
        return joined((none, say("（负责人：{who}）", who=who)), "") if one.people else none
    return say("{place}. {agency}　{who}，没有登记", place=place, agency=agency, who=who)
