"""A holiday notice (放假通知) of one year, read from pasted text or from JSON and checked against itself. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.festivals import Festival, falls_on
from bot.domain.model import DubanError
from bot.domain.notice_words import Said, Statement, normal, statements
from bot.domain.workdays import Calendar, Source, is_weekend

LONGEST_TEXT = 20_000
LONGEST_SETTING = 60
_LONGEST_FILE = 50_000
_MOST_DAYS = 150
_TITLE_YEAR = re.compile(r"(20[0-9]{2})年?(?:度|全年|部分|国家|法定|公共|的|公历)*(?:节假日|节日|放假|假期|假日|休假)")
_TITLED = re.compile(r"20[0-9]{2}年[^。]*放假")
_OPENING = 80
_FULL_DATE = re.compile(r"20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日?")
_ANY_YEAR = re.compile(r"(20[0-9]{2})年")
_DAY_OFF = re.compile(
    r"[0-9]{1,2}月[0-9]{1,2}[日号]?[^。;\n]{0,40}(?:放假|休假|调休)"
    r"|放假(?:时间|日期|安排)?[:为是](?:20[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}"
)
_SETTING = re.compile(
    r"[0-9年月日号()周星期礼拜一二三四五六天,、和至到~\-—]{3,}(?:改为|设为|要|都)?(?:正常|照常|调休)?(?:上班|补班|放假|休息|不上班)"
)
_ENGLISH_SETTING = re.compile(r"(20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})\s+(work|off|clear)")
_ENGLISH_WORDS = {"work": "上班", "off": "放假", "clear": "恢复"}
# Days off in every year since 2008, whatever the notice: a notice without one of them is not the whole year's.
_ALWAYS_OFF = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"))
_DAYS_OF_A_WHOLE_YEAR = 11
_NAMES = {
    Festival.SPRING: "春节",
    Festival.TOMB_SWEEPING: "清明节",
    Festival.DRAGON_BOAT: "端午节",
    Festival.MID_AUTUMN: "中秋节",
}


@dataclass(frozen=True)
class Festivity:
    """One festival of a notice as it was read: its days off in order and the weekend days worked for it."""

    name: str
    off: tuple[date, ...]
    work: tuple[date, ...]


@dataclass(frozen=True)
class HolidayNotice:
    """What a notice says of its year: `days` maps each named day to whether it is worked; `doubts` are shown first.

    `partial` when it cannot be the whole year's: it then adds to what is known of the year.
    """

    year: int
    days: Mapping[date, bool]
    festivities: tuple[Festivity, ...]
    doubts: tuple[Said, ...]
    partial: bool
    words: str


def read_notice(text: str) -> HolidayNotice:
    """A notice from its text or from JSON.

    Raises DubanError notice_too_long, notice_unreadable, notice_without_year (write the year in) and notice_empty.
    """
    if len(text) > _LONGEST_FILE:
        raise DubanError("notice_too_long")
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return _from_json(text.lstrip("\ufeff"))
    if len(text) > LONGEST_TEXT:
        raise DubanError("notice_too_long")
    plain = normal(text)
    year = _year_of(plain)
    return _checked(year, tuple(statements(plain, year)), text)


def looks_like_notice(text: str) -> bool:
    """Whether words sent to the bot are a holiday notice rather than anything else."""
    if not 15 <= len(text) <= LONGEST_TEXT or "月" not in text:
        return False
    plain = normal(text)
    stated = len(_DAY_OFF.findall(plain))
    return stated >= 2 or (stated == 1 and bool(_TITLED.search(plain[:_OPENING])))


def read_setting(text: str, year: int) -> dict[date, bool | None]:
    """Days set by hand: “5月6日上班”, “10月9日至10日放假”, “5月6日恢复” (None); empty when the words are no such thing.

    A day without a year belongs to `year`. Raises DubanError notice_weekday for a weekday that is not the day's.
    """
    if len(text) > LONGEST_SETTING:
        return {}
    english = _ENGLISH_SETTING.fullmatch(text.strip().lower())
    if english:
        text = f"{english[1]}{_ENGLISH_WORDS[english[2]]}"
    plain = normal(text).rstrip("。.!")
    clearing = re.fullmatch(r"(.+?)(?:恢复(?:原样|正常)?|取消(?:设置)?|按原(?:来|安排))", plain)
    if not clearing and not _SETTING.fullmatch(plain):
        return {}
    found = list(statements(f"{clearing[1]}放假" if clearing else plain, year))
    doubts = [doubt for one in found for doubt in one.doubts]
    if doubts:
        raise DubanError(doubts[0].code, **dict(doubts[0].params))
    days: dict[date, bool | None] = {}
    for one in found:
        days |= dict.fromkeys(one.off, None if clearing else False) | dict.fromkeys(one.work, True)
    return days


def known_days(calendar: Calendar, year: int) -> dict[date, bool]:
    """What is known of a year apart from overrides, as a notice would name it: days off that are no weekend, weekends
    that are worked, and what its notice says of other years' days."""
    calendar = Calendar(notices=calendar.notices)
    named = dict(calendar.notices.get(year, {}))
    for day in days_of(year):
        if calendar.is_workday(day) is is_weekend(day):
            named[day] = calendar.is_workday(day)
    return named


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))


def in_force(notice: HolidayNotice, calendar: Calendar) -> dict[date, bool]:
    """The days to keep for the notice's year: its own; a partial one's on top of what is known.

    Raises DubanError notice_partial where nothing is known to add to.
    """
    if not notice.partial:
        return dict(notice.days)
    if calendar.is_provisional(notice.year):
        raise DubanError("notice_partial", year=notice.year)
    return known_days(calendar, notice.year) | dict(notice.days)


