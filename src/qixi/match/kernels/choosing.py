"""The best few of a list, best first, the lower number first on a tie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best(
    scores: NDArray[np.float32] | NDArray[np.float64], numbers: NDArray[np.int32], count: int
) -> NDArray[np.int64]:
    """Return the places of the `count` highest scores, best first; equal scores by ascending number.

    `scores` without NaN and `numbers`, both (candidates,).
    """
    size = min(count, scores.size)
    places = np.arange(scores.size)
    if 0 < size < scores.size:
        least = np.partition(scores, scores.size - size)[scores.size - size]
        places = np.flatnonzero(scores >= least)
    return places[np.lexsort((numbers[places], -scores[places]))][:size]
