"""What a chat message shows of a revised document, before words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.task_changes import Change


@dataclass(frozen=True)
class RelievedBlock:
    """The tasks a revision took from an agency, by number and title."""

    agency: str
    plan_title: str
    titles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Effect:
    """What accepting the chosen changes does: tasks that come and go, agencies with new tasks and with fewer.

    `first_at` (local) is when they hear of it, None while the plan is under check and nobody does. `silent` are those
    with new tasks nobody can be asked for.
    """

    added: int = 0
    ended: int = 0
    assigned: tuple[str, ...] = ()
    relieved: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    first_at: datetime | None = None


@dataclass(frozen=True)
class RevisionView:
    """A revised document beside its plan; `stage` offer, list, one, confirm, done, declined or imported.

    `likely` when it clearly is the same plan. `accepted` are places in `changes`; `chosen` the place in detail.
    """

    card_id: int
    rev: int
    stage: str
    plan_title: str
    document_name: str
    active: bool
    likely: bool
    changes: tuple[Change, ...]
    accepted: frozenset[int]
    page: int
    chosen: int
    effect: Effect
    doubts: int = 0
