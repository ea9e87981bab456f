"""Puts accepted changes of a revised document into a plan's reading, keeping the keys of its tasks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.reading import Doubt, PlanReading, TaskReading
from bot.domain.renaming import renamed, resectioned
from bot.domain.revision import Revision, order_of
from bot.domain.task_changes import (
    AGENCY_RENAMED,
    AGENCY_REPLACED,
    DEADLINES,
    DUTIES,
    LEADERS,
    PLAN_TITLE,
    PLAN_YEAR,
    RENUMBERED,
    SECTION,
    SECTION_RENAMED,
    TARGETS,
    TASK_ADDED,
    TASK_DROPPED,
    TASK_MERGED,
    TASK_SPLIT,
    TEXT,
    TITLE,
    Change,
    same_facts,
)
from bot.domain.task_matching import content, heading_length, plain_text

Tasks = dict[str, TaskReading]


def merge(revision: Revision, accepted: Collection[int]) -> PlanReading:
    """The plan with the changes at the places `accepted` of `revision.changes`; none accepted gives it unchanged."""
    taken = [change for place, change in enumerate(revision.changes) if place in accepted]
    declined = [change for place, change in enumerate(revision.changes) if place not in accepted]
    if not taken:
        return revision.plan
    tasks = {task.key: task for task in revision.old.tasks}
    for change in taken:
        _CHANGES.get(change.code, _fact)(tasks, change)
    _carry(tasks, revision, {key for change in declined if not change.quiet for key in change.tasks})
    _order(tasks, revision, any(change.code == RENUMBERED for change in taken))
    merged = replace(revision.old, tasks=tuple(tasks.values()), notes=revision.document.notes)
    merged = _of_document(merged, taken)
    return _back(replace(merged, doubts=_doubts(merged, revision, taken)), declined)


def renamed_agencies(revision: Revision, accepted: Collection[int]) -> tuple[tuple[str, str], ...]:
    """Old and new names of the agencies that are only called otherwise, as far as accepted."""
    return tuple(
        (str(change.before[0]), str(change.after[0]))
        for place, change in enumerate(revision.changes)
        if change.code == AGENCY_RENAMED and place in accepted
    )


def handed_over(before: PlanReading, after: PlanReading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The agencies with parts they did not have, or only took part in, before; and those that lost one."""
    had, has = (
        {(task.key, duty.agency): duty.role.owes_reports for task in reading.tasks for duty in task.duties}
        for reading in (before, after)
    )
    assigned = [agency for (key, agency), owes in has.items() if owes > had.get((key, agency), owes - 1)]
    relieved = [agency for (key, agency) in had if (key, agency) not in has]
    return tuple(dict.fromkeys(assigned)), tuple(dict.fromkeys(relieved))


def _fact(tasks: Tasks, change: Change) -> None:
    """One duty, time limit or target changed, added or dropped."""
    task = tasks.get(change.tasks[0]) if change.tasks else None
    if task is None:
        return
    field = {"duty": "duties", "deadline": "deadlines", "target": "targets"}[change.code.partition("_")[0]]
    values: dict[str, Any] = {field: exchanged(getattr(task, field), change)}
    tasks[task.key] = replace(task, **values)


def exchanged(facts: tuple[Any, ...], change: Change) -> tuple[Any, ...]:
    """The facts with the change's `before` taken out and its `after` in its place or at the end."""
    if not change.before or change.before[0] not in facts:
        return (*facts, *(fact for fact in change.after if fact not in facts))
    at = facts.index(change.before[0])
    return (*facts[:at], *change.after, *facts[at + 1 :])


def _set(field: str) -> Callable[[Tasks, Change], None]:
    def apply(tasks: Tasks, change: Change) -> None:
        values: dict[str, Any] = {field: change.after[0]}
        tasks[change.tasks[0]] = replace(tasks[change.tasks[0]], **values)

    return apply


def _title(tasks: Tasks, change: Change) -> None:
    """The title, also where the text begins with it."""
    task, title = tasks[change.tasks[0]], str(change.after[0])
    length = heading_length(task)
    body = title + task.body[length:] if length else task.body
    tasks[task.key] = replace(task, title=title, body=body)


def _text(tasks: Tasks, change: Change) -> None:
    """The text below the title; in a task several were merged into, that of the one the document changed."""
    task, before, after = tasks[change.tasks[0]], str(change.before[0]), str(change.after[0])
    if before and before in task.body:
        body = task.body.replace(before, after, 1)
    else:
        length = heading_length(task)
        body = f"{task.body[:length]}\n{after}" if length else after
    tasks[task.key] = replace(task, body=body)


def _leaders(tasks: Tasks, change: Change) -> None:
    leaders = tuple(name for name in str(change.after[0]).split("、") if name)
    tasks[change.tasks[0]] = replace(tasks[change.tasks[0]], leaders=leaders)


