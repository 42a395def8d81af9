"""Term postings of a corpus with BM25F contributions, and the exact scoring of many queries over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.adding import standardise
from qixi.match.kernels.weighing import weigh_rows
from qixi.match.postings.counts import Counts, Document, blocks, count, letters_of
from qixi.match.postings.gathering import Entries, Gathering, joined_rows, matrix
from qixi.match.postings.statistics import Numbers, Statistics
from qixi.match.postings.vocabulary import code_text, layer_of
from qixi.match.postings.weighing import Weighing
from qixi.match.sparse import SHARD, Matrix, Weights
from qixi.match.sums import exact

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Postings:
    """What the terms of a corpus contribute, in shards, and the statistics they were weighed with."""

    weighing: Weighing
    statistics: Statistics
    shards: tuple[Matrix, ...]

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        weighing: Weighing,
        reference: Mapping[str, float] | None = None,
        shard: int = SHARD,
        fields: tuple[str, ...] | None = None,
    ) -> Self:
        """Count and weigh `documents`; `reference` gives the prior document frequency of a unit in 0..1.

        `fields` are those that documents have, in order of name; those of `documents` where none are given.
        """
        if fields is None:
            fields = tuple(sorted({field for document in documents for field, _ in document}))
        gathering = Gathering(fields, shard)
        for block in blocks(documents, letters_of, shard):
            gathering.add(count(block, fields))
        return cls(weighing, *gathering.finish(weighing, reference or {}))

    @property
    def size(self) -> int:
        """Number of documents in all shards."""
        return sum(shard.documents for shard in self.shards)

    def weigh(self, queries: Sequence[Mapping[str, float]]) -> Weights:
        """Return queries, unit to weight, as weighted terms whose sums are standardised scores.

        A score is how many standard deviations the document stands above the mean document for
        that query; it depends on query, document and statistics alone.
        """
        return weigh(self.statistics, queries)

    def score(self, queries: Sequence[Mapping[str, float]]) -> Float:
        """Return standardised scores, shape (len(queries), size)."""
        return exact(self.shards, self.weigh(queries))

    def weigh_documents(
        self, documents: Sequence[Document], reference: Mapping[str, float] | None = None
    ) -> tuple[Statistics, Matrix]:
        """Weigh documents that came later with the statistics as they are; they become one shard.

        The statistics returned know units that the corpus lacked, as terms behind the others, with
        the worth of what no document holds.
        """
        counted = [count(block, self.statistics.fields) for block in blocks(documents, letters_of, SHARD)]
        statistics = self._knowing(counted, reference or {})
        every = np.arange(statistics.vocabulary.size, dtype=np.int32)
        unit_worth = statistics.of_terms("worth", every)
        rows = [self._rows(counts, statistics, unit_worth) for counts in counted]
        return statistics, matrix(*joined_rows(rows), every.size)

    def _rows(self, counts: Counts, statistics: Statistics, unit_worth: Float) -> Entries:
        terms = statistics.vocabulary.terms_of(counts.codes, counts.stems)[counts.units]
        norms = self.weighing.norms(counts.lengths, statistics.lengths, statistics.fields)
        vectors, table = counts.vectors, counts.table
        worth = weigh_rows(counts.start, terms, vectors, table, norms, unit_worth, self.weighing.k1)
        return counts.start, terms, worth

    def _knowing(self, counted: Sequence[Counts], reference: Mapping[str, float]) -> Statistics:
        """Return the statistics with all units counted."""
        statistics, weighing = self.statistics, self.weighing
        new = sorted({unit for counts in counted for unit in _strange(counts, statistics)})
        if not new:
            return statistics
        layer = layer_of(statistics.vocabulary, new)
        prior = np.array([reference.get(unit, 0.0) for unit in new]) * weighing.prior
        codes = np.empty(layer.size, dtype=np.int64)
        codes[layer.terms - statistics.vocabulary.size] = layer.codes
        none = np.zeros(layer.size, dtype=np.int64)
        worth = weighing.unit_worth(codes, none, prior, statistics.size)
        share = prior / (statistics.size + weighing.prior)
        mean = share * worth
        return statistics.extended(
            layer, Numbers(none, worth, mean, np.maximum(share * worth**2 - mean * mean, 0.0))
        )


def _strange(counts: Counts, statistics: Statistics) -> Iterator[str]:
    """Yield the units of fields that `statistics` do not know."""
    strange = statistics.vocabulary.terms_of(counts.codes, counts.stems) < 0
    inside = np.zeros(strange.size, dtype=np.bool_)
    inside[counts.units] = True
    for code in counts.codes[strange & inside].tolist():
        yield code_text(code, counts.stems.__getitem__)


def weigh(statistics: Statistics, queries: Sequence[Mapping[str, float]]) -> Weights:
    """Return queries, unit to weight, as weighted terms on the scale of `statistics`."""
    start = np.zeros(len(queries) + 1, dtype=np.int64)
    terms, weights = [np.empty(0, dtype=np.int32)], [np.empty(0)]
    for i, query in enumerate(queries):
        found = statistics.vocabulary.remembered(query)
        worth = np.fromiter(query.values(), dtype=np.float64, count=len(query))
        known = np.flatnonzero((found >= 0) & (worth > 0))
        order = known[np.argsort(found[known], kind="stable")]
        terms.append(found[order])
        weights.append(worth[order])
        start[i + 1] = start[i] + order.size
    return standardised(statistics, start, np.concatenate(terms), np.concatenate(weights))


def standardised(
    statistics: Statistics, start: NDArray[np.int64], terms: NDArray[np.int32], weights: Float
) -> Weights:
    """Return rows of weighted terms on the scale of `statistics`; `weights` are changed in place."""
    offset = np.zeros(start.size - 1)
    mean, variance = statistics.of_terms("mean", terms), statistics.of_terms("variance", terms)
    standardise(start, weights, mean, variance, offset)
    return Weights(start, terms, weights, offset)
