"""One need against a whole corpus: the best that pass the filters, in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Need, Text
from qixi.match.batch.corpus import Arrays, Part
from qixi.match.batch.finding import Finder, Known
from qixi.match.batch.fits import Fits
from qixi.match.batch.prepared import Prepared
from qixi.match.engine import Engine
from qixi.match.explain import Explainer, Explanation
from qixi.match.facets import Facets, Filters, Mask
from qixi.match.fits.portfolio import Likeness
from qixi.match.fits.side import NeedSide
from qixi.match.kernels.back import Back
from qixi.match.kernels.setwise import spread
from qixi.match.kernels.squashing import Squash
from qixi.match.ranking import Match, PairScores, Ranking
from qixi.match.taxonomy import industry

Places = NDArray[np.int64]
F32 = NDArray[np.float32]

IN_INDUSTRY = 0.5
"""The least business fit with which a technology counts as one of an industry; by judgement, unconfirmed."""

_MARGIN = 32
"""Candidates beyond those asked for where all are looked at: more than rounding can move."""

_UNEVEN = 1.3
"""By how much a slice may hold more of the candidates than its share."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep a search looks.

    Where at most `listed` technologies pass the filters, each gets its exact score. Of more, `candidates`
    are found by the terms that tell most, and scored in full; None looks at all of them by all terms.
    Terms that together tell at most the share `left` of the need's spread do not look for candidates.
    """

    candidates: int | None = 600
    listed: int = 12_000
    left: float = 0.1

    def __post_init__(self) -> None:
        if (self.candidates is not None and self.candidates < 1) or self.listed < 0:
            msg = "candidates must be at least 1, listed at least 0"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: the ranking, reasons for its first, how many technologies passed the filters.

    `exact` says that every one of them was scored in full.
    """

    ranking: Ranking
    explanations: tuple[Explanation, ...]
    passed: int
    exact: bool


