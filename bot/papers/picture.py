"""The leader's picture: one Summary as a PNG 1080 pixels wide that can be read on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.domain.summary import Attention, Cell, CellState, Light, Summary, TaskLine
from bot.papers.plain import columns, one_line, shorten
from bot.papers.press import print_png
from bot.papers.words import SYMBOLS, Words, day_words, moment_words, period_heading, period_words, words

MOST_ROWS = 16
"""Rows of the table at most: a photo higher than about 2,560 pixels is scaled down on its way to the phone."""
_MOST_ATTENTION = 3
_HEAD_COLUMNS = 42
_TITLE_COLUMNS = 52
_ROW_COLUMNS = 50
_WHY_COLUMNS = 54
_DETAIL_COLUMNS = 64
_NUMBER_COLUMNS = 12
_URGENCY = {Light.RED: 0, Light.YELLOW: 1, Light.NONE: 2, Light.GREEN: 3}


def summary_png(summary: Summary, language: str = "zh") -> bytes:
    """The phone sheet: figures, what to look at, then task by quarter with a symbol and a colour in each cell."""
    return print_png("summary.typ", sheet(summary, language))


def sheet(summary: Summary, language: str) -> dict[str, object]:
    """Everything the template shows, already in words."""
    vocabulary = words(language)
    rows = _chosen(summary.tasks)
    left_out = len(summary.tasks) - len(rows)
    periods = _periods(summary.tasks)
    return {
        "title": _fitting(summary.title, 2 * _HEAD_COLUMNS),
        "period": period_words(summary.period, language),
        "as_of": vocabulary["as_of"].format(at=moment_words(summary.as_of, language)),
        "due": vocabulary["due_on"].format(on=day_words(summary.due_on, language)),
        "figures": _figures(summary, language),
        "statuses": _statuses(summary, language),
        "attention_head": vocabulary["attention" if summary.attention else "attention_none"],
        "attention": [_attention(a, language) for a in summary.attention[:_MOST_ATTENTION]],
        "heads": [vocabulary["number"], vocabulary["task"]],
        "periods": [{"name": period_heading(p, language), "now": p == summary.period} for p in periods],
        "rows": [_row(task, periods) for task in rows],
        "more": vocabulary["more_rows"].format(n=left_out) if left_out else "",
        "empty": "" if rows else vocabulary["no_tasks"],
        "notes": [vocabulary["colours"], vocabulary["partial_note"]],
    }


def _figures(summary: Summary, language: str) -> list[dict[str, str]]:
    """应报, 已报, 未报, 按时: the four figures, red only where something is missing."""
    vocabulary = words(language)
    shown = (
        ("owed", summary.owed, "plain"),
        ("reported", summary.reported, "plain"),
        ("missing", summary.missing, "red" if summary.missing else "plain"),
        ("on_time", summary.on_time, "plain"),
    )
    return [
        {"name": vocabulary["of_reports"].format(name=vocabulary[key]), "value": str(value), "tone": tone}
        for key, value, tone in shown
    ]


def _statuses(summary: Summary, language: str) -> list[dict[str, str]]:
    """How many tasks stand where, which is the key to the table's symbols as well."""
    vocabulary = words(language)
    shown = (
        ("done", summary.done),
        ("in_progress", summary.in_progress),
        ("blocked", summary.blocked),
        ("not_started", summary.not_started),
        ("missing", summary.unreported),
    )
    return [
        {"symbol": SYMBOLS[key], "name": vocabulary[key], "count": vocabulary["tasks"].format(n=count)}
        for key, count in shown
    ]


def _attention(item: Attention, language: str) -> dict[str, str]:
    """One thing to look at: its title on one line, why and whose it is on the next."""
    vocabulary = words(language)
    why = [_reason(item, vocabulary)]
    if item.reminded:
        why.append(vocabulary["reminded"].format(n=item.reminded))
    reasons = vocabulary["comma"].join(part for part in why if part)
    room = _WHY_COLUMNS - columns(reasons) - 2
    whose = _agencies([one_line(name) for name in item.agencies], room, language)
    return {
        "what": _fitting(f"{item.number} {item.title}", _TITLE_COLUMNS),
        "why": _breakable(shorten("　".join(part for part in (reasons, whose) if part), 2 * _WHY_COLUMNS)),
    }


def _reason(item: Attention, vocabulary: Words) -> str:
    """受阻：缺监测数据; a reason without a word of ours leaves the detail alone."""
    reason = vocabulary.get(f"reason_{item.reason}", "")
    detail = shorten(one_line(item.detail), _DETAIL_COLUMNS)
    if reason and detail:
        return vocabulary["reason_detail"].format(reason=reason, detail=detail)
    return reason or detail


def _agencies(names: Sequence[str], room: int, language: str) -> str:
    """All names where they fit into `room` columns, else the first and how many there are."""
    vocabulary = words(language)
    together = vocabulary["list"].join(names)
    if columns(together) <= room or len(names) < 2:
        return together
    return vocabulary["and_others"].format(name=names[0], n=len(names))


def _fitting(text: str, limit: int) -> str:
    """User text on one line of at most `limit` columns."""
    return _breakable(shorten(one_line(text), limit))


def _breakable(line: str, run: int = 12) -> str:
    """`line` with a place to break after each `run` of Latin, so that an address cannot run over its neighbours."""
    return re.sub(rf"[!-~]{{{run}}}(?=[!-~])", "\\g<0>\u200b", line)


def _chosen(tasks: Sequence[TaskLine]) -> list[TaskLine]:
    """All tasks where they fit, else the most urgent of them, in the plan's order."""
    if len(tasks) <= MOST_ROWS:
        return list(tasks)
    urgent = sorted(range(len(tasks)), key=lambda i: (_URGENCY[tasks[i].light], i))[:MOST_ROWS]
    return [tasks[i] for i in sorted(urgent)]


def _periods(tasks: Iterable[TaskLine]) -> list[str]:
    """The periods any task has a cell for, in order of time."""
    return sorted({cell.period for task in tasks for cell in task.cells})


def _row(task: TaskLine, periods: Sequence[str]) -> dict[str, object]:
    """One task's row; a period the task has no cell for shows as not due."""
    cells = {cell.period: cell for cell in task.cells}
    return {
        "number": _breakable(shorten(one_line(task.number), _NUMBER_COLUMNS), 5),
        "title": _fitting(task.title, _ROW_COLUMNS),
        "cells": [_cell(cells.get(period)) for period in periods],
    }


def _cell(cell: Cell | None) -> dict[str, str]:
    """A cell's symbol from what was reported, its colour from the light, "2/3" where only part came in."""
    if cell is None:
        return {"symbol": SYMBOLS["not_due"], "tone": Light.NONE, "note": ""}
    partial = cell.state is CellState.PARTIAL
    note = f"{cell.reported}/{cell.owed}" if partial else ""
    return {"symbol": _symbol(cell), "tone": cell.light, "note": note}


def _symbol(cell: Cell) -> str:
    """The status among the reports in; without one, missing or not due."""
    if cell.status is not None:
        return SYMBOLS[cell.status]
    return SYMBOLS["not_due" if cell.state is CellState.NOT_DUE else "missing"]
