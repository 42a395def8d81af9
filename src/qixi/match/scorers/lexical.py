"""The lexical scorer: a need's rare units found in a technology's fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.kernels.sparing import Usual
from qixi.match.postings import Postings, Statistics, Weighing
from qixi.match.postings.gathering import Gathering
from qixi.match.query import Query
from qixi.match.reference import unit_frequency
from qixi.match.scorers.fitting import FIELDS, document_of, fitting
from qixi.match.scorers.keeping import Arrays, keep, kept
from qixi.match.sparse import SHARD, Matrix, Weights

__all__ = ["FIELDS", "FIELD_WEIGHTS", "LexicalScorer"]

FIELD_WEIGHTS = {"title": 1.5, "keywords": 1.5, "abstract": 1.0, "claims": 0.7}


class LexicalScorer:
    """BM25F over characters, stems and their pairs; rare units weigh more than in the textbook."""

    name: ClassVar[str] = "lexical"

    def __init__(self, weighing: Weighing | None = None, shard: int = SHARD) -> None:
        self.weighing = weighing or Weighing(fields=FIELD_WEIGHTS)
        self._shard = shard
        self._postings: Postings | None = None

    @classmethod
    def of(cls, statistics: Statistics, shards: Sequence[Matrix], weighing: Weighing | None = None) -> Self:
        """Make a scorer of what an index keeps: statistics and shards, those of later documents last."""
        scorer = cls(weighing)
        scorer._postings = Postings(scorer.weighing, statistics, tuple(shards))
        return scorer

    @property
    def postings(self) -> Postings:
        """The fitted postings; raises RuntimeError before `fit`."""
        if self._postings is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        return self._postings

    @property
    def statistics(self) -> Statistics:
        """What documents and queries are weighed with."""
        return self.postings.statistics

    @property
    def shards(self) -> tuple[Matrix, ...]:
        """The technologies' units, shard by shard."""
        return self.postings.shards

    def fit(self, assets: Iterable[Asset]) -> Self:
        """Index the technologies' texts."""
        gathering = Gathering(FIELDS, self._shard)
        fitting([], assets, self._shard, gathering)
        return self.take(gathering)

    def take(self, gathering: Gathering) -> Self:
        """Weigh what was gathered of a corpus."""
        statistics, shards = gathering.finish(self.weighing, unit_frequency())
        self._postings = Postings(self.weighing, statistics, shards)
        return self

    def weigh(self, queries: Sequence[Query]) -> Weights:
        """Return queries as weighted terms, with the lexicon's other words for their concepts."""
        return self.postings.weigh([query.expanded for query in queries])

    def weigh_documents(self, assets: Sequence[Asset]) -> tuple[Statistics, Matrix]:
        """Weigh technologies that came later with the statistics as they are; see `Postings`."""
        return self.postings.weigh_documents([document_of(asset) for asset in assets], unit_frequency())

    def usual(self) -> Usual:
        """Return what each term is worth over the fitted technologies, and how many of them hold it."""
        figures = [
            np.concatenate(
                [np.asarray(getattr(numbers, name), np.float64) for numbers in self.statistics.numbers]
            )
            for name in ("mean", "variance", "count")
        ]
        return Usual(*figures)

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query, with the lexicon's other words for its concepts."""
        return self.postings.score([query.expanded for query in queries])

    def save(self, folder: Path) -> None:
        """Write the postings."""
        layers = range(len(self.statistics.numbers))
        keep(folder, [self.statistics.arrays(layer) for layer in layers], self.shards)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the postings; raises Refused where they are damaged."""

        def statistics(layers: Sequence[Arrays]) -> tuple[Statistics, int]:
            found = Statistics.of_arrays(FIELDS, layers)
            found.check()
            return found, found.vocabulary.size

        return cls.of(*kept(folder, Statistics.kinds, statistics))
