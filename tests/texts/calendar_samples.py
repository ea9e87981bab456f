"""The calendar card: a year by each of its sources, a notice and a day by hand to be confirmed, kept and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.calendarviews import CalendarView, Changes, MovedDay, Proposal, YearDays
from bot.domain.notice_words import Said
from bot.domain.notices import Festivity
from bot.domain.views import View

_YEAR = YearDays(
    year=2027,
    workdays=249,
    runs=(
        (date(2027, 1, 1), date(2027, 1, 3)),
        (date(2027, 2, 6), date(2027, 2, 12)),
        (date(2027, 4, 5), date(2027, 4, 5)),
        (date(2027, 4, 30), date(2027, 5, 4)),
        (date(2027, 10, 1), date(2027, 10, 7)),
    ),
    made_up=(date(2027, 2, 13), date(2027, 2, 20), date(2027, 10, 9)),
    by_hand=(),
    entered_on=None,
    published=False,
)
_SPRING = tuple(date(2027, 2, 6) + timedelta(days=at) for at in range(7))
_NOTICE = Proposal(
    year=2027,
    notice=True,
    partial=False,
    replaces=False,
    festivities=(
        Festivity("元旦", (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)), ()),
        Festivity("春节", _SPRING, (date(2027, 2, 13), date(2027, 2, 20))),
        Festivity("清明节", (date(2027, 4, 5),), ()),
        Festivity("<国庆>", (date(2027, 9, 30), date(2027, 10, 1), date(2027, 10, 3)), (date(2027, 10, 9),)),
    ),
    set_days=(),
    doubts=(),
)
_DOUBTS = (
    Said("notice_weekday", (("day", "2027-02-13"), ("words", "2月13日(周日)"))),
    Said("notice_count", (("name", "春节"), ("stated", "8"), ("read", "7"))),
    Said("notice_no_weekend", (("day", "2027-02-19"),)),
)
_PLAN = "清河县2026年净土行动计划"
_MOVED = (
    MovedDay(_PLAN, "2026Q4", date(2027, 1, 8), date(2027, 1, 11)),
    MovedDay(_PLAN, "milestone:2026-12-31", date(2026, 12, 31), date(2026, 12, 30)),
)
_CHANGES = Changes(
    days=((date(2027, 2, 6), False), (date(2027, 2, 13), True), *((day, False) for day in _SPRING[1:])),
    moved=_MOVED,
    reminders=9,
)
_BY_HAND = Proposal(2027, False, False, False, (), ((date(2027, 5, 6), True), (date(2027, 10, 9), None)), ())


def calendar_views() -> dict[str, View]:
    """One view for each way the card looks."""
    year = CalendarView(88, 4, "year", _YEAR)
    check = replace(year, stage="check", proposal=_NOTICE, changes=_CHANGES)
    entered = replace(
        _YEAR, entered_on=date(2026, 11, 20), by_hand=((date(2027, 5, 6), True), (date(2027, 6, 1), False))
    )
    two_plans = replace(_CHANGES, moved=(*_MOVED, replace(_MOVED[0], plan="清河县<乡村>道路计划")))
    return {
        "calendar": year,
        "calendar-entered": replace(year, year=entered),
        "calendar-published": replace(year, year=replace(_YEAR, year=2026, published=True)),
        "calendar-notice": check,
        "calendar-notice-doubts": replace(check, proposal=replace(_NOTICE, doubts=_DOUBTS, replaces=True)),
        "calendar-notice-partial": replace(check, proposal=replace(_NOTICE, partial=True), changes=two_plans),
        "calendar-day": replace(check, proposal=_BY_HAND, changes=replace(_CHANGES, moved=(), reminders=1)),
        "calendar-nothing-moves": replace(check, proposal=_BY_HAND, changes=Changes()),
        "calendar-kept": replace(check, stage="done"),
        "calendar-day-kept": replace(check, stage="done", proposal=_BY_HAND),
        "calendar-undone": replace(check, stage="undone"),
    }
