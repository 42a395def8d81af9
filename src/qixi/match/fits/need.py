"""The need fit: the need's words and topics against the technology's, as one value in 0..1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from qixi.core import Asset
from qixi.match.fits.fit import Values
from qixi.match.lexicon import default_lexicon
from qixi.match.query import Query, text_query
from qixi.match.scorers import SCORERS, Scorer
from qixi.match.scorers.store import damaged
from qixi.match.settings import Fusion


class NeedFit:
    """Fuses the scorers and sets the result on a scale fitted on the corpus alone.

    Each scorer speaks in standard deviations above the corpus mean for that need, so a sum of them
    means the same for a short need and a long one. The sum s becomes softplus(s) / (softplus(s) +
    half): rising throughout, 0.5 where the technology stands `half` deviations above the mean.
    """

    def __init__(self, fusion: Fusion | None = None) -> None:
        self._fusion = fusion or Fusion()
        self.kinds = tuple(kind for kind in SCORERS if self._weight(kind.name))
        self.scorers: tuple[Scorer, ...] = ()
        self._place: dict[str, int] = {}
        # Each patent of a firm's portfolio is compared with many technologies in turn.
        self.over_corpus = lru_cache(maxsize=64)(self._over_corpus)

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Fit every scorer that has a weight (`kinds`)."""
        self.scorers = tuple(kind().fit(assets) for kind in self.kinds)
        self._place = {asset.id: i for i, asset in enumerate(assets)}
        return self

    def score(self, queries: Sequence[Query]) -> Values:
        """Return fits, shape (len(queries), corpus size), each in (0, 1)."""
        total = np.zeros((len(queries), len(self._place)))
        for scorer in self.scorers:
            total += self._weight(scorer.name) * scorer.score(queries)
        lifted = np.logaddexp(0.0, total)
        return np.asarray(lifted / (lifted + self._fusion.half))

    def _over_corpus(self, text: str) -> Values:
        """Return the fit of plain text with every technology; see `TextSimilarity`."""
        values: Values = self.score([text_query(text, default_lexicon())])[0]
        values.flags.writeable = False
        return values

    def between(self, text: str, asset: Asset) -> float:
        """Return the fit of plain text with a technology of the corpus; raises KeyError for another."""
        return float(self.over_corpus(text)[self._place[asset.id]])

    def save(self, folder: Path) -> None:
        """Write every scorer into a folder of its name."""
        for scorer in self.scorers:
            (folder / scorer.name).mkdir()
            scorer.save(folder / scorer.name)

    def load(self, folder: Path, assets: Sequence[Asset]) -> Self:
        """Read what `save` wrote for the same assets; raises Refused where it is damaged."""
        self.scorers = tuple(kind.load(folder / kind.name) for kind in self.kinds)
        self._place = {asset.id: i for i, asset in enumerate(assets)}
        for scorer in self.scorers:
            if scorer.score([]).shape != (0, len(assets)):
                raise damaged(folder / scorer.name)
        return self

    def _weight(self, name: str) -> float:
        return float(getattr(self._fusion, name))
