"""What every scorer does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.kernels.sparing import Usual
from qixi.match.query import Query
from qixi.match.sparse import Matrix, Weights


class Scorer(Protocol):
    """An estimator over a corpus of technologies.

    `score` returns float64 of shape (len(queries), corpus size) in standard deviations: 0 is what
    a mean technology of the corpus scores for that query. A value depends on the query, the
    technology and the corpus alone, never on other queries or on the order of the corpus.
    """

    name: ClassVar[str]

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Learn the corpus."""
        ...

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query."""
        ...

    def save(self, folder: Path) -> None:
        """Write what was learnt into an existing empty folder, without pickle."""
        ...


class ScorerKind(Protocol):
    """Where scorers of one kind come from: the class itself, or what holds the parts it needs."""

    @property
    def name(self) -> str:
        """The name of its scorers."""
        ...

    def __call__(self) -> Scorer:
        """Return a scorer that has learnt nothing yet."""
        ...

    def load(self, folder: Path) -> Scorer:
        """Read what a scorer's `save` wrote; raises Refused where it is damaged."""
        ...


@runtime_checkable
class LinearScorer(Scorer, Protocol):
    """A scorer whose score is offset + the sum of weight x worth over the terms of query and technology."""

    @property
    def shards(self) -> tuple[Matrix, ...]:
        """What each term is worth in each technology, shard by shard."""
        ...

    def weigh(self, queries: Sequence[Query]) -> Weights:
        """Return queries as weighted terms; `exact` over the shards then gives `score`."""
        ...

    def usual(self) -> Usual:
        """Return what each term is worth in general, and how many technologies hold it."""
        ...


@runtime_checkable
class Asking(Protocol):
    """What a scorer does besides where it asks something that may fail, as a model does."""

    def prepare(self, texts: Sequence[str]) -> None:
        """Ask all there is to ask for queries of these texts, so that scoring them cannot fail any more."""
        ...
