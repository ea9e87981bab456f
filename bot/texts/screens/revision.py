"""A revised document beside its plan: the offer, its differences by page, one in detail, what confirming it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.domain.model import DutyRole
from bot.domain.reading import DeadlineReading, DutyReading, TargetReading, TaskReading
from bot.domain.revisionviews import Effect, RevisionView
from bot.domain.task_changes import Change, Fact
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, quote, say, say_n
from bot.texts.message import Button, Message
from bot.texts.screens.why import CADENCES
from bot.texts.wording import day, role_word

PER_PAGE = 5
_NAME = 120
_ARROW = N_("{before} → {after}")

KINDS: Mapping[str, str] = {
    "task_added": N_("新增任务"),
    "task_dropped": N_("取消任务"),
    "task_split": N_("拆分任务"),
    "task_merged": N_("合并任务"),
    "title_changed": N_("标题改动"),
    "text_changed": N_("正文改动"),
    "section_changed": N_("换了类别"),
    "leaders_changed": N_("责任领导改动"),
    "duty_added": N_("增加单位"),
    "duty_dropped": N_("减少单位"),
    "duty_changed": N_("单位改动"),
    "deadline_added": N_("增加时限"),
    "deadline_dropped": N_("取消时限"),
    "deadline_changed": N_("时限改动"),
    "target_added": N_("增加指标"),
    "target_dropped": N_("取消指标"),
    "target_changed": N_("指标改动"),
    "goal_added": N_("增加总目标"),
    "goal_dropped": N_("取消总目标"),
    "goal_changed": N_("总目标改动"),
    "agency_renamed": N_("单位更名"),
    "agency_replaced": N_("单位调整"),
    "section_renamed": N_("类别改名"),
    "plan_title_changed": N_("计划改名"),
    "plan_year_changed": N_("年份改动"),
    "renumbered": N_("编号顺延"),
}
_ADDED = frozenset({"task_added"})
_ENDED = frozenset({"task_dropped"})


def revision_message(view: RevisionView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    screen = _SCREENS.get(view.stage, _offer)
    if view.stage in ("list", "one", "confirm") and not view.changes:
        screen = _offer
    return screen(view, keys)


def told_of_less() -> tuple[Html, Html]:
    """What the story says of an agency that heard of tasks no longer its own, and why it was told."""
    return say("收到通知：有任务不再承担"), say("计划有修订；原来承担的单位告知一次，不再催报。")


def kind_word(change: Change) -> Html:
    """What kind of difference a change is."""
    return say(KINDS[change.code])


def subject(change: Change) -> Html:
    """The task a change is about, or how many."""
    if change.code in ("agency_renamed", "agency_replaced", "section_renamed", "renumbered"):
        return say_n("{n}项任务", int(change.params["count"]))
    number, title = str(change.params.get("number", "")), str(change.params.get("title", ""))
    return joined((escape(number, 40), escape(title, 60)), " ")


def values(change: Change) -> tuple[Html, Html]:
    """What a change replaces and by what, each in short; "" where there is nothing."""
    if change.code == "text_changed":
        return Html(""), Html("")
    same_role = len({fact.role for fact in _duties(change)}) == 1
    told = [listed([_fact(fact, same_role) for fact in facts], limit=3) for facts in (change.before, change.after)]
    return told[0], told[1]


def short(change: Change) -> Html:
    """A change's values on one line."""
    before, after = values(change)
    if change.code in ("task_added", "task_dropped"):
        return _who(change)
    return say(_ARROW, before=before, after=after) if before and after else before or after


def _duties(change: Change) -> list[DutyReading]:
    return [fact for fact in (*change.before, *change.after) if isinstance(fact, DutyReading)]


def _fact(fact: Fact, same_role: bool) -> Html:
    if isinstance(fact, DutyReading):
        role = None if same_role and fact.role is DutyRole.PARTICIPANT else role_word(fact.role)
        return say("{agency}（{role}）", agency=fact.agency, role=role) if role else escape(fact.agency)
    if isinstance(fact, DeadlineReading):
        return _when(fact)
    if isinstance(fact, TargetReading):
        return escape(fact.text, 60)
    if isinstance(fact, TaskReading):
        return joined((escape(fact.number, 40), escape(fact.title, 60)), " ")
    return escape(fact, _NAME)


def _when(deadline: DeadlineReading) -> Html:
    if deadline.on is not None:
        return say("{year}年{day}", year=deadline.on.year, day=day(deadline.on))
    return say(CADENCES[deadline.cadence]) if deadline.cadence else escape(deadline.text, 60)


