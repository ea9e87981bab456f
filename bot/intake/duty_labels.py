"""The labels before agencies, leaders and time limits: 牵头单位：, 责任领导：, 完成时限：."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_UNIT = r"(?:单位|部门|科室|股室|处室|机构|主体|站所|办公室|村居)"
_NOTE = r"(?:[（(][^）)：:]{1,8}[）)])?"
_OF = r"(?:(?:[省市州县区镇乡](?:级|直)?|主要|具体|直接|项目|整改|工作|任务|共同|联合|首要){0,4})"
_LABEL_WORD = (
    rf"(?P<lead>(?:总?牵头|主办|抓总|第一责任)(?:负责)?(?:[及和、（(/](?:责任|配合|参与|参加|实施|协办)[）)]?)?{_UNIT}?{_NOTE})"
    rf"|(?P<part>(?:配合|参与|参加|协办|协助|协作|协同|支持|会办)(?:责任|实施)?{_UNIT}?{_NOTE})"
    rf"|(?P<duty>(?:责任|主责|承办|实施|落实|承担|完成|主管)(?:[及和、（(/](?:配合|实施|落实)[）)]?)?{_UNIT}(?:[和及、（(/](?:单位|部门|科室)[）)]?)?{_NOTE})"
    r"|(?P<limit>(?:完成|办结|整改|办理|计划完成|目标完成)(?:时限|时间|期限|节点)(?:要求)?|时限要求|时间要求|时间节点|进度(?:要求|安排)|时限|期限)"
    r"|(?P<leader>(?:牵头|责任|分管|包保|包抓|挂点|挂牌|挂联|联系|主管|督导|负责|领衔|[市县区镇乡]级)(?:市|县|区|镇|乡|局|校)?级?领导)"
    r"|(?P<skip>(?:责任|联系|负责|承办|经办|分管|主管)(?:人员?|同志)|(?:督导|督办|监督|督查|考核|指导)"
    r"(?:单位|部门)|联系(?:电话|方式)|责任人及?(?:联系)?电话|备注|责任科长?)"
)
# A label ends with a colon; 责任单位为县水利局 says the same in a sentence.
_END = r"(?:[:：]| (?=[^ ])|(?<=单位)为(?=[一-鿿]{2})|(?<=部门)为(?=[一-鿿]{2}))"
_LABEL = re.compile(rf"{_OF}(?:{_LABEL_WORD}){_END}")
_LABEL_LINE = re.compile(rf"[\s【\[（(]*{_OF}(?:{_LABEL_WORD})(?:[】\]）)]?[:：]|[】\]])")
_BARE_LABEL = re.compile(rf"[\s【\[（(]*{_OF}(?:{_LABEL_WORD})[】\]）)]?[:：]")
# 【责任单位】县水利局: the box stands for the colon.
_BOXED = re.compile(rf"[【\[](?P<boxed>{_OF}(?:{_LABEL_WORD}))[】\]][:：]?")
_PLAIN_DUTY = re.compile(r"责任(?:[:：])")


@dataclass(frozen=True)
class Labelled:
    """A label and what stands behind it up to the next. `kind`: lead, part, duty, limit, leader, skip, "" for none."""

    kind: str
    label: str
    value: str


def starts_with_label(text: str) -> bool:
    """Whether a line begins with 责任单位： or another such label."""
    return bool(_LABEL_LINE.match(text))


def is_bare_label(text: str) -> bool:
    """Whether a line is a label and nothing else, what it announces standing on the next."""
    return len(text) <= 20 and bool(_BARE_LABEL.fullmatch(text))


def has_label(text: str) -> bool:
    """Whether labels part the text."""
    return bool(_LABEL.search(text) or _BOXED.search(text) or _PLAIN_DUTY.match(text))


def label_starts(text: str) -> list[int]:
    """Where labels stand in a text."""
    return [m.start() for m in _LABEL.finditer(text)]


def labelled(text: str) -> Iterator[Labelled]:
    """The text label by label; what stands before the first has kind ""."""
    text = _BOXED.sub(lambda found: found["boxed"] + "：", text)
    marks = list(_LABEL.finditer(text))
    if not marks:
        mark = _PLAIN_DUTY.match(text)
        yield Labelled("duty", "责任", text[mark.end() :] if mark else text)
        return
    head = text[: marks[0].start()].strip("（([【，；。 \n")
    if head:
        yield Labelled("", "", head)
    for mark, end in pairwise([*marks, None]):
        stop = end.start() if end else len(text)
        if mark:
            yield Labelled(mark.lastgroup or "", mark[0], text[mark.end() : stop].strip("，,；;。】]、 \n"))
