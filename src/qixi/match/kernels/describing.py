"""Describing texts by the topics that score highest for them, and the moments of descriptions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Lists, Questions

_PLACES = 1e9
"""Scores are rounded to so much of a whole before they become a description."""


@compiled
def describe(
    asked: Questions,
    by_term: Lists,
    topics: int,
    stated_start: NDArray[np.int64],
    stated: NDArray[np.int32],
    nearest: int,
    share: float,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return rows of unit length over topics (start, topics, weights), topics ascending.

    A row holds the `nearest` topics with the highest scores above 0, the lower number on a tie. Where
    topics are stated, `stated[stated_start[i]:stated_start[i + 1]]`, distinct, they make up `share` of it.
    """
    start = np.zeros(asked.offset.size + 1, dtype=np.int64)
    columns = np.empty(asked.offset.size * nearest + stated.size, dtype=np.int32)
    weights = np.empty(columns.size)
    scores = np.empty(topics)
    row = np.zeros(topics)
    best = np.empty(nearest + 1, dtype=np.int64)
    end = 0
    for i in range(asked.offset.size):
        _score(asked, i, by_term, scores)
        count = _pick(scores, best, nearest)
        _spread(scores, best[:count], row)
        first, last = stated_start[i], stated_start[i + 1]
        if last > first:
            for k in range(count):
                row[best[k]] *= 1.0 - share
            for k in range(first, last):
                row[stated[k]] += share / np.sqrt(last - first)
        length = 0.0
        begin = end
        for topic in range(topics):
            if row[topic] > 0.0:
                columns[end], weights[end] = topic, row[topic]
                length += row[topic] * row[topic]
                row[topic] = 0.0
                end += 1
        for k in range(begin, end):
            weights[k] /= np.sqrt(length)
        start[i + 1] = end
    return start, columns[:end].copy(), weights[:end].copy()


@compiled
def _score(asked: Questions, i: int, by_term: Lists, scores: NDArray[np.float64]) -> None:
    scores[:] = 0.0
    for k in range(asked.start[i], asked.start[i + 1]):
        term, weight = asked.terms[k], asked.weights[k]
        for j in range(by_term.start[term], by_term.start[term + 1]):
            scores[by_term.columns[j]] += weight * by_term.worth[j]
    scores += asked.offset[i]


@compiled
def _pick(scores: NDArray[np.float64], best: NDArray[np.int64], nearest: int) -> int:
    """Write the numbers of the `nearest` highest scores above 0 into `best`, best first; return how many."""
    count = 0
    for topic in range(scores.size):
        if scores[topic] <= 0.0 or (count == nearest and scores[topic] <= scores[best[count - 1]]):
            continue
        k = min(count, nearest - 1)
        while k > 0 and scores[best[k - 1]] < scores[topic]:
            best[k] = best[k - 1]
            k -= 1
        best[k] = topic
        count = min(count + 1, nearest)
    return count


@compiled
def _spread(scores: NDArray[np.float64], best: NDArray[np.int64], row: NDArray[np.float64]) -> None:
    """Write the rounded scores of the best topics into `row`, scaled to unit length."""
    best.sort()
    length = 0.0
    for topic in best:
        row[topic] = np.rint(scores[topic] * _PLACES) / _PLACES
        length += row[topic] * row[topic]
    if length > 0.0:
        for topic in best:
            row[topic] /= np.sqrt(length)


@compiled
def add_products(
    start: NDArray[np.int64],
    columns: NDArray[np.int32],
    worth: NDArray[np.float32],
    total: NDArray[np.float64],
    products: NDArray[np.float64],
) -> None:
    """Add each row to `total` (topics,) and its outer product to `products` (topics, topics), in order."""
    for i in range(start.size - 1):
        for j in range(start[i], start[i + 1]):
            value = np.float64(worth[j])
            total[columns[j]] += value
            for k in range(start[i], start[i + 1]):
                products[columns[j], columns[k]] += value * worth[k]


@compiled
def cosine_sums(
    start: NDArray[np.int64],
    columns: NDArray[np.int32],
    weights: NDArray[np.float64],
    total: NDArray[np.float64],
    products: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each row the sum of its cosines with all documents, and of their squares."""
    sums, squares = np.zeros(start.size - 1), np.zeros(start.size - 1)
    for i in range(start.size - 1):
        for j in range(start[i], start[i + 1]):
            sums[i] += weights[j] * total[columns[j]]
            inner = 0.0
            for k in range(start[i], start[i + 1]):
                inner += products[columns[j], columns[k]] * weights[k]
            squares[i] += weights[j] * inner
    return sums, squares
