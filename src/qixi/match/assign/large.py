"""The allocation of a large market: auctions with a certificate, repeated until the gap is small enough."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qixi.match.assign.auction import Auction
from qixi.match.assign.certificate import Certificate, Chosen, Prices, bound, shortfalls, total
from qixi.match.assign.certificate import gap as gap_of
from qixi.match.assign.coverage import tightest
from qixi.match.assign.market import Market
from qixi.match.assign.outer import Search
from qixi.match.assign.repair import repaired

ROUNDS = 24
"""Auctions at most; what gap is left then is stated."""

_SHORTFALL = 2.0
_FINEST = 1e-6


@dataclass(frozen=True, slots=True)
class _Best:
    chosen: Chosen
    missed: int
    total: float
    prices: Prices
    bound: float
    """With the shortfall's price on nothing: to be raised by what is missed."""


def large(market: Market, gap: float, rounds: int = ROUNDS) -> tuple[Chosen, Certificate]:
    """Return an allocation and its certificate, within `gap` if so many rounds suffice.

    Of allocations the one that leaves least owed is kept, then the likeliest; of prices the lowest bound.
    """
    auction = Auction.of(market, _SHORTFALL)
    search = Search(market, _SHORTFALL)
    simple = not market.carries.size and not market.group_floor.any()
    step = _first_step(market, gap)
    best: _Best | None = None
    for number in range(1, rounds + 1):
        held, prices = auction.held(search.outer(), step)
        best = _better(market, best, repaired(market, held), prices)
        if _gap(best) <= gap or step <= _FINEST:
            break
        if simple:
            step = max(step / 4, _FINEST)
            continue
        search.learn(held)
        if number % 8 == 0:
            step = max(step / 2, _FINEST)
    assert best is not None
    return best.chosen, _certificate(market, best)


def _first_step(market: Market, gap: float) -> float:
    """Return a quarter of the gap on pairs as likely as needs' best ones."""
    filled = np.flatnonzero(np.diff(market.start))
    if not filled.size:
        return _FINEST
    best = np.maximum.reduceat(market.likelihood, market.start[filled])
    return max(_FINEST, gap / 4 * float(best.mean(dtype=np.float64)))


def _better(market: Market, best: _Best | None, chosen: Chosen, prices: Prices) -> _Best:
    missed = int(sum(part.sum() for part in shortfalls(market, chosen)))
    new = _Best(chosen, missed, total(market, chosen), prices, bound(market, prices, 0))
    if best is None:
        return new
    if new.bound > best.bound:
        new = replace(new, prices=best.prices, bound=best.bound)
    if (best.missed, -best.total) <= (new.missed, -new.total):
        new = replace(new, chosen=best.chosen, missed=best.missed, total=best.total)
    return new


def _gap(best: _Best) -> float:
    return gap_of(best.total, best.bound + best.prices.shortfall * best.missed)


def _certificate(market: Market, best: _Best) -> Certificate:
    owed = int(market.owed().sum() + market.group_floor.sum())
    given = owed - best.missed
    proved = bound(market, best.prices, best.missed)
    most, cut = tightest(market, best.prices)
    whole = max(proved, best.total)
    return Certificate(best.total, whole, owed, given, most, cut, "prices", best.prices)
