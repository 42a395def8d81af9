"""Values of sets of symbols and of technologies by their sets, as precise as finding candidates needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


@compiled
def over_sets(
    values: NDArray[np.float64],
    offsets: NDArray[np.int64],
    members: NDArray[np.int64],
    shares: NDArray[np.float64],
    stated: NDArray[np.bool_],
    out: NDArray[np.float32],
) -> None:
    """Write one value for each set from one value for each key: the best stated, the expected guessed.

    Set s has `members[offsets[s]:offsets[s + 1]]`, places in `values`, with `shares`; `out` (sets,).
    """
    for s in range(out.size):
        worth = 0.0
        for j in range(offsets[s], offsets[s + 1]):
            value = values[members[j]] * shares[j]
            if not stated[s]:
                worth += value
            elif value > worth:
                worth = value
        out[s] = np.float32(worth)


@compiled
def spread(
    by_set: NDArray[np.float32],
    set_of: NDArray[np.int32],
    other: np.float32,
    closed: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write each technology's value, that of its set or `other` without one, plus `closed`, to `out`.

    All but `by_set` (sets,) have the shape (technologies,); `closed` is 0 or, where barred, -inf.
    """
    for d in range(out.size):
        own = set_of[d]
        value = by_set[own] if own >= 0 else other
        out[d] = value + closed[d]
