"""The candidates of one need among the technologies that pass, found by a few threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.corpus import Arrays, Part, questions
from qixi.match.batch.finding import Finder, Known
from qixi.match.batch.prepared import Prepared
from qixi.match.engine import Engine
from qixi.match.facets import Mask
from qixi.match.fits.portfolio import Likeness
from qixi.match.kernels.back import Back
from qixi.match.kernels.setwise import spread
from qixi.match.kernels.sparing import spared
from qixi.match.kernels.squashing import Squash
from qixi.match.scorers.topical import TopicalScorer
from qixi.match.sparse import Weights

Places = NDArray[np.int64]
F32 = NDArray[np.float32]

MARGIN = 32
"""Candidates beyond those asked for where all are looked at: more than rounding can move."""

_PATENTS_LEFT = 0.25
"""The share of what a firm's patents tell apart that does not look for candidates."""

_UNEVEN = 1.3
"""By how much a slice may hold more of the candidates than its share."""


class Candidates:
    """Finds candidates over the arrays of an engine; one need at a time."""

    def __init__(self, engine: Engine, arrays: Arrays, threads: int) -> None:
        self._engine = engine
        self._arrays = arrays
        self._slices = _Slice.cut(arrays, max(threads, 1))
        self._squash = Squash.of(engine.settings.fusion.half)
        self._finders: dict[tuple[int, int], Finder] = {}
        self._pool = ThreadPoolExecutor(len(self._slices))
        weights = engine.settings.weights
        shares = np.array([weights.business, weights.need, weights.portfolio])
        self._shares: F32 = (shares / shares.sum()).astype(np.float32)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def sets(self, prepared: Prepared) -> Sets:
        """Return what the need's side and the firm's patents say of each set of symbols."""
        side, likeness = prepared.sides[0], prepared.likenesses[0]
        business = self._pool.submit(self._engine.business.estimated, side)
        portfolio = None if likeness is None else self._engine.portfolio.estimated(likeness)
        likeness = None if likeness is None else self._lightened(likeness)
        by_set, mean = business.result()
        return Sets(by_set * self._shares[0], np.float32(mean) * self._shares[0], likeness, portfolio)

    def _lightened(self, likeness: Likeness) -> Likeness:
        """Leave out what tells least of the firm's patents, for finding candidates."""
        if not likeness.texts:
            return likeness
        linear = zip(self._engine.need_fit.linear, self._arrays.parts, strict=True)
        usual = [part.usual for scorer, part in linear if isinstance(scorer, TopicalScorer)]
        spare = spared([questions(each) for each in likeness.texts], usual, _PATENTS_LEFT)
        return replace(likeness, texts=tuple(Weights(*each) for each in spare))

    def find(self, prepared: Prepared, sets: Sets, mask: Mask, keep: int) -> Places:
        """Return about `keep` technologies that `mask` lets through, the best by what is looked at."""

        def look(number: int) -> Places:
            part = self._slices[number]
            own = min(part.size, MARGIN + round(_UNEVEN * keep * part.size / mask.size))
            finder = self._finders.setdefault((number, own), Finder(part.arrays, self._squash, own))
            places = finder.find(prepared.seeking, 0, 0, self._known(sets, mask, part), part.nobody)
            return places.astype(np.int64) + part.first

        return np.concatenate(list(self._pool.map(look, range(len(self._slices)))))

    def _known(self, sets: Sets, mask: Mask, part: _Slice) -> Known:
        """Return the weighted fits of the technologies of a slice, -inf for those that do not pass."""
        places = slice(part.first, part.first + part.size)
        closed = np.where(mask[places], np.float32(0), np.float32(-np.inf))
        business = np.empty(part.size, dtype=np.float32)
        spread(sets.business, self._engine.business.sets.set_of[places], sets.mean, closed, business)
        _, need, portfolio = (float(share) for share in self._shares)
        if sets.likeness is None or sets.portfolio is None:
            return Known(need, portfolio * self._engine.portfolio.mean, business, closed[:0])
        likeness = self._engine.portfolio.over_part(
            sets.likeness, sets.portfolio, portfolio, part.shards, places
        )
        return Known(need, 0.0, business, likeness)


@dataclass(frozen=True, slots=True)
class Sets:
    """A need's side over sets of symbols, weighted, and over those without; the firm's patents likewise."""

    business: F32
    mean: np.float32
    likeness: Likeness | None
    portfolio: F32 | None


@dataclass(frozen=True, slots=True)
class _Slice:
    """Neighbouring shards that one thread looks at: `size` technologies from place `first` on."""

    arrays: Arrays
    shards: slice
    first: int
    size: int
    nobody: list[Back]

    @classmethod
    def cut(cls, arrays: Arrays, count: int) -> list[_Slice]:
        """Cut the shards into at most `count` slices of about the same size."""
        edges = np.unique(np.linspace(0, arrays.shards, count + 1).round().astype(int))
        return [cls._of(arrays, int(a), int(b)) for a, b in pairwise(edges)]

    @classmethod
    def _of(cls, arrays: Arrays, begin: int, end: int) -> _Slice:
        parts = tuple(
            Part(part.by_term[begin:end], part.by_document[begin:end], part.usual) for part in arrays.parts
        )
        bounds = arrays.bounds[begin : end + 1] - arrays.bounds[begin]
        nobody = [Back.of(int(size), 0) for size in np.diff(bounds)]
        first = int(arrays.bounds[begin])
        return cls(Arrays(parts, bounds), slice(begin, end), first, int(bounds[-1]), nobody)
