"""Showing now and then what a slightly different judgement would show, with chances that are exact.

Two allocations are made: the best one, and the best one after likelihoods were shaken by Gumbel noise.
Where they differ, the difference falls into lotteries: sets of pairs that share room which could not hold
both versions. Each lottery is drawn by itself, so every outcome keeps within everybody's room, and the
chance of each pair is known exactly: 1 where both allocations show it, else the lottery's chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from qixi.match.assign.certificate import Chosen
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


def lotteries(market: Market, one: Chosen, other: Chosen) -> Places:
    """Return for each pair the number of its lottery, -1 where both allocations say the same of it.

    Pairs of the difference belong together when they share a need that is owed a pair, or room or
    a group's floor that some mixture of the two versions would not keep.
    """
    pairs = np.flatnonzero(one != other)
    found = np.full(market.pairs, NOBODY, dtype=np.int32)
    if not pairs.size:
        return found
    need = np.searchsorted(market.start, pairs, side="right") - 1
    columns = [np.where(market.owed()[need], need, NOBODY).astype(np.int64)]
    either = one | other
    columns += _tight(market, pairs, need, either)
    links_pair, links_hub, hubs = [], [], 0
    for column in columns:
        at = np.flatnonzero(column != NOBODY)
        links_pair.append(at)
        links_hub.append(hubs + column[at])
        hubs += int(column.max(initial=-1)) + 1
    rows, hub = np.concatenate(links_pair), np.concatenate(links_hub) + pairs.size
    size = pairs.size + hubs
    graph = coo_array((np.ones(rows.size, dtype=np.int8), (rows, hub)), shape=(size, size))
    _, parts = connected_components(graph, directed=False)
    _, number = np.unique(parts[: pairs.size], return_inverse=True)
    found[pairs] = number
    return found


def _tight(
    market: Market, pairs: NDArray[np.int64], need: NDArray[np.int64], either: Chosen
) -> list[NDArray[np.int64]]:
    """Return for each pair its firm, talker, broker and group, -1 where any mixture keeps their terms."""
    whole = np.flatnonzero(either)
    needs = np.searchsorted(market.start, whole, side="right") - 1
    firm = market.firm_of_need()
    found = []
    for hubs, here, room in (
        (firm[needs], firm[need], market.reads),
        (market.talker[whole], market.talker[pairs], market.talks),
        (market.broker[whole], market.broker[pairs], market.carries),
    ):
        used = np.bincount(hubs[hubs != NOBODY], minlength=room.size)
        tight = np.append(used > room, False)
        found.append(np.where(tight[here], here, NOBODY).astype(np.int64))
    group = market.group[need]
    floors = np.append(market.group_floor > 0, False)
    found.append(np.where(floors[group], group, NOBODY).astype(np.int64))
    return found
