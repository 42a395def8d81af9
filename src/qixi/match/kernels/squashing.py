"""Sums of standard deviations brought to 0..1 through a table."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import fixed

_LOW, _HIGH = -24.0, 40.0
"""Where the table begins, with 4e-11 / half, and ends; above it softplus(s) is s to 18 digits."""
_STEPS = 64
"""Table entries for each standard deviation."""


class Squash(NamedTuple):
    """softplus(s) / (softplus(s) + half) for s: `table` float32, linear between, within 1e-5 for half >= 0.01.

    Below the table its first value stands; above it s / (s + half), so that large sums still differ.
    """

    table: NDArray[np.float32]
    half: np.float32

    @classmethod
    def of(cls, half: float) -> Self:
        """Make the table; `half` is the sum that becomes one half, above 0."""
        at = _LOW + np.arange(int((_HIGH - _LOW) * _STEPS) + 2) / _STEPS
        lifted = np.logaddexp(0.0, at)
        return cls(fixed((lifted / (lifted + half)).astype(np.float32), np.float32), np.float32(half))


@compiled
def squashed(sums: NDArray[np.float32], lift: np.float32, squash: Squash, out: NDArray[np.float32]) -> None:
    """Write squash(sums + lift) to `out`, both float32 (documents,)."""
    table, half = squash
    low, high, steps = np.float32(_LOW), np.float32(_HIGH), np.float32(_STEPS)
    for i in range(sums.size):
        s = sums[i] + lift
        x = (min(max(s, low), high) - low) * steps
        place = np.uint32(x)
        least = table[place]
        between = least + (x - np.float32(place)) * (table[place + np.uint32(1)] - least)
        out[i] = between if s < high else s / (s + half)
