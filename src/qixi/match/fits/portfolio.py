"""Fit of the firm's own patents with the technology (the third of the three fits)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, Need, OwnPatent, Text
from qixi.match.fits import wording
from qixi.match.fits.aggregate import Topics
from qixi.match.fits.closeness import KeyTree, closest
from qixi.match.fits.fit import Fit, FitScores, Mask, Values
from qixi.match.fits.need import NeedFit
from qixi.match.fits.symbols import SymbolSets, keys_of
from qixi.match.kernels.likeness import blend
from qixi.match.sparse import Weights

TEXT_SHARE = 0.5
"""Share of text in the likeness where both IPC and text can be compared; by judgement."""

PROBES = 32
"""Technologies of the corpus that stand in as own patents when the mean is fitted."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a firm's own patents are compared by.

    `texts` is one query for all of them over each topical scorer, see `Topics`, empty where no text says
    anything; `keys` are the keys of all their symbols.
    """

    texts: tuple[Weights, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Firm:
    """A firm's patents made ready to be named: all of them together, and each alone.

    `texts` has a query for all of them, and then one for each.
    """

    whole: Likeness | None
    alone: tuple[Likeness | None, ...]
    texts: tuple[Weights, ...]


class PortfolioFit:
    """Likeness of the technology to what the firm's own patents are about, all of them together.

    By texts: one query for the firm over the topical scorers. By symbols: the deepest IPC level that
    the technology shares with any of the patents. Where only one of the two can be compared it counts
    alone; where neither can, or the need gives no patents, a constant of the corpus stands in: the
    mean of evenly spaced technologies of its own against the others.
    """

    def __init__(self, need_fit: NeedFit | None = None) -> None:
        self._topics = Topics(need_fit) if need_fit is not None else None

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Learn the symbols and the mean of a corpus; the need fit must be fitted on the same."""
        self.mean = 0.0
        self._take(SymbolSets.of(assets), np.array([bool(asset.texts()) for asset in assets], dtype=np.bool_))
        self.measure(assets)
        return self

    def measure(self, assets: Sequence[Asset]) -> None:
        """Learn the mean of `assets`, the fitted corpus, anew; few of them are read."""
        means = [self._probe_mean(place, assets[place], len(assets)) for place in _places(assets)]
        known = [mean for mean in means if mean is not None]
        self.mean = float(np.mean(known)) if known else 0.0

    @property
    def basis(self) -> str:
        """What shapes the mean beside the corpus."""
        return repr((self._topics.basis if self._topics is not None else "", TEXT_SHARE, PROBES))

    def extend(self, assets: Sequence[Asset]) -> Self:
        """Learn the symbols of technologies that came later; the mean stays as it is."""
        with_text = np.array([bool(asset.texts()) for asset in assets], dtype=np.bool_)
        self._take(self.sets.extended(assets), np.concatenate((self._with_text, with_text)))
        return self

    def _take(self, sets: SymbolSets, with_text: Mask) -> None:
        self.sets, self._with_text = sets, with_text
        self._tree = KeyTree(sets.keys)
        # One firm meets many technologies in turn.
        self._close = lru_cache(maxsize=32)(self._tree.closeness)
        self._firm = lru_cache(maxsize=32)(self._made_ready)

    def _made_ready(self, patents: tuple[OwnPatent, ...]) -> _Firm:
        firms = [patents, *([patent] for patent in patents)]
        weights = self._weighed(firms)
        whole, *alone = _given(firms, weights)
        return _Firm(whole, tuple(alone), weights)

    def arrays(self, since: SymbolSets | None = None) -> dict[str, NDArray[np.generic]]:
        """Return what was learnt beyond `since`, an earlier state of `sets`; see `take`."""
        first = 0 if since is None else since.set_of.size
        mean = {} if since is not None else {"mean": np.array([self.mean])}
        return {**self.sets.arrays(since), "with_text": self._with_text[first:], **mean}

    def take(self, layers: Sequence[Mapping[str, NDArray[np.generic]]]) -> Self:
        """Take what `arrays` gave, the fitted corpus first; raises ValueError where it does not fit."""
        with_text = np.concatenate([layer["with_text"] for layer in layers])
        sets = SymbolSets.of_arrays(layers)
        if with_text.dtype != np.bool_ or with_text.shape != sets.set_of.shape:
            raise ValueError("with_text")
        self._take(sets, with_text)
        (self.mean,) = layers[0]["mean"].astype(np.float64).tolist()
        return self

    def likenesses(self, needs: Sequence[Need]) -> tuple[Likeness | None, ...]:
        """Return what each need's own patents are compared by, None where there is nothing."""
        if len(needs) == 1:  # whose patents are named next, where matches are explained
            return (self._firm(needs[0].portfolio).whole,)
        return self._likenesses([need.portfolio for need in needs])

    def _likenesses(self, firms: Sequence[Sequence[OwnPatent]]) -> tuple[Likeness | None, ...]:
        return _given(firms, self._weighed(firms))

    def _weighed(self, firms: Sequence[Sequence[OwnPatent]]) -> tuple[Weights, ...]:
        texts: list[list[str]] = [[text for each in firm if (text := _text(each))] for firm in firms]
        return self._topics.aggregates(texts) if self._topics is not None else ()

    def score(self, need: Need) -> FitScores:
        """Return the fit of `need` with every technology of the corpus, in its order."""
        (likeness,) = self.likenesses([need])
        return FitScores(*self._everywhere(likeness))

    def _everywhere(self, likeness: Likeness | None) -> tuple[Values, Mask]:
        if likeness is None or not likeness.texts or self._topics is None:
            return self._blended(likeness, slice(None), None)
        return self._blended(likeness, slice(None), self._topics.over_all(likeness.texts)[0])

    def at(self, likeness: Likeness | None, places: Places) -> tuple[Values, Mask]:
        """Return the fits with the technologies at `places`, as `score` gives them, and which are known."""
        if likeness is None or not likeness.texts or self._topics is None:
            return self._blended(likeness, places, None)
        return self._blended(likeness, places, self._topics.at(likeness.texts, places))

    def _blended(
        self, likeness: Likeness | None, places: Places | slice, by_text: Values | None
    ) -> tuple[Values, Mask]:
        set_of = self.sets.set_of[places]
        in_ipc = (set_of >= 0) & (likeness is not None and bool(likeness.keys))
        by_ipc = np.zeros(set_of.size)
        if likeness is not None and in_ipc.any():
            values = self._close(likeness.keys)
            by_ipc[in_ipc] = self._of_sets(values, set_of[in_ipc])
        if by_text is None:
            return np.where(in_ipc, by_ipc, self.mean), in_ipc
        in_text = self._with_text[places]
        both = TEXT_SHARE * by_text + (1.0 - TEXT_SHARE) * by_ipc
        values = np.where(in_ipc & in_text, both, np.where(in_text, by_text, by_ipc))
        known = in_ipc | in_text
        return np.where(known, values, self.mean), known

    def _of_sets(self, values: Values, sets: NDArray[np.int32]) -> Values:
        """Return the value of each of `sets` from one value per key."""
        if sets.size < self.sets.stated.size:
            return self.sets.over_some(values, sets)
        return self.sets.over_sets(values)[sets]

    def estimated(self, likeness: Likeness) -> NDArray[np.float32]:
        """Return the likeness by symbols to each set, to about six digits; empty where none is stated."""
        if not likeness.keys:
            return np.zeros(0, dtype=np.float32)
        return self.sets.estimated(self._close(likeness.keys))[0]

    def over_part(
        self,
        likeness: Likeness,
        by_set: NDArray[np.float32],
        scale: float,
        shards: slice,
        places: slice,
    ) -> NDArray[np.float32]:
        """Return what `score` gives, times `scale`, to about five digits, for shards that stand at `places`.

        `by_set` is what `estimated` gives.
        """
        set_of, with_text = self.sets.set_of[places], self._with_text[places]
        out = np.empty(set_of.size, dtype=np.float32)
        if likeness.texts and self._topics is not None:
            self._topics.estimated(likeness.texts, out, shards)
        else:
            with_text = np.zeros(out.size, dtype=np.bool_)
        share, other = np.float32(TEXT_SHARE), np.float32(self.mean)
        blend(out, with_text, by_set, set_of, share, np.float32(scale), other)
        return out

    def pair(self, need: Need, asset: Asset, place: int) -> Fit:
        """Return what `score` gives the technology at `place` of the corpus, with its reasons."""
        where = np.array([place], dtype=np.int64)
        firm = self._firm(need.portfolio)
        topics = self._topics if firm.whole is not None and firm.whole.texts else None
        texts = topics.each(firm.texts, place) if topics is not None else np.zeros(1 + len(firm.alone))
        together = texts[:1] if topics is not None else None
        values, known = self._blended(firm.whole, where, together)
        value = float(values[0])
        if not known[0]:
            unknown = wording.not_comparable if firm.whole is not None else wording.no_portfolio
            return Fit(value, False, (unknown(value),))
        each_text = texts[1:].tolist()
        theirs, worded = keys_of(asset.ipc), bool(self._with_text[place])
        likest = []
        for i, alone in enumerate(firm.alone):
            by_text = each_text[i] if alone is not None and alone.texts and worded else None
            own = _alone(by_text, alone.keys if alone is not None else (), theirs)
            likest.append((own is not None, self.mean if own is None else own, -i))
        _, likeness, last = max(likest)
        patent, best = need.portfolio[-last], firm.alone[-last]
        said = best is not None and bool(best.texts) and bool(asset.texts())
        reasons = self._reasons(patent, asset, each_text[-last] if said else None)
        return Fit(value, True, (wording.named_patent(patent, likeness), *reasons))

    def _reasons(self, patent: OwnPatent, asset: Asset, by_text: float | None) -> Iterator[Text]:
        """Yield in what an own patent and a technology are alike; `by_text` None: their texts say nothing."""
        mine, theirs = keys_of(patent.ipc), keys_of(asset.ipc)
        if mine and theirs:
            _, own, other, _ = closest(mine, theirs)
            origin = Text("自有专利的", "the own patent's")
            yield wording.by_symbols(origin, own or mine[0], other or theirs[0])
        if by_text is not None:
            yield wording.text_alike(by_text)

    def _probe_mean(self, place: int, asset: Asset, size: int) -> float | None:
        """Return the mean of the others of the first `size`, were that at `place` a firm's own patent."""
        (likeness,) = self._likenesses([[OwnPatent(asset.title, asset.abstract, asset.ipc)]])
        values, known = (each[:size] for each in self._everywhere(likeness))
        known[place] = False
        return float(values[known].mean()) if known.any() else None


