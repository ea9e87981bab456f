"""One state of a JSON object told by what it has otherwise than another: lists by their stretches and new elements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

Json = dict[str, Any]


def difference(before: Json, after: Json) -> Json:
    """What `applied` needs to make `after` of `before`; both have the same fields unless `before` is empty."""
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    lists = [name for name, value in changed.items() if isinstance(value, list) and before.get(name)]
    return {
        "fields": {name: value for name, value in changed.items() if name not in lists},
        "lists": {name: _pieces(before[name], after[name]) for name in lists},
    }


def applied(before: Json, delta: Json) -> Json:
    """The object that `difference` was told of."""
    lists = {name: _joined(before[name], pieces) for name, pieces in delta["lists"].items()}
    return {**before, **delta["fields"], **lists}


def _pieces(before: Sequence[Any], after: Sequence[Any]) -> list[Json]:
    """The elements of `after` in order: stretches of `before` by their bounds, and elements that are new."""
    pieces: list[Json] = [{}]
    for element, place in zip(after, _places(before, after), strict=True):
        last = pieces[-1]
        if place is None and "new" in last:
            last["new"].append(element)
        elif place is not None and last.get("to") == place:
            last["to"] += 1
        else:
            pieces.append({"new": [element]} if place is None else {"from": place, "to": place + 1})
    return pieces[1:]


def _joined(before: Sequence[Any], pieces: Sequence[Json]) -> list[Any]:
    found: list[Any] = []
    for piece in pieces:
        found += piece["new"] if "new" in piece else before[piece["from"] : piece["to"]]
    return found


def _places(before: Sequence[Any], after: Sequence[Any]) -> list[int | None]:
    """Where each element of `after` stands in `before`; most lists differ in one short stretch only."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    last = len(before) - tail
    known = {_text(element): place for place, element in enumerate(before[head:last], start=head)}
    between = [known.get(_text(element)) for element in after[head : len(after) - tail]]
    return [*range(head), *between, *range(last, len(before))]


def _alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many elements both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _text(element: Any) -> str:
    return json.dumps(element, sort_keys=True)
