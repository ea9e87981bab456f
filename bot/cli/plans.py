"""`duban plan …` and `duban summary`: read, import, activate and show plans; print or save a summary."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened, read_bytes, write_bytes
from bot.cli.levers import mute, pause, resume, unmute
from bot.cli.plan_reading import read
from bot.cli.plan_revising import compare, revise
from bot.cli.policy import policy
from bot.cli.why import preview
from bot.domain import periods
from bot.domain.model import DubanError
from bot.domain.summary import Summary
from bot.intake.plan import read_plan
from bot.papers.ledger import ledger_xlsx
from bot.papers.picture import summary_png
from bot.services import calendarchange, planning, sealing, summaries
from bot.texts.printed import summary_text
from storage.tables import Plan

app = typer.Typer(help="读取、导入、启用、查看计划 / read, import, activate and show plans.", no_args_is_help=True)


class Format(StrEnum):
    """How a summary is given."""

    TEXT = "text"
    PNG = "png"
    XLSX = "xlsx"
    JSON = "json"


app.command()(read)
app.command()(compare)
app.command()(revise)
app.command()(policy)
app.command()(preview)
app.command()(pause)
app.command()(resume)
app.command()(mute)
app.command()(unmute)


@app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="计划文件 / the plan document")]) -> None:
    """导入计划待核对，启用前不发消息。/ Import a plan for checking; nothing is sent before activation."""
    data = read_bytes(file)
    reading = read_plan(file.name, data)
    with opened() as (_, db, office_id):
        now = clock()
        document = (file.name, data)
        plan_id = db.write_now(
            lambda session: planning.import_reading(session, office_id, reading, document, "cli", now).id
        )
        typer.echo(f"已导入，计划号 {plan_id}：{len(reading.tasks)}项任务，{len(reading.doubts)}处待核对。")


@app.command()
def activate(plan: Annotated[int, typer.Argument(help="计划号 / plan number")]) -> None:
    """启用计划，开始催办。/ Activate a plan: reminders begin."""
    with opened() as (_, db, office_id):
        now = clock()
        title = db.write_now(lambda session: planning.activate(session, office_id, plan, "cli", now).title)
        typer.echo(f"已启用：{title}")
        for year in db.read_now(lambda session: calendarchange.estimated_years(session, session.get_one(Plan, plan))):
            typer.echo(f"{year}年的放假通知还没有录入，落在这一年的日子暂按估算；录入后自动重排。")


@app.command()
def show() -> None:
    """列出全部计划。/ List the plans."""
    with opened() as (_, db, office_id):

        def listed(session: Session) -> list[tuple[int, str, int, bool]]:
            rows = session.scalars(select(Plan).where(Plan.office_id == office_id).order_by(Plan.id))
            return [(row.id, row.title, row.year, row.activated_at is not None) for row in rows]

        found = db.read_now(listed)
        if not found:
            raise DubanError("no_plan_yet")
        for plan_id, title, year, active in found:
            typer.echo(f"{plan_id}\t{year}\t{'已启用' if active else '待核对'}\t{title}")


def summary(
    plan: Annotated[int, typer.Option(help="计划号 / plan number")],
    period: Annotated[str, typer.Option(help="2022Q3 或 2022 / quarter or year")],
    format_: Annotated[Format, typer.Option("--format", help="text png xlsx json")] = Format.TEXT,
    out: Annotated[Path | None, typer.Option(help="输出文件 / output file (png, xlsx)")] = None,
) -> None:
    """汇总某个报告期。/ Summarise a period of a plan."""
    wanted = periods.parse_period(period)
    with opened() as (_, db, office_id):
        now = clock()

        def build(session: Session) -> Summary:
            row = session.scalars(select(Plan).where(Plan.id == plan, Plan.office_id == office_id)).first()
            if row is None:
                raise DubanError("plan_unknown", plan=plan)
            if wanted is None or periods.year_of(wanted) != row.year:
                raise DubanError("period_unknown", year=row.year)
            return summaries.build(session, row, wanted, now, summaries.office_actor(session, row))

        found = db.read_now(build)
    if format_ is Format.TEXT:
        typer.echo(summary_text(found, "zh"))
    elif format_ is Format.JSON:
        typer.echo(json.dumps(sealing.as_json(found), ensure_ascii=False, indent=1))
    else:
        target = out or Path(f"{found.period}.{format_}")
        write_bytes(target, summary_png(found) if format_ is Format.PNG else ledger_xlsx(found))
        typer.echo(str(target))
