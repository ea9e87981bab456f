"""Who speaks for the agencies, as the card 人员 and the command line show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.model import Position
from bot.domain.people import Actor, Recipient, choose_recipient, on_leave, stood_in_for
from bot.domain.peopleviews import AgencyPeople, GoneLine, PeopleView, PersonLine, StandIn, Trouble
from storage import people
from storage.people import Place
from storage.tables import Card, Contact, Duty, Person, Plan, Task


def people_view(session: Session, card: Card, actor: Actor, now: datetime) -> PeopleView:
    """The card at this moment."""
    state, today = card.state, now.astimezone(actor.zone).date()
    base = PeopleView(card.id, card.rev, state["stage"], today, page=state["page"], note=state.get("note", ""))
    if base.stage == "gone":
        return replace(base, gone=_gone(session, actor, state, today))
    if base.stage == "proposal":
        return _proposal(session, state["proposal"], base)
    if base.stage == "list":
        every = agencies(session, actor.office_id, today)
        troubled = tuple(one for one in every if one.trouble)
        shown = troubled if state["todo"] else every
        return replace(base, agencies=shown, in_trouble=len(troubled), only_trouble=state["todo"])
    found = agencies(session, actor.office_id, today, [state["agency"]]) if state["agency"] else ()
    agency = found[0] if found else None
    person = next((one for one in agency.people if one.contact_id == state["contact"]), None) if agency else None
    return replace(base, agency=agency, person=person, ask=state.get("ask", ""))


def agencies(
    session: Session, office_id: int, today: date, agency_ids: Sequence[int] | None = None
) -> tuple[AgencyPeople, ...]:
    """Agencies that owe something in an open plan or have people, or those asked for, in the order of the roster."""
    wanted = _to_show(session, office_id) if agency_ids is None else set(agency_ids)
    names = dict(sorted(people.agency_names(session, wanted).items()))
    asked = people.recipients(session, names, today)
    staff: dict[int, list[Place]] = {agency_id: [] for agency_id in names}
    for place in people.places(session, office_id, names):
        staff[place.contact.agency_id].append(place)
    return tuple(
        _agency(agency_id, name, staff[agency_id], asked.get(agency_id, ()), today) for agency_id, name in names.items()
    )


def _to_show(session: Session, office_id: int) -> set[int]:
    owing = (
        select(Duty.agency_id)
        .join(Task, Task.id == Duty.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Plan.office_id == office_id, Plan.closed_at.is_(None), Duty.ended_at.is_(None))
    )
    staffed = select(Contact.agency_id).where(Contact.office_id == office_id, Contact.left_at.is_(None))
    return {*session.scalars(owing.distinct()), *session.scalars(staffed.distinct())}


def _agency(
    agency_id: int, name: str, staff: Sequence[Place], recipients: tuple[Recipient, ...], today: date
) -> AgencyPeople:
    chosen = choose_recipient(recipients)
    lines = tuple(line(place, today, chosen) for place in sorted(staff, key=_turn))
    return AgencyPeople(agency_id, name, lines, _trouble(lines))


_TURNS = (Position.CONTACT, Position.DEPUTY, Position.HEAD)


def _turn(place: Place) -> tuple[int, int, int]:
    return (_TURNS.index(Position(place.contact.position)), place.contact.rank, place.contact.id)


def line(place: Place, today: date, chosen: Recipient | None) -> PersonLine:
    """One person of an agency; a leave that is over is none."""
    contact, person = place
    past = contact.away_until_on is None or contact.away_until_on < today
    return PersonLine(
        contact_id=contact.id,
        name=person.name,
        phone=person.phone,
        position=Position(contact.position),
        entered=person.chat_id is not None,
        reachable=person.unreachable_since_at is None,
        away=on_leave(contact.away_from_on, contact.away_until_on, today),
        away_from_on=None if past else contact.away_from_on,
        away_until_on=None if past else contact.away_until_on,
        asked=chosen is not None and chosen.person_id == person.id,
    )


def _trouble(lines: Sequence[PersonLine]) -> Trouble | None:
    """What needs doing, the most pressing first."""
    askable = [one for one in lines if one.position is not Position.HEAD]
    if not askable:
        return Trouble.NOBODY
    here = [one for one in askable if one.entered and one.reachable]
    if not here:
        return Trouble.UNREACHABLE if any(one.entered for one in askable) else Trouble.NOT_ENTERED
    if any(one.away_until_on and not any(_free(other, one) for other in here if other != one) for one in here):
        return Trouble.UNCOVERED
    return Trouble.NOT_ENTERED if any(not one.entered for one in askable) else None


def _free(other: PersonLine, one: PersonLine) -> bool:
    """Whether a colleague is there while somebody is on leave."""
    if one.away_until_on is None or other.away_until_on is None:
        return True
    starts, others = one.away_from_on or date.min, other.away_from_on or date.min
    return other.away_until_on < starts or others > one.away_until_on


def standing_in(session: Session, actor: Actor, agency_ids: Iterable[int], now: datetime) -> tuple[StandIn, ...]:
    """The colleagues on leave in whose place the person is asked, each once, for the agencies of a message."""
    own = actor.agency_ids & set(agency_ids)
    if not own:
        return ()
    asked = people.recipients(session, own, now.astimezone(actor.zone).date())
    absent = (stood_in_for(asked.get(agency_id, ()), actor.person_id) for agency_id in sorted(own))
    return tuple(dict.fromkeys(StandIn(one.name, one.away_until_on) for one in absent if one is not None))


def _gone(session: Session, actor: Actor, state: dict[str, object], today: date) -> tuple[GoneLine, ...]:
    """Those a roster left out, in its card's order; who has left since is shown as left."""
    ids, settled = state["gone"], state["settled"]
    if not isinstance(ids, list) or not isinstance(settled, dict):
        return ()
    rows = session.execute(
        select(Contact, Person)
        .join(Person, Person.id == Contact.person_id)
        .where(Contact.id.in_(ids), Contact.office_id == actor.office_id)
        .order_by(Contact.agency_id, Contact.id)
    )
    places = [Place(contact, person) for contact, person in rows]
    names = people.agency_names(session, {place.contact.agency_id for place in places})
    return tuple(_gone_line(place, names[place.contact.agency_id], settled, today) for place in places)


def _gone_line(place: Place, agency: str, settled: dict[str, str], today: date) -> GoneLine:
    outcome = "left" if place.contact.left_at is not None else settled.get(str(place.contact.id), "")
    return GoneLine(agency, line(place, today, None), outcome)


def _proposal(session: Session, proposal: dict[str, object], base: PeopleView) -> PeopleView:
    name, phone, agency_id, by = (proposal[part] for part in ("name", "phone", "agency", "by"))
    agency = people.agency_names(session, [int(str(agency_id))])
    asker = session.get_one(Person, by)
    shown = tuple(AgencyPeople(agency_id, name, (), None) for agency_id, name in agency.items())
    return replace(
        base, agencies=shown, proposed=(str(name), str(phone)), by=asker.name, decided=str(proposal["decided"])
    )