def runs_off(calendar: Calendar, year: int) -> list[tuple[date, date]]:
    """First and last of the days off in a row within a year, ordinary weekends left out."""
    runs: list[list[date]] = []
    for day in days_of(year):
        if calendar.is_workday(day):
            continue
        if runs and runs[-1][-1] == day - timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [(run[0], run[-1]) for run in runs if any(_special(calendar, day) for day in run)]


def _special(calendar: Calendar, day: date) -> bool:
    return not is_weekend(day) or calendar.source_of(day) is Source.OVERRIDE


def made_up(calendar: Calendar, year: int) -> list[date]:
    """The weekend days of a year that are worked."""
    return [day for day in days_of(year) if is_weekend(day) and calendar.is_workday(day)]


def _year_of(plain: str) -> int:
    """The year the notice is about: named in its title, else the only one its words name; a date of issue is none."""
    titled = _TITLE_YEAR.search(plain)
    if titled:
        return int(titled[1])
    years = Counter(_ANY_YEAR.findall(_FULL_DATE.sub("", plain))) or Counter(_ANY_YEAR.findall(plain))
    if not years:
        raise DubanError("notice_without_year")
    return int(years.most_common(1)[0][0])


def _checked(year: int, found: tuple[Statement, ...], words: str) -> HolidayNotice:
    days: dict[date, bool] = {}
    doubts = [doubt for one in found for doubt in one.doubts]
    for one in found:
        doubts += _against(days, one)
        days |= dict.fromkeys(one.off, False) | dict.fromkeys(one.work, True)
    if not days:
        raise DubanError("notice_empty")
    if len(days) > _MOST_DAYS:
        raise DubanError("notice_unreadable")
    missing = [name for month, day, name in _ALWAYS_OFF if days.get(date(year, month, day)) is not False]
    off = sum(not worked and day.year == year for day, worked in days.items())
    partial = bool(missing) or off < _DAYS_OF_A_WHOLE_YEAR
    doubts += [] if partial else _unnamed_festivals(year, days)
    doubts += _odd_days(year, days)
    return HolidayNotice(year, days, _festivities(found), tuple(dict.fromkeys(doubts)), partial, words)


def _against(days: Mapping[date, bool], one: Statement) -> Iterator[Said]:
    """Days a notice makes both off and worked."""
    both = set(one.off) & set(one.work)
    both |= {day for day in one.off if days.get(day) is True} | {day for day in one.work if days.get(day) is False}
    for day in sorted(both):
        yield Said("notice_both", (("day", day.isoformat()),))


def _unnamed_festivals(year: int, days: Mapping[date, bool]) -> Iterator[Said]:
    """Festivals on a working day that a whole year's notice does not make off: a line of it was not read."""
    for festival, name in _NAMES.items():
        day = falls_on(festival, year)
        if day is not None and not is_weekend(day) and days.get(day) is not False:
            yield Said("notice_lacks", (("name", name), ("day", day.isoformat())))


def _odd_days(year: int, days: Mapping[date, bool]) -> Iterator[Said]:
    """Make-up days that are no weekend, and days far from the year."""
    first, last = date(year - 1, 12, 20), date(year + 1, 1, 15)
    for day, worked in sorted(days.items()):
        if not first <= day <= last:
            yield Said("notice_other_year", (("date", day.isoformat()), ("year", str(year))))
        elif worked and not is_weekend(day):
            yield Said("notice_no_weekend", (("day", day.isoformat()),))


def _festivities(found: Iterable[Statement]) -> tuple[Festivity, ...]:
    """The statements by festival, in the order of their naming."""
    grouped: dict[str, tuple[set[date], set[date]]] = {}
    for one in found:
        if one.off or one.work:
            off, work = grouped.setdefault(one.name, (set(), set()))
            off.update(one.off)
            work.update(one.work)
    return tuple(Festivity(name, tuple(sorted(off)), tuple(sorted(work))) for name, (off, work) in grouped.items())


def _from_json(text: str) -> HolidayNotice:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise DubanError("notice_unreadable") from None
    if not isinstance(data, dict):
        raise DubanError("notice_unreadable")
    try:
        found = tuple(_listed(data))
    except (KeyError, TypeError, ValueError):
        raise DubanError("notice_unreadable") from None
    if len(found) > _MOST_DAYS:
        raise DubanError("notice_unreadable")
    return _checked(_json_year(data, found), found, text)


def _json_year(data: Mapping[str, Any], found: Iterable[Statement]) -> int:
    stated = data.get("year")
    if isinstance(stated, str) and stated.isdecimal() and len(stated) == 4:
        stated = int(stated)
    if stated is None:
        years = Counter(day.year for one in found for day in (*one.off, *one.work))
        stated = years.most_common(1)[0][0] if years else None
    if isinstance(stated, bool) or not isinstance(stated, int) or not 2000 <= stated < 2100:
        raise DubanError("notice_without_year")
    return stated


def _listed(data: Mapping[str, Any]) -> Iterator[Statement]:
    """{"off": […], "work": […]}, {"days": [{"name", "date", "isOffDay"}]} or {"holiday": {…: {"date", "holiday"}}}."""
    for day in data.get("off", ()):
        yield Statement("", (date.fromisoformat(day),), (), ())
    for day in data.get("work", ()):
        yield Statement("", (), (date.fromisoformat(day),), ())
    listed = data.get("days") or list(dict(data.get("holiday") or {}).values())
    for one in listed:
        day, off = date.fromisoformat(one["date"]), one["isOffDay"] if "isOffDay" in one else one["holiday"]
        if not isinstance(off, bool):
            raise TypeError("whether a day is off is true or false")
        name = str(one.get("name", ""))[:20]
        yield Statement(name, (day,) if off else (), () if off else (day,), ())
