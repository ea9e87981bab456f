"""What one paragraph says of responsibility, apart from the work it describes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.agency_names import looks_like_agency
from bot.domain.model import DutyRole
from bot.intake.agents import is_office
from bot.intake.duty_labels import label_starts, starts_with_label
from bot.intake.duty_names import Part
from bot.intake.passages import Passage
from bot.intake.responsibilities import (
    FIRST_LEADS,
    MAX_LENGTH,
    Responsibility,
    is_responsibility,
    read_responsibility,
    standing_names,
)
from bot.intake.standing import named_for_all

_OPEN, _CLOSE = "（(〔[【", "）)〕]】"
# No person's paragraph has more; what stands last in it says who answers.
_MOST_BRACKETS = 300
_JUST_PUNCTUATION = re.compile(r"[。；;，,、.\s]*")
# 由县水利局牵头，县农业农村局配合。 as the last sentence, without brackets.
_SENTENCE_DUTY = re.compile(
    r"(?:^|[。；;])(?P<duty>(?:此项工作|该项工作|本项工作)?(?:由)?[一-鿿（）、，]{2,120}?(?:牵头|负责)[一-鿿（）、，\d,]{0,200})[。；;]?$"
)
_CLAUSE = re.compile(r"(?:^|[，,；;。]|(?<=】))(?P<words>[^，,；;。】]+)")
_ANSWERS = re.compile(r"(?:牵头|负责|主办)(?:[、，].+|组织|落实|实施|组织实施|推进|办理)?$")
_HELPS = re.compile(r"(?:配合|参与|参加|协助|协办|落实|会商|协商|支持|监督|督促|负责)$")
_SHORT = 10
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
# Fewer characters behind the last label's stop are a mark of some kind.
_SHORTEST_WORK = 8
_LED = re.compile(r"(?:[此该本]项?工作)?由[一-鿿（）、，]{2,120}?(?:牵头|负责)[一-鿿（）、，\d,]{0,200}[。；;]?$")
_IN_THE_WORK = re.compile(
    r"(?:^|[。；;，,])由(?P<lead>[一-鿿（）、]{3,60}?)牵头[，,]?(?:会同|联合)(?P<with>[一-鿿（）、]{3,120}?)"
    r"(?=(?:共同|定期|联合|每[年月季周])?(?:开展|对|组织|推进|建立|制定|实施|完成|研究|排查|检查|整治|落实))"
)
_STANDING = re.compile(
    r"(?:以下|下列|后续|上述|以上|本方案|本计划|本要点|各项|所有)(?:各项|所有|全部|的)*(?:重点)?(?:任务|工作|措施|内容|事项)?[^，。；]{0,8}(?:均|都)"
    r"[^。]{2,80}(?:不再|落实|负责|配合|参与|参加)[^。]{0,20}"
)
# 均由县政府督查室负责督查: who watches over the tasks does not carry them out.
_WATCHES = re.compile(r"督查|督办|督促|检查|考核|调度|解释|汇总|验收|监督[^管]")
# What stands below a table speaks of its columns; only who answers for all tasks is taken from it.
_REMARK = re.compile(r"[（(]?(?:备注|附注|注|说明|填表说明)[：:]")
_NOBODY = re.compile(r"各?(?:责任|牵头|有关|相关|成员|级|地)*(?:单位|部门|地方|地区|地)")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph's work (`body`) and what it says of who answers. `times` are the pieces behind 完成时限."""

    body: Passage
    said: tuple[Responsibility, ...] = ()
    times: tuple[Passage, ...] = ()

    @property
    def has_duty(self) -> bool:
        """Whether agencies are named."""
        return any(self.said)

    @property
    def is_pure(self) -> bool:
        """Whether nothing but responsibility or time limit is said."""
        return not _JUST_PUNCTUATION.sub("", self.body.text) and bool(self.said)


