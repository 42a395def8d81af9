"""An auction for markets beyond the exact solver: firms bid for seats, prices rise, a bound comes along.

After Bertsekas (1988): a firm bids for the best pairs it does not hold, up to where it would rather have
the next best, and one step more. When nobody wants to bid, every firm holds what it likes best within
one step at the prices reached, and the gap is at most one step for each pair shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.certificate import Chosen, Prices, Values
from qixi.match.assign.market import NOBODY, Market
from qixi.match.kernels.bidding import Hall, Offers, Terms, settle
from qixi.match.kernels.margins import firm_prices
from qixi.match.kernels.seats import Seats

_LOOKS = 1_000_000
"""Looks between two returns to Python, where a person may interrupt."""


@dataclass(frozen=True, slots=True)
class Outer:
    """What holds beside firms and talkers: a price for each broker, a bonus for each group of needs."""

    broker: Values
    group: Values


@dataclass(slots=True)
class Auction:
    """One market made ready for auctions under changing outer prices."""

    market: Market
    shortfall: float
    offers: Offers
    widest: int

    @classmethod
    def of(cls, market: Market, shortfall: float) -> Auction:
        """Make a market ready; `shortfall` is the price of an owed pair that is not given."""
        degree = np.bincount(market.talker, minlength=market.talks.size)
        limited = market.talks < degree
        seats = np.where(limited, market.talks, 0)
        carried = bool(np.any(market.broker != NOBODY)) if market.carries.size else False
        offers = Offers(
            market.start,
            market.firm_start,
            market.firm_of_need(),
            market.likelihood,
            market.talker,
            market.broker if carried else np.zeros(0, dtype=np.int32),
            market.owed(),
            limited,
            np.concatenate(([0], np.cumsum(seats))).astype(np.int64),
        )
        widest = int(np.diff(market.start[market.firm_start]).max(initial=0))
        return cls(market, shortfall, offers, widest)

    def held(self, outer: Outer, step: float) -> tuple[Chosen, Prices]:
        """Run one auction; return who holds what when nobody bids on, and the prices then."""
        terms = self._terms(outer, step)
        hall = self._hall()
        while settle(self.offers, terms, hall, _LOOKS):
            pass
        return hall.held, self._prices(terms, hall.price, outer)

    def _terms(self, outer: Outer, step: float) -> Terms:
        bonus = np.append(outer.group, 0.0)[self.market.group]
        return Terms(outer.broker, bonus, np.float32(self.market.serious), self.shortfall, step)

    def _hall(self) -> Hall:
        market, seats = self.market, int(self.offers.seat_start[-1])
        firms = market.reads.size
        closed = self.offers.limited & (market.talks == 0)
        return Hall(
            market.reads.copy(),
            np.zeros(market.needs, dtype=np.int64),
            np.zeros(market.pairs, dtype=np.bool_),
            np.zeros(market.talks.size, dtype=np.int64),
            Seats(np.zeros(seats), np.zeros(seats, dtype=np.int64), np.zeros(seats, dtype=np.int32)),
            np.where(closed, self._closed(), 0.0),
            np.arange(max(firms, 1), dtype=np.int32),
            np.array([0, firms], dtype=np.int64),
            np.ones(firms, dtype=np.bool_),
        )

    def _closed(self) -> float:
        """Return a price at which nobody wants a seat: more than likelihood and all bonuses."""
        return 2.0 + 3.0 * self.shortfall

    def _prices(self, terms: Terms, price: NDArray[np.float64], outer: Outer) -> Prices:
        market = self.market
        firm = firm_prices(self.offers, terms, price, market.reads, max(self.widest, 1))
        need = self._need_prices(terms, price, firm)
        return Prices(firm, price.copy(), outer.broker.copy(), need, outer.group.copy(), self.shortfall)

    def _need_prices(self, terms: Terms, price: Values, firm: Values) -> Values:
        """Return what the floor pays each owed need: what its best serious pair lacks at these prices."""
        market = self.market
        value = market.likelihood - price[market.talker]
        if self.offers.broker.size:
            value -= np.append(terms.broker_price, 0.0)[market.broker]
        value[~market.earnest()] = -np.inf
        filled = np.flatnonzero(np.diff(market.start))
        best = np.full(market.needs, -np.inf)
        if filled.size:
            best[filled] = np.maximum.reduceat(value, market.start[filled])
        lacking = firm[market.firm_of_need()] - best - terms.bonus
        return np.where(market.owed(), np.clip(lacking, 0.0, self.shortfall), 0.0)
