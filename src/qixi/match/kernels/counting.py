"""Counting the units of documents that are given as lists of numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


def counted(
    start: NDArray[np.int64], ids: NDArray[np.int32], terms: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return (start, units, counts): each document's units once, in order of first occurrence.

    Document d holds `ids[start[d]:start[d + 1]]`, numbers in [0, terms), repeated as in its text; raises
    ValueError where one lies outside. Returned `start` int64 (documents + 1,), others int32 (entries,).
    """
    if ids.size and not 0 <= int(ids.min()) <= int(ids.max()) < terms:
        msg = f"numbers of units must lie in [0, {terms})"
        raise ValueError(msg)
    units = np.empty(ids.size, dtype=np.int32)
    counts = np.empty(ids.size, dtype=np.int32)
    out_start = np.zeros(start.size, dtype=np.int64)
    _count(start, ids, np.full(terms, -1, dtype=np.int64), out_start, units, counts)
    size = int(out_start[-1])
    return out_start, units[:size].copy(), counts[:size].copy()


@compiled
def _count(
    start: NDArray[np.int64],
    ids: NDArray[np.int32],
    place: NDArray[np.int64],
    out_start: NDArray[np.int64],
    units: NDArray[np.int32],
    counts: NDArray[np.int32],
) -> None:
    # `place` says where a unit was last put; what lies before this document's entries is of earlier ones.
    to = 0
    for document in range(start.size - 1):
        first = to
        for j in range(start[document], start[document + 1]):
            unit = ids[j]
            at = place[unit]
            if at >= first:
                counts[at] += 1
            else:
                place[unit] = to
                units[to] = unit
                counts[to] = 1
                to += 1
        out_start[document + 1] = to
