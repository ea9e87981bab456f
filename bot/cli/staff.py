"""`duban people …`: who speaks for the agencies, leave, hand-over, leaving office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.console import clock, opened
from bot.domain.agencies import find_agency
from bot.domain.dates import read_date
from bot.domain.last_days import check_last_day
from bot.domain.model import DubanError, Position
from bot.domain.people import Actor
from bot.domain.peopleviews import PersonLine, Trouble
from bot.services import entering, staffing, staffview
from storage import calendars, people
from storage.database import Database
from storage.people import Place
from storage.tables import Contact, Person, RoleGrant

app = typer.Typer(help="人员：请假、移交、离任 / people: leave, hand-over.", no_args_is_help=True)

_POSITIONS = {Position.CONTACT: "联络员", Position.DEPUTY: "AB角", Position.HEAD: "负责人"}
_TROUBLES = {
    Trouble.NOBODY: "没有联络员",
    Trouble.UNREACHABLE: "都收不到消息",
    Trouble.UNCOVERED: "请假期间没有人代",
    Trouble.NOT_ENTERED: "有人还没有进入",
}
_Name = Annotated[str, typer.Argument(help="姓名 / name")]
_Agency = Annotated[str, typer.Option("--agency", help="单位 / agency")]


@app.command("list")
def list_(
    agency: _Agency = "",
    todo: Annotated[bool, typer.Option("--todo", help="只列需要处理的单位 / only what needs settling")] = False,
) -> None:
    """列出各单位的人员：单位、职务、姓名、电话、情况。/ List the people of every agency."""
    with opened() as (_, db, office_id):
        now = clock()

        def look(session: Session) -> list[tuple[str, Trouble | None, tuple[PersonLine, ...]]]:
            actor = people.office_actor(session, office_id)
            wanted = [_agency_id(session, office_id, agency)] if agency else None
            found = staffview.agencies(session, office_id, now.astimezone(actor.zone).date(), wanted)
            return [(one.name, one.trouble, one.people) for one in found if one.trouble or not todo]

        found = db.read_now(look)
    for name, trouble, lines in found:
        for one in lines:
            typer.echo("\t".join((name, _POSITIONS[one.position], one.name, one.phone, _state(one))).rstrip())
        if trouble:
            typer.echo(f"{name}：{_TROUBLES[trouble]}", err=True)


def _state(one: PersonLine) -> str:
    entered = "" if one.entered else "未进入"
    blocked = "已停用" if one.entered and not one.reachable else ""
    begins = f"{one.away_from_on}起" if one.away_from_on and not one.away else ""
    leave = f"{begins}请假至{one.away_until_on}" if one.away_until_on else ""
    return "、".join(filter(None, (entered, blocked, leave, "现接收" if one.asked else "")))


@app.command()
def away(
    name: _Name,
    until: Annotated[str, typer.Option("--until", help="请假到哪天，例如 6月10日 / last day")],
    from_: Annotated[str, typer.Option("--from", help="从哪天起，默认今天 / first day, default today")] = "",
    stand_in: Annotated[str, typer.Option("--stand-in", help="谁代 / who stands in")] = "",
    agency: _Agency = "",
) -> None:
    """登记请假。/ Note a leave."""

    def do(session: Session, actor: Actor, now: datetime) -> None:
        person = _person(session, actor, name, agency)
        days = (_day(session, actor, from_ or "今天", now), _day(session, actor, until, now))
        deputy = _colleague(session, actor, person, stand_in).contact.id if stand_in else 0
        staffing.set_leave(session, actor, person.id, *days, now, deputy)

    _carry_out(do)
    typer.echo("请假已登记。", err=True)


@app.command()
def back(name: _Name, agency: _Agency = "") -> None:
    """销假：提前回来。/ The leave is over."""

    def do(session: Session, actor: Actor, now: datetime) -> None:
        staffing.come_back(session, actor, _person(session, actor, name, agency).id, now)

    _carry_out(do)
    typer.echo("已销假。", err=True)


@app.command()
def leave(name: _Name, agency: _Agency = "") -> None:
    """离任：权限立即停止；写了单位，只停这一个单位的。/ Somebody leaves office, or one agency."""

    def do(session: Session, actor: Actor, now: datetime) -> None:
        if agency:
            staffing.leave_agency(session, actor, _place(session, actor, name, agency).contact.id, now)
        else:
            entering.leave(session, actor, _person(session, actor, name, "").id, now)

    _carry_out(do)
    typer.echo("已离任，权限即时停止。", err=True)


@app.command()
def handover(
    name: _Name,
    successor: Annotated[str, typer.Argument(help="接手人 / successor")],
    agency: _Agency = "",
    phone: Annotated[str, typer.Option(help="接手人电话（新来的）/ phone of somebody new")] = "",
) -> None:
    """移交给同单位的人或新来的人；新来的打印邀请链接。/ Hand over; prints the link of somebody new."""

    def do(session: Session, actor: Actor, now: datetime) -> str:
        contact = _place(session, actor, name, agency).contact
        there = staffing.named(session, actor, contact.agency_id, successor)
        to = there.contact if there else _new(session, actor, contact, successor, phone, now)
        staffing.hand_over(session, actor, contact.id, to.id, now)
        person = session.get_one(Person, to.person_id)
        if person.chat_id is not None:
            return ""
        return entering.link(session, actor.office_id, entering.invite(session, person, now).token)

    link = _carry_out(do)
    if link:
        typer.echo(link)
    typer.echo("已移交。", err=True)


@app.command()
def position(
    name: _Name,
    position: Annotated[Position, typer.Argument(help="contact deputy head")],
    agency: _Agency = "",
    first: Annotated[bool, typer.Option("--first", help="设为主联络员 / ask before the other contacts")] = False,
) -> None:
    """改为联络员、AB角或负责人。/ Contact, deputy or unit head."""

    def do(session: Session, actor: Actor, now: datetime) -> None:
        contact = _place(session, actor, name, agency).contact
        if first and position is Position.CONTACT:
            staffing.make_first(session, actor, contact.id, now)
        else:
            staffing.set_position(session, actor, contact.id, position, now)

    _carry_out(do)
    typer.echo("已改好。", err=True)


def _new(session: Session, actor: Actor, contact: Contact, name: str, phone: str, now: datetime) -> Contact:
    name, phone = staffing.read_name(name), staffing.read_phone(phone) if phone else ""
    return staffing.add(session, actor, contact.agency_id, name, phone, Position(contact.position), now)


def _carry_out(do: Callable[[Session, Actor, datetime], str | None]) -> str | None:
    """One change by the office itself, whole or not at all."""
    with opened() as (_, db, office_id):
        return _written(db, office_id, do)


def _written(db: Database, office_id: int, do: Callable[[Session, Actor, datetime], str | None]) -> str | None:
    now = clock()
    return db.write_now(lambda session: do(session, people.office_actor(session, office_id), now))


def _day(session: Session, actor: Actor, words: str, now: datetime) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        pass
    local = now.astimezone(actor.zone)
    reading = read_date(words, local, calendars.calendar_of(session, actor.office_id))
    if reading is None:
        raise DubanError("leave_days_unclear")
    check_last_day(words, reading.end, local.date())
    return reading.end


def _agency_id(session: Session, office_id: int, typed: str) -> int:
    known = people.known_agencies(session, office_id)
    match = find_agency(typed, known)
    if match.found is None:
        names = {agency_id: name for agency_id, name, _ in known}
        meant = "、".join(names[agency_id] for agency_id in match.candidates)
        raise DubanError("agency_unknown", agency=typed, candidates=meant)
    return match.found


def _place(session: Session, actor: Actor, name: str, agency: str) -> Place:
    """Somebody's place; the agency may be left out where there is only one. Raises person_unknown, person_ambiguous."""
    wanted = [_agency_id(session, actor.office_id, agency)] if agency else None
    found = [one for one in people.places(session, actor.office_id, wanted) if one.person.name == name]
    if not found:
        raise DubanError("person_unknown")
    if len(found) > 1:
        names = people.agency_names(session, {one.contact.agency_id for one in found})
        raise DubanError("person_ambiguous", name=name, agencies="、".join(names.values()))
    return found[0]


def _person(session: Session, actor: Actor, name: str, agency: str) -> Person:
    """Somebody in office, wherever. Raises DubanError person_unknown, person_ambiguous."""
    if agency:
        return _place(session, actor, name, agency).person
    held = select(RoleGrant.person_id).where(RoleGrant.ended_at.is_(None))
    placed = select(Contact.person_id).where(Contact.left_at.is_(None))
    query = select(Person).where(Person.office_id == actor.office_id, Person.name == name)
    found = session.scalars(query.where(Person.id.in_(held) | Person.id.in_(placed)).order_by(Person.id)).all()
    if not found:
        raise DubanError("person_unknown")
    if len(found) > 1:
        ids = {one.agency_id for person in found for one in people.places_of(session, person.id)}
        raise DubanError("person_ambiguous", name=name, agencies="、".join(people.agency_names(session, ids).values()))
    return found[0]


def _colleague(session: Session, actor: Actor, person: Person, name: str) -> Place:
    """Somebody in one of the person's agencies. Raises DubanError successor_elsewhere."""
    for own in people.places_of(session, person.id):
        found = staffing.named(session, actor, own.agency_id, name)
        if found is not None and found.person.id != person.id:
            return found
    raise DubanError("successor_elsewhere", name=name)
