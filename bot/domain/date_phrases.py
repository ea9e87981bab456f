"""The Chinese date phrases: which words to catch, and the rule in `date_rules` that says what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain import date_rules as rules
from bot.domain.date_periods import Moment, Span

Resolve = Callable[[re.Match[str], Moment], Span | None]


@dataclass(frozen=True)
class Rule:
    """A kind of phrase. `resolve` gives None for words that look like a date and are none (11月31日, 每周五)."""

    name: str
    pattern: re.Pattern[str]
    resolve: Resolve


_ONE = "一二三四五六七八九"
_D = rf"(?:(?<!\d)\d{{1,2}}|(?<![{_ONE}十])(?:二?十[{_ONE}]?|三十一?|[廿卅][{_ONE}]?|[{_ONE}]))"
_N = (
    rf"(?:(?<![\d.])\d{{1,3}}|(?<![{_ONE}两十百])"
    rf"(?:[{_ONE}两]?百(?:零?[{_ONE}]?十?[{_ONE}]?)|[{_ONE}]?十[{_ONE}]?|[{_ONE}两俩]))"
)
_SOME_YEAR = (
    r"(?:(?P<year>(?<!\d)\d{4}|(?<!\d)\d{2}|[二][零〇○一二三四五六七八九]{3})年度?|"
    r"(?P<relyear>今年度?|本年度?|当年|明年|来年|后年|去年|上年)的?)"
)
_YEAR = _SOME_YEAR + "?"
_MONTH = (
    r"(?:(?P<relmonth>下下个?月|下个?月|次月|上个?月|本月份?|这个?月|当月)|"
    r"(?<!第)(?<![个\d.])(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九元])月份?)"
)
_PART = (
    r"(?P<part>上中旬|中下旬|上旬|中旬|下旬|上半月|下半月|月?底|月?末|最后一天|初(?![步审稿中级])|"
    r"中(?![考心小学央国标期]))"
)
_COUNTED = r"(?P<unit>个?工作日|天|周|个?星期|个?礼拜|个月|年)"
_SPREAD = rf"(?:(?P<low>{_N})(?:[-~—－]|到|至))?(?P<n>{_N})"
_PAIR = r"(?P<low>[一两二三四五六七八])(?P<high>[两二三四五六七八九])"
_WITHIN = r"(?:左右|上下)?(?:的?时间)?(?:之内|以内|之后|以后|内|后|里|过后)"
_LEAD = (
    r"(?:再有|再|还|要|需要?|还要|仍需|宽限|大概|大约|预计|估计|最多|最快|最迟|最晚|差不多|过|等|未来|"
    r"今后|给我?们?|只要|得){1,3}"
)
_NOT_AGO = r"(?!前|之前|以前|来)"
_HALF = rf"(?:(?P<months>{_N})个半月|(?P<years>{_N})年半|半个?(?P<halfunit>月|年|天))"
_FESTIVAL_NAME = (
    rf"{_YEAR}(?P<festival>元旦|春节|新春|清明|五一|5\.1(?=[后前节假之])|劳动节|端午|中秋|"
    rf"国庆|10\.1(?=[后前节假之])|(?<![{_ONE}])十一(?=[后前节长假之黄])|双节)节?"
)
_OFF = r"(?:小?长假|假期|放假|放?收?假)?(?:回来|结束|归来|上班)?"
_NTH = (
    rf"(?:的?第(?P<nth>{_N})个工作日|的?(?P<firstweek>第一周|第一个星期|首周)|(?P<n>{_N}){_COUNTED}(?:之内|"
    rf"以内|内|后)?)?"
)
_WEEK = r"(?P<week>下下个?|下个?|上上个?|上个?|本|这个?|当)(?:周|星期|礼拜)"

_CHECK = r"(?:[,(]?(?:周|星期|礼拜)(?P<check>[一二三四五六日天])\)?)?"
_TO = r"(?:至|到|-+|~|—+)"

_TABLE: tuple[tuple[str, str, Resolve], ...] = (
    (
        "recurring",
        r"每(?:个|隔)?(?:年年?[底初末中]|年|半年|季度?|月|周|星期|天|日|旬)(?:度)?(?:的?(?:\d{1,2}|"
        r"[一二三四五六七八九十日末底]{1,3})[日号]?)?",
        rules.none,
    ),
    (
        "iso_day",
        r"(?<![\d.])(?P<y>20\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d%])" + _CHECK,
        rules.iso_day,
    ),
    ("iso_day", r"(?<!\d)(?P<y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)", rules.iso_day),
    (
        "day_of_month",
        rf"{_YEAR}{_MONTH}的?(?P<day>{_D})(?:[日号]|(?=[前后、,,.。;至到~—-]|之前|以前|完成|左右|\(|周|星期|"
        rf"$)){_CHECK}",
        rules.day_of_month,
    ),
    ("days", rf"{_YEAR}{_MONTH}(?P<first>{_D})[日号]?{_TO}(?P<day>{_D})[日号]", rules.days_of_month),
    (
        "days",
        rf"(?<![\d月第.、])(?P<first>\d{{1,2}})[日号]?{_TO}(?P<day>\d{{1,2}})[日号](?!任务|文|楼)",
        rules.days_of_month,
    ),
    ("months", rf"{_YEAR}(?P<first>{_D})月?{_TO}(?P<last>{_D})月份?", rules.months),
    (
        "short_day",
        r"(?<![\d.])(?P<m>\d{1,2})[./-](?P<d>\d{1,2})[日号]?(?=之?前|以前|日|号|左右)[日号]?" + _CHECK,
        rules.short_day,
    ),
    (
        "bare_day",
        rf"(?<![\d第月.、和任务—-])(?P<day>{_D})(?:日|号(?![线文楼任令工地院机船井]|公告|文件))(?!常|均|报|志|"
        rf"记|程){_CHECK}",
        rules.bare_day,
    ),
    ("part_of_month", rf"{_YEAR}{_MONTH}的?{_PART}", rules.part_of_month),
    ("month", rf"{_YEAR}{_MONTH}(?P<part>)(?:之?内|里|前|之前|以前)?", rules.part_of_month),
    ("part_of_month", r"(?P<part>月底|月末|月初|月中|上旬|中旬|下旬)", rules.bare_part),
    (
        "quarter",
        rf"{_YEAR}(?:第?(?P<q>[一二三四1-4])季度?|(?:(?P<y2>20\d{{2}})年?)?q(?P<q2>[1-4])(?!\d))(?:末|底|"
        rf"的?最后一天|之?内)?",
        rules.quarter,
    ),
    ("quarter", r"(?P<which>本|这个?|当|下个?|上个?)季度?(?:末|底|之?内)?", rules.relative_quarter),
    ("quarter_end", r"季度?[末底]", rules.this_quarter_end),
    ("half_year", rf"{_YEAR}(?P<half>[上下])半年(?:末|底|之?内)?", rules.half),
    (
        "year_end",
        rf"(?:{_SOME_YEAR}年?(?:底|末|内|终|以内|之内)|岁末|年(?:底|末|内|终|度内))(?!报|考)",
        rules.end_of_year,
    ),
    ("mid_year", rf"(?:{_SOME_YEAR}年?|年)中(?=之?前|以前|左右|完|,|$)", rules.middle_of_year),
    ("year_start", rf"(?:{_SOME_YEAR}年?|年)初(?![步审稿中级])", rules.start_of_year),
    ("year", rf"{_SOME_YEAR}(?!第|\d)", rules.whole_year),
    ("year", r"(?P<relyear>全年)(?P<year>)", rules.whole_year),
    ("plan_end", r"[\"“”']?十(?P<plan>[三四五六七])五[\"“”']?(?:规划)?(?:期)?末", rules.five_year_plan_end),
    ("weekday_of_week", rf"{_WEEK}(?P<wd>[一二三四五六日天末1-7])(?!\d)", rules.weekday_of_week),
    (
        "weekday",
        r"(?<![两一二三四五六七八九十几个\d下上本这当每])(?:周|星期|"
        r"礼拜)(?P<wd>[一二三四五六日天末1-7])(?![\d年届])",
        rules.bare_weekday,
    ),
    ("week", rf"{_WEEK}(?P<wpart>初|中(?!旬)|之内|内|以内|里)?(?!边)", rules.week),
    ("week", r"(?<![两一二三四五六七八九十几\d个])(?P<week>)周(?P<wpart>内|中(?=前))", rules.week),
    (
        "near_day",
        r"(?<![目以之今])(?P<near>大前|前|昨|今|明|大后|后)(?:天|日|晚|早|儿|(?=[上下]午))(?!性)",
        rules.near_day,
    ),
    (
        "today",
        r"下班(?:之?前|以前)|即日|(?<![\d天日号晚早一二三四五六周])[上下]午\d{1,2}[点时](?:半|"
        r"\d{1,2}分?)?(?:之?前|以前)",
        rules.today,
    ),
    ("count", rf"{_SPREAD}{_COUNTED}{_WITHIN}", rules.after_count),
    ("count", rf"{_SPREAD}(?P<unit>日)(?:之内|以内|内)", rules.after_count),
    ("count", rf"{_LEAD}{_SPREAD}{_COUNTED}{_NOT_AGO}", rules.after_count),
    ("count", rf"^{_SPREAD}{_COUNTED}(?:左右|上下)?$", rules.after_count),
    ("count", rf"(?P<low>)(?P<n>{_N})(?P<unit>个工作日){_NOT_AGO}", rules.after_count),
    ("count", rf"{_PAIR}{_COUNTED}{_WITHIN}", rules.close_spread),
    ("count", rf"(?:{_LEAD}|^){_PAIR}{_COUNTED}{_NOT_AGO}", rules.close_spread),
    ("half", rf"{_HALF}{_WITHIN}", rules.with_half),
    ("half", rf"(?:{_LEAD}|^){_HALF}{_NOT_AGO}", rules.with_half),
    ("ago", rf"(?P<n>{_N}){_COUNTED}(?:之前|以前|前)", rules.ago),
    ("hours", rf"(?P<n>{_N})(?:个?小时|个钟)(?:之内|以内|内|后)", rules.hours),
    (
        "after_festival",
        rf"(?:{_FESTIVAL_NAME}{_OFF}(?:之后|以后|过后|后)|过[完了]年|(?:过年|"
        rf"(?<![\d一二两三四五六七八九十今明去])年)(?P<f2>)后|(?:放完?|收)?(?:节|假|长假|假期)(?:结束)?(?:之后|"
        rf"以后|过后|后)|(?:节|假|收假)后){_NTH}",
        rules.after_festival,
    ),
    (
        "after_festival",
        rf"过[完了]{_FESTIVAL_NAME}(?!期)(?P<nth>)(?P<n>)(?P<unit>)(?P<firstweek>)",
        rules.after_festival,
    ),
    (
        "before_festival",
        rf"(?:{_FESTIVAL_NAME}{_OFF}(?:之前|以前|前)|(?:过|(?<![\d一二两三四五六七八九十今明去当]))年前|"
        rf"(?:放假|节|节假日)(?:之前|以前|前))",
        rules.before_festival,
    ),
    ("during_festival", rf"{_FESTIVAL_NAME}(?:小?长?假期?|期间)", rules.during_festival),
    ("festival", rf"{_FESTIVAL_NAME}(?![路街小中大村])", rules.festival_itself),
)

RULES = tuple(Rule(name, re.compile(pattern), resolve) for name, pattern, resolve in _TABLE)
