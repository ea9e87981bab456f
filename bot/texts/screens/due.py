"""One due in focus: the question, the draft after the first tap, the receipt after the second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.model import DueKey, Status
from bot.domain.views import DraftView, DueLine, DuesView, LastReport, ReceiptView
from bot.texts.buttons import Keys, Row, rows
from bot.texts.language import N_
from bot.texts.markup import Html, Part, escape, joined, listed, quote, say, say_n
from bot.texts.message import Button
from bot.texts.screens.draft import original, receipt_lines, task_and_what, task_of, understood
from bot.texts.whywords import own_lines
from bot.texts.wording import day, left, limit, reason_word, role_word, short_day, status_word, urgency, what_name

STATUS_KEYS = (
    (Status.DONE, N_("✅ 已完成")),
    (Status.IN_PROGRESS, N_("● 推进中")),
    (Status.BLOCKED, N_("▲ 有困难")),
)


def due_part(view: DuesView, line: DueLine) -> tuple[Part, tuple[Row, ...]]:
    """What the card says about the due in focus, and its buttons."""
    keys = Keys(view.card_id, view.rev)
    if view.draft is not None:
        return Part(tuple(_draft(view, line, view.draft))), _draft_keys(keys)
    if view.receipt is not None and not view.receipt.withdrawn:
        return Part(tuple(_receipt(view, line, view.receipt))), _receipt_keys(keys, view, view.receipt)
    return Part(tuple(_question(view, line))), _question_keys(keys, view, line)


def _question(view: DuesView, line: DueLine) -> Iterator[Html]:
    if view.receipt is not None:
        yield from receipt_lines(view.receipt, line, line.number)
    yield from _opening(view, line)
    if line.plan:
        yield say("《{plan}》", plan=escape(line.plan, 80))
    yield task_of(line)
    yield say("您的单位：{agency}（{role}）", agency=line.agency, role=role_word(line.role))
    yield from _asked(line)
    yield from _limit(view, line)
    yield from _last(line)
    yield from because(view, line)
    if view.show_original:
        yield from original(line.body, line.title)


def because(view: DuesView, *lines: DueLine) -> Iterator[Html]:
    """Why the reader is reminded, while that is open: once for each kind of due shown."""
    for due in view.why:
        line = next((one for one in lines if one.what == due.what), None)
        if line is not None:
            yield say("❓ <b>为什么提醒您</b>　{what}", what=what_name(due.what))
            yield from own_lines(due, line.rung, invited=line.invited, alone=len(lines) == 1)


def why_key(keys: Keys, view: DuesView) -> Button:
    """Opens and folds the why."""
    return keys.key(N_("❓ 收起原因") if view.why else N_("❓ 为什么提醒我"), "yw")


def _opening(view: DuesView, line: DueLine) -> Iterator[Html]:
    """The first lines: what this is about and how urgent."""
    if line.returned_reason:
        yield say("↩️ <b>请补充后重报：{reason}</b>", reason=reason_word(line.returned_reason))
        if line.returned_note:
            yield say("说明：{note}", note=line.returned_note)
    if line.rung.startswith("H"):
        yield say("由原联络员移交给您，请接着报。")
    if line.rung.startswith("S"):
        yield say("按您的要求，今早再提醒一次。")
    if line.rung.startswith("N"):
        yield urged_line()
    if line.late_on is not None:
        yield say("本提醒原定{day}发出，现补发，请谅解。", day=day(line.late_on, view.now.date()))
    yield opening_line(view, line)


def urged_line() -> Html:
    """The coordinator pressed for it: not one of the ladder's rungs."""
    return say("牵头办提醒，请抓紧报送。")


def opening_line(view: DuesView, line: DueLine) -> Html:
    """🔔 第三季度进展　还剩3个工作日."""
    what = what_name(line.what)
    if not line.outstanding:
        return say("✅ <b>{what}</b>　已报", what=what)
    if line.invited:
        return say("🤝 <b>{what}</b>　欢迎参与", what=what)
    if line.due_on < view.now.date():
        when = left(line.due_on, view.now.date(), line.days_left)
        return say("❗ <b>{what}</b>　{left}，请尽快补报", what=what, left=when)
    when = urgency(line.due_on, view.now.date(), line.days_left, line.closes_at)
    return say("🔔 <b>{what}</b>　{left}", what=what, left=when)


