"""Dated points and recurrences in a plan's text: 2022年底前, 二季度, 6月底前, 每季度结束后, 长期坚持."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from bot.domain.model import Cadence
from bot.domain.reading import DeadlineReading
from bot.intake.passages import Passage, bounds

_CLAUSE_STOPS = "，,；;。！!）)"
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_YEAR = r"(?:(?P<year>20\d\d)年|今年|本年度?|当年)"


def _year_of(branch: str) -> str:
    return _YEAR.replace("year", branch + "year")


_EDGE = r"(?:底之?前|末之?前|底以前|结束前|底|末|内|之前|以前|前)"
_LEAD_IN = r"(?:力争|争取|确保|原则上|最迟|于|到|至|在|截止到?|截至){0,3}"
# One alternative per way of saying a day; `strict` ones are deadlines only with an edge word or inside a 完成时限.
_DATED = re.compile(
    rf"(?P<lead>{_LEAD_IN})(?:"
    rf"{_YEAR}?(?P<month>1[0-2]|0?[1-9])月(?:份)?"
    rf"(?:(?P<day>[12]\d|3[01]|0?[1-9])[日号]|(?P<ten>上旬|中旬|下旬|月中|初|底|末|中))?(?P<medge>{_EDGE})?"
    rf"|{_year_of('q')}?前?第?(?P<quarter>[一二三四1-4])季度(?P<qedge>{_EDGE})?"
    rf"|{_year_of('h')}?(?P<half>上半年|下半年)(?P<hedge>{_EDGE})?"
    rf"|{_year_of('y')}(?P<yedge>年?{_EDGE}|年中)?"
    rf"|(?P<bare>年(?:底|末)(?:之?前|以前)?|年内|年中)"
    r")"
)
_NOT_AFTER = re.compile(
    r"以来|以后|之后|起(?!草)|后(?!续)|期间|间(?!接)|度?以[来后]|初次|至|到(?=\d)|[—–\-－~～](?=\d)|世界|全国|国际|国家.{0,6}(?:日|周)"
)
_DOES = re.compile(
    r"(?:份)?(?:完成|启动|开展|印发|出台|上报|报送|建成|开工|组织|召开|举办|投入|实现|达到|制定|形成|提交|编制|全面|基本|力争|竣工|投用|交付)"
)
_QUARTER_NOT_BEFORE = "每各上本下按逐末首"
_YEARS_NOT_BEFORE = "一二两三四五六七八九十几近多0123456789每全学跨往历逐"

_EVERY = re.compile(
    r"(?:每(?:个)?(?P<unit>月|季度|季|半年|年度|年)|(?:按|逐)(?P<by>月|季度|季|年度|年)(?!度?计划)|(?P<nick>月(?=调度|通报|报告|汇总|督查))|"
    r"(?P<one>[一1](?:月|季度|季)[一1](?=调度|通报|报告|汇总|督查|研判|次|报)))"
)
_EVERY_NOT_AFTER = re.compile(r"[平均]|[户人亩吨]|[^，。；]{0,4}(?:以来|增长)")
_ONGOING = re.compile(r"长期(?:坚持|推进|落实|执行|实施|开展|抓好|任务|整改|有效)|常年坚持|长抓不懈")
_ONGOING_LABEL = re.compile(r"长期|持续|常态|常年|全年|贯穿")
_CADENCES = {"月": Cadence.MONTHLY, "季": Cadence.QUARTERLY, "半": Cadence.HALF_YEARLY, "年": Cadence.ANNUAL}


def read_deadlines(passage: Passage, year: int | None) -> tuple[DeadlineReading, ...]:
    """Deadlines in a task's running text, in order. `year` is the plan's year, for days written without one."""
    found = [*_dated(passage, year, labelled=False), *_recurring(passage), *_ongoing(passage, _ONGOING)]
    return tuple(reading for _, reading in sorted(found, key=lambda pair: pair[0]))


def read_time_limit(passage: Passage, year: int | None) -> tuple[DeadlineReading, ...]:
    """What stands behind 完成时限：, where a bare month or year is a deadline too."""
    found = [
        *_dated(passage, year, labelled=True),
        *_recurring(passage),
        *_ongoing(passage, _ONGOING_LABEL),
    ]
    readings = tuple(reading for _, reading in sorted(found, key=lambda pair: pair[0]))
    return tuple(dict.fromkeys(readings))


def _dated(passage: Passage, year: int | None, *, labelled: bool) -> Iterator[tuple[int, DeadlineReading]]:
    for found in _DATED.finditer(passage.text):
        if not _is_deadline(passage.text, found, year, labelled):
            continue
        on = _day(found, year)
        if on is None and year is not None:
            continue
        yield found.start(), _reading(passage, found.start(), found.end(), on, None, _is_assumed(found))


def _is_deadline(text: str, found: re.Match[str], year: int | None, labelled: bool) -> bool:
    before, after = text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 12]
    named = next((found[g] for g in ("year", "qyear", "hyear", "yyear") if found[g]), None)
    if year is not None and named and int(named) < year:
        return False
    if found["quarter"] and (before[-1:] in tuple(_QUARTER_NOT_BEFORE) or after[:1] in tuple("一1度")):
        return False
    if found["bare"] and before[-1:] and before[-1:] in _YEARS_NOT_BEFORE:
        return False
    if before[-1:].isdigit() or (before[-1:] in "每第" and before):
        return False
    if labelled:
        return not re.match(r"[—–\-－~～至到]", after)
    return _stands_as_deadline(found, after)


def _stands_as_deadline(found: re.Match[str], after: str) -> bool:
    edged = any(found[g] for g in ("medge", "qedge", "hedge", "bare")) or (found["yedge"] or "") != ""
    if not edged and _NOT_AFTER.match(after):
        return False
    if edged:
        return True
    reached = bool(re.search(r"[到至]$", found["lead"]))
    if found["quarter"]:
        return not re.match(r"[的以]|工作|情况|末|初", after)
    if found["half"]:
        return not re.match(r"[的以]|工作|情况", after)
    if found["month"]:
        if found["ten"]:
            return True
        return reached or (not found["day"] and bool(_DOES.match(after)))
    return reached and bool(re.match(r"[，,]|[^\d]", after or "，"))


def _day(found: re.Match[str], year: int | None) -> date | None:
    named = next((found[g] for g in ("year", "qyear", "hyear", "yyear") if found[g]), None)
    chosen = int(named) if named else year
    if chosen is None:
        return None
    if found["month"]:
        return _month_day(chosen, int(found["month"]), found["day"], found["ten"])
    if found["quarter"]:
        return _month_end(chosen, 3 * _QUARTERS[found["quarter"]])
    if found["half"]:
        return _month_end(chosen, 6 if found["half"] == "上半年" else 12)
    middle = "中" in (found["yedge"] or found["bare"] or "")
    return _month_end(chosen, 6 if middle else 12)


def _month_day(year: int, month: int, day: str | None, ten: str | None) -> date | None:
    """月初, 上旬: the 10th; 月中: 15th; 中旬: 20th; 下旬, 月底: the last day; an impossible day: none."""
    if day is None:
        fixed = {"初": 10, "上旬": 10, "中": 15, "月中": 15, "中旬": 20}.get(ten or "")
        return date(year, month, fixed) if fixed else _month_end(year, month)
    last = calendar.monthrange(year, month)[1]
    return date(year, month, int(day)) if int(day) <= last else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _is_assumed(found: re.Match[str]) -> bool:
    """Whether a rule, not the text, chose the day: a bare quarter, half, month, ten days or year."""
    if found["month"]:
        return not found["day"] and not (found["ten"] in ("底", "末") or re.match("[底末]", found["medge"] or ""))
    edge = found["qedge"] or found["hedge"] or found["yedge"] or found["bare"] or ""
    return not re.search("[底末内]|结束", edge)


def _recurring(passage: Passage) -> Iterator[tuple[int, DeadlineReading]]:
    for found in _EVERY.finditer(passage.text):
        if _EVERY_NOT_AFTER.match(passage.text[found.end() : found.end() + 12]):
            continue
        unit = (found["unit"] or found["by"] or found["nick"] or found["one"] or "").lstrip("一1")
        cadence = _CADENCES[unit[0]]
        yield found.start(), _reading(passage, found.start(), found.end(), None, cadence, False)


def _ongoing(passage: Passage, pattern: re.Pattern[str]) -> Iterator[tuple[int, DeadlineReading]]:
    found = pattern.search(passage.text)
    if found:
        yield found.start(), _reading(passage, found.start(), found.end(), None, Cadence.ONGOING, False)


def _reading(
    passage: Passage, start: int, end: int, on: date | None, cadence: Cadence | None, assumed: bool
) -> DeadlineReading:
    _, stop = bounds(passage.text, end, end, _CLAUSE_STOPS)
    return DeadlineReading(
        passage.text[start:stop], on, cadence, assumed and on is not None, passage.source(start, stop)
    )
