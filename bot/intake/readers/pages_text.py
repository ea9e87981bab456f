"""Physical lines of PDF pages become paragraphs: page furniture removed, what the margin broke joined again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from bot.intake.readers.pages_lines import Physical, joined
from bot.intake.readers.text import is_contents

_PAGE_NUMBER = re.compile(
    r"[-—–－─―·~\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:[\s,，/／]*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–－─―·~\s]*", re.IGNORECASE
)
_STOP = re.compile(r"[。！？；：.!?;:]$|[。！？；][”’）)〕】]$")
_DUTY_END = re.compile(r"(?:牵头|负责|配合|参与|参加|落实|协助|协办|主办)[）)〕】]。?$")
_LABEL = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节条部编]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,3}(?:\.\d{1,2}){0,3}[.．、](?!\d)|[①-⑳]|附件\d*[:：]"
)
_LABELLED = re.compile(
    r".{0,3}(?:单位|部门|领导|时限|时间|科室|责任人|标准|目标)[:：]|(?:牵头|配合|责任|主办|协办)[:：]"
)
_TOP_BAND, _BOTTOM_BAND = 0.12, 0.86
_TITLE = 1.08


@dataclass(frozen=True)
class Paper:
    """How running text lies on the pages, in points: its margins, its usual size and its usual line pitch per size.

    `indented` when the first lines of paragraphs are set in, `justified` when full lines end at one edge.
    """

    left: float
    right: float
    size: float
    pitch: float
    indented: bool = False
    justified: bool = False

    def is_full(self, line: Physical, following: Physical) -> bool:
        """Whether what follows did not fit on the line any more."""
        room = self.right - line.x1
        return room < (0.6 * self.size if self.justified else following.first + 0.2 * self.size)


def without_furniture(
    pages: Sequence[Sequence[Physical]], heights: Sequence[float], pitch: float
) -> list[list[Physical]]:
    """Each page's lines without page numbers, running headers and footers, and lines of a table of contents.

    `pitch` is the usual distance from line to line in sizes of type.
    """
    edges = [list(_edges(page, height, pitch)) for page, height in zip(pages, heights, strict=True)]
    seen = Counter((_shape(line.text), round(line.top / 6)) for page in edges for line in page)
    least = max(2, len(pages) / 2)

    def is_furniture(line: Physical) -> bool:
        shape, near = _shape(line.text), round(line.top / 6)
        return sum(seen[(shape, at)] for at in (near - 1, near, near + 1)) >= least

    result = []
    for page, edge, height in zip(pages, edges, heights, strict=True):
        dropped = {id(line) for line in edge if is_furniture(line)}
        dropped |= {id(line) for line in _numbers(page, height)}
        result.append([line for line in page if id(line) not in dropped and not is_contents(line.text)])
    return result


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _numbers(page: Sequence[Physical], height: float) -> Iterator[Physical]:
    """The page number: the first or the last line when it is nothing else."""
    for line in (*page[:1], *page[-1:]):
        outside = line.top < _TOP_BAND * height or line.bottom > _BOTTOM_BAND * height
        if outside and _PAGE_NUMBER.fullmatch(line.text):
            yield line


def _edges(page: Sequence[Physical], height: float, pitch: float) -> Iterator[Physical]:
    """Lines near the top and the bottom edge that stand apart from the text between them, or alone on the page."""
    if len(page) == 1 and not _TOP_BAND * height <= page[0].top <= page[0].bottom <= _BOTTOM_BAND * height:
        yield page[0]
    for order in (page, page[::-1]):
        for line, following in pairwise(order[:3]):
            near = line.top < _TOP_BAND * height if order is page else line.bottom > _BOTTOM_BAND * height
            far = abs(following.top - line.top) > 1.25 * pitch * max(line.size, following.size)
            apart = far or line.size < 0.93 * following.size
            if near and (apart or _PAGE_NUMBER.fullmatch(line.text)):
                yield line


def measure(lines: Sequence[Physical], width: float) -> Paper:
    """The margins that most lines keep to on pages of this width, and the usual size and pitch."""
    if not lines:
        return Paper(0, width, 1, 2)
    size = median(line.size for line in lines for _ in line.text[:40:4])
    left = _left(lines, size)
    right = _right(lines, size, width - left)
    paper = Paper(left, right, size, 0)
    near = [(a, b) for a, b in pairwise(lines) if a.page == b.page and 0.9 < (b.top - a.top) / max(a.size, 1) < 4]
    full = [a for a, b in pairwise(lines) if paper.is_full(a, b)]
    paper = replace(paper, justified=4 * sum(1 for a in full if abs(right - a.x1) < 0.25 * size) > 3 * len(full))
    within = [pair for pair in near if paper.is_full(*pair)] or near
    begins = [b for a, b in pairwise(lines) if not paper.is_full(a, b)]
    set_in = sum(1 for line in begins if 1.2 * size < line.x0 - left < 3 * size)
    pitch = median([(b.top - a.top) / max(a.size, 1) for a, b in within] or [1.8])
    return replace(paper, pitch=pitch, indented=2 * set_in > len(begins))


def _left(lines: Sequence[Physical], size: float) -> float:
    """The smallest beginning that several lines share."""
    few = max(2, len(lines) // 25)
    begins = sorted(line.x0 for line in lines)
    shared = (a for a, b in zip(begins, begins[few - 1 :], strict=False) if b - a < 0.5 * size)
    return next(shared, begins[0])


def _right(lines: Sequence[Physical], size: float, mirrored: float) -> float:
    """Where justified lines end; in ragged text the end of the longest, or a margin as wide as the left one."""
    ends = [line.x1 for line in lines]
    longest = max(ends)
    usual, count = Counter(round(end / size * 4) for end in ends).most_common(1)[0]
    edge = usual * size / 4
    if count >= max(3, len(ends) // 7) and edge > 0.85 * longest:
        return max(end for end in ends if abs(end - edge) <= size / 8)
    near = sum(1 for end in ends if longest - end < 1.2 * size)
    return longest if near >= 3 else max(longest, mirrored - size)


def paragraphs(lines: Sequence[Physical], paper: Paper) -> Iterator[tuple[str, int]]:
    """(text, page on which it begins) of each paragraph in turn."""
    open_lines: list[Physical] = []
    for line in lines:
        if open_lines and not _goes_on(open_lines, line, paper):
            yield joined(part.text for part in open_lines), open_lines[0].page
            open_lines = []
        open_lines.append(line)
    if open_lines:
        yield joined(part.text for part in open_lines), open_lines[0].page


def _goes_on(told: Sequence[Physical], line: Physical, paper: Paper) -> bool:
    """Whether `line` belongs to the paragraph of the lines `told`."""
    last = told[-1]
    if _looks_different(last, line, paper) or _stands_apart(last, line, paper):
        return False
    labelled = _is_labelled(line)
    if _is_title(last, paper) and _is_title(line, paper):
        return not labelled and line.text[0] not in "（(" and not _is_whole(last.text)
    if not paper.is_full(last, line):
        return _was_pushed_down(told, line, paper) and not labelled
    if labelled:
        return paper.indented and line.x0 - paper.left < 0.8 * paper.size and not _is_whole(last.text)
    return _keeps_indent(told, line, paper) and not _ends_here(told, line, paper)


def _ends_here(told: Sequence[Physical], line: Physical, paper: Paper) -> bool:
    """Where nothing is set in, a full line is its paragraph's last when a duty ends on it, or more space follows."""
    if paper.indented:
        return False
    last = told[-1]
    spaced = last.page == line.page and (line.top - last.top) / max(last.size, 1) > 1.1 * paper.pitch
    closed = _STOP.search(last.text) or _LABELLED.match(told[0].text)
    return bool(_DUTY_END.search(last.text)) or (spaced and bool(closed))


