"""A spreadsheet's value and its number format become the text a person sees in the cell."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CellValue = int | float | str | bool | time | date | datetime | timedelta
"""What the workbook library gives for a cell; "" for an empty one and for an error."""

GENERAL = "General"
_GENERAL_CHINESE = "G/通用格式"

# Built-in formats by number (ECMA-376 part 1, 18.8.30); 27 to 36 and 50 to 58 are those of Chinese Excel.
BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy-m-d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm:ss",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-m-d h:mm",
    27: "yyyy年m月",
    28: "m月d日",
    29: "m月d日",
    30: "m-d-yy",
    31: "yyyy年m月d日",
    32: "h时mm分",
    33: "h时mm分ss秒",
    34: "h时mm分",
    35: "h时mm分ss秒",
    36: "yyyy年m月",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    50: "yyyy年m月",
    51: "m月d日",
    52: "yyyy年m月",
    53: "m月d日",
    54: "m月d日",
    55: "yyyy年m月",
    56: "m月d日",
    57: "yyyy年m月",
    58: "m月d日",
}
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[([^\]]*)\]|([0#?.,]+%?)|(General|G/通用格式|[A-Za-z]+)|(.)', re.DOTALL)
_DATE_WORDS = re.compile(r"(?:y+|e+|m+|d+|h+|s+|b+)+", re.IGNORECASE)
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465
_MOST = 1e15  # figures beyond the fifteenth are not the cell's own


@dataclass(frozen=True)
class _Format:
    """A format taken apart: the parts of a date it shows, or how it shows a number."""

    dated: str
    before: str = ""
    digits: str = ""
    after: str = ""


def shown(value: CellValue, number_format: str = "", *, since_1904: bool = False) -> str:
    """The cell's text: dates as 2022年6月30日 in the parts its format shows, shares as 95%, no needless point.

    `number_format` is "" where it is not known: then a date on the first of a month is taken as its month alone,
    which is what such dates mean in plans; a wrong day would be worse than none.
    """
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    layout = _taken_apart(_first_section(number_format))
    if isinstance(value, (int, float)):
        if layout.dated:
            return _serial(value, layout.dated, since_1904)
        return _number(value, layout)
    return _moment(value, layout.dated)


def tidy(text: str) -> str:
    """Text with its line breaks kept, without blanks at the ends of lines, empty lines and _x000D_ marks."""
    lines = re.split(r"[\r\n\v\f\x85\u2028\u2029]+", text.replace("_x000D_", ""))
    return "\n".join(filter(None, (re.sub(r"[^\S\n]+", " ", line).strip() for line in lines)))


def is_plain(number_format: str) -> bool:
    """Whether the format changes nothing of what `shown` writes without it."""
    return number_format in (GENERAL, "@", "0", "#", "")


def _first_section(number_format: str) -> str:
    """What stands before the first semicolon outside quotes: the form of positive numbers."""
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)[0]


@lru_cache(maxsize=512)
def _taken_apart(section: str) -> _Format:
    dated = _date_parts(section)
    return _Format(dated) if dated else _number_parts(section)


def _date_parts(section: str) -> str:
    """Which of y, m, d and t (time) a date format shows; "" for a format of numbers."""
    letters, counted = "", False
    for match in _TOKEN.finditer(section):
        bracket, digits, word = match[3], match[4], match[5]
        counted = counted or digits is not None
        if bracket is not None and re.fullmatch(r"h+|m+|s+", bracket, re.IGNORECASE):
            letters += "t"
        elif word and _DATE_WORDS.fullmatch(word):
            letters += word.lower()
    if counted:
        letters = re.sub("[eb]", "", letters)  # 0.0E+00 is no date
    timed = re.search(r"[hst]", letters) is not None
    parts = {"y" for letter in letters if letter in "yeb"} | {"d" for letter in letters if letter == "d"}
    # m is a minute beside hours and seconds, unless a year or a day stands there as well.
    if "m" in letters:
        parts |= {"m"} if parts or not timed else {"t"}
    return "".join(sorted(parts)) + ("t" if timed else "")


def _number_parts(section: str) -> _Format:
    before = digits = after = ""
    for match in _TOKEN.finditer(section):
        quoted, escaped, bracket, run, word, other = match.groups()
        if bracket is not None or match[0][0] in "_*":
            continue
        if run or word:
            if word not in (None, GENERAL, _GENERAL_CHINESE) or digits or other == "!":
                return _Format("")  # 0!.0,"万", 0.0E+00: the cell shows another number than it holds
            digits = run or GENERAL
        elif digits:
            after += quoted or escaped or other or ""
        else:
            before += quoted or escaped or other or ""
    return _Format("", before.strip().rstrip("+-"), digits, after.strip())


def _number(value: int | float, layout: _Format) -> str:
    digits = layout.digits
    if not math.isfinite(value):
        return ""
    if not digits or digits.endswith(",") or abs(value) >= _MOST:
        return _plain(value)
    if digits == GENERAL:
        text = _plain(value)
    elif digits.endswith("%"):
        text = _rounded(Decimal(repr(value)) * 100, digits[:-1]) + "%"
    else:
        text = _rounded(Decimal(repr(value)), digits)
    return layout.before + text + layout.after


def _rounded(value: Decimal, digits: str) -> str:
    """The number with at most the decimals of its format; zeros in front only where the format is of zeros alone."""
    places = len(re.sub(r"[^0#?]", "", digits.partition(".")[2]))
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.zfill(len(digits)) if re.fullmatch("0{2,}", digits) else text


def _plain(value: int | float) -> str:
    """A number without format: whole ones without point, others to ten figures as a spreadsheet shows them."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value)) if abs(value) < _MOST else str(value)
    return f"{Decimal(f'{value:.10g}'):f}" if abs(value) < _MOST else str(value)


def _serial(value: int | float, dated: str, since_1904: bool) -> str:
    """A day count with a date's format. Out of the calendar's range it is a number after all."""
    if not 0 <= value <= _LAST_SERIAL:
        return _plain(value)
    moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=float(value))
    return _moment(moment, dated if value >= 1 else "t")


def _moment(value: time | date | datetime | timedelta, dated: str) -> str:
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    parts = dated.rstrip("t")
    if dated == "t":
        return f"{value.hour}:{value.minute:02d}" if isinstance(value, datetime) else ""
    if not parts:
        parts = "dmy" if value.day > 1 else "my"
    return _day(value, parts)


def _day(value: date, parts: str) -> str:
    """The date's shown parts; a lone day or a day beside a year makes no sense without its month, so it is added."""
    month = "m" in parts or "d" in parts
    year = "y" in parts
    text = f"{value.year}年" if year else ""
    text += f"{value.month}月" if month else ""
    return text + (f"{value.day}日" if "d" in parts else "")


def custom(number: int, formats: dict[int, str]) -> str:
    """The format behind a number: the workbook's own, else a built-in one, else General."""
    return formats.get(number) or BUILTIN.get(number, GENERAL)
