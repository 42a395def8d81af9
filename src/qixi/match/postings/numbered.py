"""Postings of documents whose units are numbers already, as a segmenter or another engine hands them over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.adding import standardise
from qixi.match.kernels.counting import counted
from qixi.match.kernels.weighing import add_moments, weigh_rows
from qixi.match.postings.gathering import matrix
from qixi.match.postings.statistics import Numbers
from qixi.match.postings.weighing import Weighing
from qixi.match.sparse import SHARD, Matrix, Weights

Ids = NDArray[np.int32]
Starts = NDArray[np.int64]
_FIELD = ("text",)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What numbered units contribute, in shards; all are of one kind, and texts have one field.

    `number` int32 (units,) is the term of each unit given: terms are numbered by falling count, then
    by the unit's own number. `numbers` are the figures of the terms.
    """

    shards: tuple[Matrix, ...]
    numbers: Numbers
    number: Ids

    @classmethod
    def of(cls, start: Starts, ids: Ids, units: int, weighing: Weighing, shard: int = SHARD) -> Self:
        """Count and weigh documents: that of number d holds `ids[start[d]:start[d + 1]]`, in [0, units).

        Raises ValueError where a number lies outside. Nothing stands beside the corpus: `prior` is
        not looked at.
        """
        size = start.size - 1
        bounds = [*range(0, size, shard), size]
        blocks = []
        count = np.zeros(units, dtype=np.int64)
        for first, end in pairwise(bounds):
            part = ids[start[first] : start[end]]
            blocks.append(counted(start[first : end + 1] - start[first], part, units))
            count += np.bincount(blocks[-1][1], minlength=units)
        order = np.argsort(-count, kind="stable")
        number = np.empty(units, dtype=np.int32)
        number[order] = np.arange(units, dtype=np.int32)
        count = count[order]
        df = count.astype(np.float64)
        unit_worth = np.log(1 + (size - df + 0.5) / (df + 0.5)) ** weighing.idf_power
        lengths = np.diff(start)[:, None]
        mean_length = np.array([lengths.mean() if size else 0.0])
        total, square = np.zeros(units), np.zeros(units)
        shards = []
        for first in bounds[:-1]:
            rows, held, times = blocks.pop(0)
            norms = weighing.norms(lengths[first : first + rows.size - 1], mean_length, _FIELD)
            table = np.arange(int(times.max(initial=0)) + 1, dtype=np.int32)[:, None]
            terms = number[held]
            worth = weigh_rows(rows, terms, times, table, norms, unit_worth, weighing.k1)
            add_moments(terms, worth, total, square)
            shards.append(matrix(rows, terms, worth, units))
        mean = total / max(size, 1)
        variance = np.maximum(square / max(size, 1) - mean * mean, 0.0)
        return cls(tuple(shards), Numbers(count, unit_worth, mean, variance), number)

    def weigh(self, start: Starts, ids: Ids) -> Weights:
        """Return queries as weighted terms whose sums are standardised scores, a unit weighing its count."""
        rows, held, times = counted(start, ids, self.number.size)
        terms = self.number[held]
        query = np.repeat(np.arange(rows.size - 1), np.diff(rows))
        order = np.lexsort((terms, query))
        terms, weights = terms[order], times[order].astype(np.float64)
        offset = np.zeros(rows.size - 1)
        standardise(rows, weights, self.numbers.mean[terms], self.numbers.variance[terms], offset)
        return Weights(rows, terms, weights, offset)

    def common(self, cut: float) -> int:
        """Return how many leading terms stand in more than `cut` (0..1) of the documents."""
        documents = sum(shard.documents for shard in self.shards)
        return int(np.count_nonzero(self.numbers.count > cut * documents))
