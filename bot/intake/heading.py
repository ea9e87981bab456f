"""A document's own title and the year it is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.intake.blocks import Line
from bot.intake.labels import read_label

_KIND = (
    r"(?:计划|方案|要点|安排|意见|措施|清单|分工|任务|分解|规划|责任书|台账|工作|举措|细则|行动|部署|攻坚战|实事|清册"
    r"|一览|通知)"
)
_TITLE = re.compile(rf".*{_KIND}(?:表|书)?”?(?:[（(〔][^）)〕]{{1,20}}[）)〕])*$")
_PASSED_ON = re.compile(r"(?:印发|转发|下发|批转)(?P<inner>.+?)的通知$")
_BRACKETED = re.compile(r"^[《〈](?P<inner>[^《》〈〉]*(?:[《〈][^《》〈〉]*[》〉][^《》〈〉]*)*)[》〉]$")
# A line of its own below the title that belongs to it.
_BELOW_TITLE = re.compile(r"[（(](?:20\d\d年?(?:[—–\-－~～至]+20\d\d)?年度?|试行)[）)]")
_SENTENCE = re.compile(r"[。；;：:！!]|，.*，")
_NOT_TITLE = re.compile(
    r"^[（(]?此件|^(?:附件|附表|附：|目录|—|-|\d+$|\d{4}年\d{1,2}月|索引号|发文|信息|文号|主题词)|^[^一-鿿]*$|〔20\d\d〕"
)
_SEARCHED_LINES = 40
_LONGEST = 80

_YEAR_SPAN = re.compile(r"(?<!\d)(20\d\d)(?:\s*[—–\-－~～至]\s*20\d\d)?\s*(?:年|〕|\]|）)")
_SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[—–\-－~～至/]+\s*20\d\d\s*学年")
_SPELLED_YEAR = re.compile("二[〇○零]([〇○零一二三四五六七八九]{2})年")
_SPELLED_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FILE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DUE_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?:年?[底末内]|\d{1,2}月(?:底|\d{1,2}日)?前|[，,])")


def read_title(lines: Sequence[Line]) -> str | None:
    """The title printed above the text, wrapped lines joined, 《》 and 关于印发…的通知 taken off; None without one."""
    opening = opening_lines(lines)
    found: str | None = None
    for i, line in enumerate(opening):
        text = _joined(opening, i)
        inner = _PASSED_ON.search(text)
        if inner and not found:
            found = inner["inner"]
        elif _is_title(text) and not inner:
            found = text
            below = opening[i + 1].text.replace(" ", "") if i + 1 < len(opening) else ""
            if _BELOW_TITLE.fullmatch(below):
                found = text + below
            if len(line.text.replace(" ", "")) < len(text):
                break
    return _unbracketed(found) if found else None


def _unbracketed(title: str) -> str:
    inner = _BRACKETED.match(title)
    return inner["inner"] if inner else title


def opening_lines(lines: Sequence[Line]) -> list[Line]:
    """Lines above the first numbered one."""
    found: list[Line] = []
    for line in lines[:_SEARCHED_LINES]:
        if read_label(line.text):
            break
        found.append(line)
    return found


def _joined(opening: Sequence[Line], i: int) -> str:
    """The line, with the line above when a title was wrapped: 鹿寨县2022年 / 工作计划."""
    text = opening[i].text.replace(" ", "")
    above = opening[i - 1].text.replace(" ", "") if i else ""
    wraps = above and len(above) <= 40 and not _SENTENCE.search(above) and not _NOT_TITLE.search(above)
    if wraps and len(text) <= 30 and _is_title(text) and not _TITLE.match(above) and not _stands_apart(above, text):
        return above + text
    return text


def _stands_apart(above: str, text: str) -> bool:
    """The office that issues a paper is no part of its title, unless the title goes on with 关于."""
    if above.endswith(("文件", "日")):
        return True
    return bool(re.search(r"(?:办公室|政府|局|委员会|委)$", above)) and not text.startswith("关于")


def _is_title(text: str) -> bool:
    plain = _unbracketed(text)
    if plain != text and 4 <= len(plain) <= _LONGEST:
        return True
    if not 4 <= len(plain) <= _LONGEST or _SENTENCE.search(plain) or _NOT_TITLE.search(plain):
        return False
    return bool(_TITLE.match(plain))


def read_year(title: str | None, name: str, lines: Sequence[Line]) -> int | None:
    """The plan's year: from its title, else the one its deadlines name most, else the file's name."""
    school = _SCHOOL_YEAR.search(title or "")
    if school:
        return int(school[1])
    titled = _YEAR_SPAN.search(title or "")
    spelled = _SPELLED_YEAR.search(title or "")
    if titled:
        return int(titled[1])
    if spelled:
        return int("20" + spelled[1].translate(_SPELLED_DIGITS))
    weights: Counter[int] = Counter()
    for line in lines:
        weights.update({int(y): 3 for y in set(_DUE_YEAR.findall(line.text))})
        weights.update({int(y): 1 for y in set(_YEAR_SPAN.findall(line.text))})
    if weights:
        return max(weights, key=lambda y: (weights[y], y))
    named = _FILE_YEAR.search(name)
    return int(named[1]) if named else None
