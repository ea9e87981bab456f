"""Plans as read from documents, as cases for the oracle; and the oracle's year in which nobody ever answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tests.journeys.oracle import expected
from tests.journeys.oracle_days import next_nine
from tests.journeys.policycase import Case, PersonCase, Place, TaskCase, moment

Message = tuple[date, str, frozenset[tuple[str, str, str]]]


def silent_year(tasks: Sequence[Mapping[str, object]], year: int) -> set[Message]:
    """Everything said in a year in which nobody ever answers. `tasks` in the shape of a gold reading.

    One contact per agency, the plan in force from nine o'clock of the year's first working day. Receivers are the
    agency, "coordinator" or "leader"; items are task, what, rung.
    """
    told = expected(case_of(tasks, year))
    return {
        (day, person, frozenset((item.task, item.what, item.rung) for item in items))
        for day, person, items in told.said
    }


def case_of(tasks: Sequence[Mapping[str, object]], year: int) -> Case:
    """A reading in the shape of a gold one, with a coordinator, a leader and one contact for each agency."""
    cases = tuple(_task(task) for task in tasks)
    agencies = dict.fromkeys(agency for task in cases for agency, _ in task.duties)
    office = [PersonCase(role, (Place(role),)) for role in ("coordinator", "leader")]
    people = (*office, *(PersonCase(agency, (Place("contact", agency),)) for agency in agencies))
    return Case(year, cases, people, next_nine(moment(date(year, 1, 1))))


def _task(task: Mapping[str, object]) -> TaskCase:
    owing = [*_strings(task["lead"]), *_strings(task["shared"])]
    invited = [agency for agency in _strings(task["participants"]) if agency not in owing]
    deadlines = task["deadlines"]
    assert isinstance(deadlines, Iterable)
    days = {date.fromisoformat(str(deadline["date"])) for deadline in deadlines if deadline["date"]}
    duties = [*((agency, "lead") for agency in owing), *((agency, "participant") for agency in invited)]
    return TaskCase(str(task["number"]), tuple(duties), tuple(sorted(days)))


def _strings(value: object) -> list[str]:
    assert isinstance(value, Iterable)
    return [str(item) for item in value]
