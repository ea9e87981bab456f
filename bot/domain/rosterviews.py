"""What a chat message shows of a roster, before words: names of agencies to settle, agencies still without anybody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settled:
    """What became of an agency as the roster writes it: `name` is the agency it means, "" where its rows stay out."""

    written: str
    name: str


@dataclass(frozen=True)
class RosterView:
    """A roster being checked; `stage` ask, done or stopped.

    `known` people have an agency that was found, `left` names are still open; the one asked about stands in `row` as
    `written`, with the `people` beside it. `typed` is what the coordinator typed for it, "" at first; `new_name` what
    it would be called as an agency of its own.
    """

    card_id: int
    rev: int
    stage: str
    known: int = 0
    left: int = 0
    row: int = 0
    written: str = ""
    people: tuple[str, ...] = ()
    typed: str = ""
    choices: tuple[str, ...] = ()
    new_name: str = ""
    settled: tuple[Settled, ...] = ()


@dataclass(frozen=True)
class MissingAgency:
    """An agency with duties that cannot be asked: without a contact, or `people` (name, phone) have yet to enter.

    `has_contact` tells the two apart; without one, `people` are its heads, whom one may phone.
    """

    agency: str
    has_contact: bool
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MissingView:
    """The agencies that cannot be asked yet, by page."""

    card_id: int
    rev: int
    agencies: tuple[MissingAgency, ...]
    page: int
