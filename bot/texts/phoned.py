"""Whose answer a 代填 is, as the coordinator is offered it: it goes into the record as it stands."""

from __future__ import annotations

from datetime import date

from bot.texts.language import speaking
from bot.texts.markup import one_line, plain
from bot.texts.wording import short_day


def call_source(name: str, on: date, language: str) -> str:
    """电话 王强 4月12日."""
    with speaking(language):
        return plain("电话 {name} {day}", name=one_line(name), day=short_day(on))
