"""One plan's year as plain data, for the oracle and for the house alike: tasks, people, settings and what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OWING = ("lead", "joint_lead", "shared")


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of the plan's own time."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass(frozen=True)
class TaskCase:
    """One task: `duties` as (agency, role); `milestones` are the days its text names."""

    number: str
    duties: tuple[tuple[str, str], ...]
    milestones: tuple[date, ...] = ()


@dataclass(frozen=True)
class Place:
    """A person's place: in an agency (position contact, deputy, head) or, without one, coordinator or leader."""

    position: str
    agency: str = ""


@dataclass(frozen=True)
class PersonCase:
    """Somebody on the roster, in the order of the roster; `entered` is whether the person has opened the bot."""

    name: str
    places: tuple[Place, ...]
    entered: bool = True


@dataclass(frozen=True)
class Event:
    """Something that happens at a moment.

    Of a due (task, agency, what): reported (status), undone (the last report is taken back), accepted, returned
    (until: the new limit), extended (until). Of a task: closed. Of an agency: signed. Of a person: joined (agency),
    left, entered, blocked, away (from_on, until). Of the house: down (until `ends` nobody minds it).
    """

    at: datetime
    kind: str
    task: str = ""
    agency: str = ""
    what: str = ""
    status: str = ""
    person: str = ""
    until: date | None = None
    from_on: date | None = None
    ends: datetime | None = None


@dataclass(frozen=True)
class Case:
    """A plan's year: everything that decides who must be told what, and when."""

    year: int
    tasks: tuple[TaskCase, ...]
    people: tuple[PersonCase, ...]
    activated_at: datetime
    events: tuple[Event, ...] = ()
    participants: str = "invited"
    cap_per_quarter: int = 12
    ends_on: date | None = None

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency with a part in the plan."""
        return tuple(dict.fromkeys(agency for task in self.tasks for agency, _ in task.duties))

    @property
    def over_at(self) -> datetime:
        """Until when the year is played: where nothing else is said, after the last rung of the last due."""
        return moment(self.ends_on or date(self.year + 1, 2, 1), 8)


@dataclass(frozen=True, order=True)
class Item:
    """One thing to be said: a rung of a due (task "" when it is about all of them) to one audience.

    `turn` counts the returns and extensions before this ladder.
    """

    task: str
    agency: str
    what: str
    turn: int
    rung: str
    audience: str


@dataclass(frozen=True)
class Told:
    """What a year says: the items each person hears on each day, and why every other owed item was not said.

    The reasons are all those that hold; who does not say an item may name any of them. `maybe` are items that were
    never owed because something moved them first: they may be written down with the reason or not at all.
    """

    said: frozenset[tuple[date, str, frozenset[Item]]]
    unsaid: Mapping[Item, frozenset[str]]
    maybe: Mapping[Item, frozenset[str]] = field(default_factory=dict)