class Search:
    """Searches one engine; keep it, for buffers, prepared technologies and masks are used again.

    One search at a time: callers with several threads give each its own, over the same engine.
    """

    def __init__(self, engine: Engine, facets: Facets, depth: Depth | None = None, threads: int = 2) -> None:
        self.engine = engine
        self._facets = facets
        self._depth = depth or Depth()
        self._left = 0.0 if self._depth.candidates is None else self._depth.left
        self._arrays = Arrays.of(engine)
        self._fits = Fits(engine, self._arrays)
        self._slices = _Slice.cut(self._arrays, max(threads, 1))
        self._squash = Squash.of(engine.settings.fusion.half)
        self._finders: dict[tuple[int, int], Finder] = {}
        self._pool = ThreadPoolExecutor(len(self._slices))
        self._explainer = Explainer(engine)
        self._free: Mask = engine.shelf.barred == 0
        self._industries: dict[str, Mask] = {}
        weights = engine.settings.weights
        shares = np.array([weights.business, weights.need, weights.portfolio])
        self._shares: F32 = (shares / shares.sum()).astype(np.float32)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def find(self, need: Need, filters: Filters | None = None, top: int = 100, explain: int = 10) -> Found:
        """Return the `top` best technologies that pass, and reasons for the first `explain`.

        What is withheld from the need (lapsed, exclusively licensed, the firm's own) is left out, and
        families are folded, as `Engine.match` does; members that do not pass are not named. Raises
        ValueError for a count below 1, Refused for an industry that does not exist.
        """
        if top < 1:
            msg = f"a search shows at least 1 technology, not {top}"
            raise ValueError(msg)
        prepared = Prepared.of([need], self.engine, self._arrays, self._left)
        mask = self._offered(filters or Filters())
        own = prepared.own.get(0)
        if own is not None:
            mask = mask.copy()
            mask[own] = False
        passed = int(np.count_nonzero(mask))
        exact = self._depth.candidates is None or passed <= max(self._depth.listed, top + _MARGIN)
        if passed == 0:
            return Found(Ranking(need.id, (), ()), (), 0, exact)
        look = self._all if exact else self._best
        ranked = look(prepared, mask, top)
        ranking = self._ranking(need, prepared, mask, *ranked)
        told = tuple(self._explainer.explain(need, match) for match in ranking.matches[:explain])
        return Found(ranking, told, passed, exact)

    def in_brief(self, need: Need, match: Match) -> Text:
        """Return the short reason for a match: the words that need and technology share."""
        return self._explainer.in_brief(need, match)

    def _offered(self, filters: Filters) -> Mask:
        """Return which technologies pass the filters and are barred from nobody."""
        mask = self._free
        selected = self._facets.select(replace(filters, industry=""))
        if selected is not None:
            mask = mask & selected
        return mask & self._in_industry(filters.industry) if filters.industry else mask

    def _in_industry(self, code: str) -> Mask:
        """Return which technologies fit an industry at least IN_INDUSTRY, by what is known of them."""
        found = self._industries.get(code)
        if found is None:
            side = NeedSide(Text("行业筛选", "the industry asked for"), industry(code))
            places = np.arange(self._free.size)
            values, known = self.engine.business.at(side, places)
            found = self._industries[code] = known & (values >= IN_INDUSTRY)
        return found

    def _all(self, prepared: Prepared, mask: Mask, top: int) -> tuple[Places, PairScores]:
        """Return the best of what `mask` lets through, all of it scored in full."""
        places = np.flatnonzero(mask)
        scores = self._exact(prepared, places)
        order = np.lexsort((places, -scores.total))
        order = order[self._heads(places[order])][:top]
        return places[order], scores.rows(order)

    def _best(self, prepared: Prepared, mask: Mask, top: int) -> tuple[Places, PairScores]:
        """Return the best of the candidates among what `mask` lets through."""
        sets = self._sets(prepared)
        keep = max(self._depth.candidates or 0, 2 * top + _MARGIN)
        while True:
            places = self._candidates(prepared, sets, mask, keep)
            scores = self._exact(prepared, places)
            order = np.lexsort((places, -scores.total))
            order = order[self._heads(places[order])][:top]
            if order.size == top or keep >= mask.size:
                return places[order], scores.rows(order)
            keep *= 4  # large families stood in the way

    def _sets(self, prepared: Prepared) -> _Sets:
        """Return what the need's side and the firm's patents say of each set of symbols."""
        side, likeness = prepared.sides[0], prepared.likenesses[0]
        business = self._pool.submit(self.engine.business.estimated, side)
        portfolio = None if likeness is None else self.engine.portfolio.estimated(likeness)
        by_set, mean = business.result()
        return _Sets(by_set * self._shares[0], np.float32(mean) * self._shares[0], likeness, portfolio)

    def _candidates(self, prepared: Prepared, sets: _Sets, mask: Mask, keep: int) -> Places:
        def look(number: int) -> Places:
            part = self._slices[number]
            own = min(part.size, _MARGIN + round(_UNEVEN * keep * part.size / mask.size))
            finder = self._finders.setdefault((number, own), Finder(part.arrays, self._squash, own))
            places = finder.find(prepared.seeking, 0, 0, self._known(sets, mask, part), part.nobody)
            return places.astype(np.int64) + part.first

        return np.concatenate(list(self._pool.map(look, range(len(self._slices)))))

    def _known(self, sets: _Sets, mask: Mask, part: _Slice) -> Known:
        """Return the weighted fits of the technologies of a slice, -inf for those that do not pass."""
        places = slice(part.first, part.first + part.size)
        closed = np.where(mask[places], np.float32(0), np.float32(-np.inf))
        business = np.empty(part.size, dtype=np.float32)
        spread(sets.business, self.engine.business.sets.set_of[places], sets.mean, closed, business)
        _, need, portfolio = (float(share) for share in self._shares)
        if sets.likeness is None or sets.portfolio is None:
            return Known(need, portfolio * self.engine.portfolio.mean, business, closed[:0])
        likeness = self.engine.portfolio.over_part(
            sets.likeness, sets.portfolio, portfolio, part.shards, places
        )
        return Known(need, 0.0, business, likeness)

    def _exact(self, prepared: Prepared, places: Places) -> PairScores:
        return self._fits.exact(prepared, np.zeros(places.size, dtype=np.int64), places)

    def _heads(self, places: NDArray[np.integer]) -> NDArray[np.intp]:
        """Return where in `places`, best first, the first member of each family stands."""
        if not self.engine.settings.withhold.family:
            return np.arange(places.size)
        family = self.engine.shelf.families[places]
        heads = family == 0
        heads[np.unique(family, return_index=True)[1]] = True
        return np.flatnonzero(heads)

    def _ranking(
        self, need: Need, prepared: Prepared, mask: Mask, places: Places, scores: PairScores
    ) -> Ranking:
        folded = self._folded(prepared, mask, places)
        ids = self.engine.shelf.ids
        matches = tuple(
            Match(
                need.id,
                ids[int(place)],
                rank,
                float(scores.total[rank - 1]),
                float(scores.business[rank - 1]),
                float(scores.need[rank - 1]),
                float(scores.portfolio[rank - 1]),
                float(scores.known[rank - 1]),
                bool(scores.business_known[rank - 1]),
                bool(scores.portfolio_known[rank - 1]),
                folded.get(int(place), ()),
            )
            for rank, place in enumerate(places, start=1)
        )
        return Ranking(need.id, matches, ())

    def _folded(self, prepared: Prepared, mask: Mask, places: Places) -> Mapping[int, tuple[str, ...]]:
        """Return the further members of each shown technology's family that pass, best first."""
        shelf = self.engine.shelf
        if not self.engine.settings.withhold.family:
            return {}
        kin = {int(place): shelf.kin(int(place)) for place in places[shelf.families[places] != 0]}
        kin = {place: members[mask[members] & (members != place)] for place, members in kin.items()}
        everyone = np.concatenate([np.zeros(0, dtype=np.int64), *kin.values()])
        if not everyone.size:
            return {}
        totals = self._exact(prepared, everyone).total
        found, at = {}, 0
        for place, members in kin.items():
            order = np.lexsort((members, -totals[at : at + members.size]))
            found[place] = tuple(shelf.ids[int(each)] for each in members[order])
            at += members.size
        return found


