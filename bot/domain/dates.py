"""Dates in people's words: "下周五前", "国庆后", "by the end of Q3" into days, or nothing rather than a wrong day.

The product's own grammar reads Chinese and everyday English; `dateparser` is asked last, for a short foreign phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import date_phrases, date_rules, english_dates
from bot.domain.date_periods import Moment, Span
from bot.domain.date_phrases import Rule
from bot.domain.wording import has_chinese, plain
from bot.domain.workdays import Calendar

_LONGEST_TEXT = 4_096


@dataclass(frozen=True)
class DateReading:
    """A phrase and the local days it stands for; the deadline is `end`.

    `phrase` is the words used, in plain form; `rule` names the convention applied; `at` is where the phrase starts in
    the plain text; `past` says that the words speak of something that has happened.
    """

    start: date
    end: date
    phrase: str
    rule: str
    at: int = 0
    past: bool = False


@dataclass(frozen=True)
class _Claim:
    """Words that belong to a rule, whether or not they make a possible date."""

    rule: Rule
    match: re.Match[str]

    @property
    def length(self) -> int:
        return self.match.end() - self.match.start()


def read_date(text: str, now: datetime, calendar: Calendar) -> DateReading | None:
    """The date a phrase or short sentence means, `now` being the writer's local time; None when it names none.

    Of several dates the one the writer settles on counts: after 改为, 推迟到, 不是…是…, else the first ahead.
    """
    words = plain(text)[:_LONGEST_TEXT]
    claims = _claims(words)
    if readings := _readings(words, claims, now, calendar):
        return settled(words, readings)
    if claims:
        return None
    return _whole_short_day(words, now, calendar) or _foreign(words, now)


def find_dates(text: str, now: datetime, calendar: Calendar) -> tuple[DateReading, ...]:
    """Every date phrase inside a sentence, in order; ranges joined; words that only look like dates left out."""
    words = plain(text)[:_LONGEST_TEXT]
    return _readings(words, _claims(words), now, calendar)


_LATIN_CUE = re.compile(r"[a-z]")
_NUMERIC_CUE = re.compile(r"\d[-./]\d|\d{8}")


def _rules_for(words: str) -> tuple[Rule, ...]:
    """The rules worth trying: most messages need only one language's."""
    rules = date_phrases.RULES if has_chinese(words) or _NUMERIC_CUE.search(words) else ()
    return rules + english_dates.RULES if _LATIN_CUE.search(words) else rules


def _claims(words: str) -> list[_Claim]:
    """Non-overlapping phrases, leftmost first and of those the longest, so that 10月11日 is never read as 10月."""
    tried = ((rule, m) for rule in _rules_for(words) for m in rule.pattern.finditer(words))
    everything = [_Claim(rule, m) for rule, m in tried if m.end() > m.start()]
    everything.sort(key=lambda claim: (claim.match.start(), -claim.length))
    kept: list[_Claim] = []
    for claim in everything:
        if not kept or claim.match.start() >= kept[-1].match.end():
            kept.append(claim)
    return kept


def _readings(words: str, claims: list[_Claim], now: datetime, calendar: Calendar) -> tuple[DateReading, ...]:
    moment = Moment(now.date(), calendar)
    resolved = (_resolved(words, claim, moment) for claim in claims)
    return tuple(_joined(words, [reading for reading in resolved if reading is not None]))


def _resolved(words: str, claim: _Claim, moment: Moment) -> DateReading | None:
    past = _in_the_past(words, *claim.match.span())
    span = _span(claim, replace(moment, past=past))
    if _told_on(words, *claim.match.span()):
        behind = _span(claim, replace(moment, past=True))
        if behind and 0 <= (moment.today - behind[1]).days <= _RECENT_DAYS:
            span, past = behind, True
    if span is None:
        return None
    return DateReading(*span, phrase=claim.match[0], rule=claim.rule.name, at=claim.match.start(), past=past)


def _span(claim: _Claim, moment: Moment) -> Span | None:
    try:
        return claim.rule.resolve(claim.match, moment)
    except OverflowError:
        return None


_RECENT_DAYS = 100
_TOLD_BEFORE = re.compile(r"(?<![将拟定划须应])于$")
_AS_OF = re.compile(r"截[止至](?:到)?$")
_TOLD_AFTER = re.compile(
    r"^(?:全部|正式|顺利|圆满|全面|如期)*(?:完成|办结|竣工|完工|召开|印发|启动|开工|报送|上报|通过|结束|交付)"
)


def _told_on(words: str, start: int, end: int) -> bool:
    """于9月10日完成 and 截至9月10日 tell of a day just gone by, if there was one."""
    before = words[max(0, start - 8) : start]
    told = _TOLD_BEFORE.search(before) and _TOLD_AFTER.match(words[end : end + 12])
    return bool(told or _AS_OF.search(before))


