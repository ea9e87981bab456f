"""The living card of a contact and the morning message: assignment, dues, chase lists, summary, in this order."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.revisionviews import RelievedBlock
from bot.domain.views import AssignedTask, AssignmentBlock, DuesView, ReviewCall
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n
from bot.texts.message import Message
from bot.texts.screens.absence import standing_in
from bot.texts.screens.chase import chase_parts, leads_to_phone, unit_part
from bot.texts.screens.due import due_part
from bot.texts.screens.due_list import list_part
from bot.texts.screens.figures import brief, overview, summary_keys
from bot.texts.screens.reach import reach_part
from bot.texts.wording import day, period_text, role_word

Block = tuple[Part, tuple[Row, ...]]


def dues_message(view: DuesView) -> Message:
    """Everything the card holds at once, one paragraph each."""
    parts = [Part([standing_in(one) for one in view.standing_in])]
    buttons: list[Row] = []
    for part, keys in _blocks(view):
        parts.append(part)
        buttons += keys
    return Message(compose(parts if len(parts) > 1 else [Part([say("目前没有待报事项，谢谢！")])]), tuple(buttons))


def _blocks(view: DuesView) -> Iterator[Block]:
    keys = Keys(view.card_id, view.rev)
    yield from _for_contact(view, keys)
    yield from _for_coordinator(view, keys)
    for other in view.more_summaries:
        yield brief(other), ()
    if view.summary is not None:
        for part in overview(view.summary):
            yield part, ()
        yield Part(()), summary_keys(keys)


def _for_contact(view: DuesView, keys: Keys) -> Iterator[Block]:
    """What an agency is given, freed of and owes."""
    for block in view.assignments:
        yield _assignment(block), ()
    if view.assignments:
        yield Part(()), _assignment_keys(keys, view)
    for gone in view.relieved:
        yield _relieved(gone), ()
    if view.lines:
        focus = 0 if len(view.lines) == 1 and view.focus is None else view.focus
        yield due_part(view, view.lines[focus]) if focus is not None else list_part(view)


def _for_coordinator(view: DuesView, keys: Keys) -> Iterator[Block]:
    """Whom to chase, whom the next wave would not reach, what to review; a silent unit's own head hears of it too."""
    if view.chase and view.for_unit:
        yield unit_part(view.chase), ()
    elif view.chase:
        for part in chase_parts(view.chase):
            yield part, ()
        urge = keys.key("🔔 立即催办", "yl", "urge") if any(line.task_id for line in view.chase) else None
        phoned = keys.key("📞 代填", "yb") if leads_to_phone(view.chase) else None
        yield Part(()), rows([urge, phoned, keys.key("📊 看板", "bd"), keys.key("✋ 审核", "ck")])
    for check in view.reach:
        yield reach_part(check), () if leads_to_phone(view.chase) else rows([keys.key("📞 代填", "yb")])
    for call in view.reviews:
        yield _review_call(call), rows([keys.key("✋ 审核", "ck")]) if not view.chase else ()


def _review_call(call: ReviewCall) -> Part:
    """Before the leaders' summary the coordinator reviews what came in."""
    head = say_n("✋ <b>请审核{period}报送</b>　{n}条待审", call.waiting, period=period_text(call.period))
    return Part((head, say("汇总将于{day}报领导，未审的照原文列入。", day=day(call.summary_on))))


def _assignment(block: AssignmentBlock) -> Part:
    given = N_("📋 <b>新增交办</b>　{title}") if block.added else N_("📋 <b>交办</b>　{title}")
    head = [
        say(given, title=block.plan_title),
        say_n("{agency}　共{n}项任务", len(block.tasks), agency=block.agency),
    ]
    return Part(head, tuple(_assigned(task) for task in block.tasks), (_signing(block),))


def _relieved(block: RelievedBlock) -> Part:
    """What a revision took from the agency: told once, nothing to tap."""
    head = [
        say("ℹ️ <b>任务调整</b>　{title}", title=block.plan_title),
        say_n("{agency}　以下{n}项不再承担，不用再报：", len(block.titles), agency=block.agency),
    ]
    return Part(head, tuple(joined((escape(number, 40), escape(name, 60)), " ") for number, name in block.titles))


def _assigned(task: AssignedTask) -> Html:
    days = say("，{days}前", days=listed([day(on) for on in task.days], limit=3)) if task.days else None
    role = say("［{role}］", role=role_word(task.role))
    return joined((joined((escape(task.number, 40), escape(task.title, 60)), " "), role, days), "")


def _signing(block: AssignmentBlock) -> Html:
    if block.signed:
        return say("✅ 已签收，谢谢！到时会提前提醒您。")
    if block.disputed:
        return say("已转牵头办核实，请等候答复。")
    return say("请点“签收”。签收表示已收到任务。")


def _assignment_keys(keys: Keys, view: DuesView) -> tuple[Row, ...]:
    if all(block.signed for block in view.assignments):
        return ()
    disputed = all(block.disputed for block in view.assignments)
    sign = keys.key("✅ 签收", "sg", style="success")
    return rows([sign, None if disputed else keys.key("不是我单位的", "nx")])
