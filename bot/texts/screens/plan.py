"""The reading of a plan for the coordinator's check: overview, doubts one by one, tasks by page, activation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.model import DutyRole
from bot.domain.views import DoubtLine, PlanTaskLine, PlanView
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, quote, say, say_n, visible
from bot.texts.message import Button, Message
from bot.texts.screens.doubts import option, question, remark
from bot.texts.wording import day, role_word

PER_PAGE = 5
_QUESTIONS = 4


def plan_message(view: PlanView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "doubts" and view.doubts:
        return _doubts(view, keys)
    if view.stage == "tasks":
        return _tasks(view, keys)
    if view.stage == "activate" and view.activated_at is None:
        return Message(compose([Part(tuple(_before_activation(view)))]), _activation_keys(keys))
    return _overview(view, keys)


def _open(view: PlanView) -> tuple[DoubtLine, ...]:
    return tuple(line for line in view.doubts if line.is_open)


def _overview(view: PlanView, keys: Keys) -> Message:
    active = view.activated_at is not None
    parts = [_headline(view), *(() if active else _to_check(view))]
    return Message(compose(parts), _overview_keys(view, keys))


def _headline(view: PlanView) -> Part:
    if view.activated_at is not None:
        head = [say("✅ <b>已启用</b>　{title}", title=escape(view.title, 120))]
        return Part((*head, *_first_sent(view), *_without_contact(view)))
    name = escape(view.title or view.document_name, 120)
    return Part((say("📥 <b>已读</b>　{title}", title=name), joined((say("{year}年", year=view.year), _counts(view)))))


def _counts(view: PlanView) -> Html:
    return listed(
        [
            *([say_n("{n}类", view.sections)] if view.sections else []),
            say_n("{n}项任务", len(view.tasks)),
            say_n("{n}个单位", view.agencies),
            *([say_n("{n}项定期报送", view.cadences)] if view.cadences else []),
        ]
    )


def _to_check(view: PlanView) -> Iterator[Part]:
    waiting, settled = _open(view), len(view.doubts) - len(_open(view))
    if waiting:
        shown = tuple(_question(at, doubt) for at, doubt in enumerate(waiting[:_QUESTIONS], start=1))
        yield Part([say_n("<b>请您核对{n}处：</b>", len(waiting))], shown, (), len(waiting) - len(shown))
    elif settled:
        yield Part([say_n("疑点{n}处，都已核对。", settled)])
    else:
        yield Part([say("没有疑点。启用前，请再看一遍任务。")])
    if view.assumptions:
        said = "\n".join(f"· {visible(remark(one))}" for one in view.assumptions)
        yield Part([say_n("原文没写明，按规则推定{n}处：", len(view.assumptions)), quote(said, 800)])
    yield Part([say("启用前，不会给任何人发消息。")])


def _question(order: int, line: DoubtLine) -> Html:
    """1. question."""
    return say("{order}. {question}", order=order, question=question(line.doubt))


def _overview_keys(view: PlanView, keys: Keys) -> tuple[Row, ...]:
    see = keys.key("📋 看全部{n}项", "pp", "tasks", 0, n=len(view.tasks)) if view.tasks else None
    if view.activated_at is not None:
        return rows([see])
    waiting = _open(view)
    first = (waiting or view.doubts)[:1]
    label = N_("▶ 逐条核对（{n}）") if waiting else N_("再看疑点（{n}）")
    count = len(waiting) or len(view.doubts)
    check = keys.key(label, "pp", "doubts", first[0].place, n=count) if first else None
    return rows([check, see, keys.key("✅ 启用", "pp", "activate", 0)])


def _doubts(view: PlanView, keys: Keys) -> Message:
    at = next((i for i, line in enumerate(view.doubts) if line.place == view.page), 0)
    line, doubt = view.doubts[at], view.doubts[at].doubt
    head = [
        say("❓ <b>核对</b>　第{order}处，共{count}处", order=at + 1, count=len(view.doubts)),
        question(doubt),
    ]
    if doubt.sentence:
        head += [say("原文："), quote(doubt.sentence, 1200)]
    chosen = option(doubt, doubt.answer) if doubt.answer else ""
    head.append(say("已选：{answer}", answer=chosen) if chosen else say("请点一个答案。"))
    options = [keys.named(option(doubt, code), "ps", line.place, i) for i, code in enumerate(doubt.options)]
    return Message(compose([Part(head)]), (*rows(options, 1), *_doubt_turns(view, keys, at)))


def _doubt_turns(view: PlanView, keys: Keys, at: int) -> tuple[Row, ...]:
    def turn(label: str, to: int) -> Button | None:
        return keys.named(label, "pp", "doubts", view.doubts[to].place) if 0 <= to < len(view.doubts) else None

    return (*rows([turn("‹", at - 1), turn("›", at + 1)]), *_back(keys))


def _back(keys: Keys) -> tuple[Row, ...]:
    return rows([keys.key("‹ 返回", "pp", "overview", 0)])


def _tasks(view: PlanView, keys: Keys) -> Message:
    page = page_of(len(view.tasks), view.page, PER_PAGE)
    head = say("📋 <b>全部任务</b>　第{page}页，共{count}页", page=page.number + 1, count=page.count)
    parts = [Part([head]), *(_task(task) for task in view.tasks[page.start : page.end])]
    before = keys.named("‹", "pp", "tasks", page.number - 1) if page.number else None
    after = keys.named("›", "pp", "tasks", page.number + 1) if page.number + 1 < page.count else None
    return Message(compose(parts), (*pager(page, [before, after]), *_back(keys)))


def _task(task: PlanTaskLine) -> Part:
    name = joined((escape(task.number, 40), escape(task.title, 120)), " ")
    lines = [Html(f"<b>{name}</b>"), *_duties(task)]
    if task.deadlines:
        lines.append(say("　时限：{words}", words=listed(task.deadlines, N_("；"), 4)))
    if task.targets:
        lines.append(say("　指标：{words}", words=listed(task.targets, N_("；"), 4)))
    return Part(lines)


def _duties(task: PlanTaskLine) -> Iterator[Html]:
    for role in DutyRole:
        names = [agency for held, agency in task.duties if held is role]
        if names:
            yield say("　{role}：{agencies}", role=role_word(role), agencies=listed(names))
    if not task.duties:
        yield say("　没有写责任单位")


def _before_activation(view: PlanView) -> Iterator[Html]:
    yield say("✅ <b>启用前请确认</b>")
    yield escape(view.title, 120)
    yield from _first_messages(view)
    yield from _without_contact(view)
    if _open(view):
        yield say_n("❓ 还有{n}处没有核对，先按读到的办。", len(_open(view)))
    if view.replaces:
        yield say("⚠️ 同一年已有启用的计划，两份会同时催报：{title}", title=escape(view.replaces, 120))
    yield say("启用后会给各单位发消息，请确认。")


def _first_messages(view: PlanView) -> Iterator[Html]:
    at = view.first_messages_at
    if at is None or not view.people:
        yield say("目前没有单位能收到消息，请先导入通讯录。")
        return
    yield say_n("{n}个单位的联络员将收到交办任务，最早{at}。", view.people, at=_moment(at))


def _first_sent(view: PlanView) -> Iterator[Html]:
    """The same once the plan is active, true before and after that moment."""
    if view.first_messages_at is not None:
        yield say("首批消息：{at}", at=_moment(view.first_messages_at))


def _moment(at: datetime) -> Html:
    return say("{day}{time}", day=day(at.date()), time=f"{at:%H:%M}")


def _without_contact(view: PlanView) -> Iterator[Html]:
    if view.without_contact:
        count = len(view.without_contact)
        yield say_n("⚠️ {n}个单位还没有人登记，收不到消息：{names}", count, names=listed(view.without_contact))


def _activation_keys(keys: Keys) -> tuple[Row, ...]:
    return (*rows([keys.key("✅ 确认启用", "pa", style="success")]), *_back(keys))
