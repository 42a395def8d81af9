"""Postings of documents whose units are numbers already, as a segmenter or another engine hands them over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
Float = NDArray[np.float64]
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
    def of(cls, start: Starts, ids: Ids, units: int, weighing: Weighing, threads: int = 1) -> Self:
        """Count and weigh documents: that of number d holds `ids[start[d]:start[d + 1]]`, in [0, units).

        Raises ValueError where a number lies outside. Nothing stands beside the corpus: `prior` is
        not looked at. Shards are of one size, each the work of one thread; results are the same on any
        number of them.
        """
        size = start.size - 1
        parts = max(1, -(-size // SHARD))
        bounds = [size * part // parts for part in range(parts + 1)]
        with ThreadPoolExecutor(threads) as pool:
            blocks = list(pool.map(lambda ends: _counted(start, ids, units, *ends), pairwise(bounds)))
            count = np.zeros(units, dtype=np.int64)
            for block in blocks:
                count += block.frequency
            order = np.argsort(-count, kind="stable")
            number = np.empty(units, dtype=np.int32)
            number[order] = np.arange(units, dtype=np.int32)
            count = count[order]
            df = count.astype(np.float64)
            unit_worth = np.log(1 + (size - df + 0.5) / (df + 0.5)) ** weighing.idf_power
            length = float(start[-1] / max(size, 1))
            made = list(pool.map(lambda block: _weighed(block, number, unit_worth, weighing, length), blocks))
        mean = np.sum([total for _, total, _ in made], axis=0) / max(size, 1)
        square = np.sum([square for _, _, square in made], axis=0) / max(size, 1)
        numbers = Numbers(count, unit_worth, mean, np.maximum(square - mean * mean, 0.0))
        return cls(tuple(shard for shard, _, _ in made), numbers, number)

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


@dataclass(frozen=True, slots=True)
class _Block:
    """The counted units of a shard, and how many of its documents hold each unit."""

    rows: Starts
    units: Ids
    counts: Ids
    lengths: NDArray[np.int64]
    frequency: NDArray[np.int64]


def _counted(start: Starts, ids: Ids, units: int, first: int, end: int) -> _Block:
    rows, held, counts = counted(start[first : end + 1] - start[first], ids[start[first] : start[end]], units)
    lengths = np.diff(start[first : end + 1])[:, None]
    return _Block(rows, held, counts, lengths, np.bincount(held, minlength=units))


def _weighed(
    block: _Block, number: Ids, unit_worth: Float, weighing: Weighing, length: float
) -> tuple[Matrix, Float, Float]:
    """Return the shard, and each term's sum of worths and of their squares."""
    norms = weighing.norms(block.lengths, np.array([length]), _FIELD)
    table = np.arange(int(block.counts.max(initial=0)) + 1, dtype=np.int32)[:, None]
    terms = number[block.units]
    worth = weigh_rows(block.rows, terms, block.counts, table, norms, unit_worth, weighing.k1)
    total, square = np.zeros(number.size), np.zeros(number.size)
    add_moments(terms, worth, total, square)
    return matrix(block.rows, terms, worth, number.size), total, square
