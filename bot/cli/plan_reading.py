"""`duban plan read`: a document as it is read, without storing it; `--explain` says why a task was read so."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Annotated

import typer
from rich.box import ROUNDED
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.console import read_bytes
from bot.domain.model import DubanError
from bot.domain.reading import PlanReading
from bot.intake.jsonshape import as_json
from bot.intake.plan import read_plan
from bot.texts.readings import PrintedReading, printed_reading, printed_reasons


def read(
    file: Annotated[Path, typer.Argument(help="计划文件 / the plan document")],
    as_json_: Annotated[bool, typer.Option("--json", help="JSON for scoring and other programs")] = False,
    explain: Annotated[str, typer.Option(help="某一项为什么这样读：编号或次序 / why: a task's number or place")] = "",
    language: Annotated[str, typer.Option("--language", help="zh en")] = "zh",
) -> None:
    """读出文件中的任务、责任单位、时限和指标，不保存。/ Read a document without storing it."""
    reading = read_plan(file.name, read_bytes(file))
    if as_json_:
        typer.echo(json.dumps(as_json(reading), ensure_ascii=False, indent=1))
    elif explain:
        typer.echo("\n".join(printed_reasons(reading, _place(reading, explain), language)))
    else:
        _print(printed_reading(reading, language))


def _place(reading: PlanReading, wanted: str) -> int:
    """0-based place of a task told by its number as shown, else by its place. Raises DubanError task_unknown."""
    numbers = [_narrow(task.number) for task in reading.tasks]
    if _narrow(wanted) in numbers:
        return numbers.index(_narrow(wanted))
    if wanted.isdecimal() and 1 <= int(wanted) <= len(numbers):
        return int(wanted) - 1
    raise DubanError("task_unknown", number=wanted, count=len(numbers))


def _narrow(number: str) -> str:
    """Width of digits and brackets does not matter."""
    return unicodedata.normalize("NFKC", number).strip(" .、")


def _print(printed: PrintedReading) -> None:
    console = Console()
    table = Table(title=Text(printed.title), box=ROUNDED, show_lines=True)
    for heading, ratio in zip(printed.headings, (None, None, 4, 4, 3, 4), strict=True):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for row in printed.rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    for line in printed.below:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
