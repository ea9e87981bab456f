"""Corrections of a task by taps: what each button of the card does to the reading, and which ask for words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain import editing
from bot.domain.model import Cadence, DubanError, DutyRole
from bot.domain.reading import DeadlineReading, PlanReading, Remark
from bot.intake.blocks import Line
from bot.intake.deadlines import read_time_limit
from bot.intake.passages import Passage
from bot.texts.screens.why import CADENCES

# Verbs that wait for words, and the kind of words.
ASKED: Mapping[str, str] = {"title": "title", "add": "agencies", "limit": "limit", "target": "target"}


@dataclass(frozen=True)
class Step:
    """A reading after one correction, what the correction was, and what the card shows next."""

    reading: PlanReading
    what: Remark
    then: Mapping[str, Any] = field(default_factory=dict)


def asked(reading: PlanReading, key: str, verb: str, args: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The kind of words a verb waits for and what is done with them."""
    editing.task_of(reading, key)
    if verb == "add":
        return ASKED[verb], {"role": _role(args).value}
    if verb in ("limit", "target"):
        return ASKED[verb], {"place": None if args == ("new",) else _place(args)}
    return ASKED[verb], {}


def by_tap(reading: PlanReading, key: str, verb: str, args: tuple[str, ...], fresh: str) -> Step:
    """The step a button stands for; `fresh` is the key of a task it may make. Raises DubanError button_unknown."""
    if verb not in _VERBS:
        raise DubanError("button_unknown")
    return _VERBS[verb](reading, key, args, fresh)


def told(reading: PlanReading, key: str, code: str) -> Remark:
    """What was done to a task, by its number."""
    return Remark(code, {"task": key, "number": editing.task_of(reading, key).number})


def dated_again(reading: PlanReading) -> PlanReading:
    """Time limits that lacked only the year, read again now that it is known."""
    if reading.year is None:
        return reading
    tasks = (
        replace(task, deadlines=tuple(_dated(deadline, reading.year) for deadline in task.deadlines))
        for task in reading.tasks
    )
    return replace(reading, tasks=tuple(tasks))


def _dated(deadline: DeadlineReading, year: int) -> DeadlineReading:
    if deadline.on is not None or deadline.cadence is not None:
        return deadline
    found = read_time_limit(Passage.of(Line(1, deadline.text)), year)
    return replace(deadline, on=found[0].on, assumed=found[0].assumed) if found else deadline


def _place(args: tuple[str, ...]) -> int:
    if not args or not args[0].isdecimal():
        raise DubanError("button_unknown")
    return int(args[0])


def _role(args: tuple[str, ...]) -> DutyRole:
    try:
        return DutyRole(args[-1])
    except (ValueError, IndexError):
        raise DubanError("button_unknown") from None


def _agency(reading: PlanReading, key: str, args: tuple[str, ...]) -> str:
    duties, place = editing.task_of(reading, key).duties, _place(args)
    if place >= len(duties):
        raise DubanError("card_moved_on")
    return duties[place].agency


def _set_role(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    changed = editing.set_duty(reading, key, _agency(reading, key, args), _role(args))
    return Step(changed, told(reading, key, "duty_changed"), {"part": "duties"})


def _remove(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    changed = editing.remove_duty(reading, key, _agency(reading, key, args))
    return Step(changed, told(reading, key, "duty_removed"), {"part": "duties"})


def _no_limit(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    return Step(editing.drop_deadline(reading, key, _place(args)), told(reading, key, "limit_changed"))


def _cadence(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    try:
        cadence = Cadence(args[0])
    except (ValueError, IndexError):
        raise DubanError("button_unknown") from None
    changed = editing.set_cadence(reading, key, DeadlineReading(CADENCES[cadence], None, cadence))
    return Step(changed, told(reading, key, "limit_changed"))


def _no_target(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    return Step(editing.drop_target(reading, key, _place(args)), told(reading, key, "target_changed"))


def _merge(reading: PlanReading, key: str, args: tuple[str, ...], _fresh: str) -> Step:
    if not args:
        raise DubanError("button_unknown")
    pair = [task for task in reading.tasks if task.key in (key, args[0])]
    merged = editing.merge(reading, key, args[0])
    what = Remark("tasks_merged", {"task": pair[0].key, "number": pair[0].number, "other": pair[1].number})
    return Step(merged, what, {"task": pair[0].key, "part": "all"})


def _split(reading: PlanReading, key: str, args: tuple[str, ...], fresh: str) -> Step:
    return split_at(reading, key, _place(args), fresh)


def split_at(reading: PlanReading, key: str, at: int, fresh: str) -> Step:
    """Two tasks of one at a place of its text; the new one is shown, so that its title can be bettered."""
    title = editing.opening(editing.task_of(reading, key).body[at:])
    changed = editing.split(reading, key, at, fresh, title)
    return Step(changed, told(reading, key, "task_split"), {"task": fresh, "part": "all", "sort": "all"})


def _drop(reading: PlanReading, key: str, _args: tuple[str, ...], _fresh: str) -> Step:
    return Step(editing.drop_task(reading, key), told(reading, key, "task_dropped"), {"stage": "tasks"})


_VERBS: Mapping[str, Callable[[PlanReading, str, tuple[str, ...], str], Step]] = {
    "role": _set_role,
    "remove": _remove,
    "nolimit": _no_limit,
    "cadence": _cadence,
    "notarget": _no_target,
    "merge": _merge,
    "split": _split,
    "drop": _drop,
}
