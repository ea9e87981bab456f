"""`duban plan preview` and `duban why`: what will be sent next, and why something was, or was not, sent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened
from bot.domain import periods, task_refs
from bot.domain.agencies import find_agency
from bot.domain.model import DubanError
from bot.domain.whyviews import WhyDue
from bot.domain.wording import plain
from bot.services import previews, whys
from bot.texts.printed_reminders import waves_text, why_text
from storage import people, plans
from storage.tables import Person

_Json = Annotated[bool, typer.Option("--json", help="JSON")]
_Language = Annotated[str, typer.Option("--language", help="zh en")]


def preview(
    plan: Annotated[int | None, typer.Argument(help="计划号，缺省为全部 / plan number, default all")] = None,
    waves: Annotated[int, typer.Option(min=1, max=50, help="看几次 / how many")] = 1,
    json_: _Json = False,
    language: _Language = "zh",
) -> None:
    """预告：下次提醒谁、说什么、谁不提醒。/ Who is reminded next, of what, and who is left out and why."""
    with opened() as (_, db, office_id):
        now = clock()
        found = db.read_now(lambda session: previews.coming(session, office_id, now, waves, plan))
    if json_:
        typer.echo(json.dumps([asdict(wave) for wave in found], ensure_ascii=False, indent=1, default=_as_text))
    else:
        typer.echo(waves_text(found, language))


def why(
    agency: Annotated[str, typer.Option(help="单位 / agency")] = "",
    person: Annotated[str, typer.Option(help="姓名 / person's name")] = "",
    task: Annotated[str, typer.Option(help="任务编号 / task number")] = "",
    period: Annotated[str, typer.Option(help="2022Q3 或 2022 / quarter or year")] = "",
    json_: _Json = False,
    language: _Language = "zh",
) -> None:
    """为什么提醒、为什么没提醒：每一次的去向和原因。/ Why a reminder was, or was not, sent: each one and its fate."""
    if bool(agency) == bool(person):
        raise typer.BadParameter("请写 --agency 或 --person 其中一个 / give one of --agency and --person")
    wanted = periods.parse_period(period) if period else None
    with opened() as (settings, db, office_id):
        now = clock()

        def look(session: Session) -> tuple[WhyDue, ...]:
            if period and wanted is None:
                raise DubanError("period_unknown", year=now.astimezone(settings.zone).year)
            actor = people.office_actor(session, office_id)
            return whys.why(
                session,
                actor,
                now,
                agency_id=_agency(session, office_id, agency) if agency else None,
                person_id=_person(session, office_id, person) if person else None,
                task_id=_task(session, office_id, task) if task else None,
                period=wanted,
            )

        found, today = db.read_now(look), now.astimezone(settings.zone).date()
    if json_:
        typer.echo(json.dumps([asdict(due) for due in found], ensure_ascii=False, indent=1, default=_as_text))
    else:
        typer.echo(why_text(found, today, language))


def _agency(session: Session, office_id: int, typed: str) -> int:
    known = people.known_agencies(session, office_id)
    match = find_agency(typed, known)
    if match.found is None:
        names = {agency_id: name for agency_id, name, _ in known}
        raise DubanError("agency_unknown", agency=typed, candidates="、".join(names[one] for one in match.candidates))
    return match.found


def _person(session: Session, office_id: int, name: str) -> int:
    query = select(Person.id).where(Person.office_id == office_id, Person.name == name.strip()).order_by(Person.id)
    found = session.scalars(query).first()
    if found is None:
        raise DubanError("person_unknown")
    return found


def _task(session: Session, office_id: int, typed: str) -> int:
    actor = people.office_actor(session, office_id)
    tasks = [
        task for plan in plans.active_plans(session, office_id) for task in plans.visible_tasks(session, actor, plan.id)
    ]
    refs = [task_refs.TaskRef(task.number, task.title) for task in tasks]
    named = {number for one in task_refs.mentions(plain(typed), refs, ()) for number in one.numbers} | {typed.strip()}
    found = next((task.id for task in tasks if task.number in named), None)
    if found is None:
        raise DubanError("task_unknown", number=typed, count=len(tasks))
    return found


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
