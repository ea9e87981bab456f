"""The audit trail as services write it: who did what to which thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.people import Actor
from storage import audit


def record(
    session: Session, actor: Actor, action: str, subject: str, detail: Mapping[str, object], now: datetime
) -> None:
    """Add one change, by a person or the office itself, to the chained audit log; `detail` holds plain JSON values."""
    audit.append(
        session,
        office_id=actor.office_id,
        at=now,
        actor=f"person:{actor.person_id}" if actor.person_id else "office",
        action=action,
        subject=subject,
        detail=dict(detail),
    )
