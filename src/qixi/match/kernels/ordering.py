"""Scores and numbers as single keys that order them: the higher score first, the lower number on a tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

_BINS = 1024
_FEW = 24


@compiled
def keyed(scores: NDArray[np.float32], numbers: NDArray[np.int32], out: NDArray[np.int64]) -> None:
    """Write a key for each score and number (0 or above); distinct numbers give distinct keys.

    The greater key stands first. Scores are float32 without NaN; -0.0 orders as 0.0.
    """
    for i in range(scores.size):
        bits = np.int64(np.float32(scores[i] + np.float32(0)).view(np.int32))
        rising = bits ^ ((bits >> 31) & np.int64(0x7FFFFFFF))
        out[i] = (rising << 32) | (np.int64(0x7FFFFFFF) - np.int64(numbers[i]))


@compiled
def nth(keys: NDArray[np.int64], count: int) -> int:
    """Return the `count`-th greatest key, 1 <= count <= keys.size; `keys` is used up."""
    size = keys.size
    bins = np.empty(_BINS, dtype=np.int64)
    while size > _FEW:
        low = high = keys[0]
        for i in range(1, size):
            low = min(low, keys[i])
            high = max(high, keys[i])
        if low == high:
            return int(low)
        # Unsigned: two keys may lie further apart than the greatest signed number.
        span = np.uint64(high) - np.uint64(low)
        shift = np.uint64(0)
        while (span >> shift) >= np.uint64(_BINS):
            shift += np.uint64(1)
        bins[:] = 0
        for i in range(size):
            bins[(np.uint64(keys[i]) - np.uint64(low)) >> shift] += 1
        bin_ = _BINS - 1
        while bins[bin_] < count:
            count -= bins[bin_]
            bin_ -= 1
        to = 0
        for i in range(size):
            kept = keys[i]
            keys[to] = kept
            to += (np.uint64(kept) - np.uint64(low)) >> shift == np.uint64(bin_)
        size = to
    for i in range(1, size):
        kept = keys[i]
        at = i
        while at > 0 and keys[at - 1] < kept:
            keys[at] = keys[at - 1]
            at -= 1
        keys[at] = kept
    return int(keys[count - 1])
