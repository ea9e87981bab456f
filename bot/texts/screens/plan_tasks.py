"""The tasks of a plan under check by page, all or of one sort, and those taken out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.model import DutyRole
from bot.domain.planviews import PlanView
from bot.domain.reading import DeadlineReading, TaskReading
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, cut, escape, joined, listed, plain, say
from bot.texts.message import Button, Message
from bot.texts.screens.plan_ask import undo_key
from bot.texts.screens.why import deadline_words
from bot.texts.wording import role_word, short_day

PER_PAGE = 5
_SORTS: Mapping[str, str] = {
    "all": N_("全部（{n}）"),
    "doubt": N_("有疑点（{n}）"),
    "agency": N_("没有单位（{n}）"),
    "limit": N_("没有时限（{n}）"),
}
_LABEL = 12


def tasks_message(view: PlanView, keys: Keys) -> Message:
    """Five tasks with a button each; 有疑点 is marked."""
    tasks = view.sorted_tasks(view.sort)
    page = page_of(len(tasks), view.page, PER_PAGE)
    shown = tasks[page.start : page.end]
    heads = [say("📋 <b>任务</b>　第{page}页，共{count}页", page=page.number + 1, count=page.count)]
    heads += [] if shown else [say("这一类没有任务。")]
    parts = [Part(heads), *(_task(task, task.key in view.doubtful) for task in shown)]
    before = keys.named("‹", "pp", "tasks", page.number - 1) if page.number else None
    after = keys.named("›", "pp", "tasks", page.number + 1) if page.number + 1 < page.count else None
    buttons = (
        *rows(_open(view, task, keys) for task in shown),
        *pager(page, [before, after]),
        *_sorts(view, keys),
        *undo_key(view, keys),
        *rows([keys.key("‹ 返回", "pp", "overview", 0)]),
    )
    return Message(compose(parts), buttons)


def task_label(view: PlanView, task: TaskReading) -> str:
    """A task on a button: its number, or its place in the plan where it has none."""
    return cut(task.number, _LABEL) or plain(N_("第{place}项"), place=view.tasks.index(task) + 1)


def _open(view: PlanView, task: TaskReading, keys: Keys) -> Button:
    mark = "❓ " if task.key in view.doubtful else ""
    return keys.named(f"{mark}{task_label(view, task)}", "pt", task.key, "all", 0)


def _sorts(view: PlanView, keys: Keys) -> tuple[Row, ...]:
    """Other sorts that hold tasks, and the tasks taken out."""
    if view.activated_at is not None:
        return ()
    counts = {sort: len(view.sorted_tasks(sort)) for sort in _SORTS}
    others = [
        keys.key(_SORTS[sort], "pf", sort, n=count)
        for sort, count in counts.items()
        if count and sort != view.sort and (sort == "all" or count < counts["all"])
    ]
    gone = keys.key("🗑 已去掉（{n}）", "pp", "dropped", 0, n=len(view.dropped)) if view.dropped else None
    return rows([*others, gone])


def _task(task: TaskReading, doubtful: bool) -> Part:
    name = joined((escape(task.number, 40), escape(task.title, 120)), " ")
    mark = "❓ " if doubtful else ""
    lines = [Html(f"{mark}<b>{name}</b>"), *duty_lines(task)]
    if task.deadlines:
        limits = [_limit(deadline) for deadline in task.deadlines]
        lines.append(say("　时限：{words}", words=listed(limits, N_("；"), 4)))
    if task.targets:
        texts = dict.fromkeys(target.text for target in task.targets)
        lines.append(say("　指标：{words}", words=listed(texts, N_("；"), 4)))
    return Part(lines)


def _limit(deadline: DeadlineReading) -> Html:
    """A time limit in the words of the text, or the day where a rule of the document or a hand gave it."""
    if deadline.source is not None and deadline.source.rule == "default" and deadline.on is not None:
        return say("{day}（文件统一规定）", day=short_day(deadline.on))
    return escape(deadline.text) if deadline.text else limit_words(deadline)


def limit_words(deadline: DeadlineReading) -> Html:
    """A time limit as the text has it with its day, or only the day or recurrence of one made by hand."""
    return deadline_words(deadline if deadline.source else replace(deadline, text=""))


def duty_lines(task: TaskReading) -> Iterator[Html]:
    """The agencies by role."""
    for role in DutyRole:
        names = task.agencies(role)
        if names:
            yield say("　{role}：{agencies}", role=role_word(role), agencies=listed(names))
    if not task.duties:
        yield say("　没有写责任单位")


def dropped_message(view: PlanView, keys: Keys) -> Message:
    """Tasks taken out, each with the button that brings it back."""
    page = page_of(len(view.dropped), view.page, PER_PAGE)
    shown = view.dropped[page.start : page.end]
    lines = [joined((escape(task.number, 40), escape(task.title, 120)), " ") for task in shown]
    part = Part([say("🗑 <b>已去掉的任务</b>　点一下就找回。")], lines or [say("没有去掉的任务。")])
    backs = [keys.key("↩️ {name}", "pe", t.key, "back", name=cut(t.number or t.title, _LABEL)) for t in shown]
    before = keys.named("‹", "pp", "dropped", page.number - 1) if page.number else None
    after = keys.named("›", "pp", "dropped", page.number + 1) if page.number + 1 < page.count else None
    turns = pager(page, [before, after])
    home = rows([keys.key("‹ 返回", "pp", "tasks", 0)])
    return Message(compose([part]), (*rows(backs), *turns, *undo_key(view, keys), *home))
