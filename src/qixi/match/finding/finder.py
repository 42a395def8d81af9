"""Finding the candidates of needs: the terms that tell most for what they cost to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.finding.arrays import Arrays
from qixi.match.finding.common import Common
from qixi.match.finding.known import Known
from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.levels import add_levels
from qixi.match.kernels.seeking import seek
from qixi.match.kernels.shapes import Questions
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.squashing import Squash

F32 = NDArray[np.float32]
Places = NDArray[np.int64]

MARGIN = 32
"""Candidates beyond those asked for where all are looked at: more than rounding can move."""
_ROWS, _HELD = 64, 65_536
"""The most needs looked at together, and the most candidates of all of them."""


class Shortlist(NamedTuple):
    """The places of a need's candidates, in no order; whatever is not among them totals at most `least`."""

    places: Places
    least: float


class Finder:
    """Finds candidates, `keep` for each need; holds the buffers of one thread."""

    def __init__(self, arrays: Arrays, common: Common, squash: Squash, keep: int, rows: int = _ROWS) -> None:
        self.rows = max(1, min(rows, _HELD // keep))
        self._arrays = arrays
        self._common = common
        self._squash = squash
        self._forward = Forward.of(self.rows, keep)
        self._sums = np.empty(int(np.diff(arrays.bounds).max(initial=0)), dtype=np.float32)

    def find(
        self,
        seeking: tuple[Questions, ...],
        needs: Sequence[int],
        first: int,
        known: Callable[[int, int], Known],
        back: Sequence[Back],
        begun: F32 | None = None,
    ) -> list[Shortlist]:
        """Return the candidates of each need, and offer the needs to every document.

        `needs`, at most `rows` of them, are rows of `seeking`; `first` is the number of row 0 in the run.
        `known` says what is known of a need with the technologies of a shard. `begun` float32 (needs,
        technologies) is what vectors add to the sums, written over. Shard by shard, so that needs which
        follow each other find its lists in the cache.
        """
        self._forward.clear()
        asked = [self._common.asked(seeking, need) for need in needs]
        lifts = [float(sum(questions.offset[need] for questions in seeking)) for need in needs]
        for shard in range(self._arrays.shards):
            begin, end = int(self._arrays.bounds[shard]), int(self._arrays.bounds[shard + 1])
            for row, need in enumerate(needs):
                before = known(need, shard)
                blend = Blend(lifts[row], before.base, before.share, before.business, before.portfolio)
                lists = [part.by_term[shard] for part in self._arrays.parts]
                levels, terms = asked[row][0][shard], asked[row][1]
                parts = tuple(zip(lists, terms, strict=True))
                seen, kept = Seen(row, first + need, begin), (self._forward, back[shard])
                if begun is None:
                    seek(self._sums[: end - begin], levels, parts, blend, self._squash, seen, kept)
                    continue
                sums = begun[row, begin:end]
                add_levels(sums, levels)
                for by_term, each in parts:
                    accumulate(sums, by_term, each, 1.0)
                sift(sums, blend, self._squash, seen, *kept)
        return [self._taken(row) for row in range(len(needs))]

    def _taken(self, row: int) -> Shortlist:
        forward = self._forward
        trim(forward, row)
        held = int(forward.held[row])
        least = float(forward.scores[row, :held].min()) if held == forward.keep else -np.inf
        return Shortlist(forward.documents[row, :held].astype(np.int64), least)
