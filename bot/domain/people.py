"""The acting person: who it is and what the office lets them see. Read from the database at every action."""

from __future__ import annotations

from dataclasses import dataclass
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
    """Somebody a message about an agency could go to."""

    person_id: int
    agency_id: int
    name: str
    phone: str
    position: Position
    bound: bool
    reachable: bool
    away: bool

    @property
    def can_receive(self) -> bool:
        """Bound, not blocked, not on leave."""
        return self.bound and self.reachable and not self.away


def choose_recipient(candidates: tuple[Recipient, ...]) -> Recipient | None:
    """The one who is asked for an agency: its first contact who can receive, else the deputy, else nobody.

    The unit head is only told at the escalation, never asked in a contact's place.
    """
    for position in (Position.CONTACT, Position.DEPUTY):
        for candidate in candidates:
            if candidate.position is position and candidate.can_receive:
                return candidate
    return None
