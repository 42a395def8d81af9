"""What the loops must come to, written as plainly as possible, and random cases for them."""

from __future__ import annotations

import math

import numpy as np

from qixi.match.kernels.shapes import Asked, Lists, Questions
from qixi.match.sparse import Matrix, Rows


def random_matrix(rng: np.random.Generator, documents: int, terms: int, density: float) -> Matrix:
    """A matrix in which leading terms are the most frequent, with few distinct worths so that sums tie."""
    share = np.linspace(min(2 * density, 1.0), 0.0, terms) if terms else np.zeros(0)
    held = rng.random((documents, terms)) < share
    start = np.concatenate(([0], np.cumsum(held.sum(axis=1)))).astype(np.int64)
    columns = np.nonzero(held)[1].astype(np.int32)
    worth = (rng.integers(1, 5, columns.size) / 4).astype(np.float32)
    return Matrix.of(Rows(start, columns, worth), terms)


def dense(matrix: Matrix) -> np.ndarray:
    """The worth of every term in every document, float64."""
    out = np.zeros((matrix.documents, matrix.terms))
    rows = matrix.by_document
    for document in range(rows.size):
        for j in range(rows.start[document], rows.start[document + 1]):
            out[document, rows.columns[j]] = rows.worth[j]
    return out


def random_asked(rng: np.random.Generator, terms: int) -> Asked:
    chosen = np.flatnonzero(rng.random(terms) < rng.random()).astype(np.int32)
    return Asked.of(chosen, rng.integers(1, 9, chosen.size) / 8)


def random_questions(rng: np.random.Generator, queries: int, terms: int) -> Questions:
    each = [random_asked(rng, terms) for _ in range(queries)]
    start = np.concatenate(([0], np.cumsum([asked.terms.size for asked in each]))).astype(np.int64)
    joined = np.concatenate([asked.terms for asked in each] or [np.zeros(0, np.int32)])
    weights = np.concatenate([asked.weights for asked in each] or [np.zeros(0)])
    return Questions.of(start, joined, weights, rng.normal(size=queries))


def lists(rows: Rows) -> Lists:
    return Lists.of(rows.start, rows.columns, rows.worth)


def squash(total: float, half: float) -> float:
    lifted = max(total, 0.0) + math.log1p(math.exp(-abs(total)))
    return lifted / (lifted + half)


def ranked(scores: np.ndarray, numbers: np.ndarray, count: int) -> list[tuple[float, int]]:
    """Pairs of score and number, best first, the lower number first on a tie."""
    pairs = zip(scores.tolist(), numbers.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:count]
