"""Weighing counted units, and the means of what they contribute."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


@compiled
def weigh_rows(
    start: NDArray[np.int64],
    terms: NDArray[np.int32],
    vectors: NDArray[np.int32],
    table: NDArray[np.int32],
    norms: NDArray[np.float64],
    unit_worth: NDArray[np.float64],
    k1: float,
) -> NDArray[np.float32]:
    """Return the BM25F contribution of each entry; fields are added in their order.

    Entry j is term `terms[j]` standing `table[vectors[j]]` times in the fields of its document.
    """
    out = np.empty(terms.size, dtype=np.float32)
    for d in range(start.size - 1):
        for j in range(start[d], start[d + 1]):
            tf = 0.0
            for f in range(table.shape[1]):
                tf += norms[d, f] * table[vectors[j], f]
            out[j] = tf * (k1 + 1) / (tf + k1) * unit_worth[terms[j]]
    return out


@compiled
def add_moments(
    terms: NDArray[np.int32],
    worth: NDArray[np.float32],
    total: NDArray[np.float64],
    square: NDArray[np.float64],
) -> None:
    """Add each entry to the sum of its term and its square to the sum of squares, in the entries' order."""
    for j in range(terms.size):
        value = np.float64(worth[j])
        total[terms[j]] += value
        square[terms[j]] += value * value
