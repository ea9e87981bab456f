"""`duban reply read` and `duban date read`: the understanding by itself, for scoring and for trying out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli.console import read_bytes
from bot.domain.dates import date_json, read_date
from bot.domain.model import DubanError
from bot.domain.understanding import reply_json, understand
from bot.domain.workdays import Calendar

reply_app = typer.Typer(help="读懂回复 / understand replies.", no_args_is_help=True)
date_app = typer.Typer(help="读懂日期 / understand dates.", no_args_is_help=True)

Text = Annotated[str, typer.Argument(help="一句话 / one text")]
Now = Annotated[str, typer.Option(help="这句话写下的时刻 / when it was written, ISO")]
Lines = Annotated[Path | None, typer.Option("--jsonl", help="每行 {id, now, text} / one object a line, - for stdin")]
_ZONE = ZoneInfo("Asia/Shanghai")


@reply_app.command("read")
def reply_read(text: Text = "", now: Now = "", jsonl: Lines = None) -> None:
    """读出一条回复的意图、任务、状态、百分比、数字、日期和困难。/ What a reply says."""
    for identity, at, words in _inputs(text, now, jsonl):
        typer.echo(json.dumps(identity | reply_json(understand(words, at, Calendar())), ensure_ascii=False))


@date_app.command("read")
def date_read(text: Text = "", now: Now = "", jsonl: Lines = None) -> None:
    """读出一句话里的日期。/ The date a phrase names."""
    for identity, at, words in _inputs(text, now, jsonl):
        typer.echo(json.dumps(identity | date_json(read_date(words, at, Calendar())), ensure_ascii=False))


def _inputs(text: str, now: str, jsonl: Path | None) -> Iterator[tuple[dict[str, Any], datetime, str]]:
    if jsonl is None:
        yield {}, _moment(now), text
        return
    data = sys.stdin.buffer.read() if str(jsonl) == "-" else read_bytes(jsonl)
    for place, line in enumerate(data.decode("utf-8-sig", errors="replace").splitlines(), start=1):
        if line.strip():
            yield _line(line, place)


def _line(line: str, place: int) -> tuple[dict[str, Any], datetime, str]:
    try:
        row = json.loads(line)
        return {"id": row["id"]}, _moment(str(row["now"])), str(row["text"])
    except (ValueError, KeyError, TypeError):
        raise DubanError("jsonl_bad_line", line=place) from None


def _moment(text: str) -> datetime:
    """An ISO moment, Beijing time when it has no offset; the present when empty."""
    if not text:
        return datetime.now(_ZONE)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise DubanError("moment_bad", text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_ZONE)
