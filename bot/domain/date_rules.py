"""What each kind of Chinese date phrase means: from the words a pattern caught to a span of days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.domain.date_periods import (
    Moment,
    Span,
    add_months,
    forward,
    monday_of,
    month_for,
    month_part,
    months_span,
    next_weekday,
    on,
    quarter_span,
    valid,
    year_for,
)
from bot.domain.festivals import Festival, days_off_around, falls_on, first_workday_after, last_workday_before, upcoming
from bot.domain.numerals import to_int

_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日")} | {"天": 6} | {str(n + 1): n for n in range(7)}
_RELATIVE_YEARS = {"明": 1, "来": 1, "后": 2, "去": -1, "上": -1}
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}


def _named_year(m: re.Match[str], today: date) -> int | None:
    """The year the words name, or None when they name none."""
    if relative := m["relyear"]:
        return today.year + _RELATIVE_YEARS.get(relative[0], 0)
    if (written := m["year"]) is None:
        return None
    year = to_int(written) or 0
    return 2000 + year if year < 100 else year


def _month_of(m: re.Match[str], moment: Moment, day: int) -> tuple[int, int]:
    """Year and month the words name; `day` decides whether a bare month is this year's or the next."""
    if relative := m["relmonth"]:
        shifts = {"下下": 2, "下": 1, "次": 1, "上": -1}
        step = next((n for word, n in shifts.items() if relative.startswith(word)), 0)
        shifted = add_months(moment.today.replace(day=1), step)
        return shifted.year, shifted.month
    month = to_int(m["month"].replace("元", "一")) or 0
    return _named_year(m, moment.today) or year_for(moment, month, day), month


def _checked(m: re.Match[str], day: date | None) -> Span | None:
    """The day, unless it is written with a weekday it does not have (9月30日（周四）)."""
    weekday = m.groupdict().get("check")
    return None if day is None or (weekday and _WEEKDAYS[weekday] != day.weekday()) else on(day)


def days_of_month(m: re.Match[str], moment: Moment) -> Span | None:
    """10月10日至15日: two days of one month, named or not."""
    first, last = to_int(m["first"]) or 0, to_int(m["day"]) or 0
    named = m.groupdict().get("month") or m.groupdict().get("relmonth")
    year, month = _month_of(m, moment, last) if named else month_for(moment, last)
    start, end = valid(year, month, first), valid(year, month, last)
    return (start, end) if start and end and start <= end else None


def months(m: re.Match[str], moment: Moment) -> Span | None:
    """3至5月, 10月到12月."""
    first, last = to_int(m["first"]) or 0, to_int(m["last"]) or 0
    return months_span(_named_year(m, moment.today) or year_for(moment, last, 28), first, last)


def day_of_month(m: re.Match[str], moment: Moment) -> Span | None:
    day = to_int(m["day"]) or 0
    return _checked(m, valid(*_month_of(m, moment, day), day))


def bare_day(m: re.Match[str], moment: Moment) -> Span | None:
    day = to_int(m["day"]) or 0
    return _checked(m, valid(*month_for(moment, day), day))


def iso_day(m: re.Match[str], moment: Moment) -> Span | None:
    """A day written with its year in figures."""
    return _checked(m, valid(int(m["y"]), int(m["m"]), int(m["d"])))


def short_day(m: re.Match[str], moment: Moment) -> Span | None:
    """10.15 or 10/15: month and day, the next ahead."""
    month, day = int(m["m"]), int(m["d"])
    return _checked(m, valid(year_for(moment, month, day), month, day))


def _part_name(m: re.Match[str]) -> str:
    part = m["part"] or ""
    return "底" if part == "最后一天" else part.removeprefix("月") if len(part) > 1 else part


def part_of_month(m: re.Match[str], moment: Moment) -> Span | None:
    part = _part_name(m)
    last_day = {"初": 10, "上旬": 10, "中": 15, "中旬": 20, "上中旬": 20, "上半月": 15}.get(part, 31)
    return month_part(*_month_of(m, moment, last_day), part)


def bare_part(m: re.Match[str], moment: Moment) -> Span | None:
    """月底, 中旬 …: of this month, or of the next when that is already behind."""
    part = _part_name(m)
    span = month_part(moment.today.year, moment.today.month, part)
    if span and span[1] < moment.today and not moment.past:
        ahead = add_months(moment.today.replace(day=1), 1)
        return month_part(ahead.year, ahead.month, part)
    return span


