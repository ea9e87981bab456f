"""What a chat message shows of who speaks for the agencies, before words; a contact's own leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.model import Position


@dataclass(frozen=True)
class PersonLine:
    """Somebody in an agency. `asked`: the one reminders go to today; `away`: on leave today.

    The leave's days are local and both included; a leave to come has a first day after today.
    """

    contact_id: int
    name: str
    phone: str
    position: Position
    entered: bool
    reachable: bool
    away: bool
    away_from_on: date | None
    away_until_on: date | None
    asked: bool


class Trouble(StrEnum):
    """What needs doing in an agency: no contact and no deputy, none of them reachable, a leave nobody covers, somebody
    who has yet to enter."""

    NOBODY = "nobody"
    UNREACHABLE = "unreachable"
    UNCOVERED = "uncovered"
    NOT_ENTERED = "not_entered"


@dataclass(frozen=True)
class AgencyPeople:
    """An agency with its people in the order they are asked, and what needs doing."""

    agency_id: int
    name: str
    people: tuple[PersonLine, ...]
    trouble: Trouble | None


@dataclass(frozen=True)
class GoneLine:
    """Somebody a new roster of the agency does not name; `settled` "", "left" or "kept"."""

    agency: str
    person: PersonLine
    settled: str


@dataclass(frozen=True)
class PeopleView:
    """The coordinator's card 人员. `stage` list, agency, person, leaving, successor, ask, gone, proposal or moved.

    `ask` names what is to be typed; `note` is the code of what was just done. `proposed` (name, phone) is the deputy a
    contact asks for; `decided` "", "granted" or "refused".
    """

    card_id: int
    rev: int
    stage: str
    today: date
    agencies: tuple[AgencyPeople, ...] = ()
    in_trouble: int = 0
    only_trouble: bool = False
    page: int = 0
    agency: AgencyPeople | None = None
    person: PersonLine | None = None
    ask: str = ""
    note: str = ""
    gone: tuple[GoneLine, ...] = ()
    proposed: tuple[str, str] = ("", "")
    by: str = ""
    decided: str = ""


@dataclass(frozen=True)
class OwnPlace:
    """One agency a contact speaks for: who is asked today, whom a leave hands the messages to ("" for nobody)."""

    agency: str
    position: Position
    asked: str
    stand_in: str


@dataclass(frozen=True)
class AbsenceView:
    """A contact's own leave. `stage` home, ask, ask_deputy, confirm, back, done, ended or cancelled.

    `named` is the colleague named in the words; `known` says that the agency has such a contact or deputy, who may
    not have `entered` yet. `words` are the person's own. `away_until_on` is the last day of the leave in force.
    """

    card_id: int
    rev: int
    stage: str
    today: date
    places: tuple[OwnPlace, ...]
    from_on: date | None = None
    until_on: date | None = None
    away_from_on: date | None = None
    away_until_on: date | None = None
    named: str = ""
    known: bool = False
    entered: bool = False
    words: str = ""


@dataclass(frozen=True)
class StandIn:
    """Whose place a person takes in a message: the colleague on leave until a day (included)."""

    name: str
    until_on: date | None
