"""`duban plan compare` and `duban plan revise`: what a revised document changes, and carrying all of it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.box import ROUNDED
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened, read_bytes
from bot.domain.model import DubanError
from bot.domain.reading import PlanReading
from bot.domain.revision import compare as compare_readings
from bot.domain.task_changes import Change
from bot.intake.plan import read_plan
from bot.services import revising
from bot.services.revising import Document
from bot.texts.revisions import printed_revision
from storage.tables import Plan

# The exit status that tells a script of differences; 1 is a refusal, as everywhere.
DIFFERENT = 3

_Language = Annotated[str, typer.Option("--language", help="zh en")]


def compare(
    old: Annotated[Path, typer.Argument(help="原来的文件 / the old document")],
    new: Annotated[Path, typer.Argument(help="修订后的文件 / the revised document")],
    language: _Language = "zh",
) -> None:
    """比较两份计划文件；有不同时退出码为3。/ Compare two plan documents; exit status 3 when they differ."""
    changes = compare_readings(_read(old), _read(new)).changes
    _print(changes, language)
    if changes:
        raise typer.Exit(DIFFERENT)


def revise(
    file: Annotated[Path, typer.Argument(help="修订后的文件 / the revised document")],
    plan: Annotated[int, typer.Option("--plan", help="计划号 / plan number")],
    all_: Annotated[bool, typer.Option("--all", help="全部采纳 / accept every difference")] = False,
    language: _Language = "zh",
) -> None:
    """看修订稿改了什么；加 --all 才改计划。/ Show what a revision changes; only --all changes the plan."""
    data = read_bytes(file)
    document = Document.of(file.name, data, read_plan(file.name, data))
    with opened() as (_, db, office_id):
        now = clock()
        changes = db.read_now(lambda session: _changes(session, office_id, plan, document))
        _print(changes, language)
        if changes and not all_:
            raise typer.Exit(DIFFERENT)
        if changes:
            db.write_now(lambda session: _carry_out(session, office_id, plan, document, now))
            typer.echo(f"已修订，计划号 {plan}：{len(changes)}处。")


def _read(file: Path) -> PlanReading:
    return read_plan(file.name, read_bytes(file))


def _plan(session: Session, office_id: int, plan_id: int) -> Plan:
    query = select(Plan).where(Plan.id == plan_id, Plan.office_id == office_id, Plan.closed_at.is_(None))
    plan = session.scalars(query).first()
    if plan is None:
        raise DubanError("plan_unknown", plan=plan_id)
    return plan


def _changes(session: Session, office_id: int, plan_id: int, document: Document) -> tuple[Change, ...]:
    return revising.revision_of(session, _plan(session, office_id, plan_id), document.reading).changes


def _carry_out(session: Session, office_id: int, plan_id: int, document: Document, now: datetime) -> None:
    plan = _plan(session, office_id, plan_id)
    every = range(len(revising.revision_of(session, plan, document.reading).changes))
    revising.apply(session, "cli", plan, document, every, now)


def _print(changes: Sequence[Change], language: str) -> None:
    if not changes:
        typer.echo("没有不同。")
        return
    printed = printed_revision(changes, language)
    table = Table(box=ROUNDED, show_lines=True)
    for heading, ratio in zip(printed.headings, (None, None, 4, 4, 4), strict=True):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for row in printed.rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
