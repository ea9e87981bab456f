"""What a revised document changes in one task, beside what the coordinator changed by hand since the first reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rapidfuzz.distance import Indel

from bot.domain.reading import DeadlineReading, DutyReading, TargetReading, TaskReading
from bot.domain.task_matching import content, likeness, plain_text

Fact = DutyReading | DeadlineReading | TargetReading | TaskReading | str
F = TypeVar("F", DutyReading, DeadlineReading, TargetReading)

TASK_ADDED, TASK_DROPPED, TASK_SPLIT, TASK_MERGED = "task_added", "task_dropped", "task_split", "task_merged"
TITLE, TEXT, SECTION, LEADERS = "title_changed", "text_changed", "section_changed", "leaders_changed"
PLAN_TITLE, PLAN_YEAR = "plan_title_changed", "plan_year_changed"
AGENCY_RENAMED, AGENCY_REPLACED, SECTION_RENAMED = "agency_renamed", "agency_replaced", "section_renamed"
RENUMBERED = "renumbered"
# Longer texts are not compared character by character.
_LONGEST = 4000


@dataclass(frozen=True)
class Change:
    """One difference between a plan as it stands and its revised document.

    `tasks` are the keys it is about, none for the whole document. `before` and `after` are the values of the fact, one
    of them empty when something was added or dropped. `edited` says that the coordinator had changed the same fact by
    hand. `params` name the task (number, title) or count what is changed.
    """

    code: str
    tasks: tuple[str, ...]
    before: tuple[Fact, ...] = ()
    after: tuple[Fact, ...] = ()
    edited: bool = False
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        """Whether it moves nothing but numbers."""
        return self.code == RENUMBERED


@dataclass(frozen=True)
class Kind(Generic[F]):
    """A kind of fact a task has several of: its name in codes, its identity, and how alike two different ones are."""

    name: str
    of: Callable[[TaskReading], tuple[F, ...]]
    same: Callable[[F], Hashable]
    alike: Callable[[F, F], float]


def _duty_alike(one: DutyReading, other: DutyReading) -> float:
    """The same agency in another role, or another agency in the same role."""
    return 2.0 * (one.agency == other.agency) + (one.role == other.role) + likeness(one.agency, other.agency) / 2


def _deadline_alike(one: DeadlineReading, other: DeadlineReading) -> float:
    return 1.0 * ((one.cadence is None) == (other.cadence is None)) + likeness(one.text, other.text)


def _target_alike(one: TargetReading, other: TargetReading) -> float:
    return 1.0 * (one.unit == other.unit) + likeness(one.text, other.text)


DUTIES: Kind[DutyReading] = Kind("duty", lambda t: t.duties, lambda d: (d.agency, d.role), _duty_alike)
DEADLINES: Kind[DeadlineReading] = Kind("deadline", lambda t: t.deadlines, lambda d: (d.on, d.cadence), _deadline_alike)
TARGETS: Kind[TargetReading] = Kind("target", lambda t: t.targets, lambda d: (d.op, d.value, d.unit), _target_alike)
# Below this two facts of one kind are two matters, not one that changed.
_ONE_MATTER = 1.0


def task_changes(base: TaskReading, theirs: TaskReading, mine: TaskReading) -> Iterator[Change]:
    """The changes `theirs` brings to `mine`; `base` is how the document read before."""
    facts = [
        *fact_changes(DUTIES, base.duties, theirs.duties, mine.duties),
        *fact_changes(DEADLINES, base.deadlines, theirs.deadlines, mine.deadlines),
        *fact_changes(TARGETS, base.targets, theirs.targets, mine.targets),
    ]
    yield from _word(TITLE, base.title, theirs.title, mine.title)
    yield from _word(SECTION, base.section, theirs.section, mine.section)
    yield from facts
    yield from _word(LEADERS, *("、".join(task.leaders) for task in (base, theirs, mine)))
    if not _explained(base, theirs):
        yield from _word(TEXT, content(base), content(theirs), content(mine, base.title))


def fact_changes(kind: Kind[F], base: Sequence[F], theirs: Sequence[F], mine: Sequence[F]) -> Iterator[Change]:
    """What the document changed from `base` to `theirs`, seen from `mine`; what `mine` has already does not come up."""
    own = _less(kind, mine, base)
    held = _less(kind, mine, own)
    for before, after in _pairs(kind, _less(kind, base, theirs), _less(kind, theirs, base)):
        known = _take(kind, own, after)
        present = _take(kind, held, before)
        replaced = None if known or present or not (before and after) else _nearest(kind, own, before)
        if replaced is not None:
            own.remove(replaced)
        yield from _step(kind, present or replaced, None if known else after, edited=bool(before and not present))


def same_facts(kind: Kind[F], one: TaskReading, other: TaskReading) -> bool:
    """Whether two tasks agree in one kind of fact, whatever its order and words."""
    return Counter(map(kind.same, kind.of(one))) == Counter(map(kind.same, kind.of(other)))


def _step(kind: Kind[F], before: F | None, after: F | None, *, edited: bool) -> Iterator[Change]:
    if before is None and after is None:
        return
    how = "changed" if before and after else "added" if after else "dropped"
    yield Change(f"{kind.name}_{how}", (), (before,) if before else (), (after,) if after else (), edited)


def _word(code: str, base: str, theirs: str, mine: str) -> Iterator[Change]:
    if plain_text(base) != plain_text(theirs) != plain_text(mine):
        yield Change(code, (), (mine,), (theirs,), plain_text(mine) != plain_text(base))


def _less(kind: Kind[F], facts: Iterable[F], other: Iterable[F]) -> list[F]:
    """The facts that `other` has not, each counted."""
    there = Counter(map(kind.same, other))
    left = []
    for fact in facts:
        there[kind.same(fact)] -= 1
        if there[kind.same(fact)] < 0:
            left.append(fact)
    return left


def _take(kind: Kind[F], facts: list[F], wanted: F | None) -> F | None:
    """Take a fact equal to the wanted one out of the list, the one in likest words."""
    equal = [fact for fact in facts if wanted and kind.same(fact) == kind.same(wanted)]
    if not equal or wanted is None:
        return None
    found = max(equal, key=lambda fact: kind.alike(fact, wanted))
    facts.remove(found)
    return found


def _nearest(kind: Kind[F], facts: Iterable[F], wanted: F) -> F | None:
    """The fact that the coordinator put in place of the wanted one."""
    found = max(facts, key=lambda fact: kind.alike(fact, wanted), default=None)
    return found if found is not None and kind.alike(found, wanted) >= _ONE_MATTER else None


def _pairs(kind: Kind[F], gone: list[F], come: list[F]) -> Iterator[tuple[F | None, F | None]]:
    """What fell away beside what came in its place, the likest first; the rest alone."""
    likest = sorted(
        ((kind.alike(g, c), -i, -j) for i, g in enumerate(gone) for j, c in enumerate(come)),
        reverse=True,
    )
    partner: dict[int, int] = {}
    for score, i, j in likest:
        if score >= _ONE_MATTER and -i not in partner and -j not in partner.values():
            partner[-i] = -j
    for i, fact in enumerate(gone):
        yield fact, come[partner[i]] if i in partner else None
    for j, fact in enumerate(come):
        if j not in partner.values():
            yield None, fact


def _explained(base: TaskReading, theirs: TaskReading) -> bool:
    """Whether the texts differ only where a changed duty, time limit or number stands, which is told already."""
    old, new = plain_text(content(base)), plain_text(content(theirs))
    if old == new:
        return True
    if max(len(old), len(new)) > _LONGEST:
        return False
    gone, come = _told(old, base, theirs), _told(new, theirs, base)
    for edit in Indel.editops(old, new):
        place, told, text = (edit.src_pos, gone, old) if edit.tag == "delete" else (edit.dest_pos, come, new)
        if place not in told and text[place].isalnum():
            return False
    return True


def _told(body: str, task: TaskReading, other: TaskReading) -> set[int]:
    """The places in the plain text where the words of facts stand that the other text has not."""
    words = [d.text for d in _less(DEADLINES, task.deadlines, other.deadlines)]
    words += [t.text for t in _less(TARGETS, task.targets, other.targets)]
    if _less(DUTIES, task.duties, other.duties) or _less(DUTIES, other.duties, task.duties):
        words += task.responsibility_text.split("；")
    places: set[int] = set()
    for word in map(plain_text, words):
        at = body.find(word) if word else -1
        while at >= 0:
            places.update(range(at, at + len(word)))
            at = body.find(word, at + 1)
    return places
