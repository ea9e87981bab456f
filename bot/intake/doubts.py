"""What a reading is not sure of, few and with answers to tap; and what it assumed by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.agency_names import is_collective
from bot.domain.model import Cadence, Doubt, DutyRole, TaskReading
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
        _merged([d for t in tasks for d in _joint_lead(t)], "有{n}项任务几家并列牵头（{where}），都要报送？"),
        _merged([d for t in tasks for d in _several(t)], "有{n}项任务各有几个指标或时限（{where}），都按读到的跟踪？"),
        _merged(list(_no_duty(tasks)), "有{n}项任务没有写责任单位（{where}），怎么办？"),
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


def find_assumptions(tasks: Sequence[TaskReading], named: NamedDuties) -> tuple[str, ...]:
    """Sentences on what a rule decided: days the text does not give, prefixes written once for a list."""
    said = [
        f"{task.number}“{deadline.text}”：按{deadline.on.year}年{deadline.on.month}月{deadline.on.day}日"
        for task in tasks
        for deadline in task.deadlines
        if deadline.assumed and deadline.on
    ]
    said += [
        f"{task.number}“{deadline.text}”：没有写明日子，按周期报送的日子办"
        for task in tasks
        for deadline in task.deadlines
        if deadline.cadence not in (None, Cadence.ONGOING)
    ]
    if named.inherited:
        said.append(f"同一名单里省去的“{named.region}”等字样，已补{named.inherited}处")
    return tuple(dict.fromkeys(said))


def _place(tasks: Sequence[TaskReading], doubt: Doubt) -> int:
    return next((i for i, t in enumerate(tasks) if t.number == doubt.task_number), len(tasks))


def _merged(doubts: list[Doubt], question: str) -> list[Doubt]:
    if len(doubts) <= _SINGLE:
        return doubts
    where = _listing([d.task_number for d in doubts])
    asked = question.format(n=len(doubts), where=where)
    return [Doubt(doubts[0].code, "", asked, doubts[0].sentence, doubts[0].options)]


def _listing(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:_SHOWN]) + ("等" if len(numbers) > _SHOWN else "")


def _joint_lead(task: TaskReading) -> Iterator[Doubt]:
    leads = task.agencies(DutyRole.JOINT_LEAD)
    if leads:
        asked = f"{task.number}　{len(leads)}家并列牵头，都要报送？"
        options = ("都要报送", f"由{leads[0]}一家报送")
        yield Doubt("joint_lead", task.number, asked, task.responsibility_text, options)


def _several(task: TaskReading) -> Iterator[Doubt]:
    dates = {d.on for d in task.deadlines if d.on}
    if len(task.targets) < 3 and len(dates) < 2:
        return
    pieces = [f"{len(task.targets)}个指标"] if task.targets else []
    pieces += [f"{len(dates)}个时间点"] if dates else []
    sources = [t.source for t in task.targets] + [d.source for d in task.deadlines]
    source = next((s for s in sources if s), None)
    asked = f"{task.number} 有{'、'.join(pieces)}，都按读到的跟踪？"
    sentence = source.sentence if source else task.title
    yield Doubt("several_targets", task.number, asked, sentence, ("都跟踪", "逐个核对"))


def _no_duty(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    for task in tasks:
        if not any(d.role.owes_reports for d in task.duties):
            asked = f"{task.number} 没有写由谁负责，怎么办？"
            yield Doubt("no_duty", task.number, asked, task.title, ("先不催报", "指定单位", "不是任务"))


def _year(year: int | None) -> Iterator[Doubt]:
    if year is None:
        yield Doubt("year_unknown", "", "文件没有写明是哪一年的计划，按哪一年？", "", ("填写年份",))


def _collectives(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    seen: set[str] = set()
    for task in tasks:
        for duty in task.duties:
            if duty.agency not in seen and is_collective(duty.agency):
                seen.add(duty.agency)
                asked = f"{task.number} “{duty.agency}”名单未给，先作一个单位？"
                options = ("先作一个单位", "补名单")
                yield Doubt("collective", task.number, asked, task.responsibility_text, options)


def _unmarked(tasks: Sequence[TaskReading], unmarked: Sequence[bool]) -> Iterator[Doubt]:
    found = [t for t, flag in zip(tasks, unmarked, strict=True) if flag]
    if found:
        where = _listing([t.number for t in found])
        asked = f"有{len(found)}项任务列了几家责任单位，没有写谁牵头（{where}），怎么办？"
        options = ("各家都报送", "列第一位的牵头")
        yield Doubt("lead_unclear", "", asked, found[0].responsibility_text, options)


def _prefix(tasks: Sequence[TaskReading], named: NamedDuties) -> Iterator[Doubt]:
    if not named.unusual:
        return
    index, written, full = named.unusual[0]
    count = len({name for _, name, _ in named.unusual})
    more = f"等{count}个名称" if count > 1 else ""
    asked = f"{tasks[index].number} “{written}”{more}前面没有写明级别，按“{full}”？"
    options = (f"按“{full}”", f"照原文“{written}”")
    yield Doubt("inherited_prefix", tasks[index].number, asked, tasks[index].responsibility_text, options)


def _open_lists(tasks: Sequence[TaskReading]) -> Iterator[Doubt]:
    found = [t for t in tasks if t.open_list]
    if found:
        where = _listing([t.number for t in found])
        asked = f"有{len(found)}项任务的单位名单以“等”字结尾（{where}），只算写出名字的？"
        options = ("只算写出的", "补充单位")
        yield Doubt("open_list", "", asked, found[0].responsibility_text, options)
