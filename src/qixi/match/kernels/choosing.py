"""The best few of a list, best first, the lower number first on a tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


@compiled
def best(scores: NDArray[np.floating], numbers: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Return the places of the `count` highest scores, best first; equal scores by ascending number.

    `scores` float32 or float64 without NaN, `numbers` int32, both (candidates,).
    """
    size = min(count, scores.size)
    if size < scores.size and size > 0:
        least = np.partition(scores, scores.size - size)[scores.size - size]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(scores.size)
    by_number = places[np.argsort(numbers[places], kind="mergesort")]
    in_order = by_number[np.argsort(-scores[by_number], kind="mergesort")]
    return in_order[:size]