def _is_whole(text: str) -> bool:
    """Whether a sentence or a bracket of duties ends with the line."""
    return bool(_STOP.search(text) or _DUTY_END.search(text))


def _is_labelled(line: Physical) -> bool:
    return bool(_LABEL.match(line.text) or _LABELLED.match(line.text))


def _looks_different(last: Physical, line: Physical, paper: Paper) -> bool:
    """Of another size or font; a paragraph may begin in bold type, though, and go on at the margin in ordinary type."""
    if abs(last.size - line.size) > (_TITLE - 1) * max(last.size, line.size):
        return True
    runs_on = (
        paper.indented and paper.is_full(last, line) and line.x0 - paper.left < 0.5 * paper.size < last.x0 - paper.left
    )
    return bool(last.font and line.font and last.font != line.font) and not runs_on


def _stands_apart(last: Physical, line: Physical, paper: Paper) -> bool:
    step = (line.top - last.top) / max(last.size, 1)
    return last.page == line.page and (step > 1.45 * paper.pitch or step < 0)


def _is_title(line: Physical, paper: Paper) -> bool:
    """Larger than the text, or centred and far from both margins."""
    before, behind = line.x0 - paper.left, paper.right - line.x1
    centred = min(before, behind) > 2.6 * paper.size and abs(before - behind) < 1.2 * paper.size
    return centred or line.size > _TITLE * paper.size


def _was_pushed_down(told: Sequence[Physical], line: Physical, paper: Paper) -> bool:
    """Room was left, yet the paragraph goes on: a first line is set in, this one is not, and the sentence is open."""
    indented = 1.2 * paper.size < told[0].x0 - paper.left < 3 * paper.size
    flush = line.x0 - paper.left < 0.5 * paper.size
    long = told[-1].x1 - paper.left > 0.7 * (paper.right - paper.left)
    return indented and flush and long and not _is_whole(told[-1].text)


def _keeps_indent(told: Sequence[Physical], line: Physical, paper: Paper) -> bool:
    """A full line's follower goes on where the paragraph's other lines begin, a new paragraph where first lines do."""
    em, first, last = paper.size, told[0], told[-1]
    if len(told) > 1:
        return abs(line.x0 - told[1].x0) < 0.8 * em
    if line.x0 - paper.left < 0.8 * em:
        return True
    if abs(line.x0 - first.x0) < 0.5 * em:
        return not _is_whole(last.text) and not _is_labelled(first)
    return not _is_whole(last.text)
