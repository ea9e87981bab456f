"""What a plan wants done again and again: 每月5日前, 按季度, 每半年, 长期坚持."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.model import Cadence

_EVERY = re.compile(
    r"(?:每(?:个)?(?P<unit>月|季度|季|半年|年度|年)|按(?P<by>月|季度|季|半年|年度|年)(?!度?(?:计划|预算))|"
    r"(?:逐|分|各)(?P<each>月|季度|季)(?!节)|(?<![一二三四1-4第上本下每各按逐分])(?P<end>季)度末(?=之?前|以前|报)|"
    r"(?<![\d一二三四五六七八九十本上下当每个双单按逐分])(?P<nick>[月季](?=调度|通报|报告|汇总|督查|督导|会商|例会|考核|报送))|"
    r"(?:[一1](?P<one>月|季度|季|年)|(?P<half>半年))[一1](?=调度|通报|报告|汇总|督查|研判|考核|评估|次|报|评|查))"
)
_NOT_AFTER = re.compile(r"[平均]|每|[户人亩吨]|[^，。；]{0,4}(?:以来|增长)|\d[\d.]*万?元|(?:工资|补贴|补助)")
# A yearly amount is a number to reach, not a point in time.
_YEARLY_AMOUNT = re.compile(r"(?:平均|至少)?(?:新增|增加|递增|减少|下降|投入|安排|补助|提高|完成投资)")
_ONGOING = re.compile(r"长期(?:坚持|推进|落实|执行|实施|开展|抓好|任务|整改|有效)|常年坚持|长抓不懈")
_ONGOING_LABEL = re.compile(r"长期|持续|常态|常年|全年|贯穿|经常性|年度常规")
_CADENCES = {"月": Cadence.MONTHLY, "季": Cadence.QUARTERLY, "半": Cadence.HALF_YEARLY, "年": Cadence.ANNUAL}


@dataclass(frozen=True)
class Recurring:
    """A recurrence named at `start` to `end` of a text."""

    start: int
    end: int
    cadence: Cadence


def find_recurring(text: str) -> Iterator[Recurring]:
    """Every month, quarter, half-year or year named as a rhythm. A rhythm of weeks or days is none of the ledger's."""
    for found in _EVERY.finditer(text):
        after = text[found.end() : found.end() + 12]
        unit = found["unit"] or found["by"] or found["each"] or found["nick"] or found["one"] or found["half"]
        unit = unit or found["end"]
        if _NOT_AFTER.match(after) or (unit[0] == "年" and _YEARLY_AMOUNT.match(after)):
            continue
        yield Recurring(found.start(), found.end(), _CADENCES[unit[0]])


def find_ongoing(text: str, *, labelled: bool) -> Iterator[Recurring]:
    """长期坚持 and the like, once; as a time limit (`labelled`) looser words count too."""
    found = (_ONGOING_LABEL if labelled else _ONGOING).search(text)
    if found:
        yield Recurring(found.start(), found.end(), Cadence.ONGOING)
