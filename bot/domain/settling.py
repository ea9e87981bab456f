"""Answers to a reading's doubts and what they change. Pure; the codes are those of `bot.intake.doubts`.

An answer can be given again: the effect of the earlier one is taken back first, with the help of the document as it
was first read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.domain import editing
from bot.domain.model import DubanError, DutyRole
from bot.domain.reading import DeadlineReading, Doubt, PlanReading, TaskReading

# Answers that need typed words, and what the words are: a year, one agency, several, a day, a name.
TYPED: Mapping[str, str] = {
    "type_year": "year",
    "name_agency": "agency",
    "list_members": "agencies",
    "add_agencies": "agencies",
    "type_date": "date",
    "type_name": "name",
}
# Answers that lead on to the task itself.
TO_TASK = frozenset({"check_each"})
_LIST = "、"


def open_doubts(reading: PlanReading) -> tuple[int, ...]:
    """Places of the doubts that still want an answer; one about tasks that are all gone wants none."""
    there = {task.key for task in reading.tasks}
    return tuple(
        place
        for place, doubt in enumerate(reading.doubts)
        if not doubt.answer and (not doubt.tasks or there & set(doubt.tasks))
    )


def names_in(typed: str) -> tuple[str, ...]:
    """The names in typed words of a settled doubt."""
    return tuple(name for name in typed.split(_LIST) if name)


def settle(
    reading: PlanReading, index: int, option: str, typed: str = "", as_read: PlanReading | None = None
) -> PlanReading:
    """The reading with doubt `index` answered and what follows from it.

    `typed` goes with an answer of TYPED: a year, an ISO day, a name, or full names of agencies joined by 、.
    `as_read` is the document as first read, for answers that put back what an earlier answer changed. Raises
    DubanError card_moved_on for what was not offered, and those of `editing`.
    """
    doubt = doubt_at(reading, index)
    if option not in doubt.options:
        raise DubanError("card_moved_on")
    if option in TYPED and not typed:
        raise DubanError("words_needed")
    plain = _taken_back(reading, doubt, as_read or reading)
    effect = _EFFECTS.get((doubt.code, option)) or _EFFECTS.get(("", option))
    changed = effect(plain, doubt, typed) if effect else plain
    params = {name: value for name, value in doubt.params.items() if name != "typed"}
    answered = replace(changed.doubts[index], answer=option, params={**params, "typed": typed} if typed else params)
    doubts = (*changed.doubts[:index], answered, *changed.doubts[index + 1 :])
    return replace(changed, doubts=doubts)


def accept_rest(reading: PlanReading) -> PlanReading:
    """Answer every open doubt with what the reading assumed; one that needs words stays open."""
    for place in open_doubts(reading):
        assumed = reading.doubts[place].options[0]
        if assumed not in TYPED:
            reading = settle(reading, place, assumed)
    return reading


def doubt_at(reading: PlanReading, index: int) -> Doubt:
    """The doubt at a place. Raises DubanError card_moved_on when there is none."""
    if not 0 <= index < len(reading.doubts):
        raise DubanError("card_moved_on")
    return reading.doubts[index]


Effect = Callable[[PlanReading, Doubt, str], PlanReading]


def _about(reading: PlanReading, doubt: Doubt) -> tuple[TaskReading, ...]:
    """The tasks still there that a doubt is about; all when it is about the whole document."""
    return tuple(task for task in reading.tasks if not doubt.tasks or task.key in doubt.tasks)


def _each(change: Callable[[TaskReading, Doubt, str], TaskReading]) -> Effect:
    """An effect on each task a doubt is about."""

    def effect(reading: PlanReading, doubt: Doubt, typed: str) -> PlanReading:
        for task in _about(reading, doubt):
            reading = editing.with_task(reading, change(task, doubt, typed))
        return reading

    return effect


def _first_alone(role: DutyRole) -> Effect:
    """The first agency in this role leads alone and the others take part."""

    def change(task: TaskReading, _doubt: Doubt, _typed: str) -> TaskReading:
        names = task.agencies(role)
        if len(names) < 2:
            return task
        alone = dict.fromkeys(names, DutyRole.PARTICIPANT) | {names[0]: DutyRole.LEAD}
        return replace(task, duties=tuple(replace(d, role=alone.get(d.agency, d.role)) for d in task.duties))

    return _each(change)


def _without_duty(reading: PlanReading, doubt: Doubt, _typed: str) -> PlanReading:
    """What is no task leaves the plan; one that was given to somebody meanwhile is a task."""
    for task in _about(reading, doubt):
        if doubt.code != "no_duty" or not any(duty.role.owes_reports for duty in task.duties):
            reading = editing.drop_task(reading, task.key)
    return reading


def _given(role: DutyRole) -> Effect:
    """The agencies typed get a part in each task."""

    def effect(reading: PlanReading, doubt: Doubt, typed: str) -> PlanReading:
        for task in _about(reading, doubt):
            for name in names_in(typed):
                if name not in editing.task_of(reading, task.key).agencies(*DutyRole):
                    reading = editing.set_duty(reading, task.key, name, role)
        return reading

    return effect


def _members(reading: PlanReading, doubt: Doubt, typed: str) -> PlanReading:
    """The members take the collective's place, each with its part."""
    whole = str(doubt.params["agency"])

    def change(task: TaskReading, _doubt: Doubt, _typed: str) -> TaskReading:
        named = set(task.agencies(*DutyRole))
        duties = []
        for duty in task.duties:
            members = [name for name in names_in(typed) if name not in named]
            duties += [replace(duty, agency=name) for name in members] if duty.agency == whole else [duty]
        return replace(task, duties=tuple(duties))

    return _each(change)(reading, replace(doubt, tasks=()), typed)


