"""What a chat message shows of the office's calendar, before words: a year, or a change to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.notice_words import Said
from bot.domain.notices import Festivity


@dataclass(frozen=True)
class YearDays:
    """A year: its days off in a row (ordinary weekends left out), weekend days worked, days set by hand.

    `entered_on` is when the office entered its notice; `published` when the library knows the year.
    """

    year: int
    workdays: int
    runs: tuple[tuple[date, date], ...]
    made_up: tuple[date, ...]
    by_hand: tuple[tuple[date, bool], ...]
    entered_on: date | None
    published: bool

    @property
    def provisional(self) -> bool:
        """Whether the year is an estimate: its notice is neither published nor entered."""
        return self.entered_on is None and not self.published


@dataclass(frozen=True)
class MovedDay:
    """A due day that another calendar moves: a quarter's report ("2027Q1") or a point ("milestone:2027-06-30")."""

    plan: str
    what: str
    before: date
    after: date


@dataclass(frozen=True)
class Changes:
    """What another calendar changes: days and whether they are worked then, due days, how many reminders move."""

    days: tuple[tuple[date, bool], ...] = ()
    moved: tuple[MovedDay, ...] = ()
    reminders: int = 0


@dataclass(frozen=True)
class Proposal:
    """A change as it was read: a year's notice, or days set by hand (None: as the notice has it)."""

    year: int
    notice: bool
    partial: bool
    replaces: bool
    festivities: tuple[Festivity, ...]
    set_days: tuple[tuple[date, bool | None], ...]
    doubts: tuple[Said, ...]


@dataclass(frozen=True)
class CalendarView:
    """The calendar card; `stage` year, check (to be confirmed), done or undone."""

    card_id: int
    rev: int
    stage: str
    year: YearDays
    proposal: Proposal | None = None
    changes: Changes = Changes()
