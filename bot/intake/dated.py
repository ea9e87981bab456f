"""Days as plans name them: 2022年6月底, 6.30, 二季度, 上半年, 年底, 国庆前, 次年1月; where each stands and its date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.festivals import Festival, falls_on
from bot.domain.numerals import to_int

_EDGE = (
    r"(?:(?:底|末|终)(?:之前|以前|前后|前)?(?!数|线|册|图|色|泥|层|位|端|梢|稿|账)|结束(?:之前|以前|前)|"
    r"(?:之内|以内|内)(?![部容控河涝设涵陆外审])|(?:前后|之前|以前|前)(?![期景沿置列端瞻身]))"
)
_LEAD = r"(?:力争|争取|确保|务必|原则上|预计|计划|最迟|最晚|不迟于|不晚于|于|到|至|在|截止到?|截至){0,3}"
_YEAR = (
    r"(?:(?P<year>20\d\d|二[〇○零]\s?[一二三四五六七八九〇○零]{2}|(?<!\d)\d\d(?=年1?\d月|年底))年度?|"
    r"(?P<relative>今年|本年度?|当年|同年|明年|次年|翌年|来年|下一?年度?|后年|去年|上一?年度?))"
)
_MONTH = (
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?"
    r"(?:(?P<day>[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]|"
    r"(?P<ten>上旬|中旬|下旬|月中|初(?![步次级中审验评稿选])|中(?=之?前|以前|[，,。；;]|$)))?"
)
_FEAST = (
    r"[“\"]?(?P<feast>春节|元宵|清明|五一|端午|七一|八一|中秋|国庆|元旦|教师节|高考|主汛期|汛期|入汛|秋季开学|开学|"
    r"冬季供暖|供暖|采暖)[”\"]?(?:劳动节|国际劳动节|建党节|建军节|节|假期|长假|季|期)*(?=之?前|以前)"
)
_NUMERIC = (
    r"(?<![\d.])(?P<nyear>20\d\d)[.．/\-](?P<nmonth>1[0-2]|0?[1-9])"
    r"(?:[.．/\-](?P<nday>[12]\d|3[01]|0?[1-9]))?(?![\d.．/\-%％万亿])日?"
)
_SHORT = r"(?<![\d.．])(?P<smonth>1[0-2]|[1-9])[.．](?P<sday>[12]\d|3[01]|0?[1-9])日?(?=之?前|以前)"
_DATED = re.compile(
    rf"(?P<lead>{_LEAD})(?:(?:{_YEAR}[的，,]?)?(?:{_MONTH}|前?第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年|下半年)|"
    rf"(?P<bare>年(?:底|末|终)(?![数账])|年内(?!部)|年中(?=之?前|以前|完|基|[，,。；;、]|$))|{_FEAST})"
    rf"|{_YEAR.replace('?P<year>', '?P<lone>').replace('?P<relative>', '?P<kin>')}"
    rf"|[“\"]?(?P<five>十[四五六]五)[”\"]?(?:时期|规划)?(?=期?末)|{_NUMERIC}|{_SHORT})"
    rf"(?:[（(](?:星期|周)[一二三四五六日天][）)])?(?P<edge>{_EDGE})?"
)
_RELATIVE = {
    "今": 0,
    "本": 0,
    "当": 0,
    "同": 0,
    "明": 1,
    "次": 1,
    "翌": 1,
    "来": 1,
    "下": 1,
    "后": 2,
    "去": -1,
    "上": -1,
}
_FIVE_YEARS = {"十四五": 2025, "十五五": 2030, "十六五": 2035}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_TENS = {"初": 10, "上旬": 10, "中": 15, "月中": 15, "中旬": 20}
_FEASTS = {
    "春节": Festival.SPRING,
    "清明": Festival.TOMB_SWEEPING,
    "五一": Festival.LABOUR,
    "端午": Festival.DRAGON_BOAT,
    "中秋": Festival.MID_AUTUMN,
    "国庆": Festival.NATIONAL,
}
# Days that are no public holiday; the flood season begins on 1 June for the large rivers, heating on 15 November.
_SEASONS = {
    "七一": (7, 1),
    "八一": (8, 1),
    "教师节": (9, 10),
    "高考": (6, 7),
    "主汛期": (6, 1),
    "汛期": (6, 1),
    "入汛": (6, 1),
    "秋季开学": (9, 1),
    "开学": (9, 1),
    "冬季供暖": (11, 15),
    "供暖": (11, 15),
    "采暖": (11, 15),
}
_LANTERNS = 14


@dataclass(frozen=True)
class Dated:
    """A day named at `start` to `end` of a text. `kind`: day, month, quarter, half, year, bare or festival.

    `year` is the year written, or told by 明年 and the like; None where the text leaves it to the plan. `edged` when a
    word such as 前, 底, 内 makes it a limit, `reached` when 到 or 至 leads up to it.
    """

    start: int
    end: int
    kind: str
    year: int | None
    words: re.Match[str]
    edged: bool
    reached: bool

    def on(self, year: int | None) -> date | None:
        """The day itself; None for an impossible one, or when neither text nor plan knows the year."""
        chosen = self.year if self.year is not None else year
        return None if chosen is None else _day(self.words, self.kind, chosen)

    @property
    def assumed(self) -> bool:
        """Whether a rule, not the text, chose the day: a bare quarter, half, month, ten days, festival or year."""
        edge = self.words["edge"] or ""
        if self.kind in ("day", "bare"):
            return self.words["bare"] == "年中"
        if self.kind == "month":
            return bool(self.words["ten"]) or edge[:1] not in ("底", "末")
        return self.kind == "festival" or not re.match(r"[底末终]|结束|.?内", edge)


def find_dated(text: str, year: int | None) -> Iterator[Dated]:
    """Every day named in a text, deadline or not; `year` is the plan's."""
    for found in _DATED.finditer(text):
        kind = _kind(found)
        edged = bool(found["edge"] or found["five"] or found["bare"])
        reached = bool(re.search(r"[到至]$|不[迟晚]于$|最[迟晚]$", found["lead"]))
        yield Dated(found.start(), found.end(), kind, _year(found, year), found, edged, reached)


