"""The office's calendar: a year's days off month by month, or a notice or a day by hand with what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from babel.dates import format_date

from bot.domain.calendarviews import CalendarView, Changes, MovedDay, Proposal, YearDays
from bot.domain.notices import Festivity
from bot.texts.buttons import Keys, rows
from bot.texts.language import N_, spoken, translated
from bot.texts.markup import Html, Part, compose, escape, joined, listed, say, say_n
from bot.texts.message import Message
from bot.texts.sentences import spoken_sentence
from bot.texts.wording import day, short_day, what_name

_TITLE = 40
_DOUBTS = 8
_DAYS = 10

_Run = tuple[date, date]


def calendar_message(view: CalendarView) -> Message:
    """The card in the stage it is in."""
    if view.stage == "check" and view.proposal:
        return _check(view, view.proposal)
    if view.stage in ("done", "undone") and view.proposal:
        return _done(view, view.proposal)
    return _year(view)


def _year(view: CalendarView) -> Message:
    shown, keys = view.year, Keys(view.card_id, view.rev)
    head = [say_n("🗓 <b>{year}年日历</b>　工作日{n}天", shown.workdays, year=shown.year), _basis(shown)]
    parts = [Part(head), Part([], tuple(month_lines(shown)))]
    if shown.by_hand:
        parts.append(Part([say("本办另定：{days}", days=listed(_set(on, worked) for on, worked in shown.by_hand))]))
    how = say("要录入放假通知，把全文粘贴发来，或发.txt、.json文件。")
    by_hand = say("改某一天，直接打字：5月6日上班、10月9日放假、5月6日恢复。")
    before = keys.key("‹ {year}年", "yc", "y", shown.year - 1, year=shown.year - 1)
    after = keys.key("{year}年 ›", "yc", "y", shown.year + 1, year=shown.year + 1)
    return Message(compose([*parts, Part([how, by_hand])]), rows([before, after]))


def _basis(shown: YearDays) -> Html:
    if shown.provisional:
        return say("⚠️ {year}年的放假通知还没有录入，以下按估算。", year=shown.year)
    if shown.entered_on:
        return say("依据：{day}录入的放假通知。", day=day(shown.entered_on))
    return say("依据：国家公布的放假安排。")


def month_lines(shown: YearDays) -> Iterable[Html]:
    """One line for each month that has days off beside its weekends, or weekends that are worked."""
    for month in range(1, 13):
        runs = [run for run in shown.runs if run[0].month == month]
        made_up = [on for on in shown.made_up if on.month == month]
        if runs or made_up:
            off = say("休{days}", days=listed(_within(run) for run in runs)) if runs else None
            work = say("班{days}", days=listed(_weekday(on) for on in made_up)) if made_up else None
            yield joined((_formatted(date(shown.year, month, 1), N_("M月")), off, work))


def _within(run: _Run) -> Html:
    """A row of days off inside its month: 1日至3日."""
    first, last = run
    if first.month != last.month:
        return _between(run)
    start = _formatted(first, N_("d日"))
    return start if first == last else say("{first}至{last}", first=start, last=_formatted(last, N_("d日")))


def _between(run: _Run) -> Html:
    first, last = run
    return short_day(first) if first == last else say("{first}至{last}", first=short_day(first), last=short_day(last))


def _with_weekday(run: _Run) -> Html:
    """A single day with its weekday, or from when to when."""
    return day(run[0]) if run[0] == run[1] else _between(run)


def _weekday(on: date) -> Html:
    return _formatted(on, N_("d日（EEE）"))


def _formatted(on: date, pattern: str) -> Html:
    return Html(format_date(on, translated(pattern), locale=spoken()))


def _set(on: date, worked: bool | None) -> Html:
    """A day set by hand, or given back (None)."""
    if worked is None:
        return say("{day}恢复原样", day=day(on))
    return say("{day}上班", day=day(on)) if worked else say("{day}放假", day=day(on))


def _check(view: CalendarView, proposal: Proposal) -> Message:
    keys = Keys(view.card_id, view.rev)
    parts = [*_what(proposal), _doubts(proposal), *_changes(view.changes, N_("<b>录入以后：</b>")), _foot(proposal)]
    sure = N_("✅ 核对过了，录入") if proposal.doubts else N_("✅ 录入")
    buttons = [keys.key(sure, "yc", "yes", style="success"), keys.key("✖ 不录入", "yc", "no")]
    return Message(compose(parts), rows(buttons))


def _what(proposal: Proposal) -> list[Part]:
    if proposal.notice:
        head = say("🗓 <b>请核对{year}年放假通知</b>", year=proposal.year)
        return [Part([head]), Part([], [_festivity(one) for one in proposal.festivities])]
    days = listed(_set(on, worked) for on, worked in proposal.set_days)
    return [Part([say("🗓 <b>请确认{year}年：{days}</b>", year=proposal.year, days=days)])]


def _festivity(one: Festivity) -> Html:
    off = say_n("休{days}，共{n}天", len(one.off), days=listed(_between(run) for run in _runs(one.off)))
    work = say("班{days}", days=listed(day(on) for on in one.work)) if one.work else None
    return joined((escape(one.name, _TITLE) if one.name else None, off if one.off else None, work))


def _runs(days: Sequence[date]) -> list[_Run]:
    found: list[_Run] = []
    for on in days:
        if found and found[-1][1] == on - timedelta(days=1):
            found[-1] = (found[-1][0], on)
        else:
            found.append((on, on))
    return found


def _doubts(proposal: Proposal) -> Part:
    lines = [
        say("· {doubt}", doubt=escape(spoken_sentence(said.code, dict(said.params))))
        for said in proposal.doubts[:_DOUBTS]
    ]
    more = len(proposal.doubts) - _DOUBTS
    lines += [say_n("……另有{n}处", more)] if more > 0 else []
    return Part([say_n("❗ 有{n}处请您核对：", len(proposal.doubts))] if lines else [], lines)


def _changes(seen: Changes, title: str) -> list[Part]:
    """What changes: days, due days with the old and the new one, how many reminders move along."""
    lines = []
    for source, worked in ((N_("改为放假：{days}"), False), (N_("改为上班：{days}"), True)):
        runs = [_with_weekday(run) for run in _runs([on for on, then in seen.days if then is worked])]
        lines += [say(source, days=listed(runs, limit=_DAYS))] if runs else []
    head = [say(title), *lines] if lines else [say("日历上的日子没有变化。")]
    several = len({one.plan for one in seen.moved}) > 1
    moved = [_moved(one, several) for one in seen.moved]
    foot = [say_n("另有{n}天的提醒跟着移动。", seen.reminders)] if seen.reminders else []
    if not moved and not foot:
        foot = [say("各计划的报送日和提醒都不受影响。")]
    return [Part(head), Part([], moved, foot)]


def _moved(one: MovedDay, several: bool) -> Html:
    plan = say("《{plan}》", plan=escape(one.plan, _TITLE)) if several else None
    old, new = day(one.before), day(one.after)
    line = say("{what}：{old} → <b>{new}</b>", what=what_name(one.what), old=old, new=new)
    return joined((plan, line), "")


def _foot(proposal: Proposal) -> Part:
    if not proposal.notice:
        return Part([])
    lines = [say("只写了部分节日，在现有安排上补充。")] if proposal.partial else []
    lines += (
        [say("以前录入的{year}年通知由这份代替，本办另定的日子不变。", year=proposal.year)] if proposal.replaces else []
    )
    return Part(lines)


def _done(view: CalendarView, proposal: Proposal) -> Message:
    keys = Keys(view.card_id, view.rev)
    year = keys.key("🗓 看全年", "yc", "y", view.year.year)
    if view.stage == "undone":
        return Message(say("↩️ 已撤回，日历恢复原样。"), rows([year]))
    if proposal.notice:
        head = say("✅ <b>已录入{year}年放假通知</b>", year=proposal.year)
    else:
        head = say("✅ <b>已改：{days}</b>", days=listed(_set(on, worked) for on, worked in proposal.set_days))
    text = compose([Part([head]), *_changes(view.changes, N_("<b>变化：</b>"))])
    return Message(text, rows([keys.key("↩️ 撤回", "yc", "undo"), year]))
