"""The need fit: the need's words and topics against the technology's, as one value in 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Self

import numpy as np

from qixi.core import Asset
from qixi.match.fits.fit import Values
from qixi.match.lexicon import default_lexicon
from qixi.match.query import Query, text_query
from qixi.match.scorers import SCORERS, Asking, Scorer
from qixi.match.settings import Fusion


class NeedFit:
    """Fuses the scorers and sets the result on a scale fitted on the corpus alone.

    Each scorer speaks in standard deviations above the corpus mean for that need, so a sum of them
    means the same for a short need and a long one. The sum s becomes softplus(s) / (softplus(s) +
    half): rising throughout, 0.5 where the technology stands `half` deviations above the mean.
    Scorers of optional parts are added to those of the default engine once these are fitted.
    """

    def __init__(self, fusion: Fusion | None = None) -> None:
        self._half = (fusion or Fusion()).half
        self._weights = {kind.name: float(getattr(fusion or Fusion(), kind.name)) for kind in SCORERS}
        self.kinds = tuple(kind for kind in SCORERS if self._weights[kind.name])
        self.scorers: tuple[Scorer, ...] = ()
        self._size = 0
        # Each patent of a firm's portfolio is compared with many technologies in turn.
        self.over_corpus = lru_cache(maxsize=64)(self._over_corpus)

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Fit every scorer of the default engine that has a weight (`kinds`)."""
        self.scorers = tuple(kind().fit(assets) for kind in self.kinds)
        self._size = len(assets)
        return self

    def score(self, queries: Sequence[Query]) -> Values:
        """Return fits, shape (len(queries), corpus size), each in (0, 1)."""
        total = np.zeros((len(queries), self._size))
        for scorer in self.scorers:
            total += self._weights[scorer.name] * scorer.score(queries)
        lifted = np.logaddexp(0.0, total)
        return np.asarray(lifted / (lifted + self._half))

    def _over_corpus(self, text: str) -> Values:
        """Return the fit of plain text with every technology; see `TextSimilarity`."""
        values: Values = self.score([text_query(text, default_lexicon())])[0]
        values.flags.writeable = False
        return values

    def take(self, scorers: Sequence[Scorer], size: int) -> Self:
        """Take scorers of `kinds`, in that order, fitted elsewhere on `size` technologies."""
        self.scorers = tuple(scorers)
        self._size = size
        return self

    def add(self, scorer: Scorer, weight: float) -> None:
        """Fuse one more scorer, fitted on the same assets."""
        self._weights[scorer.name] = weight
        self.scorers = (*self.scorers, scorer)
        self.over_corpus.cache_clear()

    def drop(self, name: str) -> None:
        """Leave a scorer out."""
        self.scorers = tuple(scorer for scorer in self.scorers if scorer.name != name)
        self.over_corpus.cache_clear()

    def prepare(self, texts: Sequence[str]) -> None:
        """Let the scorers that ask a model ask it for all these texts; raises ModelUnavailable."""
        for scorer in self.scorers:
            if isinstance(scorer, Asking):
                scorer.prepare(texts)
