"""为什么: which agency, which due, and then each reminder of it with its fate."""

from __future__ import annotations

from datetime import date

from bot.domain.whyviews import WhyDue, WhyRung, WhyView
from bot.texts.buttons import Keys, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, say, say_n
from bot.texts.message import Message
from bot.texts.reasons import rung_name
from bot.texts.whywords import fate, head_of, rule_line, rung_line
from bot.texts.wording import day, limit, role_word

_AGENCIES, _DUES = 10, 5
_LABEL = 14


def why_message(view: WhyView) -> Message:
    """The card in its stage."""
    if view.stage == "one":
        return _one(view, view.dues[0])
    return _list(view) if view.stage == "list" else _ask(view)


def _ask(view: WhyView) -> Message:
    keys, page = Keys(view.card_id, view.rev), page_of(len(view.choices), view.page, _AGENCIES)
    head = [say("❓ <b>为什么提醒、为什么没提醒</b>"), say("请点一个单位，或直接打字，如“为什么没发给某某局”。")]
    shown = view.choices[page.start : page.end]
    named = rows([keys.named(name, "yw", "agency", agency_id) for agency_id, name in shown])
    turns = [
        keys.key("‹ 上一页", "yw", "ask", page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "yw", "ask", page.number + 1) if page.number + 1 < page.count else None,
    ]
    return Message(compose([Part(head)]), (*named, *pager(page, turns)))


def _list(view: WhyView) -> Message:
    keys, page = Keys(view.card_id, view.rev), page_of(len(view.dues), view.page, _DUES)
    agency = view.choices[0][1]
    shown, today = view.dues[page.start : page.end], view.now.date()
    head = [say("❓ <b>{agency}</b>", agency=escape(agency, 60))]
    head.append(say_n("近期{n}项，点开看每一次：", len(view.dues)) if shown else say("近期没有这个单位的提醒。"))
    items = [_short(place, due, today) for place, due in enumerate(shown, page.start + 1)]
    named = rows(
        [
            keys.named(_label(at, due), "yw", "due", due.task_id, due.what.replace(":", "~"))
            for at, due in enumerate(shown, page.start + 1)
        ],
        5,
    )
    turns = [
        keys.key("‹ 上一页", "yw", "list", page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", "yw", "list", page.number + 1) if page.number + 1 < page.count else None,
    ]
    other = None if view.own else keys.key("‹ 换个单位", "yw", "ask", 0)
    return Message(compose([Part(head, items)]), (*named, *pager(page, turns), *rows([other])))


def _label(place: int, due: WhyDue) -> str:
    return f"{place}. {due.number}"[:_LABEL].rstrip(". ")


def _short(place: int, due: WhyDue, today: date) -> Html:
    """A due in two lines: its name and day, then what happened last and what comes."""
    ends = say("{day}截止", day=day(due.due_on, today)) if due.due_on else None
    name = joined((head_of(due), ends))
    lines = [Html(f"{place}. {name}")]
    newest = due.last or due.next or due.rungs[-1]
    lines.append(Html(f"　{_stated(newest, today)}"))
    return Html("\n".join(lines))


def _stated(rung: WhyRung, today: date) -> Html:
    return joined((day(rung.on, today), rung_name(rung.rung, rung.audience), fate(rung)))


def _one(view: WhyView, due: WhyDue) -> Message:
    keys, today = Keys(view.card_id, view.rev), view.now.date()
    head = [say("❓ <b>{name}</b>", name=head_of(due))]
    role = say("（{role}）", role=role_word(due.role)) if due.role else None
    ends = say("截止：{limit}", limit=limit(due.due_on, today, due.closes_at)) if due.due_on else None
    head += [joined((joined((escape(due.agency, 60), role), ""), ends))] if due.agency or ends else []
    head += [line for line in [rule_line(due)] if line]
    back = keys.key(N_("‹ 返回清单"), "yw", "list", view.page)
    parts = [Part(head), Part([], [rung_line(rung, today) for rung in due.rungs]), Part([coming_line(due, today)])]
    return Message(compose(parts), rows([back]))


def coming_line(due: WhyDue, today: date) -> Html:
    """接下来：10月12日（周三）截止当天，发给李水利; or that nothing more comes as things stand."""
    if due.next is None:
        return say("接下来：按现在的情况，没有要发的了。")
    return say("接下来：{rung}", rung=rung_line(due.next, today))