_CLAUSE_END = re.compile(r"[,;。!?\n]|(?<!\d)\.(?!\d)")
_PAST_BEFORE = re.compile(r"已经?|业已|早在|早就|曾|是在|刚|上次|当时")
_FUTURE_BEFORE = re.compile(
    r"预计|计划|争取|力争|确保|拟|将|打算|准备|延期|延长|推迟|延后|推到|延到|改[到为成]|要到|得到|希望|"
    r"申请|等|再|目标|定于|定在|会"
)
_PAST_AFTER = re.compile(
    r"^(?:[前日号上下午早晚]*)(?:我们?|我局|就|都|才|刚|也)*(?:已|完成了|[^,]{0,12}?过了|"
    r"(?:[报交送发办开做签批验]|召开|组织|举办|启动|印发|下发|通过)[^,]{0,6}[了的过])"
)
_FUTURE_AFTER = re.compile(r"能|可以|行|要|会|再|争取|前(?!已)|才能|必须|应")


def _in_the_past(words: str, start: int, end: int) -> bool:
    """Whether the clause around a phrase tells of something that has happened; the nearest word before it decides."""
    before = _CLAUSE_END.split(words[max(0, start - 40) : start])[-1]
    after = _CLAUSE_END.split(words[end : end + 30])[0]
    told = max((m.end() for m in _PAST_BEFORE.finditer(before)), default=0)
    hoped = max((m.end() for m in _FUTURE_BEFORE.finditer(before)), default=0)
    if told or hoped:
        return told > hoped
    return bool(_PAST_AFTER.search(after)) and not _FUTURE_AFTER.match(after)


_JOINT = re.compile(r"^(?:至|到|-|~|—|--|——|to|until|through)$")


def _joined(words: str, readings: list[DateReading]) -> Iterator[DateReading]:
    """Readings with "9月1日至9月10日" made one range."""
    held: DateReading | None = None
    for reading in readings:
        if held is None:
            held = reading
            continue
        gap = words[held.at + len(held.phrase) : reading.at].strip(" ")
        if _JOINT.match(gap) and (start := _start_before(held.start, reading.end)):
            phrase = words[held.at : reading.at + len(reading.phrase)]
            held = replace(held, start=start, end=reading.end, phrase=phrase, rule="range")
            continue
        yield held
        held = reading
    if held is not None:
        yield held


def _start_before(start: date, end: date) -> date | None:
    """The start of a range; a bare day gone by was taken for next year's and is this year's after all."""
    if start <= end:
        return start
    if (start.month, start.day) == (2, 29):
        return None
    earlier = start.replace(year=start.year - 1)
    return earlier if earlier <= end else None


_MOVED = re.compile(
    r"(?:改[到为成期]{1,2}|推迟[到至]|延期?[到至]|延后[到至]|推[到至]|延长[到至]|调整[到为]|,是|而是|instead|now)\s*$"
)
_UNDONE = re.compile(r"(?:不是|而非|并非|原定|原计划|本来|不再是|not|instead of)[^,]{0,4}$")


def settled(words: str, readings: tuple[DateReading, ...]) -> DateReading:
    """The date the writer settles on among several: one moved to, else the first neither taken back nor past."""
    for reading in readings:
        if _MOVED.search(words[: reading.at]):
            return reading
    kept = [r for r in readings if not _taken_back(words, r)] or list(readings)
    return next((r for r in kept if not r.past), kept[0])


_TOO_SOON = re.compile(r"^(?:之?前)?(?:不行|来不及|做不到|赶不上|赶不及|不可能|没戏|够呛|完不成|不成|won't|is too)")


def _taken_back(words: str, reading: DateReading) -> bool:
    after = words[reading.at + len(reading.phrase) :][:12]
    return bool(_UNDONE.search(words[: reading.at]) or _TOO_SOON.match(after))


_SHORT_DAY = re.compile(r"^(?P<m>\d{1,2})[./-](?P<d>\d{1,2})$")


def _whole_short_day(words: str, now: datetime, calendar: Calendar) -> DateReading | None:
    """ "10.15" or "10/15" as a whole answer: month first, as written in China."""
    short = Rule("short_day", _SHORT_DAY, date_rules.short_day)
    match = _SHORT_DAY.match(words)
    return _resolved(words, _Claim(short, match), Moment(now.date(), calendar)) if match else None


_FOREIGN_LANGUAGES = ["en", "fr", "de", "es", "it", "pt", "vi"]
_FOREIGN_CUE = re.compile(r"[a-zà-ỹ]{3,}.*\d|\d.*[a-zà-ỹ]{3,}")
_LONGEST_FOREIGN = 64


def _foreign(words: str, now: datetime) -> DateReading | None:
    """A short phrase in another language with at least day and month, read strictly by dateparser."""
    if len(words) > _LONGEST_FOREIGN or has_chinese(words) or not _FOREIGN_CUE.search(words):
        return None
    # Imported late: it costs half a second and most programs never meet a foreign date.
    import dateparser

    settings = {
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "PREFER_DATES_FROM": "future",
        "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["absolute-time"],
    }
    parsed = dateparser.parse(words, languages=_FOREIGN_LANGUAGES, settings=settings)
    if parsed is None or abs(parsed.year - now.year) > 10:
        return None
    return DateReading(parsed.date(), parsed.date(), words, "dateparser")


def date_json(reading: DateReading | None) -> dict[str, str | None]:
    """The reading as `duban date read --jsonl` prints it: {"date"} for a day or none, {"start", "end"} for a span."""
    if reading is None:
        return {"date": None}
    if reading.start == reading.end:
        return {"date": reading.end.isoformat()}
    return {"start": reading.start.isoformat(), "end": reading.end.isoformat()}
