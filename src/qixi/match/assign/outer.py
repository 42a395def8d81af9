"""Prices of brokers and bonuses of groups, moved between auctions to where room and floors are met."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qixi.match.assign.auction import Outer
from qixi.match.assign.certificate import Chosen, Values
from qixi.match.assign.market import NOBODY, Market

_FIRST = 0.1
"""First move of a price, on the scale of likelihoods."""

_WIDEST, _NARROWEST = 3.0, 0.2
"""How much longer or shorter than the move before it a move may be."""


@dataclass(slots=True)
class Search:
    """A search for outer prices by the secant rule, one price for each broker and each group.

    Groups are searched as brokers are, with signs turned: what they pay is a price below zero. The
    prices hang together through the pairs, so that none is ever taken as settled.
    """

    market: Market
    highest: float
    price: Values = field(init=False)
    _before: Values = field(init=False)
    _excess: Values | None = field(init=False, default=None)
    _move: Values = field(init=False)

    def __post_init__(self) -> None:
        self.price = np.zeros(self.market.carries.size + len(self.market.group_ids))
        self._before = self.price.copy()
        self._move = np.full(self.price.size, _FIRST)

    def outer(self) -> Outer:
        """Return the prices to try next."""
        brokers = self.market.carries.size
        return Outer(self.price[:brokers].copy(), np.maximum(-self.price[brokers:], 0.0))

    def learn(self, held: Chosen) -> None:
        """Move the prices after an auction at the present ones: dearer where there was no room."""
        excess = self._used(held) - self._limits()
        move = np.sign(excess) * self._move
        if self._excess is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                slope = (excess - self._excess) / (self.price - self._before)
                secant = np.where(slope < 0, -excess / slope, move)
            long = np.abs(np.nan_to_num(secant, nan=_FIRST))
            bounded = np.clip(long, _NARROWEST * self._move, _WIDEST * self._move)
            move = np.sign(excess) * bounded
        brokers = self.market.carries.size
        lowest = np.where(np.arange(self.price.size) < brokers, 0.0, -self.highest)
        highest = np.where(np.arange(self.price.size) < brokers, self.highest, 0.0)
        new = np.clip(self.price + move, lowest, highest)
        self._move = np.maximum(np.abs(move), 1e-6)
        self._before, self._excess, self.price = self.price, excess, new

    def _limits(self) -> Values:
        return np.concatenate((self.market.carries, self.market.group_floor)).astype(np.float64)

    def _used(self, held: Chosen) -> Values:
        """Return how many pairs brokers carry and groups get."""
        market = self.market
        pairs = np.flatnonzero(held)
        need = market.need_of(pairs)
        broker, group = market.broker[pairs], market.group[need]
        carried = np.bincount(broker[broker != NOBODY], minlength=market.carries.size)
        got = np.bincount(group[group != NOBODY], minlength=len(market.group_ids))
        return np.concatenate((carried, got)).astype(np.float64)
