"""The exact sum of single pairs, in float64 and in the order that the scorers add up in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Asked, Lists, Questions

_BITS = 2**16
"""Size of the sieve that most terms of a document do not pass."""


@compiled
def pairs(
    questions: Questions, by_document: Lists, queries: NDArray[np.int64], documents: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return offset + sum of weight x worth, in ascending term order, of query and document pair by pair.

    `queries` and `documents` int64 (pairs,): rows of `questions` and of `by_document`. Fast where pairs
    of one query follow each other.
    """
    out = np.empty(queries.size, dtype=np.float64)
    marks = np.zeros(_BITS, dtype=np.bool_)
    asked = Asked(questions.terms[:0], questions.weights[:0])
    before = -1
    for i in range(queries.size):
        query = queries[i]
        if query != before:
            mark(marks, asked.terms, False)
            begin, end = questions.start[query], questions.start[query + 1]
            asked = Asked(questions.terms[begin:end], questions.weights[begin:end])
            mark(marks, asked.terms, True)
            before = query
        out[i] = exact(questions.offset[query], by_document, documents[i], asked, marks)
    return out


@compiled
def mark(marks: NDArray[np.bool_], terms: NDArray[np.int32], value: bool) -> None:
    """Mark where the sieve lets these terms through."""
    for term in terms:
        marks[np.uint32(term) % np.uint32(_BITS)] = value


@compiled
def exact(offset: float, by_document: Lists, document: int, asked: Asked, marks: NDArray[np.bool_]) -> float:
    """Return the sum of one document for the terms that `marks` was made of."""
    total = offset
    begin, end = by_document.start[document], by_document.start[document + 1]
    terms, worth = by_document.columns[begin:end], by_document.worth[begin:end]
    k = 0
    for j in range(terms.size):
        term = terms[j]
        if not marks[term % np.uint32(_BITS)]:
            continue
        k += int(np.searchsorted(asked.terms[k:], np.int32(term)))
        if k == asked.terms.size:
            break
        if asked.terms[k] == np.int32(term):
            total += asked.weights[k] * np.float64(worth[j])
    return total
