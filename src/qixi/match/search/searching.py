"""Searching for one need: filters, the exact score of what remains, the ranking and its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Need, Text
from qixi.match.engine import Engine
from qixi.match.explain import Explainer, Explanation
from qixi.match.facets import Facets, Filters, Mask
from qixi.match.finding.arrays import Arrays
from qixi.match.finding.finder import MARGIN
from qixi.match.finding.pairs import Fits
from qixi.match.finding.prepared import Prepared
from qixi.match.fits.side import NeedSide
from qixi.match.ranking import Match, PairScores, Ranking
from qixi.match.search.candidates import Candidates, Places
from qixi.match.search.reading import Reading
from qixi.match.shards import Watched
from qixi.match.taxonomy import industry

IN_INDUSTRY = 0.5
"""The least business fit with which a technology counts as one of an industry; by judgement, unconfirmed."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep a search looks.

    Where at most `listed` technologies pass the filters, each gets its exact score. Of more, `candidates`
    are found by the terms that tell most, and scored in full; None looks at all of them by all terms.
    Terms that together tell at most the share `left` of the need's spread do not look for candidates.
    """

    candidates: int | None = 600
    listed: int = 3_000
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

    Where an embedding model has a part in the score, all technologies are scored each time, which takes
    longer; a re-ranker is not asked. One search at a time: callers with several threads give each its
    own, over the same engine.

    `watched` is that of an index which was mapped and not checked: what a search reads of it is then
    checked before. Whoever searches often has it checked once, by `Mapped.check`, and gives none.
    """

    def __init__(
        self,
        engine: Engine,
        facets: Facets,
        depth: Depth | None = None,
        threads: int = 2,
        watched: Mapping[str, Watched] | None = None,
    ) -> None:
        self.engine = engine
        self._facets = facets
        self._depth = depth or Depth()
        self._left = 0.0 if self._depth.candidates is None else self._depth.left
        self._arrays = Arrays.of(engine)
        self._usual = [part.usual for part in self._arrays.parts]
        self._fits = Fits(engine, self._arrays)
        self._candidates = Candidates(engine, self._arrays, threads)
        self._linear = len(engine.need_fit.linear) == len(engine.need_fit.scorers)
        self._explainer = Explainer(engine)
        self._reading = Reading(engine, watched or {}, everything=not self._linear)
        # People narrow down by the same few things; a mask is a byte for each technology.
        self._passing = lru_cache(maxsize=64)(self._offered)
        self._free: Mask = engine.shelf.barred == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._candidates.close()

    def find(self, need: Need, filters: Filters | None = None, top: int = 100, explain: int = 10) -> Found:
        """Return the `top` best technologies that pass, and reasons for the first `explain`.

        What is withheld from the need (lapsed, exclusively licensed, the firm's own) is left out, and
        families are folded, as `Engine.match` does; members that do not pass are not named. Raises
        ValueError for a count below 1, Refused for an industry that does not exist.
        """
        if top < 1:
            msg = f"a search shows at least 1 technology, not {top}"
            raise ValueError(msg)
        self._reading.begin()
        prepared = Prepared.of([need], self.engine, self._usual, self._left)
        mask = self._passing(filters or Filters())
        own = prepared.own.get(0)
        if own is not None:
            mask = mask.copy()
            mask[own] = False
        passed = int(np.count_nonzero(mask))
        exact = (
            not self._linear
            or self._depth.candidates is None
            or passed <= max(self._depth.listed, top + MARGIN)
        )
        if passed == 0:
            return Found(Ranking(need.id, (), ()), (), 0, exact)
        look = self._all if exact else self._best
        ranked = look(prepared, mask, top)
        ranking = self._ranking(need, prepared, mask, *ranked)
        told = tuple(self._explainer.explain(need, match) for match in ranking.matches[:explain])
        return Found(ranking, told, passed, exact)

    def passing(self, filters: Filters) -> int:
        """Return how many technologies that can be had pass the filters; Refused as `find`."""
        return int(np.count_nonzero(self._passing(filters)))

    def in_brief(self, need: Need, match: Match) -> Text:
        """Return the short reason for a match: the words that need and technology share."""
        return self._explainer.in_brief(need, match)

    def _offered(self, filters: Filters) -> Mask:
        """Return which technologies pass the filters and are barred from nobody."""
        mask = self._free
        selected = self._facets.select(filters)
        if selected is not None:
            mask = mask & selected
        return mask & self._in_industry(filters.industry) if filters.industry else mask

    def _in_industry(self, code: str) -> Mask:
        """Return which technologies fit an industry at least IN_INDUSTRY, by what is known of them."""
        side = NeedSide(Text("行业筛选", "the industry asked for"), industry(code))
        values, known = self.engine.business.at(side, np.arange(self._free.size))
        return known & (values >= IN_INDUSTRY)

    def _all(self, prepared: Prepared, mask: Mask, top: int) -> tuple[Places, PairScores]:
        """Return the best of what `mask` lets through, all of it scored in full."""
        places = np.flatnonzero(mask)
        scores = self._exact(prepared, places)
        order = np.lexsort((places, -scores.total))
        order = order[self._heads(places[order])][:top]
        return places[order], scores.rows(order)

    def _best(self, prepared: Prepared, mask: Mask, top: int) -> tuple[Places, PairScores]:
        """Return the best of the candidates among what `mask` lets through."""
        sides = self._candidates.sides(prepared)
        self._reading.terms(prepared.seeking, sides.likeness)
        keep = max(self._depth.candidates or 0, 2 * top + MARGIN)
        while True:
            places = self._candidates.find(prepared, sides, mask, keep)
            scores = self._exact(prepared, places)
            order = np.lexsort((places, -scores.total))
            order = order[self._heads(places[order])][:top]
            if order.size == top or keep >= mask.size:
                return places[order], scores.rows(order)
            keep *= 4  # large families stood in the way

    def _exact(self, prepared: Prepared, places: Places) -> PairScores:
        if not self._linear:  # an embedding model's part is known for all or for none
            ((_, scores),) = self.engine.scores(prepared.needs)
            return scores.rows(places)
        self._reading.documents(places)
        return self._fits.exact(prepared, np.zeros(places.size, dtype=np.int64), places)

    def _heads(self, places: Places) -> NDArray[np.intp]:
        """Return where in `places`, best first, those stand that are shown."""
        if not self.engine.settings.withhold.family:
            return np.arange(places.size)
        return self.engine.shelf.heads(places)

    def _ranking(
        self, need: Need, prepared: Prepared, mask: Mask, places: Places, scores: PairScores
    ) -> Ranking:
        folded = self._folded(prepared, mask, places)
        matches = tuple(
            self.engine.shelf.match(need.id, int(place), row + 1, scores, row, folded.get(int(place), ()))
            for row, place in enumerate(places)
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
