"""Names and phones as a roster's cells hold them: blanks inside names, several in one cell, figures from Excel."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.model import DubanError

_NOBODY = frozenset({"", "无", "暂无", "待定", "暂缺", "空缺", "-", "--", "—", "/", "n/a"})
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_JOB_TITLE = re.compile(r".{0,6}(?:局长|主任|股长|科长|科员|书记|镇长|乡长|县长|队长|所长|站长|部长|干事|主席|经理)")
_DOUBLE_SURNAMES = re.compile(
    "欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|司空|长孙|宇文|东方|南宫|端木|独孤|呼延|轩辕"
)
_MARKS = re.compile(r"[\s\-‐-―()（）·.]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)|^(?:\+|00)86(?=\d)")


def squeeze(text: str) -> str:
    """Text without invisible characters; blanks go too where it is Chinese (县 水 利 局), else they are single."""
    visible = _INVISIBLE.sub("", text)
    return "".join(visible.split()) if _CHINESE.search(visible) else " ".join(visible.split())


def names_in(cell: str) -> list[tuple[str, str]]:
    """The people named in a cell, each with the words in brackets behind the name: 张 三（B角）→ 张三, B角."""
    text = re.sub("[•‧∙・．]", "·", _INVISIBLE.sub("", cell))
    parts = re.split(r"[、,，;；/|]", text) if _CHINESE.search(text) else [text]
    found = []
    for part in parts:
        bracket = re.search(r"[（(]([^）)]*)[）)]", part)
        bare = re.sub(r"[（(][^）)]*[）)]?", " ", part)
        inside = squeeze(bracket.group(1)) if bracket else ""
        found += [(name, inside) for name in _apart(bare) if name.lower() not in _NOBODY]
    return found


def _apart(text: str) -> list[str]:
    """Names that only blanks keep apart; one blank inside a name (张 三, 欧阳 修) does not."""
    words = [word for word in text.split() if not _JOB_TITLE.fullmatch(word)]
    if not _CHINESE.search(text) or len(words) < 2:
        return [squeeze(" ".join(words))]
    if all(len(word) >= 2 for word in words) and not _DOUBLE_SURNAMES.fullmatch(words[0]):
        return words
    return ["".join(words)]


def phones_in(cell: str, row: int) -> list[str]:
    """The numbers in a cell as digits, without blanks, dashes and the country's code; each once.

    Raises DubanError roster_phone_unreadable for 1.38E+10: a spreadsheet has already thrown the digits away.
    """
    text = unicodedata.normalize("NFKC", cell)
    if re.search(r"\d[eE]\+\d", text):
        raise DubanError("roster_phone_unreadable", row=row, phone=cell.strip())
    parts = (number for part in re.split(r"[、,;/|\n]", text) for number in _numbers(part))
    return list(dict.fromkeys(filter(None, parts)))


def _numbers(part: str) -> list[str]:
    """One number, or several where blanks part whole ones."""
    words = part.split()
    if len(words) > 1 and all(len(re.sub(r"\D", "", word)) >= 7 for word in words):
        return [_number(word) for word in words]
    return [_number(part)]


def _number(text: str) -> str:
    bare = _MARKS.sub("", re.sub(r"\.0+$", "", text.strip()))
    bare = re.sub(r"^[^\d+]+", "", bare)
    return _COUNTRY.sub("", bare) if re.search(r"\d", bare) else ""
