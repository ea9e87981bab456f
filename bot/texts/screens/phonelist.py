"""The phone list 电话催办单 and the list of what the limits held back, agency by agency."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.behalfviews import BehalfView, HeldDue, HeldEntry, Limits, PhoneDue, PhoneEntry
from bot.domain.model import Position
from bot.texts.buttons import Keys, Page, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, plain, say, say_n
from bot.texts.message import Message
from bot.texts.screens.reach import barrier_words
from bot.texts.wording import day, short_day, what_name

ACTION = "yb"
PER_PAGE = 5
_DUES = 6
_DAYS = 4
_POSITIONS = {Position.DEPUTY: N_("{name}（AB角）"), Position.HEAD: N_("{name}（负责人）")}


def phones_message(view: BehalfView, keys: Keys) -> Message:
    """Whom to phone; a tap on an agency leads to logging the answer."""
    page = page_of(len(view.phones), view.page, PER_PAGE)
    shown = view.phones[page.start : page.end]
    head = [say("☎️ <b>电话催办单</b>")]
    if view.phones:
        dues = sum(len(entry.dues) for entry in view.phones)
        head = [say_n("☎️ <b>电话催办单</b>　共{agencies}个单位{n}项", dues, agencies=len(view.phones))]
        head.append(say("打通后点单位名，登记答复。"))
    else:
        head.append(say("没有逾期的，也没有送不到的。"))
    parts = [Part(head), *(_entry(view, entry) for entry in shown)]
    named = [keys.key("📞 {agency}", ACTION, "agency", entry.agency_id, agency=entry.agency) for entry in shown]
    return Message(compose(parts), (*rows(named), *_turns(keys, page, "phones"), *_back(keys)))


def _entry(view: BehalfView, entry: PhoneEntry) -> Part:
    who = [_callee(one.name, one.phone, one.position) for one in entry.people]
    head = [Html(f"<b>{escape(entry.agency, 60)}</b>"), *(who or [say("（通讯录没有联系人）")])]
    if entry.barrier is not None:
        head.append(say("⚠️ 消息送不到：{why}", why=barrier_words(entry.barrier)))
    items = [_owed(view, due) for due in entry.dues[:_DUES]]
    return Part(head, items, left_out=len(entry.dues) - len(items))


def _callee(name: str, phone: str, position: Position) -> Html:
    """The number stands alone, so that a tap on it dials."""
    called = say(_POSITIONS.get(position, "{name}"), name=escape(name, 40))
    return joined((called, escape(phone) if phone else say("没有电话")), " ")


def _owed(view: BehalfView, due: PhoneDue) -> Html:
    when = say(N_("{day}已到期") if due.overdue else N_("{day}截止"), day=day(due.due_on, view.now.date()))
    plan = say("《{plan}》", plan=escape(due.plan, 30)) if due.plan else None
    name = joined((plan, escape(due.number or due.title, 40)), "")
    times = say_n("已催{n}次", due.reminded) if due.reminded else say("未催过")
    return Html(f"· {joined((name, what_name(due.what), when, times))}")


def held_message(view: BehalfView, keys: Keys) -> Message:
    """What was not sent because the agency had been reminded often enough."""
    page = page_of(len(view.held), view.page, PER_PAGE)
    shown = view.held[page.start : page.end]
    head = [say("⏸ <b>催报次数已满，没有再发的</b>"), *(_limits(one) for one in view.limits)]
    if not view.held:
        head.append(say("没有这样的情况。"))
    parts = [Part(head), *(_held(view, entry) for entry in shown)]
    still = [entry for entry in shown if entry.still_open]
    urge = [
        keys.key("🔔 仍要催{agency}", ACTION, "urge", entry.plan_id, entry.agency_id, agency=entry.agency)
        for entry in still
    ]
    return Message(compose(parts), (*rows(urge), *_turns(keys, page, "held"), *_back(keys)))


def _limits(one: Limits) -> Html:
    """上限：每单位每周3次、每季度12次."""
    parts = [
        say_n("每周{n}次", one.per_week) if one.per_week else None,
        say_n("每季度{n}次", one.per_quarter) if one.per_quarter else None,
    ]
    what = listed([part for part in parts if part]) or say("不限")
    plan = say("《{plan}》", plan=escape(one.plan, 40)) if one.plan else ""
    return say("{plan}每个单位的上限：{what}", plan=plan, what=what)


def _held(view: BehalfView, entry: HeldEntry) -> Part:
    plan = say("《{plan}》", plan=escape(entry.plan, 40)) if entry.plan else None
    head = joined((Html(f"<b>{escape(entry.agency, 60)}</b>"), plan))
    shown = entry.days[:_DAYS]
    items = [say("· {day}：{dues}", day=short_day(on), dues=_dues(dues)) for on, dues in shown]
    return Part([head], items, left_out=len(entry.days) - len(shown))


def _dues(dues: Sequence[HeldDue]) -> Html:
    by_what: dict[str, list[HeldDue]] = {}
    for due in dues:
        by_what.setdefault(due.what, []).append(due)
    return listed(
        [say("{what}{tasks}", what=what_name(what), tasks=listed(map(_named, mine))) for what, mine in by_what.items()],
        N_("；"),
    )


def _named(due: HeldDue) -> Html:
    name = escape(due.number or due.title, 30)
    return say("{name}（已报）", name=name) if due.answered else name


def _turns(keys: Keys, page: Page, stage: str) -> tuple[Row, ...]:
    before = keys.key("‹ 上一页", ACTION, "list", stage, page.number - 1) if page.number > 0 else None
    after = keys.key("下一页 ›", ACTION, "list", stage, page.number + 1) if page.number + 1 < page.count else None
    return pager(page, [before, after])


def _back(keys: Keys) -> tuple[Row, ...]:
    return rows([keys.named(plain("📞 代填"), ACTION, "list", "agencies", 0)])
