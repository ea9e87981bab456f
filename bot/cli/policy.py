"""`duban plan policy`: a plan's reminder rules; what changing some would do, and changing them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened
from bot.cli.plan_revising import DIFFERENT
from bot.domain.model import DubanError
from bot.domain.policy import Policy
from bot.domain.policy_changes import PolicyChange
from bot.domain.policy_settings import SETTINGS, changed, every
from bot.services import policies
from bot.texts.policies import allowed, printed_effects, printed_rules
from storage import facts as fact_queries
from storage import people
from storage.tables import Plan


def policy(
    plan: Annotated[int, typer.Argument(help="计划号 / plan number")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="名称=值，可多次 / name=value, repeatable")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="照此修改 / change it")] = False,
    json_: Annotated[bool, typer.Option("--json", help="JSON")] = False,
    language: Annotated[str, typer.Option("--language", help="zh en")] = "zh",
) -> None:
    """看提醒规则；--set 只看影响，加 --yes 才改。/ Reminder rules; --set shows what changes, --yes does it."""
    values = _values(set_ or [])
    with opened() as (_, db, office_id):
        now = clock()
        row, rules, today = db.read_now(lambda session: _rules(session, office_id, plan, now))
        _refuse_bad(rules, values)
        if not values:
            _print_rules(row, rules, language, as_json=json_)
            return
        found, names = db.read_now(lambda session: _preview(session, office_id, plan, values, now))
        stored = yes and bool(found.settings)
        if stored:
            db.write_now(lambda session: policies.change(session, "cli", _plan(session, office_id, plan), values, now))
    if json_:
        typer.echo(json.dumps({"stored": stored, **asdict(found)}, ensure_ascii=False, indent=1, default=_as_text))
    else:
        _tell(found, printed_effects(found, names, today, language))
        if stored:
            typer.echo(f"已修改，计划号 {plan}。")
    if found.settings and not stored:
        raise typer.Exit(DIFFERENT)


def _tell(found: PolicyChange, effects: Iterable[str]) -> None:
    if not found.settings:
        typer.echo("没有不同。")
        return
    for one in found.settings:
        typer.echo(f"{one.name}: {_shown(one.old)} → {_shown(one.new)}")
    for line in effects:
        typer.echo(line)


def _values(settings: Iterable[str]) -> dict[str, str]:
    """The settings by name. Raises DubanError policy_setting_names, which lists them, for any other."""
    found = {}
    for one in settings:
        name, equals, value = one.partition("=")
        if name.strip() not in SETTINGS or not equals:
            raise DubanError("policy_setting_names", name=one, names=list(SETTINGS))
        found[name.strip()] = value.strip()
    return found


def _refuse_bad(rules: Policy, values: dict[str, str]) -> None:
    """Raises DubanError policy_setting_takes, which says what the setting takes, for a bad value."""
    try:
        changed(rules, values)
    except DubanError as error:
        if error.code != "policy_setting_bad":
            raise
        name = str(error.params["name"])
        raise DubanError("policy_setting_takes", **{**error.params, "allowed": allowed(name, "zh")}) from error


def _plan(session: Session, office_id: int, plan_id: int) -> Plan:
    query = select(Plan).where(Plan.id == plan_id, Plan.office_id == office_id, Plan.closed_at.is_(None))
    plan = session.scalars(query).first()
    if plan is None:
        raise DubanError("plan_unknown", plan=plan_id)
    return plan


def _rules(session: Session, office_id: int, plan_id: int, now: datetime) -> tuple[dict[str, Any], Policy, date]:
    plan = _plan(session, office_id, plan_id)
    today = now.astimezone(fact_queries.zone_of(session, office_id)).date()
    return {"plan": plan.id, "title": plan.title}, fact_queries.policy_of(plan), today


def _preview(
    session: Session, office_id: int, plan_id: int, values: dict[str, str], now: datetime
) -> tuple[PolicyChange, dict[int, str]]:
    found = policies.preview(session, _plan(session, office_id, plan_id), values, now)
    return found, people.agency_names(session, {*found.asked, *found.spared})


def _print_rules(plan: dict[str, Any], rules: Policy, language: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**plan, "settings": every(rules)}, ensure_ascii=False, indent=1))
        return
    typer.echo(plan["title"])
    for group, lines in printed_rules(rules, language):
        typer.echo(f"\n{group}")
        for line, names in lines:
            typer.echo(f"  {line}　[{names}]")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
