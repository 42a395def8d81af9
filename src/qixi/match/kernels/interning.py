"""Numbering codes in the order in which they are first met, by open addressing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

_FREE = -1


@compiled
def slot_of(keys: NDArray[np.int64], code: int) -> int:
    """Return where `code` stands in `keys`, or the free place for it; there are 2**n places, -1 is free."""
    mask = keys.size - 1
    mixed = np.uint64(code) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(mixed >> np.uint64(32)) & mask
    while keys[at] != _FREE and keys[at] != code:
        at = (at + 1) & mask
    return int(at)


@compiled
def intern(
    keys: NDArray[np.int64], numbers: NDArray[np.int32], codes: NDArray[np.int64], known: int
) -> tuple[NDArray[np.int32], int]:
    """Return the number of each code, and how many are known then; new ones are put into keys and numbers."""
    out = np.empty(codes.size, dtype=np.int32)
    for i in range(codes.size):
        at = slot_of(keys, codes[i])
        if keys[at] == _FREE:
            keys[at], numbers[at] = codes[i], known
            known += 1
        out[i] = numbers[at]
    return out, known
