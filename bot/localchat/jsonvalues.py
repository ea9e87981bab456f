"""Reading JSON that can be written down again: no endless numbers, no halves of characters, no bottomless nesting."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

DEEPEST = 64
"""Levels of lists and objects in one another; a keyboard has four."""


def read_json(text: str | bytes) -> Any:
    """The value. ValueError also for NaN, Infinity, numbers too large for a float, and nesting without end."""
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if _brackets(text) > DEEPEST and _is_deep(value):
        raise ValueError("nested too deep")
    return value


def is_text(value: Any) -> bool:
    """Whether every string in the value is text: a lone surrogate is none, and no file or answer could hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _brackets(text: str | bytes) -> int:
    """How deep it may be at most, which costs less to find out than how deep it is."""
    return text.count("[") + text.count("{") if isinstance(text, str) else text.count(b"[") + text.count(b"{")


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        inside = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [inner for items in inside for inner in items]
    return bool(level)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large")
    return number
