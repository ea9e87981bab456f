"""The board beside the built-in chat in words: periods, statuses and the cells of every task; symbol and word apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import periods
from bot.domain.model import Status
from bot.domain.summary import Cell, CellState, Summary, TaskLine
from bot.texts.language import N_, speaking
from bot.texts.markup import plain, visible
from bot.texts.wording import STATUSES

_QUARTERS = (N_("第一季度"), N_("第二季度"), N_("第三季度"), N_("第四季度"))
_OTHERS: Mapping[str, str] = {
    "unreported": N_("× 未报"),
    "not_due": N_("· 未到期"),
    "not_owed": N_("– 不用报"),
}
_ORDER = (Status.DONE, Status.IN_PROGRESS, Status.BLOCKED, Status.NOT_STARTED)
_NOTES: Mapping[str, str] = {
    "year_over": N_("这一年已经走完，年终汇总已发给领导。"),
    "nothing_planned": N_("后面没有安排了，所以停下。"),
    "play_failed": N_("播放中断了，原因见运行记录；可以再点播放。"),
}


def play_note(code: str, language: str) -> str:
    """Why the play stopped, in `language`; empty for no reason to name."""
    with speaking(language):
        return plain(_NOTES[code]) if code in _NOTES else ""


def period_code(period: str) -> str:
    """2022Q1 as "Q1"; the year as it is."""
    return period[-2:] if periods.is_quarter(period) else period


def board_in_words(summary: Summary, language: str) -> dict[str, Any]:
    """The board as the panel draws it, in `language`."""
    with speaking(language):
        return {
            "period": period_code(summary.period),
            "name": _name(summary.period),
            "as_of": summary.as_of.isoformat(),
            "periods": [
                {"code": period_code(period), "name": _name(period)}
                for period in (*periods.quarters(summary.year), str(summary.year))
            ],
            "counts": [{**_mark(status), "count": count} for status, count in _counts(summary).items()],
            "tasks": [_task(task) for task in summary.tasks],
        }


def _counts(summary: Summary) -> dict[str, int]:
    return {
        **{status.value: getattr(summary, status.value) for status in _ORDER},
        "unreported": summary.unreported,
    }


def _task(task: TaskLine) -> dict[str, Any]:
    return {
        "number": task.number,
        "title": task.title,
        "leads": list(task.owing),
        "cells": [_cell(cell) for cell in task.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "period": period_code(cell.period),
        **_mark(_status(cell)),
        "reported": cell.reported,
        "owed": cell.owed,
    }


def _status(cell: Cell) -> str:
    if cell.status is not None:
        return cell.status.value
    if cell.owed == 0:
        return "not_owed"
    return "unreported" if cell.state is CellState.MISSING else "not_due"


def _mark(status: str) -> dict[str, str]:
    """Symbol and word of a status, apart."""
    text = _OTHERS.get(status) or STATUSES[Status(status)]
    symbol, _, word = visible(plain(text)).partition(" ")
    return {"status": status, "symbol": symbol, "word": word}


def _name(period: str) -> str:
    return plain(_QUARTERS[int(period[-1]) - 1]) if periods.is_quarter(period) else plain("全年")
