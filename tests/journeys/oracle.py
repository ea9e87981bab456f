"""What a plan's year must say, written from the reminder policy alone; shares no code with the planner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import chinese_calendar

DAY = timedelta(days=1)
Item = tuple[str, str, str]  # task number, what, rung
Message = tuple[date, str, frozenset[Item]]  # day, receiver (agency, or coordinator / leader), items


def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def step(day: date, count: int) -> date:
    direction = DAY if count > 0 else -DAY
    while count:
        day += direction
        if works(day):
            count += -1 if count > 0 else 1
    return day


def last_workday_up_to(day: date) -> date:
    while not works(day):
        day -= DAY
    return day


def name(offset: int) -> str:
    return "D" if offset == 0 else f"D{offset:+d}"


def silent_year(tasks: Sequence[Mapping[str, object]], year: int) -> set[Message]:
    """Everything said in a year in which nobody ever answers. `tasks` in the shape of a gold reading."""
    said: dict[tuple[date, str], set[Item]] = {}

    def owe(day: date, receiver: str, item: Item) -> None:
        said.setdefault((day, receiver), set()).add(item)

    start = date(year, 1, 1)
    while not works(start):
        start += DAY
    for agency in {name for task in tasks for names in _roles(task) for name in names}:
        owe(start, agency, ("", "assignment", "D"))
        owe(step(start, 3), "coordinator", ("", "assignment", "D+3"))
    for quarter in range(1, 5):
        month = 3 * quarter
        end = date(year + month // 12, month % 12 + 1, 1) - DAY
        due = step(end, 5)
        what = f"{year}Q{quarter}"
        owe(step(due, 4), "leader", ("", what, "D+4"))
        for task in tasks:
            number = str(task["number"])
            owing, invited = _roles(task)
            for agency in owing:
                for offset in (-10, -3, -1, 0, 1):
                    owe(step(due, offset) if offset else due, agency, (number, what, name(offset)))
                for offset in (1, 3):
                    owe(step(due, offset), "coordinator", (number, what, name(offset)))
            for agency in invited:
                owe(step(due, -10), agency, (number, what, "D-10"))
    for task in tasks:
        _milestones(task, year, owe)
    return {(day, receiver, frozenset(items)) for (day, receiver), items in said.items()}


def _milestones(task: Mapping[str, object], year: int, owe: object) -> None:
    number = str(task["number"])
    owing, _ = _roles(task)
    named = {date.fromisoformat(str(d["date"])) for d in _dicts(task["deadlines"]) if d["date"]}
    for day in named | {date(year, 12, 31)}:
        what, due = f"milestone:{day.isoformat()}", last_workday_up_to(day)
        year_end = day == date(year, 12, 31)
        offsets: tuple[int, ...] = (-10, -3, -1, 0, 1)
        if year_end:
            offsets = (-30, *offsets) if day in named else (-30, -10, -3)
        for agency in owing:
            for offset in offsets:
                owe(step(due, offset) if offset else due, agency, (number, what, name(offset)))  # type: ignore[operator]
            if day in named:
                for offset in (1, 3):
                    owe(step(due, offset), "coordinator", (number, what, name(offset)))  # type: ignore[operator]


def _roles(task: Mapping[str, object]) -> tuple[list[str], list[str]]:
    owing = [*_strings(task["lead"]), *_strings(task["shared"])]
    return owing, [agency for agency in _strings(task["participants"]) if agency not in owing]


def _strings(value: object) -> list[str]:
    assert isinstance(value, Iterable)
    return [str(item) for item in value]


def _dicts(value: object) -> list[Mapping[str, object]]:
    assert isinstance(value, Iterable)
    return [item for item in value if isinstance(item, Mapping)]
