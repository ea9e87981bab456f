"""Entering and leaving: one-time invitations, 是我/不是我, roles, who left, who cannot be reached."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.facts import Reason
from bot.domain.model import DubanError, Position, Role
from bot.domain.people import Actor
from bot.services import cards, succession, trail
from storage import audit, people, reminders, settings
from storage import cards as card_queries
from storage.tables import Agency, Card, Contact, Invitation, Office, Person, Plan, RoleGrant

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """A fresh invitation: the token is shown once and never stored."""

    person_id: int
    name: str
    agency: str
    role: Role
    token: str
    expires_at: datetime


def add_person(
    session: Session, office_id: int, name: str, role: Role, now: datetime, phone: str = "",
    agency_id: int | None = None, position: Position = Position.CONTACT,
) -> Person:  # fmt: skip
    """A person with a role, not bound to any account yet."""
    person = Person(office_id=office_id, name=name, phone=phone, created_at=now)
    session.add(person)
    session.flush()
    grant(session, person, role, now, agency_id, position)
    return person


def grant(
    session: Session, person: Person, role: Role, now: datetime,
    agency_id: int | None = None, position: Position = Position.CONTACT,
) -> None:  # fmt: skip
    """Give a person an office role, or a place in an agency for a contact."""
    if role is Role.CONTACT:
        if agency_id is None:
            raise DubanError("contact_without_agency", name=person.name)
        session.add(
            Contact(
                office_id=person.office_id, person_id=person.id, agency_id=agency_id, position=position, since_at=now
            )
        )
    else:
        session.add(RoleGrant(office_id=person.office_id, person_id=person.id, role=role, granted_at=now))
    session.flush()


def invite(session: Session, person: Person, now: datetime) -> Invited:
    """A one-time link for a person; earlier unused ones end."""
    _revoke_invitations(session, person, now)
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            office_id=person.office_id,
            person_id=person.id,
            token_hash=_hash(token),
            created_at=now,
            expires_at=now + VALID_FOR,
        )
    )
    role, agency = _part_of(session, person)
    audit.append(
        session,
        office_id=person.office_id,
        at=now,
        actor="office",
        action="invited",
        subject=f"person:{person.id}",
        detail={"role": role, "agency": agency},
    )
    return Invited(person.id, person.name, agency, role, token, now + VALID_FOR)


def _revoke_invitations(session: Session, person: Person, now: datetime) -> None:
    unused = (Invitation.person_id == person.id, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    session.execute(update(Invitation).where(*unused).values(revoked_at=now))


def link(session: Session, office_id: int, token: str) -> str:
    """The deep link that opens the bot with this token; the words to send it, while the bot's name is not known."""
    username = bot_name(session, office_id)
    return f"https://t.me/{username}?start={token}" if username else f"/start {token}"


def bot_name(session: Session, office_id: int) -> str:
    """The bot's user name as it was last learned; empty before the first start."""
    return str(settings.read(session, office_id, "bot").get("username", ""))


def remember_bot(session: Session, office_id: int, username: str) -> None:
    """Keep the bot's own name, for deep links."""
    settings.write(session, office_id, "bot", {"username": username})


def _part_of(session: Session, person: Person) -> tuple[Role, str]:
    actor = people.actor_of(session, person)
    names = people.agency_names(session, actor.agency_ids)
    role = next((role for role in (Role.COORDINATOR, Role.LEADER) if actor.is_a(role)), Role.CONTACT)
    return role, "、".join(names.values())


def open_invitation(session: Session, token: str, user_id: int, chat_id: int, now: datetime) -> None:
    """/start with a token: show whom it is for. Wrong, used and expired tokens look the same to the outside."""
    invitation = session.scalars(select(Invitation).where(Invitation.token_hash == _hash(token))).first()
    if invitation is None or invitation.used_at or invitation.revoked_at or invitation.expires_at <= now:
        raise DubanError("invitation_invalid")
    if invitation.claimed_user_id not in (None, user_id):
        raise DubanError("invitation_invalid")
    invitation.claimed_user_id = user_id
    state = {"invitation": invitation.id, "stage": "ask"}
    card = card_queries.add(session, invitation.office_id, invitation.person_id, "invite", state, now)
    card.chat_id = chat_id
    cards.redraw(session, card, now)


