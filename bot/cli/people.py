"""`duban roster …` and `duban invite`: people in, links out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import segno
import typer
from sqlalchemy.orm import Session

from bot.channel.client import connect
from bot.cli.console import clock, fail, opened, read_bytes, write_bytes
from bot.domain.agencies import find_agency
from bot.domain.model import DubanError, Role
from bot.intake.rosters import read_roster, roster_template_xlsx
from bot.papers.invitation import invitation_png
from bot.services import entering, missing, rosters
from bot.settings import Settings
from storage import people
from storage.database import Database
from storage.tables import Person

_UNNAMED = {Role.COORDINATOR: "牵头办", Role.LEADER: "领导", Role.CONTACT: "联络员"}
# As many unknown agencies as one sentence names.
_A_SENTENCE = 8
roster_app = typer.Typer(help="通讯录 / the roster.", no_args_is_help=True)


@roster_app.command()
def template(out: Annotated[Path, typer.Argument(help="输出 .xlsx / output file")] = Path("roster.xlsx")) -> None:
    """生成通讯录模板，每个单位一行。/ Write a roster template, one row per agency."""
    with opened() as (_, db, office_id):
        names = db.read_now(lambda session: rosters.agencies_to_fill(session, office_id))
    write_bytes(out, roster_template_xlsx(names))
    typer.echo(str(out))


@roster_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="通讯录 .xlsx 或 .csv / roster file")],
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", help="通讯录里的名称=单位，可多次 / name in the roster=agency, repeatable"),
    ] = None,
    new: Annotated[
        list[str] | None, typer.Option("--new", help="这是新单位，可多次 / a new agency, repeatable")
    ] = None,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="对不上的单位不导入 / leave unknown agencies out")
    ] = False,
) -> None:
    """导入通讯录，打印每人的邀请链接。/ Import a roster and print everybody's invitation link."""
    lines = read_roster(file.name, read_bytes(file))
    with opened() as (_, db, office_id):
        now = clock()

        def take(session: Session) -> tuple[rosters.Imported, list[tuple[str, str, str]], list[str]]:
            named = {name: rosters.full_name(session, office_id, name) for name in new or ()}
            named |= dict(_said(session, office_id, one, named) for one in as_ or ())
            if skip_unknown:
                unknown = rosters.unknown_names(session, office_id, lines, named)
                named |= {one.written: "" for one in unknown}
            imported = rosters.import_roster(session, office_id, lines, "cli", now, named)
            links = [_link(session, office_id, person_id, now) for person_id in imported.added]
            return imported, links, _names(session, office_id, imported.gone)

        try:
            imported, links, gone = db.write_now(take)
        except DubanError as error:
            raise _with_hint(error) from None
    for agency, name, link in links:
        typer.echo(f"{agency}\t{name}\t{link}")
    typer.echo(f"新增{len(imported.added)}人，已有{imported.known}人。", err=True)
    if imported.left_out:
        typer.echo(f"没有导入的单位：{'、'.join(imported.left_out)}", err=True)
    if gone:
        typer.echo(f"仍在名单里但新通讯录没有：{'、'.join(gone)}。离任请用 duban people leave。", err=True)
    if imported.without_contact:
        typer.echo(f"还没有联络员的单位：{'、'.join(imported.without_contact)}", err=True)


def _names(session: Session, office_id: int, contact_ids: Iterable[int]) -> list[str]:
    """Agency and name of some places."""
    wanted = set(contact_ids)
    found = [one for one in people.places(session, office_id) if one.contact.id in wanted]
    agencies = people.agency_names(session, {one.contact.agency_id for one in found})
    return [f"{agencies[one.contact.agency_id]}{one.person.name}" for one in found]


def _with_hint(error: DubanError) -> Exception:
    """What to add to the command for agencies that are not known, below the sentence that names them."""
    if error.code != "roster_unknown_agency":
        return error
    rows = error.params["rows"]
    if not isinstance(rows, list):
        return error
    for at in range(0, len(rows), _A_SENTENCE):
        fail(DubanError(error.code, rows=rows[at : at + _A_SENTENCE]))
    meant = next(iter(rows[0]["candidates"]), "单位名称")
    typer.echo(f'认得出的，加 --as "{rows[0]["agency"]}={meant}"；', err=True)
    typer.echo(f'是新单位，加 --new "{rows[0]["agency"]}"；不要的，加 --skip-unknown。', err=True)
    return typer.Exit(1)


