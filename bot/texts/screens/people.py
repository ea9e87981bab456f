"""Who speaks for the agencies: the coordinator's card 人员, by agency and by person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from bot.domain.model import Position
from bot.domain.peopleviews import AgencyPeople, GoneLine, PeopleView, PersonLine, Trouble
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n
from bot.texts.message import Button, Message
from bot.texts.wording import day

PER_PAGE = 5
_NAME, _AGENCY = 30, 60
_PEOPLE = 6
POSITIONS: Mapping[Position, str] = {
    Position.CONTACT: N_("联络员"),
    Position.DEPUTY: N_("AB角"),
    Position.HEAD: N_("负责人"),
}
_TROUBLES: Mapping[Trouble, str] = {
    Trouble.NOBODY: N_("⚠️ 没有联络员"),
    Trouble.UNREACHABLE: N_("⚠️ 都收不到消息"),
    Trouble.UNCOVERED: N_("⚠️ 请假期间没有人代"),
    Trouble.NOT_ENTERED: N_("⚠️ 有人还没有进入"),
}
_NOTES: Mapping[str, str] = {
    "leave_set": N_("✅ 请假已登记。"),
    "returned": N_("✅ 已销假，恢复发给本人。"),
    "changed": N_("✅ 已改好。"),
    "added": N_("✅ 已登记；还没进入的，邀请链接请转给本人。"),
    "left": N_("✅ 已离任，权限即时停止，没报的事项转给现在的接收人。"),
    "handed_over": N_("✅ 已移交，原联络员权限即时停止，没报的事项由接手人收到。"),
}
_ASKED: Mapping[str, str] = {
    "away": N_("请写从哪天到哪天，例如：6月3日到6月10日，或：到下周五。"),
    "name": N_("请写正确的姓名。"),
    "phone": N_("请写新的电话号码。"),
    "successor": N_("请写接手人的姓名和手机，例如：李四 13800000000。"),
    "contact": N_("请写联络员的姓名和手机，例如：李四 13800000000。"),
    "deputy": N_("请写AB角的姓名和手机，例如：李四 13800000000。"),
    "head": N_("请写负责人的姓名和手机，例如：李四 13800000000。"),
}


def people_message(view: PeopleView) -> Message:
    """The card in the stage it is in."""
    if view.stage == "moved":
        return Message(say("✏️ 您打的字已收到，请看下面。"))
    if view.stage == "gone":
        return _gone(view)
    if view.stage == "proposal":
        return _proposal(view)
    if view.agency is None:
        return _list(view)
    if view.stage == "ask":
        return _ask(view, view.agency)
    if view.person is None:
        return _agency(view, view.agency)
    if view.stage in ("leaving", "successor"):
        return _parting(view, view.agency, view.person)
    return _person(view, view.agency, view.person)


def _list(view: PeopleView) -> Message:
    keys, page = Keys(view.card_id, view.rev), page_of(len(view.agencies), view.page, PER_PAGE)
    shown = view.agencies[page.start : page.end]
    head = [say_n("👥 <b>人员</b>　{n}个单位", len(view.agencies))]
    if view.only_trouble:
        head = [say_n("👥 <b>需要处理</b>　{n}个单位", len(view.agencies))]
    elif view.in_trouble:
        head.append(say_n("需要处理的有{n}个单位。", view.in_trouble))
    parts = [Part(head), *(Part([_title(one)], _lines(one, view.today)) for one in shown)]
    other = keys.key("看全部单位", "yo", "show", "all") if view.only_trouble else None
    if other is None and view.in_trouble:
        other = keys.key("⚠️ 需要处理", "yo", "show", "todo")
    turns = [
        keys.key("‹ 上一页", "yo", "list", page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "yo", "list", page.number + 1) if page.number + 1 < page.count else None,
    ]
    if not view.agencies:
        parts.append(Part([say("✅ 没有需要处理的单位。") if view.only_trouble else say("还没有单位，请先发计划。")]))
    chosen = rows(keys.named(one.name, "yo", "ag", one.agency_id) for one in shown)
    return Message(compose(parts), (*chosen, *pager(page, turns), *rows([other])))


def _title(one: AgencyPeople) -> Html:
    trouble = say(_TROUBLES[one.trouble]) if one.trouble else None
    return joined((say("<b>{agency}</b>", agency=escape(one.name, _AGENCY)), trouble))


def _lines(one: AgencyPeople, today: date) -> tuple[Html, ...]:
    lines = [_line(person, today) for person in one.people[:_PEOPLE]]
    rest = len(one.people) - _PEOPLE
    return (*lines, say_n("……另有{n}人", rest)) if rest > 0 else tuple(lines)


def _line(one: PersonLine, today: date) -> Html:
    """李水利　联络员　现接收."""
    state = tuple(_state(one, today))
    return joined((escape(one.name, _NAME), say(POSITIONS[one.position]), listed(state) if state else None))


def _state(one: PersonLine, today: date) -> Iterator[Html]:
    if not one.entered:
        yield say("未进入")
    elif not one.reachable:
        yield say("已停用")
    if one.away_until_on is not None:
        yield leave_words(one.away_from_on, one.away_until_on, today)
    if one.asked:
        yield say("现接收")


def leave_words(from_on: date | None, until_on: date, today: date) -> Html:
    """请假至6月10日（周一）; a leave to come with its first day."""
    if from_on is not None and from_on > today:
        return say("{day}起请假至{until}", day=day(from_on, today), until=day(until_on, today))
    return say("请假至{until}", until=day(until_on, today))


def _agency(view: PeopleView, one: AgencyPeople) -> Message:
    keys = Keys(view.card_id, view.rev)
    head = [joined((say("👥"), _title(one)), " ")]
    lines = tuple(joined((_line(person, view.today), escape(person.phone, 40))) for person in one.people)
    foot = [say("点姓名办理请假、移交、离任。")] if one.people else []
    people = rows(keys.named(person.name, "yo", "p", person.contact_id) for person in one.people[: 2 * PER_PAGE])
    new = [
        keys.key("＋ 联络员", "yo", "ask", "contact"),
        keys.key("＋ AB角", "yo", "ask", "deputy"),
        keys.key("＋ 负责人", "yo", "ask", "head"),
    ]
    text = compose([*_note(view), Part(head, lines, foot)])
    return Message(text, (*people, *rows([*new, keys.key("‹ 全部单位", "yo", "up")])))


def _note(view: PeopleView) -> list[Part]:
    return [Part([say(_NOTES[view.note])])] if view.note in _NOTES else []


def _who(one: PersonLine, agency: AgencyPeople, today: date) -> list[Html]:
    facts = tuple(_state(one, today))
    return [
        joined((say("👤 <b>{name}</b>", name=escape(one.name, _NAME)), escape(one.phone, 40))),
        joined((escape(agency.name, _AGENCY), say(POSITIONS[one.position]))),
        *([listed(facts)] if facts else []),
    ]


def _person(view: PeopleView, agency: AgencyPeople, one: PersonLine) -> Message:
    keys = Keys(view.card_id, view.rev)
    return Message(compose([*_note(view), Part(_who(one, agency, view.today))]), _acts(keys, agency, one))


def _acts(keys: Keys, agency: AgencyPeople, one: PersonLine) -> tuple[Row, ...]:
    """What can be done about somebody; the last row leads back."""
    contacts = [other for other in agency.people if other.position is Position.CONTACT]
    others = [keys.key(_MAKE[position], "yo", "as", position) for position in Position if position is not one.position]
    first = keys.key("⭐ 设为主联络员", "yo", "first") if contacts[:1] != [one] else None
    back = keys.key("✅ 已回来", "yo", "back") if one.away_until_on else None
    acts: list[Button | None] = [
        keys.key("🏖 请假", "yo", "ask", "away"),
        back,
        first if one.position is Position.CONTACT else None,
        *others,
        keys.key("🔗 重新邀请", "yo", "link"),
        keys.key("改姓名", "yo", "ask", "name"),
        keys.key("改电话", "yo", "ask", "phone"),
        keys.key("🔁 移交", "yo", "hand"),
        keys.key("离任", "yo", "leave", style="danger"),
        keys.key("‹ 返回", "yo", "up"),
    ]
    return rows(acts)


_MAKE: Mapping[Position, str] = {
    Position.CONTACT: N_("设为联络员"),
    Position.DEPUTY: N_("设为AB角"),
    Position.HEAD: N_("设为负责人"),
}


def _parting(view: PeopleView, agency: AgencyPeople, one: PersonLine) -> Message:
    """Asked before somebody's rights end: whether, or who takes over."""
    keys = Keys(view.card_id, view.rev)
    who = _who(one, agency, view.today)
    stop = keys.key("✖ 不办了", "yo", "up")
    if view.stage == "leaving":
        ask = say("点“确认离任”，本人在这个单位的权限立即停止，没报的事项转给现在的接收人。")
        return Message(
            compose([Part(who), Part([ask])]), rows([keys.key("确认离任", "yo", "gone", style="danger"), stop])
        )
    others = [other for other in agency.people if other.contact_id != one.contact_id]
    ask = say("移交给谁？点一下就生效：原来的权限立即停止，没报的事项由接手人收到一条。")
    chosen = rows(keys.named(other.name, "yo", "to", other.contact_id) for other in others[: 2 * PER_PAGE])
    new = keys.key("＋ 新来的同志", "yo", "ask", "successor")
    return Message(compose([Part(who), Part([ask])]), (*chosen, *rows([new, stop])))