@dataclass(frozen=True, slots=True)
class _Sets:
    """A need's side over sets of symbols, weighted, and over those without; the firm's patents likewise."""

    business: F32
    mean: np.float32
    likeness: Likeness | None
    portfolio: F32 | None


@dataclass(frozen=True, slots=True)
class _Slice:
    """Neighbouring shards that one thread looks at: `size` technologies from place `first` on."""

    arrays: Arrays
    shards: slice
    first: int
    size: int
    nobody: list[Back]

    @classmethod
    def cut(cls, arrays: Arrays, count: int) -> list[_Slice]:
        """Cut the shards into at most `count` slices of about the same size."""
        edges = np.unique(np.linspace(0, arrays.shards, count + 1).round().astype(int))
        return [cls._of(arrays, int(a), int(b)) for a, b in pairwise(edges)]

    @classmethod
    def _of(cls, arrays: Arrays, begin: int, end: int) -> _Slice:
        parts = tuple(
            Part(part.by_term[begin:end], part.by_document[begin:end], part.usual) for part in arrays.parts
        )
        bounds = arrays.bounds[begin : end + 1] - arrays.bounds[begin]
        nobody = [Back.of(int(size), 0) for size in np.diff(bounds)]
        first = int(arrays.bounds[begin])
        return cls(Arrays(parts, bounds), slice(begin, end), first, int(bounds[-1]), nobody)
