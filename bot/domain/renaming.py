"""Names a revised document changes throughout: of agencies and sections, found and put into a reading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.agencies import core_name
from bot.domain.agency_names import is_collective
from bot.domain.reading import DutyReading, PlanReading
from bot.domain.task_matching import likeness

_SAME_AGENCY = 0.55
_TAIL = re.compile(r"(?:人民政府|街道办事处|委员会|办公室|公司|中心|大队|支队|[局厅委办部站所院])$")


def renamed(reading: PlanReading, names: Mapping[str, str], *, texts: bool = True) -> PlanReading:
    """The reading with agencies called otherwise, in its texts as well unless told not to."""
    if not names:
        return reading

    def written(words: str) -> str:
        for old, new in names.items() if texts else ():
            words = words.replace(old, new)
        return words

    def duty(held: DutyReading) -> DutyReading:
        return replace(held, agency=names.get(held.agency, held.agency))

    tasks = tuple(
        replace(
            task,
            duties=tuple(map(duty, task.duties)),
            body=written(task.body),
            responsibility_text=written(task.responsibility_text),
        )
        for task in reading.tasks
    )
    return replace(reading, tasks=tasks)


def resectioned(reading: PlanReading, names: Mapping[str, str]) -> PlanReading:
    """The reading with sections called otherwise."""
    tasks = tuple(replace(task, section=names.get(task.section, task.section)) for task in reading.tasks)
    return replace(reading, tasks=tasks) if names else reading


def exchanged_agencies(one: PlanReading, other: PlanReading) -> dict[str, str]:
    """Old name → new name of agencies of which one is nowhere in `other` and one nowhere in `one`, task for task.

    A single task's exchange counts only when the names resemble each other; in several it is a name or an office that
    took over everything. A collective that several took the place of is not one of them.
    """
    theirs = {task.key: task for task in other.tasks}
    gone = [name for name in one.agencies if name not in set(other.agencies)]
    come = set(other.agencies) - set(one.agencies)
    found: dict[str, str] = {}
    for name in gone:
        parts = [(t.key, d.role) for t in one.tasks for d in t.duties if d.agency == name and t.key in theirs]
        counts = Counter(d.agency for k, r in parts for d in theirs[k].duties if d.role == r and d.agency in come)
        fitting = [new for new, count in counts.items() if count == len(parts) == _parts(other, new, one)]
        alone = len(fitting) == 1 and len(parts) > 1 and not is_collective(name)
        enough = [new for new in fitting if alone or names_alike(name, new)]
        best = max(enough, key=lambda new: likeness(name, new), default=None)
        if best is not None:
            found[name] = best
            come.discard(best)
    return found


def _parts(reading: PlanReading, agency: str, other: PlanReading) -> int:
    """In how many tasks that both readings have the agency takes part."""
    shared = {task.key for task in other.tasks}
    return sum(d.agency == agency for t in reading.tasks if t.key in shared for d in t.duties)


def names_alike(one: str, other: str) -> bool:
    """Whether two names may be one office under its old and its new name; a collective is no office."""
    if is_collective(one) != is_collective(other):
        return False
    old, new = (_TAIL.sub("", core_name(name)) for name in (one, other))
    return likeness(old, new) >= _SAME_AGENCY


def renamed_sections(base: PlanReading, new: PlanReading) -> dict[str, str]:
    """Sections whose heading reads otherwise: every task they keep stands under the new one."""
    theirs = {task.key: task.section for task in new.tasks}
    old_names, new_names = {t.section for t in base.tasks}, set(theirs.values())
    found: dict[str, str] = {}
    for name in old_names - new_names - {""}:
        targets = {theirs[t.key] for t in base.tasks if t.section == name and t.key in theirs} - {""}
        if len(targets) == 1 and not targets & old_names and not targets & set(found.values()):
            found[name] = targets.pop()
    return found
