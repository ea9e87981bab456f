"""One task of a plan under check: what was read, where it stands and why, and the buttons that correct it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.domain import editing
from bot.domain.model import Cadence, DutyRole
from bot.domain.planviews import PlanView
from bot.domain.reading import DeadlineReading, TaskReading
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, cut, escape, joined, plain, quote, say, visible
from bot.texts.message import Button, Message
from bot.texts.screens.doubts import question
from bot.texts.screens.plan_ask import undo_key
from bot.texts.screens.plan_tasks import PER_PAGE, duty_lines, limit_words, task_label
from bot.texts.screens.why import CADENCES, target_words, why
from bot.texts.wording import figure, role_word, short_day

_TASKS = 8
_BODY = 2000
_PIECE = 18
_CADENCES = (Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.HALF_YEARLY, Cadence.ONGOING)
_ROLES: Mapping[DutyRole, str] = {
    DutyRole.LEAD: N_("牵头"),
    DutyRole.SHARED: N_("分工负责"),
    DutyRole.PARTICIPANT: N_("参与"),
}


def task_message(view: PlanView, keys: Keys) -> Message:
    """The chosen task, or the part of it that is being corrected."""
    task = next(task for task in view.tasks if task.key == view.chosen)
    if view.activated_at is not None and view.part != "why":
        return Message(compose(_whole(view, task)), _home(view, task, keys))
    return _SHOWN.get(view.part, _all)(view, task, keys)


def _name(task: TaskReading) -> Html:
    return Html(f"<b>{joined((escape(task.number, 40), escape(task.title, 160)), ' ')}</b>")


def _whole(view: PlanView, task: TaskReading) -> list[Part]:
    lines = [_name(task)]
    if task.section:
        # A bare 一 or 1 is parted from its words; （一） is not.
        between = N_("、") if task.section_number[-1:].isalnum() else ""
        section = joined((escape(task.section_number, 20), escape(task.section, 80)), between)
        lines.append(say("　类别：{section}", section=section))
    lines += [*duty_lines(task), *_limits_said(task), *_targets_said(task)]
    asked = [question(line.doubt) for line in view.waiting if task.key in line.doubt.tasks]
    doubts = [say("❓ {question}", question=one) for one in asked]
    return [Part(lines), Part(doubts), Part(list(_text(task)))]


def _limits_said(task: TaskReading) -> Iterator[Html]:
    if not task.deadlines:
        yield say("　没有写时限")
    for deadline in task.deadlines:
        yield say("　时限：{words}", words=limit_words(deadline))


def _targets_said(task: TaskReading) -> Iterator[Html]:
    for target in task.targets:
        yield say("　指标：{words}", words=target_words(target))


def _text(task: TaskReading) -> Iterator[Html]:
    """The task's own text, and where it stands in the document."""
    if not task.body:
        return
    if task.source is None:
        yield say("原文：")
    elif task.source.place:
        yield say("原文（{place}）：", place=escape(task.source.place, 60))
    else:
        yield say("原文（第{line}行）：", line=task.source.line)
    yield quote(task.body, _BODY)


