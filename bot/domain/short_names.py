"""One agency under two names in one document: 县发改局 beside 县发展和改革局."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.agencies import core_name, find_agency
from bot.domain.agency_names import is_collective, written_level

_TAIL = re.compile(r"(?:局|委员会|委|办公室|办|中心|公司)$")
_TAIL_CLASS = {"委员会": "委", "办公室": "办"}
_PLACE = re.compile(r"[^各]{2,6}(?:镇|乡|街道)")
# Offices of a bureau that are bodies of their own.
_OF_ITS_OWN = re.compile(r"执法|监察|监测|服务|分局|支队|大队|研究|检测|储备|救援")
# A document with more names is no plan a person wrote; comparing them all would take too long.
_MOST_NAMES = 400


def same_agencies(names: Iterable[str]) -> dict[str, str]:
    """Short name → full name, for those that mean the same agency beyond doubt."""
    once = dict.fromkeys(names)
    known = [name for name in once if written_level(name) and not is_collective(name)]
    if len(known) > _MOST_NAMES:
        return {}
    found = {name: full for name in known if (full := _full_name(name, known))}
    found |= {name: full for name in once if _PLACE.fullmatch(name) for full in _governments(name) if full in once}
    return {name: found.get(full, full) for name, full in found.items()}


def _governments(place: str) -> tuple[str, str, str]:
    return place + "人民政府", place + "政府", place + "办事处"


def _full_name(name: str, known: list[str]) -> str:
    longer = [other for other in known if _shortens(name, other)]
    if len(longer) != 1:
        return ""
    others = [(i, other, ()) for i, other in enumerate(known) if other != name]
    match = find_agency(name, others)
    return longer[0] if match.found is not None and known[match.found] == longer[0] else ""


def _shortens(short: str, full: str) -> bool:
    """Same level and kind of office, the short name's characters in order in the full one."""
    if len(short) >= len(full) or short[0] != full[0]:
        return False
    a, b = _stem(short), _stem(full)
    if a is None or b is None or a[1] != b[1] or len(a[0]) < 2 or a[0][0] != b[0][0]:
        return False
    if _OF_ITS_OWN.search(full) and not _OF_ITS_OWN.search(short):
        return False
    rest = iter(b[0])
    return all(c in rest for c in a[0])


def _stem(name: str) -> tuple[str, str] | None:
    core = core_name(name)
    tail = _TAIL.search(core)
    return (core[: tail.start()], _TAIL_CLASS.get(tail[0], tail[0])) if tail else None
