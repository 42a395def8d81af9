"""Finding the candidates of one need: the terms that tell most for what they cost to read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.corpus import Arrays
from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.seeking import seek
from qixi.match.kernels.shapes import Asked, Questions
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.squashing import Squash

F32 = NDArray[np.float32]


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


class Finder:
    """Finds candidates; holds the buffers of one thread."""

    def __init__(self, arrays: Arrays, squash: Squash, keep: int) -> None:
        self._arrays = arrays
        self._squash = squash
        self._forward = Forward.of(1, keep)
        self._sums = np.empty(int(np.diff(arrays.bounds).max(initial=0)), dtype=np.float32)

    def find(
        self,
        seeking: tuple[Questions, ...],
        query: int,
        number: int,
        known: Known,
        back: list[Back],
        begun: F32 | None = None,
    ) -> NDArray[np.int32]:
        """Return the places of the candidates, in no order, and offer the need to every document.

        `query` is the need's row of `seeking`, `number` its number in the run; `begun` float32
        (technologies,) is what vectors add to its sums, written over.
        """
        arrays, forward = self._arrays, self._forward
        forward.clear()
        asked = [_asked(questions, query) for questions in seeking]
        lift = float(sum(questions.offset[query] for questions in seeking))
        for shard in range(arrays.shards):
            first, end = int(arrays.bounds[shard]), int(arrays.bounds[shard + 1])
            blend = Blend(
                lift, known.base, known.share, known.business[first:end], known.portfolio[first:end]
            )
            parts = tuple(
                (part.by_term[shard], terms) for part, terms in zip(arrays.parts, asked, strict=True)
            )
            seen, kept = Seen(0, number, first), (forward, back[shard])
            if begun is None:
                seek(self._sums[: end - first], parts, blend, self._squash, seen, kept)
                continue
            for by_term, terms in parts:
                accumulate(begun[first:end], by_term, terms, 1.0)
            sift(begun[first:end], blend, self._squash, seen, *kept)
        trim(forward, 0)
        return forward.documents[0, : int(forward.held[0])].copy()


def _asked(questions: Questions, query: int) -> Asked:
    begin, end = questions.start[query], questions.start[query + 1]
    return Asked.of(questions.terms[begin:end], questions.weights[begin:end])