def _all(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    def part(label: str, name: str) -> Button:
        return keys.key(label, "pt", task.key, name, 0)

    others = len(view.tasks) > 1
    buttons = [
        keys.key("✏️ 标题", "pe", task.key, "title"),
        part(N_("👥 单位"), "duties"),
        part(N_("📅 时限"), "limits"),
        part(N_("🎯 指标"), "targets"),
        part(N_("🔗 合并"), "merge") if others else None,
        part(N_("✂️ 拆分"), "split") if editing.pieces(task) else None,
        part(N_("💡 为什么"), "why"),
        keys.key("🗑 去掉", "pe", task.key, "drop", style="danger") if others else None,
    ]
    home = _home(view, task, keys)
    return Message(compose(_whole(view, task)), (*rows(buttons), *home[:-1], *undo_key(view, keys), home[-1]))


def _home(view: PlanView, task: TaskReading, keys: Keys) -> tuple[Row, ...]:
    """The neighbours among the tasks listed, and back to the list."""
    listed_tasks = view.sorted_tasks(view.sort)
    listed_tasks = listed_tasks if task in listed_tasks else view.tasks
    at = listed_tasks.index(task)

    def turn(label: str, to: int) -> Button | None:
        there = 0 <= to < len(listed_tasks)
        return keys.key(label, "pt", listed_tasks[to].key, "all", 0) if there else None

    turns = rows([turn(N_("‹ 上一项"), at - 1), turn(N_("下一项 ›"), at + 1)])
    return (*turns, *rows([keys.key("‹ 返回", "pp", "tasks", at // PER_PAGE)]))


def _part(view: PlanView, task: TaskReading, keys: Keys, lines: list[Html], buttons: tuple[Row, ...]) -> Message:
    """A part of the task with its buttons, the undo and the way back to the task."""
    back = rows([keys.key("‹ 返回", "pt", task.key, "all", 0)])
    return Message(compose([Part([_name(task), *lines])]), (*buttons, *undo_key(view, keys), *back))


def _duties(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    held = [
        keys.named(f"{duty.agency}（{visible(role_word(duty.role))}）", "pt", task.key, "duty", at)
        for at, duty in enumerate(task.duties)
    ]
    new = [
        keys.named(plain(N_("＋ {role}"), role=plain(word)), "pe", task.key, "add", role.value)
        for role, word in _ROLES.items()
    ]
    said = say("点一个单位可以改，也可以再加。") if held else say("没有写责任单位，请加一个。")
    return _part(view, task, keys, [said], (*rows(held, 1), *rows(new)))


def _duty(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    if view.place >= len(task.duties):
        return _duties(view, task, keys)
    duty = task.duties[view.place]
    lines = [say("{agency}：{role}", agency=escape(duty.agency, 80), role=role_word(duty.role))]
    roles = [
        keys.named(plain(word), "pe", task.key, "role", view.place, role.value)
        for role, word in _ROLES.items()
        if role is not duty.role
    ]
    gone = keys.key("✖ 去掉", "pe", task.key, "remove", view.place)
    return _part(view, task, keys, lines, rows([*roles, gone]))


def _short(deadline: DeadlineReading) -> Html:
    """A time limit for a button: 12月31日, 每季度."""
    return short_day(deadline.on) if deadline.on else limit_words(replace(deadline, source=None))


def _limits(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    held = [
        (
            keys.named(f"✏️ {visible(_short(deadline))}", "pe", task.key, "limit", at),
            keys.key("✖ 去掉", "pe", task.key, "nolimit", at),
        )
        for at, deadline in enumerate(task.deadlines)
    ]
    cadences = {deadline.cadence for deadline in task.deadlines}
    round_again = [
        keys.named(plain(CADENCES[c]), "pe", task.key, "cadence", c.value) for c in _CADENCES if c not in cadences
    ]
    new = keys.key("＋ 加一个日子", "pe", task.key, "limit", "new")
    lines = list(_limits_said(task))
    return _part(view, task, keys, lines, (*held, *rows(round_again), (new,)))


def _targets(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    held = [
        (
            keys.named(f"✏️ {figure(target.value)}{target.unit}", "pe", task.key, "target", at),
            keys.key("✖ 去掉", "pe", task.key, "notarget", at),
        )
        for at, target in enumerate(task.targets)
    ]
    lines = list(_targets_said(task)) or [say("　没有写指标")]
    return _part(view, task, keys, lines, (*held, (keys.key("＋ 加指标", "pe", task.key, "target", "new"),)))


def _merge(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    """The neighbours first, then every other task by page."""
    at = view.tasks.index(task)
    before = view.tasks[at - 1] if at else None
    after = view.tasks[at + 1] if at + 1 < len(view.tasks) else None
    near = [
        keys.key(label, "pe", task.key, "merge", other.key) if other else None
        for label, other in ((N_("和上一项"), before), (N_("和下一项"), after))
    ]
    others = [other for other in view.tasks if other not in (before, task, after)]
    page = page_of(len(others), view.place, _TASKS)
    shown = [keys.named(task_label(view, o), "pe", task.key, "merge", o.key) for o in others[page.start : page.end]]
    back = keys.named("‹", "pt", task.key, "merge", page.number - 1) if page.number else None
    on = keys.named("›", "pt", task.key, "merge", page.number + 1) if page.number + 1 < page.count else None
    lines = [say("和哪一项合成一项？"), *_neighbours(before, after)]
    return _part(view, task, keys, lines, (*rows(near), *rows(shown), *pager(page, [back, on])))


def _neighbours(before: TaskReading | None, after: TaskReading | None) -> Iterator[Html]:
    for label, other in ((N_("　上一项：{task}"), before), (N_("　下一项：{task}"), after)):
        if other is not None:
            yield say(label, task=joined((escape(other.number, 40), escape(other.title, 80)), " "))


def _split(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    """Places where a second task may begin."""
    places = [
        keys.named(f"✂️ {cut(task.body[at:].strip(), _PIECE)}", "pe", task.key, "split", at)
        for at in editing.pieces(task)
    ]
    lines = [say("第二项从哪里开始？点一处，或打出那里开头的几个字。"), quote(task.body, _BODY)]
    return _part(view, task, keys, lines, rows(places, 1))


def _why(view: PlanView, task: TaskReading, keys: Keys) -> Message:
    back = rows([keys.key("‹ 返回", "pt", task.key, "all", 0)])
    return Message(compose([Part([say("💡 <b>为什么这样读</b>")], tuple(why(task)))]), back)


_SHOWN: Mapping[str, Callable[[PlanView, TaskReading, Keys], Message]] = {
    "all": _all,
    "duties": _duties,
    "duty": _duty,
    "limits": _limits,
    "targets": _targets,
    "merge": _merge,
    "split": _split,
    "why": _why,
}
