"""`duban doctor`, `backup`, `restore` and `audit verify`: keeping the house alive."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.cli import presence
from bot.cli.console import clock, opened
from bot.domain.model import DubanError
from bot.domain.workdays import Calendar
from bot.services.calendarchange import estimated_years
from bot.settings import Settings
from storage import audit as audit_queries
from storage.backup import copy_file, take_copy
from storage.calendars import active_plans, calendar_of
from storage.database import Database
from storage.migrations import revision

audit_app = typer.Typer(help="审计日志 / the audit log.", no_args_is_help=True)
_MIN_FREE = 200 * 1024 * 1024
_SAFE_SQLITE = (3, 51, 3)


def doctor() -> None:
    """体检：数据库、磁盘、日历、令牌。/ Check database, disk, calendar and token; exit 1 when something is wrong."""
    with opened() as (settings, db, office_id):
        findings = list(_findings(settings, db, office_id))
    for good, line in findings:
        typer.echo(f"{'✓' if good else '×'} {line}")
    if not all(good for good, _ in findings):
        raise typer.Exit(1)


def _findings(settings: Settings, db: Database, office_id: int) -> Iterator[tuple[bool, str]]:
    db.check()
    yield True, f"数据库 {db.where} 完好，结构版本 {revision(db)}"
    if db.dialect == "sqlite":
        version = db.read_now(_sqlite_version)
        safe = tuple(int(part) for part in version.split(".")) >= _SAFE_SQLITE
        yield safe, f"SQLite {version}" + ("" if safe else "：低于3.51.3，请按 README 重新安装")
    free = shutil.disk_usage(settings.home).free
    yield free > _MIN_FREE, f"磁盘剩余 {free // 1024 // 1024} MB"
    today = clock().astimezone(settings.zone).date()
    yield from db.read_now(lambda session: _calendar_findings(session, office_id, today))
    yield True, "已设置 DUBAN_TOKEN" if settings.token.get_secret_value() else "未设置 DUBAN_TOKEN，运行内置聊天"
    yield from presence.findings(settings, db)
    try:
        with db.lock:
            yield True, "没有其他督办进程在使用这个数据库"
    except DubanError:
        yield True, "督办正在运行"


def _calendar_findings(session: Session, office_id: int, today: date) -> list[tuple[bool, str]]:
    """Whether the year's holidays are known, from 1 December on the next year's too, and what rests on an estimate."""
    calendar = calendar_of(session, office_id)
    asked = (today.year, today.year + 1) if today.month == 12 else (today.year,)
    findings = [(not calendar.is_provisional(year), _known_or_not(calendar, year)) for year in asked]
    for plan in active_plans(session, office_id):
        years = [f"{year}年" for year in estimated_years(session, plan) if year not in asked]
        if years:
            findings.append((True, f"《{plan.title}》有日子在{'、'.join(years)}，放假通知还没有录入，暂按估算"))
    return findings


def _known_or_not(calendar: Calendar, year: int) -> str:
    if calendar.is_provisional(year):
        return f"{year}年的放假通知还没有录入，暂按估算；请用 duban calendar import 录入，或在聊天里粘贴"
    return f"{year}年放假安排" + ("已录入" if year in calendar.notices else "已公布")


def _sqlite_version(session: Session) -> str:
    return str(session.execute(text("select sqlite_version()")).scalar_one())


def backup(target: Annotated[Path, typer.Argument(help="备份文件 / backup file")]) -> None:
    """备份数据库，运行中也可以。/ Copy the database safely, also while it runs."""
    with opened() as (_, db, _office):
        if db.file is None:
            raise DubanError("backup_postgresql")
        copy_file(db, target)
    typer.echo(str(target))


def restore(source: Annotated[Path, typer.Argument(help="备份文件 / backup file")]) -> None:
    """用备份替换数据库，原库另存。/ Replace the database by a backup; the present one is kept beside it."""
    with opened() as (settings, db, _office):
        if db.file is None:
            raise DubanError("backup_postgresql")
        with db.lock:
            target = db.file
            restored = _checked_copy(source, target, settings)
            kept = target.with_name(f"before-restore-{clock():%Y%m%d-%H%M%S}.sqlite3")
            copy_file(db, kept)
    for leftover in (target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        leftover.unlink(missing_ok=True)
    restored.replace(target)
    typer.echo(f"已恢复；原来的数据库在 {kept}")


def _checked_copy(source: Path, target: Path, settings: Settings) -> Path:
    """The backup beside the database, looked through and brought to this version; the backup itself is not touched."""
    if not source.is_file():
        raise DubanError("file_not_found", name=str(source))
    copy = target.with_name(target.name + ".restoring")
    try:
        take_copy(source, copy)
        tried = Database.open(f"sqlite:///{copy.resolve()}", settings.home)
        try:
            tried.prepare()
        finally:
            tried.close()
    except DubanError as error:
        for left in copy.parent.glob(copy.name + "*"):
            left.unlink(missing_ok=True)
        raise DubanError(error.code, **{**error.params, "where": str(source)}) from None
    return copy


@audit_app.command("verify")
def verify() -> None:
    """核对审计链；发现改动时说出第一处并以 1 退出。/ Verify the audit chain."""
    with opened() as (_, db, _office):
        result = db.read_now(audit_queries.verify)
    if result.first_bad_id is not None:
        raise DubanError("audit_broken", row=result.first_bad_id)
    typer.echo(f"审计链完整：{result.rows}条，末尾 {result.head_hash}")
