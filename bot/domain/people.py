"""The acting person: who it is and what the office lets them see. Read from the database at every action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.model import Position, Role


@dataclass(frozen=True)
class Actor:
    """A bound person with the roles and agencies in force now. `zone` is the office's time zone."""

    person_id: int
    office_id: int
    name: str
    language: str
    chat_id: int | None
    roles: frozenset[Role]
    agency_ids: frozenset[int]
    zone: ZoneInfo

    def is_a(self, role: Role) -> bool:
        """Whether the person holds the role; a contact is who speaks for at least one agency."""
        return role in self.roles

    @property
    def sees_whole_plan(self) -> bool:
        """Coordinators and leaders see every agency; contacts their own."""
        return self.is_a(Role.COORDINATOR) or self.is_a(Role.LEADER)


@dataclass(frozen=True)
class Recipient:
    """Somebody a message about an agency could go to; the lowest `rank` in a position is asked first.

    `away` says that the person is on leave today, `away_until_on` is the last day of the leave, if any is known.
    """

    person_id: int
    agency_id: int
    name: str
    phone: str
    position: Position
    bound: bool
    reachable: bool
    away: bool
    rank: int = 0
    away_until_on: date | None = None

    @property
    def can_receive(self) -> bool:
        """Bound, not blocked, not on leave."""
        return self.bound and self.reachable and not self.away


def choose_recipient(candidates: Iterable[Recipient]) -> Recipient | None:
    """The one who is asked for an agency: the first of its contacts who can receive, else of its deputies, else nobody.

    Among equals in rank the first in the list comes first. The unit head is only told at the escalation, never asked
    in a contact's place.
    """
    return next((candidate for candidate in in_turn(candidates) if candidate.can_receive), None)


def in_turn(candidates: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Those who may be asked for an agency, in the order in which they are: contacts by rank, then deputies by rank."""
    askable = [candidate for candidate in candidates if candidate.position in _TURNS]
    return tuple(sorted(askable, key=lambda candidate: (_TURNS.index(candidate.position), candidate.rank)))


def stood_in_for(candidates: Iterable[Recipient], person_id: int) -> Recipient | None:
    """The colleague on leave in whose place a person is asked; None when the person is asked anyway, or nobody is."""
    turns = in_turn(candidates)
    chosen = next((candidate for candidate in turns if candidate.can_receive), None)
    if chosen is None or chosen.person_id != person_id:
        return None
    return next((earlier for earlier in turns[: turns.index(chosen)] if earlier.away), None)


def on_leave(from_on: date | None, until_on: date | None, today: date) -> bool:
    """Whether a leave from one day to another, both included, covers a day; without a first day it has begun."""
    return until_on is not None and until_on >= today and (from_on is None or from_on <= today)


_TURNS = (Position.CONTACT, Position.DEPUTY)
