"""Whom a wave of reminders would not reach, and why; before words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.people import Recipient, in_turn


class Barrier(StrEnum):
    """What keeps messages from an agency: nobody on the roster, not entered, blocked, on leave with no stand-in."""

    NOBODY = "nobody"
    NOT_ENTERED = "not_entered"
    BLOCKED = "blocked"
    AWAY = "away"


@dataclass(frozen=True)
class Unreached:
    """Somebody of an agency out of reach, with the phone number; a name of "" when the roster has nobody."""

    agency: str
    name: str
    phone: str
    barrier: Barrier
    away_until_on: date | None = None


@dataclass(frozen=True)
class ReachView:
    """The check before the wave of a day; `whole` is how many agencies it is for."""

    wave_on: date
    whole: int
    unreached: tuple[Unreached, ...]


def barrier_of(agency: str, candidates: Iterable[Recipient]) -> Unreached | None:
    """The first to be asked for an agency and what keeps the message from that person; None when somebody gets it."""
    people = in_turn(candidates)
    if any(person.can_receive for person in people):
        return None
    if not people:
        return Unreached(agency, "", "", Barrier.NOBODY)
    # Who has a phone that is answered today comes before who is away.
    person = min(people, key=lambda one: one.away)
    barrier = Barrier.AWAY if person.away else Barrier.BLOCKED if person.bound else Barrier.NOT_ENTERED
    return Unreached(agency, person.name, person.phone, barrier, person.away_until_on if person.away else None)
