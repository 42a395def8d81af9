"""How many needs could be given a serious candidate at most, told by a cut through the market.

Whatever is owed passes through somebody's room. Call some of the room scarce: then no more can be given
than the scarce room holds, and what other needs can still get without it. This is the minimum cut of
the maximum-flow theorem (Ford & Fulkerson 1956) where brokers are left out; with them it stays a bound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.certificate import Prices, Scarce
from qixi.match.assign.market import NOBODY, Market

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def tightest(market: Market, prices: Prices, *others: Prices) -> tuple[int, Scarce]:
    """Return a number of owed pairs that no allocation can exceed, and the cut that shows it.

    The prices only say where to cut: any cut holds.
    """
    group = market.group[market.need()]
    offered = np.bincount(group[group != NOBODY], minlength=len(market.group_ids))
    grouped = int(np.minimum(market.group_floor, offered).sum())
    cuts = [cut for each in (prices, *others) for cut in _cuts(each)]
    cuts.append(Scarce(market.talks == 0, market.carries == 0))
    given = [_given(market, cut) for cut in cuts]
    return min(given) + grouped, cuts[given.index(min(given))]


def _cuts(prices: Prices) -> list[Scarce]:
    """Return cuts at some levels of price."""
    levels = [level * prices.shortfall for level in _LEVELS if prices.shortfall > 0]
    return [Scarce(prices.talker > level, prices.broker > level) for level in levels]


def behind(market: Market, cut: Scarce) -> NDArray[np.bool_]:
    """Say of each need whether it is owed and all its serious candidates lie behind the cut."""
    return market.owed() & ~_free(market, cut)


def _free(market: Market, cut: Scarce) -> NDArray[np.bool_]:
    """Say of each need whether a serious candidate does not pass the scarce room."""
    open_pair = market.earnest() & ~cut.talker[market.talker]
    if cut.broker.any():
        open_pair &= ~np.append(cut.broker, False)[market.broker]
    before = np.concatenate(([0], np.cumsum(open_pair, dtype=np.int64)))
    return np.asarray(before[market.start[1:]] > before[market.start[:-1]])


def _given(market: Market, cut: Scarce) -> int:
    owed, firm = market.owed(), market.firm_of_need()
    carried = np.append(cut.broker, False)[market.broker]
    scarce = market.earnest() & (cut.talker[market.talker] | carried)
    # Needs that need no scarce room are given one each, as far as their firm reads.
    free = np.bincount(firm[owed & _free(market, cut)], minlength=market.reads.size)
    elsewhere = int(np.minimum(market.reads, free).sum())
    room = _held(market.talks, market.talker[scarce], cut.talker)
    room += _held(market.carries, market.broker[scarce & carried], cut.broker)
    most = np.minimum(market.reads, np.bincount(firm[owed], minlength=market.reads.size))
    return min(int(most.sum()), elsewhere + room)


def _held(room: NDArray[np.int64], asked: NDArray[np.int32], scarce: NDArray[np.bool_]) -> int:
    """Return how much the scarce ones hold: their room, or what is asked of them where that is less."""
    return int(np.minimum(room, np.bincount(asked, minlength=room.size))[scarce].sum())
