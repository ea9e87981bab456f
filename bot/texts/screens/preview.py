"""The preview: the next mornings as the coordinator sees them before they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.facts import Reason
from bot.domain.previewviews import PreviewGroup, PreviewLeftOut, PreviewPerson, PreviewView, PreviewWave
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_, speaking
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n, visible
from bot.texts.message import Message
from bot.texts.reasons import rung_name, short_reason
from bot.texts.screens.dues import dues_message
from bot.texts.wording import day, what_name

PER_PAGE = 5
_AGENCIES = 6
# What stands before and after a quoted message must leave room for it.
_QUOTED = 3700
_PLACES: Mapping[str, str] = {"coordinator": N_("牵头办"), "leader": N_("领导")}
_KINDS: Mapping[str, str] = {
    "assignment": N_("交办任务清单：{agencies}个单位"),
    "relieved": N_("任务调整通知：{agencies}个单位"),
    "unsigned": N_("给牵头办：尚未签收名单，{agencies}个单位"),
    "unit": N_("给单位AB角、负责人：本单位逾期未报，{agencies}个单位"),
    "nobody": N_("给牵头办：联系不上的名单，{agencies}个单位"),
    "review": N_("给牵头办：{what}等您审核"),
    "summary": N_("给领导：{what}汇总"),
}


def preview_message(view: PreviewView) -> Message:
    """The card in its mode."""
    if view.wave is None:
        return Message(
            compose([Part([say("📅 <b>提醒预告</b>"), say("按现在的情况，没有要发的提醒了。")])]), _turns(view)
        )
    if view.mode == "people":
        return _people(view, view.wave)
    if view.mode == "text" and view.person is not None:
        return _text(view, view.wave, view.person)
    keys = Keys(view.card_id, view.rev)
    open_list = keys.key("👥 看名单（{all}人）", "yn", "people", view.number, 0, all=len(view.wave.people))
    return Message(compose(wave_parts(view.wave)), (*rows([open_list]), *_turns(view)))


def wave_parts(wave: PreviewWave) -> Iterator[Part]:
    """A wave: when, how many, about what; then who is left out."""
    items = tuple(_group(group, wave) for group in wave.groups)
    yield Part([_when(wave), say_n("共{n}人会收到，每人一条：", len(wave.people))], items)
    if wave.left_out:
        yield Part([say("<b>不提醒的</b>")], tuple(_left_out(one) for one in wave.left_out))


def _when(wave: PreviewWave) -> Html:
    return say("📅 <b>提醒预告</b>　{day}{time}", day=day(wave.at.date()), time=f"{wave.at:%H:%M}")


def _group(group: PreviewGroup, wave: PreviewWave) -> Html:
    title = say("《{title}》", title=escape(group.plan_title, 60)) if group.plan_title else None
    return joined((title, _said(group, wave)), "")


def _said(group: PreviewGroup, wave: PreviewWave) -> Html:
    if group.kind in _KINDS:
        return say(_KINDS[group.kind], agencies=group.agencies, what=_what(group))
    if group.kind == "chase":
        name = rung_name(group.rung, "coordinator")
        source = N_("给牵头办：{what}{name}，{agencies}个单位{n}项")
        return say_n(source, group.items, what=_what(group), name=name, agencies=group.agencies)
    return say_n(
        "{what}，{limit}截止：{agencies}个单位{n}项，{rung}",
        group.items,
        what=_what(group),
        limit=day(group.due_on, wave.at.date()),
        agencies=group.agencies,
        rung=rung_name(group.rung),
    )


def _what(group: PreviewGroup) -> Html:
    return what_name(group.what) if group.kind not in ("assignment", "relieved", "unsigned", "unit") else Html("")


def _left_out(one: PreviewLeftOut) -> Html:
    named = [
        say_n("{agency}{n}项", count, agency=escape(agency, 60)) if agency else say("牵头办、领导")
        for agency, count in one.agencies
    ]
    if one.reason == Reason.NOBODY and one.phones:
        named = [_phone(*phone) for phone in one.phones]
    return say("{reason}：{agencies}", reason=short_reason(one.reason), agencies=listed(named, limit=_AGENCIES))


def _phone(agency: str, name: str, number: str) -> Html:
    """县交通运输局（张伟 13900000001）; a number stands alone, so that a tap on it dials."""
    if not name:
        return say("{agency}（通讯录没有联系人）", agency=escape(agency, 60))
    if not number:
        return say("{agency}（{name}，没有电话）", agency=escape(agency, 60), name=escape(name, 20))
    return say("{agency}（{name} {number} ）", agency=escape(agency, 60), name=escape(name, 20), number=escape(number))


def _people(view: PreviewView, wave: PreviewWave) -> Message:
    keys, page = Keys(view.card_id, view.rev), page_of(len(wave.people), view.page, PER_PAGE)
    shown = wave.people[page.start : page.end]
    lines = [
        say_n("{name}（{places}）　{n}条事项", one.items, name=escape(one.name, 20), places=places(one))
        for one in shown
    ]
    head = [_when(wave), say_n("共{n}人，点名字看发给他的原文：", len(wave.people))]
    names = rows([keys.named(one.name, "yn", "text", view.number, one.person_id) for one in shown])
    turns = [
        keys.key("‹ 上一页", "yn", "people", view.number, page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "yn", "people", view.number, page.number + 1) if page.number + 1 < page.count else None,
    ]
    back = rows([keys.key("‹ 返回", "yn", "wave", view.number)])
    return Message(compose([Part(head, lines)]), (*names, *pager(page, turns), *back))


def places(one: PreviewPerson) -> Html:
    """The agencies and office roles somebody is written to for."""
    return listed([say(_PLACES[place]) if place in _PLACES else escape(place, 60) for place in one.places], limit=3)


def _text(view: PreviewView, wave: PreviewWave, person: PreviewPerson) -> Message:
    """The person's own message, word for word and in the person's language; its buttons as words."""
    keys = Keys(view.card_id, view.rev)
    head = say("发给{name}（{places}）：", name=escape(person.name, 20), places=places(person))
    back = rows([keys.key("‹ 返回名单", "yn", "people", view.number, view.page)])
    if view.message is None:
        return Message(compose([Part([_when(wave), head, say("到时没有要说的。")])]), back)
    with speaking(view.language):
        read = dues_message(replace(view.message, card_id=0, rev=0))
    buttons = "　".join(f"［{button.label}］" for row in read.buttons for button in row)
    opening = compose([Part([_when(wave), head])])
    body = read.text if len(visible(read.text)) <= _QUOTED else compose([Part([escape(visible(read.text), _QUOTED)])])
    return Message("\n\n".join((opening, body, escape(buttons))), back)


def _turns(view: PreviewView) -> tuple[Row, ...]:
    keys = Keys(view.card_id, view.rev)
    return rows(
        [
            keys.key("‹ 上一次", "yn", "wave", view.number - 1) if view.number else None,
            keys.key("下一次 ›", "yn", "wave", view.number + 1) if view.more else None,
        ]
    )
