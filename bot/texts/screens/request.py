"""What a contact asks of the coordinator, with the two answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.views import RequestView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, quote, say
from bot.texts.message import Message
from bot.texts.screens.draft import task_of
from bot.texts.wording import day, what_name

_HEADS: Mapping[str, str] = {
    "extension": N_("⏳ <b>申请延期</b>"),
    "decline": N_("❓ <b>反映不是本单位的</b>"),
    "delegate": N_("🔀 <b>请改由别人办</b>"),
    "question": N_("💬 <b>有问题要问</b>"),
}
_ADVICE: Mapping[str, str] = {
    "decline": N_("“同意”只作答复，责任单位还请您另行调整。"),
    "delegate": N_("“同意”只作答复；换联络员，请打“人员”办移交。"),
    "question": N_("请电话答复，再点“已答复”。"),
}
_DECIDED: Mapping[str, str] = {
    "granted": N_("✅ 已同意，已告知对方。"),
    "refused": N_("✖ 未同意，已告知对方。"),
}


def request_message(view: RequestView) -> Message:
    """The card, before and after the decision."""
    return Message(compose([Part(tuple(_told(view))), Part(tuple(_outcome(view)))]), _keys(view))


def _told(view: RequestView) -> Iterator[Html]:
    yield joined((say(_HEADS.get(view.kind, _HEADS["question"])), escape(view.agency)))
    if view.line is not None:
        yield task_of(view.line)
        yield joined((what_name(view.line.what), say("截止：{limit}", limit=day(view.line.due_on))))
    if view.until_on is not None:
        yield say("申请延到：{day}", day=day(view.until_on))
    if view.words:
        yield quote(view.words, 1500)
    yield joined((escape(view.sender), escape(view.phone)), " ")


def _outcome(view: RequestView) -> Iterator[Html]:
    if not view.decided:
        if view.kind in _ADVICE:
            yield say(_ADVICE[view.kind])
    elif view.kind == "question":
        yield say("✅ 已答复。")
    else:
        yield say(_DECIDED.get(view.decided, _DECIDED["refused"]))


def _keys(view: RequestView) -> tuple[Row, ...]:
    keys = Keys(view.card_id, view.rev)
    if view.decided:
        return ()
    if view.kind == "question":
        return rows([keys.key("✅ 已答复", "qg")])
    return rows([keys.key("✅ 同意", "qg", style="success"), keys.key("不同意", "qr")])
