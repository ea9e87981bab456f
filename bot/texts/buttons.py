"""Buttons under a message: their data names the action, the card and the revision it was drawn in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.texts.markup import cut, one_line, plain
from bot.texts.message import Button

Row = tuple[Button, ...]

_LABEL = 40
_PER_ROW = 2


@dataclass(frozen=True)
class Keys:
    """Makes the buttons of one card."""

    card_id: int
    rev: int

    def key(self, source: str, action: str, *args: object, style: str = "", **values: object) -> Button:
        """A button labelled with a text of ours."""
        return self.named(plain(source, **values), action, *args, style=style)

    def named(self, label: str, action: str, *args: object, style: str = "") -> Button:
        """A button labelled with a name or number; the data stays far below 64 bytes."""
        data = ":".join(map(str, ("1", action, self.card_id, self.rev, *args)))
        return Button(cut(one_line(label), _LABEL) or "…", data, style=style)


def rows(buttons: Iterable[Button | None], per_row: int = _PER_ROW) -> tuple[Row, ...]:
    """The buttons there are, `per_row` beside each other."""
    there = [button for button in buttons if button is not None]
    return tuple(tuple(there[at : at + per_row]) for at in range(0, len(there), per_row))


@dataclass(frozen=True)
class Page:
    """A piece of a long list: items [start, end) of `total`, page `number` of `count`, counted from 0."""

    number: int
    count: int
    start: int
    end: int


def page_of(total: int, wanted: int, size: int) -> Page:
    """The wanted page, kept inside the list."""
    count = max(1, -(-total // size))
    number = min(max(wanted, 0), count - 1)
    return Page(number, count, number * size, min(total, (number + 1) * size))


def pager(page: Page, turn: Sequence[Button | None]) -> tuple[Row, ...]:
    """‹ and › as given; nothing for a single page."""
    return rows(turn) if page.count > 1 else ()
