"""The card of the levers: what stands still with buttons to resume, what to stop, and whom a send-now would reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.leverviews import Choice, Fate, LeversView, Scope, Silenced, Stopped, Urged, Urging
from bot.texts.buttons import Keys, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, escape_lines, joined, listed, plain, quote, say, say_n
from bot.texts.message import Button, Message
from bot.texts.sentences import spoken_sentence
from bot.texts.wording import day, moment, short_day, what_name

PER_PAGE = 8
# Resume buttons under the card; more pauses than these are resumed by typing.
_BUTTONS = 8
_ACTION = "yl"
_HEADS = {
    ("pause", "tasks"): N_("⏸ <b>暂停哪一项任务？</b>"),
    ("pause", "agencies"): N_("⏸ <b>暂停哪个单位？</b>"),
    ("mute", "tasks"): N_("🔕 <b>哪一项任务免催？</b>照常要报，只是不再提醒。"),
    ("urge", "agencies"): N_("🔔 <b>催哪个单位？</b>"),
}
_LEFT_OUT = (
    (Fate.TODAY, N_("今天已催过，不再重复：")),
    (Fate.PAUSED, N_("暂停中，不发：")),
    (Fate.MUTED, N_("已设为免催，不发：")),
)


def levers_message(view: LeversView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage in ("tasks", "agencies"):
        return _choosing(view, keys)
    if view.stage == "ask":
        return _asking(view, keys)
    if view.urging is not None:
        done = view.stage == "urged"
        return _urged(view.urging, keys) if done else _confirming(view, view.urging, keys)
    return _home(view, keys)


def _home(view: LeversView, keys: Keys) -> Message:
    note = [escape_lines(spoken_sentence(view.note, view.note_params))] if view.note else []
    head = [say("🎚 <b>催办管理</b>　{title}", title=view.plan_title)]
    if not view.stopped and not view.silenced:
        head.append(say("没有暂停的，也没有免催的，按计划正常提醒。"))
    stopped = [_stopped(one, view) for one in view.stopped]
    silenced = [_silenced(one) for one in view.silenced]
    foot = say("也可以打字：暂停 农业农村局 到6月1日；恢复 （三）2；免催 （二）1；催办 水利局。")
    parts = [
        Part(note),
        Part(head),
        Part([say_n("⏸ 暂停中{n}处", len(stopped))] if stopped else [], stopped),
        Part([say_n("🔕 免催{n}项", len(silenced))] if silenced else [], silenced),
        Part([foot]),
    ]
    return Message(compose(parts), (*_back_buttons(view, keys), *_home_keys(view, keys)))


def _stopped(one: Stopped, view: LeversView) -> Html:
    name = _scope(one.scope, view.plan_title)
    if one.through_on is None:
        return say("{name}　{since}起，恢复前不提醒", name=name, since=short_day(one.from_on))
    until = day(one.through_on, view.now.date())
    return say("{name}　{since}起，到{until}为止", name=name, since=short_day(one.from_on), until=until)


def _silenced(one: Silenced) -> Html:
    name = joined((escape(one.number, 40), escape(one.title, 60)), " ")
    return say("{name}　{since}起", name=name, since=short_day(one.since_on))


def _scope(scope: Scope, plan_title: str) -> Html:
    """What a pause stops; the whole plan by its title."""
    task = joined((escape(scope.number, 40), escape(scope.title, 60)), " ")
    both = joined((task or None, escape(scope.agency, 60) if scope.agency else None), " · ")
    return both or say("整个计划《{title}》", title=plan_title)


def _short(scope: Scope) -> str:
    """The same on a button."""
    name = " ".join(word for word in (scope.number or scope.title, scope.agency) if word)
    return name or plain("整个计划")


def _back_buttons(view: LeversView, keys: Keys) -> tuple[Row, ...]:
    resume = [
        keys.key("▶ 恢复{name}", _ACTION, "resume", one.pause_id, name=_short(one.scope))
        for one in view.stopped[:_BUTTONS]
    ]
    unmute = [
        keys.key("🔔 取消免催{name}", _ACTION, "unmute", one.task_id, name=one.number or one.title)
        for one in view.silenced[:_BUTTONS]
    ]
    return rows([*resume, *unmute])


def _home_keys(view: LeversView, keys: Keys) -> tuple[Row, ...]:
    whole = any(one.scope == Scope() for one in view.stopped)
    return (
        *rows(
            [
                keys.key("🔔 催全部未报", _ACTION, "urge"),
                keys.key("🔔 催一个单位", _ACTION, "list", "urge", "agencies", 0),
                keys.key("⏸ 暂停任务", _ACTION, "list", "pause", "tasks", 0),
                keys.key("⏸ 暂停单位", _ACTION, "list", "pause", "agencies", 0),
                keys.key("🔕 任务免催", _ACTION, "list", "mute", "tasks", 0),
                None if whole else keys.key("⏸ 暂停计划", _ACTION, "whole"),
                keys.key("☎️ 电话催办单", "yb", "list", "phones"),
            ]
        ),
        *rows([keys.named(f"📁 {other.label}", _ACTION, "plan", other.id) for other in view.other_plans], 1),
    )


def _choosing(view: LeversView, keys: Keys) -> Message:
    page = page_of(len(view.choices), view.page, PER_PAGE)
    shown = view.choices[page.start : page.end]
    head = [say(_HEADS.get((view.purpose, view.stage), N_("🎚 <b>请选一个</b>")))]
    if not view.choices:
        head.append(say("目前没有可以选的。"))
    verb = "task" if view.stage == "tasks" else "agency"
    back = rows([keys.key("‹ 返回", _ACTION, "home")])
    turns = pager(page, _turns(view, keys, page.number, page.count))
    return Message(compose([Part(head)]), (*_offered(shown, keys, verb), *turns, *back))


def _offered(choices: Sequence[Choice], keys: Keys, verb: str) -> tuple[Row, ...]:
    return rows([keys.named(one.label, _ACTION, verb, one.id) for one in choices], 1)


def _turns(view: LeversView, keys: Keys, number: int, count: int) -> list[Button | None]:
    to = ("list", view.purpose, view.stage)
    return [
        keys.key("‹ 上一页", _ACTION, *to, number - 1) if number > 0 else None,
        keys.key("下一页 ›", _ACTION, *to, number + 1) if number + 1 < count else None,
    ]


def _asking(view: LeversView, keys: Keys) -> Message:
    lines = [
        say("⏸ <b>暂停：{name}</b>", name=_scope(view.asked, view.plan_title)),
        say("从现在起不再提醒。恢复后，期限按暂停的工作日顺延。"),
        say("已知哪天结束的，请直接打字，例如：6月1日。当天仍暂停，次日自动恢复。"),
    ]
    go = keys.key("⏸ 暂停，直到恢复", _ACTION, "go")
    return Message(compose([Part(lines)]), rows([go, keys.key("‹ 不暂停", _ACTION, "home")], 1))


def _confirming(view: LeversView, urging: Urging, keys: Keys) -> Message:
    """What others will see is shown before it goes."""
    going = [line for line in urging.lines if line.fate is Fate.GO]
    if not going:
        back = keys.key("‹ 返回", _ACTION, "home")
        head = [say("🔔 <b>现在没有可以发的催办。</b>"), *([] if urging.lines else [say("目前没有未报的事项。")])]
        return Message(compose([Part(head), *_rest(urging)]), rows([back]))
    back = keys.key("‹ 不发", _ACTION, "home")
    head = [
        say_n("🔔 <b>将发给{agencies}个单位{people}人</b>，共{n}项", urging.dues, **_counts(urging)),
        _when(urging, view),
    ]
    said = quote(f"{say('牵头办提醒，请抓紧报送。')}\n{_what_is_asked(going)}")
    parts = [Part(head), Part([say("内容如下，各项附上报按钮："), said]), Part([], [_line(line) for line in going])]
    send = keys.key("🔔 发送", _ACTION, "go", style="success")
    return Message(compose([*parts, *_rest(urging)]), rows([send, back]))


def _what_is_asked(going: Sequence[Urged]) -> str:
    whats = dict.fromkeys(what for line in going for _, what in line.dues)
    return str(listed([what_name(what) for what in whats], limit=4))


def _counts(urging: Urging) -> dict[str, object]:
    return {"agencies": urging.agencies, "people": urging.people}


def _when(urging: Urging, view: LeversView) -> Html:
    if urging.merged:
        return say("现在不是工作时间，并入{at}的提醒一起发。", at=moment(urging.at))
    if urging.at > view.now:
        return say("现在不是工作时间，{at}发出。", at=moment(urging.at))
    return say("点“发送”马上发出，每人一条。")


def _urged(urging: Urging, keys: Keys) -> Message:
    going = [line for line in urging.lines if line.fate is Fate.GO]
    if going:
        arranged = N_("✅ <b>已安排</b>，{at}发给{agencies}个单位{people}人，共{n}项")
        head = say_n(arranged, urging.dues, at=moment(urging.at), **_counts(urging))
    else:
        head = say("🔔 <b>没有发出催办。</b>")
    parts = [Part([head], [_line(line) for line in going]), *_rest(urging)]
    return Message(compose(parts), rows([keys.key("‹ 返回", _ACTION, "home")]))


def _rest(urging: Urging) -> Iterator[Part]:
    """Whom it does not reach, and why; first those who must be phoned."""
    phone = [line for line in urging.lines if line.fate is Fate.NOBODY]
    if phone:
        yield Part([say("☎️ <b>收不到消息，请打电话：</b>")], [_phoned(line) for line in phone])
    for fate, head in _LEFT_OUT:
        mine = [line for line in urging.lines if line.fate is fate]
        if mine:
            yield Part([say(head)], [joined((escape(line.agency, 60), _labels(line))) for line in mine])


def _line(line: Urged) -> Html:
    return joined((escape(line.agency, 60), escape(line.contact, 20), _labels(line)))


def _phoned(line: Urged) -> Html:
    who = joined((escape(line.contact, 20), escape(line.phone, 40)), " ")
    return joined((escape(line.agency, 60), who or say("（通讯录没有联系人）"), _labels(line)))


def _labels(line: Urged) -> Html:
    return listed(dict.fromkeys(label for label, _ in line.dues), limit=20)
