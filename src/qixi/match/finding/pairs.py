"""The three fits of single pairs, exact."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.match.engine import Engine
from qixi.match.finding.arrays import Arrays
from qixi.match.finding.dense import Dense
from qixi.match.finding.prepared import Prepared
from qixi.match.fits.fit import FitScores
from qixi.match.ranking import PairScores


class Fits:
    """The three fits of pairs, as the engine has them."""

    def __init__(self, engine: Engine, arrays: Arrays, dense: Dense | None = None) -> None:
        self._engine = engine
        self._arrays = arrays
        self._dense = dense

    def exact(
        self, prepared: Prepared, queries: NDArray[np.int64], documents: NDArray[np.int64]
    ) -> PairScores:
        """Return the scores of pairs as `Engine.scores` gives them; pairs of one need follow each other.

        `queries` are numbers of the block's needs, `documents` places in the corpus.
        """
        engine = self._engine
        sums = self._arrays.exact(prepared.weighed, queries, documents)
        if self._dense is not None and prepared.dense is not None:
            sums += self._dense.exact(prepared.dense, queries, documents)
        fit = engine.need_fit.squash(sums)
        business, portfolio = np.empty(queries.size), np.empty(queries.size)
        business_known, portfolio_known = np.zeros(queries.size, np.bool_), np.zeros(queries.size, np.bool_)
        for begin, end in runs(queries):
            i, rows = int(queries[begin]), slice(begin, end)
            places = documents[rows]
            business[rows], business_known[rows] = engine.business.at(prepared.sides[i], places)
            portfolio[rows], portfolio_known[rows] = engine.portfolio.at(prepared.likenesses[i], places)
        return engine.fused(fit, FitScores(business, business_known), FitScores(portfolio, portfolio_known))


def runs(queries: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where each row of equal queries begins and ends."""
    starts = np.flatnonzero(np.diff(queries, prepend=-1)).tolist()
    return list(pairwise([*starts, queries.size])) if starts else []