def _who(change: Change) -> Html:
    """The agencies of a task that comes or goes."""
    names: dict[str, None] = {}
    for task in (*change.before, *change.after):
        if isinstance(task, TaskReading):
            names |= dict.fromkeys(duty.agency for duty in task.duties)
    return listed(names, limit=4)


def _counts(view: RevisionView) -> Html:
    loud = [change for change in view.changes if not change.quiet]
    added, ended = (sum(change.code in codes for change in loud) for codes in (_ADDED, _ENDED))
    quiet = len(view.changes) - len(loud)
    return listed(
        [
            *([say_n("新增{n}项任务", added)] if added else []),
            *([say_n("取消{n}项任务", ended)] if ended else []),
            *([say_n("改动{n}处", len(loud) - added - ended)] if len(loud) > added + ended else []),
            *([say("编号顺延")] if quiet else []),
        ]
    )


def _offer(view: RevisionView, keys: Keys) -> Message:
    title, name = escape(view.plan_title, _NAME), escape(view.document_name, _NAME)
    new = keys.key("作为新计划", "rv", "new")
    if not view.changes:
        head = [say("📑 <b>没有不同</b>　{name}", name=name), say("和《{title}》说的一样，不用改。", title=title)]
        return Message(compose([Part(head)]), rows([new]))
    said = say("和《{title}》像是同一份。", title=title) if view.likely else say("和《{title}》有些像。", title=title)
    parts = [
        Part([say("📑 <b>收到计划</b>　{name}", name=name), said, say("不同之处：{counts}。", counts=_counts(view))]),
        Part([say("确认以前，原来的计划不变。")]),
    ]
    as_revision = keys.key("作为修订", "rv", "go", "list", 0, style="success" if view.likely else "")
    return Message(compose(parts), rows([as_revision, new] if view.likely else [new, as_revision]))


def _list(view: RevisionView, keys: Keys) -> Message:
    page = page_of(len(view.changes), view.page, PER_PAGE)
    taken = len(view.accepted)
    head = [
        say("📑 <b>修订核对</b>　第{page}页，共{count}页", page=page.number + 1, count=page.count),
        say_n("共{n}处，已采纳{taken}处。", len(view.changes), taken=taken)
        if taken
        else say_n("共{n}处。请逐处采纳，或点“全部采纳”。", len(view.changes)),
    ]
    shown = range(page.start, page.end)
    lines = tuple(_line(view, place) for place in shown)
    buttons = [row for place in shown for row in _toggles(view, place, keys)]
    before = keys.named("‹", "rv", "go", "list", page.number - 1) if page.number else None
    after = keys.named("›", "rv", "go", "list", page.number + 1) if page.number + 1 < page.count else None
    every = N_("全部不采纳") if taken == len(view.changes) else N_("✓ 全部采纳")
    ready = keys.key("✅ 确认（{n}）", "rv", "go", "confirm", 0, n=taken, style="success") if taken else None
    leave = keys.key("不作修订", "rv", "go", "declined", 0) if not taken else None
    ends = rows([keys.key(every, "rv", "all"), ready or leave, keys.key("‹ 返回", "rv", "go", "offer", 0)])
    return Message(compose([Part(head), *lines]), (*buttons, *pager(page, [before, after]), *ends))


def _mark(view: RevisionView, place: int) -> Html:
    return Html("✓") if place in view.accepted else Html("☐")


def _line(view: RevisionView, place: int) -> Part:
    change = view.changes[place]
    opening = say("{order}. {mark} <b>{kind}</b>　{task}", order=place + 1, mark=_mark(view, place),
                  kind=kind_word(change), task=subject(change))  # fmt: skip
    more = short(change)
    edited = say("　（您手工改过这一处）") if change.edited else Html("")
    return Part([opening, *([Html(f"　{more}")] if more else []), *([edited] if edited else [])])


def _toggles(view: RevisionView, place: int, keys: Keys) -> tuple[Row, ...]:
    label = N_("☐ {order} 不采纳") if place in view.accepted else N_("✓ {order} 采纳")
    toggle = keys.key(label, "rv", "set", place, order=place + 1)
    return rows([toggle, keys.key("🔍 {order} 细看", "rv", "one", place, order=place + 1)])


