"""Merged cells of a table: a vertical merge is filled downwards, a horizontal one stays in its first cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last (row, column) of a merge, 0-based and inclusive."""

_MOST = 300_000


class Merges:
    """The merges of a table of `height` rows and `width` columns; what reaches beyond it is cut off."""

    def __init__(self, areas: Iterable[Area], height: int, width: int) -> None:
        """Raises ValueError when the merges cover more rows than any person merges."""
        self._continued: dict[int, set[int]] = {}
        self._spans: dict[int, set[tuple[int, int]]] = {}
        self._sources: dict[tuple[int, int], tuple[int, int]] = {}
        for (top, left), (bottom, right) in areas:
            if top < height and left < width:
                self._add(top, left, min(bottom, height - 1), min(right, width - 1))

    def _add(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) in self._sources:
            return
        for row in range(top, bottom + 1):
            if (row, left) in self._sources:
                return  # overlapping areas are a damaged file's; the first counts
            if len(self._sources) >= _MOST:
                raise ValueError("too many merged cells")
            self._sources[(row, left)] = (top, left)
            if row > top:
                self._continued.setdefault(row, set()).add(left)
            if right > left:
                self._spans.setdefault(row, set()).add((left, right - left + 1))

    def continued(self, row: int) -> frozenset[int]:
        """Columns of the row whose cell goes on from the row above."""
        return frozenset(self._continued.get(row, ()))

    def spans(self, row: int) -> tuple[tuple[int, int], ...]:
        """(first column, width) of the row's cells that are wider than one column."""
        return tuple(sorted(self._spans.get(row, ())))

    def filled(self, rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
        """The rows with every vertical merge filled down."""
        result = [list(row) for row in rows]
        for row, columns in self._continued.items():
            for column in columns:
                top, left = self._sources[(row, column)]
                result[row][column] = rows[top][left]
        return tuple(tuple(row) for row in result)