def answer_invitation(session: Session, user_id: int, chat_id: int, card_id: int, yes: bool, now: datetime) -> Person:
    """是我 binds the account, 不是我 frees the invitation; only the account that opened it may answer."""
    card = session.get(Card, card_id)
    if card is None or card.kind != "invite":
        raise DubanError("invitation_invalid")
    invitation = session.get_one(Invitation, card.state["invitation"])
    over = invitation.used_at or invitation.revoked_at or invitation.expires_at <= now
    if invitation.claimed_user_id != user_id or over:
        raise DubanError("invitation_invalid")
    person = session.get_one(Person, invitation.person_id)
    if not yes:
        invitation.claimed_user_id = None
        cards.redraw(session, card, now, stage="refused")
        return person
    used = session.execute(
        update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise DubanError("invitation_invalid")
    bound = _bind(session, person, user_id, chat_id, now)
    cards.redraw(session, card, now, stage="bound")
    # The welcome is an edit, and an edited message cannot lay out the fixed keyboard: one more message does.
    cards.menu(session, people.actor_of(session, bound), "menu_ready", now, f"bound:{invitation.id}")
    return bound


def _bind(session: Session, person: Person, user_id: int, chat_id: int, now: datetime) -> Person:
    """Bind the account; one account with a second invitation keeps one person, who then speaks for both agencies."""
    already = session.scalars(
        select(Person).where(Person.user_id == user_id, Person.office_id == person.office_id, Person.id != person.id)
    ).first()
    if already is not None:
        _merge(session, person, already, now)
        person = already
    person.user_id, person.chat_id, person.unreachable_since_at = user_id, chat_id, None
    _catch_up(session, person, now)
    audit.append(
        session,
        office_id=person.office_id,
        at=now,
        actor=f"person:{person.id}",
        action="bound",
        subject=f"person:{person.id}",
        detail={"user": user_id},
    )
    return person


def _merge(session: Session, person: Person, into: Person, now: datetime) -> None:
    """Places and roles go to the person the account belongs to; a leave covers them too, no place is held twice."""
    held = people.places_of(session, into.id)
    for contact in people.places_of(session, person.id):
        if any(contact.agency_id == own.agency_id for own in held):
            contact.left_at = now
        elif held:
            contact.away_from_on, contact.away_until_on = held[0].away_from_on, held[0].away_until_on
    for table in (Contact, RoleGrant):
        session.execute(update(table).where(table.person_id == person.id).values(person_id=into.id))


def leave(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """A person leaves: all rights end at once, what the agencies still owe is handed on.

    Raises DubanError person_unknown, and last_coordinator for the only one there is.
    """
    person = session.scalars(select(Person).where(Person.id == person_id, Person.office_id == actor.office_id)).first()
    if person is None:
        raise DubanError("person_unknown")
    coordinators = people.holders_of(session, actor.office_id, Role.COORDINATOR)
    if [holder.id for holder in coordinators] == [person.id]:
        raise DubanError("last_coordinator", name=person.name)
    for contact in people.places_of(session, person.id):
        end_place(session, actor, contact, now)
    session.execute(
        update(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None)).values(ended_at=now)
    )
    _revoke_invitations(session, person, now)
    trail.record(session, actor, "left", f"person:{person.id}", {}, now)


def end_place(session: Session, actor: Actor, contact: Contact, now: datetime) -> None:
    """A person speaks for an agency no more: rights there end at once, open items go to who is asked from now on."""
    before = succession.asked(session, contact, now)
    end_rights(session, contact, now)
    succession.hand_on(session, actor, contact, before, now)


def end_rights(session: Session, contact: Contact, now: datetime) -> None:
    """The place ends; with no other place and no role left, unused invitations end too."""
    person = session.get_one(Person, contact.person_id)
    contact.left_at = now
    session.flush()
    if not people.actor_of(session, person).roles:
        _revoke_invitations(session, person, now)


def _catch_up(session: Session, person: Person, now: datetime) -> None:
    """What nobody could be told meanwhile is decided again: the newest rung of each ladder reaches the newcomer."""
    catch_up(session, person.office_id, people.actor_of(session, person).agency_ids, now)


def catch_up(session: Session, office_id: int, agency_ids: Iterable[int], now: datetime, *, what: str = "") -> None:
    """Somebody may be asked again for these agencies: what nobody could be told is decided again; all, or one kind."""
    reminders.reopen(session, agency_ids, Reason.NOBODY, now, what=what)
    session.execute(update(Plan).where(Plan.office_id == office_id).values(wake_at=None))


def reachable_again(session: Session, user_id: int, chat_id: int, now: datetime) -> None:
    """The person wrote or unblocked the bot: messages may go out again."""
    person = session.scalars(select(Person).where(Person.user_id == user_id)).first()
    if person is not None and (person.unreachable_since_at is not None or person.chat_id != chat_id):
        person.unreachable_since_at, person.chat_id = None, chat_id
        _catch_up(session, person, now)


def unreachable(session: Session, person: Person, now: datetime) -> None:
    """The person blocked the bot: every coordinator hears of it once."""
    if person.unreachable_since_at is not None:
        return
    person.unreachable_since_at = now
    tell_coordinators(session, person, "person_unreachable", now)


def tell_coordinators(session: Session, person: Person, code: str, now: datetime, **more: object) -> None:
    """One notice a day to every coordinator about a person messages do not reach, or may not have reached."""
    _, agency = _part_of(session, person)
    params = {"name": person.name, "agency": agency, "phone": person.phone, **more}
    for coordinator in people.holders_of(session, person.office_id, Role.COORDINATOR):
        if coordinator.id != person.id:
            actor = people.actor_of(session, coordinator)
            cards.notice(session, actor, code, now, f"{code}:{person.id}:{now:%Y%m%d}", **params)


def office_of(session: Session) -> Office:
    """The office this installation serves."""
    return session.scalars(select(Office).order_by(Office.id)).one()


def ensure_office(session: Session, name: str, timezone: str, now: datetime) -> Office:
    """The office, created at the first start."""
    office = session.scalars(select(Office).order_by(Office.id)).first()
    if office is None:
        office = Office(name=name, timezone=timezone, created_at=now)
        session.add(office)
        session.flush()
    return office


def agency_named(session: Session, office_id: int, name: str) -> Agency | None:
    """An agency by its exact name."""
    return session.scalars(select(Agency).where(Agency.office_id == office_id, Agency.name == name)).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def blocked_by(session: Session, user_id: int, now: datetime) -> None:
    """The person blocked the bot."""
    person = session.scalars(select(Person).where(Person.user_id == user_id)).first()
    if person is not None:
        unreachable(session, person, now)