def _one(view: RevisionView, keys: Keys) -> Message:
    place = min(view.chosen, len(view.changes) - 1)
    change = view.changes[place]
    head = say("📑 <b>{kind}</b>　第{order}处，共{count}处", kind=kind_word(change), order=place + 1,
               count=len(view.changes))  # fmt: skip
    state = say("已采纳。") if place in view.accepted else say("没有采纳，原来的不变。")
    edited = [say("您手工改过这一处，采纳后以新文件为准。")] if change.edited else []
    parts = [Part([head, subject(change)]), *_sides(change), Part([*edited, state])]
    taken = place in view.accepted
    toggle = keys.key(N_("☐ 不采纳") if taken else N_("✓ 采纳"), "rv", "set", place, style="" if taken else "success")
    back = keys.key("‹ 返回", "rv", "go", "list", place // PER_PAGE)
    turns = [_turn("‹", place - 1, view, keys), _turn("›", place + 1, view, keys)]
    return Message(compose(parts), (*rows([toggle, back]), *rows(turns)))


def _turn(label: str, place: int, view: RevisionView, keys: Keys) -> Button | None:
    return keys.named(label, "rv", "one", place) if 0 <= place < len(view.changes) else None


def _sides(change: Change) -> Iterator[Part]:
    """The old and the new value, each with the sentence it stands in."""
    for label, facts in ((N_("原来："), change.before), (N_("现在："), change.after)):
        if facts:
            short_words = [_fact(fact, same_role=False) for fact in facts] if change.code != "text_changed" else []
            source = "\n".join(dict.fromkeys(words for fact in facts if (words := _sentence(fact, change))))
            told = joined((say(label), listed(short_words, limit=4) if short_words else None), "")
            yield Part([told, *([quote(source, 700)] if source else [])])


def _sentence(fact: Fact, change: Change) -> str:
    if isinstance(fact, TaskReading):
        return "\n".join(part for part in (fact.body, fact.responsibility_text) if part)
    if isinstance(fact, str):
        return fact if change.code == "text_changed" else ""
    return fact.source.sentence if fact.source else fact.text if not isinstance(fact, DutyReading) else ""


def _confirm(view: RevisionView, keys: Keys) -> Message:
    taken = len(view.accepted)
    rest = len(view.changes) - taken
    head = [
        say("✅ <b>确认修订前，请再看一遍</b>"),
        escape(view.plan_title, _NAME),
        say_n("采纳{n}处，其余{rest}处不变。", taken, rest=rest) if rest else say_n("{n}处全部采纳。", taken),
    ]
    foot = [] if view.active else [say("计划还没有启用，不会给任何人发消息。")]
    sure = keys.key("✅ 确认修订", "rv", "sure", style="success")
    back = keys.key("‹ 返回", "rv", "go", "list", 0)
    return Message(compose([Part([*head, *_effect(view.effect), *foot])]), rows([sure, back]))


def _effect(effect: Effect) -> Iterator[Html]:
    if effect.added:
        yield say_n("新增{n}项任务。", effect.added)
    if effect.ended:
        yield say_n("结束{n}项任务，已报的材料保留。", effect.ended)
    at = effect.first_at
    when = say("{day}{time}", day=day(at.date()), time=f"{at:%H:%M}") if at else None
    if effect.assigned and when:
        names = listed(effect.assigned)
        yield say_n("{n}个单位有新任务，最早{at}收到交办：{names}", len(effect.assigned), at=when, names=names)
    if effect.relieved and when:
        yield say_n("{n}个单位减了任务，同时告知：{names}", len(effect.relieved), names=listed(effect.relieved))
    if effect.silent:
        yield say_n("⚠️ {n}个单位还没有人登记，收不到消息：{names}", len(effect.silent), names=listed(effect.silent))


def _done(view: RevisionView, keys: Keys) -> Message:
    head = [say("✅ <b>已修订</b>　{title}", title=escape(view.plan_title, _NAME)), *_effect(view.effect)]
    if view.active:
        head.append(say("改动的时限，到时按新日子提醒。"))
    elif view.doubts:
        head.append(say_n("❓ 有{n}处请您核对。", view.doubts))
    return Message(compose([Part(head)]), rows([keys.key("📋 看计划", "rv", "plan")]))


def _declined(view: RevisionView, keys: Keys) -> Message:
    head = [say("📑 <b>不作修订</b>　{name}", name=escape(view.document_name, _NAME)), say("原来的计划不变。")]
    return Message(compose([Part(head)]), rows([keys.key("再看一遍", "rv", "go", "list", 0)]))


def _imported(view: RevisionView, keys: Keys) -> Message:
    return Message(compose([Part([say("📥 已作为新计划读入　{name}", name=escape(view.document_name, _NAME))])]))


_SCREENS: Mapping[str, Callable[[RevisionView, Keys], Message]] = {
    "offer": _offer,
    "list": _list,
    "one": _one,
    "confirm": _confirm,
    "done": _done,
    "declined": _declined,
    "imported": _imported,
}
