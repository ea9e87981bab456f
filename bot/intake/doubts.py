"""What a reading is not sure of, few and with answers to tap; and what it assumed by rule.

Answers that need typed words, and what each answer does, are in `bot.domain.settling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.agency_names import is_collective, looks_like_agency
from bot.domain.model import Cadence, DutyRole
from bot.domain.reading import DeadlineReading, Doubt, Remark, TaskReading
from bot.intake.naming import NamedDuties

# More doubts of one kind than this are asked once for the whole document.
_SINGLE = 3
_SHOWN = 6
# Surer than this a fact is not asked about.
_SURE = 0.75
_YEARS_AHEAD = 2
_FRAGMENT = re.compile(r"^(?:[和与及等的、，牵头配合责任]{1,4}$|[和与及等的、，）)])|[。；：:？！]|[、，（(的]$")
_WHOLE = re.compile(r"[队中校院厂站司所社会馆团行处]$")
_LONGEST_PLAIN = 14
Params = Mapping[str, str | int]


def find_doubts(
    tasks: Sequence[TaskReading],
    named: NamedDuties,
    unmarked: Sequence[bool],
    year: int | None,
    gaps: Sequence[tuple[str, str]] = (),
) -> tuple[Doubt, ...]:
    """Doubts in the order of the document, those about all of it last; the first option of each is what was assumed.

    `unmarked[i]`: task i lists several agencies without a word on who leads. `gaps`: numbers of the document between
    which one is missing.
    """
    per_task = (
        _merged([d for t in tasks for d in _joint_lead(t)], tasks),
        _merged([d for t in tasks for d in _several(t)], tasks),
        _merged(list(_no_duty(tasks)), tasks),
        _merged(list(_odd_days(tasks, year)), tasks, ("keep_day", "check_each")),
        _merged(list(_broken_names(tasks)), tasks, ("as_read", "check_each")),
        _merged(list(_unsure(tasks)), tasks),
        _merged(list(_twins(tasks)), tasks, ("both_tasks", "check_each")),
    )
    ordered = sorted((d for group in per_task for d in group), key=lambda d: _place(tasks, d))
    whole = (
        *_year(year),
        *_defaults(tasks),
        *_collectives(tasks),
        *_unmarked(tasks, unmarked),
        *_prefix(tasks, named),
        *_open_lists(tasks),
        *_gaps(gaps),
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
    said += [Remark("names_unified", {"name": full, "other": short}) for short, full in named.unified]
    if named.inherited:
        said.append(Remark("prefix_restored", {"prefix": named.region, "count": named.inherited}))
    return tuple(remark for place, remark in enumerate(said) if remark not in said[:place])


def _place(tasks: Sequence[TaskReading], doubt: Doubt) -> int:
    keys = [task.key for task in tasks]
    return keys.index(doubt.tasks[0]) if doubt.tasks and "where" not in doubt.params else len(tasks)


def _merged(doubts: list[Doubt], tasks: Sequence[TaskReading], options: tuple[str, ...] = ()) -> list[Doubt]:
    """More than a few doubts of one kind become one question about all of their tasks, with `options` of its own."""
    kept: list[Doubt] = []
    for code in dict.fromkeys(d.code for d in doubts):
        alike = [d for d in doubts if d.code == code]
        if len(alike) <= _SINGLE:
            kept += alike
            continue
        keys = tuple(dict.fromkeys(key for doubt in alike for key in doubt.tasks))
        about = [task for task in tasks if task.key in set(keys)]
        params = {**alike[0].params, **_together(about)}
        params.pop("number", None)
        kept.append(Doubt(code, keys, params, alike[0].sentence, options or alike[0].options))
    return kept


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
    """Names completed from elsewhere than their own list, each once; many together."""
    first = {full: (index, written) for index, written, full in reversed(named.unusual)}
    for full, (index, written) in sorted(first.items(), key=lambda item: item[1][0]):
        task, many = tasks[index], len(first) > _SINGLE
        keys = tuple(t.key for t in tasks if full in t.agencies(*DutyRole))
        params: Params = {"number": task.number, "written": written, "full": full, "count": len(first) if many else 1}
        options = ("completed", "check_each") if many else ("completed", "as_written")
        yield Doubt("inherited_prefix", keys or (task.key,), params, task.responsibility_text, options)
        if many:
            return


def _open_lists(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    found = [t for t in tasks if t.open_list]
    if found:
        keys = tuple(t.key for t in found)
        yield Doubt("open_list", keys, _together(found), found[0].responsibility_text, ("only_named", "add_agencies"))


def _odd_days(tasks: Sequence[TaskReading], year: int | None) -> Iterator[Doubt]:
    for task in tasks:
        for deadline in task.deadlines:
            if year is not None and deadline.on and not 0 <= deadline.on.year - year < _YEARS_AHEAD:
                params = {"number": task.number, "words": deadline.text, "day": deadline.on.isoformat()}
                yield Doubt("odd_deadline", (task.key,), params, _sentence(deadline), ("keep_day", "type_date"))


def _sentence(deadline: DeadlineReading) -> str:
    return deadline.source.sentence if deadline.source else deadline.text


def _broken_names(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    """Names that look broken off or run together, each once."""
    seen: set[str] = set()
    for task in tasks:
        for name in task.agencies(*DutyRole):
            if name not in seen and _is_broken(name):
                seen.add(name)
                keys = tuple(t.key for t in tasks if name in t.agencies(*DutyRole))
                params = {"number": task.number, "agency": name}
                yield Doubt("broken_name", keys, params, task.responsibility_text, ("as_read", "type_name"))


def _is_broken(name: str) -> bool:
    if is_collective(name):
        return False
    unclosed = len(re.findall(r"[（(]", name)) != len(re.findall(r"[）)]", name))
    unlikely = not looks_like_agency(name) and len(name) >= _LONGEST_PLAIN and not _WHOLE.search(name)
    return unclosed or unlikely or len(name) < 2 or bool(_FRAGMENT.search(name))


def _unsure(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    """What was read by guess, one doubt of a kind for each task."""
    for task in tasks:
        duty = next((d for d in task.duties if d.confidence < _SURE), None)
        if duty:
            yield _guess("unsure_duty", task, {"agency": duty.agency}, task.responsibility_text)
        deadline = next((d for d in task.deadlines if d.confidence < _SURE), None)
        if deadline:
            yield _guess("unsure_deadline", task, {"words": deadline.text}, _sentence(deadline))
        target = next((t for t in task.targets if t.confidence < _SURE), None)
        if target:
            sentence = target.source.sentence if target.source else target.text
            yield _guess("unsure_target", task, {"words": target.text}, sentence)


def _guess(code: str, task: TaskReading, params: Params, sentence: str) -> Doubt:
    return Doubt(code, (task.key,), {"number": task.number, **params}, sentence, ("as_read", "check_each"))


def _twins(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    first: dict[str, TaskReading] = {}
    for task in tasks:
        twin = first.setdefault(task.title, task)
        if twin is not task:
            params = {"number": twin.number, "other": task.number}
            options = ("both_tasks", "merge_tasks")
            yield Doubt("twin_title", (twin.key, task.key), params, task.title, options)


def _defaults(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    """The document's own deadline for all the tasks without one, asked once."""
    held = [(t, d) for t in tasks for d in t.deadlines if d.source and d.source.rule == "default" and d.on]
    for on in dict.fromkeys(d.on for _, d in held):
        about = [t for t, d in held if d.on == on]
        sentence = next(_sentence(d) for _, d in held if d.on == on)
        params = {**_together(about), "day": on.isoformat() if on else ""}
        options = ("default_applies", "no_deadline")
        yield Doubt("default_deadline", tuple(t.key for t in about), params, sentence, options)


def _gaps(gaps: Sequence[tuple[str, str]]) -> Iterator[Doubt]:
    for before, after in gaps[:_SINGLE]:
        params = {"before": before, "after": after}
        yield Doubt("number_gap", (), params, "", ("nothing_missing", "check_later"))
