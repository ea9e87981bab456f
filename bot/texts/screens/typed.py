"""What was understood of a typed message, to be confirmed with one tap; one question when something is missing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.views import DueLine, ReadItem, WordsView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, plain, quote, say, say_n
from bot.texts.message import Message
from bot.texts.screens.draft import ambiguous, receipt_lines, task_of, understood
from bot.texts.screens.due import STATUS_KEYS
from bot.texts.wording import what_name

CHOICES = 12


def words_message(view: WordsView) -> Message:
    """The card of one typed message in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "sent":
        return Message(compose(_sent(view)), _sent_keys(keys, view))
    if view.stage == "cancelled":
        text = say("已取消，没有上报。原话已留存。")
        return Message(compose([Part([text, quote(view.words)])]))
    head = Part((say("您写的："), quote(view.words)))
    if view.stage == "which":
        return Message(compose([head, _choices(view)]), _choice_keys(keys, view))
    if view.stage == "status":
        question = Part((*_first_task(view), say("请问进展到哪一步了？")))
        return Message(compose([head, question]), _status_keys(keys, view))
    if view.stage == "date":
        question = Part([say("预计什么时候完成？请直接打字，例如“10月31日”“下月底前”。")])
        return Message(compose([head, question]), _leave(keys, view), placeholder=plain("例如：10月31日"))
    return Message(compose([head, *_reading(view)]), _confirm_keys(keys))


def _reading(view: WordsView) -> Iterator[Part]:
    many = len(view.items) > 1
    opening = say_n("我理解为以下{n}项：", len(view.items)) if many else say("我理解为：")
    for at, item in enumerate(view.items):
        yield Part((*([opening] if at == 0 else []), *_item(view, item)))
    yield Part([say("原话一并存档，不作改动。")])


def _item(view: WordsView, item: ReadItem) -> Iterator[Html]:
    yield _task(item)
    yield from understood(item.draft, view.now.date())


def _task(item: ReadItem) -> Html:
    if item.line is None:
        return say("任务：还没认出是哪一项")
    return joined((task_of(item.line), say("［{what}］", what=what_name(item.line.what))), " ")


def _first_task(view: WordsView) -> list[Html]:
    asked = [item for item in view.items if item.draft.status is None]
    return [_task(item) for item in (asked or view.items)[:5]]


def _choices(view: WordsView) -> Part:
    shown = view.choices[:CHOICES]
    numbered = ambiguous(view.choices)
    items = tuple(_choice(at, line, numbered) for at, line in enumerate(shown))
    foot = [say("未列出的，请直接打出任务编号。")] if len(view.choices) > CHOICES else []
    return Part([say("请问说的是哪一项？")], items, foot, len(view.choices) - len(shown))


def _choice(at: int, line: DueLine, numbered: bool) -> Html:
    order = say("{order}.", order=at + 1) if numbered else None
    told = joined((what_name(line.what), escape(line.agency))) if numbered else None
    return joined((order, escape(line.number, 40), escape(line.title, 60), told), " ")


def _choice_keys(keys: Keys, view: WordsView) -> tuple[Row, ...]:
    numbered = ambiguous(view.choices)
    named = [
        keys.named(f"{at + 1}. {line.number}" if numbered else line.number, "wt", at)
        for at, line in enumerate(view.choices[:CHOICES])
    ]
    every = keys.key("全部都是", "wt", -1) if len(view.choices) > 1 else None
    return (*rows(named, 3), *rows([every, keys.key("✖ 取消", "wm", "cancelled")]))


def _status_keys(keys: Keys, view: WordsView) -> tuple[Row, ...]:
    named = [keys.key(label, "ws", status.value) for status, label in STATUS_KEYS]
    return (*rows(named), *_leave(keys, view))


def _leave(keys: Keys, view: WordsView) -> tuple[Row, ...]:
    """Back to the confirmation when nothing is missing any more, or out."""
    complete = all(item.line is not None and item.draft.status is not None for item in view.items)
    back = keys.key("‹ 返回", "wm", "confirm") if complete else None
    return rows([back, keys.key("✖ 取消", "wm", "cancelled")])


def _confirm_keys(keys: Keys) -> tuple[Row, ...]:
    return rows(
        [
            keys.key("✅ 对，提交", "wy", style="success"),
            keys.key("✏️ 改状态", "wm", "status"),
            keys.key("📅 改日期", "wm", "date"),
            keys.key("🔀 换任务", "wm", "which"),
            keys.key(N_("✖ 取消"), "wm", "cancelled"),
        ]
    )


def _sent(view: WordsView) -> Iterator[Part]:
    for at, (number, receipt) in enumerate(view.receipts):
        line = view.items[at].line if at < len(view.items) else None
        yield Part(tuple(receipt_lines(receipt, line, number)))
    yield Part([say("您的原话："), quote(view.words, 500)])


def _sent_keys(keys: Keys, view: WordsView) -> tuple[Row, ...]:
    open_still = any(receipt.undo_until and not receipt.withdrawn for _, receipt in view.receipts)
    return rows([keys.key("↩️ 撤回（10分钟内）", "wu") if open_still else None])
