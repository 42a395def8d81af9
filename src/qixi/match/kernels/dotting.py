"""Products of vectors, pair by pair."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

_in_any_order = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
"""Sums in the order that fits the processor's registers; compiled into the loops that call them."""


@_in_any_order
def _dot(left: NDArray[np.float32], right: NDArray[np.float32]) -> np.float32:
    total = np.float32(0)
    for k in range(left.size):
        total += left[k] * right[k]
    return total


@_in_any_order
def _exact(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    total = 0.0
    for k in range(left.size):
        total += np.float64(left[k]) * np.float64(right[k])
    return total


@compiled
def add_dots(
    asked: NDArray[np.float32],
    vectors: NDArray[np.float32],
    documents: NDArray[np.int32],
    share: float,
    sums: NDArray[np.float32],
) -> None:
    """Add share x product of one need, float32 (dim,), to the sum of each of its candidates.

    `documents` int32 and `sums` float32 (candidates,): rows of `vectors`, float32 (n, dim).
    """
    weight = np.float32(share)
    for i in range(documents.size):
        sums[i] += weight * _dot(asked, vectors[documents[i]])


@compiled
def dots(
    needs: NDArray[np.float32],
    vectors: NDArray[np.float32],
    rows: NDArray[np.int64],
    documents: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the product of need `rows[i]` and document `documents[i]` to `out[i]`, added up in float64."""
    for i in range(rows.size):
        out[i] = _exact(needs[rows[i]], vectors[documents[i]])
