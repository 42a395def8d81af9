"""Sums of standard deviations brought to 0..1, fast and to about five digits."""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import estimating

_LOG2_E = np.float32(math.log2(math.e))
_ONE, _ZERO = np.float32(1), np.float32(0)
_DEEPEST = np.float32(-100)
"""The least power of two that is told from nothing; the least that a float32 can hold are slow."""

_SHIFT = np.float32(1.5 * 2**23 + 127)
"""Added to a float32, leaves no bits for a fraction and the rounded number + 127 in the last bits."""

# Chebyshev fits: 2 ** x on -0.5..0.5 to 4e-6 and ln(1 + x) / x on 0..1 to 2e-6.
_E0, _E1, _E2, _E3, _E4 = (
    np.float32(c) for c in (1.00000007550, 0.693121033992, 0.240221073558, 0.0559220356473, 0.00967603709788)
)
_L0, _L1, _L2, _L3, _L4, _L5, _L6 = (
    np.float32(c)
    for c in (
        0.999998748302,
        -0.499871909618,
        0.331120520830,
        -0.235148638487,
        0.149434581399,
        -0.0665880516171,
        0.0142028257251,
    )
)


class Squash(NamedTuple):
    """softplus(s) / (softplus(s) + half): `half`, above 0, is the softplus that becomes one half."""

    half: np.float32

    @classmethod
    def of(cls, half: float) -> Self:
        """Hold `half` as the loops want it."""
        return cls(np.float32(half))


@estimating
def squashed(sums: NDArray[np.float32], lift: np.float32, squash: Squash, out: NDArray[np.float32]) -> None:
    """Write the squash of sums + lift to `out`, both float32 (documents,), within 2e-6.

    No table: straight-line arithmetic becomes vector code.
    """
    half = squash.half
    for i in range(sums.size):
        s = sums[i] + lift
        x = (-s if s > _ZERO else s) * _LOG2_E
        x = x if x > _DEEPEST else _DEEPEST
        # exp(-|s|) as 2 ** whole x 2 ** part: whole + 127 stands in the last bits of `shifted`.
        shifted = x + _SHIFT
        part = x - (shifted - _SHIFT)
        power = np.int32(np.float32(shifted).view(np.int32) << 23).view(np.float32)
        e = power * ((((_E4 * part + _E3) * part + _E2) * part + _E1) * part + _E0)
        log = (((((_L6 * e + _L5) * e + _L4) * e + _L3) * e + _L2) * e + _L1) * e + _L0
        softplus = (s if s > _ZERO else _ZERO) + e * log
        out[i] = softplus / (softplus + half)
