"""代填, before words: logging answers given by phone, the phone list, and what the limits held back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.domain.model import Position
from bot.domain.reachviews import Unreached

if TYPE_CHECKING:
    # Only for the types: `views` names this card in its union.
    from bot.domain.views import DueLine, ReadItem, ReceiptView


@dataclass(frozen=True)
class AgencyChoice:
    """An agency to log an answer for: how many dues it has open, and how many of them are overdue."""

    agency_id: int
    agency: str
    open: int
    overdue: int


@dataclass(frozen=True)
class Callee:
    """Somebody of an agency who can be phoned."""

    name: str
    phone: str
    position: Position


@dataclass(frozen=True)
class PhoneDue:
    """Something owed: how often it was reminded of; `plan` names the plan where several are listed."""

    number: str
    title: str
    what: str
    due_on: date
    reminded: int
    overdue: bool
    plan: str = ""


@dataclass(frozen=True)
class PhoneEntry:
    """An agency to phone: its people, what keeps messages from it, if anything does, and what it owes."""

    agency_id: int
    agency: str
    people: tuple[Callee, ...]
    barrier: Unreached | None
    dues: tuple[PhoneDue, ...]


@dataclass(frozen=True)
class HeldDue:
    """A due whose reminder a limit held back; `answered` meanwhile."""

    number: str
    title: str
    what: str
    answered: bool


@dataclass(frozen=True)
class HeldEntry:
    """What the limits of a plan held back for one agency, by local day, the newest first.

    `still_open` when something of it is still owed; `plan` names the plan where several are listed.
    """

    plan_id: int
    agency_id: int
    agency: str
    days: tuple[tuple[date, tuple[HeldDue, ...]], ...]
    still_open: bool
    plan: str = ""


@dataclass(frozen=True)
class Limits:
    """A plan's limits: mornings a week and a quarter on which an agency is reminded; 0 for none."""

    per_week: int
    per_quarter: int
    plan: str = ""


@dataclass(frozen=True)
class BehalfView:
    """The card; `stage` agencies, phones, held, dues, status, confirm, source or sent.

    `words` are the coordinator's as typed, `source` says whose answer it is. `sole`: nobody else could review it;
    `told` is the contact who was told; `from_phones`: the agency was picked on the phone list.
    """

    card_id: int
    rev: int
    now: datetime
    stage: str
    page: int = 0
    choices: tuple[AgencyChoice, ...] = ()
    phones: tuple[PhoneEntry, ...] = ()
    held: tuple[HeldEntry, ...] = ()
    limits: tuple[Limits, ...] = ()
    agency: str = ""
    people: tuple[Callee, ...] = ()
    dues: tuple[DueLine, ...] = ()
    items: tuple[ReadItem, ...] = ()
    words: str = ""
    source: str = ""
    receipts: tuple[tuple[str, ReceiptView], ...] = ()
    sole: bool = False
    told: str = ""
    from_phones: bool = False
