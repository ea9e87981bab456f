"""A revised document as its card shows it: the differences, what is chosen, and what choosing it does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain import settling
from bot.domain.merging import handed_over, merge, renamed_agencies
from bot.domain.people import Actor
from bot.domain.renaming import renamed
from bot.domain.revision import Revision
from bot.domain.revisionviews import Effect, RevisionView
from bot.services import handover, planning, revising
from storage import people, readings, revised
from storage.tables import Card, Plan


def revision_view(session: Session, card: Card, actor: Actor, now: datetime) -> RevisionView:
    """The card of a revised document at this moment."""
    plan, state = session.get_one(Plan, card.state["plan"]), card.state
    waiting = bool(state["reading"])
    revision = revising.on_card(session, card) if waiting else None
    document = readings.from_json(state["reading"]) if waiting else None
    return RevisionView(
        card_id=card.id,
        rev=card.rev,
        stage=state["stage"],
        plan_title=plan.title,
        document_name=state["name"],
        active=plan.activated_at is not None,
        likely=document is not None and revising.is_likely(revised.document_of(session, plan), document),
        changes=revision.changes if revision else (),
        accepted=frozenset(state["accepted"]),
        page=state["page"],
        chosen=state["chosen"],
        effect=_foreseen(session, plan, revision, state["accepted"], now) if revision else _done(session, card, now),
        doubts=len(settling.open_doubts(planning.reading_of(plan))) if plan.activated_at is None else 0,
    )


def _foreseen(session: Session, plan: Plan, revision: Revision, accepted: Collection[int], now: datetime) -> Effect:
    """What confirming the accepted changes would do."""
    taken = revising.with_numbers(revision, accepted)
    merged = merge(revision, taken)
    before = renamed(revision.plan, dict(renamed_agencies(revision, taken)))
    keys, kept = ({task.key for task in reading.tasks} for reading in (merged, before))
    counted = Effect(added=len(keys - kept), ended=len(kept - keys))
    if plan.activated_at is None:
        return counted
    assigned, relieved = handed_over(before, merged)
    first_at = handover.first_at(session, plan, now)
    return Effect(counted.added, counted.ended, assigned, relieved, _silent(session, plan, assigned, now), first_at)


def _done(session: Session, card: Card, now: datetime) -> Effect:
    """What was done, as the card keeps it."""
    plan, done = session.get_one(Plan, card.state["plan"]), card.state.get("done", {})
    if "at" not in done:
        return Effect(done.get("added", 0), done.get("ended", 0))
    assigned, relieved = (handover.names_of(session, done[name]) for name in ("assigned", "relieved"))
    first_at = handover.local(session, plan, datetime.fromisoformat(done["at"]))
    silent = _silent(session, plan, assigned, now)
    return Effect(done["added"], done["ended"], assigned, relieved, silent, first_at)


def _silent(session: Session, plan: Plan, names: Collection[str], now: datetime) -> tuple[str, ...]:
    """Those of the named agencies nobody can be asked for; an agency not known yet has nobody."""
    ids = {name: agency_id for agency_id, name, _ in people.known_agencies(session, plan.office_id) if name in names}
    asked = people.recipients(session, ids.values(), handover.local(session, plan, now).date())
    return tuple(n for n in names if not any(person.bound for person in asked.get(ids.get(n, 0), ())))
