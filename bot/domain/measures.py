"""Figures in a reply: how far the task itself has come in percent, and amounts with their units."""

from __future__ import annotations

import re

from bot.domain.model import Number
from bot.domain.numerals import CHINESE_DIGITS, ENGLISH_WORDS, to_number

_NEAR = 40  # characters either side of a figure that can say what it measures
_D = r"\d{1,3}(?:\.\d+)?"
_CN = rf"[{CHINESE_DIGITS}十百点]+"
_PERCENT = re.compile(
    rf"(?P<spread>{_D}\s?%?\s?(?:-|~|到|至)\s?(?={_D}\s?%))?(?P<figure>{_D})\s?(?:%|个百分点|percent\b|per cent\b)"
    rf"|百分之(?P<chinese>{_CN}|{_D})"
    r"|(?P<pair>[一二三四五六七八][二三四五六七八九])成"
    r"|(?P<tenths>[一二三四五六七八九十]|"
    r"(?<!\d)\d)成(?P<fifth>[一二三四五六七八九半](?![个家项]))?(?![立功效果为本员都熟交人])"
    r"|(?P<denominator>[二三四五六七八九十])分之(?P<numerator>[一二三四五六七八九])"
    r"|(?P<half>过半|一半|半数|\bhalf(?:way)?\b)"
    r"|(?P<words>two[- ]thirds|one[- ]third|a third|three[- ]quarters|one[- ]quarter|a quarter(?! of the year))"
)
_ENGLISH_PARTS = {"two": 67, "one third": 33, "a third": 33, "three": 75, "one quarter": 25, "a quarter": 25}
_REMAINS_BEFORE = re.compile(
    r"(?:还差|只差|就差|尚差|差|还剩|只剩|剩下|剩余|剩|还余|尚余|还有|尚有)(?:最后|大概|大约|约|不到)?(?:的)?$|"
    r"\b(?:remaining|only)\s*$"
)
_REMAINS_AFTER = re.compile(
    r"^(?:左右|多)?(?:的)?(?:工程量|工作量|任务量|任务|工作|部分)*(?:没|未|尚未|还没|没有|待|剩余|没完)|"
    r"^\s*(?:is |are )?(?:of (?:the )?\w+ )?(?:is |are )?(?:left|remain(?:s|ing)?|to go|outstanding|"
    r"not done)"
)
_OWN_RATE = re.compile(
    r"(?<!投资)(?<!资金)(?<!支付)(?<!支出)(?<!拨付)(?<!执行)(?:完成率|推进率|完成进度|总进度|总体进度|"
    r"工程进度|形象进度|整体进度|工作进度|建设进度|施工进度|进度)(?:[^,;。%率]{0,8})$"
)
_ANOTHER_RATE = re.compile(
    r"(?:率|(?<!进)(?<!年)度|合格|占比?|同比|环比|增长|增速|增幅|增加|下降|降低|提升|提高|减少|上升|压减|"
    r"(?<!完成)目标(?!任务)|要求|不低于|不少于|指标|计划|控制在|任务书|应达|应完成|比例|比重|浓度|折|利息|"
    r"补贴)(?:[^,;。]{0,8})$"
    r"|\b(?:rate|ratio|pass|target|goal|coverage|growth|up|down|increase[ds]?|decrease[ds]?|rose|fell|"
    r"satisfaction|execution|of the budget|budget|at least)\b[^,;]{0,14}$"
)
_TARGET_AFTER = re.compile(
    r"^(?:以上)?的?(?:目标|要求|指标|合格|通过率|达标)|^\s*(?:pass|target|goal|coverage|of the budget|"
    r"execution|satisfaction|growth|qualified)\b"
)
_EARLIER = re.compile(
    r"(?:上个?月|上次|上季度|上周|原来|之前|此前|以前|去年|从|由|\blast (?:month|time|week|quarter)|"
    r"\bfrom|\bwas)[^,;。%成]{0,10}$"
)
_LESS = re.compile(r"(?:不到|不足|不及|没到|未到|不超过|\bless than|\bunder|\bbelow)\s*$")


def read_percent(words: str) -> int | None:
    """The task's own completion in whole percent, or None: rates and targets of other things are not it."""
    figures = [(m, value) for m in _PERCENT.finditer(words) if (value := _own(words, m)) is not None]
    if not figures:
        return None
    current = [
        pair for pair in figures if not _EARLIER.search(words[max(0, pair[0].start() - _NEAR) : pair[0].start()])
    ] or figures
    tagged = [value for m, value in current if _OWN_RATE.search(words[max(0, m.start() - _NEAR) : m.start()])]
    return tagged[0] if tagged else current[-1][1]


def _own(words: str, m: re.Match[str]) -> int | None:
    before, after = words[max(0, m.start() - _NEAR) : m.start()], words[m.end() : m.end() + _NEAR]
    own = _OWN_RATE.search(before)
    if not own and (_ANOTHER_RATE.search(before) or _TARGET_AFTER.search(after)):
        return None
    if _LESS.search(before):
        return None
    value = _value(m)
    if value is None or not 0 <= value <= 100:
        return None
    remains = _REMAINS_BEFORE.search(before) or _REMAINS_AFTER.search(after)
    return int((100 - value if remains else value) + 0.5)


