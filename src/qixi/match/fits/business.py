"""Fit of the firm's business with the technology's classification (the first of the three fits)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Self

import numpy as np

from qixi.core import Asset, Need, Text
from qixi.match.crosswalk import Crosswalk
from qixi.match.fits import wording
from qixi.match.fits.closeness import KeyTree, closeness
from qixi.match.fits.fit import Fit, FitScores, IpcGuesser, Values
from qixi.match.fits.side import NeedSide, need_side
from qixi.match.fits.symbols import SymbolSets, shares_of
from qixi.match.taxonomy import industries, subclasses


class BusinessFit:
    """Consistency of the firm's industry with the technology's IPC, through the crosswalk.

    A pair's value depends on the need, the technology and the fitted corpus only. Where the
    technology's side is unknown it is the mean of this need's known values over the corpus; where
    the need's side is unknown, the mean over the corpus and all industry groups. A side guessed
    from text counts as known, and the reasons say "inferred".
    """

    def __init__(self, crosswalk: Crosswalk | None = None, guesser: IpcGuesser | None = None) -> None:
        self.crosswalk = crosswalk or Crosswalk.load()
        self.guesser = guesser
        self._exact = frozenset(row.ipc for row in self.crosswalk.rows.values() if "/" in row.ipc)

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Learn the symbols and the means of a corpus; returns itself."""
        self._sets = SymbolSets.of(assets, self._exact, self.guesser)
        self._tree = KeyTree(self._sets.keys)
        self._keys = {key: i for i, key in enumerate(self._sets.keys)}
        self._place = {asset.id: i for i, asset in enumerate(assets)}
        # Firms of one industry follow each other in a file; each side is an array as long as the sets.
        self._of_side = lru_cache(maxsize=64)(self._over_sets)
        groups = (entry.code for entry in industries().values() if entry.level == 3)
        self._grand_mean = float(np.mean([self._means(code) for code in groups]))
        return self

    def score(self, need: Need) -> FitScores:
        """Return the fit of `need` with every technology of the corpus, in its order."""
        side = need_side(need, self.guesser)
        has = self._sets.set_of >= 0
        if not side.known:
            return FitScores(np.full(has.size, self._grand_mean), np.zeros(has.size, dtype=np.bool_))
        per_set, mean = self._of_side(side)
        values = np.full(has.size, mean)
        values[has] = per_set[self._sets.set_of[has]]
        return FitScores(values, has)

    def pair(self, need: Need, asset: Asset) -> Fit:
        """Return what `score` gives one technology of the corpus, with its reasons."""
        side = need_side(need, self.guesser)
        scores = self.score(need)
        place = self._place[asset.id]
        value, known = float(scores.values[place]), bool(scores.known[place])
        if not known:
            said = wording.asset_unknown if side.known else wording.need_unknown
            return Fit(value, known, (said(value),))
        stated, shares = shares_of(asset, self._exact, self.guesser)
        per_key = self._values(side)
        key = max(shares, key=lambda each: per_key[self._keys[each[0]]] * each[1])[0]
        reason = self._reason(side, key)
        return Fit(value, known, (reason if stated else wording.inferred(reason, shares),))

    def _means(self, code: str) -> float:
        per_set = self._sets.over_sets(self._industry_values(code))
        mean = self._sets.mean(per_set)
        return self._prior(code) if mean is None else mean

    def _over_sets(self, side: NeedSide) -> tuple[Values, float]:
        """Return one value per set of symbols, and their mean over the corpus, for a need's side."""
        per_set = self._sets.over_sets(self._values(side))
        mean = self._sets.mean(per_set)
        if mean is None:
            mean = self._prior(side.industry.code) if side.industry else self._grand_mean
        return per_set, mean

    def _values(self, side: NeedSide) -> Values:
        if side.industry is not None:
            return self._industry_values(side.industry.code)
        if side.stated:
            return self._tree.closeness(key for key, _ in side.shares)
        total = np.zeros(len(self._sets.keys))
        for key, share in side.shares:
            total += self._tree.closeness((key,)) * share
        return total

    def _industry_values(self, code: str) -> Values:
        return self._tree.affinity(self.crosswalk.profile(code))

    def _prior(self, code: str) -> float:
        """Return the mean over all IPC subclasses, for a corpus in which no technology has symbols."""
        profile = self.crosswalk.profile(code)
        return float(np.mean([profile.affinity(subclass).value for subclass in subclasses()]))

    def _reason(self, side: NeedSide, key: str) -> Text:
        if side.industry is not None:
            affinity = self.crosswalk.profile(side.industry.code).affinity(key)
            return wording.by_industry(side.origin, side.industry, affinity, self.crosswalk)
        own = max(side.shares, key=lambda item: (closeness(item[0], key)[0] * item[1], item[1]))[0]
        return wording.by_symbols(side.origin, own, key)
