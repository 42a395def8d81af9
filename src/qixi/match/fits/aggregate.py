"""A firm's own patents as one query over the topical scorers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qixi.match.fits.fit import Values
from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.pairing import pairs
from qixi.match.kernels.shapes import Asked
from qixi.match.kernels.squashing import Squash, squashed
from qixi.match.lexicon import Lexicon
from qixi.match.query import Query, text_query
from qixi.match.scorers.topical import USUAL, TopicalScorer
from qixi.match.sparse import Weights
from qixi.match.sums import exact

if TYPE_CHECKING:
    from qixi.match.fits.need import NeedFit

HEAVIEST = 40
"""How many topics of a space are left of a firm's patents; one patent alone has up to 20."""

_NO_LEXICON = Lexicon(())


class Topics:
    """Compares texts with the corpus by topics alone, on the scale of the need fit."""

    def __init__(self, need_fit: NeedFit) -> None:
        self._need_fit = need_fit

    @property
    def basis(self) -> str:
        """What shapes a likeness beside the corpus: the scorers, their weights and their scale."""
        weights = [(scorer.name, self._need_fit.weight(scorer.name)) for scorer in self.scorers]
        return repr((weights, self._need_fit.half))

    @property
    def scorers(self) -> tuple[TopicalScorer, ...]:
        """The topical scorers that have a weight."""
        return tuple(scorer for scorer in self._need_fit.linear if isinstance(scorer, TopicalScorer))

    def aggregates(self, firms: Sequence[Sequence[str]]) -> tuple[Weights, ...]:
        """Return one query for each firm's texts over each of `scorers`, times its weight in the need fit.

        It is the sum of the texts' descriptions, cut to the heaviest topics, of unit length. A firm
        without a text that says anything has no terms.
        """
        queries = [_queried(text) for texts in firms for text in texts]
        owner = np.repeat(np.arange(len(firms)), [len(texts) for texts in firms])
        found = []
        for scorer in self.scorers:
            described = scorer.space().describe(queries)
            whole = _added(described, owner, len(firms), len(scorer.space().topics))
            weights = scorer.statistics.standardised(whole, USUAL)
            found.append(weights.scaled(self._need_fit.weight(scorer.name)))
        return tuple(found)

    def over_all(self, aggregates: Sequence[Weights]) -> Values:
        """Return the likeness of each query's texts to every technology, shape (queries, corpus size)."""
        total: Values | float = 0.0
        for scorer, weights in zip(self.scorers, aggregates, strict=True):
            total = total + exact(scorer.shards, weights)
        return self._need_fit.squash(np.asarray(total))

    def at(self, aggregates: Sequence[Weights], places: NDArray[np.int64]) -> Values:
        """Return the likeness of the first query's texts to the technologies at `places`."""
        total = np.zeros(places.size)
        for scorer, weights in zip(self.scorers, aggregates, strict=True):
            asked, bounds = weights.questions(), _bounds(scorer)
            shard_of = np.searchsorted(bounds, places, side="right") - 1
            for shard in np.unique(shard_of).tolist():
                mine = np.flatnonzero(shard_of == shard)
                lists = scorer.shards[shard].by_document.lists()
                first = np.zeros(mine.size, dtype=np.int64)
                total[mine] += pairs(asked, lists, first, places[mine] - bounds[shard])
        return self._need_fit.squash(total)

    def each(self, aggregates: Sequence[Weights], place: int) -> Values:
        """Return the likeness of each query's texts to the technology at `place`, shape (queries,)."""
        queries = np.arange(aggregates[0].size if aggregates else 0)
        total = np.zeros(queries.size)
        for scorer, weights in zip(self.scorers, aggregates, strict=True):
            bounds = _bounds(scorer)
            shard = int(np.searchsorted(bounds, place, side="right")) - 1
            lists = scorer.shards[shard].by_document.lists()
            total += pairs(weights.questions(), lists, queries, np.full(queries.size, place - bounds[shard]))
        return self._need_fit.squash(total)

    def estimated(
        self, aggregates: Sequence[Weights], out: NDArray[np.float32], shards: slice = slice(None)
    ) -> None:
        """Write what `over_all` gives for the first query, to about five digits, to `out` (technologies,).

        `out` holds the technologies of these `shards`, one after the other.
        """
        lift = np.float32(sum(float(weights.offset[0]) for weights in aggregates))
        added = np.zeros_like(out)  # not `out`: loops over two arrays become vector code, over one not
        for scorer, weights in zip(self.scorers, aggregates, strict=True):
            asked = Asked.of(weights.terms[: weights.start[1]], weights.weights[: weights.start[1]])
            first = 0
            for shard in scorer.shards[shards]:
                rows = shard.by_term
                sums = added[first : first + shard.documents]
                accumulate(sums, rows.lists(), asked, 1.0)
                first += shard.documents
        squashed(added, lift, Squash.of(self._need_fit.half), out)


def _bounds(scorer: TopicalScorer) -> NDArray[np.int64]:
    return np.cumsum([0, *(shard.documents for shard in scorer.shards)])


@lru_cache(maxsize=256)
def _queried(text: str) -> Query:
    """Return a patent's text as a query; its firm is asked about again when a match is explained."""
    return text_query(text, _NO_LEXICON)


def _added(described: Weights, owner: NDArray[np.int64], firms: int, topics: int) -> Weights:
    """Return for each firm the sum of its rows, cut to the heaviest topics, of unit length."""
    rows = np.repeat(owner, np.diff(described.start))
    places, at = np.unique(rows * topics + described.terms, return_inverse=True)
    weights = np.bincount(at, weights=described.weights, minlength=places.size)
    firm, topic = np.divmod(places, topics)
    # Heaviest first, the lower topic on a tie; `rank` counts within a firm.
    order = np.lexsort((topic, -weights, firm))
    first = np.searchsorted(firm, np.arange(firms + 1))
    rank = np.empty(places.size, dtype=np.int64)
    rank[order] = np.arange(places.size) - first[firm[order]]
    kept = rank < HEAVIEST
    firm, topic, weights = firm[kept], topic[kept], weights[kept]
    length = np.sqrt(np.bincount(firm, weights=weights**2, minlength=firms))
    start = np.searchsorted(firm, np.arange(firms + 1)).astype(np.int64)
    return Weights(start, topic.astype(np.int32), weights / length[firm], np.zeros(firms))
