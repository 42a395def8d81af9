"""Adding up the worth of a query's terms, term by term, for all documents of a shard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Asked, Lists


@compiled
def accumulate(acc: NDArray[np.float32], by_term: Lists, asked: Asked, share: float) -> None:
    """Add share x weight x worth to `acc` for every document of every asked term.

    `acc` float32 (documents,); `by_term` has a row for each term and documents of the shard as
    columns, below `acc.size`; terms it has no row for are of later documents. Sums are float32 in
    term order.
    """
    start, columns, worth = by_term
    terms, weights = asked
    for k in range(terms.size):
        term = terms[k]
        if term >= start.size - 1:
            break
        weight = np.float32(share * weights[k])
        begin, end = start[term], start[term + 1]
        documents, values = columns[begin:end], worth[begin:end]
        for j in range(documents.size):
            acc[documents[j]] += weight * values[j]
