"""Gathering counted blocks of documents into the postings of a corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.turning import turned
from qixi.match.kernels.weighing import add_moments, weigh_rows
from qixi.match.postings.counts import Counts
from qixi.match.postings.numbering import Numbering
from qixi.match.postings.statistics import Numbers, Statistics
from qixi.match.postings.stems import Stems
from qixi.match.postings.vocabulary import Layer, Vocabulary, recoded
from qixi.match.postings.weighing import Weighing
from qixi.match.sparse import Matrix, Rows

Kind = TypeVar("Kind", bound=np.generic)
Entries = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Block:
    """The entries of a block by the numbers of this gathering; see `Counts`."""

    start: NDArray[np.int64]
    terms: NDArray[np.int32]
    vectors: NDArray[np.int32]
    lengths: NDArray[np.int64]


class Gathering:
    """Takes blocks in the order of the corpus, none across shards, and numbers and weighs them at the end.

    What is held of a unit in a document until then takes eight bytes, as much as what it becomes.
    """

    def __init__(self, fields: tuple[str, ...], shard: int) -> None:
        self._fields, self._shard = fields, shard
        self._blocks: list[list[_Block]] = []
        self._codes = Numbering()
        self._count = np.zeros(2**12, dtype=np.int64)
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
        terms = self._codes.number(recoded(counts.codes, np.array(stems, dtype=np.int64)))
        rows = map(tuple, counts.table.tolist())
        vectors = np.array([self._vectors.setdefault(v, len(self._vectors)) for v in rows], dtype=np.int32)
        self._add_counts(terms, counts.units)
        if self.size % self._shard == 0:
            self._blocks.append([])
        block = _Block(counts.start, terms[counts.units], vectors[counts.vectors], counts.lengths)
        self._blocks[-1].append(block)
        self.size += size

    def finish(
        self, weighing: Weighing, reference: Mapping[str, float]
    ) -> tuple[Statistics, tuple[Matrix, ...]]:
        """Return statistics and shards, and forget what was gathered."""
        count = self._count[: self._codes.size]
        layer, number = self._numbered(count)
        count = count[np.argsort(number)]
        codes = np.empty(layer.size, dtype=np.int64)
        codes[layer.terms] = layer.codes
        vocabulary = Vocabulary((layer,))
        prior = np.zeros(layer.size)
        known = vocabulary.find(reference)
        frequency = np.array(list(reference.values()), dtype=np.float64)
        prior[known[known >= 0]] = frequency[known >= 0] * weighing.prior
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

    def _add_counts(self, terms: NDArray[np.int32], units: NDArray[np.int32]) -> None:
        """Count the documents of a block under each of its distinct terms."""
        if self._codes.size > self._count.size:
            longer = np.zeros(2 * self._codes.size, dtype=np.int64)
            longer[: self._count.size] = self._count
            self._count = longer
        self._count[terms] += np.bincount(units, minlength=terms.size)

    def _numbered(self, count: NDArray[np.int64]) -> tuple[Layer, NDArray[np.int32]]:
        """Return the units by falling count and text, and the number of each term that was gathered."""
        stems = Stems.of(self._stems)
        place = {stem: i for i, stem in enumerate(sorted(self._stems))}
        number = np.array([place[stem] for stem in self._stems], dtype=np.int64)
        codes = recoded(self._codes.met(), number)
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
    blocks: list[_Block], number: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    start, terms, vectors = joined_rows([(block.start, block.terms, block.vectors) for block in blocks])
    return start, number[terms], vectors, np.concatenate([block.lengths for block in blocks])


def joined_rows(
    parts: Sequence[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[Kind]]],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[Kind]]:
    """Return sparse rows (start, columns, values) one part after the other; there must be one."""
    sizes = np.concatenate([np.diff(start) for start, _, _ in parts])
    start = np.zeros(sizes.size + 1, dtype=np.int64)
    np.cumsum(sizes, out=start[1:])
    return start, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def matrix(
    start: NDArray[np.int64], terms: NDArray[np.int32], worth: NDArray[np.float32], width: int
) -> Matrix:
    """Turn rows twice: what comes back has its terms in order."""
    by_term = turned(start, terms, worth, width)
    by_document = turned(*by_term, start.size - 1)
    return Matrix(Rows(*by_document), Rows(*by_term))