def _named(reading: PlanReading, doubt: Doubt, typed: str) -> PlanReading:
    return editing.rename_agency(reading, str(doubt.params["agency"]), typed)


def _as_written(reading: PlanReading, doubt: Doubt, _typed: str) -> PlanReading:
    return editing.rename_agency(reading, str(doubt.params["full"]), str(doubt.params["written"]))


def _one_agency(reading: PlanReading, doubt: Doubt, _typed: str) -> PlanReading:
    return editing.rename_agency(reading, str(doubt.params["other"]), str(doubt.params["name"]))


def _without_default(task: TaskReading, _doubt: Doubt, _typed: str) -> TaskReading:
    return replace(task, deadlines=tuple(d for d in task.deadlines if not _is_default(d)))


def _is_default(deadline: DeadlineReading) -> bool:
    return deadline.source is not None and deadline.source.rule == "default"


def _on_another_day(task: TaskReading, doubt: Doubt, typed: str) -> TaskReading:
    """The time limit the doubt names falls on the typed day."""
    day, words = date.fromisoformat(typed), doubt.params.get("words")
    moved = (replace(d, on=day, cadence=None, assumed=False) if d.text == words else d for d in task.deadlines)
    return replace(task, deadlines=tuple(moved))


def _one_task(reading: PlanReading, doubt: Doubt, _typed: str) -> PlanReading:
    keys = [task.key for task in _about(reading, doubt)]
    for other in keys[1:]:
        reading = editing.merge(reading, keys[0], other)
    return reading


def _year(reading: PlanReading, _doubt: Doubt, typed: str) -> PlanReading:
    if not typed.isdecimal():
        raise DubanError("year_unlikely")
    return editing.set_year(reading, int(typed))


# What an answer does, by the doubt's code and the answer's; an answer that is not here only says yes.
_EFFECTS: Mapping[tuple[str, str], Effect] = {
    ("joint_lead", "first_reports"): _first_alone(DutyRole.JOINT_LEAD),
    ("lead_unclear", "first_leads"): _first_alone(DutyRole.SHARED),
    ("", "not_a_task"): _without_duty,
    ("", "name_agency"): _given(DutyRole.LEAD),
    ("", "list_members"): _members,
    ("", "add_agencies"): _given(DutyRole.PARTICIPANT),
    ("", "as_written"): _as_written,
    ("", "type_name"): _named,
    ("", "one_agency"): _one_agency,
    ("", "no_deadline"): _each(_without_default),
    ("", "type_date"): _each(_on_another_day),
    ("", "merge_tasks"): _one_task,
    ("", "type_year"): _year,
}


