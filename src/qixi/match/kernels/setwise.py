"""Values of sets of symbols and of technologies by their sets, as precise as finding candidates needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


class Sets(NamedTuple):
    """Sets of keys: set s has `members[offsets[s]:offsets[s + 1]]`, keys by number, with `shares`.

    None is empty. Where `stated[s]`, the shares are 1; `counts[s]` technologies have the set.
    """

    offsets: NDArray[np.int32]
    members: NDArray[np.int32]
    shares: NDArray[np.float64]
    stated: NDArray[np.bool_]
    counts: NDArray[np.int32]


@compiled
def over_sets(values: NDArray[np.float64], sets: Sets, out: NDArray[np.float32]) -> tuple[float, int]:
    """Write one value for each set from one value for each key: the best stated, the expected guessed.

    `out` float32 (sets,). Returns their sum over technologies, and how many technologies these are.
    """
    offsets, members, shares, stated, counts = sets
    total, technologies = 0.0, 0
    for s in range(out.size):
        begin, end = offsets[s], offsets[s + 1]
        worth = 0.0
        if stated[s]:
            # Most have a few symbols: the first four are read without a jump that depends on how many.
            one, two, three = min(begin + 1, end - 1), min(begin + 2, end - 1), min(begin + 3, end - 1)
            worth = max(values[members[begin]], values[members[one]])
            worth = max(worth, values[members[two]], values[members[three]])
            for j in range(begin + 4, end):
                worth = max(worth, values[members[j]])
        else:
            for j in range(begin, end):
                worth += values[members[j]] * shares[j]
        out[s] = np.float32(worth)
        total += worth * counts[s]
        technologies += counts[s]
    return total, technologies


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
