"""An allocation as rows of tables: what is shown, why the rest is not, and the prices that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qixi.core import Text
from qixi.match.assign.allocation import Allocation
from qixi.match.assign.certificate import usage
from qixi.match.assign.market import NOBODY
from qixi.match.assign.why import Reason, Why

ALLOCATION_COLUMNS = (
    "demand_id",
    "supply_id",
    "likelihood",
    "serious",
    "firm",
    "talker",
    "broker",
    "group",
    "price_firm",
    "price_talker",
    "price_broker",
    "propensity",
    "lottery",
    "reason_zh",
    "reason_en",
)
"""Columns of an allocation; `lottery` is filled for pairs that a draw decided over."""

WHY_COLUMNS = ("demand_id", "supply_id", "likelihood", "code", "reason_zh", "reason_en")
"""Columns of the answers to "why not"; a row without supply_id speaks of the whole need."""

PRICE_COLUMNS = ("kind", "holder", "capacity", "used", "price")
"""Columns of the prices, by which the bound can be added up again."""


def allocation_rows(allocation: Allocation) -> Iterator[dict[str, object]]:
    """Yield the pairs shown under ALLOCATION_COLUMNS, by need, the likeliest first."""
    market, prices, draw = allocation.market, allocation.certificate.prices, allocation.draw
    pairs = np.flatnonzero(allocation.shown)
    need = market.need_of(pairs)
    firm_of_need = market.firm_of_need()
    earnest = market.earnest()
    rank = _rank_of_ids(market.demand_ids)
    order = np.lexsort((market.supply[pairs], -market.likelihood[pairs], rank[need]))
    for place in order:
        pair, here = int(pairs[place]), int(need[place])
        firm, talker = int(firm_of_need[here]), int(market.talker[pair])
        broker, group, lottery = int(market.broker[pair]), int(market.group[here]), int(draw.lottery[pair])
        costs = (
            float(prices.firm[firm]),
            float(prices.talker[talker]),
            0.0 if broker == NOBODY else float(prices.broker[broker]),
        )
        chance = float(market.likelihood[pair])
        reason = _shown_because(chance, sum(costs), explored=not allocation.best[pair])
        yield {
            "demand_id": market.demand_ids[here],
            "supply_id": market.supply_ids[market.supply[pair]],
            "likelihood": round(chance, 6),
            "serious": bool(earnest[pair]),
            "firm": market.firm_ids[firm],
            "talker": market.talker_ids[talker],
            "broker": None if broker == NOBODY else market.broker_ids[broker],
            "group": None if group == NOBODY else market.group_ids[group],
            "price_firm": round(costs[0], 6),
            "price_talker": round(costs[1], 6),
            "price_broker": round(costs[2], 6),
            "propensity": float(draw.propensity[pair]),
            "lottery": None if lottery == NOBODY else lottery,
            "reason_zh": reason.zh,
            "reason_en": reason.en,
        }


def _shown_because(chance: float, cost: float, *, explored: bool) -> Text:
    if explored:
        return Text("探索抽签选中", "chosen by the draw for exploration")
    if chance + 1e-6 >= cost:
        return Text(
            f"可能性 {chance:.3f}，不低于它所占时间对别人的价值 {cost:.3f}",
            f"likelihood {chance:.3f}, no less than the {cost:.3f} its room is worth to others",
        )
    return Text(
        f"可能性 {chance:.3f}，所占时间对别人值 {cost:.3f}；为保证应有的候选而安排",
        f"likelihood {chance:.3f}, its room is worth {cost:.3f} to others; shown to give what is owed",
    )


def why_rows(
    allocation: Allocation, most: int, excluded: Mapping[tuple[str, str], Reason]
) -> Iterator[dict[str, object]]:
    """Yield under WHY_COLUMNS: needs without a serious candidate, then pairs not shown.

    Of each need the `most` likeliest pairs that are not shown, then all that `excluded` names beforehand.
    """
    market, why = allocation.market, Why(allocation)
    barred: dict[str, list[tuple[str, Reason]]] = {}
    for (demand, supply), reason in sorted(excluded.items(), key=lambda each: each[0]):
        barred.setdefault(demand, []).append((supply, reason))
    for need in np.argsort(_rank_of_ids(market.demand_ids)):
        demand = market.demand_ids[need]
        without = why.need_without(int(need))
        if without is not None:
            yield _why_row(demand, None, None, without)
        pairs = np.arange(market.start[need], market.start[need + 1])
        left = pairs[~allocation.shown[pairs]]
        for pair in left[np.argsort(-market.likelihood[left], kind="stable")][:most]:
            supply = market.supply_ids[market.supply[pair]]
            yield _why_row(demand, supply, float(market.likelihood[pair]), why.not_shown(int(pair)))
        for supply, reason in barred.pop(demand, ()):
            yield _why_row(demand, supply, None, reason)
    for demand, rest in barred.items():
        for supply, reason in rest:
            yield _why_row(demand, supply, None, reason)


def _why_row(demand: str, supply: str | None, likelihood: float | None, why: Reason) -> dict[str, object]:
    return {
        "demand_id": demand,
        "supply_id": supply,
        "likelihood": None if likelihood is None else round(likelihood, 6),
        "code": why.code,
        "reason_zh": why.text.zh,
        "reason_en": why.text.en,
    }


def price_rows(allocation: Allocation) -> Iterator[dict[str, object]]:
    """Yield under PRICE_COLUMNS everybody with pairs, what the floors pay, and the shortfall's price.

    The bound is the sum of capacity times price, less what floors pay times what is owed, and for every
    pair what it promises beyond its prices, where that is more than nothing.
    """
    market, prices = allocation.market, allocation.certificate.prices
    used = usage(market, allocation.best)
    for kind, ids, room, uses, price in (
        ("firm", market.firm_ids, market.reads, used[0], prices.firm),
        ("talker", market.talker_ids, market.talks, used[1], prices.talker),
        ("broker", market.broker_ids, market.carries, used[2], prices.broker),
    ):
        yield from _priced(kind, ids, room, uses, price)
    ones = market.owed().astype(np.int64)
    met = ones - _missed(allocation)
    yield from _priced("need", market.demand_ids, ones, met, -prices.need, only=ones > 0)
    pairs = market.need_of(np.flatnonzero(allocation.best))
    group = market.group[pairs]
    got = np.bincount(group[group != NOBODY], minlength=len(market.group_ids))
    yield from _priced("group", market.group_ids, market.group_floor, got, -prices.group)
    yield {"kind": "shortfall", "holder": "", "capacity": None, "used": None, "price": prices.shortfall}


def _missed(allocation: Allocation) -> NDArray[np.int64]:
    market = allocation.market
    before = np.concatenate(([0], np.cumsum(allocation.best & market.earnest(), dtype=np.int64)))
    without = market.owed() & (before[market.start[1:]] == before[market.start[:-1]])
    return np.asarray(without, dtype=np.int64)


def _priced(
    kind: str,
    ids: Sequence[str],
    room: NDArray[np.int64],
    used: NDArray[np.int64],
    price: NDArray[np.float64],
    only: NDArray[np.bool_] | None = None,
) -> Iterator[dict[str, object]]:
    unlimited = np.iinfo(np.int32).max
    for place, holder in enumerate(ids):
        if only is None or only[place]:
            yield {
                "kind": kind,
                "holder": holder,
                "capacity": None if room[place] == unlimited else int(room[place]),
                "used": int(used[place]),
                "price": float(price[place]),
            }


def _rank_of_ids(ids: Sequence[str]) -> NDArray[np.int64]:
    """Return each id's rank in the order of the ids."""
    rank: NDArray[np.int64] = np.empty(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids))
    return rank
