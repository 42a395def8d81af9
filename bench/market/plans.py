"""Who is shown what: lists of favourites, and allocations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.market.judgement import Judgement
from bench.market.scenario import Scenario
from bench.market.world import Values, World
from qixi.match.assign.allocation import allocate, shown_pairs
from qixi.match.assign.market import Room, Sides, market
from qixi.match.assign.settings import AssignSettings

Shown = NDArray[np.int64]
"""Pairs as (need, technology), those that a firm reads; at most as many for a firm as it reads."""

SERIOUS = 0.3
"""Likelihood of a meeting from which a candidate is serious in the simulated allocations."""


def plans(scenario: Scenario, world: World, judgement: Judgement) -> Mapping[str, Callable[[], Shown]]:
    """Return the plans that are compared, by name."""
    chance = judgement.meeting

    @cache
    def strict() -> Shown:
        return allocated(scenario, world, chance, 1.0)

    return {
        "sum": lambda: lists(scenario, world, world.fits.sum(axis=2)),
        "lists": lambda: lists(scenario, world, chance),
        "assign": strict,
        "requests": lambda: by_requests(scenario, world, judgement, strict()),
        "truth": lambda: knowing(scenario, world),
    }


def lists(scenario: Scenario, world: World, score: Values) -> Shown:
    """Return each need's best ten; a firm reads the best of its needs' lists as far as it reads."""
    best = np.argsort(-score, axis=1, kind="stable")[:, : scenario.list]
    need = np.repeat(np.arange(len(score)), best.shape[1])
    pairs = np.column_stack((need, best.ravel()))
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -score[pairs[:, 0], pairs[:, 1]]))
    taken = np.zeros(scenario.size.firms, dtype=np.int64)
    read = []
    for need_, item in pairs[order]:
        firm = world.firm[need_]
        if taken[firm] < scenario.capacity.reads:
            taken[firm] += 1
            read.append((need_, item))
    return np.array(read)


def knowing(scenario: Scenario, world: World) -> Shown:
    """Allocate as nobody can: by the true chances."""
    first = allocated(scenario, world, world.meeting, 1.0)
    return by_requests(scenario, world, Judgement(world.interest, world.meeting), first)


def by_requests(scenario: Scenario, world: World, judgement: Judgement, first: Shown) -> Shown:
    """Allocate with room counted in requests expected: not every pair that is read becomes a request.

    The share that does is taken from the judgement, over the pairs of a first allocation.
    """
    share = float(judgement.request[first[:, 0], first[:, 1]].mean())
    return allocated(scenario, world, judgement.meeting, share)


def allocated(scenario: Scenario, world: World, chance: Values, share: float) -> Shown:
    """Return the allocation of the candidates; `share` of the pairs shown are expected to ask for room."""
    best = np.argsort(-chance, axis=1, kind="stable")[:, : scenario.candidates]
    need = np.repeat(np.arange(len(chance), dtype=np.int32), best.shape[1])
    item = best.ravel().astype(np.int32)
    demand = [f"d{n:04}" for n in range(len(chance))]
    supply = [f"s{n:04}" for n in range(chance.shape[1])]
    sides = Sides(
        {name: f"f{firm:04}" for name, firm in zip(demand, world.firm, strict=True)},
        {name: f"v{who:04}" for name, who in zip(supply, world.inventor, strict=True)},
        {name: f"k{who:02}" for name, who in zip(demand, world.broker, strict=True)},
        {},
        {},
    )
    capacity = scenario.capacity
    room = Room(capacity.reads, int(capacity.talks / share), int(capacity.carries / share))
    case = market(demand, supply, chance[need, item], (need, item), sides, room, (SERIOUS, {}))
    allocation = allocate(case, AssignSettings(serious=SERIOUS))
    return np.array([(int(d[1:]), int(s[1:])) for d, s in shown_pairs(allocation)])