def _ask(view: PeopleView, agency: AgencyPeople) -> Message:
    keys = Keys(view.card_id, view.rev)
    head = _who(view.person, agency, view.today) if view.person else [_title(agency)]
    text = compose([Part(head), Part([say(_ASKED.get(view.ask, _ASKED["contact"]))])])
    return Message(text, rows([keys.key("✖ 不办了", "yo", "up")]))


def _gone(view: PeopleView) -> Message:
    """仍在名单里但新通讯录没有."""
    keys = Keys(view.card_id, view.rev)
    page = page_of(len(view.gone), view.page, PER_PAGE)
    shown = view.gone[page.start : page.end]
    open_ones = [one for one in view.gone if not one.settled]
    head = [say("👥 <b>仍在名单里，但新通讯录没有</b>")]
    head.append(say_n("还有{n}人请您定：离任，还是保留。", len(open_ones)) if open_ones else say("✅ 都处理好了。"))
    lines = tuple(_gone_line(one, view.today) for one in shown)
    buttons: list[Row] = []
    for one in shown:
        if not one.settled:
            about = one.person.contact_id
            left = keys.key("{name}离任", "yo", "gl", about, name=one.person.name)
            kept = keys.key("{name}保留", "yo", "gk", about, name=one.person.name)
            buttons += rows([left, kept])
    turns = [
        keys.key("‹ 上一页", "yo", "gp", page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "yo", "gp", page.number + 1) if page.number + 1 < page.count else None,
    ]
    return Message(compose([Part(head, lines)]), (*buttons, *pager(page, turns)))


def _gone_line(one: GoneLine, today: date) -> Html:
    outcome = {"left": say("已离任"), "kept": say("保留")}.get(one.settled)
    return joined((escape(one.agency, _AGENCY), _line(one.person, today), outcome))


def _proposal(view: PeopleView) -> Message:
    """A contact wants a deputy nobody knows yet."""
    keys = Keys(view.card_id, view.rev)
    name, phone = view.proposed
    head = [
        joined((say("👥 <b>申请登记AB角</b>"), *(escape(one.name, _AGENCY) for one in view.agencies))),
        say("{by}请{who}代理。", by=escape(view.by, _NAME), who=escape(name, _NAME)),
        *([escape(phone, 40)] if phone else []),
    ]
    if view.decided:
        done = say("✅ 已登记，邀请链接请转给本人。") if view.decided == "granted" else say("✖ 没有登记，已告知对方。")
        return Message(compose([Part([*head, done])]))
    yes = keys.key("✅ 同意登记", "yo", "yes", style="success")
    return Message(compose([Part(head)]), rows([yes, keys.key("不同意", "yo", "no")]))