def _whole(tasks: Tasks, change: Change) -> None:
    """Tasks taken as the new document has them, or dropped: added, dropped, split, merged."""
    for key in change.tasks:
        if change.code != TASK_ADDED:
            tasks.pop(key, None)
    for task in change.after:
        if isinstance(task, TaskReading):
            tasks[task.key] = task


def _elsewhere(tasks: Tasks, change: Change) -> None:
    """What concerns the whole document, or stands in the names already."""


_CHANGES: Mapping[str, Callable[[Tasks, Change], None]] = {
    TITLE: _title,
    SECTION: _set("section"),
    TEXT: _text,
    LEADERS: _leaders,
    **dict.fromkeys((TASK_ADDED, TASK_DROPPED, TASK_SPLIT, TASK_MERGED), _whole),
    **dict.fromkeys((PLAN_TITLE, PLAN_YEAR, RENUMBERED, AGENCY_RENAMED, AGENCY_REPLACED, SECTION_RENAMED), _elsewhere),
    **dict.fromkeys(("goal_added", "goal_dropped", "goal_changed"), _elsewhere),
}


def _carry(tasks: Tasks, revision: Revision, declined: Collection[str]) -> None:
    """Where a task says the same as the new document, it takes its words, order and places in the source."""
    old, base = ({task.key: task for task in reading.tasks} for reading in (revision.old, revision.base))
    for theirs in revision.new.tasks:
        key = theirs.key
        if key not in tasks or key not in base or key not in old:
            continue
        tasks[key] = _in_words_of(theirs, tasks[key])
        by_hand = plain_text(content(old[key], base[key].title)) != plain_text(content(base[key]))
        if key not in declined and not by_hand:
            tasks[key] = replace(tasks[key], body=theirs.body, source=theirs.source)


def _in_words_of(theirs: TaskReading, task: TaskReading) -> TaskReading:
    if same_facts(DUTIES, task, theirs):
        task = replace(
            task,
            duties=theirs.duties,
            open_list=theirs.open_list,
            lead_by_duty=theirs.lead_by_duty,
            responsibility_text=theirs.responsibility_text,
        )
    if same_facts(DEADLINES, task, theirs):
        task = replace(task, deadlines=theirs.deadlines)
    if same_facts(TARGETS, task, theirs):
        task = replace(task, targets=theirs.targets)
    return replace(task, title=theirs.title) if plain_text(task.title) == plain_text(theirs.title) else task


def _order(tasks: Tasks, revision: Revision, renumber: bool) -> None:
    """Added tasks behind their predecessor; with `renumber` all numbers and places as in the new document."""
    theirs = {task.key: task for task in revision.new.tasks}
    there = [task.key for task in revision.old.tasks if task.key in tasks]
    wanted = [key for key in theirs if key in tasks]
    order = order_of(wanted, there) if renumber else order_of(there, wanted)
    for key in [*order, *(key for key in tasks if key not in order)]:
        task = tasks.pop(key)
        if renumber and key in theirs:
            task = replace(task, number=theirs[key].number, section_number=theirs[key].section_number)
        tasks[key] = task


def _of_document(reading: PlanReading, taken: Iterable[Change]) -> PlanReading:
    for change in taken:
        if change.code == PLAN_TITLE:
            reading = replace(reading, title=str(change.after[0]))
        elif change.code == PLAN_YEAR:
            reading = replace(reading, year=int(str(change.after[0])))
        elif change.code.startswith("goal_"):
            reading = replace(reading, targets=exchanged(reading.targets, change))
    return reading


def _back(reading: PlanReading, declined: Iterable[Change]) -> PlanReading:
    """Names that were not accepted are the old ones again."""
    for change in declined:
        if change.code in (AGENCY_RENAMED, AGENCY_REPLACED):
            reading = renamed(reading, {str(change.after[0]): str(change.before[0])})
        elif change.code == SECTION_RENAMED:
            reading = resectioned(reading, {str(change.after[0]): str(change.before[0])})
    return reading


def _doubts(merged: PlanReading, revision: Revision, taken: Iterable[Change]) -> tuple[Doubt, ...]:
    """The plan's doubts of tasks that are still there, and the new document's about tasks it changed."""
    standing = {task.key: task for task in merged.tasks}
    kept = [doubt for doubt in merged.doubts if not doubt.tasks or set(doubt.tasks) & set(standing)]
    known = {(doubt.code, key) for doubt in kept for key in doubt.tasks}
    touched = {key for change in taken if change.code != RENUMBERED for key in change.tasks} & set(standing)
    for doubt in revision.document.doubts:
        about = tuple(key for key in doubt.tasks if key in touched and (doubt.code, key) not in known)
        if about:
            kept.append(replace(doubt, tasks=about, params=_about(doubt, [standing[key] for key in about])))
    return tuple(kept)


def _about(doubt: Doubt, tasks: list[TaskReading]) -> dict[str, str | int]:
    """The doubt's params for fewer tasks than it was asked about."""
    params = dict(doubt.params)
    if len(tasks) < len(doubt.tasks) and "where" in params:
        params |= {"count": len(tasks), "where": "、".join(task.number for task in tasks), "more": 0}
    return params
