"""The ranking that both sides are to produce, and the plain way to it.

s(need, technology) = z of the words + z of the vectors. Words: BM25 (k1 1.2, b 0.75, idf =
ln(1 + (N - n + 0.5) / (n + 0.5)) to a power), a unit of the need counting as often as it is given, less the
mean and divided by the deviation that the terms' own means and variances over the corpus give. Vectors: the
cosine, less its mean and divided by its deviation over the corpus and those imagined by `standing`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.hybrid.tokens import Lists
from bench.hybrid.vectors import Vectors
from qixi.match.scorers.standing import Usual, standing

K1, B = 1.2, 0.75
USUAL = Usual(0.0, 0.1)
TOP = 100

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Setting:
    """What both sides are given."""

    supply: Lists
    demand: Lists
    supply_vectors: Vectors
    demand_vectors: Vectors
    units: int
    idf_power: float


class Oracle:
    """Scores everything from token lists and vectors in float64, sharing nothing with either side."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        lists = setting.supply
        length = np.diff(lists.start).astype(np.float64)
        document = np.repeat(np.arange(lists.size), np.diff(lists.start))
        cells, counts = np.unique(lists.ids.astype(np.int64) * lists.size + document, return_counts=True)
        term, self._documents = np.divmod(cells, lists.size)
        df = np.bincount(term, minlength=setting.units).astype(np.float64)
        idf = np.log(1 + (lists.size - df + 0.5) / (df + 0.5)) ** setting.idf_power
        norm = K1 * (1 - B + B * length / length.mean())
        self._worth = idf[term] * counts / (counts + norm[self._documents])
        self._start = np.concatenate(([0], np.cumsum(df))).astype(np.int64)

    def scores(self, needs: NDArray[np.int64]) -> Float:
        """Return s of each need with every technology, float64 (needs, technologies)."""
        asked = self._setting.demand_vectors[needs].astype(np.float64)
        cosines = np.empty((needs.size, self._setting.supply.size))
        for at in range(0, self._setting.supply.size, 8192):
            cosines[:, at : at + 8192] = asked @ self._setting.supply_vectors[at : at + 8192].T.astype(
                np.float64
            )
        return np.array([self._words(int(need)) for need in needs]) + standing(cosines, USUAL)

    def _words(self, need: int) -> Float:
        size = self._setting.supply.size
        lists, total = self._setting.demand, np.zeros(size)
        shift = spread = 0.0
        for unit, times in Counter(lists.ids[lists.start[need] : lists.start[need + 1]].tolist()).items():
            part = slice(self._start[unit], self._start[unit + 1])
            worth = self._worth[part]
            mean = worth.sum() / size
            total[self._documents[part]] += times * worth
            shift += times * mean
            spread += times**2 * ((worth**2).sum() / size - mean**2)
        return np.asarray((total - shift) / np.sqrt(spread or 1.0))


def recall(found: list[NDArray[np.int32]], exact: Float) -> float:
    """Return the mean share of each exact top list, the lower number first on a tie, that was found."""
    shares = []
    for documents, scores in zip(found, exact, strict=True):
        best = np.lexsort((np.arange(scores.size), -np.round(scores, 9)))[:TOP]
        shares.append(np.isin(best, documents[:TOP]).mean())
    return float(np.mean(shares))
