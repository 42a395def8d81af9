"""One block of needs against the whole corpus, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.batch.backing import back_lists
from qixi.match.batch.results import SLACK, Forward, Found
from qixi.match.batch.run import Block, Job
from qixi.match.engine import Engine
from qixi.match.finding.arrays import Arrays
from qixi.match.finding.common import Common
from qixi.match.finding.dense import Dense
from qixi.match.finding.finder import MARGIN, Finder, Shortlist
from qixi.match.finding.known import PATENTS_LEFT, Knowing, Known
from qixi.match.finding.pairs import Fits
from qixi.match.finding.prepared import Prepared
from qixi.match.fits.side import NeedSide
from qixi.match.index import load_index
from qixi.match.kernels.back import Back
from qixi.match.kernels.squashing import Squash
from qixi.match.models import ModelSuite
from qixi.match.ranking import PairScores

_PRODUCTS = 32
"""The most needs whose vectors are multiplied with all technologies' at once."""
_NONE = np.empty(0, dtype=np.int64)
_TOGETHER = 256
"""Needs whose exact scores are reckoned in one go."""


def opened(job: Job, suite: ModelSuite | None = None) -> Worker:
    """Open the index of a job; raises Refused where it is not the one that the job was begun with."""
    engine, info = load_index(job.index, job.settings, suite)
    if info.snapshot != job.identity["corpus"]:
        raise Refused(
            Problem(
                "batch",
                Text("索引在批量匹配期间被修改", "the index was changed while the batch ran"),
                Text(
                    "请另选一个空文件夹重新运行，运行期间不要修改索引",
                    "run again into an empty folder, and leave the index as it is meanwhile",
                ),
                file=str(job.index),
            )
        )
    return Worker(engine, job)


class Worker:
    """Does blocks over one fitted engine, in one thread."""

    def __init__(self, engine: Engine, job: Job) -> None:
        self.job = job
        self.technology_ids: Sequence[str] = engine.shelf.ids
        self._engine = engine
        plan = job.plan
        self._arrays = Arrays.of(engine)
        self._left = 0.0 if plan.candidates is None else plan.left
        self._common = Common.of(self._arrays) if self._left else Common.none(self._arrays)
        self._dense = Dense.of(engine)
        self._fits = Fits(engine, self._arrays, self._dense)
        self._knowing = Knowing(engine, self._arrays, PATENTS_LEFT if self._left else 0.0)
        self._closed = np.where(engine.shelf.barred > 0, np.float32(-np.inf), np.float32(0))
        self._squash = Squash.of(engine.settings.fusion.half)
        self._size = len(engine.shelf.ids)
        self._least = min(self._size, max(plan.candidates or 0, 2 * plan.top + MARGIN))
        self._finders: dict[int, Finder] = {}

    def run(self, block: Block, progress: Callable[[int], object]) -> Found:
        """Return what the block comes to; `progress` is called with needs done."""
        prepared = Prepared.of(block.needs, self._engine, self._common.usual, self._left, self._dense)
        kept = Back.of(self._size, self.job.plan.back_candidates, block.least)
        back = [kept.part(int(begin), int(end)) for begin, end in pairwise(self._arrays.bounds)]
        lists: dict[int, _List] = {}
        for at in range(0, len(prepared.order), _TOGETHER):
            part = prepared.order[at : at + _TOGETHER]
            lists.update(self._lists(prepared, part, block.first, back))
            progress(part.size)
        forward = _columns([lists[i] for i in range(len(block.needs))])
        if not self.job.plan.back:
            return Found(forward, None)
        depth = self.job.plan.back
        exact = self.job.plan.candidates is None
        back_found = back_lists(
            kept, prepared, block.first, self._fits, depth, lambda: progress(0), exact=exact
        )
        return Found(forward, back_found)

    def _lists(
        self, prepared: Prepared, part: NDArray[np.int64], first: int, back: list[Back]
    ) -> dict[int, _List]:
        """Return the final lists of some needs of the block."""
        found: dict[int, _List] = {}
        keep, left = self._least, part
        while left.size:
            finder = self._finder(keep)
            chosen = [
                each
                for group in np.split(left, range(finder.rows, left.size, finder.rows))
                for each in self._candidates(prepared, group, first, back, finder)
            ]
            sizes = np.array([each.places.size for each in chosen])
            queries, documents = np.repeat(left, sizes), np.concatenate([each.places for each in chosen])
            scores = self._fits.exact(prepared, queries, documents)
            short = []
            ends = np.cumsum(sizes).tolist()
            for i, each, end in zip(left.tolist(), chosen, ends, strict=True):
                rows = slice(end - each.places.size, end)
                found[i] = self._cut(scores.rows(rows), documents[rows])
                if each.places.size == keep < self._size and self._in_doubt(found[i], each.least):
                    short.append(i)
            # Large families stood in the way of some: look deeper, forward only.
            left, keep = np.array(short, dtype=np.int64), min(self._size, 4 * keep)
            back = [Back.of(int(size), 0) for size in np.diff(self._arrays.bounds)] if short else back
        return found

    def _in_doubt(self, found: _List, least: float) -> bool:
        """Say whether what was not looked at might belong into a list: it is short, or should be exact."""
        if found.places.size < self.job.plan.top:
            return True
        return self.job.plan.candidates is None and bool(found.scores.total[-1] <= least + SLACK)

    def _candidates(
        self, prepared: Prepared, group: NDArray[np.int64], first: int, back: list[Back], finder: Finder
    ) -> list[Shortlist]:
        """Return the candidates of each need of a group."""
        needs = group.tolist()
        business = {side: self._knowing.business(side) for side in {prepared.sides[i] for i in needs}}
        sides = {i: self._knowing.sides(business[prepared.sides[i]], prepared.likenesses[i]) for i in needs}

        @lru_cache(maxsize=1)
        def of_side(side: NeedSide, shard: int) -> NDArray[np.float32]:
            first = next(i for i in needs if prepared.sides[i] == side)
            places = slice(int(self._arrays.bounds[shard]), int(self._arrays.bounds[shard + 1]))
            return self._knowing.spread(sides[first], self._closed[places], places)

        def known(i: int, shard: int) -> Known:
            begin, end = int(self._arrays.bounds[shard]), int(self._arrays.bounds[shard + 1])
            own = prepared.own.get(i, _NONE)
            own = own[(begin <= own) & (own < end)] - begin
            business = of_side(prepared.sides[i], shard)
            if own.size:  # what is the firm's own is barred from its needs
                business = business.copy()
                business[own] = -np.inf
            return self._knowing.over(sides[i], business, slice(shard, shard + 1), slice(begin, end))

        begun = None
        if self._dense is not None and prepared.dense is not None:
            begun = self._dense.sums(prepared.dense, group)
        return finder.find(prepared.seeking, needs, first, known, back, begun)

    def _finder(self, keep: int) -> Finder:
        if keep not in self._finders:
            self._finders = {self._least: self._finders[self._least]} if self._finders else {}
            most = (_PRODUCTS,) if self._dense is not None else ()
            self._finders[keep] = Finder(self._arrays, self._common, self._squash, keep, *most)
        return self._finders[keep]

    def _cut(self, scores: PairScores, documents: NDArray[np.int64]) -> _List:
        """Return the head of a list, ties by place, one member of each family."""
        order = np.lexsort((documents, -scores.total))
        if self._engine.settings.withhold.family:
            order = order[self._engine.shelf.heads(documents[order])]
        order = order[: self.job.plan.top]
        return _List(documents[order], scores.rows(order))


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
