"""Qixi's side: the product's own postings, vectors and fused search over the same lists."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.hybrid.target import K1, TOP, USUAL, B, Setting
from bench.hybrid.tokens import Lists
from qixi.match.postings import Weighing
from qixi.match.postings.numbered import Numbered
from qixi.match.vectors.fused import Asking, Fused, Words
from qixi.match.vectors.moments import Moments

Places = NDArray[np.int32]


class Ours:
    """Words and vectors of one corpus."""

    def __init__(self, setting: Setting, heads: float, cut: float, threads: int) -> None:
        """Build; terms in more than `heads` of the records are multiplied out, above `cut` they re-score."""
        weighing = Weighing(k1=K1, b=B, idf_power=setting.idf_power)
        self._words = Numbered.of(setting.supply.start, setting.supply.ids, setting.units, weighing, threads)
        self._moments = Moments.of(setting.supply_vectors)
        first, common = self._words.common(heads), self._words.common(min(cut, heads))
        parts = (Words(self._words.shards, first, common),)
        self.fused = Fused.of(parts, setting.supply_vectors, self._moments, threads=threads)
        self.followed = np.append(self._words.numbers.count[common:], 0)
        self.common, self.heads = common, first

    def ask(self, lists: Lists, vectors: NDArray[np.float32]) -> Asking:
        """Return needs as the search takes them."""
        mean, deviation = self._moments.measure(vectors, USUAL)
        return Asking((self._words.weigh(lists.start, lists.ids),), vectors, 1 / deviation, -mean / deviation)

    def top(self, asking: Asking, candidates: int) -> list[Places]:
        """Return the best of each need."""
        return [documents for documents, _ in self.fused.top(asking, TOP, candidates)]

    def postings(self, asking: Asking) -> float:
        """Return how many postings are followed for a need in the mean."""
        terms = asking.words[0].terms
        return float(self.followed[terms[terms >= self.common] - self.common].sum() / asking.lift.size)
