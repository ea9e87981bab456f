"""Dated points and recurrences in a plan's text: 2022年底前, 二季度, 6月底前, 每季度结束后, 长期坚持."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from bot.domain.model import Cadence
from bot.domain.reading import CERTAIN, DeadlineReading
from bot.intake.amounts import half_width
from bot.intake.dated import Dated, find_dated
from bot.intake.passages import Passage, bounds
from bot.intake.recurring import Recurring, find_ongoing, find_recurring

_CLAUSE_STOPS = "，,；;。！!）)"
# A year farther off than this is a vision, not a deadline of a yearly plan.
_FARTHEST = 8
_LIKELY, _GUESSED = 0.9, 0.8

_NOT_AFTER = re.compile(
    r"以来|以后|之后|起(?!草)|后(?!续)|期间|每[月季周年]|间(?!接)|度?以[来后]|初次|至|到(?=\d)|[—–\-－~～](?=\d)|世界|全国|国际|国家.{0,6}(?:日|周)"
)
_NEVER_AFTER = re.compile(r"以来|以后|之后|起(?!草)|后(?!续)|至今")
_PAST_AFTER = re.compile(r"[，,]?(?:全[县市区省]|我[县市区])?(?:共|累计)?已(?:经)?(?!有的|建的)")
_DOES = re.compile(
    r"(?:份)?(?:各|分别)?(?:完成|启动|开展|印发|出台|上报|报送|建成|开工|组织|召开|举办|投入|实现|达到|制定|形成|提交|编制|全面|基本|力争|竣工|投用|交付"
    r"|验收|通车|运营|开园|投产|落实|挂牌|上线|招标|公布|截止|结束|启用|截稿|公示|审议|发布|(?:主体)?封顶|主体|具备|到位|见效|下达|拨付|下发|推出|进场|试运行|试点|申报|报市|报省|报县|报区|开班|开赛|开放|开通|复工|复产|迎接|接受|开始|举行|部署|调度|评选|评估|认定|联调|合龙|贯通|并网|通水|通气|通电|达产|收官|交房|首飞|实施|推进)(?!的)"
)
_ENDS = re.compile(
    r"(?:前后)?(?:全面|基本|全部)?(?:完成|上报|报送|建成|竣工|投用|交付|验收|实现|达到|通车|投产|开工|完工|截止|结束|启用)(?![^，,。；;]{0,10}的)"
)
_QUARTER_NOT_BEFORE = tuple("每各上本下按逐末首分")
_QUARTER_NOT_AFTER = re.compile(
    r"[的以]|工作|情况|末|初|度|[一1](?!季)|报告|报表|数据|经济|GDP|考核|例会|分析|调度|通报|进展|总结"
)
# 2026年上半年计划执行情况的报告: the time of what is reported.
_REPORTED = re.compile(r"[^，,。；;、]{0,30}(?:情况|形势|结果|运行|成效)的?(?:报告|通报|汇报|分析|总结)")
# 8月台风季之前
_SEASON_AFTER = re.compile(r"[一-鿿]{1,4}(?:季|期|季节|高峰|学期)(?:来临|到来|开始)?(?:之前|以前|前)")
_TOLD_BEFORE = re.compile(r"(?:总结|通报|分析|回顾|公布|盘点|梳理|对照|结合|针对|根据|落实)$")
_YEARS_NOT_BEFORE = tuple("半一二两三四五六七八九十几近多0123456789每全学跨往历逐")
# 年底考核: the year's end names the thing, it is no limit.
_YEAR_END_THING = re.compile(
    r"考核|绩效|总结|述职|决算|分红|存栏|库存|评比|评优|表彰|一次性|综合|测评|余额|目标|奖|督查考|报告|慰问|回访|盘点|有(?!效|序|力)"
)
# 开展年终回访: what is held, whatever it is called.
_HOLDS = re.compile(r"(?:开展|做好|组织|进行|搞好|召开|纳入|作为|参加|列入|实行|落实|抓好)$")
_RANGE_AFTER = re.compile(r"[—–\-－~～至到]")
_RANGE_BEFORE = re.compile(r"(?:\d|[月日年度])[—–\-－~～]{1,2}$")
_JOINS = re.compile(r"[、和及与或，,]?$")
_BEGINS = re.compile(r"(?:自|从|已|已经)$")
# The day within each round.
_IN_ROUND = re.compile(r"(?:首月|末月|末|底|初)?(?:\d{1,2}[日号]|前|之前|上旬|下旬)")
_ENDS_SENTENCE = re.compile(r"[。；;！!]")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)?(?!\d)")
_DEFAULT = re.compile(
    r"(?:未|没有|无|不)(?:[^，,。；;]{0,6})(?:明确|注明|标明|标注|写明|规定|列明|载明)?[^，,。；;]{0,8}(?:时限|期限|时间节点|完成时间)[^。；;]{0,12}[，,的]"
    r"|除[^。；;]{0,16}(?:时限|期限|时间|注明|标注|说明|规定|要求|明确)[^，,。；;]{0,8}[外的]"
    r"|(?:上述|以上|以下|所有|各项|下列|全部)[^，,。；;]{0,6}(?:任务|事项|工作|措施)[^。；;]{0,16}(?:均|全部|一律|都|原则上)"
)


@dataclass(frozen=True)
class _Accepted:
    """A named day taken for a deadline, by which rule and how surely."""

    dated: Dated
    rule: str
    confidence: float


def read_deadlines(passage: Passage, year: int | None) -> tuple[DeadlineReading, ...]:
    """Deadlines in a task's running text, in order. `year` is the plan's year, for days written without one."""
    return tuple(_readings(passage, year, labelled=False))


def read_time_limit(passage: Passage, year: int | None) -> tuple[DeadlineReading, ...]:
    """What stands behind 完成时限： or in a column of time limits, where a bare month or year is a deadline too."""
    told = tuple(dict.fromkeys(_readings(passage, year, labelled=True)))
    return told or tuple(_digits_only(passage))


def default_deadline(passages: Iterable[Passage], year: int | None) -> DeadlineReading | None:
    """The deadline a document gives for every task without its own (未注明时限的均为年底前); None without one."""
    for passage in passages:
        found = _DEFAULT.search(passage.text)
        told = read_deadlines(passage.part(found.start()), year) if found else ()
        dated = next((d for d in told if d.on is not None), None)
        if dated is not None and dated.source is not None:
            return replace(dated, source=replace(dated.source, rule="default"))
    return None


def _readings(passage: Passage, year: int | None, *, labelled: bool) -> Iterator[DeadlineReading]:
    text = half_width(passage.text)
    recurring = [*_rounds(text, list(find_recurring(text))), *find_ongoing(text, labelled=labelled)]
    days = [d for d in find_dated(text, year) if not _within(text, d, recurring)]
    accepted = _accepted(text, days, year, labelled)
    found = [(a.dated.start, _dated_reading(passage, a, year)) for a in accepted]
    found += [(r.start, _recurring_reading(passage, r, labelled)) for r in recurring]
    for _, reading in sorted(found, key=lambda pair: pair[0]):
        if reading.on is not None or reading.cadence is not None or year is None:
            yield reading


def _rounds(text: str, found: Sequence[Recurring]) -> Iterator[Recurring]:
    """按季度打分，结果于每季度末月25日前上报 is one rhythm, its day told the second time."""
    for one, after in zip_longest(found, found[1:]):
        told_again = after is not None and after.cadence is one.cadence and not _IN_ROUND.match(text, one.end)
        if told_again and _IN_ROUND.match(text, after.end) and not _ENDS_SENTENCE.search(text, one.end, after.start):
            continue
        yield one


def _within(text: str, dated: Dated, recurring: Sequence[Recurring]) -> bool:
    """Whether a day only says when in each round (每年12月底前), or stands in a book title."""
    for every in recurring:
        gap = text[every.end : dated.start]
        if every.start <= dated.start and len(gap) <= 6 and not re.search(r"[，,；;。]", gap):
            return every.cadence is not Cadence.ONGOING
    left = text.rfind("《", max(0, dated.start - 60), dated.start)
    return left >= 0 and "》" not in text[left : dated.start] and "》" in text[dated.end : dated.end + 60]


def _accepted(text: str, days: Sequence[Dated], year: int | None, labelled: bool) -> list[_Accepted]:
    """The days that are deadlines, years handed on from one to the next (2023年3月、6月底前)."""
    whole = _with_years(text, days, year)
    kept: list[_Accepted] = []
    following: Dated | None = None
    for dated in reversed(whole):
        judged = _judged(text, dated, year, labelled)
        if judged is None and following is not None and _joined(text, dated, following, year):
            judged = _Accepted(dated, "edge", _LIKELY)
        if judged is not None:
            kept.append(judged)
        following = dated if judged is not None else None
    return kept[::-1]


def _joined(text: str, dated: Dated, following: Dated, year: int | None) -> bool:
    """3月、6月底前: a day without a word of its own beside one that has it."""
    gap = text[dated.end : following.start]
    return dated.kind in ("day", "month") and bool(gap) and bool(_JOINS.fullmatch(gap)) and not _is_past(dated, year)


def _with_years(text: str, days: Sequence[Dated], year: int | None) -> list[Dated]:
    whole: list[Dated] = []
    for dated in days:
        before = whole[-1] if whole else None
        if dated.year is None and before is not None and before.year is not None and year is not None:
            gap = text[before.end : dated.start]
            near = re.fullmatch(r"[、,，和及与至到—–\-－~～ ]{0,3}(?:分别)?", gap) is not None
            dated = replace(dated, year=before.year) if near or _runs_on(gap, before, dated, year) else dated
        whole.append(dated)
    return whole


def _runs_on(gap: str, before: Dated, dated: Dated, year: int) -> bool:
    """2023年3月底前建成，6月底前投用: a later month of the year named before, in the same sentence."""
    first, second = before.on(year), dated.on(before.year)
    later = first is not None and second is not None and second > first
    return before.year is not None and before.year > year and later and not re.search(r"[。；;！!]", gap)


def _is_past(dated: Dated, year: int | None) -> bool:
    """Before the plan's year, or beyond every plan."""
    return year is not None and dated.year is not None and not year <= dated.year <= year + _FARTHEST


