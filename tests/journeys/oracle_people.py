"""Who hears for whom at a moment of a case, for the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.journeys.policycase import Case, Event


@dataclass(frozen=True)
class Seat:
    """A person's place in an agency, from a moment on (None: from the start)."""

    person: str
    position: str
    agency: str
    since: datetime | None = None


class Roster:
    """The people of a case, and what happens to them."""

    def __init__(self, case: Case) -> None:
        self.case = case
        people = [(person.name, place) for person in case.people for place in person.places]
        seats = [Seat(name, place.position, place.agency) for name, place in people if place.agency]
        joined = [event for event in case.events if event.kind == "joined"]
        self.seats = [*seats, *(Seat(event.person, "contact", event.agency, event.at) for event in joined)]
        self.office = [(name, place.position) for name, place in people if not place.agency]
        self._greeted: set[Event] = set()

    def holders(self, role: str, at: datetime) -> list[str]:
        """The coordinators, or the leaders, who can be written to."""
        return [name for name, held in self.office if held == role and self._is_in(name, at)]

    def asked(self, agency: str, at: datetime) -> str | None:
        """Who is asked for an agency: its first contact who can be reached, else the deputy."""
        for position in ("contact", "deputy"):
            for name in self._reached(agency, at, position):
                return name
        return None

    def above(self, agency: str, at: datetime) -> list[str]:
        """Deputy and unit head, who hear of an escalation; not the one who is asked already."""
        above = [*self._reached(agency, at, "deputy"), *self._reached(agency, at, "head")]
        return [name for name in dict.fromkeys(above) if name != self.asked(agency, at)]

    def left_by(self, event: Event) -> list[str]:
        """The agencies for which somebody else is asked once a person has left."""
        agencies = dict.fromkeys(seat.agency for seat in self.seats if seat.person == event.person)
        before = event.at - timedelta(seconds=1)
        return [agency for agency in agencies if self.asked(agency, before) != self.asked(agency, event.at)]

    def newly_entered(self, at: datetime) -> Iterator[str]:
        """Agencies somebody came to since the last look."""
        for event in self.case.events:
            if event.kind in ("entered", "joined") and event.at <= at and event not in self._greeted:
                self._greeted.add(event)
                yield from {seat.agency for seat in self.seats if seat.person == event.person}

    def newly_back(self, at: datetime) -> Iterator[str]:
        """Agencies of those whose leave has ended since the last look."""
        for event in self.case.events:
            if event.until and event.kind == "away" and event.until < at.date() and event not in self._greeted:
                self._greeted.add(event)
                yield from {seat.agency for seat in self.seats if seat.person == event.person}

    def _reached(self, agency: str, at: datetime, position: str) -> Iterator[str]:
        for seat in self.seats:
            sits = seat.since is None or seat.since <= at
            there = self._is_in(seat.person, at) and not self._away(seat.person, at)
            if sits and there and (seat.agency, seat.position) == (agency, position):
                yield seat.person

    def _is_in(self, name: str, at: datetime) -> bool:
        """Whether the person has entered, and neither left nor blocked the bot since."""
        entered = any(person.name == name and person.entered for person in self.case.people)
        for event in self.case.events:
            if event.person == name and event.at <= at:
                if event.kind in ("left", "blocked"):
                    entered = False
                elif event.kind == "entered":
                    entered = True
        return entered

    def _away(self, name: str, at: datetime) -> bool:
        away = [event for event in self.case.events if event.kind == "away" and event.person == name and event.at <= at]
        last = away[-1] if away else None
        return last is not None and bool(last.from_on and last.until and last.from_on <= at.date() <= last.until)
