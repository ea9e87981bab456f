"""`duban plan pause|resume|mute|unmute`: stop and restart reminders from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened
from bot.domain.model import DubanError
from bot.services import leverwords, pauses
from bot.services.pauses import Outcome, Reach
from bot.texts.sentences import sentence
from storage.tables import Plan

_Plan = Annotated[int, typer.Argument(help="计划号 / plan number")]
_Task = Annotated[str, typer.Option("--task", help="任务编号或次序 / a task's number or place")]
_Agency = Annotated[str, typer.Option("--agency", help="单位 / an agency")]
_BY = "cli"


def pause(
    plan: _Plan,
    task: _Task = "",
    agency: _Agency = "",
    until: Annotated[str, typer.Option("--until", help="最后一天（含）/ the last day, e.g. 6月1日, 2026-06-01")] = "",
) -> None:
    """暂停提醒：整个计划、一项任务或一个单位。/ Pause reminders of a plan, a task or an agency."""

    def act(session: Session, row: Plan, now: datetime) -> Outcome:
        through_on: date | None = leverwords.day_in(session, row, until, now) if until else None
        return pauses.pause(session, row, _reach(session, row, task, agency), through_on, _BY, now)

    _carry_out(plan, act)


def resume(plan: _Plan, task: _Task = "", agency: _Agency = "") -> None:
    """恢复提醒，期限顺延。/ Resume; what was left of the time is left again."""
    _carry_out(
        plan, lambda session, row, now: pauses.resume(session, row, _reach(session, row, task, agency), _BY, now)
    )


def mute(plan: _Plan, task: _Task) -> None:
    """任务免催：照常要报，只是不提醒。/ Never remind of a task; it stays owed."""
    _carry_out(
        plan,
        lambda session, row, now: pauses.mute(session, row, leverwords.task_named(session, row, task), _BY, now),
    )


def unmute(plan: _Plan, task: _Task) -> None:
    """取消免催。/ Remind of a task again."""
    _carry_out(
        plan,
        lambda session, row, now: pauses.unmute(session, row, leverwords.task_named(session, row, task), _BY, now),
    )


def _carry_out(plan_id: int, act: Callable[[Session, Plan, datetime], Outcome]) -> None:
    with opened() as (_, db, office_id):
        now = clock()

        def work(session: Session) -> Outcome:
            row = session.get(Plan, plan_id)
            if row is None or row.office_id != office_id:
                raise DubanError("plan_unknown", plan=plan_id)
            return act(session, row, now)

        done = db.write_now(work)
    typer.echo(sentence(done.code, done.params, "zh"))


def _reach(session: Session, plan: Plan, task: str, agency: str) -> Reach:
    task_id = leverwords.task_named(session, plan, task) if task else None
    return Reach(task_id, leverwords.agency_named(session, plan, agency) if agency else None)
