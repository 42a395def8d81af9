"""The exact sum of single pairs, in float64 and in the order that the scorers add up in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.fetching import fetch
from qixi.match.kernels.shapes import Lists, Questions

_AHEAD = 4
"""Pairs between asking for a row and reading it."""
_LINE = 16
"""Numbers of four bytes in a line of the cache."""
_SPREAD = np.uint32(2654435769)
"""Knuth's multiplier: neighbours in number land far apart."""


@compiled
def pairs(
    questions: Questions, by_document: Lists, queries: NDArray[np.int64], documents: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return offset + sum of weight x worth, in ascending term order, of query and document pair by pair.

    `queries` and `documents` int64 (pairs,): rows of `questions` and of `by_document`. Fast where pairs
    of one query follow each other.
    """
    out = np.empty(queries.size, dtype=np.float64)
    places = np.zeros(0, dtype=np.int32)
    before = -1
    for i in range(queries.size):
        _fetch_row(by_document, documents, i + _AHEAD)
        query = queries[i]
        begin, end = questions.start[query], questions.start[query + 1]
        terms, weights = questions.terms[begin:end], questions.weights[begin:end]
        if query != before:
            places = _placed(terms)
            before = query
        first, last = by_document.start[documents[i]], by_document.start[documents[i] + 1]
        columns, worth = by_document.columns[first:last], by_document.worth[first:last]
        total = questions.offset[query]
        for j in range(columns.size):
            k = _find(places, terms, columns[j])
            if k >= 0:
                total += weights[k] * np.float64(worth[j])
        out[i] = total
    return out


@compiled
def _fetch_row(by_document: Lists, documents: NDArray[np.int64], i: int) -> None:
    if i + _AHEAD < documents.size:
        fetch(by_document.start, documents[i + _AHEAD])
    if i < documents.size:
        first, last = by_document.start[documents[i]], by_document.start[documents[i] + 1]
        for j in range(first, last, _LINE):
            fetch(by_document.columns, j)


@compiled
def _placed(terms: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a hash table, its size a power of two: the number of a term + 1, or 0 where there is none."""
    size = 64
    while size < 8 * terms.size:
        size *= 2
    places = np.zeros(size, dtype=np.int32)
    for k in range(terms.size):
        at = _slot(np.uint32(terms[k]), places.size)
        while places[at]:
            at = (at + np.uint32(1)) % np.uint32(size)
        places[at] = k + 1
    return places


@compiled
def _find(places: NDArray[np.int32], terms: NDArray[np.int32], term: np.uint32) -> int:
    """Return the number of a term, -1 where the query does not have it."""
    at = _slot(term, places.size)
    while places[at]:
        if terms[places[at] - 1] == np.int32(term):
            return int(places[at] - 1)
        at = np.uint32((at + np.uint32(1)) & np.uint32(places.size - 1))
    return -1


@compiled
def _slot(term: np.uint32, size: int) -> np.uint32:
    # The upper half of the product is the well-mixed one.
    return np.uint32((np.uint32(np.uint32(term) * _SPREAD) >> np.uint32(11)) & np.uint32(size - 1))
