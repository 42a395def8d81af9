"""One block of needs against the whole corpus, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.backing import back_lists
from qixi.match.batch.corpus import Arrays
from qixi.match.batch.dense import Dense
from qixi.match.batch.finding import Finder
from qixi.match.batch.fits import Fits
from qixi.match.batch.prepared import Prepared
from qixi.match.batch.results import Forward, Found
from qixi.match.batch.run import Block, Job
from qixi.match.engine import Engine
from qixi.match.kernels.back import Back
from qixi.match.kernels.squashing import Squash
from qixi.match.ranking import PairScores

_MARGIN = 32
"""Candidates beyond those asked for where all are looked at: more than rounding can move."""
_PRODUCTS = 32
"""Needs whose vectors are multiplied with all technologies' at once."""
F32 = NDArray[np.float32]
_NONE = np.empty(0, dtype=np.int64)
_TOGETHER = 256
"""Needs whose exact scores are reckoned in one go."""


class Worker:
    """Does blocks over one fitted engine, in one thread."""

    def __init__(self, engine: Engine, job: Job) -> None:
        self.job = job
        self.technology_ids: Sequence[str] = engine.shelf.ids
        self._engine = engine
        plan = job.plan
        self._arrays = Arrays.of(engine)
        self._left = 0.0 if plan.candidates is None else plan.left
        self._dense = Dense.of(engine)
        self._fits = Fits(engine, self._arrays, self._dense)
        self._squash = Squash.of(engine.settings.fusion.half)
        self._size = len(engine.shelf.ids)
        self._least = min(self._size, max(plan.candidates or 0, 2 * plan.top + _MARGIN))
        self._finders: dict[int, Finder] = {}

    def run(self, block: Block, progress: Callable[[int], object]) -> Found:
        """Return what the block comes to; `progress` is called with needs done."""
        prepared = Prepared.of(block.needs, self._engine, self._arrays, self._left, self._dense)
        depth = self.job.plan.back_candidates
        back = [Back.of(int(size), depth) for size in np.diff(self._arrays.bounds)]
        lists: dict[int, _List] = {}
        for at in range(0, len(prepared.order), _TOGETHER):
            part = prepared.order[at : at + _TOGETHER]
            lists.update(self._lists(prepared, part, block.first, back))
            progress(part.size)
        forward = _columns([lists[i] for i in range(len(block.needs))])
        if not self.job.plan.back:
            return Found(forward, None)
        return Found(forward, back_lists(back, prepared, block.first, self._fits, self.job.plan.back))

    def _lists(
        self, prepared: Prepared, part: NDArray[np.int64], first: int, back: list[Back]
    ) -> dict[int, _List]:
        """Return the final lists of some needs of the block."""
        found: dict[int, _List] = {}
        keep, left = self._least, part
        while left.size:
            chosen = [
                self._candidates(prepared, int(i), first, back, keep, begun)
                for group in np.split(left, range(_PRODUCTS, left.size, _PRODUCTS))
                for i, begun in zip(group, self._begun(prepared, group), strict=True)
            ]
            sizes = np.array([each.size for each in chosen])
            queries, documents = np.repeat(left, sizes), np.concatenate(chosen).astype(np.int64)
            scores = self._fits.exact(prepared, queries, documents)
            short = []
            for i, size, end in zip(left.tolist(), sizes.tolist(), np.cumsum(sizes).tolist(), strict=True):
                rows = slice(end - size, end)
                found[i] = self._cut(scores.rows(rows), documents[rows])
                if found[i].places.size < self.job.plan.top and size == keep < self._size:
                    short.append(i)
            # Large families stood in the way of some: look deeper, forward only.
            left, keep = np.array(short, dtype=np.int64), min(self._size, 4 * keep)
            back = [Back.of(int(size), 0) for size in np.diff(self._arrays.bounds)] if short else back
        return found

    def _candidates(
        self, prepared: Prepared, i: int, first: int, back: list[Back], keep: int, begun: F32 | None
    ) -> NDArray[np.int32]:
        """Return the places of a need's candidates, at most `keep`."""
        known = self._fits.known(prepared, i)
        own = prepared.own.get(i, _NONE)
        # What is the firm's own stands for nothing here, and comes back for the next need.
        business = known.business[own]
        known.business[own] = -np.inf
        try:
            return self._finder(keep).find(prepared.seeking, i, first + i, known, back, begun)
        finally:
            known.business[own] = business

    def _begun(self, prepared: Prepared, group: NDArray[np.int64]) -> Sequence[F32 | None]:
        """Return what vectors add to the sums of some needs, with all technologies."""
        if self._dense is None or prepared.dense is None:
            return [None] * group.size
        return list(self._dense.sums(prepared.dense, group))

    def _finder(self, keep: int) -> Finder:
        if keep not in self._finders:
            self._finders = {self._least: self._finders[self._least]} if self._finders else {}
            self._finders[keep] = Finder(self._arrays, self._squash, keep)
        return self._finders[keep]

    def _cut(self, scores: PairScores, documents: NDArray[np.int64]) -> _List:
        """Return the head of a list, ties by place, one member of each family."""
        order = np.lexsort((documents, -scores.total))
        if self._engine.settings.withhold.family:
            order = order[self._heads(documents[order])]
        order = order[: self.job.plan.top]
        return _List(documents[order], scores.rows(order))

    def _heads(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which of `places`, best first, stand for their families: the first member of each."""
        family = self._engine.shelf.families[places]
        heads: NDArray[np.bool_] = np.asarray(family == 0)
        _, first = np.unique(family, return_index=True)
        heads[first] = True
        return heads


@dataclass(frozen=True, slots=True)
class _List:
    """One need's list: places of technologies, best first, and their scores."""

    places: NDArray[np.int64]
    scores: PairScores


def _columns(lists: Sequence[_List]) -> Forward:
    sizes = [each.places.size for each in lists]
    joined = {
        name: np.concatenate([getattr(each.scores, name) for each in lists])
        for name in ("total", "business", "need", "portfolio", "known")
    }
    return Forward(
        np.repeat(np.arange(len(lists), dtype=np.int32), sizes),
        np.concatenate([each.places for each in lists]).astype(np.int32),
        np.concatenate([np.arange(1, size + 1, dtype=np.int32) for size in sizes]),
        joined["total"],
        joined["business"],
        joined["need"],
        joined["portfolio"],
        joined["known"],
    )
