"""The coordinator's morning lists: who has not answered, whom to phone, who has not signed, who cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.domain.facts import ASSIGNMENT
from bot.domain.views import ChaseLine
from bot.texts.language import N_
from bot.texts.markup import Html, Part, escape, joined, listed, say, say_n
from bot.texts.wording import day, what_name

_MISSING, _PHONE, _UNSIGNED, _NOBODY = "missing", "phone", "unsigned", "nobody"
_HEADS = {
    _MISSING: N_("✋ <b>到期未报</b>　{agencies}个单位{n}项"),
    _PHONE: N_("☎️ <b>电话催办单</b>　{agencies}个单位{n}项"),
    _UNSIGNED: N_("📋 <b>尚未签收</b>　{agencies}个单位，请电话提醒"),
    _NOBODY: N_("⚠️ <b>无人可联系</b>　{agencies}个单位，请补通讯录或打电话"),
}


def chase_parts(lines: Sequence[ChaseLine]) -> Iterator[Part]:
    """One paragraph per kind of chasing, agencies in the order given."""
    for kind, head in _HEADS.items():
        mine = [line for line in lines if _kind(line) == kind]
        if mine:
            yield _part(kind, head, mine)


def unit_part(lines: Sequence[ChaseLine]) -> Part:
    """What the silent unit's own deputy or head is told at the escalation."""
    head = say_n("❗ <b>贵单位有{n}项逾期未报</b>，请督促尽快报送。", len(lines))
    names = [joined((_plan(line), escape(line.number, 40), escape(line.title, 60), _due(line)), " ") for line in lines]
    return Part((head,), tuple(names), (say("已报送的，请不必理会。"),))


def _kind(line: ChaseLine) -> str:
    if line.rung == "phone":
        return _NOBODY
    if line.what == ASSIGNMENT:
        return _UNSIGNED
    return _MISSING if line.rung == "D+1" else _PHONE


def _part(kind: str, head: str, lines: list[ChaseLine]) -> Part:
    grouped: dict[tuple[int, str], list[ChaseLine]] = {}
    for line in lines:
        grouped.setdefault((line.agency_id, line.agency), []).append(line)
    dues = {(line.plan, line.what, line.due_on) for line in lines if line.what != ASSIGNMENT}
    once = len(dues) == 1 and kind in (_MISSING, _PHONE)
    whole = (_plan(lines[0]), _due(lines[0])) if once else ()
    opening = joined((say_n(head, len(lines), agencies=len(grouped)), *whole))
    items = tuple(_item(kind, mine, not once) for mine in grouped.values())
    return Part((opening,), items)


def _plan(line: ChaseLine) -> Html | None:
    """《…》 where the message speaks of several plans, which may use the same numbers."""
    return say("《{plan}》", plan=escape(line.plan, 40)) if line.plan else None


def _due(line: ChaseLine) -> Html:
    """第三季度进展，10月12日（周三）截止."""
    return say("{what}，{day}截止", what=what_name(line.what), day=day(line.due_on))


def _item(kind: str, mine: list[ChaseLine], name_whats: bool) -> Html:
    tasks = _tasks(mine, name_whats)
    if kind == _MISSING:
        return joined((escape(mine[0].agency), tasks))
    contact = _contact(mine[0])
    first = joined((escape(mine[0].agency), contact))
    return Html(f"{first}\n　{tasks}") if tasks else first


def _contact(line: ChaseLine) -> Html:
    """Whom to phone; the number stands alone, so that a tap on it dials."""
    if not line.contact and not line.phone:
        return say("（通讯录没有联系人）")
    if not line.phone:
        return say("{contact}（没有电话）", contact=line.contact)
    return joined((escape(line.contact), escape(line.phone)), " ")


def leads_to_phone(lines: Sequence[ChaseLine]) -> bool:
    """Whether the lists hold somebody to phone for an answer."""
    return any(_kind(line) in (_PHONE, _NOBODY) and line.task_id for line in lines)


def _tasks(mine: list[ChaseLine], name_whats: bool) -> Html:
    by_due: dict[tuple[str, str, date], list[ChaseLine]] = {}
    for line in mine:
        if line.what != ASSIGNMENT:
            by_due.setdefault((line.plan, line.what, line.due_on), []).append(line)
    groups = [_of_due(lines, name_whats) for lines in by_due.values()]
    unsigned = dict.fromkeys(plan for line in mine if line.what == ASSIGNMENT and (plan := _plan(line)))
    held = say("（催报次数已满，未再发）") if any(line.held_back for line in mine) else None
    return joined((*groups, *unsigned, held))


def _of_due(lines: list[ChaseLine], named: bool) -> Html:
    listing = listed(dict.fromkeys(line.number or line.title for line in lines), limit=40)
    what = joined((_plan(lines[0]), _due(lines[0])), "")
    return say("{what}：{tasks}", what=what, tasks=listing) if named else listing
