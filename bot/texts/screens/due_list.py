"""Several dues on one card: what is asked, by when, one line each, a button per task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.views import DueLine, DuesView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.markup import Html, Part, escape, joined, say, say_n
from bot.texts.screens.draft import ambiguous
from bot.texts.screens.due import last_words, opening_line
from bot.texts.wording import day, left, limit, reason_word, what_name

SHOWN = 8
_WITH_LAST = 3


def list_part(view: DuesView) -> tuple[Part, tuple[Row, ...]]:
    """The list and its buttons; what does not fit is reached by typing a task's number."""
    shown = view.lines[:SHOWN]
    numbered = ambiguous(view.lines)
    items = tuple(_item(view, line, at + 1 if numbered else 0) for at, line in enumerate(shown))
    foot = [say("点编号逐项上报，也可以直接打字说明。")]
    if len(view.lines) > SHOWN:
        foot.append(say("未列出的，请直接打出任务编号。"))
    part = Part(tuple(_head(view)), items, tuple(foot), len(view.lines) - len(shown))
    return part, _buttons(view, shown, numbered)


def _uniform(view: DuesView) -> bool:
    return len({(line.what, line.due_on, line.invited) for line in view.lines}) == 1


def _head(view: DuesView) -> Iterator[Html]:
    waiting = [line for line in view.lines if line.outstanding and not line.invited]
    first = min(waiting, key=lambda line: line.due_on, default=None)
    if _uniform(view) and first is not None:
        yield opening_line(view, first)
        yield say("截止：{limit}", limit=limit(first.due_on, view.now.date()))
    elif first is not None:
        when = left(first.due_on, view.now.date(), first.days_left)
        yield say_n("🔔 <b>您有{n}项待报</b>　最近一项{left}", len(waiting), left=when)
    elif all(line.invited for line in view.lines):
        yield opening_line(view, view.lines[0])
        yield say("贵单位是参与单位，可报可不报。如有情况，欢迎告知。")
    else:
        yield say("✅ <b>各项都已报完</b>，谢谢！")
    if len(_agencies(view)) == 1:
        yield say("您的单位：{agency}", agency=view.lines[0].agency)
    if any(line.late_on for line in view.lines):
        yield say("部分提醒因故晚发，请谅解。")


def _agencies(view: DuesView) -> set[str]:
    return {line.agency for line in view.lines}


def _item(view: DuesView, line: DueLine, order: int) -> Html:
    mark = say("{order}.", order=order) if order else None
    name = joined((mark, _state(line), escape(line.number, 40), escape(line.title, 60)), " ")
    # Many tasks at once: what was said last is on each task's own card.
    last = last_words(line.last) if line.last and len(view.lines) <= _WITH_LAST else None
    below = joined((_below(view, line), last))
    return Html(f"{name}\n　{below}") if below else name


def _state(line: DueLine) -> Html | None:
    if line.returned_reason:
        return say("↩️ 已退回（{reason}）", reason=reason_word(line.returned_reason))
    return None if line.outstanding else Html("✅")


def _below(view: DuesView, line: DueLine) -> Html:
    """What sets this line apart from the others."""
    agency = escape(line.agency) if len(_agencies(view)) > 1 else None
    if _uniform(view):
        return joined((agency,))
    if line.invited:
        return joined((agency, what_name(line.what), say("欢迎参与")))
    late = line.outstanding and line.due_on < view.now.date()
    on = day(line.due_on, view.now.date())
    when = say("{day}已到期", day=on) if late else say("{day}截止", day=on)
    return joined((agency, what_name(line.what), when))


def _buttons(view: DuesView, shown: Sequence[DueLine], numbered: bool) -> tuple[Row, ...]:
    keys = Keys(view.card_id, view.rev)
    return rows([keys.named(_label(at, line, numbered), "f", at) for at, line in enumerate(shown)], 3)


def _label(at: int, line: DueLine, numbered: bool) -> str:
    return f"{at + 1}. {line.number}" if numbered else line.number
