"""What every reader of a format gives: lines and tables in the order of the document, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.reading import Remark


@dataclass(frozen=True)
class Line:
    """One non-empty paragraph: its 1-based number in the document, and its text with blanks collapsed.

    A number that Word itself makes stands in the text. `heading` is the outline level of its style (1 to 9; 0 for
    ordinary text), `place` where a person finds it ("第3页"; "" where the number says it).
    """

    number: int
    text: str
    heading: int = 0
    place: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a table. `number` counts on from the lines before it, so that every number stands once in a document.

    `cells` are texts with their line breaks, as many in each row of a table. A vertical merge is filled downwards and
    its column listed in `continued`; a horizontal one stands in its first cell, the others empty, and is listed in
    `spans` as (first column, width). Dates are written 2022年6月30日, shares 95%, whole numbers without point.
    """

    number: int
    cells: tuple[str, ...]
    continued: frozenset[int] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Table:
    """A table in its rows; `name` is its sheet's name or its caption, "" where it has none."""

    rows: tuple[Row, ...]
    name: str = ""


@dataclass(frozen=True)
class Document:
    """A whole document. `notes` are what the reader passed over or did, for the coordinator to know."""

    blocks: tuple[Line | Table, ...]
    notes: tuple[Remark, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines outside tables."""
        return tuple(block for block in self.blocks if isinstance(block, Line))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def places(self) -> Iterator[tuple[int, str]]:
        """(number, place) of every line and row."""
        for block in self.blocks:
            for part in block.rows if isinstance(block, Table) else (block,):
                yield part.number, part.place
