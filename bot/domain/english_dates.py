"""The English date phrases and what each means, by the same conventions as the Chinese ones."""

from __future__ import annotations

import re
from datetime import timedelta

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
from bot.domain.date_phrases import Resolve, Rule
from bot.domain.date_rules import iso_day
from bot.domain.festivals import Festival, first_workday_after, last_workday_before, upcoming
from bot.domain.numerals import ENGLISH_WORDS, to_int

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_PARTS = {"early": "初", "beginning": "初", "start": "初", "mid": "中", "middle": "中", "late": "底", "end": "底"}
_STEPS = {"next": 1, "following": 1, "coming": 0, "last": -1, "previous": -1}
_FESTIVALS = {
    "national": Festival.NATIONAL,
    "october": Festival.NATIONAL,
    "golden": Festival.NATIONAL,
    "spring": Festival.SPRING,
    "chinese": Festival.SPRING,
    "lunar": Festival.SPRING,
    "cny": Festival.SPRING,
    "labour": Festival.LABOUR,
    "labor": Festival.LABOUR,
    "may": Festival.LABOUR,
    "mid": Festival.MID_AUTUMN,
    "dragon": Festival.DRAGON_BOAT,
    "qingming": Festival.TOMB_SWEEPING,
    "tomb": Festival.TOMB_SWEEPING,
    "new": Festival.NEW_YEAR,
}


def _year_or_next(written: str | None, moment: Moment, month: int, day: int) -> int:
    return int(written) if written else year_for(moment, month, day)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _day_of_month(m: re.Match[str], moment: Moment) -> Span | None:
    month, day = _month(m["mon"]), int(m["day"])
    date_meant = valid(_year_or_next(m["year"], moment, month, day), month, day)
    weekday = m.groupdict().get("wd")
    if date_meant and weekday and _WEEKDAYS.index(weekday[:3]) != date_meant.weekday():
        return None
    return on(date_meant)


def _bare_day(m: re.Match[str], moment: Moment) -> Span | None:
    day = int(m["day"])
    if m["of"]:
        ahead = add_months(moment.today.replace(day=1), 1 if "next" in m["of"] else 0)
        return on(valid(ahead.year, ahead.month, day))
    return on(valid(*month_for(moment, day), day))


def _part_of_month(m: re.Match[str], moment: Moment) -> Span | None:
    part = _PARTS.get((m["part"] or "").split("-")[0], "")
    month = _month(m["mon"])
    last_day = {"初": 10, "中": 15}.get(part, 31)
    return month_part(_year_or_next(m["year"], moment, month, last_day), month, part)


