"""代填: whose answer, to what, what was understood beside the words, and the receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.behalfviews import AgencyChoice, BehalfView, Callee
from bot.domain.model import Position
from bot.domain.views import DueLine, ReadItem
from bot.texts.buttons import Keys, Page, Row, page_of, pager, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, plain, quote, say
from bot.texts.message import Button, Message
from bot.texts.screens.draft import receipt_lines, task_of, understood
from bot.texts.screens.due import STATUS_KEYS
from bot.texts.screens.phonelist import held_message, phones_message
from bot.texts.wording import day, what_name

ACTION = "yb"
PER_PAGE = 8
_POSITIONS = {Position.CONTACT: N_("联络员"), Position.DEPUTY: N_("AB角"), Position.HEAD: N_("负责人")}


def behalf_message(view: BehalfView) -> Message:
    """The card in the stage it is in."""
    keys = Keys(view.card_id, view.rev)
    if view.stage == "agencies":
        return _agencies(view, keys)
    if view.stage == "phones":
        return phones_message(view, keys)
    if view.stage == "held":
        return held_message(view, keys)
    if view.stage == "sent":
        return _sent(view, keys)
    asked = {"dues": _dues, "status": _status, "source": _source}
    return asked.get(view.stage, _confirm)(view, keys)


def _agencies(view: BehalfView, keys: Keys) -> Message:
    page = page_of(len(view.choices), view.page, PER_PAGE)
    head = [
        say("📞 <b>代填：哪个单位？</b>没报的排在前面。"),
        say("也可以打字：代填 水利局 （一）2 已完成60%，预计5月底完成"),
    ]
    named = [keys.named(_choice(one), ACTION, "agency", one.agency_id) for one in view.choices[page.start : page.end]]
    lists = [keys.key("☎️ 电话催办单", ACTION, "list", "phones", 0), keys.key("⏸ 次数已满的", ACTION, "list", "held", 0)]
    return Message(compose([Part(head)]), (*rows(named, 1), *_turns(keys, page, "list", "agencies"), *rows(lists)))


def _choice(one: AgencyChoice) -> str:
    if not one.open:
        return one.agency
    return plain(N_("× {agency}（{n}项）") if one.overdue else N_("{agency}（{n}项）"), agency=one.agency, n=one.open)


def _turns(keys: Keys, page: Page, *to: object) -> tuple[Row, ...]:
    turns = [
        keys.key("‹ 上一页", ACTION, *to, page.number - 1) if page.number > 0 else None,
        keys.key("下一页 ›", ACTION, *to, page.number + 1) if page.number + 1 < page.count else None,
    ]
    return pager(page, turns)


def _head(view: BehalfView) -> list[Html]:
    title = [say("📞 <b>代填</b>　{agency}", agency=view.agency)]
    return [*title, say("您写的："), quote(view.words)] if view.words else title


def _dues(view: BehalfView, keys: Keys) -> Message:
    page = page_of(len(view.dues), view.page, PER_PAGE)
    shown = list(zip(view.dues, _orders(view.dues), strict=True))[page.start : page.end]
    question = say("答复的是哪一项？") if view.dues else say("这个单位目前没有待报事项。")
    foot = say("也可以直接打字，例如：（一）2 已完成60%，预计5月底完成")
    parts = [Part(_head(view)), Part([question], [_due(view, line, order) for line, order in shown], [foot])]
    named = [keys.named(_label(order, line), ACTION, "due", line.task_id, line.what) for line, order in shown]
    return Message(compose(parts), (*rows(named), *_turns(keys, page, "dues"), *_out(view, keys)))


def _orders(dues: Sequence[DueLine]) -> list[str]:
    """The lines' places, where their labels alone would not tell them apart; else nothing."""
    named = {(line.number or line.title, line.what) for line in dues}
    return [f"{at}. " if len(named) < len(dues) else "" for at in range(1, len(dues) + 1)]


def _label(order: str, line: DueLine) -> str:
    """（一）2 第一季度进展."""
    return f"{order}{line.number or line.title} {what_name(line.what)}"


def _due(view: BehalfView, line: DueLine, order: str) -> Html:
    late = line.due_on < view.now.date()
    when = say(N_("{day}已到期") if late else N_("{day}截止"), day=day(line.due_on, view.now.date()))
    name = joined((escape(order.strip()), escape(line.number, 40), escape(line.title, 60)), " ")
    plan = say("《{plan}》", plan=escape(line.plan, 60)) if line.plan else None
    return Html(f"{name}\n　{joined((plan, what_name(line.what), when))}")