def read_paragraph(passage: Passage, *, first_leads: bool = False, sentences: bool = True) -> Paragraph:
    """Take responsibilities out of a paragraph: labelled line, brackets, labelled tail, last sentence.

    `sentences` allows a last sentence without brackets (由X牵头); off where papers say such things in general.
    """
    said_first = FIRST_LEADS.search(passage.text[:MAX_LENGTH])
    if said_first and not _brackets_around(passage.text, said_first.start()):
        return Paragraph(passage)
    remark = bool(_REMARK.match(passage.text))
    spans = [] if remark else _duty_spans(passage)
    sentences = sentences and not remark
    told = _told(passage) if sentences and not spans else None
    if told:
        return Paragraph(passage, (told,))
    later = _standing_span(passage, spans)
    if not spans and not later and sentences:
        spans = [(a, b, "sentence") for a, b in _sentence_span(passage.text)]
    said = [((a, b), _said(passage.part(a, b), rule, first_leads)) for a, b, rule in spans]
    kept = [(span, r) for span, r in said if r or r.when or r.leaders or r.standing]
    times = tuple(_locate(passage, span, piece) for span, r in kept for piece in r.when)
    standing = [found for span in later if (found := _standing(passage.part(*span))) is not None]
    responsibilities = (*(r for _, r in kept), *(standing or _for_all(passage)))
    bracketed = [span for span in later if passage.text[span[0]] in _OPEN]
    return Paragraph(passage.without(sorted([*(span for span, _ in kept), *bracketed])), responsibilities, times)


def _told(passage: Passage) -> Responsibility | None:
    """由市公安局牵头，会同市场监管局开展抽查，10月中旬前完成: who answers, in the middle of the work itself."""
    found = _IN_THE_WORK.search(passage.text[:MAX_LENGTH])
    if not found:
        return None
    said = read_responsibility(f"{found['lead']}牵头，{found['with']}配合")
    if not said or not all(looks_like_agency(part.name) and len(part.name) <= 24 for part in said.parts):
        return None
    return replace(said, text=found[0], passage=passage.part(*found.span()), rule="sentence")


