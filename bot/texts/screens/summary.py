"""A summary's card: the whole, by agency, by task, down to the reports behind a line."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain import periods
from bot.domain.summary import AgencyLine, ReportLine, Summary, TaskLine
from bot.domain.views import SummaryView
from bot.texts.buttons import Keys, Page, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import (
    CAPTION_ROOM,
    TEXT_ROOM,
    Html,
    Part,
    compose,
    cut,
    escape,
    joined,
    listed,
    quote,
    say,
    say_n,
)
from bot.texts.message import Message
from bot.texts.screens.figures import overview, summary_keys, title_line
from bot.texts.wording import moment, period_button, status_word

TASKS = 5
AGENCIES = 6
REPORTS = 5
_REVIEWS = {"accepted": N_("已认可"), "returned": N_("已退回"), "unreviewed": N_("无人复核")}


def summary_message(view: SummaryView) -> Message:
    """The card in its mode; a caption has less room than a message."""
    keys, room = Keys(view.card_id, view.rev), CAPTION_ROOM if view.with_picture else TEXT_ROOM
    parts, buttons = _MODES.get(view.mode, _whole)(view, keys)
    return Message(compose(parts, room), buttons)


def _whole(view: SummaryView, keys: Keys) -> tuple[list[Part], tuple[Row, ...]]:
    return list(overview(view.summary)), (*summary_keys(keys), *_period_keys(keys, view.summary))


def _period_keys(keys: Keys, summary: Summary) -> tuple[Row, ...]:
    others = [period for period in (*periods.quarters(summary.year), str(summary.year)) if period != summary.period]
    return rows([keys.named(period_button(period), "sp", period) for period in others], 4)


def _agencies(view: SummaryView, keys: Keys) -> tuple[list[Part], tuple[Row, ...]]:
    lines = view.summary.agencies
    page = page_of(len(lines), view.page, AGENCIES)
    shown = lines[page.start : page.end]
    items = tuple(_agency_line(line) for line in shown)
    head = [title_line(view.summary), *(() if lines else [say("本期还没有单位要报。")])]
    named = [keys.named(cut(line.agency, 14), "sm", "agency", line.agency_id, 0) for line in shown]
    return [Part(head), Part((), items)], (*rows(named), *_turns(keys, page, "agencies", 0), *_back(keys))


def _agency_line(line: AgencyLine) -> Html:
    told = say(
        "应报{owed}、已报{reported}、按时{on_time}", owed=line.owed, reported=line.reported, on_time=line.on_time
    )
    missing = say("未报：{tasks}", tasks=listed(line.missing_tasks, limit=8)) if line.missing_tasks else None
    return Html("\n　".join(piece for piece in (joined((escape(line.agency), told)), missing) if piece))


def _agency(view: SummaryView, keys: Keys) -> tuple[list[Part], tuple[Row, ...]]:
    line = next((line for line in view.summary.agencies if line.agency_id == view.chosen), None)
    if line is None:
        return _agencies(view, keys)
    tasks = [task for task in view.summary.tasks if line.agency in task.owing]
    page = page_of(len(tasks), view.page, TASKS)
    shown = tasks[page.start : page.end]
    items = tuple(_task_of_agency(task, line.agency) for task in shown)
    phone = [say("联系电话：{phone}", phone=line.phone)] if line.phone else []
    head = [title_line(view.summary), _agency_line(line), *phone]
    turns = _turns(keys, page, "agency", line.agency_id)
    return [Part(head), Part((), items)], (*_task_keys(keys, shown), *turns, *_back(keys, "agencies"))


def _task_of_agency(task: TaskLine, agency: str) -> Html:
    said = next((report for report in reversed(task.reports) if report.agency == agency), None)
    silent = agency in task.missing
    word = status_word(said.status if said and not silent else None)
    return Html(f"{_name(task)}\n　{word}")


def _tasks(view: SummaryView, keys: Keys) -> tuple[list[Part], tuple[Row, ...]]:
    page = page_of(len(view.summary.tasks), view.page, TASKS)
    shown = view.summary.tasks[page.start : page.end]
    items = tuple(_task_line(task) for task in shown)
    turns = _turns(keys, page, "tasks", 0)
    return [Part([title_line(view.summary)]), Part((), items)], (*_task_keys(keys, shown), *turns, *_back(keys))


def _task_line(task: TaskLine) -> Html:
    missing = say("未报：{agencies}", agencies=listed(task.missing, limit=4)) if task.missing else None
    if task.status is None and not task.owing:
        return Html(f"{_name(task)}\n　{say('本期不用报')}")
    word = status_word(task.status) if task.status else None
    return Html(f"{_name(task)}\n　{joined((word, missing)) or status_word(None)}")


def _task(view: SummaryView, keys: Keys) -> tuple[list[Part], tuple[Row, ...]]:
    task = next((task for task in view.summary.tasks if task.task_id == view.chosen), None)
    if task is None:
        return _tasks(view, keys)
    page = page_of(len(task.reports), view.page, REPORTS)
    head = [title_line(view.summary), Html(f"<b>{_name(task)}</b>")]
    if task.missing:
        head.append(say("× 未报：{agencies}", agencies=listed(task.missing)))
    if not task.reports:
        head.append(say("本期还没有单位报送。"))
    room = 250 if view.with_picture else 500
    parts = [Part((), (_report(report, room),)) for report in task.reports[page.start : page.end]]
    return [Part(head), *parts], (*_turns(keys, page, "task", task.task_id), *_back(keys, "tasks"))


def _report(report: ReportLine, room: int) -> Html:
    return Html("\n".join(_report_lines(report, room)))


def _report_lines(report: ReportLine, room: int) -> Iterator[Html]:
    percent = say("{percent}%", percent=report.percent) if report.percent is not None else None
    yield joined((escape(report.agency), status_word(report.status), percent))
    if report.words:
        yield quote(report.words, room)
    if report.difficulty and report.difficulty not in report.words:
        yield say("困难：{difficulty}", difficulty=escape(report.difficulty, room))
    yield joined((say("编号{number}", number=report.number), escape(report.sender), moment(report.at)))
    marks = [
        say(_REVIEWS.get(report.review, N_("待审核"))),
        say("迟报") if report.late else None,
        say("电话代填") if report.on_behalf else None,
        say_n("佐证{n}件", report.evidence) if report.evidence else None,
    ]
    yield joined(marks, N_("、"))


def _name(task: TaskLine) -> Html:
    return joined((escape(task.number, 40), escape(task.title, 40)), " ")


def _task_keys(keys: Keys, tasks: tuple[TaskLine, ...] | list[TaskLine]) -> tuple[Row, ...]:
    named = [keys.named(task.number or cut(task.title, 12), "sm", "task", task.task_id, 0) for task in tasks]
    return rows(named, 3)


def _turns(keys: Keys, page: Page, mode: str, chosen: int) -> tuple[Row, ...]:
    before = keys.named("‹", "sm", mode, chosen, page.number - 1) if page.number else None
    here = keys.named(f"{page.number + 1}/{page.count}", "sm", mode, chosen, page.number)
    after = keys.named("›", "sm", mode, chosen, page.number + 1) if page.number + 1 < page.count else None
    return pager(page, [b for b in (before, here, after) if b])


def _back(keys: Keys, mode: str = "all") -> tuple[Row, ...]:
    return rows([keys.key("‹ 返回", "sm", mode, 0, 0)])


_MODES = {"all": _whole, "agencies": _agencies, "agency": _agency, "tasks": _tasks, "task": _task}
