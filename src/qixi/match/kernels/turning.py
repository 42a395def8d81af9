"""Turning sparse rows into columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


def turned(
    start: NDArray[np.int64], columns: NDArray[np.int32], worth: NDArray[np.float32], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Return rows (start, columns, worth) turned round: row c holds the rows that held c, ascending."""
    counts = np.bincount(columns, minlength=width)
    out_start = np.zeros(width + 1, dtype=np.int64)
    np.cumsum(counts, out=out_start[1:])
    out_columns = np.empty(columns.size, dtype=np.int32)
    out_worth = np.empty(worth.size, dtype=np.float32)
    _turn(start, columns, worth, out_start[:-1].copy(), out_columns, out_worth)
    return out_start, out_columns, out_worth


@compiled
def _turn(
    start: NDArray[np.int64],
    columns: NDArray[np.int32],
    worth: NDArray[np.float32],
    at: NDArray[np.int64],
    out_columns: NDArray[np.int32],
    out_worth: NDArray[np.float32],
) -> None:
    for row in range(start.size - 1):
        for j in range(start[row], start[row + 1]):
            place = at[columns[j]]
            out_columns[place] = row
            out_worth[place] = worth[j]
            at[columns[j]] = place + 1
