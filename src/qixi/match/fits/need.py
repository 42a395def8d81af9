"""The need fit: the need's words and topics against the technology's, as one value in 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from qixi.core import Asset
from qixi.match.fits.fit import Values
from qixi.match.query import Query
from qixi.match.scorers import SCORERS, Asking, LinearScorer, Scorer
from qixi.match.scorers.together import fitted
from qixi.match.settings import Fusion
from qixi.match.sparse import Weights
from qixi.match.sums import exact


class NeedFit:
    """Fuses the scorers and sets the result on a scale fitted on the corpus alone.

    Each scorer speaks in standard deviations above the corpus mean for that need, so a sum of them
    means the same for a short need and a long one. The sum s becomes softplus(s) / (softplus(s) +
    half): rising throughout, 0.5 where the technology stands `half` deviations above the mean.
    Scorers of optional parts are added to those of the default engine once these are fitted.
    """

    def __init__(self, fusion: Fusion | None = None) -> None:
        self.half = (fusion or Fusion()).half
        self._weights = {kind.name: float(getattr(fusion or Fusion(), kind.name)) for kind in SCORERS}
        self.kinds = tuple(kind for kind in SCORERS if self._weights[kind.name])
        self.scorers = ()
        self._size = 0

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Fit every scorer of the default engine that has a weight (`kinds`)."""
        self.scorers = tuple(fitted(self.kinds, assets))
        self._size = len(assets)
        return self

    @property
    def scorers(self) -> tuple[Scorer, ...]:
        """All scorers, in the order in which they are added up."""
        return self._scorers

    @scorers.setter
    def scorers(self, scorers: tuple[Scorer, ...]) -> None:
        self._scorers = scorers
        self._linear = tuple(scorer for scorer in scorers if isinstance(scorer, LinearScorer))

    @property
    def linear(self) -> tuple[LinearScorer, ...]:
        """The scorers whose score is a sum of weighted terms."""
        return self._linear

    def weight(self, name: str) -> float:
        """Return the weight of a scorer in the sum."""
        return self._weights[name]

    def weigh(self, queries: Sequence[Query]) -> tuple[Weights, ...]:
        """Return queries as weighted terms of each of `linear`, times its weight in the sum."""
        return tuple(scorer.weigh(queries).scaled(self._weights[scorer.name]) for scorer in self.linear)

    def score(self, queries: Sequence[Query]) -> Values:
        """Return fits, shape (len(queries), corpus size), each in (0, 1).

        The sum of a pair is that of its sums in each of `linear`, see `exact`, and then of the others.
        """
        total = np.zeros((len(queries), self._size))
        for scorer, weights in zip(self.linear, self.weigh(queries), strict=True):
            total += exact(scorer.shards, weights)
        for other in self.scorers:
            if not isinstance(other, LinearScorer):
                total += self._weights[other.name] * other.score(queries)
        return self.squash(total)

    def squash(self, sums: Values) -> Values:
        """Return fits of sums of standard deviations."""
        lifted = np.logaddexp(0.0, sums)
        return np.asarray(lifted / (lifted + self.half))

    def take(self, scorers: Sequence[Scorer], size: int) -> Self:
        """Take scorers of `kinds`, in that order, fitted elsewhere on `size` technologies."""
        self.scorers = tuple(scorers)
        self._size = size
        return self

    def add(self, scorer: Scorer, weight: float) -> None:
        """Fuse one more scorer, fitted on the same assets."""
        self._weights[scorer.name] = weight
        self.scorers = (*self.scorers, scorer)

    def drop(self, name: str) -> None:
        """Leave a scorer out."""
        self.scorers = tuple(scorer for scorer in self.scorers if scorer.name != name)

    def prepare(self, texts: Sequence[str]) -> None:
        """Let the scorers that ask a model ask it for all these texts; raises ModelUnavailable."""
        for scorer in self.scorers:
            if isinstance(scorer, Asking):
                scorer.prepare(texts)
