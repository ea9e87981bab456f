"""Several dues on one card: what is asked, by when, one line each, a button per task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.views import DueLine, DuesView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, escape, joined, listed, say, say_n
from bot.texts.screens.draft import ambiguous
from bot.texts.screens.due import because, last_words, moved_by_pause, opening_line, urged_line, why_key
from bot.texts.wording import day, limit, reason_word, urgency, what_name

TITLED = 8
BUTTONS = 24
_WITH_LAST = 3
_PER_ROW = 3


def list_part(view: DuesView) -> tuple[Part, tuple[Row, ...]]:
    """The list and its buttons: titles of the first tasks, numbers of the rest, invitations in one line."""
    own = [(at, line) for at, line in enumerate(view.lines) if not line.invited]
    own.sort(key=lambda place: not place[1].outstanding)
    invited = [(at, line) for at, line in enumerate(view.lines) if line.invited]
    numbered = ambiguous(view.lines)
    titled, rest = own[:TITLED] or invited[:TITLED], own[TITLED:]
    items = tuple(_item(view, line, _label(at, line, numbered)) for at, line in titled)
    foot = [*_rest(rest, numbered), *(_invited(invited, numbered) if own else ()), *_hint(view)]
    foot += because(view, *view.lines)
    return Part(tuple(_head(view)), items, tuple(foot)), _buttons(view, [*own, *invited], numbered)


def _label(at: int, line: DueLine, numbered: bool) -> str:
    """The task's number; with the line's place before it where numbers alone would not tell the lines apart."""
    return f"{at + 1}. {line.number}".strip() if numbered else line.number


def _rest(rest: Sequence[tuple[int, DueLine]], numbered: bool) -> Iterator[Html]:
    if rest:
        labels = [_label(at, line, numbered) for at, line in rest]
        yield say_n("还有{n}项：{tasks}", len(rest), tasks=listed(labels, limit=40))


def _invited(invited: Sequence[tuple[int, DueLine]], numbered: bool) -> Iterator[Html]:
    if invited:
        labels = [_label(at, line, numbered) for at, line in invited]
        yield say("🤝 另有参与的任务，欢迎提供情况：{tasks}", tasks=listed(labels, limit=40))


def _hint(view: DuesView) -> Iterator[Html]:
    yield say("请点编号逐项上报，也可以直接打字说明。")
    if len(view.lines) > BUTTONS:
        yield say("没有按钮的，请直接打出任务编号。")


def _owed(view: DuesView) -> list[DueLine]:
    return [line for line in view.lines if not line.invited]


def _uniform(view: DuesView) -> bool:
    """Whether what is asked and the due day can be said once for all lines."""
    return len({(line.what, line.due_on, line.planned_on) for line in _owed(view) or view.lines}) == 1


def _head(view: DuesView) -> Iterator[Html]:
    waiting = [line for line in _owed(view) if line.outstanding]
    if any(line.rung.startswith("N") for line in waiting):
        yield urged_line()
    first = min(waiting, key=lambda line: line.due_on, default=None)
    if first is not None and _uniform(view):
        yield opening_line(view, first)
        yield say("截止：{limit}", limit=limit(first.due_on, view.now.date(), first.closes_at))
        if moved := moved_by_pause(view, first):
            yield moved
    elif first is not None:
        when = urgency(first.due_on, view.now.date(), first.days_left, first.closes_at)
        yield say_n("🔔 <b>您有{n}项待报</b>　最近一项{left}", len(waiting), left=when)
    elif not _owed(view) and any(line.outstanding for line in view.lines):
        yield opening_line(view, next(line for line in view.lines if line.outstanding))
        yield say("贵单位是参与单位，可报可不报。如有情况，欢迎告知。")
    else:
        yield say("✅ <b>各项都已报完</b>，谢谢！")
    if any(line.rung.startswith("H") for line in view.lines):
        yield say("由原联络员移交给您，请接着报。")
    if len(_agencies(view)) == 1:
        yield say("您的单位：{agency}", agency=view.lines[0].agency)
    if any(line.late_on for line in view.lines):
        yield say("部分提醒因故晚发，请谅解。")


def _agencies(view: DuesView) -> set[str]:
    return {line.agency for line in view.lines}


def _item(view: DuesView, line: DueLine, label: str) -> Html:
    name = joined((escape(label, 40), escape(line.title, 60), _state(line)), " ")
    # Many tasks at once: what was said last is on each task's own card.
    last = last_words(line.last) if line.last and len(view.lines) <= _WITH_LAST else None
    below = joined((_below(view, line), last))
    return Html(f"{name}\n　{below}") if below else name


def _state(line: DueLine) -> Html | None:
    if line.returned_reason:
        return say("［退回：{reason}］", reason=reason_word(line.returned_reason))
    return None if line.outstanding else say("［已报］")


def _below(view: DuesView, line: DueLine) -> Html:
    """What sets this line apart from the others."""
    agency = escape(line.agency) if len(_agencies(view)) > 1 else None
    plan = say("《{plan}》", plan=escape(line.plan, 60)) if line.plan else None
    if _uniform(view):
        return joined((plan, agency))
    late = line.outstanding and line.due_on < view.now.date()
    when = say(N_("{day}已到期") if late else N_("{day}截止"), day=day(line.due_on, view.now.date()))
    moved = None if line.invited else moved_by_pause(view, line)
    return joined((plan, agency, what_name(line.what), None if line.invited else when, moved), "　")


def _buttons(view: DuesView, lines: Sequence[tuple[int, DueLine]], numbered: bool) -> tuple[Row, ...]:
    keys = Keys(view.card_id, view.rev)
    named = rows([keys.named(_label(at, line, numbered), "f", at) for at, line in lines[:BUTTONS]], _PER_ROW)
    reminded = any(line.rung for line in view.lines)
    return (*named, *rows([why_key(keys, view) if reminded or view.why else None]))