def _said(session: Session, office_id: int, said: str, named: Mapping[str, str]) -> tuple[str, str]:
    """--as "县水务局=县水利局": the agency must be one the office knows. Raises DubanError as_unreadable."""
    written, equals, meant = (part.strip() for part in said.partition("="))
    if not (written and equals and meant):
        raise DubanError("as_unreadable", said=said)
    sure, choices = rosters.meant_by(session, office_id, meant, named)
    if not sure:
        raise DubanError("agency_unknown", agency=meant, candidates="、".join(choices))
    return written, sure


@roster_app.command()
def show() -> None:
    """列出还收不到消息的单位：单位、情况、姓名、电话。/ List agencies nobody can be asked for yet."""
    with opened() as (_, db, office_id):
        found = db.read_now(lambda session: missing.missing_agencies(session, office_id))
    for one in found:
        state = "没有登记" if one.has_contact else "没有联络员"
        for name, phone in one.people or (("", ""),):
            typer.echo("\t".join((one.agency, state, name, phone)).rstrip())
    typer.echo(f"还有{len(found)}个单位收不到消息。" if found else "各单位都有人登记了。", err=True)


def _link(session: Session, office_id: int, person_id: int, now: datetime) -> tuple[str, str, str]:
    invited = entering.invite(session, session.get_one(Person, person_id), now)
    return invited.agency, invited.name, entering.link(session, office_id, invited.token)


def invite(
    role: Annotated[Role, typer.Option(help="coordinator contact leader")],
    name: Annotated[str, typer.Option(help="姓名 / name")] = "",
    agency: Annotated[str, typer.Option(help="单位（联络员必填）/ agency, for contacts")] = "",
    phone: Annotated[str, typer.Option(help="电话 / phone")] = "",
    sheet: Annotated[Path | None, typer.Option(help="带二维码的邀请单 .png / invitation sheet with QR")] = None,
) -> None:
    """生成一次性邀请链接，七天有效。/ A one-time invitation link, valid for seven days."""
    if role is Role.CONTACT and not agency:
        raise DubanError("contact_without_agency", name=name or _UNNAMED[role])
    with opened() as (settings, db, office_id):
        now = clock()
        _learn_name(settings, db, office_id)

        def make(session: Session) -> tuple[str, entering.Invited]:
            agency_id = _agency(session, office_id, agency) if role is Role.CONTACT else None
            person = entering.add_person(session, office_id, name or _UNNAMED[role], role, now, phone, agency_id)
            invited = entering.invite(session, person, now)
            return entering.link(session, office_id, invited.token), invited

        link, invited = db.write_now(make)
    typer.echo(link)
    if sheet is not None:
        expires_on = invited.expires_at.astimezone(settings.zone).date()
        unit = invited.agency or settings.office
        write_bytes(sheet, invitation_png(link, invited.name, unit, settings.office, expires_on))
        typer.echo(str(sheet))
    elif sys.stdout.isatty():
        segno.make(link).terminal(compact=True)


def _learn_name(settings: Settings, db: Database, office_id: int) -> None:
    """Links need the bot's own name; before the first start it is asked for, where a token is set."""
    token = settings.token.get_secret_value()
    if not token or db.read_now(lambda session: entering.bot_name(session, office_id)):
        return

    async def ask() -> str:
        bot, identity = await connect(token, settings.api_url, settings.proxy)
        await bot.shutdown()
        return identity.username

    username = asyncio.run(ask())
    db.write_now(lambda session: entering.remember_bot(session, office_id, username))


def _agency(session: Session, office_id: int, typed: str) -> int:
    known = people.known_agencies(session, office_id)
    match = find_agency(typed, known)
    if match.found is None:
        names = {agency_id: name for agency_id, name, _ in known}
        candidates = [names[agency_id] for agency_id in match.candidates]
        raise DubanError("agency_unknown", agency=typed, candidates="、".join(candidates))
    return match.found
