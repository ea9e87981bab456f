"""Word out: at the moment of sending, whether a message is still needed, where it goes and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain import ladder, periods
from bot.domain.facts import ASSIGNMENT, RELIEVED, Audience
from bot.domain.model import Role
from bot.domain.people import Actor
from bot.domain.views import NoticeView, View
from bot.services import entering, groupposts, papers_out, reaching, summaries, viewing, waves
from storage import cards, people, reminders
from storage import facts as fact_queries
from storage.tables import Card, Outbox, Person, Plan, Reminder

# Roles may have ended since a card was drawn: these kinds are for nobody else.
_COORDINATOR = frozenset({Role.COORDINATOR})
_READERS = {
    **dict.fromkeys(
        (
            "plan",
            "revision",
            "roster",
            "missing",
            "board",
            "review",
            "request",
            "manage",
            "calendar",
            "policy",
            "levers",
            "behalf",
        ),
        _COORDINATOR,
    ),
    "group": _COORDINATOR,
    "people": _COORDINATOR,
    "preview": _COORDINATOR,
    "absence": frozenset({Role.CONTACT}),
    "summary": frozenset({Role.COORDINATOR, Role.LEADER}),
}


@dataclass(frozen=True)
class Ready:
    """A message that goes out: chat, the message it edits, what it shows and in which language."""

    chat_id: int
    edit_message_id: int | None
    view: View
    language: str


@dataclass(frozen=True)
class NotNeeded:
    """A message that is not sent, and why."""

    reason: str


def prepare(session: Session, row: Outbox, now: datetime) -> Ready | NotNeeded:
    """Re-check and fill one outbox row."""
    person = session.get(Person, row.person_id) if row.person_id else None
    chat_id = row.chat_id or (person.chat_id if person else None)
    if chat_id is None:
        return NotNeeded("nobody_bound")
    language = person.language if person else str(row.payload.get("language", "zh"))
    if row.kind == groupposts.KIND:
        released = groupposts.ready(session, row, now)
        return NotNeeded(released) if isinstance(released, str) else Ready(released[0], None, *released[1:])
    if row.kind == "notice":
        actor = people.actor_of(session, person) if person else None
        if actor and not actor.roles:
            return NotNeeded("left")
        menu = actor.roles if actor and row.payload.get("menu") else frozenset()
        return Ready(chat_id, None, NoticeView(row.payload["code"], row.payload["params"], menu), language)
    if person is None:
        return NotNeeded("nobody_bound")
    actor = people.actor_of(session, person)
    if row.kind == "file":
        if not actor.roles & papers_out.readers(row.payload["paper"]):
            return NotNeeded("left")
        return Ready(chat_id, None, papers_out.file_view(session, row.payload, actor, now), language)
    if row.kind == "wave":
        return _wave(session, row, person, actor, chat_id, now)
    return _card(session, row, actor, chat_id, now, language)


def _card(session: Session, row: Outbox, actor: Actor, chat_id: int, now: datetime, language: str) -> Ready | NotNeeded:
    card = session.get_one(Card, row.card_id)
    if row.payload["rev"] < card.rev:
        return NotNeeded("drawn_again")
    if card.kind != "invite" and not actor.roles & _READERS.get(card.kind, frozenset(Role)):
        return NotNeeded("left")
    view = viewing.view_of(session, card, actor, now)
    return Ready(card.chat_id or chat_id, card.message_id, view, language)


def _wave(
    session: Session, row: Outbox, person: Person, actor: Actor, chat_id: int, now: datetime
) -> Ready | NotNeeded:
    arrived = session.get(Card, row.card_id) if row.card_id else None
    if arrived is not None and arrived.message_id is not None and actor.roles:
        # Somebody pressed a button on it, so it is there: drawn as it stands, not sent again over what was begun on it.
        view = viewing.view_of(session, arrived, actor, now)
        return Ready(arrived.chat_id or chat_id, arrived.message_id, view, person.language)
    carried = waves.still_needed(session, row, now)
    copies = reminders.riding_on(session, row.payload.get("copies", []))
    copied = [item for item in copies if item.state in (reminders.QUEUED, reminders.SENT) and _for_role(item, actor)]
    escalated = reminders.riding_on(session, row.payload.get("escalations", []))
    mine = [item for item in escalated if _for_unit(session, item, actor)]
    everything = [*carried, *copied, *mine]
    if not everything:
        return NotNeeded("nothing_left_to_say")
    if not actor.roles:
        reminders.release(session, carried, now)
        return NotNeeded("left")
    card = _wave_card(session, row, person, everything, now)
    return Ready(chat_id, None, viewing.view_of(session, card, actor, now), person.language)


def _for_role(item: Reminder, actor: Actor) -> bool:
    """Of what another holder's message carries, somebody hears what the own role is told: never the other's dues."""
    role = {Audience.COORDINATOR: Role.COORDINATOR, Audience.LEADER: Role.LEADER}.get(Audience(item.audience))
    return role is not None and actor.is_a(role)


def _for_unit(session: Session, item: Reminder, actor: Actor) -> bool:
    """Of the coordinator's list, an agency's own people hear what is escalated of theirs."""
    rung = ladder.rung_name(fact_queries.policy_of(session.get_one(Plan, item.plan_id)).escalation_rung)
    own = item.agency_id in actor.agency_ids and item.task_id != 0
    return own and item.audience == Audience.COORDINATOR and item.rung == rung and item.state != reminders.DROPPED


def _wave_card(session: Session, row: Outbox, person: Person, items: list[Reminder], now: datetime) -> Card:
    """The card of a morning message: its dues, assignment, chase lists and summary, for the buttons under it."""
    leading = [item for item in items if item.audience == Audience.LEADER]
    plan = session.get_one(Plan, (leading or items)[0].plan_id)
    zone = summaries.office_actor(session, plan).zone
    contact = [item for item in items if item.audience == Audience.CONTACT]
    dues = [_due_state(item, zone, now) for item in contact if item.what not in (ASSIGNMENT, RELIEVED)]
    assignment, relieved = (_handed(contact, what) for what in (ASSIGNMENT, RELIEVED))
    told = [item for item in items if item.audience == Audience.COORDINATOR]
    chase = [item.id for item in told if item.agency_id]
    reviews = [_period(item) for item in told if not item.agency_id and periods.is_quarter(item.what)]
    alone = len(dues) == 1 and not (assignment or relieved or told or leading)
    state = {
        "plan": plan.id,
        "dues": dues,
        "focus": 0 if alone else None,
        "assignment": assignment,
        "relieved": relieved,
        "chase": chase,
        "summary": leading[0].what if leading else None,
        "summaries": [_period(item) for item in leading[1:]],
        "reviews": reviews,
        "reach": [reaching.state_of(item.what, item.plan_id) for item in told if reaching.is_check(item.what)],
    }
    card = session.get(Card, row.card_id) if row.card_id else None
    if card is None:
        card = cards.add(session, row.office_id or 0, person.id, "dues", state, now)
        row.card_id = card.id
    card.state = state
    return card


def _period(item: Reminder) -> dict[str, Any]:
    return {"plan": item.plan_id, "period": item.what}


def _handed(items: list[Reminder], what: str) -> list[dict[str, int]]:
    """The tasks handed to an agency or taken from it: all of the plan's (round 0), or those of one revision."""
    return [
        {"plan": item.plan_id, "agency": item.agency_id, "round": item.round} for item in items if item.what == what
    ]


def _due_state(item: Reminder, zone: ZoneInfo, now: datetime) -> dict[str, object]:
    owed_on = item.owed_at.astimezone(zone).date()
    late = owed_on.isoformat() if owed_on < now.astimezone(zone).date() else None
    return {"task": item.task_id, "agency": item.agency_id, "what": item.what, "rung": item.rung, "late": late}


def settled(session: Session, row: Outbox, state: str, now: datetime) -> None:
    """Write down how a message ended; a person who cannot be reached becomes the coordinator's matter."""
    if state == "failed" and row.person_id is not None:
        entering.unreachable(session, session.get_one(Person, row.person_id), now)
    if state == "unknown" and row.kind == "wave" and row.person_id is not None:
        entering.tell_coordinators(session, session.get_one(Person, row.person_id), "delivery_unknown", now)
    if state == "dead" and row.kind == "wave" and row.person_id is not None:
        entering.tell_coordinators(session, session.get_one(Person, row.person_id), "delivery_dead", now)
    if row.kind == groupposts.KIND:
        groupposts.settled(session, row, state, now)
    if row.kind == "wave":
        waves.settled(session, row, state, now)
