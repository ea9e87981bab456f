"""A reply in people's words, Chinese or English, into what it says of which task. Unknown words never make a task done.

The steps, each a small set of rules over plain text: typing errors → dates → tasks named and the stretch about each →
per stretch corrections, percent, amounts, status, difficulty, expected date → intent of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import reply_words as say
from bot.domain.dates import DateReading, find_dates, settled
from bot.domain.measures import read_numbers, read_percent
from bot.domain.model import Intent, Number, Status
from bot.domain.reply_intent import asks_for_time, intent_of
from bot.domain.reply_status import Standing, standing
from bot.domain.task_refs import Segment, TaskRef, mentions, segments
from bot.domain.wording import plain
from bot.domain.workdays import Calendar

__all__ = ["ItemReading", "TaskRef", "Understanding", "reply_json", "understand"]

_LONGEST_TEXT = 2_000
_AHEAD, _BEHIND = "□", "■"


@dataclass(frozen=True)
class ItemReading:
    """What a reply says of one task; `task` is None when it names none.

    `expected_on` is a local date; `difficulty_text` holds the clauses that tell of the difficulty, in plain form.
    """

    task: str | None
    status: Status | None = None
    percent: int | None = None
    expected_on: date | None = None
    difficulty: bool = False
    difficulty_text: str = ""
    numbers: tuple[Number, ...] = ()

    @property
    def claims_a_fact(self) -> bool:
        """Whether more was read than a task going on."""
        plain_going = self.status in (None, Status.IN_PROGRESS)
        return not plain_going or self.percent is not None or self.difficulty or bool(self.numbers)

    @property
    def says_something(self) -> bool:
        """Whether anything but the task's name was read."""
        return bool(self.status or self.percent is not None or self.difficulty or self.numbers)


@dataclass(frozen=True)
class Understanding:
    """A whole reply: what is wanted, what is said of each task, the words as sent, and the grounds of the reading."""

    intent: Intent
    items: tuple[ItemReading, ...]
    text: str
    because: tuple[str, ...] = ()


def understand(
    text: str,
    now: datetime,
    calendar: Calendar,
    known: Sequence[TaskRef] = (),
    default_status: Status | None = None,
) -> Understanding:
    """Read a reply sent at `now` (the plan's local time).

    `known` are the tasks the writer may speak of; a number or title in another dress is given as the known number.
    `default_status` is what a tapped button already said; it counts where the words name no status.
    """
    words = _mended(text)
    dates = find_dates(words, now, calendar)
    named = mentions(words, known, _date_spans(dates))
    dates = tuple(d for d in dates if not any(m.start < d.at + len(d.phrase) and d.at < m.end for m in named))
    stretches = segments(words, named, known)
    readings = [_read_stretch(words, stretch, dates, now, default_status) for stretch in stretches]
    items = _merged([item for reading in readings for item in reading[0]])
    because = tuple(ground for reading in readings for ground in reading[1])
    reports = any(item.says_something or item.expected_on for item in items)
    intent = intent_of(words, reports, any(item.claims_a_fact for item in items))
    return Understanding(intent, _fitting(intent, items), text, because)


def _mended(text: str) -> str:
    words = plain(text[:_LONGEST_TEXT])
    for error, right in (*say.TYPING_ERRORS, *say.SPEECH_FILLERS):
        words = error.sub(right, words)
    return words


def _date_spans(dates: Sequence[DateReading]) -> list[tuple[int, int]]:
    """Where the words are dates for certain; "3号" alone may be task 3 and is left to the task rules."""
    return [(d.at, d.at + len(d.phrase)) for d in dates if d.rule != "bare_day"]


def _read_stretch(
    words: str,
    stretch: Segment,
    dates: Sequence[DateReading],
    now: datetime,
    default_status: Status | None,
) -> tuple[list[ItemReading], tuple[str, ...]]:
    """One item per task of the stretch, all saying the same."""
    inside = [d for d in dates if stretch.start <= d.at < stretch.end]
    said = _after_correction(stretch.without_name(_blank_dates(words, inside, now.date())))
    percent = read_percent(said)
    numbers = read_numbers(said)
    claim = _excepted(said) if stretch.excepted else standing(said, percent, bool(numbers))
    status = claim.status or default_status
    if status is Status.DONE and default_status is not None and claim.status is None and claim.difficulty_text:
        status = Status.IN_PROGRESS
    item = ItemReading(
        task=None,
        status=status,
        percent=_percent_for(status, percent),
        expected_on=_expected_on(words, inside, now, status),
        difficulty=bool(claim.difficulty_text) or status is Status.BLOCKED,
        difficulty_text=claim.difficulty_text,
        numbers=numbers,
    )
    return [replace(item, task=number) for number in stretch.numbers] or [item], claim.because


def _excepted(said: str) -> Standing:
    """除了5其他都完成了 says of 5 only that it is not finished."""
    return Standing(Status.IN_PROGRESS, "", ("excepted",))


def _percent_for(status: Status | None, percent: int | None) -> int | None:
    match status:
        case Status.DONE:
            return 100
        case Status.NOT_STARTED:
            return 0
        case _:
            return percent


def _blank_dates(words: str, dates: Sequence[DateReading], today: date) -> str:
    """The words with each date replaced by marks of the same length, so that offsets hold."""
    for d in dates:
        mark = _BEHIND if d.past or d.end < today else _AHEAD
        words = words[: d.at] + mark * len(d.phrase) + words[d.at + len(d.phrase) :]
    return words


