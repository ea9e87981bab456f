"""Why a task was read as it was: for each fact its place, its sentence with the words marked, the rule, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.model import Cadence
from bot.domain.reading import CERTAIN, DeadlineReading, DutyReading, Source, TargetReading, TaskReading
from bot.texts.language import N_
from bot.texts.markup import Html, cut, escape, joined, one_line, say
from bot.texts.wording import day, figure, role_word

# What the rules of the grammar look for, by `Source.rule`.
RULES: Mapping[str, str] = {
    "": N_("按编号和段落"),
    "bracket": N_("括号里写的责任单位"),
    "label": N_("标签后面写的"),
    "heading": N_("写在上一级标题里，下面各项都算"),
    "standing": N_("写一次，以下各项都算"),
    "first_listed": N_("列第一位的为牵头单位"),
    "sentence": N_("正文句子里写的"),
    "column": N_("表格的这一列"),
    "edge": N_("“前、底、内”这类词定的时限"),
    "day": N_("写明了日子"),
    "month": N_("按月写的时限"),
    "quarter": N_("按季度、半年写的时限"),
    "year": N_("按年写的时限"),
    "festival": N_("按节日写的时限"),
    "range": N_("一段时间，以末尾为准"),
    "cadence": N_("按周期办的事"),
    "ongoing": N_("长期坚持的事"),
    "default": N_("文件统一规定的时限"),
    "bound": N_("“不低于、以内”这类词定的指标"),
    "reach": N_("“达到、实现”这类词定的指标"),
    "work": N_("要完成的数量"),
    "share": N_("比率、增长幅度"),
    "row": N_("同一句里并列的数"),
    "written": N_("用汉字写的数"),
    "unit_in_header": N_("表头写了计量单位"),
}
CADENCES: Mapping[Cadence, str] = {
    Cadence.MONTHLY: N_("每月"),
    Cadence.QUARTERLY: N_("每季度"),
    Cadence.HALF_YEARLY: N_("每半年"),
    Cadence.ANNUAL: N_("每年"),
    Cadence.ONGOING: N_("长期坚持"),
}
_SENTENCE = 240


def why(task: TaskReading) -> Iterator[Html]:
    """Each fact of a task in two or three lines: the task itself, then duties, deadlines, targets."""
    yield from _fact(say("任务：{title}", title=escape(task.title, 120)), task.source, task.confidence, ())
    for duty in task.duties:
        yield from _duty(duty)
    for deadline in task.deadlines:
        head = say("时限：{words}", words=deadline_words(deadline))
        yield from _fact(head, deadline.source, deadline.confidence, (deadline.text,))
    for target in task.targets:
        head = say("指标：{words}", words=target_words(target))
        number = f"{figure(target.value)}{target.unit}"
        yield from _fact(head, target.source, target.confidence, (target.text, number))


def deadline_words(deadline: DeadlineReading) -> Html:
    """12月31日（周六）, 每季度, with the words of the text."""
    when = _when(deadline)
    return say("{when}（原文“{words}”）", when=when, words=escape(deadline.text, 60)) if deadline.text else when


def _when(deadline: DeadlineReading) -> Html:
    if deadline.on is not None:
        return say("{year}年{day}", year=deadline.on.year, day=day(deadline.on))
    return say(CADENCES[deadline.cadence]) if deadline.cadence else say("没有写明日子")


def target_words(target: TargetReading) -> Html:
    """≥95%, with the clause of the text."""
    sign = "" if target.op == "=" else target.op.replace(">=", "≥").replace("<=", "≤")
    words = escape(target.text, 60)
    return say("{sign}{value}{unit}（{words}）", sign=sign, value=figure(target.value), unit=target.unit, words=words)


def _duty(duty: DutyReading) -> Iterator[Html]:
    head = say("{role}：{agency}", role=role_word(duty.role), agency=escape(duty.agency, 60))
    shorter = tuple(duty.agency[at:] for at in range(len(duty.agency) - 2))
    yield from _fact(head, duty.source, duty.confidence, shorter)
    if duty.inferred:
        yield say("　　名称前面的字，是按规则补的。")


def _fact(head: Html, source: Source | None, confidence: float, words: tuple[str, ...]) -> Iterator[Html]:
    """The fact, then where it stands and by what rule, then the sentence with the first of `words` it holds marked."""
    yield head
    if source is None:
        return
    pieces = (
        escape(source.place, 60) if source.place else say("第{line}行", line=source.line),
        say(RULES[source.rule]) if source.rule in RULES else None,
        say("把握{percent}%", percent=round(confidence * 100)) if confidence < CERTAIN else None,
    )
    yield say("　　{pieces}", pieces=joined(pieces, N_("，")))
    yield say("　　原文：{sentence}", sentence=_marked(source.sentence, words))


def _marked(sentence: str, words: tuple[str, ...]) -> Html:
    """The sentence with «the words» marked, cut around them."""
    line = one_line(sentence)
    found = next((word for word in words if word and word in line), "")
    if not found:
        return escape(line, _SENTENCE)
    at = line.index(found)
    left, right = line[max(0, at - _SENTENCE // 2) : at], line[at + len(found) :]
    before = "…" if at > len(left) else ""
    return escape(f"{before}{left}«{found}»{cut(right, _SENTENCE // 2)}", 2 * _SENTENCE)
