"""Numbers as people write them: Arabic, full-width, Chinese (二十三, 两百, 二〇二二) and a few English words."""

from __future__ import annotations

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "○": 0}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10_000, "亿": 100_000_000}
_TENS_IN_ONE = {"廿": "二十", "卅": "三十"}
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_ENGLISH = {word: n for n, word in enumerate(_WORDS)} | {"a": 1, "an": 1, "thirty": 30, "fifty": 50}

CHINESE_DIGITS = "零〇○一二两三四五六七八九"
ENGLISH_WORDS = "|".join(sorted(_ENGLISH, key=len, reverse=True))


def to_number(text: str) -> float | None:
    """The value of a whole numeral in any of the three writings, or None when it is not one."""
    cleaned = text.strip().lower().replace(",", "")
    if cleaned in _ENGLISH:
        return float(_ENGLISH[cleaned])
    if cleaned.isascii():
        return _arabic(cleaned)
    return _chinese(cleaned)


def to_int(text: str) -> int | None:
    """The same for whole numbers; None for anything else."""
    value = to_number(text)
    return int(value) if value is not None and value == int(value) else None


def _arabic(text: str) -> float | None:
    whole, dot, part = text.partition(".")
    if not whole.isdigit() or (dot and not part.isdigit()) or len(text) > 15:
        return None
    return float(text)


def _chinese(text: str) -> float | None:
    for short, long in _TENS_IN_ONE.items():
        text = text.replace(short, long)
    whole, dot, part = text.partition("点")
    if not whole or (dot and not part) or len(whole) > 15:
        return None
    value = _chinese_whole(whole)
    if value is None or not dot:
        return value
    decimals = [_DIGITS.get(c) for c in part]
    if None in decimals:
        return None
    return value + float("0." + "".join(str(d) for d in decimals))


def _chinese_whole(text: str) -> float | None:
    """A whole Chinese numeral; a row of bare digits (二〇二二) is read digit by digit."""
    if all(c in _DIGITS for c in text):
        return float("".join(str(_DIGITS[c]) for c in text))
    total = section = 0.0
    digit: int | None = None
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL_UNITS:
            section += (1 if digit is None else digit) * _SMALL_UNITS[c]
            digit = None
        elif c in _LARGE_UNITS:
            total += (section + (digit or 0)) * _LARGE_UNITS[c]
            section, digit = 0.0, None
        else:
            return None
    return total + section + (digit or 0)
