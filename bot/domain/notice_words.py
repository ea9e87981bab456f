"""The words of a holiday notice (放假通知): which days a sentence makes off or worked, and what it says of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.model import DubanError
from bot.domain.numerals import to_int
from bot.domain.workdays import is_weekend

# The longest days off in a row were nine so far; more than this is a slip of the pen.
LONGEST = 16
_MOST_DAYS_IN_A_SENTENCE = 60
_WEEKDAYS = "一二三四五六日"
_NUMERAL = "[〇零一二三四五六七八九十]{1,3}"
_CHINESE_YEAR = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_CHINESE_MONTH = re.compile(rf"({_NUMERAL})月(?=(?:{_NUMERAL}|[0-9]{{1,2}})[日号])")
_CHINESE_DAY = re.compile(rf"(?<![周期拜初])({_NUMERAL})(?=[日号])")
_CHINESE_COUNT = re.compile(rf"(?<=[共计假休])({_NUMERAL})(?=天)")
_WRITTEN_IN_FIGURES = re.compile(r"(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])")
_DAY = re.compile(
    r"(?:(20[0-9]{2})年)?"
    r"(?:(?<![0-9])([0-9]{1,2})月([0-9]{1,2})(?![0-9])[日号]?|(?<![0-9年第])([0-9]{1,2})[日号])"
    r"(\([^()]{0,24}\)|,?(?:周|星期|礼拜)[一二三四五六日天])?"
)
_BESIDE = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_TO = re.compile(r"(?:至|到|-|~|—+|–|―+|─+)")
_AND = re.compile(r"(?:[、和及与]|以及)")
_AND_OR_COMMA = re.compile(r"(?:[,、和及与]|以及|,以及)")
_VERB = re.compile(
    r"(?P<no>不(?:再)?(?:安排)?(?:放假|调休|休息|休))"
    r"|(?P<rest>不(?:用|需|必)?(?:上班|补班))"
    r"|(?P<half>(?:上午|下午)[^,。;]{0,6}(?:放假|休息)|放假半天|半天)"
    r"|(?P<moved>(?:两个|[0-9]个)?(?:公休日|休息日)?调[换整]?[至到])"
    r"|(?P<work>(?:调休|正常|照常|补|安排)*(?:上班|补班|工作日|办公(?![厅室])))"
    r"|(?P<off>放假|休假|休息|公休|补休|调休|连休)"
)
_VERB_BEGINS = re.compile("放假|休假|调休|休息")
_ANNOUNCES = re.compile(r"(?:时间|日期|安排|日)?(?:为|是|:)")
# What may stand between a day and the verb that is about it: no other matter (印发…), no limit (…前).
_BETWEEN = re.compile(r"[^0-9印发前后止结《》]{0,12}")
_COUNT = re.compile(r"(?:共(?:计)?|放假(?:调休)?|连休|合计)([0-9]{1,2})天")
_SENTENCE = re.compile(r"[^。;\n]+")
_BULLET = r"(?:(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})[、.]|\([^()]{1,3}\))?"
_NAMED = re.compile(rf"{_BULLET}([^:,0-9。()]{{1,12}})(:|(?=[0-9])|$)")
_FESTIVAL = re.compile(r"元旦|春节|除夕|清明|劳动节|五一|端午|中秋|国庆|十一")


@dataclass(frozen=True)
class Said:
    """Something doubtful: a code that `bot.texts` puts into words, and its parameters."""

    code: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Statement:
    """What one sentence says: the festival it belongs to, days it makes off or worked, doubts."""

    name: str
    off: tuple[date, ...]
    work: tuple[date, ...]
    doubts: tuple[Said, ...]


@dataclass(frozen=True)
class _Token:
    """A day or a range of days in a sentence, from character `start` to `end`."""

    days: tuple[date, ...]
    start: int
    end: int


@dataclass(frozen=True)
class _Verb:
    """A word that makes days off or worked; `announces` when the days follow it (放假时间：…)."""

    kind: str
    start: int
    end: int
    announces: bool


def normal(text: str) -> str:
    """The text in plain digits, brackets and colons, dates in figures as 年月日, no spaces within a line."""
    plain = unicodedata.normalize("NFKC", text)
    plain = plain.translate(str.maketrans("〔【〕】", "(())")).replace("\r", "\n")
    plain = re.sub(r"[^\S\n]+", "", plain)
    plain = _WRITTEN_IN_FIGURES.sub(r"\1年\2月\3日", plain)
    plain = _CHINESE_YEAR.sub(lambda m: _digits(m[0]), plain)
    plain = _CHINESE_MONTH.sub(lambda m: f"{_digits(m[1])}月", plain)
    plain = _CHINESE_DAY.sub(lambda m: _digits(m[1]), plain)
    return _CHINESE_COUNT.sub(lambda m: _digits(m[1]), plain)


def _digits(numeral: str) -> str:
    value = to_int(numeral.replace("○", "〇"))
    return numeral if value is None else str(value)


def statements(text: str, year: int) -> Iterator[Statement]:
    """What each sentence of a normalised text makes off or worked in the year.

    Raises DubanError notice_unreadable for a sentence of more days than any notice has.
    """
    name = ""
    for found in _SENTENCE.finditer(text):
        heading = _name_of(found[0])
        name = heading or name
        yield _Sentence(found[0], name, year, headed=bool(heading)).read()


def _name_of(words: str) -> str:
    """The festival a sentence begins with, also one of the place's own (三月三：…); "" where it names none."""
    named, first = _NAMED.match(words), _DAY.search(words)
    if named and _FESTIVAL.search(named[1]):
        return _VERB_BEGINS.split(named[1])[0] or named[1]
    if named and named[2] == ":" and first and not _VERB.search(named[1]):
        return named[1]
    before = _FESTIVAL.findall(words[: first.start()]) if first else []
    return before[-1] if before else ""


