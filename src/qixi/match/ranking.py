"""Ordering the scored technologies of one need: ties by id, the withheld set aside, families folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from qixi.core import Text
from qixi.match.withhold import BARS, GONE, Withheld, folded_families

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

DECIMALS = 6
"""Digits of scores and fits that are kept; what lies below is noise and must not decide a tie."""


@dataclass(frozen=True, slots=True)
class Match:
    """A reproducible claim that a technology may answer a need; never a decision.

    `score` and the three fits lie in 0..1. A fit that could not be known stands at its corpus mean;
    `known` is the share of the score's weights that was known, and `business_known` and
    `portfolio_known` say which of the two fits were. `folded` are the further members of the
    technology's family that can be had, best first; they rank below it, however many are shown.
    """

    need_id: str
    asset_id: str
    rank: int
    score: float
    business: float
    need: float
    portfolio: float
    known: float
    business_known: bool
    portfolio_known: bool
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """A need's matches, best first, and what would have stood among them but is not offered."""

    need_id: str
    matches: tuple[Match, ...]
    withheld: tuple[Withheld, ...]


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of pairs, each array of one length: one need's with the whole corpus, or any others."""

    total: Values
    business: Values
    need: Values
    portfolio: Values
    known: Values
    business_known: Mask
    portfolio_known: Mask

    def rows(self, places: slice | NDArray[np.int64]) -> PairScores:
        """Return the scores at some places alone."""
        return PairScores(*(getattr(self, each.name)[places] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class _Barred:
    """The places that one need is not offered, and why."""

    to_all: NDArray[np.uint8]
    own: Mapping[int, Text]

    def has(self, place: int) -> bool:
        return place in self.own or bool(self.to_all[place])

    def why(self, place: int) -> tuple[str, Text]:
        bar = BARS[self.to_all[place]]
        return ("own", self.own[place]) if bar is None else (bar.code, bar.reason)


def top(scores: Values, count: int) -> NDArray[np.int64]:
    """Return the places of the `count` highest scores, best first, the lower place first on a tie."""
    if count < scores.size:
        least = np.partition(scores, scores.size - count)[scores.size - count]
        places = np.flatnonzero(scores >= least)
    else:
        places = np.arange(scores.size)
    return places[np.lexsort((places, -scores[places]))][:count]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What ranking must know of the corpus: ids, families, and what nobody can have.

    `families` int64 (n,), 0 where there is none; `barred` uint8 (n,), places in `withhold.BARS`.
    """

    ids: Sequence[str]
    families: NDArray[np.int64]
    barred: NDArray[np.uint8]
    _members: NDArray[np.int64] = field(init=False)
    _families: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        members = np.flatnonzero(self.families)
        members = members[np.argsort(self.families[members], kind="stable")]
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_families", self.families[members])

    def kin(self, place: int) -> NDArray[np.int64]:
        """Return the places of the family's members, ascending; none where there is no family."""
        family = self.families[place]
        if not family:
            return self._members[:0]
        first, last = (int(self._families.searchsorted(family, side)) for side in ("left", "right"))
        return self._members[first:last]

    def heads(self, places: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return where in `places`, best first, stand technologies without a family and firsts of one."""
        family = self.families[places]
        heads = family == 0
        heads[np.unique(family, return_index=True)[1]] = True
        return np.flatnonzero(heads)

    def rank(
        self, need_id: str, scores: PairScores, count: int, own: Mapping[int, Text], fold: bool
    ) -> Ranking:
        """Return the `count` best of those that can be had; `own` are places of the firm's own.

        Raises ValueError for a count below 1.
        """
        if count < 1:
            msg = f"a ranking shows at least 1 technology, not {count}"
            raise ValueError(msg)
        barred = _Barred(self.barred, own)
        deep = min(len(self.ids), count + len(own))
        while True:
            order = [int(place) for place in top(scores.total, deep)]
            free = [place for place in order if not barred.has(place)]
            folded = folded_families(free, self.families) if fold else {}
            shown = [place for place in free if place not in folded][:count]
            if len(shown) == count or deep == len(self.ids):
                break
            deep = min(len(self.ids), deep * 2)
        matches = tuple(
            self.match(
                need_id, place, rank, scores, place, self._behind(place, scores, barred) if fold else ()
            )
            for rank, place in enumerate(shown, start=1)
        )
        last = order.index(shown[-1]) if len(shown) == count else len(order)
        withheld = tuple(
            Withheld(self.ids[place], float(scores.total[place]), *barred.why(place))
            for place in order[:last]
            if barred.has(place) and self.barred[place] != GONE
        )
        return Ranking(need_id, matches, withheld)

    def _behind(self, head: int, scores: PairScores, barred: _Barred) -> list[str]:
        members = [int(place) for place in self.kin(head) if place != head and not barred.has(int(place))]
        return [self.ids[p] for p in sorted(members, key=lambda p: (-scores.total[p], p))]

    def rank_only(self, need_id: str, scores: PairScores, places: Sequence[int]) -> Ranking:
        """Return all of `places` ranked, nothing withheld or folded."""
        order = sorted(places, key=lambda place: (-scores.total[place], place))
        matches = (
            self.match(need_id, place, rank, scores, place, ()) for rank, place in enumerate(order, start=1)
        )
        return Ranking(need_id, tuple(matches), ())

    def match(
        self, need_id: str, place: int, rank: int, scores: PairScores, row: int, folded: Sequence[str]
    ) -> Match:
        """Return a need's match with the technology at `place`, whose scores are row `row` of `scores`."""
        return Match(
            need_id,
            self.ids[place],
            rank,
            float(scores.total[row]),
            float(scores.business[row]),
            float(scores.need[row]),
            float(scores.portfolio[row]),
            float(scores.known[row]),
            bool(scores.business_known[row]),
            bool(scores.portfolio_known[row]),
            tuple(folded),
        )
