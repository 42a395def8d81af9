"""Entries put in order by the row they belong to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


@compiled
def by_row(row_of: NDArray[np.int32], first: int, rows: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return where each row's entries begin, int64 (rows + 1,), and the entries uint32, ascending in a row.

    Entry e is one of row `row_of[e] - first`; entries of rows that are not among `rows` are left out.
    There must be fewer entries than 2**32.
    """
    start = np.zeros(rows + 1, dtype=np.int64)
    for e in range(row_of.size):
        row = row_of[e] - first
        if 0 <= row < rows:
            start[row + 1] += 1
    for row in range(rows):
        start[row + 1] += start[row]
    at, entries = start[:-1].copy(), np.empty(start[rows], dtype=np.uint32)
    for e in range(row_of.size):
        row = row_of[e] - first
        if 0 <= row < rows:
            entries[at[row]] = e
            at[row] += 1
    return start, entries
