"""Fit of the firm's own patents with the technology (the third of the three fits)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, Need, OwnPatent, Text
from qixi.match.fits import wording
from qixi.match.fits.closeness import KeyTree, closest
from qixi.match.fits.fit import Fit, FitScores, Mask, TextSimilarity, Values
from qixi.match.fits.symbols import SymbolSets, keys_of

TEXT_SHARE = 0.5
"""Share of text in the likeness where both IPC and text can be compared; by judgement."""

PROBES = 32
"""Technologies of the corpus that stand in as own patents when the mean is fitted."""


class PortfolioFit:
    """Likeness of the technology to the closest of the firm's own patents.

    Two patents are alike by the deepest IPC level they share and by their texts; where only one
    of the two can be compared it counts alone. Where nothing can be compared for a technology, its
    value is the mean of this need's known values over the corpus; where the need gives no patents,
    the mean of the corpus against evenly spaced technologies of its own, each against the others.
    """

    def __init__(self, text_similarity: TextSimilarity | None = None) -> None:
        self.text_similarity = text_similarity

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Learn the symbols and the mean of a corpus; `text_similarity` must be fitted on the same."""
        self._sets = SymbolSets.of(assets)
        self._tree = KeyTree(self._sets.keys)
        self._with_text = np.array([bool(asset.texts()) for asset in assets], dtype=np.bool_)
        self._has = self._sets.set_of >= 0
        self._place = {asset.id: i for i, asset in enumerate(assets)}
        # Several technologies are explained to one firm in turn.
        self._closest = lru_cache(maxsize=8)(self._over_corpus)
        means = [
            mean for place in _places(assets) if (mean := self._probe_mean(place, assets[place])) is not None
        ]
        self._mean = float(np.mean(means)) if means else 0.0
        return self

    def score(self, need: Need) -> FitScores:
        """Return the fit of `need` with every technology of the corpus, in its order."""
        likeness, closest_patent = self._closest(self._comparable(need.portfolio))
        known = closest_patent >= 0
        return FitScores(np.where(known, likeness, self._mean_of(likeness, known)), known)

    def pair(self, need: Need, asset: Asset) -> Fit:
        """Return what `score` gives one technology of the corpus, with its reasons."""
        scores = self.score(need)
        place = self._place[asset.id]
        value, known = float(scores.values[place]), bool(scores.known[place])
        patents = self._comparable(need.portfolio)
        if not known:
            said = wording.not_comparable if patents else wording.no_portfolio
            return Fit(value, known, (said(value),))
        patent = patents[int(self._closest(patents)[1][place])]
        return Fit(value, known, (wording.named_patent(patent, value), *self._reasons(patent, asset)))

    def _comparable(self, patents: Sequence[OwnPatent]) -> tuple[OwnPatent, ...]:
        """Return the own patents that have a symbol, or a text where texts can be compared."""
        return tuple(each for each in patents if keys_of(each.ipc) or self._text(each))

    def _text(self, patent: OwnPatent) -> str:
        """Return the patent's text, empty where texts cannot be compared."""
        if self.text_similarity is None:
            return ""
        return "\n".join(filter(None, (patent.title, patent.abstract)))

    def texts(self, need: Need) -> tuple[str, ...]:
        """Return the texts that `score` compares for `need`."""
        return tuple(filter(None, map(self._text, need.portfolio)))

    def fit_texts(self, assets: Sequence[Asset]) -> tuple[str, ...]:
        """Return the texts that `fit` compares."""
        return tuple(filter(None, (self._text(_probe(assets[place])) for place in _places(assets))))

    def _over_corpus(self, patents: tuple[OwnPatent, ...]) -> tuple[Values, NDArray[np.int64]]:
        """Return the likeness of the closest patent to each technology, and its number, -1 for none."""
        values = np.zeros(self._has.size)
        which = np.full(self._has.size, -1, dtype=np.int64)
        for i, patent in enumerate(patents):
            own, compared = self._one(patent)
            closer = compared & ((own > values) | (which < 0))
            values[closer] = own[closer]
            which[closer] = i
        return values, which

    def _one(self, patent: OwnPatent) -> tuple[Values, Mask]:
        """Return the likeness of one own patent to the corpus and where it could be compared."""
        keys, text = keys_of(patent.ipc), self._text(patent)
        by_ipc = np.zeros(self._has.size)
        in_ipc = self._has & bool(keys)
        if keys:
            per_set = self._sets.over_sets(self._tree.closeness(keys))
            by_ipc[self._has] = per_set[self._sets.set_of[self._has]]
        if not text or self.text_similarity is None:
            return by_ipc, in_ipc
        by_text = np.asarray(self.text_similarity.over_corpus(text), dtype=np.float64)
        both = TEXT_SHARE * by_text + (1.0 - TEXT_SHARE) * by_ipc
        in_text = self._with_text
        values = np.where(in_ipc & in_text, both, np.where(in_text, by_text, by_ipc))
        return values, in_ipc | in_text

    def _reasons(self, patent: OwnPatent, asset: Asset) -> Iterator[Text]:
        """Yield in what an own patent and a technology are alike."""
        mine, theirs = keys_of(patent.ipc), keys_of(asset.ipc)
        if mine and theirs:
            _, own, other, _ = closest(mine, theirs)
            origin = Text("自有专利的", "the own patent's")
            yield wording.by_symbols(origin, own or mine[0], other or theirs[0])
        text = self._text(patent)
        if text and self.text_similarity is not None and asset.texts():
            yield wording.text_alike(float(self.text_similarity.over_corpus(text)[self._place[asset.id]]))

    def _mean_of(self, values: Values, known: Mask) -> float:
        """Return the mean of a firm's known values over the corpus, or the fitted mean."""
        return float(values[known].mean()) if known.any() else self._mean

    def _probe_mean(self, place: int, asset: Asset) -> float | None:
        """Return the mean of the other technologies, were that at `place` a firm's own patent."""
        values, which = self._over_corpus(self._comparable((_probe(asset),)))
        known = which >= 0
        known[place] = False
        return float(values[known].mean()) if known.any() else None


def _places(assets: Sequence[Asset]) -> list[int]:
    """Return the places, evenly spaced, of the technologies that stand in as own patents."""
    count = min(len(assets), PROBES)
    return [i * len(assets) // count for i in range(count)]


def _probe(asset: Asset) -> OwnPatent:
    return OwnPatent(asset.title, asset.abstract, asset.ipc)
