"""Giving needs that were left without a serious candidate one, in place of pairs that are owed to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from qixi.match.assign.certificate import Chosen, usage
from qixi.match.assign.market import NOBODY, Counts, Market, Places


@dataclass(slots=True)
class _Hub:
    """One kind of room: whose pairs these are, sorted, and what is left."""

    whose: Places
    left: Counts
    order: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.order = np.argsort(self.whose, kind="stable")

    def holders(self, who: int) -> Counts:
        """Return which of the shown pairs somebody has."""
        begin, end = np.searchsorted(self.whose, [who, who + 1], sorter=self.order)
        return self.order[begin:end]


def rescued(market: Market, held: Chosen, missing: Counts) -> Chosen:
    """Return an allocation that gives as many of the `missing` needs a serious pair as one swap each can.

    A pair is put out only where its need keeps a serious one without it. What room that leaves is
    for the caller to fill. Markets with groups that are owed pairs are returned as they are.
    """
    if not missing.size or market.group_floor.any():
        return held
    return _Rescue(market, held).done(missing)


class _Rescue:
    def __init__(self, market: Market, held: Chosen) -> None:
        self.market, self.held = market, held.copy()
        self.shown = np.flatnonzero(held)
        self.need = market.need_of(self.shown)
        self.earnest = market.earnest()[self.shown]
        self.there = np.ones(self.shown.size, dtype=np.bool_)
        self.serious = np.bincount(self.need[self.earnest], minlength=market.needs)
        self.owed = market.owed()
        self.firm_of_need = market.firm_of_need()
        firm = self.firm_of_need[self.need]
        left = [
            room - used
            for room, used in zip(
                (market.reads, market.talks, market.carries), usage(market, held), strict=True
            )
        ]
        whose = (firm, market.talker[self.shown], market.broker[self.shown])
        self.hubs = [_Hub(who, rest) for who, rest in zip(whose, left, strict=True)]

    def done(self, missing: Counts) -> Chosen:
        for need in missing:
            for pair in self._candidates(int(need)):
                if self._swapped(int(need), pair):
                    break
        return self.held

    def _candidates(self, need: int) -> Iterator[int]:
        market = self.market
        pairs = np.arange(market.start[need], market.start[need + 1])
        serious = pairs[market.likelihood[pairs] >= np.float32(market.serious)]
        order = np.argsort(-market.likelihood[serious], kind="stable")
        return (int(pair) for pair in serious[order])

    def _swapped(self, need: int, pair: int) -> bool:
        """Show a pair if everybody it needs has room or a pair to spare; say whether it was done."""
        market = self.market
        places = (int(self.firm_of_need[need]), int(market.talker[pair]), int(market.broker[pair]))
        out: list[int] = []
        for hub, place in zip(self.hubs, places, strict=True):
            if place == NOBODY or hub.left[place] > 0 or any(hub.whose[each] == place for each in out):
                continue
            spare = self._spare(hub, place, out)
            if spare is None:
                return False
            out.append(spare)
        for each in out:
            self._put_out(each)
        self.held[pair] = True
        self.serious[need] += 1
        for hub, place in zip(self.hubs, places, strict=True):
            if place != NOBODY:
                hub.left[place] -= 1
        return True

    def _spare(self, hub: _Hub, place: int, out: list[int]) -> int | None:
        """Return the least likely pair that somebody has and its need can do without."""
        mine = hub.holders(place)
        alone = self.earnest[mine] & self.owed[self.need[mine]] & (self.serious[self.need[mine]] <= 1)
        free = mine[self.there[mine] & ~alone & ~np.isin(mine, out)]
        # Two pairs of one need might be put out at once and leave it with none.
        free = free[~np.isin(self.need[free], self.need[out])] if out else free
        if not free.size:
            return None
        return int(free[np.lexsort((free, self.market.likelihood[self.shown[free]]))[0]])

    def _put_out(self, place: int) -> None:
        self.there[place] = False
        self.held[self.shown[place]] = False
        if self.earnest[place]:
            self.serious[self.need[place]] -= 1
        for hub in self.hubs:
            if hub.whose[place] != NOBODY:
                hub.left[hub.whose[place]] += 1
