"""Paragraphs as the outline needs them: broken lines joined, run-in items parted, trimmings dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from bot.domain.agency_names import looks_like_agency
from bot.intake.blocks import Line
from bot.intake.duty_labels import is_bare_label, starts_with_label
from bot.intake.labels import inline_starts, read_blank_label, read_label
from bot.intake.paragraphs import read_paragraph
from bot.intake.passages import Passage
from bot.intake.responsibilities import MAX_LENGTH

_OPEN, _CLOSE = "（(〔[【", "）)〕]】"
_YEAR = r"(?:20\d\d|二[〇○零ＯO][〇○零ＯO一二三四五六七八九]{2})年"
_DAY = rf"{_YEAR}[\d一二三四五六七八九十]{{1,3}}月[\d一二三四五六七八九十]{{1,3}}日"
_SIGNED = re.compile(rf"{_DAY}$")
_ANNEX = re.compile(r"附 ?[件表] ?[\d一二三四五六七八九十]{0,3}(?:$|[-—:：.．、 ])[^。；（(]{0,60}$")
# 附件：1.名单 and on the next line 2.信息表
_ANNEX_LIST = re.compile(r"附[件表][:：]1[.．、].{2,60}$")
_ANNEX_ENTRY = re.compile(r"\d{1,2}[.．、][^。；（(]{2,60}")
_TRIMMING = re.compile(
    rf"(?:抄送|分送|主送|主题词)[:：]|（?此件[^，。]{{2,12}}）?$|.{{2,30}}{_DAY}印发$"
    r"|[-—–－·]*第?\d{1,4}页?(?:[,，/]?共\d{1,4}页)?[-—–－·]*$"
)
_DUTY_WORD = re.compile(r"牵头|负责|配合|参与|责任|单位[:：]|[局办委]|政府")
_LONGEST_HEADING = 60
_LONGEST_SIGNATURE = 30
# A bracket is closed within so many lines or was never meant to be.
_REACH = 4
# A line cut into more pieces than this is no person's paragraph: it is cut without looking who answers in each.
_MANY = 200


@dataclass(frozen=True)
class Piece:
    """One paragraph or run-in item. `heading` is the level of a heading without number, else 0.

    `label` is (kind, number) where a blank alone parts them; `opens`: a new document begins here, the outline anew.
    """

    passage: Passage
    heading: int = 0
    label: tuple[str, str] | None = None
    opens: bool = False


def read_pieces(lines: Sequence[Line]) -> Iterator[Piece]:
    """Paragraphs in order. A date that signs a paper, or 附件, ends one document, and another may follow."""
    headings = _heading_levels(lines)
    blanks = any((found := read_label(line.text)) and found[0].startswith("1.1") for line in lines)
    opens, annexed = False, False
    groups = list(_paragraphs(lines))
    for group, after in zip_longest(groups, groups[1:]):
        text = group[0].text.replace(" ", "")
        if after and _SIGNED.match(after[0].text.replace(" ", "")) and _signs(text):
            continue
        annexed = bool(_ANNEX_LIST.match(text)) or (annexed and bool(_ANNEX_ENTRY.fullmatch(text)))
        if annexed and not _ANNEX_LIST.match(text):
            continue
        if _SIGNED.match(text) or _ANNEX.match(group[0].text):
            opens = True
        elif not _TRIMMING.match(text):
            for piece in _parted(group, headings, blanks):
                yield Piece(piece.passage, piece.heading, piece.label, opens)
                opens = False


def _signs(text: str) -> bool:
    """Whether a line before a date is the office that signs, and no work."""
    return len(text) <= _LONGEST_SIGNATURE and looks_like_agency(text) and read_label(text) is None


def _heading_levels(lines: Sequence[Line]) -> frozenset[int]:
    """Levels that several unnumbered headings have; one alone is the document's title."""
    counts = Counter(line.heading for line in lines if _may_head(line))
    return frozenset(level for level, count in counts.items() if count > 1)


def _may_head(line: Line) -> bool:
    plain = bool(line.heading) and len(line.text) <= _LONGEST_HEADING and not line.text.endswith(("。", "；"))
    return plain and read_label(line.text) is None


def _paragraphs(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    at = 0
    while at < len(lines):
        end = _end_of_paragraph(lines, at)
        yield lines[at:end]
        at = end


def _end_of_paragraph(lines: Sequence[Line], at: int) -> int:
    """Index after the last line of the paragraph that begins at `at`."""
    text = lines[at].text
    if len(text) > MAX_LENGTH * 2:
        return at + 1
    wants = _wants(text)
    if not wants:
        return at + 1
    for end in range(at + 1, min(len(lines), at + _REACH)):
        following = lines[end]
        if following.heading or read_label(following.text) or (wants == "names" and starts_with_label(following.text)):
            return at + 1
        text += following.text
        if _wants(text) != wants:
            return end + 1
    return at + 1


def _wants(text: str) -> str:
    """What a line leaves open: "bracket" one to close, "names" those of its label, "" nothing."""
    stripped = text.rstrip()
    if is_bare_label(stripped) or (starts_with_label(stripped) and stripped.endswith("、")):
        return "names"
    opened = _unclosed(stripped)
    return "bracket" if opened >= 0 and _DUTY_WORD.search(stripped, opened) else ""


def _unclosed(text: str) -> int:
    opened: list[int] = []
    for i, c in enumerate(text):
        if c in _OPEN:
            opened.append(i)
        elif c in _CLOSE and opened:
            opened.pop()
    return opened[0] if opened and len(text) - opened[0] <= MAX_LENGTH else -1


def _parted(group: Sequence[Line], headings: frozenset[int], blanks: bool) -> Iterator[Piece]:
    first = group[0]
    if len(group) == 1 and first.heading in headings and _may_head(first):
        yield Piece(Passage.of(first), first.heading)
        return
    label = read_blank_label(first.text) if len(group) == 1 else None
    if label and (blanks or label[0] != "1"):
        at = first.text.index(" ") + 1
        yield Piece(_after(first, at), 0, label)
        return
    passage = Passage.joined(group) if len(group) > 1 else Passage.of(first)
    for start, end in pairwise([0, *_cuts(passage), len(passage.text)]):
        if end > start:
            yield Piece(passage.part(start, end))


def _after(line: Line, column: int) -> Passage:
    whole = Passage.of(line)
    return whole.part(next((i for i, at in enumerate(whole.at) if at >= column), len(whole.at)))


def _cuts(passage: Passage) -> list[int]:
    """Where run-in items begin that answer for themselves; steps with one bracket at their end stay together."""
    starts = inline_starts(passage.text)
    if not starts or len(starts) > _MANY:
        return starts
    pieces = [passage.part(a, b) for a, b in pairwise([0, *starts, len(passage.text)])]
    says = [read_paragraph(p).has_duty for p in pieces]
    return starts if any(says[:-1]) or (says[-1] and _opens_section(pieces)) else []


def _opens_section(pieces: Sequence[Passage]) -> bool:
    """一、农业方面。（一）新建大棚。（…负责）: a section and its only task in one line."""
    outer, inner = read_label(pieces[0].text), read_label(pieces[1].text)
    return bool(outer and inner and outer[0] in ("一、", "part") and inner[0] == "（一）")
