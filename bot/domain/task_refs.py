"""Which tasks a reply speaks of, and which stretch of it belongs to which task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.domain.numerals import to_int
from bot.domain.wording import plain

MAX_TASK = 99
_CN = "一二三四五六七八九十"
_N = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})"
_SECTIONED = rf"[(]?[{_CN}]{{1,2}}[)][-—、.]?(?:第)?\d{{1,2}}(?!\d|[个家户%年月])"
_JOIN = r"(?:、|,|和|及|与|以及|跟|-|至|到|~|/|&| and |, and | ?, ?| & | )"
_LIST = rf"{_N}(?:号)?(?:{_JOIN}(?:第|任务)?{_N}(?:号|项)?)*"
# What may follow a number that stands alone for it to be a task's: a word about how the task stands.
_SAYS = (
    r"(?=其他|其它|其余|之外|以外|外|都|也|均|缺|受|遇|等|被|无|有|做|弄|搞|办|干|推|全部?|已|还|仍|没|未|"
    r"尚|基本|正|刚|差|完成|做完|办结|推进|有困难|卡|搞定|暂|无进展|没进展|不是|进行|进度|进展|目前|现在|"
    r"就|大概|约|快|:|：|"
    r"启动|开始|停|因|完了|好了|ok|搞完|弄完|\s*(?:is|are|was|were|has|have|still|not|done|finished|"
    r"completed|in progress|blocked|stuck|on hold|ongoing)\b)"
)
_REFERENCE = re.compile(
    rf"(?P<sectioned>{_SECTIONED}(?:(?:、|和|及|,){_SECTIONED})*)(?:号|项|条)?(?:任务|工作)?"
    rf"|(?:任务|工作)[#:]?(?:第)?(?P<after>{_LIST})(?:号|项)?(?![\d%家个户亩])(?!季度)"
    rf"|第(?P<nth>{_N}(?:{_JOIN}第?{_N})*)(?:项|条|个任务|号)(?:任务|工作)?"
    rf"|(?P<before>{_LIST})号(?:任务|工作|事项)"
    rf"|#\s?(?P<hash>\d{{1,2}}(?:(?:{_JOIN})#?\d{{1,2}})*)"
    rf"|\b(?:tasks?|items?|no\.?|nos\.?|numbers?|t)[ #]*(?P<english>\d{{1,2}}(?:(?:, and |, ?| and | & |-|"
    rf" to )\d{{1,2}})*)(?![\d%])\b"
    rf"|(?:(?<=^)|(?<=[,;。!\n:])|(?<=和)|(?<=以及)|(?<=我们)|(?<=我局)|(?<=这个)|(?<=那个)|(?<=其中)|"
    rf"(?<=然后)|(?<=另外)|(?<=但是)|(?<=不过)|"
    rf"(?<=除了)|(?<=除)|(?<=except )|(?<=and )|(?<=but )|(?<=, )|(?<=\. )|(?<=; ))"
    rf"(?P<bare>\d{{1,2}}(?:号)?(?:{_JOIN}\d{{1,2}}(?:号)?)*|"
    rf"[{_CN}]{{1,3}}号(?:{_JOIN}?[{_CN}]{{1,3}}号)*)(?:号|这项|两项|三项)?(?:那个|这个|那边|这边)?{_SAYS}"
    rf"|(?:完成|办结|做完|搞定|弄完)(?:了|的)*(?:有|是|任务|的是)*(?P<led>\d{{1,2}}(?:(?:、|和|及|"
    rf"与)\d{{1,2}})*)(?:号)?(?=[,;。]|$)"
    rf"|(?:(?<=了)|(?<=%)|(?<=中)|(?<=动)|(?<=成))(?P<run>\d{{1,2}}(?:(?:、|和)\d{{1,2}})*)号?(?=已|完成|"
    rf"没|未|推进|还没|正在|办结|还差)"
    rf"|(?:(?<=^)|(?<=\s)|(?<=;)|(?<=。))(?P<listed>\d{{1,2}})(?:[、)]|\.(?!\d)|:)\s?(?=\D)"
)
_EXCEPT = re.compile(r"除了?(?:任务|第)?\s*$|\b(?:except(?: for)?|but|apart from|other than)\s*(?:for\s*)?$")
_REST = re.compile(
    r"(?:之外|以外|外)?[,]?(?:其他|其它|其余|剩下|别的|剩余)(?:的|几个|几项|任务|工作|\d项)*|\bthe (?:rest|others)\b"
)
_ALL = re.compile(
    r"^(?:我们?|我局|本局)?(?:的)?(?:任务)?(?:全部任务|所有任务|几项任务|全部工作)|^all (?:\w+ )?tasks|^everything"
)


@dataclass(frozen=True)
class TaskRef:
    """A task the reply may speak of: its number in the plan ("（一）1" or "3") and its title."""

    number: str
    title: str


@dataclass(frozen=True)
class Mention:
    """Tasks named together ("1、3号") and where the words stand in the plain text."""

    numbers: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """The stretch [start, end) of a reply about one group of tasks, named at [name_start, name_end); none if equal."""

    numbers: tuple[str, ...]
    start: int
    end: int
    name_start: int = 0
    name_end: int = 0
    excepted: bool = False

    def without_name(self, words: str) -> str:
        """The stretch's words without the tasks' own numbers, which are no amounts."""
        return words[self.start : max(self.start, self.name_start)] + words[max(self.start, self.name_end) : self.end]


def mentions(words: str, known: Sequence[TaskRef], dates: Iterable[tuple[int, int]]) -> list[Mention]:
    """Every task named in the plain words, by number or by title; spans in `dates` are not task numbers."""
    taken = list(dates)
    found = []
    for match in _REFERENCE.finditer(words):
        if any(start < match.end() and match.start() < end for start, end in taken) or _is_amount(words, match):
            continue
        if numbers := _numbers(match, known):
            found.append(Mention(numbers, *_span_of_name(match)))
    found.extend(_titles(words, known, found))
    return sorted(found, key=lambda mention: mention.start)


def _span_of_name(match: re.Match[str]) -> tuple[int, int]:
    """The whole reference; of "完成的有1、2" only the numbers, for the rest says how they stand."""
    return match.span("led") if match["led"] else match.span()


def _is_amount(words: str, match: re.Match[str]) -> bool:
    """ "第3季度", "第二批" and the like never get here; a listed "1." opening a sole point is no task either."""
    return match["listed"] is not None and len(re.findall(r"(?:^|[\s;。])\d{1,2}(?:[、)]|\.(?!\d)|:)", words)) < 2


def _numbers(match: re.Match[str], known: Sequence[TaskRef]) -> tuple[str, ...]:
    if sectioned := match["sectioned"]:
        pairs = re.findall(rf"([{_CN}]{{1,2}})[)][-—、.]?(?:第)?(\d{{1,2}})", sectioned)
        return tuple(_known_number(f"({section}){number}", known) for section, number in pairs)
    written = next(g for g in match.groups() if g is not None)
    return tuple(_known_number(str(number), known) for number in _spread(written))


def _spread(written: str) -> list[int]:
    """ "1、3" and "2-4" as whole numbers in range."""
    numbers: list[int] = []
    to = False
    for token in re.findall(rf"\d{{1,2}}|[{_CN}]{{1,3}}|[-~至到]|\bto\b", written):
        value = to_int(token)
        if value is None:
            to = True
            continue
        if to and numbers and numbers[-1] < value <= numbers[-1] + 30:
            numbers.extend(range(numbers[-1] + 1, value))
        numbers.append(value)
        to = False
    return [n for n in numbers if 1 <= n <= MAX_TASK]


@lru_cache(maxsize=4_096)
def _key(number: str) -> str:
    return re.sub(r"[()\s.、]", lambda m: "" if m[0] != ")" else "/", plain(number))


def _known_number(written: str, known: Sequence[TaskRef]) -> str:
    """The known task's own number when the written one is the same in another dress, else as written."""
    key = _key(written)
    return next((ref.number for ref in known if _key(ref.number) == key), written)


