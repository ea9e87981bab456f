"""How the tasks of one document are numbered, so that each number stands once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from bot.intake.outline import Item


class Numbered(Protocol):
    """What a number is made of: the items from the top down, and the place among the tasks of the last."""

    @property
    def path(self) -> tuple[Item, ...]: ...

    @property
    def ordinal(self) -> int: ...


def numbers(tasks: Sequence[Numbered]) -> tuple[str, ...]:
    """Numbers from the level of the shallowest task down, with sections above only as far as needed to be unique.

    7; or （一）1 where every section counts from 1; or 3（1） beside 4.
    """
    labels = [_labels(task, place) for place, task in enumerate(tasks, start=1)]
    shallowest = min((len(path) for path in labels), default=1) - 1
    for top in range(shallowest, -1, -1):
        found = [_joined(path[top:]) for path in labels]
        if len(set(found)) == len(found):
            return tuple(found)
    return tuple(_distinct(_joined(path) for path in labels))


def _labels(task: Numbered, place: int) -> list[str]:
    labels = [item.label for item in task.path]
    return [*labels, str(task.ordinal)] if task.ordinal else labels or [str(place)]


def _joined(labels: Sequence[str]) -> str:
    text = ""
    for label in labels:
        joint = "、" if text and text[-1] not in "）)" and label[0] not in "（(" else ""
        text += joint + label
    return text


def _distinct(found: Iterable[str]) -> Iterator[str]:
    """Numbering written wrongly (two （一）1) is told apart by a dash and a count."""
    seen: Counter[str] = Counter()
    for number in found:
        seen[number] += 1
        yield number if seen[number] == 1 else f"{number}-{seen[number]}"
