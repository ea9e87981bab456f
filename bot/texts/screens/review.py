"""The review desk: one report to accept or to return with a reason and a new limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.views import DraftView, ReviewView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, quote, say, say_n
from bot.texts.message import Message
from bot.texts.screens.draft import task_of, understood
from bot.texts.wording import RETURN_REASONS, day, day_text, moment, reason_word, role_word, what_name


def review_message(view: ReviewView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "empty" or view.report is None:
        return Message(say("✅ 没有待审核的报送。"))
    if view.accepted is not None:
        return Message(
            compose([Part(tuple(_judged(view))), Part(tuple(_report(view, view.report)))]), _next(keys, view)
        )
    head = say("✋ <b>待审核</b>　共{n}条", n=view.waiting)
    parts = [Part((head, *_report(view, view.report)))]
    if view.stage == "reason":
        return Message(compose([*parts, Part([say("退回的原因是？")])]), _reason_keys(keys))
    if view.stage == "limit":
        question = say("退回原因：{reason}。请对方哪天前重报？", reason=reason_word(view.reason))
        return Message(compose([*parts, Part([question])]), _limit_keys(keys, view))
    if view.own:
        parts.append(Part([say("这条是您自己登记的，请另一位牵头办同志审核。")]))
    return Message(compose(parts), _show_keys(keys, view))


def _report(view: ReviewView, report: DraftView) -> Iterator[Html]:
    if view.line is not None:
        yield task_of(view.line)
        yield joined((escape(view.line.agency), role_word(view.line.role), what_name(view.line.what)))
    if view.at is not None:
        shown = replace(report, evidence=0) if view.evidence_names else report
        yield from understood(shown, view.at.date())
    if report.words:
        yield quote(report.words, 1500)
    if view.evidence_names:
        yield say("文件：{names}", names=listed(view.evidence_names, limit=5))
    late = say("迟报") if view.late else None
    at = moment(view.at) if view.at else None
    if view.on_behalf:
        yield say("📞 代填，来源：{source}", source=escape(view.on_behalf, 80))
    yield joined((say("编号{number}", number=view.number), escape(view.sender), at, late))


def _judged(view: ReviewView) -> Iterator[Html]:
    if view.accepted:
        yield say("✅ <b>已认可</b>")
    elif view.on_behalf and view.limit_on is not None:
        limit_on = day(view.limit_on)
        yield say("↩️ <b>已退回</b>　{reason}，限{day}前重报。", reason=reason_word(view.reason), day=limit_on)
    elif view.limit_on is not None:
        yield say(
            "↩️ <b>已退回</b>　{reason}，限{day}前重报。已告知{sender}。",
            reason=reason_word(view.reason),
            day=day(view.limit_on),
            sender=view.sender,
        )
    else:
        yield say("↩️ <b>已退回</b>　{reason}。已告知{sender}。", reason=reason_word(view.reason), sender=view.sender)
    if view.waiting:
        yield say_n("还有{n}条待审核。", view.waiting)


def _show_keys(keys: Keys, view: ReviewView) -> tuple[Row, ...]:
    following = keys.key("▶ 下一条", "rn") if view.waiting > 1 else None
    return rows([keys.key("✅ 认可", "ra", style="success"), keys.key("↩️ 退回", "rr"), following])


def _reason_keys(keys: Keys) -> tuple[Row, ...]:
    named = [keys.key(label, "rc", code) for code, label in RETURN_REASONS.items()]
    return (*rows(named), *_back(keys))


def _limit_keys(keys: Keys, view: ReviewView) -> tuple[Row, ...]:
    named = [keys.named(day_text(on), "rl", at) for at, on in enumerate(view.limits)]
    return (*rows(named), *_back(keys))


def _back(keys: Keys) -> tuple[Row, ...]:
    return rows([keys.key(N_("‹ 返回"), "rb")])


def _next(keys: Keys, view: ReviewView) -> tuple[Row, ...]:
    return rows([keys.key("▶ 下一条", "rn") if view.waiting else None])
