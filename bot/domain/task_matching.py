"""Which task of an old document is which of its revision: by title, text and duties, however they are renumbered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from bot.domain.reading import TaskReading

# Text below this length (characters) says too little to know a task by it.
LEAST_TEXT = 12
_ALIKE = 0.5
_TITLE_ALONE = 0.7
_SAME_AGENCIES = 0.12
_SAME_PLACE = 0.03
# Tasks farther apart than this in long documents are not compared; the time stays linear.
_REACH = 300
_LONGEST = 400
_INSIDE = 85.0


def plain_text(text: str) -> str:
    """A text for comparing: compatibility forms folded, blanks and closing stops gone."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return folded.strip("。.,，、;；:：")


def content(task: TaskReading, former_title: str = "") -> str:
    """A task's text less the heading it may begin with: its title, or the one it had before somebody edited it."""
    return task.body[heading_length(task, former_title) :].lstrip("\n 。．.：:，,；;")


def heading_length(task: TaskReading, former_title: str = "") -> int:
    """How many characters at the beginning of a task's text are its title; 0 where it begins with something else."""
    titles = (title for title in (task.title, former_title) if title and task.body.startswith(title))
    return max(map(len, titles), default=0)


@dataclass(frozen=True)
class _Known:
    """A task with its texts made plain once."""

    place: int
    task: TaskReading

    @cached_property
    def title(self) -> str:
        return plain_text(self.task.title)

    @cached_property
    def body(self) -> str:
        return plain_text(content(self.task))

    @cached_property
    def section(self) -> str:
        return plain_text(self.task.section)

    @cached_property
    def agencies(self) -> frozenset[str]:
        return frozenset(duty.agency for duty in self.task.duties)


_Key = Callable[[_Known], Hashable]
_SURE: tuple[_Key, ...] = (
    lambda t: (t.section, t.title, t.body),
    lambda t: (t.title, t.body),
    lambda t: (t.section, t.title),
    lambda t: t.title,
    lambda t: t.body if len(t.body) >= LEAST_TEXT else None,
)


def match_tasks(old: Sequence[TaskReading], new: Sequence[TaskReading]) -> dict[int, int]:
    """Place in `new` → place in `old` of the same task. What is left out has no counterpart."""
    before = [_Known(place, task) for place, task in enumerate(old)]
    after = [_Known(place, task) for place, task in enumerate(new)]
    found: dict[int, int] = {}
    for key in _SURE:
        found |= _equal(_rest(before, found.values()), _rest(after, found), key)
    return found | _alike(_rest(before, found.values()), _rest(after, found))


def inside(part: str, whole: str) -> bool:
    """Whether a text stands, nearly word for word, in a longer one."""
    small, large = plain_text(part)[:_LONGEST], plain_text(whole)
    if len(small) < LEAST_TEXT or len(small) > len(large):
        return False
    return fuzz.partial_ratio(small, large) >= _INSIDE


def likeness(one: str, other: str) -> float:
    """0 to 1: how much two texts have in common, in order."""
    return fuzz.ratio(plain_text(one)[:_LONGEST], plain_text(other)[:_LONGEST]) / 100


def _rest(tasks: Sequence[_Known], taken: Iterable[int]) -> list[_Known]:
    used = set(taken)
    return [task for task in tasks if task.place not in used]


def _equal(before: list[_Known], after: list[_Known], key: _Key) -> dict[int, int]:
    """Pairs of equal key, in order, where both sides have as many of them."""
    groups = _grouped(before, key)
    found: dict[int, int] = {}
    for value, mine in _grouped(after, key).items():
        theirs = groups.get(value, [])
        if len(mine) == len(theirs):
            found |= {a.place: b.place for a, b in zip(mine, theirs, strict=True)}
    return found


def _grouped(tasks: list[_Known], key: _Key) -> dict[Hashable, list[_Known]]:
    groups: dict[Hashable, list[_Known]] = {}
    for task in tasks:
        if key(task):
            groups.setdefault(key(task), []).append(task)
    return groups


def _alike(before: list[_Known], after: list[_Known]) -> dict[int, int]:
    """The likeliest pairs first, each task once."""
    scored = sorted(_scored(before, after), key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1]))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, new, old in scored:
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found


def _scored(before: list[_Known], after: list[_Known]) -> Iterator[tuple[float, int, int]]:
    """(score, place in new, place in old) of every pair that may be one task."""
    for at, mine in enumerate(after):
        for theirs in before[max(0, at - _REACH) : at + _REACH]:
            score = _score(theirs, mine)
            if score >= _ALIKE:
                yield score, mine.place, theirs.place


def _score(old: _Known, new: _Known) -> float:
    """Title and text weigh alike; the agencies and the place in the document decide between near equals."""
    title = fuzz.ratio(old.title, new.title) / 100
    if min(len(old.body), len(new.body)) >= LEAST_TEXT:
        same = 0.45 * title + 0.55 * fuzz.ratio(old.body[:_LONGEST], new.body[:_LONGEST]) / 100
    else:
        same = title - _TITLE_ALONE + _ALIKE
    everyone = old.agencies | new.agencies
    shared = len(old.agencies & new.agencies) / len(everyone) if everyone else 0.0
    place = (old.section == new.section) + (old.task.number == new.task.number)
    return same + _SAME_AGENCIES * (shared - 0.5) + _SAME_PLACE * place
