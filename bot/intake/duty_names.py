"""The names in one run of a responsibility, each apart from its mark, its person and the 等 behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.agency_names import looks_like_agency, split_names
from bot.domain.model import DutyRole
from bot.domain.reading import CERTAIN

_NAME_MARK = re.compile(r"[（(〔\[【](牵头|主办|主责|配合|协办|参与)(?:单位|部门|负责)?[）)〕\]】]")
# 财务股（牵头）基建股: a line ended behind the mark.
_MARK_BETWEEN = re.compile(rf"(?:{_NAME_MARK.pattern})(?=[一-鿿])")
_ETC = re.compile(
    r"等(?:[\d一二三四五六七八九十两]{1,3}个)?(?:县直|市直|区直)?(?:有关|相关|各|其他|成员|责任|配合|职能)*(?:部门和单位|部门单位|部门|单位|机构)?$"
)
# 市国资委等部门和各县: the list goes on behind its 等.
_ETC_AND = re.compile(r"(等(?:[省市州县区]直|有关|相关)*(?:部门|单位)*)(?:以及|[和及与])(?=[^部单])")
_VAGUE = re.compile(
    r"(?:及|和)?(?:其他|其它)?(?:[省市州县区](?:直|级|属)?)?(?:其他|其它)?(?:有关|相关|成员|责任|职能)(?:职能|责任|成员)?(?:部门和单位|部门单位|部门|单位|科室|股室)$"
)
_LEADING = re.compile(r"^(?:[此该本][项]?工作|[此该本]项任务|由|并由|并|以及|及|和|与|再由|其中|[：:，,；;、。\s])+")
_PERSON = re.compile(r"[（(][一-鿿·]{2,4}[）)]$")


@dataclass(frozen=True)
class Part:
    """An agency as written in the text, before its prefix is restored, and what it is asked to be."""

    name: str
    role: DutyRole
    confidence: float = CERTAIN


def read_names(text: str) -> tuple[tuple[Part | str, ...], bool]:
    """Names of a run, with （牵头） marks turned into roles; and whether the run ends in 等."""
    found: list[Part | str] = []
    open_list = False
    text = _MARK_BETWEEN.sub(r"\g<0>、", _ETC_AND.sub(r"\1、", _LEADING.sub("", text.strip())))
    for raw in split_names(text):
        name, etc = _without_etc(_LEADING.sub("", raw).strip("。；;：: "))
        open_list = open_list or etc
        mark = _NAME_MARK.search(name)
        name = _without_person(_NAME_MARK.sub("", name))
        if name and not _VAGUE.fullmatch(name):
            found.append(_marked(name, mark[1]) if mark else name)
        elif name:
            open_list = True
    return tuple(found), open_list


def _marked(name: str, mark: str) -> Part:
    lead = mark in ("牵头", "主办", "主责")
    return Part(name, DutyRole.LEAD if lead else DutyRole.PARTICIPANT)


def _without_etc(name: str) -> tuple[str, bool]:
    found = _ETC.search(name)
    return (name[: found.start()], True) if found else (name, False)


def _without_person(name: str) -> str:
    """县水利局（张三）→ 县水利局; a bracket that is part of the name stays."""
    person = _PERSON.search(name)
    if person and not looks_like_agency(person[0][1:-1]):
        return name[: person.start()]
    return name
