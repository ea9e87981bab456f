"""How Word writes a list number in each of its formats: 3 as 三, ③, C, iii …"""

from __future__ import annotations

from collections.abc import Callable, Mapping

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_TRADITIONAL_DIGITS = "零壹貳參肆伍陸柒捌玖"
_UNITS = ("", "十", "百", "千")
_LEGAL_UNITS = ("", "拾", "佰", "仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LARGEST = 9_999

Format = Callable[[int], str]


def counted(number: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS, zero: str = "零") -> str:
    """A number up to 9999 in words: 10 is 十, 21 二十一, 105 一百零五."""
    written, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(written)
            continue
        written += (zero if gap else "") + digits[digit] + units[place]
        gap = False
    shortened = written[1:] if 10 <= number < 20 and digits is _DIGITS else written
    return shortened or digits[0]


def digit_by_digit(number: int) -> str:
    """10 is 一〇."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def circled(number: int) -> str:
    """Signs exist up to 50; Word writes plain digits beyond."""
    if 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if 21 <= number <= 35:
        return chr(0x3251 + number - 21)
    return chr(0x32B1 + number - 36) if 36 <= number <= 50 else str(number)


def _from(first: int, count: int) -> Format:
    """Signs that stand in a row in Unicode; plain digits beyond."""
    return lambda number: chr(first + number - 1) if 1 <= number <= count else str(number)


def _circled_chinese(number: int) -> str:
    return chr(0x3280 + number - 1) if 1 <= number <= 10 else counted(number)


def _full_width(number: int) -> str:
    return "".join(chr(0xFF10 + int(digit)) for digit in str(number))


def _letters(number: int) -> str:
    """a to z, then aa, bb … as Word counts on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 1 <= number <= 780 else str(number)


def _roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def _of(signs: str) -> Format:
    return lambda number: signs[(number - 1) % len(signs)] if number else ""


def _sexagenary(number: int) -> str:
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12] if number else ""


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _legal(number: int) -> str:
    return counted(number, _LEGAL_DIGITS, _LEGAL_UNITS)


def _traditional_legal(number: int) -> str:
    return counted(number, _TRADITIONAL_DIGITS, _LEGAL_UNITS)


_FORMATS: Mapping[str, Format] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedParen": _from(0x2474, 20),
    "decimalEnclosedFullstop": _from(0x2488, 20),
    "numberInDash": lambda number: f"-{number}-",
    "chineseCounting": counted,
    "chineseCountingThousand": counted,
    "japaneseCounting": counted,
    "taiwaneseCounting": counted,
    "taiwaneseCountingThousand": counted,
    "ideographDigital": digit_by_digit,
    "japaneseDigitalTenThousand": digit_by_digit,
    "taiwaneseDigital": digit_by_digit,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _traditional_legal,
    "japaneseLegal": _traditional_legal,
    "ideographEnclosedCircle": _circled_chinese,
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": _sexagenary,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _ordinal,
    "none": lambda number: "",
}


def written(number: int, numbering_format: str) -> str:
    """`number` in the format of this name (ECMA-376, ST_NumberFormat); digits where the format is not known.

    A name of the kind "001, 002, 003, ..." is Word's own way of naming digits padded with zeros.
    """
    if not 0 <= number <= _LARGEST:
        return str(number)
    if numbering_format.startswith("0"):
        return str(number).zfill(len(numbering_format.partition(",")[0].strip()))
    return _FORMATS.get(numbering_format, str)(number)
