"""Papers asked for in chat: the ledger, the roster template, the invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.model import DubanError, Role
from bot.domain.people import Actor
from bot.domain.views import FileView
from bot.services import entering, rosters, summaries
from storage import outbox, plans
from storage.tables import Person

_OF_THE_OFFICE = ("roster_template", "invitations")


def ask(session: Session, actor: Actor, kind: str, now: datetime, key: str, **details: Any) -> None:
    """Owe the person a file; it is made at the moment of sending."""
    outbox.put(
        session,
        key=f"file:{kind}:{actor.person_id}:{key}",
        kind="file",
        payload={"paper": kind, **details},
        now=now,
        office_id=actor.office_id,
        person_id=actor.person_id,
        urgency=1,
    )


def readers(kind: str) -> frozenset[Role]:
    """Who may be sent a file of this kind; asked again at the moment of sending."""
    return frozenset({Role.COORDINATOR} if kind in _OF_THE_OFFICE else {Role.COORDINATOR, Role.LEADER})


def file_view(session: Session, payload: dict[str, Any], actor: Actor, now: datetime) -> FileView:
    """The data of a file as of now."""
    kind = payload["paper"]
    if kind == "roster_template":
        names = rosters.agencies_to_fill(session, actor.office_id)
        return FileView(kind, "roster.xlsx", rows=tuple((name,) for name in names), caption="roster_template")
    if kind == "invitations":
        rows = tuple(_invitation(session, actor, person_id, now) for person_id in payload["people"])
        return FileView(kind, "invitations.txt", rows=rows, caption=kind, caption_params={"count": len(rows)})
    plan = plans.plan_for(session, actor, payload["plan"])
    if plan is None:
        raise DubanError("no_active_plan")
    summary = summaries.summary_of(session, actor, plan, payload["period"], now)
    return FileView(kind, f"{payload['period']}.xlsx" if kind == "ledger" else "summary.png", summary, caption=kind)


def _invitation(session: Session, actor: Actor, person_id: int, now: datetime) -> tuple[str, ...]:
    """Agency, name and a fresh link. The token lives only in the message: a link is made anew each time it is sent."""
    invited = entering.invite(session, session.get_one(Person, person_id), now)
    link = entering.link(session, actor.office_id, invited.token)
    return (invited.agency, invited.name, link, invited.expires_at.astimezone(actor.zone).date().isoformat())
