"""What has been answered, returned, put off, closed and signed by a moment of a case, for the oracle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tests.journeys.policycase import Event


@dataclass(frozen=True, order=True)
class Key:
    """A due: what an agency owes for a task; `what` is a quarter or a milestone."""

    task: str
    agency: str
    what: str


class Reports:
    """The script's answers and decisions."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = sorted(events, key=lambda event: event.at)
        self.of_key: dict[Key, list[Event]] = {}
        for event in self.events:
            if event.what:
                self.of_key.setdefault(Key(event.task, event.agency, event.what), []).append(event)

    def _past(self, key: Key, at: datetime) -> list[Event]:
        return [event for event in self.of_key.get(key, ()) if event.at <= at]

    def moves(self, key: Key) -> list[tuple[datetime, date]]:
        """When the due got a new day, and which: returns with their limit, extensions."""
        found = [event for event in self.of_key.get(key, ()) if event.kind in ("returned", "extended")]
        return [(event.at, event.until) for event in found if event.until is not None]

    def turn(self, key: Key, at: datetime) -> int:
        """How often the due has been moved by a moment."""
        return sum(when <= at for when, _ in self.moves(key))

    def _stands(self, key: Key, at: datetime) -> list[Event]:
        """The reports and returns that count: what was taken back again was never there."""
        found: list[Event] = []
        for event in self._past(key, at):
            if event.kind == "undone":
                last = max(place for place, other in enumerate(found) if other.kind == "reported")
                del found[last:]
            elif event.kind != "extended":
                found.append(event)
        return found

    def _in_force(self, key: Key, at: datetime) -> Event | None:
        """The report that counts now; none while it is returned and not answered again."""
        last = next((event for event in reversed(self._stands(key, at)) if event.kind != "accepted"), None)
        return last if last is not None and last.kind == "reported" else None

    def _word(self, key: Key, at: datetime) -> Event | None:
        """The last that was reported, returned or not."""
        return next((event for event in reversed(self._stands(key, at)) if event.kind == "reported"), None)

    def is_in(self, key: Key, at: datetime) -> bool:
        """Whether the report is in."""
        return self._in_force(key, at) is not None

    def milestone_done(self, key: Key, at: datetime) -> bool:
        """Whether the milestone is reported done, or the task itself: by its quarter's report that came last.

        One that was returned proves nothing, but has replaced what was said before it.
        """
        words = {other: self._word(other, at) for other in self.of_key if self._same_duty(other, key)}
        of_task = [(word.at, other) for other, word in words.items() if word is not None and "Q" in other.what]
        counted = [key, *(other for _, other in sorted(of_task)[-1:])]
        return any(self._done(one, at) for one in counted)

    def _done(self, key: Key, at: datetime) -> bool:
        report = self._in_force(key, at)
        return report is not None and report.status == "done"

    def said_since(self, key: Key, day: date, at: datetime) -> bool:
        """Whether the agency has reported anything on the task since a day, be it returned or not."""
        past = [event for other in self.of_key if self._same_duty(other, key) for event in self._stands(other, at)]
        return any(event.kind == "reported" and event.at.date() >= day for event in past)

    def _same_duty(self, one: Key, other: Key) -> bool:
        return (one.task, one.agency) == (other.task, other.agency)

    def to_review(self, what: str, at: datetime) -> bool:
        """Whether a report of the period still waits to be accepted or returned."""
        last = [stands[-1].kind for key in self.of_key if key.what == what and (stands := self._stands(key, at))]
        return "reported" in last

    def closed(self, task: str, at: datetime) -> bool:
        """Whether the task is struck off."""
        return any(event.kind == "closed" and event.task == task and event.at <= at for event in self.events)

    def signed(self, agency: str, at: datetime) -> bool:
        """Whether the agency has signed for its tasks."""
        return any(event.kind == "signed" and event.agency == agency and event.at <= at for event in self.events)
