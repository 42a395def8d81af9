"""The best allocation of a small or medium market, by the exact solver HiGHS.

Two programmes, one after the other: as little owed and not given as can be, then the greatest likelihood
among the allocations that reach this. Prices are the duals of the second one's relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from qixi.match.assign.certificate import (
    Certificate,
    Chosen,
    Prices,
    Scarce,
    Values,
    bound,
    shortfalls,
    total,
)
from qixi.match.assign.coverage import tightest
from qixi.match.assign.market import NOBODY, Market

Places = NDArray[np.integer]

_ROUNDING = 1e-6
_OUT_OF_TIME = 1
"""What the solver calls a search that came to the end of its time."""


@dataclass(frozen=True, slots=True)
class _Programme:
    """Rows of room (at most) and of floors (at least), over pairs and, behind them, shortfalls."""

    room: sparse.csr_array
    limits: Values
    floors: sparse.csr_array
    owed: Values
    pairs: int
    shortfalls: int


def exact(market: Market, seconds: float = 60.0) -> tuple[Chosen, Certificate]:
    """Return an optimal allocation and its certificate; where time runs out, the best found and its gap.

    Raises TimeoutError where there was no time to find any.
    """
    if not market.pairs:
        return _nothing(market)
    programme = _programme(market)
    least, least_bound = _least(programme, seconds)
    worth = np.concatenate((market.likelihood.astype(np.float64), np.zeros(programme.shortfalls)))
    found = _solved(programme, -worth, least, seconds)
    chosen = np.asarray(found.x[: programme.pairs] > 0.5)
    prices = _prices(market, programme, worth, least)
    missed = int(sum(part.sum() for part in shortfalls(market, chosen)))
    reached, proved = total(market, chosen), bound(market, prices, missed)
    searched = -float(found.mip_dual_bound) + _ROUNDING if missed == least else np.inf
    owed = int(programme.owed.sum())
    by_cut, cut = tightest(market, _dear(market, programme, owed), prices)
    best = min(proved, searched)
    return chosen, Certificate(
        reached,
        max(best, reached),
        owed,
        owed - missed,
        min(by_cut, owed - least_bound),
        cut,
        "prices" if proved <= best + _ROUNDING else "search",
        prices,
    )


def _nothing(market: Market) -> tuple[Chosen, Certificate]:
    """Return the one allocation of a market without pairs."""
    firms, talkers, brokers = market.reads.size, market.talks.size, market.carries.size
    prices = Prices(
        np.zeros(firms),
        np.zeros(talkers),
        np.zeros(brokers),
        np.zeros(market.needs),
        np.zeros(len(market.group_ids)),
        0.0,
    )
    owed = int(market.group_floor.sum())
    cut = Scarce(market.talks == 0, market.carries == 0)
    return np.zeros(0, dtype=np.bool_), Certificate(0.0, 0.0, owed, 0, 0, cut, "prices", prices)


def _programme(market: Market) -> _Programme:
    pairs = np.arange(market.pairs)
    need = market.need()
    carried = market.broker != NOBODY
    firms, talkers, brokers = market.reads.size, market.talks.size, market.carries.size
    owed = np.flatnonzero(market.owed())
    grouped = np.flatnonzero(market.group_floor)
    late = owed.size + grouped.size
    rows = (
        market.firm_of_need()[need],
        firms + market.talker,
        firms + talkers + market.broker[carried],
    )
    columns = np.concatenate((pairs, pairs, pairs[carried]))
    room = _matrix(np.concatenate(rows), columns, (firms + talkers + brokers, market.pairs + late))
    number = np.full(market.needs, -1)
    number[owed] = np.arange(owed.size)
    groups = np.full(len(market.group_ids) + 1, -1)
    groups[grouped] = owed.size + np.arange(grouped.size)
    floor = np.where(market.earnest(), number[need], -1)
    group = groups[market.group[need]]
    rows_owed = np.concatenate((floor[floor >= 0], group[group >= 0], np.arange(late)))
    columns_owed = np.concatenate((pairs[floor >= 0], pairs[group >= 0], market.pairs + np.arange(late)))
    return _Programme(
        room,
        np.concatenate((market.reads, market.talks, market.carries)).astype(np.float64),
        _matrix(rows_owed, columns_owed, (late, market.pairs + late)),
        np.concatenate((np.ones(owed.size), market.group_floor[grouped])).astype(np.float64),
        market.pairs,
        late,
    )


def _matrix(rows: Places, columns: Places, shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=shape)


def _least(programme: _Programme, seconds: float) -> tuple[int, int]:
    """Return the least that is owed and not given, as found and as proved."""
    if not programme.shortfalls:
        return 0, 0
    costs = np.concatenate((np.zeros(programme.pairs), np.ones(programme.shortfalls)))
    found = _solved(programme, costs, None, seconds)
    return round(float(found.fun)), int(np.ceil(float(found.mip_dual_bound) - _ROUNDING))


def _solved(programme: _Programme, costs: Values, most: int | None, seconds: float) -> OptimizeResult:
    highest = np.concatenate((np.ones(programme.pairs), programme.owed))
    rows = [LinearConstraint(programme.room, -np.inf, programme.limits)]
    if programme.shortfalls:
        rows.append(LinearConstraint(programme.floors, programme.owed, np.inf))
        if most is not None:
            late = np.concatenate((np.zeros(programme.pairs), np.ones(programme.shortfalls)))
            rows.append(LinearConstraint(late[None, :], -np.inf, most))
    found = milp(
        costs,
        integrality=np.ones(costs.size, dtype=np.int64),
        bounds=Bounds(0, highest),
        constraints=rows,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.status == _OUT_OF_TIME and found.x is None:
        raise TimeoutError
    if found.x is None:  # an empty allocation always exists, so this is the solver's failure
        msg = f"the solver found no allocation: {found.message}"
        raise RuntimeError(msg)
    return found


def _dear(market: Market, programme: _Programme, owed: int) -> Prices:
    """Return the prices of room where only what is owed counts: they show which room is scarce."""
    worth = np.concatenate((np.zeros(programme.pairs), -np.ones(programme.shortfalls)))
    return _prices(market, programme, worth, owed)


def _prices(market: Market, programme: _Programme, worth: Values, most: int) -> Prices:
    """Return the duals of the relaxation, made sure to be prices that prove something."""
    late = np.concatenate((np.zeros(programme.pairs), np.ones(programme.shortfalls)))
    # A limit on shortfalls would take a part of their price that the bound cannot see.
    limits = [(0.0, 1.0)] * programme.pairs + [(0.0, np.inf)] * programme.shortfalls
    blocks = [programme.room, -programme.floors, sparse.csr_array(late[None, :])]
    found = linprog(
        -worth,
        A_ub=sparse.vstack(blocks, format="csr"),
        b_ub=np.concatenate((programme.limits, -programme.owed, np.array([float(most)]))),
        bounds=limits,
        method="highs",
    )
    if found.status != 0:
        msg = f"the solver found no prices: {found.message}"
        raise RuntimeError(msg)
    duals = np.maximum(0.0, -np.asarray(found.ineqlin.marginals))
    firms, talkers, rooms = market.reads.size, market.talks.size, programme.limits.size
    shortfall = float(max(duals[rooms:].max(), 0.0))
    need, group = np.zeros(market.needs), np.zeros(len(market.group_ids))
    owed = market.owed()
    need[owed] = duals[rooms : rooms + int(owed.sum())]
    group[market.group_floor > 0] = duals[rooms + int(owed.sum()) : -1]
    return Prices(
        duals[:firms], duals[firms : firms + talkers], duals[firms + talkers : rooms], need, group, shortfall
    )
