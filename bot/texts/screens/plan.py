"""The reading of a plan for the coordinator's check: overview, doubts one by one, what 启用 sets going."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.planviews import DoubtLine, PlanView, StartView
from bot.domain.reading import Doubt, Source
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, cut, escape, joined, listed, quote, say, say_n, visible
from bot.texts.message import Button, Message
from bot.texts.screens.doubts import option, question, remark
from bot.texts.screens.plan_ask import ask_message, undo_key
from bot.texts.screens.plan_task import task_message
from bot.texts.screens.plan_tasks import dropped_message, tasks_message
from bot.texts.screens.policy import rule
from bot.texts.wording import day, what_name

_QUESTIONS = 4
_AGENCIES = 5
# The texts of a doubt that is about titles: how many tasks, and how much of each.
_TEXTS = 3
_TEXT = 300
# Answers longer than this stand on a row of their own.
_SHORT_LABEL = 8
_NOTES = N_("读文件时要说明的{n}处：")
_ASSUMED = N_("原文没写明，按规则推定{n}处：")


def plan_message(view: PlanView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "moved":
        return Message(compose([Part([say("✏️ 您打的字已收到，请看下面。")])]))
    if view.stage == "ask" and view.ask is not None:
        return ask_message(view, view.ask, keys)
    if view.stage == "doubts" and view.doubts:
        return _doubts(view, keys)
    if view.stage == "tasks":
        return tasks_message(view, keys)
    if view.stage == "dropped":
        return dropped_message(view, keys)
    if view.stage == "task":
        return task_message(view, keys)
    if view.stage == "activate" and view.activated_at is None and view.start is not None:
        return _before_activation(view, view.start, keys)
    return _overview(view, keys)


def _overview(view: PlanView, keys: Keys) -> Message:
    active = view.activated_at is not None
    parts = [_headline(view), *(() if active else _to_check(view))]
    return Message(compose(parts), _overview_keys(view, keys))


def _headline(view: PlanView) -> Part:
    name = escape(view.title or view.document_name, 120)
    if view.activated_at is not None:
        return Part((say("✅ <b>已启用</b>　{title}", title=name), *_once_active(view.start)))
    year = say("{year}年", year=view.year) if view.reading.year else say("年份待定")
    return Part((say("📥 <b>已读</b>　{title}", title=name), joined((year, _counts(view)))))


def _once_active(start: StartView | None) -> Iterator[Html]:
    if start is not None:
        yield say("首批消息：{at}", at=_moment(start.first_at))
        yield from _unreached(start)


def _counts(view: PlanView) -> Html:
    sections = {(task.section_number, task.section) for task in view.tasks if task.section}
    cadences = sum(d.cadence is not None and d.cadence.comes_round for task in view.tasks for d in task.deadlines)
    return listed(
        [
            *([say_n("{n}类", len(sections))] if sections else []),
            say_n("{n}项任务", len(view.tasks)),
            say_n("{n}个单位", len(view.reading.agencies)),
            *([say_n("{n}项定期报送", cadences)] if cadences else []),
        ]
    )


def _to_check(view: PlanView) -> Iterator[Part]:
    waiting, settled = view.waiting, len(view.doubts) - len(view.waiting)
    if waiting:
        shown = tuple(_question(at, line) for at, line in enumerate(waiting[:_QUESTIONS], start=1))
        yield Part([say_n("<b>请您核对{n}处：</b>", len(waiting))], shown, (), len(waiting) - len(shown))
    elif settled:
        yield Part([say_n("疑点{n}处，都已核对。", settled)])
    else:
        yield Part([say("没有疑点。启用前，请再看一遍任务。")])
    for source, remarks in ((_ASSUMED, view.reading.assumptions), (_NOTES, view.reading.notes)):
        if remarks:
            said = "\n".join(f"· {visible(remark(one))}" for one in remarks)
            yield Part([say_n(source, len(remarks)), quote(said, 800)])
    yield Part([say("启用前，不会给任何人发消息。")])


def _question(order: int, line: DoubtLine) -> Html:
    """1. question."""
    return say("{order}. {question}", order=order, question=question(line.doubt))


def _overview_keys(view: PlanView, keys: Keys) -> tuple[Row, ...]:
    see = keys.key("📋 看全部{n}项", "pp", "tasks", 0, n=len(view.tasks)) if view.tasks else None
    if view.activated_at is not None:
        return rows([see])
    waiting = view.waiting
    first = (waiting or view.doubts)[:1]
    label = N_("▶ 逐条核对（{n}）") if waiting else N_("再看疑点（{n}）")
    count = len(waiting) or len(view.doubts)
    check = keys.key(label, "pp", "doubts", first[0].place, n=count) if first else None
    name = keys.key("✏️ 计划名称", "pn") if view.reading.title is None else None
    activate = keys.key("✅ 启用", "pp", "activate", 0)
    return (*rows([check, see, _accept(view, keys), name, activate]), *undo_key(view, keys))


def _accept(view: PlanView, keys: Keys) -> Button | None:
    """All the rest as read, where more than one question is open and one at least can be answered so."""
    if len(view.waiting) < 2:
        return None
    untouched = len(view.waiting) == len(view.doubts)
    return keys.key(N_("👌 都照读到的办") if untouched else N_("👌 其余照读到的办"), "pr")


def _doubts(view: PlanView, keys: Keys) -> Message:
    at = next((i for i, line in enumerate(view.doubts) if line.place == view.page), 0)
    line, doubt = view.doubts[at], view.doubts[at].doubt
    head = [
        say("❓ <b>核对</b>　第{order}处，共{count}处", order=at + 1, count=len(view.doubts)),
        question(doubt),
        *_original(view, line),
        _chosen(doubt),
    ]
    labels = [option(doubt, code) for code in doubt.options]
    answers = [keys.named(label, "ps", line.place, i) for i, label in enumerate(labels)]
    answer_rows = rows(answers, 2 if all(len(label) <= _SHORT_LABEL for label in labels) else 1)
    if view.activated_at is not None:
        return Message(compose([Part(head)]), back(keys))
    return Message(compose([Part(head)]), (*answer_rows, *_doubt_turns(view, keys, at)))


def _original(view: PlanView, line: DoubtLine) -> Iterator[Html]:
    """The sentence asked about, and where it stands; of several tasks alike the first one's, as an example.

    Where the doubt has no more than a title, the texts of its tasks, by which alone it can be answered.
    """
    doubt = line.doubt
    about = [task for task in view.tasks if task.key in doubt.tasks]
    if not doubt.sentence:
        return
    if any(doubt.sentence == task.title for task in about):
        yield say("原文：")
        yield quote("\n".join(f"{task.number} {cut(task.body or task.title, _TEXT)}" for task in about[:_TEXTS]), 1200)
        return
    yield _stands(line.source, example=len(about) > 1 and doubt.code != "default_deadline")
    yield quote(doubt.sentence, 1200)


def _stands(source: Source | None, *, example: bool) -> Html:
    if source is None:
        return say("例如：") if example else say("原文：")
    place = escape(source.place, 60) if source.place else say("第{line}行", line=source.line)
    return say("例如{place}：", place=place) if example else say("原文（{place}）：", place=place)


def _chosen(doubt: Doubt) -> Html:
    if not doubt.answer:
        return say("请点一个答案。")
    typed = str(doubt.params.get("typed", ""))
    chosen = option(doubt, doubt.answer)
    if typed:
        return say("已选：{answer}（{words}）", answer=chosen, words=escape(typed, 200))
    return say("已选：{answer}", answer=chosen)


def _doubt_turns(view: PlanView, keys: Keys, at: int) -> tuple[Row, ...]:
    def turn(label: str, to: int) -> Button | None:
        return keys.named(label, "pp", "doubts", view.doubts[to].place) if 0 <= to < len(view.doubts) else None

    line = view.doubts[at]
    about = [task.key for task in view.tasks if task.key in line.doubt.tasks]
    see = keys.key("🔍 看这些任务", "pf", f"d{line.place}") if about else None
    if len(about) == 1:
        see = keys.key("🔍 看这项任务", "pt", about[0], "all", 0)
    turns = rows([turn("‹", at - 1), turn("›", at + 1)])
    return (*rows([see, _accept(view, keys)]), *turns, *undo_key(view, keys), *back(keys))


def back(keys: Keys) -> tuple[Row, ...]:
    """To the overview."""
    return rows([keys.key("‹ 返回", "pp", "overview", 0)])


def _before_activation(view: PlanView, start: StartView, keys: Keys) -> Message:
    head = [say("✅ <b>启用前请确认</b>"), escape(view.title, 120)]
    parts = [Part(head), Part(tuple(_reach(start))), Part(tuple(_days(start))), Part(tuple(_warnings(view, start)))]
    confirm = rows([keys.key("✅ 确认启用", "pa", style="success")])
    parts.append(Part([say("启用后会给各单位发消息，请确认。")]))
    return Message(compose(parts), (*confirm, *back(keys)))


def _reach(start: StartView) -> Iterator[Html]:
    """Who will hear, when first, and which agencies have most to do."""
    if not start.people:
        yield say("目前没有单位能收到消息，请先导入通讯录。")
    else:
        yield say(
            "交办任务将发给{agencies}，{people}。",
            agencies=say_n("{n}个单位", start.reached),
            people=say_n("共{n}位联络员", start.people),
        )
        yield say("最早：{at}", at=_moment(start.first_at))
    shown = [say_n("{agency}{n}项", count, agency=escape(name, 60)) for name, count in start.agencies[:_AGENCIES]]
    if shown:
        rest = len(start.agencies) - len(shown)
        more = say_n("，另有{n}个单位", rest) if rest > 0 else Html("")
        yield say("任务：{agencies}{more}", agencies=listed(shown), more=more)


def _days(start: StartView) -> Iterator[Html]:
    if start.days:
        yield say("最先到期：")
    for on, what, count in start.days:
        yield say_n("　{day}　{what}，{n}份", count, day=day(on), what=what_name(what))


def _warnings(view: PlanView, start: StartView) -> Iterator[Html]:
    yield from _unreached(start)
    if view.waiting:
        yield say_n("❓ 还有{n}处没有核对，先按读到的办。", len(view.waiting))
    yield say("⚙️ {rule}（“提醒规则”里可以改）", rule=rule(start.policy, "report"))
    if start.estimated:
        years = listed([say("{year}年", year=year) for year in start.estimated])
        yield say("🗓 {years}的放假通知还没有录入，那时的日子先按估算。", years=years)
    if start.replaces:
        yield say("⚠️ 同一年已有启用的计划，两份会同时催报：{title}", title=escape(start.replaces, 120))


def _moment(at: datetime) -> Html:
    return say("{day}{time}", day=day(at.date()), time=f"{at:%H:%M}")


def _unreached(start: StartView) -> Iterator[Html]:
    if start.no_contact:
        yield say_n("⚠️ {n}个单位没有联络员：{names}", len(start.no_contact), names=listed(start.no_contact))
        yield say("　请把通讯录发到这里，机器人替您邀请。")
    if start.not_entered:
        yield say_n("⚠️ {n}个单位还没有人登记：{names}", len(start.not_entered), names=listed(start.not_entered))