@lru_cache(maxsize=4_096)
def _plain_title(title: str) -> str:
    return plain(title)


_FILLER = re.compile(r"[的了和与及、,“”\"()]|工作|任务|推进|加强|开展|做好|落实|建设|实施")


def _titles(words: str, known: Sequence[TaskRef], found: list[Mention]) -> list[Mention]:
    """Tasks named by a run of at least four characters that only their title has."""
    free = [(m.start, m.end) for m in found]
    result = []
    for ref in known:
        start, length = _longest_common(_plain_title(ref.title), words)
        shared = words[start : start + length]
        enough = length >= 4 and len(_FILLER.sub("", shared)) >= 3
        others = any(shared in _plain_title(other.title) for other in known if other is not ref)
        if enough and not others and not any(a < start + length and start < b for a, b in free):
            result.append(Mention((ref.number,), start, start + length))
    return result


def _longest_common(title: str, words: str) -> tuple[int, int]:
    """Where in the words the longest run shared with the title starts, and how long it is."""
    best = (0, 0)
    for offset in range(len(title) - 3):
        length = max(best[1] + 1, 4)
        while offset + length <= len(title) and (at := words.find(title[offset : offset + length])) >= 0:
            best = (at, length)
            length += 1
    return best


def segments(words: str, found: Sequence[Mention], known: Sequence[TaskRef]) -> list[Segment]:
    """The reply cut into stretches, one per mention; words before the first mention belong to it."""
    if not found:
        numbers = tuple(ref.number for ref in known) if _ALL.match(words) else ()
        return [Segment(numbers, 0, len(words))]
    cut: list[Segment] = []
    starts = _starts(words, found)
    for mention, start, end in zip(found, starts, [*starts[1:], len(words)], strict=True):
        cut.extend(_with_rest(words, mention, start, end, known))
    return cut


