"""Implementers named once for all tasks: 下列各项任务，各镇人民政府均为共同责任单位，不再列出."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TASKS = r"(?:重点)?(?:任务|工作|事项|措施|内容|项目|条款|要求)(?:事项|措施|内容)?"
_ALL = (
    r"(?:以下|下列|下述|后续|上述|以上|所列|本方案|本计划|本要点|各项|各条|所有|全部|每项)"
    rf"(?:各项|各条|所有|全部|所列|的)*{_TASKS}"
)
_ARE = re.compile(
    rf"(?P<names>[^，,。；;：:]{{2,80}}?)(?:均|都|皆|一律|同时|一并|也)(?:作?为|是|列为|作为)(?:{_ALL}的)?"
    r"(?:共同|主要|当然|具体|直接)*(?P<role>责任|实施|落实|承办|配合|参与|协办)(?:单位|主体|部门)"
)
_SCOPE = re.compile(rf"{_ALL}|不再[^，。；]{{0,6}}列")
_LEAD_IN = re.compile(rf"^(?:{_ALL})?(?:中|里|由|涉及的?|除[^，]{{2,30}}外)?")
_SENTENCE = re.compile(r"[^。；;]+")


@dataclass(frozen=True)
class ForAll:
    """The names at `start` to `end` of a text that answer for every task; `helps`: they only take part."""

    start: int
    end: int
    helps: bool


def named_for_all(text: str) -> ForAll | None:
    """The bodies a sentence makes answerable for all tasks; None where no sentence does."""
    for sentence in _SENTENCE.finditer(text):
        found = _ARE.search(text, *sentence.span())
        if found is None or not _SCOPE.search(sentence[0]):
            continue
        lead_in = _LEAD_IN.match(found["names"])
        start = found.start("names") + (lead_in.end() if lead_in else 0)
        return ForAll(start, found.end("names"), found["role"] in ("配合", "参与", "协办"))
    return None
