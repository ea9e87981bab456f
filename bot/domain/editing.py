"""Changes a person makes to a reading: each takes a reading and gives a new one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.model import DubanError, DutyRole
from bot.domain.reading import DeadlineReading, Doubt, DutyReading, PlanReading, TargetReading, TaskReading

Fact = TypeVar("Fact", bound=DeadlineReading | TargetReading)

LONGEST_TITLE = 200
LONGEST_NAME = 60
_PARAGRAPH = re.compile(r"\n+")
_SENTENCE = re.compile(r"[。；;！!？?]\s*")
_COMMA = re.compile(r"[，,]")
_SHORT_TITLE = 40
_OFFERED = 8
_LEADS = (DutyRole.LEAD, DutyRole.JOINT_LEAD)


def task_of(reading: PlanReading, key: str) -> TaskReading:
    """The task with this key. Raises DubanError task_gone."""
    found = next((task for task in reading.tasks if task.key == key), None)
    if found is None:
        raise DubanError("task_gone")
    return found


def with_task(reading: PlanReading, changed: TaskReading) -> PlanReading:
    """The reading with the task of this key as given."""
    return replace(reading, tasks=tuple(changed if task.key == changed.key else task for task in reading.tasks))


def retitle(reading: PlanReading, key: str, title: str) -> PlanReading:
    """Raises DubanError title_needed or title_too_long (limit)."""
    return with_task(reading, replace(task_of(reading, key), title=_title(title)))


def rename_plan(reading: PlanReading, title: str) -> PlanReading:
    """Raises DubanError title_needed or title_too_long (limit)."""
    return replace(reading, title=_title(title))


def _title(typed: str) -> str:
    title = " ".join(typed.split())
    if not title:
        raise DubanError("title_needed")
    if len(title) > LONGEST_TITLE:
        raise DubanError("title_too_long", limit=LONGEST_TITLE)
    return title


def set_year(reading: PlanReading, year: int) -> PlanReading:
    """The year the plan is for. Raises DubanError year_unlikely."""
    if not 2000 <= year <= 2099:
        raise DubanError("year_unlikely")
    return replace(reading, year=year)


def set_duty(reading: PlanReading, key: str, agency: str, role: DutyRole) -> PlanReading:
    """Give an agency a part in a task, or another part; several that lead lead together."""
    task = task_of(reading, key)
    given = DutyReading(_name(agency), role)
    held = [replace(d, role=role) if d.agency == given.agency else d for d in task.duties]
    if given.agency not in task.agencies(*DutyRole):
        held.append(given)
    return with_task(reading, replace(task, duties=_led_together(held)))


def remove_duty(reading: PlanReading, key: str, agency: str) -> PlanReading:
    """Raises DubanError agency_not_in_task."""
    task = task_of(reading, key)
    if agency not in task.agencies(*DutyRole):
        raise DubanError("agency_not_in_task")
    return with_task(reading, replace(task, duties=_led_together(d for d in task.duties if d.agency != agency)))


def _name(typed: str) -> str:
    name = "".join(typed.split())
    if not name:
        raise DubanError("agency_name_needed")
    if len(name) > LONGEST_NAME:
        raise DubanError("agency_name_too_long", limit=LONGEST_NAME)
    return name


def _led_together(duties: Iterable[DutyReading]) -> tuple[DutyReading, ...]:
    """One that leads is the lead; several are joint leads."""
    held = tuple(duties)
    role = DutyRole.LEAD if sum(d.role in _LEADS for d in held) == 1 else DutyRole.JOINT_LEAD
    return tuple(replace(d, role=role) if d.role in _LEADS else d for d in held)


def set_deadline(reading: PlanReading, key: str, deadline: DeadlineReading, place: int | None = None) -> PlanReading:
    """Put a time limit in the place of another, or add it."""
    task = task_of(reading, key)
    return with_task(reading, replace(task, deadlines=_put(task.deadlines, deadline, place)))


def drop_deadline(reading: PlanReading, key: str, place: int) -> PlanReading:
    """Take a time limit away."""
    task = task_of(reading, key)
    return with_task(reading, replace(task, deadlines=_without(task.deadlines, place)))


def set_cadence(reading: PlanReading, key: str, deadline: DeadlineReading) -> PlanReading:
    """Let a recurrence take the place of every other of the task; dated points stay."""
    task = task_of(reading, key)
    dated = tuple(d for d in task.deadlines if d.cadence is None)
    return with_task(reading, replace(task, deadlines=(*dated, deadline)))


def set_target(reading: PlanReading, key: str, target: TargetReading, place: int | None = None) -> PlanReading:
    """Put a target in the place of another, or add it."""
    task = task_of(reading, key)
    return with_task(reading, replace(task, targets=_put(task.targets, target, place)))


def drop_target(reading: PlanReading, key: str, place: int) -> PlanReading:
    """Take a target away."""
    task = task_of(reading, key)
    return with_task(reading, replace(task, targets=_without(task.targets, place)))


def _put(items: tuple[Fact, ...], item: Fact, place: int | None) -> tuple[Fact, ...]:
    if place is None:
        return (*items, item)
    return (*items[: _within(items, place)], item, *items[place + 1 :])


def _without(items: tuple[Fact, ...], place: int) -> tuple[Fact, ...]:
    return (*items[: _within(items, place)], *items[place + 1 :])


def _within(items: Sequence[object], place: int) -> int:
    if not 0 <= place < len(items):
        raise DubanError("card_moved_on")
    return place


def rename_agency(reading: PlanReading, old: str, new: str) -> PlanReading:
    """Call an agency by another name everywhere; where both stood in a task, one stays with the role named first."""
    name = _name(new)
    tasks = (replace(task, duties=_renamed(task.duties, old, name)) for task in reading.tasks)
    return replace(reading, tasks=tuple(tasks))


def _renamed(duties: Iterable[DutyReading], old: str, new: str) -> tuple[DutyReading, ...]:
    named: dict[str, DutyReading] = {}
    for duty in duties:
        mine = replace(duty, agency=new, inferred=False) if duty.agency == old else duty
        named.setdefault(mine.agency, mine)
    return tuple(named.values())


def drop_task(reading: PlanReading, key: str) -> PlanReading:
    """Take a task out of the plan. Raises DubanError last_task for the only one."""
    task_of(reading, key)
    if len(reading.tasks) == 1:
        raise DubanError("last_task")
    return replace(reading, tasks=tuple(task for task in reading.tasks if task.key != key))


def bring_back(reading: PlanReading, task: TaskReading, order: Sequence[str]) -> PlanReading:
    """Put a dropped task where it stood; `order` are the keys of a reading that still had it."""
    if any(held.key == task.key for held in reading.tasks):
        raise DubanError("card_moved_on")
    before = set(order[: order.index(task.key)])
    place = max((at for at, held in enumerate(reading.tasks, start=1) if held.key in before), default=0)
    return replace(reading, tasks=(*reading.tasks[:place], task, *reading.tasks[place:]))


def merge(reading: PlanReading, key: str, other: str) -> PlanReading:
    """Make one task of two: it stands where the first stood, with its number, title and key, and has all of both."""
    if key == other:
        raise DubanError("card_moved_on")
    pair = (task_of(reading, key), task_of(reading, other))
    first, second = sorted(pair, key=reading.tasks.index)
    held = {duty.agency: duty for duty in (*reversed(second.duties), *reversed(first.duties))}
    names = dict.fromkeys((*first.agencies(*DutyRole), *second.agencies(*DutyRole)))
    one = replace(
        first,
        body="\n".join(filter(None, (first.body, second.body))),
        duties=_led_together(held[name] for name in names),
        open_list=first.open_list or second.open_list,
        lead_by_duty=first.lead_by_duty or second.lead_by_duty,
        deadlines=_both(first.deadlines, second.deadlines),
        targets=_both(first.targets, second.targets),
        responsibility_text="；".join(
            dict.fromkeys(filter(None, (first.responsibility_text, second.responsibility_text)))
        ),
        leaders=tuple(dict.fromkeys((*first.leaders, *second.leaders))),
        confidence=min(first.confidence, second.confidence),
    )
    kept = with_task(reading, one)
    tasks = tuple(task for task in kept.tasks if task.key != second.key)
    return replace(kept, tasks=tasks, doubts=tuple(_about(d, second.key, first.key) for d in reading.doubts))


def _both(first: tuple[Fact, ...], second: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """All of both, what both say in the same words once."""
    said = {replace(item, source=None, confidence=1.0) for item in first}
    return (*first, *(item for item in second if replace(item, source=None, confidence=1.0) not in said))


def _about(doubt: Doubt, old: str, new: str) -> Doubt:
    keys = dict.fromkeys(new if key == old else key for key in doubt.tasks)
    return replace(doubt, tasks=tuple(keys))


def split(reading: PlanReading, key: str, at: int, new_key: str, title: str) -> PlanReading:
    """Make two tasks of one: the text from `at` on becomes the second, with time limits and targets that stand there.

    Both keep the agencies. Raises DubanError split_where for a place that leaves one of them without text.
    """
    task = task_of(reading, key)
    head, tail = task.body[:at].strip(), task.body[at:].strip()
    if not head or not tail:
        raise DubanError("split_where")
    first, second = (
        replace(
            task,
            body=text,
            deadlines=tuple(d for d in task.deadlines if _stands_in(d.text, head, tail) is later),
            targets=tuple(t for t in task.targets if _stands_in(t.text, head, tail) is later),
        )
        for text, later in ((head, False), (tail, True))
    )
    taken = {task.number for task in reading.tasks}
    number = next(name for n in range(2, len(taken) + 3) if (name := f"{task.number}-{n}") not in taken)
    second = replace(second, key=new_key, number=number, title=_title(title))
    place = reading.tasks.index(task)
    tasks = (*reading.tasks[:place], first, second, *reading.tasks[place + 1 :])
    return replace(reading, tasks=tasks)


def pieces(task: TaskReading) -> tuple[int, ...]:
    """Where a second task could begin: at the paragraphs after the first, or where a sentence or clause begins."""
    starts = [at.end() for at in _PARAGRAPH.finditer(task.body)] or [at.end() for at in _SENTENCE.finditer(task.body)]
    return tuple(start for start in starts if task.body[:start].strip() and task.body[start:].strip())[:_OFFERED]


def opening(text: str) -> str:
    """The first words of a text, short enough for a title."""
    first = _SENTENCE.split(text.strip(), maxsplit=1)[0].strip("。；;！!？? ")
    return (_COMMA.split(first, maxsplit=1)[0] if len(first) > _SHORT_TITLE else first)[:_SHORT_TITLE]


def _stands_in(words: str, head: str, tail: str) -> bool:
    """Whether words belong to the tail: they stand there and not before."""
    return words not in head and words in tail
