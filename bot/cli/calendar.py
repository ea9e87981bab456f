"""`duban calendar YEAR`, `calendar import` and `calendar set`: the office's working days, printed and changed."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session
from typer.core import TyperGroup

from bot.cli.console import clock, opened, read_bytes
from bot.domain import notices
from bot.domain.calendarviews import YearDays
from bot.domain.model import DubanError
from bot.domain.workdays import Calendar, Source, is_weekend
from bot.services import calendarchange, calendars
from bot.texts.markup import visible
from bot.texts.render import render
from storage.calendars import calendar_of

_SOURCES = {
    Source.OVERRIDE: "本办另定",
    Source.NOTICE: "录入的通知",
    Source.PUBLISHED: "已公布",
    Source.ESTIMATE: "估算",
}
_WEEKDAYS = "一二三四五六日"


class _YearFirst(TyperGroup):
    """`duban calendar 2027` is `duban calendar show 2027`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, ["show", *args] if args[0].isdecimal() else args)


app = typer.Typer(
    help="工作日历：duban calendar 2027 / the office's working days.", cls=_YearFirst, no_args_is_help=True
)


class Day(StrEnum):
    """What a day is set to."""

    WORK = "work"
    OFF = "off"
    CLEAR = "clear"

    @property
    def worked(self) -> bool | None:
        """As the calendar keeps it; None takes a setting back."""
        return None if self is Day.CLEAR else self is Day.WORK


@app.command()
def show(
    year: Annotated[int, typer.Argument(min=2004, max=2099, help="年份 / year")],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 / as JSON")] = False,
) -> None:
    """某一年的放假和调休上班。/ A year's days off and make-up days; also without the word “show”."""
    with opened() as (_, db, office_id):

        def look(session: Session) -> tuple[Calendar, YearDays]:
            return calendar_of(session, office_id), calendarchange.year_days(session, office_id, year)

        calendar, shown = db.read_now(look)
    if as_json:
        typer.echo(json.dumps(_as_json(calendar, shown), ensure_ascii=False, indent=1))
    else:
        typer.echo(_printed(calendar, shown))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="放假通知，文本或 JSON / the holiday notice, text or JSON")],
    yes: Annotated[bool, typer.Option("--yes", help="确认录入 / keep it")] = False,
) -> None:
    """读放假通知，列出内容和变化；加 --yes 才录入。/ Read a holiday notice; kept only with --yes."""
    notice = notices.read_notice(_text_of(read_bytes(file)))
    with opened() as (_, db, office_id):
        now = clock()
        view = db.read_now(lambda session: calendars.notice_view(session, office_id, notice, now))
        typer.echo(visible(render(view, "zh").text))
        if yes:
            db.write_now(lambda session: calendarchange.keep(session, office_id, notice, "cli", now))
    typer.echo(f"\n已录入{notice.year}年放假通知。" if yes else "\n没有录入。核对无误后，加 --yes 再执行一次。")


@app.command("set")
def set_(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="日期 / day")],
    to: Annotated[Day, typer.Argument(help="work 上班、off 放假、clear 恢复")],
) -> None:
    """把某一天定为上班或放假，或恢复。/ Set one day as worked or off, or take the setting back."""
    if not 2004 <= day.year <= 2099:
        raise DubanError("calendar_year")
    days = {day.date(): to.worked}
    with opened() as (_, db, office_id):
        now = clock()
        view = db.read_now(lambda session: calendars.days_view(session, office_id, days, now))
        db.write_now(lambda session: calendarchange.set_days(session, office_id, days, "cli", now))
    typer.echo(visible(render(calendars.kept(view), "zh").text))


def _text_of(data: bytes) -> str:
    """A text file's words. Raises DubanError notice_unreadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DubanError("notice_unreadable")


def _special_days(calendar: Calendar, year: int) -> list[date]:
    """The days that are not what their weekday makes them, and those set by hand."""
    return [
        day
        for day in notices.days_of(year)
        if calendar.is_workday(day) is is_weekend(day) or calendar.source_of(day) is Source.OVERRIDE
    ]


def _as_json(calendar: Calendar, shown: YearDays) -> dict[str, Any]:
    days = [
        {"date": day.isoformat(), "worked": calendar.is_workday(day), "source": str(calendar.source_of(day))}
        for day in _special_days(calendar, shown.year)
    ]
    return {
        "year": shown.year,
        "provisional": shown.provisional,
        "workdays": shown.workdays,
        "workdays_by_month": [_workdays(calendar, shown.year, month) for month in range(1, 13)],
        "days": days,
    }


def _workdays(calendar: Calendar, year: int, month: int) -> int:
    return sum(calendar.is_workday(day) for day in notices.days_of(year) if day.month == month)


def _printed(calendar: Calendar, shown: YearDays) -> str:
    if shown.provisional:
        basis = "放假通知还没有录入，以下按估算"
    else:
        basis = f"{shown.entered_on}录入的放假通知" if shown.entered_on else "已公布的放假安排"
    lines = [f"{shown.year}年　工作日{shown.workdays}天　{basis}"]
    for month in range(1, 13):
        special = [day for day in _special_days(calendar, shown.year) if day.month == month]
        lines.append(f"{month}月　工作日{_workdays(calendar, shown.year, month)}天")
        for word, worked in (("放假", False), ("上班", True)):
            lines += _by_source(calendar, word, [day for day in special if calendar.is_workday(day) is worked])
    return "\n".join(lines)


def _by_source(calendar: Calendar, word: str, days: list[date]) -> list[str]:
    lines = []
    for source, name in _SOURCES.items():
        mine = [f"{day.day}日（周{_WEEKDAYS[day.weekday()]}）" for day in days if calendar.source_of(day) is source]
        lines += [f"　　{word}：{'、'.join(mine)}　［{name}］"] if mine else []
    return lines
