"""A plan as it stands beside its revised document: what is added, dropped and changed, task by task."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.reading import PlanReading, TaskReading
from bot.domain.renaming import exchanged_agencies, names_alike, renamed, renamed_sections, resectioned
from bot.domain.task_changes import (
    AGENCY_RENAMED,
    AGENCY_REPLACED,
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
    fact_changes,
    task_changes,
)
from bot.domain.task_matching import content, inside, match_tasks, plain_text

# What a piece of a task, or the task it was merged into, has of its own.
_OF_ITSELF = frozenset({TITLE, TEXT, SECTION, LEADERS})


@dataclass(frozen=True)
class Revision:
    """A comparison: the plan as it stands, the old and the new document in the plan's keys, and the differences.

    `document` is the new document's reading with the plan's keys, to compare the next revision with. `base`, `old`
    and `new` carry the names of agencies and sections of the new document already.
    """

    plan: PlanReading
    document: PlanReading
    base: PlanReading
    old: PlanReading
    new: PlanReading
    changes: tuple[Change, ...]

    @property
    def loud(self) -> tuple[Change, ...]:
        """The differences, renumbering left out."""
        return tuple(change for change in self.changes if not change.quiet)


def compare(
    plan: PlanReading, document: PlanReading, base: PlanReading | None = None, former: Sequence[TaskReading] = ()
) -> Revision:
    """What the revised `document` changes in a plan. Pure; both may be edited or not.

    `base` is the document the plan was made from, as read then (default: the plan itself); what the coordinator
    changed by hand since comes up only where the new document differs from the old one as well. `former` are tasks of
    still older documents: one that comes back is the same task again.
    """
    base = base or plan
    aligned = _aligned(base, document, plan, former)
    by_hand = exchanged_agencies(base, plan)
    before, new = renamed(base, by_hand, texts=False), renamed(aligned, by_hand, texts=False)
    agencies = exchanged_agencies(before, new)
    sections = renamed_sections(before, new)
    renaming = [*_renamings(plan, agencies), *_section_renamings(plan, sections)]
    before, old = (resectioned(renamed(reading, agencies), sections) for reading in (before, plan))
    found = [*_of_document(before, new, old), *renaming, *_of_tasks(before, new, old), *_numbers(new, old)]
    return Revision(plan, aligned, before, old, new, tuple(_named(change, old, new) for change in found))


def order_of(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """Keys in the new document's order, those it lacks after their predecessor in the old one."""
    placed = list(new)
    there = set(new)
    last: str | None = None
    for key in old:
        if key not in there:
            placed.insert(placed.index(last) + 1 if last is not None else 0, key)
        last = key
    return placed


def _aligned(base: PlanReading, document: PlanReading, plan: PlanReading, former: Sequence[TaskReading]) -> PlanReading:
    """The document's reading with the keys of the plan's tasks; tasks it adds get keys of their own."""
    taken = {task.key for task in (*plan.tasks, *base.tasks)}
    keys = _paired(base.tasks, document.tasks)
    rest = [task for task in document.tasks if task.key not in keys]
    keys |= _paired([task for task in former if task.key not in taken], rest)
    taken.update(keys.values())
    for task in rest:
        if task.key not in keys:
            keys[task.key] = _fresh_key(task, taken)
            taken.add(keys[task.key])
    doubts = tuple(replace(d, tasks=tuple(keys.get(k, k) for k in d.tasks)) for d in document.doubts)
    return replace(document, tasks=tuple(replace(t, key=keys[t.key]) for t in document.tasks), doubts=doubts)


def _paired(old: Sequence[TaskReading], new: Sequence[TaskReading]) -> dict[str, str]:
    """Key in the new document → key of the same task in the old one."""
    return {new[place].key: old[at].key for place, at in match_tasks(old, new).items()}


def _fresh_key(task: TaskReading, taken: Collection[str]) -> str:
    """A key made of the task's words, so that it meets no other of the plan's whole history."""
    words = f"{plain_text(task.section)}|{plain_text(task.title)}|{plain_text(task.body)}"
    stem = "n" + hashlib.sha256(words.encode()).hexdigest()[:10]
    key, count = stem, 1
    while key in taken:
        count += 1
        key = f"{stem}-{count}"
    return key


def _renamings(plan: PlanReading, names: Mapping[str, str]) -> Iterator[Change]:
    for old, new in names.items():
        keys = tuple(t.key for t in plan.tasks if any(d.agency == old for d in t.duties))
        if keys:
            code = AGENCY_RENAMED if names_alike(old, new) else AGENCY_REPLACED
            yield Change(code, keys, (old,), (new,))


def _section_renamings(plan: PlanReading, names: Mapping[str, str]) -> Iterator[Change]:
    for old, new in sorted(names.items()):
        keys = tuple(task.key for task in plan.tasks if task.section == old)
        if keys and plain_text(old) != plain_text(new):
            yield Change(SECTION_RENAMED, keys, (old,), (new,))


def _of_document(base: PlanReading, new: PlanReading, old: PlanReading) -> Iterator[Change]:
    """Title, year and goals of the whole plan. What the new document does not say stays."""
    titles = {plain_text(base.title or ""), plain_text(old.title or "")}
    if new.title and plain_text(new.title) not in titles:
        yield Change(PLAN_TITLE, (), (old.title or "",), (new.title,), old.title != base.title)
    if new.year and new.year not in (base.year, old.year):
        yield Change(PLAN_YEAR, (), (str(old.year or ""),), (str(new.year),), old.year != base.year)
    for change in fact_changes(TARGETS, base.targets, new.targets, old.targets):
        yield replace(change, code=change.code.replace("target", "goal"))