def _status(view: BehalfView, keys: Keys) -> Message:
    asked = [item for item in view.items if item.draft.status is None] or list(view.items)
    lines = [*_head(view), *(line for item in asked for line in _task(item))]
    question = [say("说到哪一步了？点状态，或直接打字写对方的原话。")]
    named = [keys.key(label, ACTION, "st", status.value) for status, label in STATUS_KEYS]
    ready = all(item.line is not None and item.draft.status is not None for item in view.items)
    back = keys.key("‹ 返回", ACTION, "ask", "back") if ready else keys.key("🔀 换一项", ACTION, "dues", 0)
    text = compose([Part(lines), Part(question)])
    return Message(text, (*rows(named), *rows([back, _leave(view, keys)])))


def _task(item: ReadItem) -> Iterator[Html]:
    if item.line is None:
        yield say("任务：还没认出是哪一项")
        return
    yield joined((task_of(item.line), say("［{what}］", what=what_name(item.line.what))), " ")
    if item.line.plan:
        yield say("《{plan}》", plan=escape(item.line.plan, 60))


def _source(view: BehalfView, keys: Keys) -> Message:
    lines = [*_head(view), say("是谁、怎么答复的？点一个，或直接打字，例如：电话 王强 4月12日")]
    named = [keys.named(_callee(one), ACTION, "who", at) for at, one in enumerate(view.people[:PER_PAGE])]
    back = keys.key("‹ 返回", ACTION, "ask", "back")
    return Message(compose([Part(lines)]), (*rows(named), *rows([back])))


def _callee(one: Callee) -> str:
    return f"{one.name}（{plain(_POSITIONS[one.position])}）"


def _confirm(view: BehalfView, keys: Keys) -> Message:
    today = view.now.date()
    items = [Part((*_task(item), *understood(item.draft, today))) for item in view.items]
    foot = [say("来源：{source}", source=escape(view.source, 80))]
    if any(item.line is not None and item.line.due_on < today for item in view.items):
        foot.append(say("已过截止时间，按补报登记。"))
    foot.append(say("登记后告诉该单位联络员，对方可以更正。"))
    buttons = [
        keys.key("✅ 登记", ACTION, "go", style="success"),
        keys.key("✏️ 改状态", ACTION, "ask", "status"),
        keys.key("👤 改来源", ACTION, "ask", "source"),
        keys.key("🔀 换一项", ACTION, "dues", 0),
        _leave(view, keys),
    ]
    return Message(compose([Part(_head(view)), *items, Part(foot)]), rows(buttons))


def _leave(view: BehalfView, keys: Keys) -> Button:
    return keys.key("✖ 取消", ACTION, "list", _origin(view), 0)


def _origin(view: BehalfView) -> str:
    return "phones" if view.from_phones else "agencies"


def _out(view: BehalfView, keys: Keys) -> tuple[Row, ...]:
    return rows([keys.key("‹ 换单位", ACTION, "list", _origin(view), 0)])


def _sent(view: BehalfView, keys: Keys) -> Message:
    parts = [Part(_head(view))]
    for at, (number, receipt) in enumerate(view.receipts):
        line = view.items[at].line if at < len(view.items) else None
        parts.append(Part(tuple(receipt_lines(receipt, line, number))))
    foot = [say("代填，来源：{source}", source=escape(view.source, 80)), _review(view), _told(view)]
    undo = any(receipt.undo_until and not receipt.withdrawn for _, receipt in view.receipts)
    buttons = [
        keys.key("↩️ 撤回（10分钟内）", ACTION, "un") if undo else None,
        keys.key("📞 再填一条", ACTION, "list", "agencies", 0),
        keys.key("☎️ 电话催办单", ACTION, "list", "phones", 0),
    ]
    return Message(compose([*parts, Part(foot)]), rows(buttons))


def _review(view: BehalfView) -> Html:
    if view.sole:
        return say("没有第二位牵头办同志，这条不经审核，直接计入。")
    return say("请另一位牵头办同志审核这条。")


def _told(view: BehalfView) -> Html:
    if not view.told:
        return say("该单位没有人收得到消息，没有告知。")
    return say("已告诉{name}，对方可以更正。", name=escape(view.told, 40))
