"""Numbers in a target column: those that stand alone, with the sign and unit around them, and counts in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.reading import TargetReading
from bot.intake.blocks import Row
from bot.intake.passages import Passage
from bot.intake.tables.cells import whole
from bot.intake.tables.columns import Column, Kind, count_unit
from bot.intake.targets import read_targets

_SIGNS = {
    ">=": "≥|>=|≧|不低于|不少于|不小于|至少|达到?",
    "<=": "≤|<=|≦|不高于|不超过|不大于|不多于|控制在",
    ">": "＞|>|大于|超过|高于|突破|超",
    "<": "＜|<|小于|低于|少于",
    "≈": "≈|约|左右",
    "=": "=|＝",
}
_TAILS = {">=": "及?以上", "<=": "及?以下|以内|之内|内", "≈": "左右|上下"}
_NUMBER = re.compile(
    rf"(?P<sign>{'|'.join(_SIGNS.values())})?\s*(?P<number>\d[\d,，]*(?:\.\d+)?)"
    rf"\s*(?P<unit>[%％‰]|[^\d\s，,；;。年月日季前后]{{0,6}}?)(?P<tail>{'|'.join(_TAILS.values())})?"
)
_DID = "完成"
RULE = "column"


def stands_alone(cell: str, column: Column) -> bool:
    """Whether a target cell holds nothing but one number."""
    return column.kind is Kind.TARGET and bool(_NUMBER.fullmatch(cell.strip()))


def count(row: Row, column: Column, unit_beside: str) -> Iterator[TargetReading]:
    """The number that stands alone in a cell; its unit is the cell's, the heading's or `unit_beside`."""
    found = _NUMBER.fullmatch(row.cells[column.index].strip())
    if found is None:
        return
    unit = found["unit"].replace("％", "%") or count_unit(column.heading) or unit_beside
    value = float(re.sub("[,，]", "", found["number"]))
    sign = _sign(_TAILS, found["tail"]) or _sign(_SIGNS, found["sign"]) or "="
    heading = re.sub(r"[（(].*|\s", "", column.heading)
    said = found[0] if found["unit"] else found[0].removesuffix(found["tail"] or "") + unit + (found["tail"] or "")
    source = whole(row, column.index).source(0, len(row.cells[column.index]), RULE)
    yield TargetReading(f"{heading}{said}", sign, value, unit, source)


def goals(passage: Passage) -> Iterator[TargetReading]:
    """家庭农场20家 in a target column: what running text would take for a count in passing is a number to reach."""
    told = {t.source.start for t in read_targets(passage) if t.source}
    for piece in re.finditer(r"[^，,；;。]+", passage.text):
        part = passage.part(piece.start(), piece.end())
        if any(column in told for column in part.at):
            continue
        led = replace(part, text=_DID + part.text, at=(*part.at[:1] * len(_DID), *part.at))
        for target in read_targets(led):
            yield replace(target, text=target.text.removeprefix(_DID))


def _sign(words: Mapping[str, str], said: str | None) -> str:
    """The comparison that words before or behind a number stand for, "" for none."""
    return next((sign for sign, way in words.items() if said and re.fullmatch(way, said)), "")