def _judged(text: str, dated: Dated, year: int | None, labelled: bool) -> _Accepted | None:
    before, after = text[max(0, dated.start - 4) : dated.start], text[dated.end : dated.end + 40]
    if _is_past(dated, year) or not _can_stand(dated, before, after):
        return None
    if labelled:
        plain = not (_RANGE_AFTER.match(after) or _NEVER_AFTER.match(after))
        return _Accepted(dated, "label", CERTAIN) if plain else None
    return _in_prose(dated, before, after)


def _can_stand(dated: Dated, before: str, after: str) -> bool:
    last = before[-1:]
    if dated.kind == "quarter" and (last in _QUARTER_NOT_BEFORE or re.match(r"[一1]次|度", after)):
        return False
    if dated.kind == "bare" and last and last in _YEARS_NOT_BEFORE and not dated.words["year"]:
        return False
    return not (last.isdigit() or last in ("每", "第"))


def _in_prose(dated: Dated, before: str, after: str) -> _Accepted | None:
    """The rule by which a day in running text is a deadline; None where it only dates something."""
    if _BEGINS.search(before) or _NEVER_AFTER.match(after) or _PAST_AFTER.match(after):
        return None
    if _told(dated, before, after):
        return None
    if dated.kind == "festival":
        return _Accepted(dated, "festival", _LIKELY)
    if dated.edged:
        return _Accepted(dated, dated.kind if dated.kind == "day" else "edge", CERTAIN)
    if _NOT_AFTER.match(after):
        return None
    return _by_kind(dated, before, after)