def _taken_back(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """The reading without the effect of the answer the doubt had."""
    back = _BACK.get(doubt.answer)
    return back(reading, doubt, as_read) if back else reading


Back = Callable[[PlanReading, Doubt, PlanReading], PlanReading]


def _roles_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """The roles as read of the agencies still there, where the answer changed them."""
    role = DutyRole.JOINT_LEAD if doubt.code == "joint_lead" else DutyRole.SHARED
    read = {task.key: set(task.agencies(role)) for task in _about(as_read, doubt)}

    def change(task: TaskReading, _doubt: Doubt, _typed: str) -> TaskReading:
        names = read.get(task.key, set())
        return replace(task, duties=tuple(replace(d, role=role) if d.agency in names else d for d in task.duties))

    return _each(change)(reading, doubt, "")


def _tasks_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    order, there = [task.key for task in as_read.tasks], {task.key for task in reading.tasks}
    for task in _about(as_read, doubt):
        if task.key not in there:
            reading = editing.bring_back(reading, task, order)
    return reading


def _two_tasks_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """Tasks made one are again what the document has, each."""
    asked = next((d for d in as_read.doubts if d.code == doubt.code and d.params == doubt.params), doubt)
    apart = {task.key: task for task in as_read.tasks if task.key in asked.tasks}
    tasks = (apart.get(task.key, task) for task in reading.tasks)
    return _tasks_again(replace(reading, tasks=tuple(tasks)), asked, as_read)


def _without_typed(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """The agencies the answer added are gone again, but for those the document names itself."""
    read = {task.key: set(task.agencies(*DutyRole)) for task in as_read.tasks}
    typed = set(names_in(str(doubt.params.get("typed", ""))))
    for task in _about(reading, doubt):
        for name in typed - read.get(task.key, set()):
            if name in task.agencies(*DutyRole):
                reading = editing.remove_duty(reading, task.key, name)
    return reading


def _collective_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    whole = str(doubt.params["agency"])
    reading = _without_typed(reading, doubt, as_read)
    for task in as_read.tasks:
        roles = [duty.role for duty in task.duties if duty.agency == whole]
        if roles and any(held.key == task.key for held in reading.tasks):
            reading = editing.set_duty(reading, task.key, whole, roles[0])
    return reading


def _deadlines_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """The time limits as read of the tasks the doubt is about."""
    read = {task.key: task.deadlines for task in as_read.tasks}
    return _each(lambda task, _d, _t: replace(task, deadlines=read.get(task.key, task.deadlines)))(reading, doubt, "")


def _renamed(old: Callable[[Doubt], str], new: str) -> Back:
    return lambda reading, doubt, _as_read: editing.rename_agency(reading, old(doubt), str(doubt.params[new]))


def _duties_again(reading: PlanReading, doubt: Doubt, as_read: PlanReading) -> PlanReading:
    """Two agencies made one: the duties of the other as read come back."""
    other = str(doubt.params["other"])
    for task in as_read.tasks:
        for duty in task.duties:
            if duty.agency == other and _holds(reading.tasks, task.key):
                reading = editing.set_duty(reading, task.key, other, duty.role)
    return reading


def _holds(tasks: Iterable[TaskReading], key: str) -> bool:
    return any(task.key == key for task in tasks)


_BACK: Mapping[str, Back] = {
    "first_reports": _roles_again,
    "first_leads": _roles_again,
    "not_a_task": _tasks_again,
    "merge_tasks": _two_tasks_again,
    "name_agency": _without_typed,
    "add_agencies": _without_typed,
    "list_members": _collective_again,
    "no_deadline": _deadlines_again,
    "type_date": _deadlines_again,
    "as_written": _renamed(lambda doubt: str(doubt.params["written"]), "full"),
    "type_name": _renamed(lambda doubt: str(doubt.params["typed"]), "agency"),
    "one_agency": _duties_again,
}