def _starts(words: str, found: Sequence[Mention]) -> list[int]:
    """Where each mention's stretch begins: at the mention, or at its clause when the clause names it last.

    "完成了1和3，5还在推进": the words about 1 and 3 stand before them.
    """
    starts = [0]
    for earlier, mention in pairwise(found):
        gap = words[earlier.end : mention.start]
        clause = max((gap.rfind(mark) for mark in ",;。!\n"), default=-1)
        led_in = (
            clause >= 0
            and len(gap) - clause - 1 > 0
            and re.match(r"[,;。!?\n]|$|的", words[mention.end : mention.end + 1])
        )
        starts.append(earlier.end + clause + 1 if led_in else mention.start)
    return starts


def _with_rest(words: str, mention: Mention, start: int, end: int, known: Sequence[TaskRef]) -> list[Segment]:
    """除了5其他都完成了, all but 5 are done: the named tasks are the exception, the known others take the words."""
    rest = _REST.search(words, mention.end, end)
    if not _EXCEPT.search(words[: mention.start]):
        apart = rest is not None and (known or len(mention.numbers) > 1 or rest[0].endswith("任务"))
        own = Segment(mention.numbers, start, rest.start() if rest and apart else end, mention.start, mention.end)
        return [own, *(_others(mention, rest.end(), end, known) if rest and apart else [])]
    own = Segment(mention.numbers, mention.start, rest.start() if rest else end, excepted=True)
    return [own, *(_others(mention, rest.end(), end, known) if rest else _others(mention, start, mention.start, known))]


def _others(mention: Mention, start: int, end: int, known: Sequence[TaskRef]) -> list[Segment]:
    """The known tasks not named; none when no task is known."""
    numbers = tuple(ref.number for ref in known if ref.number not in mention.numbers)
    return [Segment(numbers, start, end)] if numbers else []
