"""The check of reach (能否送达): the working day before a wave the coordinator hears whom it would not reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.facts import PlanFacts
from bot.domain.workdays import Calendar
from bot.services.mornings import Mornings
from storage.tables import Plan


def check(
    session: Session,
    plan: Plan,
    facts: PlanFacts,
    calendar: Calendar,
    wave_at: datetime | None,
    mornings: Mornings,
    now: datetime,
) -> datetime | None:
    """Do the check for the wave at `wave_at` when its day has come; the moment of the next check, None when none is."""
    return None