def _standing_span(passage: Passage, spans: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """以下各项均需各乡镇人民政府负责落实，不再列出: the sentence, or the whole bracket that says nothing else."""
    found = _STANDING.search(passage.text) if len(passage.text) < MAX_LENGTH else None
    if not found or any(a <= found.start() < b for a, b, _ in spans) or _standing(passage.part(*found.span())) is None:
        return []
    around = [(a, b) for a, b in _brackets(passage.text) if a < found.start() < b]
    return around or [found.span()]


def _said(passage: Passage, rule: str, first_leads: bool) -> Responsibility:
    return replace(read_responsibility(passage.text, first_leads=first_leads), passage=passage, rule=rule)


def _standing(passage: Passage) -> Responsibility | None:
    """Who carries out all tasks, from the sentence that says so; None where it names nobody."""
    sentence = passage.text.strip("（()）〔〕[]【】。")
    names = standing_names(sentence)
    if _WATCHES.search(sentence) or not is_responsibility(names, at_end=True):
        return None
    role = _standing_role(sentence)
    parts = tuple(Part(p.name, role) for p in read_responsibility(names).parts if not _NOBODY.fullmatch(p.name))
    return Responsibility(standing=parts, text=sentence, passage=passage, rule="standing") if parts else None


def _for_all(passage: Passage) -> Iterator[Responsibility]:
    """下列各项任务，各镇人民政府均为共同责任单位."""
    found = named_for_all(passage.text) if len(passage.text) < MAX_LENGTH else None
    names = passage.part(found.start, found.end) if found else None
    if found and names and is_responsibility(names.text, at_end=True):
        role = DutyRole.PARTICIPANT if found.helps else DutyRole.SHARED
        parts = tuple(
            replace(p, role=role) for p in read_responsibility(names.text).parts if not _NOBODY.fullmatch(p.name)
        )
        yield Responsibility(standing=parts, text=passage.text, passage=names, rule="standing")


def _standing_role(sentence: str) -> DutyRole:
    return DutyRole.PARTICIPANT if re.search("配合|参与|参加", sentence) else DutyRole.SHARED


def _brackets_around(text: str, at: int) -> bool:
    return sum(text.count(c, 0, at) for c in _OPEN) > sum(text.count(c, 0, at) for c in _CLOSE)


def _duty_spans(passage: Passage) -> list[tuple[int, int, str]]:
    """(start, end, rule) of what says who answers."""
    text = passage.text
    if starts_with_label(text) and len(text) <= MAX_LENGTH:
        return [(0, len(text), "label")]
    spans = [(a, b, "bracket") for a, b in _brackets(text)[-_MOST_BRACKETS:] if _is_duty(text, a, b)]
    tail = _labelled_tail(passage, spans[-1][1] if spans else 0)
    return [*spans, (*tail, "label")] if tail else spans


def _brackets(text: str) -> list[tuple[int, int]]:
    """Outermost brackets; one never closed ends with the paragraph."""
    found, opened, depth = [], 0, 0
    for i, c in enumerate(text):
        if c in _OPEN:
            opened = opened if depth else i
            depth += 1
        elif c in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                found.append((opened, i + 1))
    if depth and len(text) - opened <= MAX_LENGTH:
        found.append((opened, len(text)))
    return found


def _is_duty(text: str, start: int, end: int) -> bool:
    if end - start > MAX_LENGTH:
        return False
    inside = text[start + 1 : end - (text[end - 1] in _CLOSE)]
    following = text[end : end + 3]
    at_end = not _JUST_PUNCTUATION.sub("", following[:2]) or following[:1] in _OPEN
    mid_clause = bool(following) and bool(re.match(r"[的等后前中和及与由开进]", following))
    return not mid_clause and is_responsibility(inside, at_end=at_end)


def _labelled_tail(passage: Passage, start: int) -> tuple[int, int] | None:
    """…工作。牵头单位：县财政局；配合单位：县水利局。 A stop or a blank stands before the label."""
    text = passage.text
    for at in label_starts(text[start : start + MAX_LENGTH * 4]):
        place = start + at
        parted = place > 0 and (text[place - 1] in "。；;，,）)】 " or passage.at[place] - passage.at[place - 1] != 1)
        if parted and len(text) - place <= MAX_LENGTH:
            return place, _tail_end(text, place)
    return None


def _tail_end(text: str, start: int) -> int:
    """…；完成时限：9月底前。梳理事项清单，…: the work goes on behind the stop after the last label."""
    last = max(start + at for at in label_starts(text[start:]))
    stop = text.find("。", last)
    return stop + 1 if 0 <= stop < len(text) - _SHORTEST_WORK else len(text)


def _sentence_span(text: str) -> list[tuple[int, int]]:
    tail = text[-360:]
    starts = [m.end() for m in re.finditer("[。；;]|[，,](?=由)", tail[:-1])]
    for at in [*starts, *([0] if len(tail) == len(text) else [])]:
        candidate = tail[at:].rstrip("。；;")
        if _SENTENCE_DUTY.match(candidate) and _ends_with_duty(candidate) and _is_plain_duty(candidate):
            return [(len(text) - len(tail) + at, len(text))]
    return _led_sentences(text)


def _led_sentences(text: str) -> list[tuple[int, int]]:
    """由县农业农村局牵头，县财政局配合。 before the sentences that tell the work, or among its clauses."""
    found = (m.span() for m in _SENTENCE.finditer(text[: MAX_LENGTH * 2]))
    led = [(a, b) for a, b in found if _LED.match(text, a, b) and _is_plain_duty(text[a:b].rstrip("。；;"))]
    return led or _led_clauses(text)


def _led_clauses(text: str) -> list[tuple[int, int]]:
    """…，由立案庭负责，信息技术中心配合，3月底前完成: the clauses of duty, with the stop before them."""
    spans: list[tuple[int, int]] = []
    for clause in _CLAUSE.finditer(text[: MAX_LENGTH * 2]):
        a, b = clause.span()
        goes_on = bool(spans) and spans[-1][1] == a and text[a] in "，,；;"
        words = clause["words"]
        if goes_on and len(spans) == 1 and _HELPS.search(words) and _all_offices(words):
            spans[-1] = (spans[-1][0], b)
        elif not spans and _ANSWERS.search(words) and _all_offices(words):
            spans.append((a, b))
    return spans


def _all_offices(words: str) -> bool:
    """Whether a clause names offices and their roles, nothing else."""
    parts = read_responsibility(words).parts
    return bool(parts) and len(words) <= 120 and all(is_office(part.name) for part in parts)


def _ends_with_duty(sentence: str) -> bool:
    """Whether no work is told behind the names (…牵头，年内召开会议不少于4次)."""
    last = re.split("[，,]", sentence)[-1]
    return len(last) <= _SHORT or bool(_HELPS.search(last) or _ANSWERS.search(last))


def _is_plain_duty(sentence: str) -> bool:
    """Whether every name in a bracketless sentence is an agency's; ordinary prose that says 负责 fails."""
    parts = read_responsibility(sentence).parts
    answers = any(part.role is not DutyRole.PARTICIPANT for part in parts)
    return answers and all(looks_like_agency(p.name) and len(p.name) <= 24 for p in parts) and len(sentence) <= 260


def _locate(passage: Passage, span: tuple[int, int], piece: str) -> Passage:
    at = passage.text.find(piece, span[0], span[1])
    return passage.part(at, at + len(piece)) if at >= 0 else passage.part(*span)