class _Sentence:
    """One sentence being read: each day finds the verb that says what becomes of it."""

    def __init__(self, words: str, name: str, year: int, *, headed: bool) -> None:
        self.words, self.name, self.year, self.headed = words, name, year, headed
        self.doubts: list[Said] = []
        self.made: dict[str, list[date]] = {"off": [], "work": []}
        self.tokens = self._tokens()
        self.verbs = tuple(self._verbs())

    def read(self) -> Statement:
        for at, token in enumerate(self.tokens):
            self._settle(token, self.tokens[at + 1 :])
        self._check_count()
        off, work = (tuple(sorted(set(self.made[kind]))) for kind in ("off", "work"))
        return Statement(self.name, off, work, tuple(self.doubts))

    def _verbs(self) -> Iterator[_Verb]:
        for found in _VERB.finditer(self.words):
            start, end = found.span()
            after = min((token.start for token in self.tokens if token.start >= end), default=None)
            gap = None if after is None else self.words[end:after]
            first = not any(token.end <= start for token in self.tokens)
            announces = gap is not None and (bool(_ANNOUNCES.fullmatch(gap)) or (first and gap == ""))
            yield _Verb(found.lastgroup or "", start, end, announces)

    def _settle(self, token: _Token, later: Sequence[_Token]) -> None:
        """A day belongs to the verb after it, else to the one before it that announces it."""
        before = next((verb for verb in reversed(self.verbs) if verb.end <= token.start), None)
        announced = before is not None and before.announces
        after = next((verb for verb in self.verbs if verb.start >= token.end and not verb.announces), None)
        between = self._between(token, later, after, _AND if announced else _AND_OR_COMMA) if after else None
        if after is not None and between is not None:
            self._make(after.kind, token, resumes="起" in between)
        elif before is not None and announced:
            self._make(before.kind, token)
        elif before is not None and before.kind == "moved":
            self._make("off", token)
        elif self.name and (self.headed or self.verbs):
            self._doubt("notice_unread", words=self.words[token.start : token.end + 12])

    def _between(self, token: _Token, later: Sequence[_Token], verb: _Verb, separators: re.Pattern[str]) -> str | None:
        """What stands between a day, or the row of days it begins, and a verb; None when the verb is not about it."""
        end = token.end
        for one in later:
            if one.end > verb.start:
                break
            if not separators.fullmatch(self.words[end : one.start]):
                return None
            end = one.end
        gap = self.words[end : verb.start]
        return gap if _BETWEEN.fullmatch(gap) else None

    def _make(self, kind: str, token: _Token, *, resumes: bool = False) -> None:
        if kind in ("off", "rest"):
            self.made["off"] += token.days
        elif kind in ("work", "moved") and (not resumes or is_weekend(token.days[0])):
            self.made["work"] += token.days
        elif kind == "half":
            self._doubt("notice_half_day", words=self.words[token.start : token.end])

    def _check_count(self) -> None:
        """共3天 against the days read; where the weekend is said to join (与周末连休), it may be counted or not."""
        found, off = _COUNT.search(self.words), set(self.made["off"])
        if found is None or not off:
            return
        stated, joins = int(found[1]), "连休" in self.words or "周末" in self.words
        if stated != len(off) and not (joins and stated == len(_with_weekends(off))):
            self._doubt("notice_count", name=self.name, stated=str(stated), read=str(len(off)))

    def _tokens(self) -> list[_Token]:
        """Days and ranges in order; a day without month or year takes them from the day before it."""
        tokens: list[_Token] = []
        before: date | None = None
        for found in _DAY.finditer(self.words):
            day = self._day(found, before)
            if day is None:
                self._doubt("notice_no_such_day", words=found[0])
                continue
            if tokens and _TO.fullmatch(self.words[tokens[-1].end : found.start()]):
                tokens[-1] = self._joined(tokens[-1], day, found.end())
            else:
                tokens.append(_Token((day,), *found.span()))
            before = day
            if len(tokens) > _MOST_DAYS_IN_A_SENTENCE:
                raise DubanError("notice_unreadable")
        return tokens

    def _joined(self, token: _Token, last: date, end: int) -> _Token:
        first = token.days[-1]
        length = (last - first).days + 1
        if not 1 <= length <= LONGEST:
            self._doubt("notice_range", words=self.words[token.start : end])
            return _Token((*token.days, last), token.start, end)
        return _Token((*token.days, *(first + timedelta(days=n) for n in range(1, length))), token.start, end)

    def _day(self, found: re.Match[str], before: date | None) -> date | None:
        year, month, day = found[1], found[2], int(found[3] or found[4])
        if not month:
            meant = _date(before.year, before.month, day) if before else None
        elif year:
            meant = _date(int(year), int(month), day)
        else:
            meant = self._in_year(int(month), day, before, _weekday_of(found))
        stated = _weekday_of(found)
        if meant and stated is not None and stated != meant.weekday():
            self._doubt("notice_weekday", day=meant.isoformat(), words=found[0])
        return meant

    def _in_year(self, month: int, day: int, before: date | None, weekday: int | None) -> date | None:
        """December of 元旦 is the year before's, January after December the next year's; a stated weekday may tell."""
        year = self.year
        if month == 12 and "元旦" in self.name:
            year -= 1
        elif month == 1 and before is not None and before.month == 12:
            year = before.year + 1
        meant = _date(year, month, day)
        near = {12: self.year - 1, 1: self.year + 1}.get(month)
        other = _date(near, month, day) if near else None
        if meant and other and weekday is not None and meant.weekday() != weekday == other.weekday():
            return other
        return meant

    def _doubt(self, code: str, **params: str) -> None:
        self.doubts.append(Said(code, tuple(params.items())))


def _weekday_of(found: re.Match[str]) -> int | None:
    """The weekday written beside a day, Monday 0."""
    stated = _BESIDE.search(found[5] or "")
    return _WEEKDAYS.index(stated[1].replace("天", "日")) if stated else None


def _with_weekends(off: set[date]) -> set[date]:
    """The days with the Saturdays and Sundays that touch them."""
    found = set(off)
    for step in (timedelta(days=1), timedelta(days=-1)):
        for day in off:
            beside = day + step
            while is_weekend(beside) and beside not in found:
                found.add(beside)
                beside += step
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