def _of_tasks(base: PlanReading, new: PlanReading, old: PlanReading) -> Iterator[Change]:
    """The differences of the tasks, in the order of the new document."""
    sides = _Sides.of(base, new, old)
    told: set[str] = set()
    for change in _splits_and_merges(sides):
        told.update(change.tasks)
        yield change
    for key in order_of(list(sides.after), list(sides.before)):
        if key in told:
            continue
        if key not in sides.before:
            yield Change(TASK_ADDED, (key,), (), (sides.after[key],))
        elif key not in sides.after:
            yield from _dropped(sides, key)
        else:
            yield from _changed(sides, key)


@dataclass(frozen=True)
class _Sides:
    """The tasks by key: of the old document, of the new one, of the plan; those of the plan no document has."""

    before: Mapping[str, TaskReading]
    after: Mapping[str, TaskReading]
    standing: Mapping[str, TaskReading]
    strangers: tuple[TaskReading, ...]

    @classmethod
    def of(cls, base: PlanReading, new: PlanReading, old: PlanReading) -> _Sides:
        before, after, standing = ({t.key: t for t in reading.tasks} for reading in (base, new, old))
        return cls(before, after, standing, tuple(t for k, t in standing.items() if k not in before))


def _splits_and_merges(sides: _Sides) -> Iterator[Change]:
    """Tasks the new document makes two of, and those it makes one of."""
    fresh = {key: task for key, task in sides.after.items() if key not in sides.before}
    gone = {key: task for key, task in sides.before.items() if key not in sides.after and key in sides.standing}
    for key, now in sides.after.items():
        if key not in sides.before or key not in sides.standing:
            continue
        was, mine = sides.before[key], sides.standing[key]
        pieces = [fresh.pop(k) for k, t in list(fresh.items()) if _part_of(t, was, now)]
        joined = [] if pieces else [gone.pop(k) for k, t in list(gone.items()) if _part_of(t, now, was)]
        if pieces:
            yield Change(TASK_SPLIT, (key, *(t.key for t in pieces)), (mine,), (now, *pieces))
        elif joined:
            parts = (mine, *(sides.standing[t.key] for t in joined))
            yield Change(TASK_MERGED, tuple(t.key for t in parts), parts, (now,))


def _part_of(piece: TaskReading, whole: TaskReading, rest: TaskReading) -> bool:
    return inside(content(piece), content(whole)) and not inside(content(piece), content(rest))


def _heirs(sides: _Sides, key: str) -> tuple[TaskReading, ...]:
    """What became of a task of the old document under the coordinator's hands: itself, pieces of it, a merged one."""
    words = content(sides.before[key])
    own = (sides.standing[key],) if key in sides.standing else ()
    pieces = tuple(task for task in sides.strangers if inside(content(task), words))
    if own or pieces:
        return (*own, *pieces)
    return tuple(task for task in sides.standing.values() if inside(words, content(task)))[:1]


def _changed(sides: _Sides, key: str) -> Iterator[Change]:
    """The changes of a task both documents have, in whatever the plan made of it."""
    base, theirs = sides.before[key], sides.after[key]
    for place, mine in enumerate(_heirs(sides, key)):
        own, merged = mine.key == key, mine.key in sides.before
        seen = mine if own else replace(base, duties=mine.duties, deadlines=mine.deadlines, targets=mine.targets)
        for change in task_changes(base, theirs, seen):
            concerned = own or change.code not in _OF_ITSELF or (merged and change.code == TEXT)
            if concerned and (place == 0 or (change.before and not change.edited)):
                yield replace(change, tasks=(mine.key,))


def _dropped(sides: _Sides, key: str) -> Iterator[Change]:
    """A task the new document has no more; what the coordinator dropped or merged away does not come up."""
    heirs = [task for task in _heirs(sides, key) if task.key == key or task.key not in sides.before]
    if heirs:
        yield Change(TASK_DROPPED, tuple(task.key for task in heirs), tuple(heirs), ())


def _numbers(new: PlanReading, old: PlanReading) -> Iterator[Change]:
    """All tasks that only stand at another number or place, as one."""
    now = {task.key: (task.number, task.section_number) for task in new.tasks}
    shifted = [t.key for t in old.tasks if t.key in now and now[t.key] != (t.number, t.section_number)]
    kept = {task.key for task in old.tasks}
    there = [task.key for task in new.tasks if task.key in kept]
    moved = there != [task.key for task in old.tasks if task.key in now]
    if shifted or moved:
        yield Change(RENUMBERED, tuple(shifted), params={"count": len(shifted)})


def _named(change: Change, old: PlanReading, new: PlanReading) -> Change:
    """The change with number and title of its task for words."""
    tasks = {task.key: task for task in (*new.tasks, *old.tasks)}
    first = tasks.get(change.tasks[0]) if change.tasks else None
    params: dict[str, str | int] = {"count": len(change.tasks), **change.params}
    if first is not None:
        params |= {"number": first.number, "title": first.title}
    return replace(change, params=params)
