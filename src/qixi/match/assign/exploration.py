"""Showing now and then what a slightly different judgement would show, with chances that are exact.

Two allocations are made: the best one, and the best one after likelihoods were shaken by Gumbel noise.
Where they differ, the difference falls into lotteries, see `lotteries`. Each lottery is drawn by itself,
every outcome keeps within everybody's room, and the chance of each pair is known exactly: 1 where both
allocations show it, else the lottery's chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.certificate import Chosen
from qixi.match.assign.lotteries import lotteries
from qixi.match.assign.market import NOBODY, Market, Places, Reals

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Draw:
    """What is shown after the lotteries, with the chances of it.

    `propensity` has the shape (pairs,): the chance of each pair to be shown, given the two allocations.
    `lottery` is the number of each pair's lottery, -1 where none was held over it.
    """

    shown: Chosen
    propensity: NDArray[np.float64]
    lottery: Places

    @property
    def lotteries(self) -> int:
        """How many lotteries were held."""
        return int(self.lottery.max(initial=NOBODY)) + 1

    @property
    def drawn(self) -> int:
        """How many of the pairs shown a lottery decided over."""
        return int(np.count_nonzero(self.shown & (self.lottery != NOBODY)))


def certain(chosen: Chosen) -> Draw:
    """Return the draw that shows an allocation as it is."""
    return Draw(chosen, chosen.astype(np.float64), np.full(chosen.size, NOBODY, dtype=np.int32))


def shaken(likelihood: Reals, temperature: float, seed: int) -> Reals:
    """Return likelihoods whose logits were shaken by Gumbel noise of this scale; zeros stay zeros."""
    source = np.random.default_rng(seed)
    inner = np.clip(likelihood.astype(np.float64), _LEAST, 1 - _LEAST)
    logits = np.log(inner / (1 - inner)) + temperature * source.gumbel(size=likelihood.size)
    return np.where(likelihood > 0, 1 / (1 + np.exp(-logits)), 0.0).astype(np.float32)


def drawn(
    market: Market,
    best: Chosen,
    allocate: Callable[[Market], Chosen],
    share: float,
    temperature: float,
    seed: int,
) -> Draw:
    """Hold the lotteries; `share` is the chance that one goes to the shaken allocation."""
    moved = shaken(market.likelihood, temperature, seed)
    serious = np.float32(market.serious)
    below = np.nextafter(serious, np.float32(0))
    # Noise must not make a candidate serious, or take that from one: floors are kept in earnest.
    moved = np.where(market.earnest(), np.maximum(moved, serious), np.minimum(moved, below))
    other = allocate(replace(market, likelihood=moved))
    lottery = lotteries(market, best, other)
    source = np.random.default_rng([seed, 1])
    won = source.random(int(lottery.max(initial=NOBODY)) + 1) < share
    differs = lottery != NOBODY
    goes = np.zeros(market.pairs, dtype=np.bool_)
    goes[differs] = won[lottery[differs]]
    propensity = np.where(best, np.where(other, 1.0, 1 - share), np.where(other, share, 0.0))
    return Draw(np.where(goes, other, best), propensity, lottery)
