"""Bringing an allocation within brokers' room, and using what room is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.certificate import Chosen, shortfalls, usage
from qixi.match.assign.market import NOBODY, Market
from qixi.match.assign.rescue import rescued
from qixi.match.kernels.filling import fill


def repaired(market: Market, held: Chosen) -> Chosen:
    """Return an allocation that fits: brokers' least likely pairs dropped, then free room filled.

    Where a need would lose its only serious candidate, that pair is dropped last; needs that are left
    without one are given one where others can do without theirs.
    """
    kept = held.copy()
    if market.carries.size:
        kept[_over(market, held)] = False
    _fill(market, kept)
    missing = np.flatnonzero(shortfalls(market, kept)[0])
    better = rescued(market, kept, missing)
    if better is not kept:
        _fill(market, better)
    return better


def _over(market: Market, held: Chosen) -> NDArray[np.int64]:
    """Return the held pairs beyond brokers' room."""
    pairs = np.flatnonzero(held & (market.broker != NOBODY))
    need = market.need_of(pairs)
    earnest = market.earnest()[pairs]
    serious = np.bincount(need[earnest], minlength=market.needs)
    alone = earnest & market.owed()[need] & (serious[need] == 1)
    broker = market.broker[pairs]
    order = np.lexsort((pairs, -market.likelihood[pairs], ~alone, broker))
    count = np.bincount(broker, minlength=market.carries.size)
    begin = np.cumsum(count) - count
    place = np.arange(order.size) - np.repeat(begin, count)
    return np.asarray(pairs[order[place >= market.carries[broker[order]]]])


def _fill(market: Market, held: Chosen) -> None:
    """Add pairs that find room: first what is owed, then the likeliest."""
    room = tuple(
        limit - used
        for limit, used in zip((market.reads, market.talks, market.carries), usage(market, held), strict=True)
    )
    open_pair = ~held & (market.likelihood > 0) & (room[1][market.talker] > 0)
    open_pair &= np.repeat((room[0] > 0)[market.firm_of_need()], np.diff(market.start))
    if market.carries.size:
        open_pair &= np.append(room[2] > 0, True)[market.broker]
    pairs = np.flatnonzero(open_pair)
    if not pairs.size:
        return
    need = market.need_of(pairs)
    missing = (shortfalls(market, held)[0][need] > 0) & market.earnest()[pairs]
    order = np.lexsort((pairs, -market.likelihood[pairs], ~missing))
    firm = market.firm_of_need()[need]
    fill(pairs[order], firm[order], market.talker[pairs[order]], market.broker[pairs[order]], room, held)