def quarter(m: re.Match[str], moment: Moment) -> Span | None:
    quarter = to_int(m["q"] or m["q2"]) or 0
    year = to_int(m["y2"] or "") or _named_year(m, moment.today) or year_for(moment, 3 * quarter, 31)
    return quarter_span(year, quarter)


def relative_quarter(m: re.Match[str], moment: Moment) -> Span | None:
    step = {"下": 3, "上": -3}.get(m["which"][0], 0)
    day = add_months(moment.today.replace(day=1), step)
    return quarter_span(day.year, (day.month + 2) // 3)


def this_quarter_end(m: re.Match[str], moment: Moment) -> Span | None:
    span = quarter_span(moment.today.year, (moment.today.month + 2) // 3)
    return on(span[1]) if span else None


def half(m: re.Match[str], moment: Moment) -> Span | None:
    first, last = (1, 6) if m["half"] == "上" else (7, 12)
    return months_span(_named_year(m, moment.today) or year_for(moment, last, 31), first, last)


def end_of_year(m: re.Match[str], moment: Moment) -> Span | None:
    year = _named_year(m, moment.today) or moment.today.year
    return on(valid(year, 12, 31))


def middle_of_year(m: re.Match[str], moment: Moment) -> Span | None:
    return on(valid(_named_year(m, moment.today) or year_for(moment, 6, 30), 6, 30))


def start_of_year(m: re.Match[str], moment: Moment) -> Span | None:
    return months_span(_named_year(m, moment.today) or year_for(moment, 1, 31), 1, 1)


def whole_year(m: re.Match[str], moment: Moment) -> Span | None:
    year = _named_year(m, moment.today)
    return months_span(moment.today.year if year is None else year, 1, 12)


def five_year_plan_end(m: re.Match[str], moment: Moment) -> Span | None:
    """The Fourteenth plan ends with 2025, each later one five years on."""
    return on(valid(2005 + 5 * (to_int(m["plan"]) or 0), 12, 31))


def _week_shift(words: str) -> int:
    if words.startswith("上"):
        return -words.count("上")
    return words.count("下")


def weekday_of_week(m: re.Match[str], moment: Moment) -> Span | None:
    day = monday_of(moment.today, _week_shift(m["week"]))
    if m["wd"] == "末":
        return day + timedelta(days=5), day + timedelta(days=6)
    return on(day + timedelta(days=_WEEKDAYS[m["wd"]]))


def bare_weekday(m: re.Match[str], moment: Moment) -> Span | None:
    if m["wd"] == "末":
        sunday = monday_of(moment.today) + timedelta(days=6)
        return sunday - timedelta(days=1), sunday
    return on(next_weekday(moment.today, _WEEKDAYS[m["wd"]], moment.past))


def week(m: re.Match[str], moment: Moment) -> Span | None:
    monday = monday_of(moment.today, _week_shift(m["week"] or ""))
    part = m["wpart"] or ""
    if part.startswith("初"):
        return on(monday)
    if part.startswith("中"):
        return on(monday + timedelta(days=2))
    return monday, monday + timedelta(days=6)


_NEAR_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}


def near_day(m: re.Match[str], moment: Moment) -> Span | None:
    return on(moment.today + timedelta(days=_NEAR_DAYS[m["near"]]))


def today(m: re.Match[str], moment: Moment) -> Span | None:
    return on(moment.today)


def _unit(written: str) -> str:
    if "工作" in written:
        return "workday"
    return _UNITS[written.removeprefix("个")]


def after_count(m: re.Match[str], moment: Moment) -> Span | None:
    """N天后 and its kin; of a spread (两三天, 3-5天) the later end is the deadline."""
    unit = _unit(m["unit"])
    late = to_int(m["n"])
    early = to_int(m["low"]) if m["low"] else late
    if early is None or late is None:
        return None
    first, last = forward(moment, early, unit), forward(moment, late, unit)
    return (first, last) if first and last else None


def close_spread(m: re.Match[str], moment: Moment) -> Span | None:
    """Two neighbouring digits (两三天, 三五天): from the first to the second."""
    low, high = to_int(m["low"]), to_int(m["high"])
    if low is None or high is None or low >= high:
        return None
    first, last = forward(moment, low, _unit(m["unit"])), forward(moment, high, _unit(m["unit"]))
    return (first, last) if first and last else None


def with_half(m: re.Match[str], moment: Moment) -> Span | None:
    """半个月 is 15 days, 一个半月 a month and 15 days, 半年 six months, 一年半 eighteen."""
    if m["months"]:
        ahead = forward(moment, to_int(m["months"]) or 0, "month")
        return on(ahead + timedelta(days=15)) if ahead else None
    if m["years"]:
        return on(add_months(moment.today, 12 * min(to_int(m["years"]) or 0, 10) + 6))
    if "年" in m["halfunit"]:
        return on(add_months(moment.today, 6))
    return on(moment.today + timedelta(days=0 if "天" in m["halfunit"] else 15))


def ago(m: re.Match[str], moment: Moment) -> Span | None:
    count = to_int(m["n"])
    unit = _unit(m["unit"])
    if count is None or count > 366 or unit == "year":
        return None
    if unit == "workday":
        return on(moment.calendar.shift(moment.today, -count))
    if unit == "month":
        return on(add_months(moment.today, -count))
    return on(moment.today - timedelta(days=count * (7 if unit == "week" else 1)))


def hours(m: re.Match[str], moment: Moment) -> Span | None:
    hours = to_int(m["n"])
    return None if hours is None or hours % 24 or hours > 720 else on(moment.today + timedelta(days=hours // 24))


_FESTIVALS = {
    "元旦": Festival.NEW_YEAR,
    "春节": Festival.SPRING,
    "新春": Festival.SPRING,
    "过年": Festival.SPRING,
    "年": Festival.SPRING,
    "清明": Festival.TOMB_SWEEPING,
    "五一": Festival.LABOUR,
    "劳动节": Festival.LABOUR,
    "端午": Festival.DRAGON_BOAT,
    "中秋": Festival.MID_AUTUMN,
    "国庆": Festival.NATIONAL,
    "十一": Festival.NATIONAL,
    "双节": Festival.NATIONAL,
}


def _festivals(m: re.Match[str]) -> tuple[Festival, ...]:
    if m["festival"] is None and "年" in m[0]:
        return (Festival.SPRING,)
    name = (m["festival"] or "").replace("5.1", "五一").replace("10.1", "十一")
    return (_FESTIVALS[name],) if name in _FESTIVALS else tuple(Festival)


def _festival_days(m: re.Match[str], moment: Moment) -> Iterator[date]:
    """Days of the festival meant, in order: of the year named, or those ahead."""
    which = _festivals(m)
    year = _named_year(m, moment.today)
    days = upcoming(moment.today, which) if year is None else iter([falls_on(which[0], year)])
    return (day for day in days if day is not None)


def _nth_after(m: re.Match[str], resumed: date, moment: Moment) -> Span | None:
    """节后第三个工作日, 节后一周: counted from the day work resumes or from the last day off."""
    if nth := m["nth"]:
        return on(moment.calendar.shift(resumed, (to_int(nth) or 1) - 1))
    if count := m["n"]:
        base = Moment(resumed - timedelta(days=1), moment.calendar)
        ahead = forward(base, to_int(count) or 0, _unit(m["unit"]))
        return on(ahead)
    if m["firstweek"]:
        return resumed, monday_of(resumed) + timedelta(days=6)
    return on(resumed)


def after_festival(m: re.Match[str], moment: Moment) -> Span | None:
    resumes = (first_workday_after(day, moment.calendar) for day in _festival_days(m, moment))
    ahead = next((day for day in resumes if day >= moment.today), None)
    return _nth_after(m, ahead, moment) if ahead else None


def before_festival(m: re.Match[str], moment: Moment) -> Span | None:
    lasts = (last_workday_before(day, moment.calendar) for day in _festival_days(m, moment))
    return on(next((day for day in lasts if day >= moment.today), None))


def festival_itself(m: re.Match[str], moment: Moment) -> Span | None:
    ahead = (day for day in _festival_days(m, moment) if day >= moment.today)
    return on(next(ahead, None))


def during_festival(m: re.Match[str], moment: Moment) -> Span | None:
    spans = (days_off_around(day, moment.calendar) for day in _festival_days(m, moment))
    return next((span for span in spans if span[1] >= moment.today), None)


def none(m: re.Match[str], moment: Moment) -> Span | None:
    return None