def _asked(line: DueLine) -> Iterator[Html]:
    if not line.outstanding:
        yield say("如有变化，请再报一次，以新的为准。")
    elif line.invited:
        yield say("贵单位是参与单位，可报可不报。如有情况，欢迎告知。")
    elif DueKey(0, 0, line.what).milestone_on is not None:
        yield say("请报：是否按时完成，有无困难")
    else:
        yield say("请报：进展、数字、困难")
    if line.milestone_words:
        yield say("计划要求：{words}", words=_few(line.milestone_words))
    elif line.targets:
        yield say("指标：{targets}", targets=_few(line.targets))


def _few(words: Sequence[str]) -> Html:
    """The first two; the whole is behind 看原文."""
    return listed([escape(word, 60) for word in words], N_("；"), 2)


def _limit(view: DuesView, line: DueLine) -> Iterator[Html]:
    if line.invited or not line.outstanding:
        return
    yield say("截止：{limit}", limit=limit(line.due_on, view.now.date(), line.closes_at))
    if moved := moved_by_pause(view, line):
        yield moved
        return
    on = DueKey(0, 0, line.what).milestone_on
    if on is not None and line.due_on < on:
        yield say("（{day}为休息日，提前到前一个工作日）", day=short_day(on))


def moved_by_pause(view: DuesView, line: DueLine) -> Html | None:
    """（原定4月8日，暂停5个工作日，顺延至4月15日）, where a pause moved the day."""
    if line.planned_on is None:
        return None
    planned, until = day(line.planned_on, view.now.date()), day(line.due_on, view.now.date())
    return say_n("（原定{planned}，暂停{n}个工作日，顺延至{until}）", line.paused_days, planned=planned, until=until)


def _last(line: DueLine) -> Iterator[Html]:
    """The last answer; a milestone quotes it whole, for it asks about the same matter again."""
    if line.last is None:
        return
    yield last_words(line.last)
    if line.last.words and DueKey(0, 0, line.what).milestone_on is not None:
        yield quote(line.last.words, 300)


def last_words(last: LastReport) -> Html:
    """上次：7月4日　● 推进中　80%."""
    percent = say("{percent}%", percent=last.percent) if last.percent is not None else None
    return joined((say("上次：{day}", day=short_day(last.on)), status_word(last.status), percent))


def _question_keys(keys: Keys, view: DuesView, line: DueLine) -> tuple[Row, ...]:
    waiting = line.outstanding and not line.invited
    original_label = N_("📄 收起") if view.show_original else N_("📄 看原文")
    buttons = [
        *(keys.key(label, "st", status.value) for status, label in STATUS_KEYS),
        keys.key("📝 打字上报", "tx"),
        keys.key(original_label, "or"),
        keys.key("⏰ 明早再提醒", "zz") if waiting else None,
        keys.key("不是我单位的", "no") if line.outstanding else None,
        why_key(keys, view) if line.rung or view.why else None,
        _back(keys, view),
    ]
    return rows(buttons)


def _draft(view: DuesView, line: DueLine, draft: DraftView) -> Iterator[Html]:
    yield say("📝 <b>拟上报</b>　{what}", what=task_and_what(line))
    yield escape(line.title, 120)
    yield from understood(draft, view.now.date())
    yield say("日期：{day}", day=day(view.now.date()))
    if draft.words:
        yield quote(draft.words, 1000)
    yield say("可直接打字补充，或发照片、文件。")


def _draft_keys(keys: Keys) -> tuple[Row, ...]:
    return rows([keys.key("✅ 提交", "go", style="success"), keys.key("↩️ 改", "ed")])


def _receipt(view: DuesView, line: DueLine, receipt: ReceiptView) -> Iterator[Html]:
    yield from receipt_lines(receipt, line, line.number)
    if receipt.undo_until is not None:
        yield say("还可以补发照片、文件。")
    if len(view.lines) > 1 and not waiting_after(view):
        yield say("本次各项都已报完，谢谢！")


def _receipt_keys(keys: Keys, view: DuesView, receipt: ReceiptView) -> tuple[Row, ...]:
    rest = waiting_after(view)
    undo = keys.key("↩️ 撤回（10分钟内）", "un") if receipt.undo_until is not None else None
    following = keys.key("▶ 下一项（还有{n}项）", "n", n=rest) if rest else None
    return (*rows([following]), *rows([undo]), *rows([_back(keys, view)]))


def waiting_after(view: DuesView) -> int:
    """How many other lines of the card still want an answer."""
    return sum(line.outstanding and not line.invited for at, line in enumerate(view.lines) if at != view.focus)


def _back(keys: Keys, view: DuesView) -> Button | None:
    return keys.key("‹ 返回清单", "l") if len(view.lines) > 1 else None
