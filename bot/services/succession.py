"""What an agency still owes goes over when its contact leaves: one morning message to who is asked from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import ladder
from bot.domain.facts import ASSIGNMENT, Audience, OwedRung, Reason, RungKey
from bot.domain.model import Role
from bot.domain.people import Actor, choose_recipient
from bot.services.dues import DueBook
from storage import people, plans, reminders
from storage.tables import Contact, Plan, Reminder


def rung_of(contact_id: int) -> str:
    """The rung that hands on what a contact leaves behind; it stands on no ladder and is owed once."""
    return f"H{contact_id}"


def asked(session: Session, contact: Contact, now: datetime) -> int | None:
    """The person asked today for the agency of a place; None for nobody."""
    today = now.astimezone(people.zone_of(session, contact.office_id)).date()
    candidates = people.recipients(session, [contact.agency_id], today).get(contact.agency_id, ())
    found = choose_recipient(candidates)
    return found.person_id if found else None


def hand_on(
    session: Session, actor: Actor, contact: Contact, before: int | None, now: datetime, *, awaited: bool = False
) -> None:
    """Owe what is open for the agency, once more, through the morning message of who is asked now.

    `before` was asked until now: who goes on being asked hears nothing twice. While nobody is asked, or a successor
    who has yet to enter is `awaited`, it is held as the other rungs that reach nobody: entering brings it.
    """
    after = asked(session, contact, now)
    if after == before and not awaited and after is not None:
        return
    reaches = not awaited and after is not None
    speaker = replace(actor, roles=frozenset({Role.CONTACT}), agency_ids=frozenset({contact.agency_id}))
    for plan in plans.active_plans(session, contact.office_id):
        book = DueBook(session, plan, speaker, now)
        at = ladder.sending_moment(now, book.calendar, book.facts.zone, book.facts.policy)
        decided = reminders.decided(session, plan.id)
        for rung in _open_rungs(book, contact, at):
            if rung.key not in decided:
                _record(session, plan, rung, now, reaches=reaches)


def _open_rungs(book: DueBook, contact: Contact, at: datetime) -> list[OwedRung]:
    """The agency's open dues, and its assignment while that is not signed."""
    rung, agency_id = rung_of(contact.id), contact.agency_id
    owed = []
    for key in book.open_keys():
        turn = book.facts.round_of(key)
        whole = RungKey(key.task_id, agency_id, key.what, turn, rung, Audience.CONTACT)
        owed.append(OwedRung(whole, book.by_key[key].due_on, at))
    duties = [duty for task in book.facts.tasks for duty in task.duties if duty.agency_id == agency_id]
    if any(not duty.signed for duty in duties):
        owed.append(OwedRung(RungKey(0, agency_id, ASSIGNMENT, 0, rung, Audience.CONTACT), at.date(), at))
    return owed


def _record(session: Session, plan: Plan, rung: OwedRung, now: datetime, *, reaches: bool) -> Reminder:
    if reaches:
        plan.wake_at = None
        return reminders.record(session, plan.id, rung, reminders.WAITING, now)
    return reminders.record(session, plan.id, rung, reminders.DROPPED, now, reason=Reason.NOBODY)
