"""The proof of how good an allocation is: prices of everybody's room, and the bound that they give.

Weak duality of linear programmes (Dantzig 1963): whoever adds up the prices of all room and, pair by
pair, what a pair promises beyond its prices, holds a number that no allocation can exceed, whatever the
prices. Good prices come close to what was reached; bad ones are never wrong, only weak.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.market import NOBODY, Market

Values = NDArray[np.float64]
Chosen = NDArray[np.bool_]
Proof = Literal["prices", "search"]

_BLOCK = 4_000_000
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Prices:
    """What one more place is worth, in likelihood: shapes (firms,), (talkers,), (brokers,); all >= 0.

    `need` and `group` are what the floors pay to needs and groups, in 0..`shortfall`, which is the price
    of one pair owed and not given.
    """

    firm: Values
    talker: Values
    broker: Values
    need: Values
    group: Values
    shortfall: float


@dataclass(frozen=True, slots=True)
class Scarce:
    """Talkers and brokers whose room is called scarce, as masks of shapes (talkers,) and (brokers,)."""

    talker: NDArray[np.bool_]
    broker: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an allocation reaches and what no allocation could exceed.

    `total` and `bound` are sums of likelihoods; the bound holds for all allocations that leave no more
    owed than this one does. `owed` counts what the floors ask for, `given` how much of it was
    given, and `given_bound` how much any allocation could give, by the cut or by search. `proof` says
    what the bound rests on: "prices" anybody can add up again, "search" is the exact solver's word.
    """

    total: float
    bound: float
    owed: int
    given: int
    given_bound: int
    cut: Scarce
    proof: Proof
    prices: Prices

    @property
    def gap(self) -> float:
        """Share by which the bound exceeds the total, 0 for an optimum within rounding."""
        return gap(self.total, self.bound)


def gap(total: float, bound: float) -> float:
    """Return the share by which a bound exceeds a total, 0 where they differ by rounding alone."""
    return (bound - total) / bound if bound - total > _ROUNDING else 0.0


def fits(market: Market, chosen: Chosen) -> bool:
    """Say whether an allocation keeps within everybody's room."""
    uses = usage(market, chosen)
    limits = (market.reads, market.talks, market.carries)
    return all(bool(np.all(use <= limit)) for use, limit in zip(uses, limits, strict=True))


def usage(market: Market, chosen: Chosen) -> tuple[NDArray[np.int64], ...]:
    """Return how many pairs firms, talkers and brokers have in an allocation."""
    firm = market.firm_of_need()[market.need_of(np.flatnonzero(chosen))]
    broker = market.broker[chosen]
    return (
        np.bincount(firm, minlength=len(market.firm_ids)),
        np.bincount(market.talker[chosen], minlength=len(market.talker_ids)),
        np.bincount(broker[broker != NOBODY], minlength=len(market.broker_ids)),
    )


def shortfalls(market: Market, chosen: Chosen) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what each need (0 or 1) and each group is owed and not given."""
    earnest = market.need_of(np.flatnonzero(chosen & market.earnest()))
    got = np.bincount(earnest, minlength=market.needs) > 0
    group = market.group[market.need_of(np.flatnonzero(chosen))]
    held = np.bincount(group[group != NOBODY], minlength=len(market.group_ids))
    return (market.owed() & ~got).astype(np.int64), np.maximum(0, market.group_floor - held)


def total(market: Market, chosen: Chosen) -> float:
    """Return the sum of likelihoods of an allocation."""
    return float(market.likelihood[chosen].sum(dtype=np.float64))


def bound(market: Market, prices: Prices, shortfall: int) -> float:
    """Return what no allocation that leaves at most `shortfall` owed can exceed, by these prices.

    Raises ValueError for prices that prove nothing: negative ones, or floors paid above the shortfall's.
    """
    low = min((float(part.min()) for part in _parts(prices) if part.size), default=0.0)
    high = max((float(p.max()) for p in (prices.need, prices.group) if p.size), default=0.0)
    if low < 0 or high > prices.shortfall or bool(np.any(prices.need[~market.owed()] > 0)):
        msg = "prices are at least 0, and floors pay only what is owed, at most the shortfall's price"
        raise ValueError(msg)
    room = fsum(
        float(capacity @ price)
        for capacity, price in (
            (market.reads, prices.firm),
            (market.talks, prices.talker),
            (market.carries, prices.broker),
        )
    )
    paid = float(prices.need.sum()) + float(market.group_floor @ prices.group)
    return room - paid + prices.shortfall * shortfall + _beyond(market, prices)


def reduced(market: Market, prices: Prices, begin: int, end: int) -> Values:
    """Return what the pairs from `begin` up to `end` promise beyond their prices, floors counted in."""
    piece = slice(begin, end)
    first = int(market.need_of(begin))
    last = int(np.searchsorted(market.start, end, side="left"))
    edges = np.clip(market.start[first : last + 1], begin, end)
    lengths = np.diff(edges)
    own = -prices.firm[market.firm_of_need()[first:last]]
    own += np.append(prices.group, 0.0)[market.group[first:last]]
    value = market.likelihood[piece].astype(np.float64)
    earnest = market.likelihood[piece] >= np.float32(market.serious)
    value += np.repeat(own, lengths) + np.where(earnest, np.repeat(prices.need[first:last], lengths), 0.0)
    value -= prices.talker[market.talker[piece]]
    if prices.broker.size:
        value -= np.append(prices.broker, 0.0)[market.broker[piece]]
    return value


def _beyond(market: Market, prices: Prices) -> float:
    return fsum(
        float(np.maximum(reduced(market, prices, begin, min(begin + _BLOCK, market.pairs)), 0.0).sum())
        for begin in range(0, market.pairs, _BLOCK)
    )


def _parts(prices: Prices) -> tuple[Values, ...]:
    return (prices.firm, prices.talker, prices.broker, prices.need, prices.group)
