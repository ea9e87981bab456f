"""The coordinator's board: one pinned card with where the period stands and what waits for the coordinator."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.model import Status
from bot.domain.summary import Summary
from bot.domain.views import BoardView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n
from bot.texts.message import Message
from bot.texts.screens.figures import task_counts, timeliness, title_line
from bot.texts.wording import left, moment, short_day


def board_message(view: BoardView) -> Message:
    """The board as it stands now; it is pinned."""
    parts = [Part(tuple(_figures(view))), Part(tuple(_silent(view))), Part(tuple(_waiting(view)))]
    return Message(compose(parts), _keys(view), pin=True)


def _figures(view: BoardView) -> Iterator[Html]:
    summary = view.summary
    yield title_line(summary)
    yield joined((moment(view.now), _due(view)))
    if summary.owed:
        yield _reports_in(summary)
        yield say_n("{n}项任务：{counts}", len(summary.tasks), counts=task_counts(summary))
    else:
        yield say_n("共{n}项任务，本期还没有到期的报送。", len(summary.tasks))


def _due(view: BoardView) -> Html:
    on = view.summary.due_on
    when = left(on, view.now.date(), view.workdays_left)
    return say("截止{day}，{left}", day=short_day(on), left=when)


def _reports_in(summary: Summary) -> Html:
    """已报5／6份：按时4、迟报1、未报1."""
    told = say("已报<b>{reported}</b>／{owed}份", reported=summary.reported, owed=summary.owed)
    return joined((told, timeliness(summary)), N_("："))


def _silent(view: BoardView) -> Iterator[Html]:
    silent = [line for line in view.summary.agencies if line.missing_tasks]
    if silent:
        named = [say("{agency}{n}", agency=line.agency, n=len(line.missing_tasks)) for line in silent]
        yield say("× 未报：{agencies}", agencies=listed(named))
    blocked = [task for task in view.summary.tasks if task.status is Status.BLOCKED]
    if blocked:
        named = [joined((escape(task.number, 40), escape(task.title, 30)), " ") for task in blocked]
        yield say("▲ 有困难：{tasks}", tasks=listed(named, N_("；"), 4))


def _waiting(view: BoardView) -> Iterator[Html]:
    """What only the coordinator can settle."""
    if view.unreviewed:
        yield say_n("✋ 待您审核：{n}条", view.unreviewed)
    if view.open_extensions:
        yield say_n("⏳ 待批延期：{n}条", view.open_extensions)
    if view.unreachable:
        yield say("☎️ 消息送不到，请打电话：{agencies}", agencies=listed(view.unreachable))
    if view.held_back:
        yield say_n("⏸ 催报次数已满、没有再发：{n}条", view.held_back)


def _keys(view: BoardView) -> tuple[Row, ...]:
    keys = Keys(view.card_id, view.rev)
    review = keys.key("✋ 审核{n}条", "ck", n=view.unreviewed) if view.unreviewed else None
    missing = view.summary.missing
    return rows(
        [
            keys.key("🔔 催未报{n}项", "yl", "urge", n=missing) if missing else None,
            review,
            keys.key("📋 全部任务", "bt"),
            keys.key("📊 Excel台账", "bx"),
            keys.key("🖼 出图", "bp"),
            keys.key("🔄 刷新", "bf"),
            keys.key("📞 代填", "yb", "list", "agencies") if missing else None,
            keys.key("☎️ 电话催办单", "yb", "list", "phones") if missing or view.unreachable else None,
            keys.key("⏸ 次数已满{n}条", "yb", "list", "held", n=view.held_back) if view.held_back else None,
        ]
    )
