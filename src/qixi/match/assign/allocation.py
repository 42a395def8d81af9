"""The allocation of a market: the exact solver where it is small enough, auctions beyond."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from qixi.match.assign.certificate import Certificate, Chosen
from qixi.match.assign.exact import exact
from qixi.match.assign.exploration import Draw, certain, drawn
from qixi.match.assign.large import large
from qixi.match.assign.market import Market
from qixi.match.assign.settings import AssignSettings


@dataclass(frozen=True, slots=True)
class Allocation:
    """What is shown, and the proof of how good the allocation before exploration is."""

    market: Market
    best: Chosen
    certificate: Certificate
    draw: Draw

    @property
    def shown(self) -> Chosen:
        """The pairs shown, shape (pairs,)."""
        return self.draw.shown


def allocate(market: Market, settings: AssignSettings | None = None) -> Allocation:
    """Return the allocation of greatest likelihood among those that leave least owed, as set."""
    chosen = settings or AssignSettings()
    best, certificate = solved(market, chosen)
    exploring = chosen.exploration
    if exploring.share == 0 or not market.pairs:
        return Allocation(market, best, certificate, certain(best))
    draw = drawn(
        market,
        best,
        lambda shaken: solved(shaken, chosen)[0],
        exploring.share,
        exploring.temperature,
        exploring.seed,
    )
    return Allocation(market, best, certificate, draw)


def solved(market: Market, settings: AssignSettings) -> tuple[Chosen, Certificate]:
    """Return the best allocation and its certificate, before any exploration.

    The auctions also serve where the exact solver finds none in its time.
    """
    if market.pairs <= settings.exact_pairs:
        with suppress(TimeoutError):
            return exact(market, settings.seconds)
    return large(market, settings.gap)


def shown_pairs(allocation: Allocation) -> list[tuple[str, str]]:
    """Return the pairs shown, by the ids of need and technology, sorted."""
    market, places = allocation.market, np.flatnonzero(allocation.shown)
    needs = market.need_of(places)
    return sorted(
        (market.demand_ids[need], market.supply_ids[market.supply[place]])
        for need, place in zip(needs, places, strict=True)
    )
