"""Sealing a period: its figures frozen at cut-off with a hash, so that the summary sent can always be shown again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.summary import Summary
from bot.services import summaries
from storage import audit
from storage.tables import Plan, Seal


def seal(session: Session, plan: Plan, period: str, now: datetime) -> Seal:
    """Freeze a period once; a second call returns the first seal."""
    existing = session.scalars(select(Seal).where(Seal.plan_id == plan.id, Seal.period == period)).first()
    if existing is not None:
        return existing
    actor = summaries.office_actor(session, plan)
    figures = as_json(summaries.build(session, plan, period, now, actor))
    digest = hashlib.sha256(json.dumps(figures, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    sealed = Seal(plan_id=plan.id, period=period, sealed_at=now, figures=figures, sha256=digest)
    session.add(sealed)
    audit.append(
        session,
        office_id=plan.office_id,
        at=now,
        actor="tick",
        action="period_sealed",
        subject=f"plan:{plan.id}:{period}",
        detail={"sha256": digest},
    )
    return sealed


def as_json(summary: Summary) -> dict[str, Any]:
    """A Summary as plain JSON values: dates and instants in ISO form."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(summary), default=_plain, ensure_ascii=False))
    return plain


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value)}")