def _kind(found: re.Match[str]) -> str:
    if found["month"]:
        return "day" if found["day"] else "month"
    if found["nyear"]:
        return "day" if found["nday"] else "month"
    named = {"smonth": "day", "quarter": "quarter", "half": "half", "bare": "bare", "feast": "festival"}
    return next((kind for group, kind in named.items() if found[group]), "year")


def _year(found: re.Match[str], year: int | None) -> int | None:
    written = found["year"] or found["lone"] or found["nyear"]
    if written:
        return _year_number(written.replace(" ", ""))
    if found["five"]:
        return _FIVE_YEARS[found["five"]]
    told = found["relative"] or found["kin"]
    return year + _RELATIVE[told[0]] if told and year is not None else None


def _year_number(written: str) -> int:
    if written.isdecimal():
        return int(written) if len(written) == 4 else 2000 + int(written)
    return int("".join(str(to_int(c.replace("○", "〇")) or 0) for c in written))


def _day(words: re.Match[str], kind: str, year: int) -> date | None:
    if kind in ("day", "month"):
        return _month_day(words, year)
    if kind == "festival":
        return _festival(words["feast"], year)
    if kind == "quarter":
        written = words["quarter"]
        return month_end(year, 3 * (_QUARTERS.get(written) or int(written)))
    if kind == "half":
        return month_end(year, 6 if words["half"] == "上半年" else 12)
    return month_end(year, 6 if words["bare"] == "年中" else 12)


def _month_day(words: re.Match[str], year: int) -> date | None:
    """月初, 上旬: the 10th; 月中: 15th; 中旬: 20th; 下旬, 月底: the last day; an impossible day: none."""
    month = to_int(words["month"] or words["nmonth"] or words["smonth"])
    written = words["day"] or words["nday"] or words["sday"]
    day = to_int(written) if written else _TENS.get(words["ten"] or "")
    if month is None:
        return None
    if day is None:
        return month_end(year, month)
    return date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None


def _festival(name: str, year: int) -> date | None:
    """元旦 ends the plan's year; 元宵 is the fifteenth day of the lunar year."""
    if name == "元旦":
        return date(year + 1, 1, 1)
    if name in _SEASONS:
        return date(year, *_SEASONS[name])
    if name == "元宵":
        spring = falls_on(Festival.SPRING, year)
        return date.fromordinal(spring.toordinal() + _LANTERNS) if spring else None
    return falls_on(_FEASTS[name], year)


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])
