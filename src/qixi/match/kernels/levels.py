"""The worth of the commonest terms as levels of one byte for each document: read in a row, not looked up."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Lists, fixed

HIGHEST = 255
_TILE = 8192
"""Documents at a time: their sums stay in the first cache while term after term is added."""


class Levels(NamedTuple):
    """The commonest terms that a query asks for: rows of `levels` uint8 (common terms, documents).

    `rows` int32 and `weights` float32 (asked,): a level is worth its row's weight times the level.
    """

    levels: NDArray[np.uint8]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, levels: NDArray[np.uint8], rows: NDArray[np.int32], weights: NDArray[np.float32]) -> Self:
        """View the arrays as the loops read them."""
        return cls(fixed(levels, np.uint8), fixed(rows, np.int32), fixed(weights, np.float32))


@compiled
def add_levels(acc: NDArray[np.float32], asked: Levels) -> None:
    """Add what the asked rows are worth to `acc` float32 (documents,), row after row."""
    levels, rows, weights = asked
    for begin in range(0, acc.size, _TILE):
        sums = acc[begin : begin + _TILE]
        for k in range(rows.size):
            row, weight = levels[rows[k], begin : begin + _TILE], weights[k]
            for i in range(sums.size):
                sums[i] += weight * np.float32(row[i])


@compiled
def highest(by_term: Lists, terms: NDArray[np.int64], out: NDArray[np.float32]) -> None:
    """Raise `out` float32 (terms,) to the highest worth of each of `terms`; inf where one is below 0."""
    start, _, worth = by_term
    for k in range(terms.size):
        if terms[k] >= start.size - 1:
            continue
        for j in range(start[terms[k]], start[terms[k] + 1]):
            if worth[j] < 0:
                out[k] = np.float32(np.inf)
            elif worth[j] > out[k]:
                out[k] = worth[j]


@compiled
def fill_levels(
    by_term: Lists, terms: NDArray[np.int64], scale: NDArray[np.float32], levels: NDArray[np.uint8]
) -> None:
    """Write the levels of `terms` to the rows of `levels`, all 0 before: worth / scale, rounded."""
    start, columns, worth = by_term
    for k in range(terms.size):
        if terms[k] >= start.size - 1:
            continue
        row = levels[k]
        for j in range(start[terms[k]], start[terms[k] + 1]):
            row[columns[j]] = np.uint8(worth[j] / scale[k] + np.float32(0.5))