def _after_correction(said: str) -> str:
    """What stands after the writer's last correction, if it says anything; of 不是X是Y only the Y."""
    *_, last = say.CORRECTION.split(said)
    if last.strip(",。!;: ") and last is not said:
        said = last
    return say.THAT_NOT_THIS.sub("", say.NOT_THIS_BUT_THAT.sub("", said))


_AN_END = re.compile(
    r"预计|估计|争取|力争|计划|打算|大概|大约|要到|得到|前|内|延|推迟|宽限|再给|时间|完|弄好|办好|搞好|"
    r"落实|到位|交付|验收|解决|拿下|达到|见效|"
    r"\b(?:deliver|close|submit|by|until|till|before|expect|eta|within|need|exten(?:d|sion)|postpone|"
    r"deadline|aim(?:ing)?|hop(?:e|ing)|target|should|will|more time)\b"
)
_OTHER_EVENT = re.compile(
    r"开会|召开|会议|培训|检查|督查|督导|评审|进场|开工|启动|动工|开始|上会|招标|开标|研讨|调研|拨付|入场|"
    r"开展|组织|恢复|复工|审议|"
    r"\b(?:meeting|start|begin|inspection|training|kick|visit|resume|review)"
)
_NO_LIMIT = re.compile(r"已经?[^,;。预]{0,6}(?:完成|办结|完工|竣工|结束)(?![^,;。]*(?:预计|争取))")
_OWNS = re.compile(r"(?:的)?(?:任务|工作|目标|计划|进度|数据|报表|材料)")
_SURELY_FINISHING = re.compile(
    r"完成|办结|完工|竣工|做完|弄完|搞完|搞定|结束|收尾|销号|\b(?:finish|complet|done|ready|wrap)"
)


def _expected_on(words: str, dates: Sequence[DateReading], now: datetime, status: Status | None) -> date | None:
    """The day the task is expected to be finished; another event's day is not it, nor is a day gone by."""
    if status is Status.DONE:
        return None
    asked = asks_for_time(words)
    ahead = tuple(d for d in dates if not d.past and d.end >= now.date() and (asked or _about_finishing(words, d)))
    if not ahead:
        return None
    surely = tuple(d for d in ahead if _SURELY_FINISHING.search(_around(words, d)))
    return settled(words, surely or ahead).end


def _around(words: str, d: DateReading) -> str:
    """The clause a date stands in, without the date."""
    end = d.at + len(d.phrase)
    before = say.CLAUSE_END.split(words[: d.at])[-1]
    after = say.CLAUSE_END.split(words[end:])[0]
    return f"{before} {after}"


def _about_finishing(words: str, d: DateReading) -> bool:
    """Whether the clause speaks of an end: by its verb, by looking ahead, or by being little more than the date."""
    around = _around(words, d)
    if _NO_LIMIT.search(around) or _OWNS.match(words[d.at + len(d.phrase) :]):
        return False
    if _SURELY_FINISHING.search(around):
        return True
    if _OTHER_EVENT.search(around):
        return False
    return _AN_END.search(around) is not None or len(around.strip(" .!")) <= 3


def _merged(items: list[ItemReading]) -> tuple[ItemReading, ...]:
    """One item per task, the later word counting; a stretch that names no task and says nothing is dropped."""
    by_task: dict[str | None, ItemReading] = {}
    for item in items:
        earlier = by_task.get(item.task)
        by_task[item.task] = item if earlier is None else _later(earlier, item)
    return tuple(by_task.values())


def _later(earlier: ItemReading, item: ItemReading) -> ItemReading:
    """The later reading of the same task, kept whole by the earlier where it is silent."""
    if item.status is not None and earlier.status is not None:
        return item if item.says_something else earlier
    return ItemReading(
        task=item.task,
        status=item.status or earlier.status,
        percent=earlier.percent if item.percent is None else item.percent,
        expected_on=item.expected_on or earlier.expected_on,
        difficulty=item.difficulty or earlier.difficulty,
        difficulty_text=item.difficulty_text or earlier.difficulty_text,
        numbers=item.numbers or earlier.numbers,
    )


def _fitting(intent: Intent, items: tuple[ItemReading, ...]) -> tuple[ItemReading, ...]:
    """Only reports and extension requests claim anything; of the rest just the task they speak of is kept.

    A report of nothing but a difficulty or an expected day is of a task in progress.
    """
    if intent is Intent.REPORT:
        return tuple(replace(i, status=i.status or _implied(i)) for i in items)
    if intent is Intent.EXTENSION_REQUEST:
        return items
    return tuple(ItemReading(task=item.task) for item in items)


def _implied(item: ItemReading) -> Status | None:
    return Status.IN_PROGRESS if item.difficulty or item.expected_on else None


def _item_json(item: ItemReading) -> dict[str, object]:
    return {
        "task": item.task,
        "status": item.status.value if item.status else None,
        "percent": item.percent,
        "eta": item.expected_on.isoformat() if item.expected_on else None,
        "issue": item.difficulty,
        "numbers": [{"value": number.value, "unit": number.unit} for number in item.numbers],
    }


def reply_json(understanding: Understanding) -> dict[str, object]:
    """The reading as `duban reply read --jsonl` prints it: one task's fields flat, several under "items"."""
    items = [_item_json(item) for item in understanding.items]
    if len(items) == 1:
        return {"intent": understanding.intent.value, **items[0]}
    return {"intent": understanding.intent.value, "items": items}
