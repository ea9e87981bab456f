"""What a change of the reminder policy does to what is not yet sent, in lines for the card and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from bot.domain import ladder
from bot.domain.facts import Audience
from bot.domain.policy_changes import DayMove, PolicyChange, RungCount
from bot.texts.language import N_
from bot.texts.markup import Html, joined, listed, say, say_n
from bot.texts.wording import day, moment, what_name

_NAMES = 8
_RUNGS = 6


def effect_lines(change: PolicyChange, agencies: Mapping[int, str], today: date | None) -> Iterator[Html]:
    """Days that move, reminders that move, come or go, who is asked more or less, the next message."""
    silent = not (change.moved or change.added or change.dropped)
    yield from (_day(move, today) for move in change.days)
    if silent:
        yield say("还没发的提醒一条不变。")
    else:
        yield say("还没发的提醒：{counts}", counts=_totals(change))
    if change.passed:
        yield say_n("⚠️ 其中{n}条的新日子已经过了，不再补发。", change.passed)
    moved = [count for count in change.rungs if count.before != count.after]
    yield from (_rung(count) for count in moved[:_RUNGS])
    if change.asked:
        yield say("新要参与或报送的：{names}", names=_named(change.asked, agencies))
    if change.spared:
        yield say("不再要求的：{names}", names=_named(change.spared, agencies))
    if change.old_first_at != change.new_first_at:
        yield _first(change)


def _day(move: DayMove, today: date | None) -> Html:
    old, new = day(move.old_on, today), day(move.new_on, today)
    what = say("{what}（参与单位）", what=what_name(move.what)) if move.participants else what_name(move.what)
    return say_n("{what}：{old}改为<b>{new}</b>（{n}份）", move.dues, what=what, old=old, new=new)


def _totals(change: PolicyChange) -> Html:
    pieces = [
        say_n("改期{n}条", change.moved) if change.moved else None,
        say_n("新增{n}条", change.added) if change.added else None,
        say_n("取消{n}条", change.dropped) if change.dropped else None,
    ]
    return joined(pieces, N_("、"))


def _rung(count: RungCount) -> Html:
    """提前5天的提醒：0条变为58条."""
    return say("{rung}：{before}条变为{after}条", rung=_rung_name(count), before=count.before, after=count.after)


def _rung_name(count: RungCount) -> Html:
    offset = ladder.rung_offset(count.rung) or 0
    if count.audience is Audience.LEADER:
        return say("给领导的汇总")
    if count.audience is Audience.COORDINATOR:
        return say_n("逾期第{n}天给牵头办的", offset)
    if offset == 0:
        return say("当天的提醒")
    return say_n("提前{n}天的提醒", -offset) if offset < 0 else say_n("逾期{n}天的提醒", offset)


def _named(ids: tuple[int, ...], agencies: Mapping[int, str]) -> Html:
    return listed([agencies.get(one, "…") for one in ids], limit=_NAMES)


def _first(change: PolicyChange) -> Html:
    if change.new_first_at is None:
        return say("以后没有要发给联络员的提醒了。")
    if change.old_first_at is None:
        return say("下一次提醒：{new}", new=moment(change.new_first_at))
    return say("下一次提醒：{old}改为{new}", old=moment(change.old_first_at), new=moment(change.new_first_at))
