"""A summary in words, conclusion first: counts, what needs a look, the change, as of when."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.summary import Attention, Summary
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, escape, joined, listed, say, say_n
from bot.texts.wording import moment, period_text

REASONS = {
    "blocked": N_("有困难，需要协调"),
    "missing": N_("到期未报"),
    "unreported": N_("到期未报"),
    "overdue": N_("到期未报"),
    "returned": N_("退回后未重报"),
    "difficulty": N_("在推进，但有困难"),
    "not_started": N_("尚未启动"),
    "behind": N_("进度偏慢"),
    "yellow": N_("进度偏慢"),
    "red": N_("进度滞后"),
    "late": N_("迟于时限报送"),
}


def overview(summary: Summary) -> Iterator[Part]:
    """The leader's page."""
    yield Part(tuple(_counts(summary)))
    yield _attention(summary)
    yield Part((*_changes(summary), _as_of(summary)))


def brief(summary: Summary) -> Part:
    """Another plan's figures beside the one that is told in full."""
    return Part(tuple(_counts(summary)))


def title_line(summary: Summary) -> Html:
    """【plan】2022年第三季度."""
    return say("📊 【{title}】{period}", title=escape(summary.title, 80), period=period_text(summary.period))


def _counts(summary: Summary) -> Iterator[Html]:
    yield title_line(summary)
    if summary.owed == 0:
        yield say_n("共{n}项任务，本期还没有到期的报送。", len(summary.tasks))
        return
    if summary.reported == 0:
        yield say_n("{n}份应报，目前无人报送。", summary.owed)
        return
    yield say_n("{n}项：{counts}", len(summary.tasks), counts=task_counts(summary))
    yield report_counts(summary)


def task_counts(summary: Summary) -> Html:
    """完成4、推进9、困难2、未报1: only what there is, and always the first two."""
    counted = (
        (N_("✅完成{n}"), summary.done, True),
        (N_("●推进{n}"), summary.in_progress, True),
        (N_("▲困难{n}"), summary.blocked, False),
        (N_("○未启动{n}"), summary.not_started, False),
        (N_("×未报{n}"), summary.unreported, False),
    )
    return listed([say(source, n=count) for source, count, always in counted if count or always])


def report_counts(summary: Summary) -> Html:
    """应报20份：按时15、迟报2、未报3."""
    return say_n("应报{n}份：{counts}", summary.owed, counts=timeliness(summary))


def timeliness(summary: Summary) -> Html:
    """按时15、迟报2、未报3."""
    counted = [say("按时{n}", n=summary.on_time)]
    if summary.late:
        counted.append(say("迟报{n}", n=summary.late))
    counted.append(say("未报{n}", n=summary.missing))
    return listed(counted)


def _attention(summary: Summary) -> Part:
    if not summary.attention:
        return Part([say("没有需要您处理的事项。")] if summary.reported else [])
    head = [say_n("<b>请您关注{n}件：</b>", len(summary.attention))]
    return Part(head, tuple(_concern(at, item) for at, item in enumerate(summary.attention, start=1)))


def _concern(order: int, item: Attention) -> Html:
    name = joined((escape(item.number, 40), escape(item.title, 60)), " ")
    why = say(REASONS.get(item.reason, N_("需要关注")))
    reminded = say_n("已催{n}次", item.reminded) if item.reminded and item.reason == "missing" else None
    told = say("“{detail}”", detail=escape(item.detail, 80)) if item.detail else None
    first = say("{order}. {name}", order=order, name=name)
    reason = joined((joined((why, reminded), N_("，")), told), N_("："))
    return Html(f"{first}\n　{reason}\n　{listed(item.agencies, limit=4)}")


def _changes(summary: Summary) -> list[Html]:
    """与上季度比：完成多2项，未报少1份; nothing when there is no quarter before."""
    if summary.done_change is None or summary.missing_change is None:
        return []
    done = _change(summary.done_change, N_("完成多{n}项"), N_("完成少{n}项"), N_("完成数持平"))
    missing = _change(summary.missing_change, N_("未报多{n}份"), N_("未报少{n}份"), N_("未报数持平"))
    return [say("与上季度比：{done}，{missing}", done=done, missing=missing)]


def _change(by: int, more: str, fewer: str, same: str) -> Html:
    if by == 0:
        return say(same)
    return say_n(more if by > 0 else fewer, abs(by))


def _as_of(summary: Summary) -> Html:
    return say("数据截至{at}，以书面材料为准", at=moment(summary.as_of))


def summary_keys(keys: Keys) -> tuple[Row, ...]:
    """Where one can go from a summary."""
    return rows(
        [
            keys.key("🔍 看单位", "sm", "agencies", 0, 0),
            keys.key("📋 看任务", "sm", "tasks", 0, 0),
            keys.key("📊 Excel台账", "sx"),
        ]
    )
