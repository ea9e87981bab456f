"""Parts several cards share: what was understood of a report, its receipt, the plan's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.views import DraftView, DueLine, ReceiptView
from bot.texts.markup import Html, escape, joined, quote, say, say_n
from bot.texts.wording import amounts, day, moment, status_word, what_name


def task_of(line: DueLine) -> Html:
    """任务（一）1　title."""
    return say("任务{number}　{title}", number=escape(line.number, 40), title=escape(line.title, 120))


def task_and_what(line: DueLine) -> Html:
    """（一）1　第三季度进展."""
    return joined((escape(line.number, 40), what_name(line.what)))


def understood(draft: DraftView, today: date) -> Iterator[Html]:
    """The lines of a report that have something to say."""
    yield say("状态：{status}", status=status_word(draft.status) if draft.status else say("还没认出来"))
    if draft.percent is not None:
        yield say("完成：{percent}%", percent=draft.percent)
    if draft.numbers:
        yield say("数字：{numbers}", numbers=amounts(draft.numbers))
    if draft.expected_on is not None:
        yield say("预计：{day}", day=day(draft.expected_on, today))
    if draft.difficulty:
        yield say("困难：{difficulty}", difficulty=escape(draft.difficulty, 300))
    if draft.evidence:
        yield say_n("附件：{n}件", draft.evidence)


def receipt_lines(receipt: ReceiptView, line: DueLine | None, number: str) -> Iterator[Html]:
    """What a receipt says: when, its number, the status taken in, late or corrected."""
    if receipt.withdrawn:
        yield say("↩️ 已撤回　编号{number}", number=receipt.number)
        return
    yield say("✅ 已收到　{at}　编号{number}", at=moment(receipt.at), number=receipt.number)
    agency = line.agency if line else ""
    yield joined((escape(number, 40), escape(agency), status_word(receipt.status)))
    if receipt.version > 1:
        yield say("这是更正后的第{version}版，以此为准。", version=receipt.version)
    if receipt.late:
        yield say("已过截止时间，按补报登记。")
    if receipt.evidence:
        yield say_n("附件：{n}件", receipt.evidence)
    if receipt.accepted:
        yield say("牵头办已认可，谢谢！")


def ambiguous(lines: Sequence[DueLine]) -> bool:
    """Whether task numbers alone would not tell the lines apart."""
    numbers = [line.number for line in lines]
    return not all(numbers) or len(set(numbers)) < len(numbers)


def original(body: str, title: str) -> Iterator[Html]:
    """The plan's own words in a quote that unfolds."""
    yield say("计划原文：")
    yield quote(body or title, 1500)
