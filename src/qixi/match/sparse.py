"""Sparse numbers: the worth of terms in documents, held by term and by document, and weighted queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.shapes import Lists, Questions
from qixi.match.kernels.turning import turned

Float = NDArray[np.float64]

SHARD = 131_072
"""Most documents of one shard: a single-precision sum for each of them fits into a core's own cache."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows: row r holds `columns[start[r]:start[r + 1]]`, ascending, worth `worth[...]`.

    Shapes: `start` int64 (rows + 1,), `columns` int32 and `worth` float32 (entries,).
    """

    start: NDArray[np.int64]
    columns: NDArray[np.int32]
    worth: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.start.size) - 1

    def lists(self) -> Lists:
        """Return the rows as loops read them."""
        return Lists.of(self.start, self.columns, self.worth)

    def check(self, width: int) -> None:
        """Raise ValueError unless rows are in bounds: compiled loops read them without looking."""
        start, columns = self.start, self.columns
        # Differences of forged offsets would overflow, so the offsets themselves are compared.
        sound = (
            start.ndim == columns.ndim == 1
            and start.size > 0
            and columns.shape == self.worth.shape == (int(start[-1]),)
            and start[0] == 0
            and bool(np.all(start[1:] >= start[:-1]))
            and bool(np.all((columns >= 0) & (columns < width)))
            and bool(np.isfinite(self.worth).all())
        )
        if not sound:
            msg = "rows do not fit together"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One shard of a corpus: worth of each term in each document, by document and by term.

    Terms are numbered over the whole corpus, documents within the shard.
    """

    by_document: Rows
    by_term: Rows

    @property
    def documents(self) -> int:
        """Number of documents in the shard."""
        return self.by_document.size

    @property
    def terms(self) -> int:
        """Number of terms of the corpus."""
        return self.by_term.size

    @classmethod
    def of(cls, by_document: Rows, terms: int) -> Self:
        """Make the rows by term from those by document."""
        start, columns, worth = turned(by_document.start, by_document.columns, by_document.worth, terms)
        return cls(by_document, Rows(start, columns, worth))


@dataclass(frozen=True, slots=True)
class Weights:
    """Queries as weighted terms: s(q, d) = offset[q] + sum of weight x worth over the terms of q in d.

    Query q holds `terms[start[q]:start[q + 1]]`, ascending and distinct, with `weights[...]`. Shapes:
    `start` int64 (queries + 1,), `terms` int32, `weights` float64 (entries,), `offset` float64 (queries,).
    """

    start: NDArray[np.int64]
    terms: NDArray[np.int32]
    weights: Float
    offset: Float

    @property
    def size(self) -> int:
        """Number of queries."""
        return int(self.offset.size)

    def questions(self) -> Questions:
        """Return the queries as loops read them."""
        return Questions.of(self.start, self.terms, self.weights, self.offset)

    def scaled(self, by: float) -> Self:
        """Return the same queries with scores `by` times as high."""
        return type(self)(self.start, self.terms, self.weights * by, self.offset * by)

    def row(self, query: int) -> Self:
        """Return one query alone."""
        first, last = self.start[query], self.start[query + 1]
        start = np.array([0, last - first], dtype=np.int64)
        return type(self)(
            start, self.terms[first:last], self.weights[first:last], self.offset[query : query + 1]
        )
