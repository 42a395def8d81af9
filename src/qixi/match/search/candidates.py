"""The candidates of one need among the technologies that pass, found by a few threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.match.engine import Engine
from qixi.match.facets import Mask
from qixi.match.finding.arrays import Arrays, Part
from qixi.match.finding.common import Common
from qixi.match.finding.finder import MARGIN, Finder
from qixi.match.finding.known import Knowing, Known, Sides
from qixi.match.finding.prepared import Prepared
from qixi.match.kernels.back import Back
from qixi.match.kernels.squashing import Squash

Places = NDArray[np.int64]

_UNEVEN = 1.3
"""By how much a slice may hold more of the candidates than its share."""


class Candidates:
    """Finds candidates over the arrays of an engine; one need at a time."""

    def __init__(self, engine: Engine, arrays: Arrays, threads: int) -> None:
        self._engine = engine
        self._arrays = arrays
        self._slices = _Slice.cut(arrays, max(threads, 1))
        self._squash = Squash.of(engine.settings.fusion.half)
        # The caller's own thread takes the first slice.
        self._pool = ThreadPoolExecutor(max(len(self._slices) - 1, 1))
        self._knowing = Knowing(engine, arrays)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def sides(self, prepared: Prepared) -> Sides:
        """Return what the need's side and the firm's patents say of each set of symbols."""
        business = self._knowing.business(prepared.sides[0])
        return self._knowing.sides(business, prepared.likenesses[0])

    def find(self, prepared: Prepared, sides: Sides, mask: Mask, keep: int) -> Places:
        """Return about `keep` technologies that `mask` lets through, the best by what is looked at."""
        passing = [int(np.count_nonzero(mask[part.first : part.first + part.size])) for part in self._slices]

        def look(number: int) -> Places:
            part = self._slices[number]
            share = passing[number] / max(sum(passing), 1)
            own = max(1, min(part.size, MARGIN + round(_UNEVEN * keep * share)))
            finder = Finder(part.arrays, part.common, self._squash, own, 1)

            def known(_: int, shard: int) -> Known:
                begin, end = (part.first + int(bound) for bound in part.arrays.bounds[shard : shard + 2])
                closed = np.where(mask[begin:end], np.float32(0), np.float32(-np.inf))
                business = self._knowing.spread(sides, closed, slice(begin, end))
                shards = slice(part.shard + shard, part.shard + shard + 1)
                return self._knowing.over(sides, business, shards, slice(begin, end))

            (found,) = finder.find(prepared.seeking, [0], 0, known, part.nobody)
            return found.places + part.first

        others = [self._pool.submit(look, number) for number in range(1, len(self._slices))]
        return np.concatenate([look(0), *(other.result() for other in others)])


@dataclass(frozen=True, slots=True)
class _Slice:
    """Shards from `shard` on that one thread looks at: `size` technologies from place `first` on."""

    arrays: Arrays
    common: Common
    shard: int
    first: int
    size: int
    nobody: list[Back]

    @classmethod
    def cut(cls, arrays: Arrays, count: int) -> list[_Slice]:
        """Cut the shards into at most `count` slices of about the same size."""
        # By technologies: the last shard may hold few.
        wanted = np.linspace(0, arrays.bounds[-1], count + 1)
        edges = np.unique(np.abs(arrays.bounds[:, None] - wanted).argmin(axis=0))
        return [cls._of(arrays, int(a), int(b)) for a, b in pairwise(edges)]

    @classmethod
    def _of(cls, arrays: Arrays, begin: int, end: int) -> _Slice:
        parts = tuple(
            Part(part.by_term[begin:end], part.by_document[begin:end], part.usual) for part in arrays.parts
        )
        bounds = arrays.bounds[begin : end + 1] - arrays.bounds[begin]
        nobody = [Back.of(int(size), 0) for size in np.diff(bounds)]
        first = int(arrays.bounds[begin])
        own = Arrays(parts, bounds)
        return cls(own, Common.none(own), begin, first, int(bounds[-1]), nobody)
