"""The roster: people from a table into contacts, coordinators and leaders, each with an invitation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.agencies import find_agency
from bot.domain.agency_names import complete_list, region_prefix
from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.intake.rosters import RosterLine
from bot.services import cards, entering
from storage import agencyrows, audit, people, plans
from storage.tables import Contact, Person, Plan, RoleGrant

_KnownAgency = tuple[int, str, tuple[str, ...]]
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Imported:
    """What an import did: new people (to be invited), people already known, agencies still without anybody.

    `left_out` are names in the roster whose rows were not taken. `gone` are the places (contact ids) in force in the
    agencies the roster names, of people it does not name there: nobody is removed without being asked about.
    """

    added: tuple[int, ...]
    known: int
    without_contact: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    gone: tuple[int, ...] = ()


@dataclass(frozen=True)
class UnknownName:
    """An agency's name in a roster that is none of the office's: its first row, what it may mean, who stands there."""

    row: int
    written: str
    candidates: tuple[str, ...]
    people: tuple[str, ...]


def unknown_names(
    session: Session, office_id: int, lines: Sequence[RosterLine], named: Mapping[str, str] = _NOTHING
) -> tuple[UnknownName, ...]:
    """Names that mean no agency for sure, in the order of the rows; `named` holds those a person settled."""
    known = _with_new(people.known_agencies(session, office_id), named)
    names = {agency_id: name for agency_id, name, _ in known}
    found: list[UnknownName] = []
    for written, its_lines in _by_agency(lines).items():
        match = find_agency(written, known)
        if written not in named and match.found is None:
            meant = tuple(names[agency_id] for agency_id in match.candidates)
            found.append(UnknownName(its_lines[0].row, written, meant, tuple(line.name for line in its_lines)))
    return tuple(found)


def meant_by(session: Session, office_id: int, typed: str, named: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The agency a typed name surely means, or "", and what it may mean."""
    known = _with_new(people.known_agencies(session, office_id), named)
    names = {agency_id: name for agency_id, name, _ in known}
    match = find_agency(typed, known)
    return names.get(match.found or 0, ""), tuple(names[agency_id] for agency_id in match.candidates)


def full_name(session: Session, office_id: int, written: str) -> str:
    """A new agency's name with the level the office's others have."""
    others = [name for _, name, _ in people.known_agencies(session, office_id)]
    return complete_list([" ".join(written.split())], region_prefix(others), others)[0].name


def _with_new(known: Sequence[_KnownAgency], named: Mapping[str, str]) -> list[_KnownAgency]:
    """The office's agencies, and those settled to be new."""
    there = {name for _, name, _ in known}
    fresh = [name for name in dict.fromkeys(named.values()) if name and name not in there]
    return [*known, *((-place, name, ()) for place, name in enumerate(fresh, start=1))]


def _by_agency(lines: Sequence[RosterLine]) -> dict[str, list[RosterLine]]:
    found: dict[str, list[RosterLine]] = {}
    for line in lines:
        if line.role is Role.CONTACT:
            found.setdefault(line.agency, []).append(line)
    return found


def import_roster(
    session: Session,
    office_id: int,
    lines: Sequence[RosterLine],
    by: str,
    now: datetime,
    named: Mapping[str, str] = _NOTHING,
) -> Imported:
    """Take every line or none. `named` says what agency a written name means, new ones too; "" leaves its rows out.

    Raises DubanError roster_unknown_agency naming the rows and what may be meant.
    """
    agencies = _agencies(session, office_id, lines, named)
    kept = [line for line in lines if line.role is not Role.CONTACT or line.agency in agencies]
    added: list[int] = []
    there: set[tuple[int, int]] = set()
    known = 0
    for line in kept:
        person = _existing(session, office_id, line, agencies)
        if person is None:
            person = entering.add_person(
                session, office_id, line.name, line.role, now, line.phone, agencies.get(line.agency), line.position
            )
            added.append(person.id)
        else:
            known += 1
            _update(session, person, line, agencies, now)
        there.add((person.id, agencies.get(line.agency, 0)))
    audit.append(
        session,
        office_id=office_id,
        at=now,
        actor=by,
        action="roster_imported",
        subject=f"office:{office_id}",
        detail={"new": len(added), "known": known, **({"named": dict(named)} if named else {})},
    )
    left_out = tuple(written for written in _by_agency(lines) if written not in agencies)
    entering.catch_up(session, office_id, agencies.values(), now)
    gone = _gone(session, office_id, {agencies[line.agency] for line in kept if line.role is Role.CONTACT}, there)
    return Imported(tuple(added), known, agencies_without_people(session, office_id), left_out, gone)


