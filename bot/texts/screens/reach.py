"""The check before a wave: which agencies it would not reach, whom to phone, and what keeps the message away."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.reachviews import Barrier, ReachView, Unreached
from bot.texts.language import N_
from bot.texts.markup import Html, Part, escape, joined, say, say_n
from bot.texts.wording import day

_BARRIERS: Mapping[Barrier, str] = {
    Barrier.NOBODY: N_("通讯录没有联系人"),
    Barrier.NOT_ENTERED: N_("还没有进入，请把邀请再发一次"),
    Barrier.BLOCKED: N_("停用了机器人"),
    Barrier.AWAY: N_("请假，没有人代"),
}
_MOST = 20


def reach_part(view: ReachView) -> Part:
    """下一个工作日要提醒的单位里，收不到的。"""
    head = say("☎️ <b>{day}要提醒{whole}个单位</b>", day=day(view.wave_on), whole=view.whole)
    told = say_n("其中{n}个收不到消息，请提前打电话或补通讯录：", len(view.unreached))
    items = [_item(one) for one in view.unreached[:_MOST]]
    rest = len(view.unreached) - _MOST
    return Part((head, told), tuple(items), (say_n("……另有{n}个单位", rest),) if rest > 0 else ())


def _item(one: Unreached) -> Html:
    who = joined((escape(one.name), escape(one.phone)), " ") if one.name or one.phone else None
    return joined((joined((escape(one.agency, 60), who)), say("（{why}）", why=barrier_words(one))), "")


def barrier_words(one: Unreached) -> Html:
    """What keeps the message away: 还没有进入, 停用了机器人, 请假至…."""
    until = say("请假至{day}，没有人代", day=day(one.away_until_on)) if one.away_until_on else None
    return until or say(_BARRIERS[one.barrier])
