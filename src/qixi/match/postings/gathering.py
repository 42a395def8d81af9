"""Gathering counted blocks of documents into the postings of a corpus."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.turning import turned
from qixi.match.kernels.weighing import add_moments, weigh_rows
from qixi.match.postings.counts import Counts
from qixi.match.postings.statistics import Numbers, Statistics
from qixi.match.postings.stems import Stems
from qixi.match.postings.vocabulary import Codes, Layer, Vocabulary, recoded
from qixi.match.postings.weighing import Weighing
from qixi.match.sparse import Matrix, Rows


class Gathering:
    """Takes blocks in the order of the corpus, none across shards, and numbers and weighs them at the end.

    What is held of a unit in a document until then takes eight bytes, as much as what it becomes.
    """

    def __init__(self, fields: tuple[str, ...], shard: int) -> None:
        self._fields, self._shard = fields, shard
        self._blocks: list[list[Counts]] = []
        self._terms: dict[int, int] = {}
        self._stems: dict[str, int] = {}
        self._vectors: dict[tuple[int, ...], int] = {}
        self.size = 0

    def room(self) -> int:
        """Return how many documents the next block may hold."""
        return self._shard - self.size % self._shard

    def add(self, counts: Counts) -> None:
        """Take the next block; raises ValueError where it does not fit into the shard begun."""
        size = counts.start.size - 1
        if size > self.room():
            msg = f"a block of {size} documents goes beyond its shard"
            raise ValueError(msg)
        stems = [self._stems.setdefault(stem, len(self._stems)) for stem in counts.stems]
        codes = recoded(counts.codes, np.array(stems, dtype=np.int64)).tolist()
        terms = np.array([self._terms.setdefault(c, len(self._terms)) for c in codes], dtype=np.int32)
        rows = map(tuple, counts.table.tolist())
        vectors = np.array([self._vectors.setdefault(v, len(self._vectors)) for v in rows], dtype=np.int32)
        if self.size % self._shard == 0:
            self._blocks.append([])
        self._blocks[-1].append(
            Counts(
                counts.start,
                terms[counts.units],
                vectors[counts.vectors],
                np.empty(0, dtype=np.int64),
                (),
                np.empty((0, 0), dtype=np.int32),
                counts.lengths,
            )
        )
        self.size += size

    def finish(
        self, weighing: Weighing, reference: Mapping[str, float]
    ) -> tuple[Statistics, tuple[Matrix, ...]]:
        """Return statistics and shards, and forget what was gathered."""
        count = self._counted()
        layer, number = self._numbered(count)
        count = count[np.argsort(number)]
        codes = np.empty(layer.size, dtype=np.int64)
        codes[layer.terms] = layer.codes
        vocabulary = Vocabulary((layer,))
        prior = np.zeros(layer.size)
        for unit, frequency in reference.items():
            term = vocabulary.term(unit)
            if term >= 0:
                prior[term] = frequency * weighing.prior
        unit_worth = weighing.unit_worth(codes, count, prior, self.size)
        lengths = self._mean_lengths()
        table = np.array(list(self._vectors), dtype=np.int32).reshape(-1, len(self._fields))
        total, square = np.zeros(layer.size), np.zeros(layer.size)
        shards = []
        while self._blocks:
            blocks = self._blocks.pop(0)
            start, terms, vectors, in_units = _joined(blocks, number)
            del blocks
            norms = weighing.norms(in_units, lengths, self._fields)
            worth = weigh_rows(start, terms, vectors, table, norms, unit_worth, weighing.k1)
            add_moments(terms, worth, total, square)
            shards.append(matrix(start, terms, worth, layer.size))
        # The imagined documents hold the term once in a text of mean length: it adds unit_worth there.
        mean = (total + prior * unit_worth) / (self.size + weighing.prior)
        square = (square + prior * unit_worth**2) / (self.size + weighing.prior)
        numbers = Numbers(count, unit_worth, mean, np.maximum(square - mean * mean, 0.0))
        return Statistics(self.size, self._fields, lengths, vocabulary, (numbers,)), tuple(shards)

    def _counted(self) -> NDArray[np.int64]:
        """Return how many documents hold each term."""
        count = np.zeros(len(self._terms), dtype=np.int64)
        for blocks in self._blocks:
            for block in blocks:
                count += np.bincount(block.units, minlength=count.size)
        return count

    def _numbered(self, count: NDArray[np.int64]) -> tuple[Layer, NDArray[np.int32]]:
        """Return the units by falling count and text, and the number of each term that was gathered."""
        stems = Stems.of(self._stems)
        place = {stem: i for i, stem in enumerate(sorted(self._stems))}
        number = np.array([place[stem] for stem in self._stems], dtype=np.int64)
        codes: Codes = recoded(np.fromiter(self._terms, dtype=np.int64, count=len(self._terms)), number)
        order = np.lexsort((codes, -count))
        final = np.empty(codes.size, dtype=np.int32)
        final[order] = np.arange(codes.size, dtype=np.int32)
        by_code = np.argsort(codes)
        return Layer(stems, codes[by_code], final[by_code]), final

    def _mean_lengths(self) -> NDArray[np.float64]:
        """Return the mean length of each field over the documents that have it."""
        total = np.zeros(len(self._fields), dtype=np.int64)
        filled = np.zeros(len(self._fields), dtype=np.int64)
        for blocks in self._blocks:
            for block in blocks:
                total += block.lengths.sum(axis=0)
                filled += np.count_nonzero(block.lengths, axis=0)
        return total / np.maximum(filled, 1)


def _joined(
    blocks: list[Counts], number: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    sizes = np.concatenate([np.diff(block.start) for block in blocks])
    start = np.zeros(sizes.size + 1, dtype=np.int64)
    np.cumsum(sizes, out=start[1:])
    terms = number[np.concatenate([block.units for block in blocks])]
    vectors = np.concatenate([block.vectors for block in blocks])
    return start, terms, vectors, np.concatenate([block.lengths for block in blocks])


def matrix(
    start: NDArray[np.int64], terms: NDArray[np.int32], worth: NDArray[np.float32], width: int
) -> Matrix:
    """Turn rows twice: what comes back has its terms in order."""
    by_term = turned(start, terms, worth, width)
    by_document = turned(*by_term, start.size - 1)
    return Matrix(Rows(*by_document), Rows(*by_term))
