"""What a search reads of an index that was not checked as a whole: checked before it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qixi.match.engine import Engine
from qixi.match.fits.portfolio import Likeness
from qixi.match.kernels.shapes import Questions
from qixi.match.scorers.topical import TopicalScorer
from qixi.match.shards import StoredShards, Watched


class Reading:
    """Checks the blocks of an engine's shards that loops are about to read; nothing where none is watched.

    With `everything`, or where a scorer's data cannot be checked in part, all of it is checked at first.
    """

    def __init__(self, engine: Engine, watched: Mapping[str, Watched], *, everything: bool) -> None:
        linear = engine.need_fit.linear
        part = {} if everything else {n: w for n, w in watched.items() if isinstance(w, StoredShards)}
        self._whole = [each for name, each in watched.items() if name not in part]
        self._linear = [part.get(scorer.name) for scorer in linear]
        self._topical = [part.get(scorer.name) for scorer in linear if isinstance(scorer, TopicalScorer)]

    def begin(self) -> None:
        """Check what can only be checked as a whole, once; raises Refused."""
        while self._whole:
            self._whole[-1].check()
            self._whole.pop()

    def terms(self, seeking: Sequence[Questions], likeness: Likeness | None) -> None:
        """Check what the terms of a need and of a firm's patents lead to; raises Refused."""
        for stored, questions in zip(self._linear, seeking, strict=True):
            if stored is not None:
                stored.touch_terms(questions.terms)
        for stored, weights in zip(self._topical, likeness.texts if likeness else (), strict=False):
            if stored is not None:
                stored.touch_terms(weights.terms)

    def documents(self, places: NDArray[np.int64]) -> None:
        """Check what the technologies at `places` are made of; raises Refused."""
        for stored in self._linear:
            if stored is not None:
                stored.touch_documents(places)
