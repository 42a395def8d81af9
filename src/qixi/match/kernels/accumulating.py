"""Adding up the worth of a query's terms, term by term, for all documents of a shard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.fetching import fetch
from qixi.match.kernels.shapes import Asked, Lists

_AHEAD = 3
"""Terms between asking for the beginning of a list and reading it."""
_LINE = 16
"""Numbers of four bytes in a line of the cache."""
_LINES = 3
"""Lines after which the processor knows by itself how a list goes on."""


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
        _fetch_list(by_term, terms, k + _AHEAD)
        weight = np.float32(share * weights[k])
        begin, end = start[term], start[term + 1]
        documents, values = columns[begin:end], worth[begin:end]
        for j in range(documents.size):
            acc[documents[j]] += weight * values[j]


@compiled
def _fetch_list(by_term: Lists, terms: NDArray[np.int32], k: int) -> None:
    start, columns, worth = by_term
    if k + _AHEAD < terms.size:
        fetch(start, terms[k + _AHEAD])
    if k < terms.size and terms[k] < start.size - 1:
        begin, end = start[terms[k]], start[terms[k] + 1]
        for j in range(begin, min(end, begin + _LINES * _LINE), _LINE):
            fetch(columns, j)
            fetch(worth, j)