def _gone(session: Session, office_id: int, named: set[int], there: set[tuple[int, int]]) -> tuple[int, ...]:
    found = people.places(session, office_id, named)
    return tuple(one.contact.id for one in found if (one.person.id, one.contact.agency_id) not in there)


def agencies_without_people(session: Session, office_id: int) -> tuple[str, ...]:
    """Agencies that hold a duty in a plan and have nobody in the roster."""
    duties = session.scalars(select(Plan.id).where(Plan.office_id == office_id, Plan.closed_at.is_(None)))
    holders = {duty.agency_id for plan_id in duties for duty in plans.duties_of(session, plan_id)}
    staffed = set(
        session.scalars(select(Contact.agency_id).where(Contact.office_id == office_id, Contact.left_at.is_(None)))
    )
    return tuple(people.agency_names(session, holders - staffed).values())


def agencies_to_fill(session: Session, office_id: int) -> tuple[str, ...]:
    """Every agency the template should list."""
    return tuple(name for _, name, _ in people.known_agencies(session, office_id))


def _agencies(
    session: Session, office_id: int, lines: Sequence[RosterLine], named: Mapping[str, str]
) -> dict[str, int]:
    """Ids by written name. What a person settled is remembered for the next time."""
    unknown = unknown_names(session, office_id, lines, named)
    if unknown:
        rows = [{"row": one.row, "agency": one.written, "candidates": one.candidates} for one in unknown]
        raise DubanError("roster_unknown_agency", rows=rows)
    ids = agencyrows.ensure(session, office_id, [name for name in named.values() if name])
    found = {written: ids[name] for written, name in named.items() if name}
    for written, name in named.items():
        if name and written != name:
            agencyrows.remember(session, office_id, name, written)
    known = people.known_agencies(session, office_id)
    for written in _by_agency(lines):
        match = find_agency(written, known) if written not in named else None
        if match is not None and match.found is not None:
            found[written] = match.found
    return found


def _existing(session: Session, office_id: int, line: RosterLine, agencies: dict[str, int]) -> Person | None:
    """The person a line means: same name and phone, or same name in the same place; a name alone is nobody's."""
    query = select(Person).where(Person.office_id == office_id, Person.name == line.name).order_by(Person.id)
    same_name = session.scalars(query).all()
    by_phone = (person for person in same_name if line.phone and person.phone == line.phone)
    by_place = (
        person
        for person in same_name
        if not (line.phone and person.phone) and _holds(people.actor_of(session, person), line, agencies)
    )
    return next(by_phone, None) or next(by_place, None)


def _holds(actor: Actor, line: RosterLine, agencies: dict[str, int]) -> bool:
    return agencies[line.agency] in actor.agency_ids if line.role is Role.CONTACT else actor.is_a(line.role)


def _update(session: Session, person: Person, line: RosterLine, agencies: dict[str, int], now: datetime) -> None:
    """A known person gets the phone and the place the roster names, nothing twice."""
    person.phone = line.phone or person.phone
    if line.role is Role.CONTACT:
        agency_id = agencies[line.agency]
        query = select(Contact).where(
            Contact.person_id == person.id, Contact.agency_id == agency_id, Contact.left_at.is_(None)
        )
        contact = session.scalars(query).first()
        if contact is None:
            entering.grant(session, person, line.role, now, agency_id, line.position)
        else:
            contact.position = line.position
        return
    held = select(RoleGrant).where(
        RoleGrant.person_id == person.id, RoleGrant.role == line.role, RoleGrant.ended_at.is_(None)
    )
    if session.scalars(held).first() is None:
        entering.grant(session, person, line.role, now)


def unbound_people(session: Session, office_id: int) -> tuple[int, ...]:
    """People of the roster who have not entered yet and still hold a role or a place."""
    query = select(Person).where(Person.office_id == office_id, Person.user_id.is_(None)).order_by(Person.id)
    return tuple(person.id for person in session.scalars(query) if people.actor_of(session, person).roles)


def answer(session: Session, actor: Actor, imported: Imported, now: datetime, key: str) -> None:
    """Tell the coordinator what the import did."""
    code = "roster_imported" if imported.without_contact else "roster_imported_all"
    missing = "、".join(imported.without_contact)
    counts = {"added": len(imported.added), "known": imported.known, "missing": len(imported.without_contact)}
    cards.notice(session, actor, code, now, key, agencies=missing, **counts)
