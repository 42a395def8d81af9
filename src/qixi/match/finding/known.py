"""What is known of a need and of technologies before words are looked at: the other two fits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qixi.match.engine import Engine
from qixi.match.finding.arrays import Arrays
from qixi.match.fits.portfolio import Likeness
from qixi.match.fits.side import NeedSide
from qixi.match.kernels.setwise import spread
from qixi.match.kernels.sparing import spared
from qixi.match.scorers.topical import TopicalScorer
from qixi.match.sparse import Weights

F32 = NDArray[np.float32]

PATENTS_LEFT = 0.25
"""The share of what a firm's patents tell apart that does not look for candidates."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one need before its words are looked at, weighted by the shares of the fits.

    `business` and `portfolio` are float32 (technologies,), -inf in `business` where one is barred;
    `portfolio` is empty where the firm gives none, and `base` holds what is the same for all.
    """

    share: float
    base: float
    business: F32
    portfolio: F32


@dataclass(frozen=True, slots=True)
class Sides:
    """What a need's side says of each set of symbols, weighted, and of those without; the firm's likewise."""

    business: F32
    mean: np.float32
    likeness: Likeness | None
    portfolio: F32


class Knowing:
    """Tells what is known of needs by an engine; what a firm's patents tell least of may be `left` out."""

    def __init__(self, engine: Engine, arrays: Arrays, left: float = PATENTS_LEFT) -> None:
        self._engine = engine
        linear = zip(engine.need_fit.linear, arrays.parts, strict=True)
        self._usual = [part.usual for scorer, part in linear if isinstance(scorer, TopicalScorer)]
        self._left = left
        weights = engine.settings.weights
        shares = np.array([weights.business, weights.need, weights.portfolio])
        self._business, self._need, self._portfolio = (shares / shares.sum()).astype(np.float32)

    def business(self, side: NeedSide) -> tuple[F32, np.float32]:
        """Return what a need's side says of each set of symbols, weighted, and of technologies without."""
        by_set, mean = self._engine.business.estimated(side)
        return by_set * self._business, np.float32(mean) * self._business

    def sides(self, business: tuple[F32, np.float32], likeness: Likeness | None) -> Sides:
        """Return what a need is known by; `business` is what the method of that name gives."""
        if likeness is None:
            return Sides(*business, None, _NONE)
        return Sides(*business, self._lightened(likeness), self._engine.portfolio.estimated(likeness))

    def spread(self, sides: Sides, closed: F32, places: slice) -> F32:
        """Return what the need's side says of the technologies at `places`, weighted.

        `closed` float32 (places,) is 0, or -inf for those that are not looked for.
        """
        business = np.empty(closed.size, dtype=np.float32)
        spread(sides.business, self._engine.business.sets.set_of[places], sides.mean, closed, business)
        return business

    def over(self, sides: Sides, business: F32, shards: slice, places: slice) -> Known:
        """Return what is known with the technologies of some shards, which stand at `places`.

        `business` is what `spread` gives for them.
        """
        need = float(self._need)
        if sides.likeness is None:
            return Known(need, float(self._portfolio) * self._engine.portfolio.mean, business, _NONE)
        share = float(self._portfolio)
        portfolio = self._engine.portfolio.over_part(sides.likeness, sides.portfolio, share, shards, places)
        return Known(need, 0.0, business, portfolio)

    def _lightened(self, likeness: Likeness) -> Likeness:
        if not likeness.texts:
            return likeness
        spare = spared([each.questions() for each in likeness.texts], self._usual, self._left)
        return replace(likeness, texts=tuple(Weights(*each) for each in spare))


_NONE = np.empty(0, dtype=np.float32)