def _value(m: re.Match[str]) -> float | None:
    if figure := m["figure"] or m["chinese"]:
        return to_number(figure)
    if pair := m["pair"]:
        low, high = (to_number(c) or 0 for c in pair)
        return 5 * (low + high) if high == low + 1 else None
    if tenths := m["tenths"]:
        fifth = m["fifth"]
        return 10 * (to_number(tenths) or 0) + (5 if fifth == "半" else to_number(fifth or "零") or 0)
    if m["denominator"]:
        return 100 * (to_number(m["numerator"]) or 0) / (to_number(m["denominator"]) or 1)
    if m["half"]:
        return 50
    said = m["words"].replace("-", " ")
    return next(value for start, value in _ENGLISH_PARTS.items() if said.startswith(start))


_UNITS = (
    "万亿元|亿元|万元|千元|元|平方公里|平方米|平方千米|立方米|万立方米|公里|千米|米|公顷|亩|平米|方|公斤|"
    "千克|吨|千瓦时|兆瓦|千瓦|度|"
    "人次|人|户次|户|家次|家|名|个|处|座|条|栋|幢|间|项|件|宗|起|份|次|场次|场|期|批次|批|台套|台|辆|套|"
    "株|棵|头|只|本|张|所|例|盏|口|眼|块|片|幅|篇|"
    "类|门|对|支|组|部|点|顶|艘|尾|羽|筐|桩|笔|单|盘|村|镇|乡|社区|企业"
)
_AMOUNT = re.compile(
    rf"(?<![\d.#第(])(?P<figure>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    rf"[{CHINESE_DIGITS}十百千]+)\s?(?P<scale>[万亿千])?(?:多|余|来)?\s?"
    rf"(?P<unit>{_UNITS})(?!月(?!牙)|工作日|小时|半月|钟|星期|礼拜|百分点|[季年]度|号任务)"
)
_EN_AMOUNT = re.compile(
    rf"(?<![\d.#$])(?P<figure>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|"
    rf"{ENGLISH_WORDS})\s?(?P<scale>million|thousand)?\s?"
    rf"(?:(?:out )?of (?:the )?(?:(?:\d+|{ENGLISH_WORDS}) )?)?(?:more |new |small |local |other )?(?P<unit>[a-z]+)\b"
)
_EN_NO_UNIT = re.compile(
    r"^(?:days?|weeks?|months?|years?|hours?|minutes?|working|business|percent|per|is|are|was|were|and|or|"
    r"of|to|in|on|by|at|the|a|an|done|has|have|still|not|but|for|with|"
    r"more|other|left|out|st|nd|rd|th|am|pm|am|blocked|stuck|finished|completed?|until|q|task|tasks|item|"
    r"items|fortnights?|quarters?|thirds?|lot|few|bit|little|couple|problem|issue|while|delay|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|"
    r"september|october|november|december|after|before|from|now|remain|remains|remaining)$"
)
_IDIOM = re.compile(
    r"^一(?:个|些|下|次|直|起|定|样|般|块|点|项|步|部|批|方|面|期|份|条|组|对|本|度|人|类|次|片|笔)$|"
    r"^几(?:个|点)$|^两点$|^[一二三四五六七八九十]+(?:期|类|方|点|度|部|门|次)$"
)
_TARGET_BEFORE = re.compile(
    r"(?:目标|计划|要求|指标|任务数|任务是|应该?|第|年度任务|\btarget(?: of| is)?|\bgoal(?: of| is)?|"
    r"\bout of|\bplanned)\s*(?:是|为|数)?:?\s*$"
)
_TAKEN_BACK = re.compile(r"(?:不是|并非|而非|\bnot)\s*$")
_SCALES = {"万": "万", "亿": "亿", "千": "千", None: ""}


def read_numbers(words: str) -> tuple[Number, ...]:
    """Amounts with a unit (已排查23家, 1.2万亩); not percents, targets, idioms or figures taken back."""
    found = []
    for m in _AMOUNT.finditer(words):
        before = words[max(0, m.start() - _NEAR) : m.start()]
        if _IDIOM.match(m[0]) or _TARGET_BEFORE.search(before) or _TAKEN_BACK.search(before):
            continue
        if (value := to_number(m["figure"])) is not None:
            found.append(Number(value, _SCALES[m["scale"]] + m["unit"]))
    return tuple(found) + _english_numbers(words)


def _english_numbers(words: str) -> tuple[Number, ...]:
    found = []
    for m in _EN_AMOUNT.finditer(words):
        before = words[max(0, m.start() - _NEAR) : m.start()]
        if m["figure"] in ("a", "an", "one") or _EN_NO_UNIT.match(m["unit"]) or before[-1:].isalpha():
            continue
        if _TARGET_BEFORE.search(before) or _TAKEN_BACK.search(before):
            continue
        scale = {"million": 1e6, "thousand": 1e3}.get(m["scale"] or "", 1)
        if (value := to_number(m["figure"])) is not None:
            found.append(Number(value * scale, m["unit"]))
    return tuple(found)
