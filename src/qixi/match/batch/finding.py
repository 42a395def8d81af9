"""Finding the candidates of one need: rare terms and topics generate, common terms re-score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.corpus import Arrays
from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.rescoring import common_part
from qixi.match.kernels.shapes import Asked, Questions
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.squashing import Squash, squashed

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
        self._tables = [np.zeros(part.common, dtype=np.float32) for part in arrays.parts]

    def find(
        self, weighed: tuple[Questions, ...], query: int, number: int, known: Known, back: list[Back]
    ) -> tuple[NDArray[np.int32], F32]:
        """Return candidates and their totals, in no order, and offer the need to every document's list.

        `query` is the need's row of `weighed`, `number` its number in the run.
        """
        arrays, forward = self._arrays, self._forward
        forward.clear()
        asked = [_asked(questions, query) for questions in weighed]
        rare = [_rare(each, part.common) for each, part in zip(asked, arrays.parts, strict=True)]
        offset = float(sum(questions.offset[query] for questions in weighed))
        expected = self._expected(asked)
        for shard in range(arrays.shards):
            first, end = int(arrays.bounds[shard]), int(arrays.bounds[shard + 1])
            sums = self._sums[: end - first]
            sums.fill(0)
            for part, terms in zip(arrays.parts, rare, strict=True):
                accumulate(sums, part.by_term[shard], terms, 1.0)
            blend = Blend(
                offset + expected,
                known.base,
                known.share,
                known.business[first:end],
                known.portfolio[first:end],
            )
            sift(sums, blend, self._squash, Seen(0, number, first), forward, back[shard])
        trim(forward, 0)
        count = int(forward.held[0])
        documents, sums = forward.documents[0, :count].copy(), forward.sums[0, :count]
        self._rescore(documents, sums, asked)
        totals = np.empty(count, dtype=np.float32)
        squashed(sums, np.float32(-expected), self._squash, totals)
        totals *= np.float32(known.share)
        totals += np.float32(known.base) + known.business[documents]
        if known.portfolio.size:
            totals += known.portfolio[documents]
        return documents, totals

    def _expected(self, asked: list[Asked]) -> float:
        """Return what the common terms add to the mean document."""
        total = 0.0
        for each, part in zip(asked, self._arrays.parts, strict=True):
            leading = int(each.terms.searchsorted(part.common))
            total += float(part.usual[each.terms[:leading]] @ each.weights[:leading])
        return total

    def _rescore(self, documents: NDArray[np.int32], sums: F32, asked: list[Asked]) -> None:
        """Add the common terms to the candidates' sums, in place."""
        bounds = self._arrays.bounds
        shard_of = np.searchsorted(bounds, documents, side="right") - 1
        for shard in np.unique(shard_of):
            mine = np.flatnonzero(shard_of == shard)
            rows = (documents[mine] - bounds[shard]).astype(np.int32)
            found = sums[mine]
            for part, each, table in zip(self._arrays.parts, asked, self._tables, strict=True):
                if table.size:
                    common_part(part.by_document[shard], rows, each, table, 1.0, found)
            sums[mine] = found


def _asked(questions: Questions, query: int) -> Asked:
    begin, end = questions.start[query], questions.start[query + 1]
    return Asked(questions.terms[begin:end], questions.weights[begin:end])


def _rare(asked: Asked, common: int) -> Asked:
    first = int(asked.terms.searchsorted(common))
    return Asked(asked.terms[first:], asked.weights[first:])
