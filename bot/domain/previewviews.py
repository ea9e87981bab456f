"""What a preview of coming mornings shows, before words: who is written to, about what, and who is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.views import DuesView


@dataclass(frozen=True)
class PreviewGroup:
    """What many people are told alike: `kind` due, assignment, relieved, snooze, chase, unsigned, nobody, review or
    summary; `rung` as the ladder names it; `plan_title` only where several plans are in force.
    """

    kind: str
    what: str
    due_on: date
    rung: str
    agencies: int
    items: int
    plan_title: str = ""


@dataclass(frozen=True)
class PreviewPerson:
    """Somebody who will be written to, with the agencies or office roles they stand for and how much is said."""

    person_id: int
    name: str
    places: tuple[str, ...]
    items: int


@dataclass(frozen=True)
class PreviewLeftOut:
    """Who is left out for one reason (a code of `bot.domain.facts.Reason`): agencies with how many rungs each.

    `phones` are (agency, name, number) of those whom nobody can be written to for; both empty where nobody is known.
    """

    reason: str
    agencies: tuple[tuple[str, int], ...]
    phones: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class PreviewWave:
    """One coming moment (aware, local) at which people are written to."""

    at: datetime
    groups: tuple[PreviewGroup, ...]
    people: tuple[PreviewPerson, ...]
    left_out: tuple[PreviewLeftOut, ...]


@dataclass(frozen=True)
class PreviewView:
    """The preview card; `mode` wave, people or text. `number` counts the waves from 0, `page` those of the people.

    In text mode `message` is what `person` will read, in `language`.
    """

    card_id: int
    rev: int
    now: datetime
    wave: PreviewWave | None
    number: int
    more: bool
    mode: str
    page: int = 0
    person: PreviewPerson | None = None
    message: DuesView | None = None
    language: str = "zh"
