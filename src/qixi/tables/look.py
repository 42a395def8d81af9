"""How a workbook looks to the people who open it: names, widths, what is folded away."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NARROWEST, WIDEST = 8, 60
FOLDED_WIDTH = 12
"""Widths of columns, in the widths of a digit, which is what workbooks count in."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the sheet of rows looks.

    `title` is the name of the sheet, `heads` what people call the columns; a head is written as
    people's word with the column's own name in brackets, by which it is read back. Columns in
    `hidden` are for programs; what is too long for a cell is left out there, which the cell says. Text in
    columns whose name begins with one of `shortened` is cut to what a cell holds; elsewhere text that is
    too long is refused.
    """

    title: str = "data"
    heads: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    shortened: tuple[str, ...] = ()

    def head(self, column: str) -> str:
        """Return the head of a column."""
        word = self.heads.get(column)
        return column if word is None else f"{word}\n({column})"

    def width(self, column: str, values: Iterable[object]) -> float:
        """Return a width in which the head and most of the values can be read."""
        if column in self.hidden:
            return FOLDED_WIDTH
        lines = [line for text in (self.head(column), *map(_shown, values)) for line in text.split("\n")]
        return min(max(max(map(_breadth, lines)) + 2, NARROWEST), WIDEST)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)[: 2 * WIDEST]


def _breadth(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:WIDEST])
