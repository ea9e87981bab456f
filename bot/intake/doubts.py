"""What a reading is not sure of, few and with answers to tap; and what it assumed by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.agency_names import is_collective
from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import Doubt, Remark, TaskReading
from bot.intake.naming import NamedDuties

# More doubts of one kind than this are asked once for the whole document.
_SINGLE = 3
_SHOWN = 6


def find_doubts(
    tasks: Sequence[TaskReading], named: NamedDuties, unmarked: Sequence[bool], year: int | None
) -> tuple[Doubt, ...]:
    """Doubts in the order of the document, those about all of it last; the first option of each is what was assumed.

    `unmarked[i]`: task i lists several agencies without a word on who leads.
    """
    per_task = (
        _merged([d for t in tasks for d in _joint_lead(t)], tasks),
        _merged([d for t in tasks for d in _several(t)], tasks),
        _merged(list(_no_duty(tasks)), tasks),
    )
    ordered = sorted((d for group in per_task for d in group), key=lambda d: _place(tasks, d))
    whole = (
        *_year(year),
        *_collectives(tasks),
        *_unmarked(tasks, unmarked),
        *_prefix(tasks, named),
        *_open_lists(tasks),
    )
    return (*ordered, *whole)


def find_assumptions(tasks: Sequence[TaskReading], named: NamedDuties) -> tuple[Remark, ...]:
    """What a rule decided: days the text does not give, prefixes written once for a list."""
    said = [
        Remark("day_assumed", {"number": task.number, "words": deadline.text, "day": deadline.on.isoformat()})
        for task in tasks
        for deadline in task.deadlines
        if deadline.assumed and deadline.on
    ]
    said += [
        Remark("cadence_without_day", {"number": task.number, "words": deadline.text})
        for task in tasks
        for deadline in task.deadlines
        if deadline.cadence not in (None, Cadence.ONGOING)
    ]
    if named.inherited:
        said.append(Remark("prefix_restored", {"prefix": named.region, "count": named.inherited}))
    return tuple(remark for place, remark in enumerate(said) if remark not in said[:place])


def _place(tasks: Sequence[TaskReading], doubt: Doubt) -> int:
    return next((i for i, t in enumerate(tasks) if len(doubt.tasks) == 1 and t.key == doubt.tasks[0]), len(tasks))


def _merged(doubts: list[Doubt], tasks: Sequence[TaskReading]) -> list[Doubt]:
    """More than a few doubts of one kind become one question about all of their tasks."""
    if len(doubts) <= _SINGLE:
        return doubts
    keys = tuple(key for doubt in doubts for key in doubt.tasks)
    about = [task for task in tasks if task.key in keys]
    return [Doubt(doubts[0].code, keys, _together(about), doubts[0].sentence, doubts[0].options)]


def _together(tasks: Sequence[TaskReading]) -> dict[str, str | int]:
    """Count and numbers of the tasks one question is about; `more` when not all are named."""
    return {
        "count": len(tasks),
        "where": "、".join(t.number for t in tasks[:_SHOWN]),
        "more": int(len(tasks) > _SHOWN),
    }


def _joint_lead(task: TaskReading) -> Iterator[Doubt]:
    leads = task.agencies(DutyRole.JOINT_LEAD)
    if leads:
        params: dict[str, str | int] = {"number": task.number, "leads": len(leads), "first": leads[0]}
        yield Doubt("joint_lead", (task.key,), params, task.responsibility_text, ("all_report", "first_reports"))


def _several(task: TaskReading) -> Iterator[Doubt]:
    dates = {d.on for d in task.deadlines if d.on}
    if len(task.targets) < 3 and len(dates) < 2:
        return
    sources = [t.source for t in task.targets] + [d.source for d in task.deadlines]
    source = next((s for s in sources if s), None)
    params: dict[str, str | int] = {"number": task.number, "targets": len(task.targets), "dates": len(dates)}
    sentence = source.sentence if source else task.title
    yield Doubt("several_targets", (task.key,), params, sentence, ("track_all", "check_each"))


def _no_duty(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    for task in tasks:
        if not any(d.role.owes_reports for d in task.duties):
            options = ("not_chased", "name_agency", "not_a_task")
            yield Doubt("no_duty", (task.key,), {"number": task.number}, task.title, options)


def _year(year: int | None) -> Iterator[Doubt]:
    if year is None:
        yield Doubt("year_unknown", (), {}, "", ("type_year",))


def _collectives(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    seen: set[str] = set()
    for task in tasks:
        for duty in task.duties:
            if duty.agency not in seen and is_collective(duty.agency):
                seen.add(duty.agency)
                keys = tuple(t.key for t in tasks if duty.agency in {d.agency for d in t.duties})
                params: dict[str, str | int] = {"number": task.number, "agency": duty.agency}
                options = ("as_one_agency", "list_members")
                yield Doubt("collective", keys, params, task.responsibility_text, options)


def _unmarked(tasks: Sequence[TaskReading], unmarked: Sequence[bool]) -> Iterator[Doubt]:
    found = [t for t, flag in zip(tasks, unmarked, strict=True) if flag]
    if found:
        keys = tuple(t.key for t in found)
        yield Doubt("lead_unclear", keys, _together(found), found[0].responsibility_text, ("all_report", "first_leads"))


def _prefix(tasks: Sequence[TaskReading], named: NamedDuties) -> Iterator[Doubt]:
    if not named.unusual:
        return
    index, written, full = named.unusual[0]
    task = tasks[index]
    count = len({name for _, name, _ in named.unusual})
    params: dict[str, str | int] = {"number": task.number, "written": written, "full": full, "count": count}
    yield Doubt("inherited_prefix", (task.key,), params, task.responsibility_text, ("completed", "as_written"))


def _open_lists(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    found = [t for t in tasks if t.open_list]
    if found:
        keys = tuple(t.key for t in found)
        yield Doubt("open_list", keys, _together(found), found[0].responsibility_text, ("only_named", "add_agencies"))