def _told(dated: Dated, before: str, after: str) -> bool:
    """Things that bear a time in their name: 年底考核, 总结上半年工作."""
    if dated.kind == "bare":
        thing = _YEAR_END_THING.match(after) or (_HOLDS.search(before) and not _ENDS.match(after))
        return not dated.words["edge"] and bool(thing)
    if dated.kind == "year":
        return dated.words["edge"] in ("底", "末") and bool(_YEAR_END_THING.match(after))
    if dated.kind not in ("quarter", "half"):
        return False
    return bool(_TOLD_BEFORE.search(before)) or (not dated.edged and bool(_REPORTED.match(after)))


def _by_kind(dated: Dated, before: str, after: str) -> _Accepted | None:
    """Days without an edge word; one that fills a bracket of its own (4月) is the limit of what stands before it."""
    if before[-1:] in ("（", "(") and after[:1] in ("）", ")") and dated.kind in ("day", "month", "quarter", "half"):
        return _Accepted(dated, "bracket", _LIKELY)
    if dated.kind == "quarter":
        return None if _QUARTER_NOT_AFTER.match(after) else _Accepted(dated, "quarter", _LIKELY)
    if dated.kind == "half":
        return None if re.match(r"[的以]|工作|情况|经济|进展", after) else _Accepted(dated, "quarter", _LIKELY)
    if dated.kind == "year":
        return _Accepted(dated, "year", CERTAIN) if dated.reached and not after[:1].isdigit() else None
    if dated.kind == "month" and _SEASON_AFTER.match(after):
        return _Accepted(dated, "month", _GUESSED)
    if dated.kind == "month" and dated.words["ten"]:
        return _Accepted(dated, "month", CERTAIN)
    if dated.reached or (_RANGE_BEFORE.search(before) and _DOES.match(after)):
        return _Accepted(dated, "range" if _after_range(dated, before) else "month", _GUESSED)
    does = _DOES if dated.kind == "month" else _ENDS
    return _Accepted(dated, "month", _LIKELY) if does.match(after) else None


