"""A market: which pairs could be shown, how likely each leads on, and what everybody has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.int32]
Counts = NDArray[np.int64]
Reals = NDArray[np.float32]

NOBODY = -1
"""Stands for the broker of a pair that none carries, and for the group of a need in none."""


@dataclass(frozen=True, slots=True)
class Market:
    """Pairs in the order of firm, need and technology, each by id, so that any input order is one market.

    `start` (needs + 1) and `firm_start` (firms + 1) say where a need's pairs and a firm's needs begin.
    Of pair p, `supply`, `talker` and `broker` are places in the lists of ids and `likelihood` lies in 0..1.
    `reads`, `talks` and `carries` are capacities of firms, talkers (inventors, or technologies) and
    brokers. A need with a pair of at least `serious` is owed one such pair where `floor` is set;
    a group of needs is owed `group_floor` pairs, whatever their likelihood.
    """

    demand_ids: tuple[str, ...]
    supply_ids: tuple[str, ...]
    firm_ids: tuple[str, ...]
    talker_ids: tuple[str, ...]
    broker_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    start: Counts
    firm_start: Counts
    supply: Places
    talker: Places
    broker: Places
    likelihood: Reals
    group: Places
    reads: Counts
    talks: Counts
    carries: Counts
    group_floor: Counts
    serious: float
    floor: bool

    @property
    def pairs(self) -> int:
        """How many pairs could be shown."""
        return int(self.supply.size)

    @property
    def needs(self) -> int:
        """How many needs there are."""
        return len(self.demand_ids)

    def need(self) -> Places:
        """Return the need of each pair, shape (pairs,)."""
        return np.repeat(np.arange(self.needs, dtype=np.int32), np.diff(self.start))

    def need_of(self, pairs: ArrayLike) -> Counts:
        """Return the need of each of some pairs, without an array as long as all pairs."""
        return np.searchsorted(self.start, pairs, side="right") - 1

    def firm_of_need(self) -> Places:
        """Return the firm of each need, shape (needs,)."""
        return np.repeat(np.arange(len(self.firm_ids), dtype=np.int32), np.diff(self.firm_start))

    def earnest(self) -> NDArray[np.bool_]:
        """Say of each pair whether its likelihood is a serious one."""
        return self.likelihood >= np.float32(self.serious)

    def owed(self) -> NDArray[np.bool_]:
        """Say of each need whether the floor owes it a serious pair: it is set, and there is one."""
        if not self.floor:
            return np.zeros(self.needs, dtype=np.bool_)
        before = np.concatenate(([0], np.cumsum(self.earnest(), dtype=np.int64)))
        return np.asarray(before[self.start[1:]] > before[self.start[:-1]])


@dataclass(frozen=True, slots=True)
class Sides:
    """Who stands behind needs and technologies, by id; who is missing stands for himself alone.

    `firm` and `group` map needs, `talker` maps technologies; `broker_of_need` and `broker_of_supply`
    say who carries a pair, the need's broker first.
    """

    firm: Mapping[str, str]
    talker: Mapping[str, str]
    broker_of_need: Mapping[str, str]
    broker_of_supply: Mapping[str, str]
    group: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Room:
    """Capacities: a number for everybody, and others by id. None is as much as anybody likes."""

    reads: int | None = None
    talks: int | None = None
    carries: int | None = None
    firms: Mapping[str, int] | None = None
    talkers: Mapping[str, int] | None = None
    brokers: Mapping[str, int] | None = None


def market(
    demand_ids: Sequence[str],
    supply_ids: Sequence[str],
    likelihood: NDArray[np.floating],
    pairs: tuple[Places, Places],
    sides: Sides,
    room: Room,
    floors: tuple[float | None, Mapping[str, int]],
) -> Market:
    """Build a market from pairs (places in the two lists of ids) in any order.

    `floors` are the likelihood from which a candidate is serious (None for no floor) and the pairs owed
    to each group. Raises ValueError where a likelihood lies outside 0..1, a capacity is negative or a
    pair stands twice.
    """
    if likelihood.size and not (likelihood.min() >= 0 and likelihood.max() <= 1):
        msg = "a likelihood lies in 0..1"
        raise ValueError(msg)
    firms, firm = _numbered([sides.firm.get(each, each) for each in demand_ids])
    talkers, talker = _numbered([sides.talker.get(each, each) for each in supply_ids])
    supplies, supply = _numbered(list(supply_ids))
    order = sorted(range(len(demand_ids)), key=lambda n: (int(firm[n]), demand_ids[n]))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    need, item = place[pairs[0]], pairs[1]
    sorting = np.lexsort((supply[item], need))
    need, item = need[sorting], item[sorting]
    if need.size and bool(np.any((np.diff(need) == 0) & (np.diff(supply[item]) == 0))):
        msg = "a pair stands twice"
        raise ValueError(msg)
    names = tuple(demand_ids[n] for n in order)
    talker_of_supply = np.empty(len(supplies), dtype=np.int32)
    talker_of_supply[supply] = talker
    brokers, broker = _brokers(names, supplies, sides, need, supply[item])
    groups, group = _numbered([sides.group.get(each, "") for each in names])
    if "" in groups:  # sorts first
        groups, group = groups[1:], group - 1
    serious, owed = floors
    return Market(
        names,
        supplies,
        firms,
        talkers,
        brokers,
        groups,
        np.concatenate(([0], np.cumsum(np.bincount(need, minlength=len(names))))).astype(np.int64),
        np.concatenate(([0], np.cumsum(np.bincount(firm, minlength=len(firms))))).astype(np.int64),
        supply[item],
        talker_of_supply[supply[item]],
        broker,
        likelihood[sorting].astype(np.float32),
        group,
        _capacity(firms, room.reads, room.firms),
        _capacity(talkers, room.talks, room.talkers),
        _capacity(brokers, room.carries, room.brokers),
        np.array([owed.get(each, 0) for each in groups], dtype=np.int64),
        1.0 if serious is None else serious,
        serious is not None,
    )


def _numbered(names: Sequence[str]) -> tuple[tuple[str, ...], Places]:
    """Return the different names in their order, and of each name its place among them."""
    different = tuple(sorted(set(names)))
    places = {name: place for place, name in enumerate(different)}
    return different, np.fromiter((places[name] for name in names), dtype=np.int32, count=len(names))


def _brokers(
    demand_ids: Sequence[str], supply_ids: Sequence[str], sides: Sides, need: Places, supply: Places
) -> tuple[tuple[str, ...], Places]:
    """Return the brokers and of each pair who carries it."""
    named = {*sides.broker_of_need.values(), *sides.broker_of_supply.values()} - {""}
    brokers = tuple(sorted(named))
    places = {name: place for place, name in enumerate(brokers)}
    places[""] = NOBODY

    def of(ids: Sequence[str], who: Mapping[str, str]) -> Places:
        return np.fromiter((places[who.get(each, "")] for each in ids), dtype=np.int32, count=len(ids))

    if not brokers:
        return brokers, np.full(need.size, NOBODY, dtype=np.int32)
    first = of(demand_ids, sides.broker_of_need)[need]
    return brokers, np.where(first == NOBODY, of(supply_ids, sides.broker_of_supply)[supply], first)


def _capacity(ids: Sequence[str], usual: int | None, others: Mapping[str, int] | None) -> Counts:
    """Return the capacity of each, as large as can be counted where there is no limit."""
    most = np.iinfo(np.int32).max
    found = [(others or {}).get(each, most if usual is None else usual) for each in ids]
    if any(number < 0 for number in found):
        msg = "a capacity is at least 0"
        raise ValueError(msg)
    return np.minimum(np.array(found, dtype=np.int64), most)