def _alone(by_text: float | None, mine: Sequence[str], theirs: Sequence[str]) -> float | None:
    """Return how like one patent is to a technology, None where nothing of them can be compared."""
    by_ipc = closest(mine, theirs)[0] if mine and theirs else None
    if by_text is None or by_ipc is None:
        return by_ipc if by_text is None else by_text
    return TEXT_SHARE * by_text + (1.0 - TEXT_SHARE) * by_ipc


def _given(firms: Sequence[Sequence[OwnPatent]], texts: Sequence[Weights]) -> tuple[Likeness | None, ...]:
    """Return what firms are compared by; `texts` has a query for each of them."""
    found: list[Likeness | None] = []
    for i, firm in enumerate(firms):
        own = tuple(each.row(i) for each in texts)
        own = own if any(each.terms.size for each in own) else ()
        keys = tuple(dict.fromkeys(key for patent in firm for key in keys_of(patent.ipc)))
        found.append(Likeness(own, keys) if own or keys else None)
    return tuple(found)


def _text(patent: OwnPatent) -> str:
    return "\n".join(filter(None, (patent.title, patent.abstract)))


def _places(assets: Sequence[Asset]) -> list[int]:
    """Return the places, evenly spaced, of the technologies that stand in as own patents."""
    count = min(len(assets), PROBES)
    return [i * len(assets) // count for i in range(count)]
