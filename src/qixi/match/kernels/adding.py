"""Adding up weighted terms over a shard, and putting weighted terms on the scale of their corpus."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Lists, Questions


@compiled
def add_up(
    asked: Questions,
    first: int,
    last: int,
    by_term: Lists,
    column: int,
    size: int,
    out: NDArray[np.float64],
) -> None:
    """Write the sums of queries [first, last) to `out[:, column:column + size]`.

    Each cell is summed from the offset in term order, the same on any number of threads.
    Terms that the shard has no row for are of later documents.
    """
    query_start, query_terms, query_weights, offset = asked
    start, documents, worth = by_term
    for i in range(first, last):
        row = out[i, column : column + size]
        row[:] = offset[i]
        for k in range(query_start[i], query_start[i + 1]):
            term, weight = query_terms[k], query_weights[k]
            if term >= start.size - 1:
                break
            for j in range(start[term], start[term + 1]):
                row[documents[j]] += weight * worth[j]


@compiled
def standardise(
    start: NDArray[np.int64],
    weights: NDArray[np.float64],
    mean: NDArray[np.float64],
    variance: NDArray[np.float64],
    offset: NDArray[np.float64],
) -> None:
    """Divide each row's weights by the deviation of its sum, and set its offset to minus the mean.

    `mean` and `variance` are those of the terms of each entry. Where nothing varies, nothing stands
    above anything.
    """
    for i in range(start.size - 1):
        shift = 0.0
        spread = 0.0
        for k in range(start[i], start[i + 1]):
            shift += mean[k] * weights[k]
            spread += variance[k] * weights[k] * weights[k]
        scale = np.sqrt(spread)
        if scale == 0.0:
            scale = 1.0
        for k in range(start[i], start[i + 1]):
            weights[k] /= scale
        offset[i] = 0.0 - shift / scale
