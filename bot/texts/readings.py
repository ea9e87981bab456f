"""A plan's reading as plain text for the command line: a row a task, marks, questions, and why a task was read so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.model import DutyRole
from bot.domain.reading import DeadlineReading, DutyReading, PlanReading, TargetReading, TaskReading
from bot.texts.language import N_, speaking, translated
from bot.texts.markup import Html, joined, say, say_n, visible
from bot.texts.screens.doubts import option, question, remark
from bot.texts.screens.why import deadline_words, target_words, why
from bot.texts.wording import role_word

HEADINGS = (N_("次序"), N_("编号"), N_("任务"), N_("责任单位"), N_("时限"), N_("指标"))
# Less sure than this a fact is marked.
_SURE = 0.8


@dataclass(frozen=True)
class PrintedReading:
    """The reading in words: title, headings and rows of its table, the legend of marks, and the lines below it."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...]


def printed_reading(reading: PlanReading, language: str) -> PrintedReading:
    """The reading as `duban plan read` shows it."""
    with speaking(language):
        rows = tuple(_row(place, task, reading) for place, task in enumerate(reading.tasks, start=1))
        headings = tuple(translated(heading) for heading in HEADINGS)
        return PrintedReading(_title(reading), headings, rows, tuple(_plain(_below(reading))))


def printed_reasons(reading: PlanReading, place: int, language: str) -> tuple[str, ...]:
    """Why the task at a 0-based place was read as it was."""
    task = reading.tasks[place]
    with speaking(language):
        head = say("第{place}项　{number} {title}", place=place + 1, number=task.number, title=task.title)
        doubts = [_asked(order, reading) for order in _doubts_of(task, reading)]
        return tuple(_plain([head, *why(task), *doubts]))


def _plain(lines: Sequence[Html]) -> list[str]:
    return [visible(line) for line in lines]


def _title(reading: PlanReading) -> str:
    year = say("{year}年", year=reading.year) if reading.year else say("年份不明")
    return visible(joined((Html(reading.title or translated(N_("（无标题）"))), year)))


def _row(place: int, task: TaskReading, reading: PlanReading) -> tuple[str, ...]:
    marks = " ".join(f"?{order}" for order in _doubts_of(task, reading))
    return (
        str(place),
        "\n".join(part for part in (task.number, marks) if part),
        task.title,
        "\n".join(_agencies(task)),
        "\n".join(_deadline(deadline) for deadline in task.deadlines),
        "\n".join(_target(target) for target in task.targets),
    )


def _agencies(task: TaskReading) -> list[str]:
    """One line a role, its agencies after it."""
    lines = []
    for role in DutyRole:
        names = [_agency(duty) for duty in task.duties if duty.role is role]
        if names:
            listing = translated("、").join(names)
            lines.append(visible(say("{role}：{agencies}", role=role_word(role), agencies=Html(listing))))
    return lines


def _agency(duty: DutyReading) -> str:
    return f"{duty.agency}{'*' if duty.inferred else ''}{_unsure(duty.confidence)}"


def _deadline(deadline: DeadlineReading) -> str:
    return f"{visible(deadline_words(deadline))}{'*' if deadline.assumed else ''}{_unsure(deadline.confidence)}"


def _target(target: TargetReading) -> str:
    return f"{visible(target_words(target))}{_unsure(target.confidence)}"


def _unsure(confidence: float) -> str:
    return "~" if confidence < _SURE else ""


def _doubts_of(task: TaskReading, reading: PlanReading) -> list[int]:
    """1-based orders of the doubts about a task."""
    return [order for order, doubt in enumerate(reading.doubts, start=1) if task.key in doubt.tasks]


def _below(reading: PlanReading) -> list[Html]:
    counts = say_n("共{n}项任务、{agencies}个单位。", len(reading.tasks), agencies=len(reading.agencies))
    legend = say("记号：?1 见下面第1个疑点　* 按规则补上或推定　~ 没有十分把握")
    goals = [say("总目标：{words}", words=target_words(target)) for target in reading.targets]
    doubts = [_asked(order, reading) for order in range(1, len(reading.doubts) + 1)]
    assumed = [say("按规则推定：{words}", words=remark(said)) for said in reading.assumptions]
    notes = [say("说明：{words}", words=remark(said)) for said in reading.notes]
    return [counts, legend, *goals, *doubts, *assumed, *notes]


def _asked(order: int, reading: PlanReading) -> Html:
    """A doubt in two lines: the question with its answers, and the sentence it came from."""
    doubt = reading.doubts[order - 1]
    answers = Html(" / ".join(option(doubt, code) for code in doubt.options))
    asked = say("?{order} {question}　[{answers}]", order=order, question=question(doubt), answers=answers)
    if not doubt.sentence:
        return asked
    return joined((asked, say("　　原文：{sentence}", sentence=doubt.sentence)), "\n")
