"""Topical scorers: a need and a technology compared by what they are about, whatever words they use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.kernels import sparing as kernels
from qixi.match.query import Query
from qixi.match.scorers.fitting import EMPTY, fitting
from qixi.match.scorers.keeping import Arrays, keep, kept
from qixi.match.scorers.moments import Moments
from qixi.match.scorers.space import Space, subclass_space, topic_space
from qixi.match.scorers.standing import Usual
from qixi.match.sparse import SHARD, Matrix, Rows, Weights
from qixi.match.sums import exact

USUAL = Usual(0.05, 0.12)
"""What the cosine of two technologies is like in general."""


class TopicalScorer:
    """Cosine of descriptions, in standard deviations of the corpus."""

    name: ClassVar[str]
    _space: ClassVar[Callable[[], Space]]

    def __init__(self, shard: int = SHARD) -> None:
        self._shard = shard
        self._fitted: tuple[Moments, tuple[Matrix, ...]] | None = None

    @classmethod
    def of(cls, statistics: Moments, shards: Sequence[Matrix]) -> Self:
        """Make a scorer of what an index keeps: statistics and shards, those of later documents last."""
        scorer = cls()
        scorer._fitted = statistics, tuple(shards)
        return scorer

    @classmethod
    def space(cls) -> Space:
        """Return the topics that descriptions are made of."""
        return cls._space()

    @property
    def statistics(self) -> Moments:
        """What queries are weighed with; raises RuntimeError before `fit`."""
        return self._known()[0]

    @property
    def shards(self) -> tuple[Matrix, ...]:
        """The technologies' descriptions, shard by shard."""
        return self._known()[1]

    def _known(self) -> tuple[Moments, tuple[Matrix, ...]]:
        if self._fitted is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        return self._fitted

    def fit(self, assets: Iterable[Asset]) -> Self:
        """Describe every technology by topics."""
        return self.take(fitting([self.space()], assets, self._shard, None)[0])

    def take(self, rows: Iterable[Rows]) -> Self:
        """Take the descriptions of a corpus, shard by shard, and learn their moments."""
        topics = len(self.space().topics)
        shards = tuple(Matrix.of(each, topics) for each in rows)
        self._fitted = Moments.of(shards, topics), shards
        return self

    def weigh(self, queries: Sequence[Query]) -> Weights:
        """Return queries as weighted topics."""
        return self.statistics.standardised(self.space().describe(queries), USUAL)

    def weigh_documents(self, assets: Sequence[Asset]) -> tuple[Moments, Matrix]:
        """Describe technologies that came later; the statistics stay as they are."""
        (rows,) = fitting([self.space()], assets, len(assets) + 1, None)
        return self.statistics, Matrix.of(rows[0] if rows else EMPTY, len(self.space().topics))

    def usual(self) -> kernels.Usual:
        """Return what each topic is worth over the fitted technologies, and how many are described by it."""
        moments = self.statistics
        size = max(moments.size, 1)
        mean = moments.total / size
        held = sum(np.diff(shard.by_term.start) for shard in self.shards)
        variance = np.maximum(np.diag(moments.products) / size - mean**2, 0.0)
        return kernels.Usual(mean, variance, np.asarray(held, dtype=np.float64))

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query."""
        return exact(self.shards, self.weigh(queries))

    def save(self, folder: Path) -> None:
        """Write moments and descriptions."""
        keep(folder, [self.statistics.arrays()], self.shards)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the descriptions; raises Refused where they are damaged or of other topics."""
        topics = len(cls.space().topics)

        def moments(layers: Sequence[Arrays]) -> tuple[Moments, int]:
            found = Moments.of_arrays(layers[0], topics)
            found.check()
            return found, topics

        return cls.of(*kept(folder, lambda _: Moments.KINDS, moments))


class TopicScorer(TopicalScorer):
    """Compares by the lexicon's topics."""

    name: ClassVar[str] = "topics"
    _space = staticmethod(topic_space)


class SubclassScorer(TopicalScorer):
    """Compares by IPC subclasses, those stated and those the words point to."""

    name: ClassVar[str] = "subclasses"
    _space = staticmethod(subclass_space)