def _after_range(dated: Dated, before: str) -> bool:
    return bool(_RANGE_BEFORE.search(before)) or before[-1:] in tuple("月日年度")


def _digits_only(passage: Passage) -> Iterator[DeadlineReading]:
    """20221231 and 202212 as a time limit."""
    for found in _COMPACT.finditer(passage.text):
        text = f"{found[1]}年{int(found[2])}月" + (f"{int(found[3])}日" if found[3] else "")
        for dated in find_dated(text, None):
            accepted = _Accepted(dated, "label", CERTAIN)
            span = (found.start(), found.end())
            yield _reading(passage, span, dated.on(None), None, accepted.dated.assumed, "label", CERTAIN)


def _dated_reading(passage: Passage, accepted: _Accepted, year: int | None) -> DeadlineReading:
    dated = accepted.dated
    span = (dated.start, dated.end)
    return _reading(passage, span, dated.on(year), None, dated.assumed, accepted.rule, accepted.confidence)


def _recurring_reading(passage: Passage, recurring: Recurring, labelled: bool) -> DeadlineReading:
    lasting = recurring.cadence is Cadence.ONGOING
    rule = "label" if labelled else "ongoing" if lasting else "cadence"
    confidence = CERTAIN if labelled or not lasting else _LIKELY
    return _reading(passage, (recurring.start, recurring.end), None, recurring.cadence, False, rule, confidence)


def _reading(
    passage: Passage,
    span: tuple[int, int],
    on: date | None,
    cadence: Cadence | None,
    assumed: bool,
    rule: str,
    confidence: float,
) -> DeadlineReading:
    """The words run to the end of the clause."""
    start, end = span
    _, stop = bounds(passage.text, end, end, _CLAUSE_STOPS)
    source = replace(passage.source(start, stop), rule=rule)
    return DeadlineReading(passage.text[start:stop], on, cadence, assumed and on is not None, source, confidence)
