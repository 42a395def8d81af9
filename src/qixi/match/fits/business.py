"""Fit of the firm's business with the technology's classification (the first of the three fits)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, Need, Text
from qixi.match.crosswalk import Crosswalk
from qixi.match.fits import wording
from qixi.match.fits.closeness import KeyTree, closeness
from qixi.match.fits.fit import Fit, FitScores, IpcGuesser, Mask, Values
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

    def fit(self, assets: Iterable[Asset]) -> Self:
        """Learn the symbols and the means of a corpus; returns itself."""
        self._take(SymbolSets.of(assets, self._exact, self.guesser))
        groups = (entry.code for entry in industries().values() if entry.level == 3)
        self._grand_mean = float(np.mean([self._means(code) for code in groups]))
        return self

    def extend(self, assets: Iterable[Asset]) -> Self:
        """Learn the symbols of technologies that came later; the means stay as they are."""
        self._take(self.sets.extended(assets, self._exact, self.guesser))
        return self

    def _take(self, sets: SymbolSets) -> None:
        self.sets = sets
        self._tree = KeyTree(sets.keys)
        # Firms of one industry follow each other in a file; each side is an array as long as the sets.
        self._of_side = lru_cache(maxsize=64)(self._over_sets)
        self._by_key = lru_cache(maxsize=64)(lambda side: self._values(side, self._tree))

    def arrays(self, since: SymbolSets | None = None) -> dict[str, NDArray[np.generic]]:
        """Return what was learnt beyond `since`, an earlier state of `sets`; see `take`."""
        mean = {} if since is not None else {"mean": np.array([self._grand_mean])}
        return self.sets.arrays(since) | mean

    def take(self, layers: Sequence[Mapping[str, NDArray[np.generic]]]) -> Self:
        """Take what `arrays` gave, the fitted corpus first; raises ValueError where it does not fit together.

        It must be of a fit with the same `basis`.
        """
        self._take(SymbolSets.of_arrays(layers))
        (self._grand_mean,) = layers[0]["mean"].astype(np.float64).tolist()
        return self

    @property
    def basis(self) -> str:
        """What shapes what is learnt: the crosswalk, by SHA-256, and whether symbols are guessed."""
        rows = sorted((row.industry, row.ipc, row.weight) for row in self.crosswalk.rows.values())
        digest = hashlib.sha256(repr(rows).encode()).hexdigest()
        return f"{digest} {'guessing' if self.guesser is not None else 'stated'}"

    def score(self, need: Need) -> FitScores:
        """Return the fit of `need` with every technology of the corpus, in its order."""
        return FitScores(*self.at(need_side(need, self.guesser), slice(None)))

    def at(self, side: NeedSide, places: NDArray[np.integer] | slice) -> tuple[Values, Mask]:
        """Return the fits of a need of that side with the technologies at `places`, and which are known."""
        set_of = self.sets.set_of[places]
        if not side.known:
            return np.full(set_of.size, self._grand_mean), np.zeros(set_of.size, dtype=np.bool_)
        known = set_of >= 0
        if not isinstance(places, np.ndarray) or set_of.size >= self.sets.stated.size:
            per_set, mean = self._of_side(side)
            # The last entry is for technologies without symbols, whose set is -1.
            return np.append(per_set, mean)[set_of], known
        values = np.empty(set_of.size)
        values[known] = self.sets.over_some(self._by_key(side), set_of[known])
        if not known.all():
            values[~known] = self._of_side(side)[1]
        return values, known

    def estimated(self, side: NeedSide) -> tuple[NDArray[np.float32], float]:
        """Return the fit of a need of that side with each set of symbols, and with a technology without.

        It is what `at` gives, to about six digits and faster than for all.
        """
        if not side.known:
            return np.full(self.sets.stated.size, self._grand_mean, dtype=np.float32), self._grand_mean
        per_set, mean = self.sets.estimated(self._by_key(side))
        return per_set, self._unknown(side) if mean is None else mean

    def pair(self, need: Need, asset: Asset) -> Fit:
        """Return what `score` gives one technology of the corpus, with its reasons."""
        side = need_side(need, self.guesser)
        if not side.known:
            return Fit(self._grand_mean, False, (wording.need_unknown(self._grand_mean),))
        stated, shares = shares_of(asset, self._exact, self.guesser)
        if not shares:
            mean = self._of_side(side)[1]
            return Fit(mean, False, (wording.asset_unknown(mean),))
        worth = {key: self._value(side, key) * share for key, share in shares}
        key = max(shares, key=lambda each: worth[each[0]])[0]
        reason = self._reason(side, key)
        value = max(worth.values()) if stated else sum(worth.values())
        return Fit(value, True, (reason if stated else wording.inferred(reason, shares),))

    def _value(self, side: NeedSide, key: str) -> float:
        """Return what `_values` gives one key."""
        if side.industry is not None:
            return self.crosswalk.profile(side.industry.code).affinity(key).value
        if side.stated:
            return max(closeness(own, key)[0] for own, _ in side.shares)
        return sum(closeness(own, key)[0] * share for own, share in side.shares)

    def _means(self, code: str) -> float:
        per_set = self.sets.over_sets(self._tree.affinity(self.crosswalk.profile(code)))
        mean = self.sets.mean(per_set)
        return self._prior(code) if mean is None else mean

    def _over_sets(self, side: NeedSide) -> tuple[Values, float]:
        """Return one value per set of symbols, and their mean over the corpus, for a need's side."""
        per_set = self.sets.over_sets(self._by_key(side))
        mean = self.sets.mean(per_set)
        return per_set, self._unknown(side) if mean is None else mean

    def _unknown(self, side: NeedSide) -> float:
        """Return the fit of a side with technologies of which none has symbols."""
        return self._prior(side.industry.code) if side.industry else self._grand_mean

    def _values(self, side: NeedSide, tree: KeyTree) -> Values:
        """Return one value per key of `tree` for a need's side."""
        if side.industry is not None:
            return tree.affinity(self.crosswalk.profile(side.industry.code))
        if side.stated:
            return tree.closeness(key for key, _ in side.shares)
        total = np.zeros(tree.size)
        for key, share in side.shares:
            total += tree.closeness((key,)) * share
        return total

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