def _part_of_period(m: re.Match[str], moment: Moment) -> Span | None:
    """end of next month, early this week, mid-year, end of the quarter, next month."""
    part = _PARTS.get(m["part"] or "", "")
    step = _STEPS.get(m["step"] or "", 0)
    day = moment.today
    match m["period"]:
        case "week":
            monday = monday_of(day, step)
            return {
                "初": on(monday),
                "中": on(monday + timedelta(days=2)),
                "底": on(monday + timedelta(days=6)),
            }.get(part, (monday, monday + timedelta(days=6)))
        case "month":
            ahead = add_months(day.replace(day=1), step)
            return month_part(ahead.year, ahead.month, part)
        case "quarter":
            ahead = add_months(day.replace(day=1), 3 * step)
            span = quarter_span(ahead.year, (ahead.month + 2) // 3)
            return on(span[1]) if span and part == "底" else span
        case _:
            return _part_of_year(day.year + step, part)


def _week_after_next(m: re.Match[str], moment: Moment) -> Span | None:
    monday = monday_of(moment.today, 2)
    return monday, monday + timedelta(days=6)


def _part_of_year(year: int, part: str) -> Span | None:
    if part == "底":
        return on(valid(year, 12, 31))
    if part == "中":
        return on(valid(year, 6, 30))
    return months_span(year, 1, 1 if part == "初" else 12)


def _period_end(m: re.Match[str], moment: Moment) -> Span | None:
    """month-end, year-end, EOM, EOY …"""
    today = moment.today
    match m["name"].replace("-", " ").split(" ")[0]:
        case "eod" | "cob" | "tonight":
            return on(today)
        case "eow":
            return on(monday_of(today) + timedelta(days=6))
        case "eom" | "month":
            return month_part(today.year, today.month, "底")
        case "eoq" | "quarter":
            span = quarter_span(today.year, (today.month + 2) // 3)
            return on(span[1]) if span else None
        case _:
            return on(valid(today.year, 12, 31))


def _quarter(m: re.Match[str], moment: Moment) -> Span | None:
    quarter = int(m["q"]) if m["q"] else _ORDINALS[m["nth"]]
    return quarter_span(_year_or_next(m["year"], moment, 3 * quarter, 31), quarter)


def _half(m: re.Match[str], moment: Moment) -> Span | None:
    first, last = (1, 6) if m["half"] in ("first", "1st", "h1") else (7, 12)
    if m["next"]:
        return months_span(moment.today.year + 1, first, last)
    return months_span(_year_or_next(m["year"], moment, last, 31), first, last)


def _weekday(m: re.Match[str], moment: Moment) -> Span | None:
    """this Friday and next Friday name a calendar week; Friday alone is the next one, today included."""
    weekday = _WEEKDAYS.index(m["wd"][:3])
    step = m["step"] or m["step2"]
    if step == "after next":
        return on(monday_of(moment.today, 2) + timedelta(days=weekday))
    if step == "coming" or not step:
        return on(next_weekday(moment.today, weekday, moment.past))
    return on(monday_of(moment.today, _STEPS.get(step, 0)) + timedelta(days=weekday))


def _near_day(m: re.Match[str], moment: Moment) -> Span | None:
    shifts = {"day after": 2, "day before": -2, "tom": 1, "tmr": 1, "yes": -1, "to": 0}
    words = m[0].removeprefix("the ")
    return on(moment.today + timedelta(days=next(n for start, n in shifts.items() if words.startswith(start))))


def _after_count(m: re.Match[str], moment: Moment) -> Span | None:
    amount = m["n"]
    unit = "workday" if m["work"] else m["unit"].removesuffix("s")
    if amount in ("a couple of", "couple of"):
        count: int | None = 2
    elif "half" in amount:
        return on(moment.today + timedelta(days=15)) if unit == "month" else None
    else:
        count = to_int(amount)
    if unit == "fortnight":
        unit, count = "week", 2 * (count or 0)
    late = count
    early = to_int(m["low"]) if m["low"] else late
    if early is None or late is None:
        return None
    first, last = forward(moment, early, unit), forward(moment, late, unit)
    return (first, last) if first and last else None


def _ago(m: re.Match[str], moment: Moment) -> Span | None:
    count = to_int(m["n"]) or 0
    days = {"day": 1, "week": 7, "month": 30}[m["unit"]]
    return on(moment.today - timedelta(days=days * count)) if count <= 52 else None


def _festival(m: re.Match[str], moment: Moment) -> Span | None:
    first_word = re.split(r"[\s'-]", m["name"])[0] if m["name"] else ""
    which = (_FESTIVALS[first_word],) if first_word in _FESTIVALS else tuple(Festival)
    turn = last_workday_before if m["side"] in ("before", "ahead of") else first_workday_after
    days = (turn(day, moment.calendar) for day in upcoming(moment.today, which))
    return on(next((day for day in days if day >= moment.today), None))


def _none(m: re.Match[str], moment: Moment) -> Span | None:
    return None


_MON = (
    r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b(?!\s*[%:])"
_OPTIONAL_YEAR = r"(?:,?\s+(?P<year>20\d{2})\b)?"
_WD = (
    r"(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|"
    r"sat(?:urday)?|sun(?:day)?)\b"
)
_PART = r"(?P<part>early|beginning|start|mid|middle|late|end)(?:[\s-]+(?:in|of))?[\s-]+"
_COUNT = (
    rf"(?:(?P<low>\d{{1,3}}|{ENGLISH_WORDS})\s*(?:-|to|or)\s*)?(?P<n>(?:a )?couple of|half a|\d{{1,3}}|"
    rf"{ENGLISH_WORDS})"
)
_UNIT = r"(?P<work>working |business |work )?(?P<unit>days?|weeks?|months?|years?|fortnights?)\b"
_LEAD = r"(?:in|within|another|after|need|needs|take|takes|about|give us|have|until|approximately|around)"
_HOLIDAY = (
    r"(?:the )?(?:(?P<name>national day|october|golden week|spring festival|chinese new year|lunar new year|cny|"
    r"labou?r day|may day|mid-autumn(?: festival)?|dragon boat(?: festival)?|qingming|tomb[- ]sweeping day|"
    r"new year(?:'s day|'s)?) ?)?(?:holidays?|break)?"
)

_TABLE: tuple[tuple[str, str, Resolve], ...] = (
    ("recurring", rf"\b(?:every|each)\s+(?:{_WD}|day|week|month|quarter|year)", _none),
    ("iso_day", r"(?<![\d.])(?P<y>20\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d%])", iso_day),
    ("day_of_month", rf"\b(?:{_WD},?\s+)?{_MON}\s+(?:the\s+)?{_DAY}{_OPTIONAL_YEAR}", _day_of_month),
    ("day_of_month", rf"\b(?:{_WD},?\s+)?(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MON}{_OPTIONAL_YEAR}", _day_of_month),
    (
        "bare_day",
        r"\b(?:by|on|before|until|till|to)\s+the\s+(?P<day>\d{1,2})(?:st|nd|rd|th)\b(?P<of>\s+of\s+(?:this|"
        r"next)\s+month)?",
        _bare_day,
    ),
    ("part_of_month", rf"\b(?:the\s+)?{_PART}{_MON}{_OPTIONAL_YEAR}", _part_of_month),
    (
        "month",
        rf"\b(?:in|by|before|during|until|till|this|next)\s+(?P<part>){_MON}{_OPTIONAL_YEAR}(?!\s*\d)",
        _part_of_month,
    ),
    ("week_after_next", r"\b(?:the\s+)?week after next\b", _week_after_next),
    (
        "part_of_period",
        rf"\b(?:the\s+)?{_PART}(?:(?P<step>this|the|next|following|last)\s+)?(?P<period>week|month|quarter|"
        rf"year)\b",
        _part_of_period,
    ),
    (
        "part_of_period",
        r"\b(?P<part>)(?P<step>this|next|following|last)\s+(?P<period>week|month|quarter|year)\b",
        _part_of_period,
    ),
    (
        "period_end",
        r"\b(?:by\s+)?(?:the\s+)?(?P<name>eod|cob|eow|eom|eoq|eoy|(?:month|quarter|year)[\s-]end|tonight)\b",
        _period_end,
    ),
    (
        "quarter",
        r"\b(?:q(?P<q>[1-4])|(?:the\s+)?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|"
        r"4th)\s+quarter)(?:\s+(?:of\s+)?(?P<year>20\d{2}))?\b",
        _quarter,
    ),
    (
        "half_year",
        r"\b(?:the\s+)?(?P<half>first|second|1st|2nd)\s+half\s+of\s+(?:(?:the|this|(?P<next>next))\s+year|"
        r"(?P<year>20\d{2}))\b",
        _half,
    ),
    (
        "weekday",
        rf"\b(?:(?P<step>this|next|last|coming|following)\s+)?{_WD}(?:\s+(?P<step2>next|this|"
        rf"after next)(?:\s+week)?\b)?",
        _weekday,
    ),
    (
        "near_day",
        r"\b(?:the\s+)?(?:day after tomorrow|day before yesterday|tomorrow|tmrw?|yesterday|today)\b",
        _near_day,
    ),
    (
        "count",
        rf"\b{_LEAD}\s+(?:the next\s+|about\s+|another\s+|at least\s+)*{_COUNT}\s+(?:more\s+)?{_UNIT}",
        _after_count,
    ),
    ("count", rf"\b{_COUNT}\s+(?:more\s+)?{_UNIT}\s+(?:from\s+(?:now|today)|later|more)", _after_count),
    ("count", rf"^{_COUNT}\s+{_UNIT}$", _after_count),
    ("ago", rf"\b(?P<n>\d{{1,2}}|{ENGLISH_WORDS})\s+(?P<unit>day|week|month)s?\s+ago\b", _ago),
    (
        "festival",
        rf"\b(?P<side>after|before|ahead of)\s+(?=the (?:holiday|break)|(?:the )?(?:national|october h|golden|"
        rf"spring f|chinese|lunar|cny|labou?r|may day|mid-aut|dragon|qingming|tomb|new year)){_HOLIDAY}",
        _festival,
    ),
)

RULES = tuple(Rule(name, re.compile(pattern), resolve) for name, pattern, resolve in _TABLE)
