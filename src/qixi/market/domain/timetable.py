"""A timetable of one-to-one meetings that grants the most wishes, solved exactly by HiGHS.

Each wish is a pair of parties and a weight. In a slot a party sits at one table at most, each pair meets at
most once, nobody is called in a slot it is away, and there are no more meetings at once than tables. This is
a weighted edge colouring of a graph, written as an integer programme with a variable for each pair and slot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from qixi.core import Text

_ROUNDING = 1e-6
_MOST_WEIGHT = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """Two parties that would meet, and how much that is wished for."""

    one: str
    other: str
    weight: int = 1

    def __post_init__(self) -> None:
        if self.one == self.other:
            msg = f"a party does not meet itself: {self.one}"
            raise ValueError(msg)
        if not 1 <= self.weight <= _MOST_WEIGHT:
            msg = f"a wish weighs 1 to {_MOST_WEIGHT}, not {self.weight}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """Two parties in a slot, counted from 0."""

    slot: int
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Hall:
    """Where and when: the number of slots, the slots each party is away, and tables, None for enough."""

    slots: int
    away: Mapping[str, Collection[int]]
    tables: int | None = None

    def there(self, party: str) -> frozenset[int]:
        """Return the slots in which a party is there."""
        return frozenset(range(self.slots)).difference(self.away.get(party, ()))


@dataclass(frozen=True, slots=True)
class Timetable:
    """Meetings in order, the weight of the wishes met, and a weight that no timetable exceeds.

    `unmet` says why of each wish that is not met.
    """

    meetings: tuple[Meeting, ...]
    met: int
    bound: int
    unmet: Mapping[tuple[str, str], Text]


def timetable(
    wishes: Sequence[Wish], hall: Hall, fixed: Sequence[Meeting] = (), seconds: float = 60.0
) -> Timetable:
    """Return the timetable that meets the most weight of wishes; `fixed` meetings stay where they are.

    Where `seconds` run out it is the best found, and `bound` says how far from the best it may be. The same
    input gives the same timetable where time does not run out. Raises ValueError where a pair is wished
    twice, or fixed meetings contradict each other or the hall.
    """
    weights = _weights(wishes)
    _check(fixed, hall)
    taken = _Taken(fixed)
    left = {pair: weight for pair, weight in weights.items() if pair not in taken.pairs}
    places = [
        (pair, slot)
        for pair in left
        for slot in sorted(hall.there(pair[0]) & hall.there(pair[1]))
        if taken.is_free(pair, slot, hall)
    ]
    kept = sum(weights.get(_pair(each.one, each.other), 0) for each in fixed)
    simple = _greedy(left, hall, fixed)
    found, bound = _solved(places, left, hall, taken, seconds)
    best = max(found, simple, key=lambda chosen: sum(left[pair] for pair, _ in chosen))
    meetings = (*fixed, *(Meeting(slot, *pair) for pair, slot in best))
    return Timetable(
        tuple(sorted(meetings)),
        kept + sum(left[pair] for pair, _ in best),
        kept + bound,
        _unmet(left, meetings, hall),
    )


def greedy(wishes: Sequence[Wish], hall: Hall) -> tuple[Meeting, ...]:
    """Return what a clerk would do: wish after wish, the weightiest first, into the first slot that is free.

    This is the rival against which the solved timetable is measured.
    """
    return tuple(sorted(Meeting(slot, *pair) for pair, slot in _greedy(_weights(wishes), hall, ())))


_Pair = tuple[str, str]
_Place = tuple[_Pair, int]


class _Taken:
    """Who is busy when, how many tables are taken, and which pairs meet already."""

    def __init__(self, meetings: Sequence[Meeting]) -> None:
        self.pairs: set[_Pair] = set()
        self.busy: set[tuple[str, int]] = set()
        self.tables: dict[int, int] = defaultdict(int)
        for each in meetings:
            self.add(_pair(each.one, each.other), each.slot)

    def add(self, pair: _Pair, slot: int) -> None:
        """Let a pair meet in a slot."""
        self.pairs.add(pair)
        self.busy |= {(pair[0], slot), (pair[1], slot)}
        self.tables[slot] += 1

    def is_free(self, pair: _Pair, slot: int, hall: Hall) -> bool:
        """Say whether neither is busy and a table is left."""
        open_table = hall.tables is None or self.tables[slot] < hall.tables
        return open_table and not {(pair[0], slot), (pair[1], slot)} & self.busy


def _pair(one: str, other: str) -> _Pair:
    return (one, other) if one < other else (other, one)


def _weights(wishes: Sequence[Wish]) -> dict[_Pair, int]:
    found: dict[_Pair, int] = {}
    for wish in wishes:
        pair = _pair(wish.one, wish.other)
        if pair in found:
            msg = f"the meeting of {pair[0]} and {pair[1]} is wished for twice"
            raise ValueError(msg)
        found[pair] = wish.weight
    return dict(sorted(found.items()))


def _check(fixed: Sequence[Meeting], hall: Hall) -> None:
    taken = _Taken(())
    for each in fixed:
        pair = _pair(each.one, each.other)
        there = hall.there(each.one) & hall.there(each.other)
        if each.slot not in there or pair in taken.pairs or not taken.is_free(pair, each.slot, hall):
            msg = f"the fixed meeting of {each.one} and {each.other} in slot {each.slot} is impossible"
            raise ValueError(msg)
        taken.add(pair, each.slot)


def _greedy(weights: Mapping[_Pair, int], hall: Hall, fixed: Sequence[Meeting]) -> list[_Place]:
    taken, chosen = _Taken(fixed), []
    for pair in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        for slot in sorted(hall.there(pair[0]) & hall.there(pair[1])):
            if taken.is_free(pair, slot, hall):
                taken.add(pair, slot)
                chosen.append((pair, slot))
                break
    return chosen


def _solved(
    places: Sequence[_Place], weights: Mapping[_Pair, int], hall: Hall, taken: _Taken, seconds: float
) -> tuple[list[_Place], int]:
    """Return the places chosen and a bound on their weight."""
    if not places:
        return [], 0
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for at, (pair, slot) in enumerate(places):
        rows["pair", pair].append(at)
        for party in pair:
            rows["party", party, slot].append(at)
        if hall.tables is not None:
            rows["tables", slot].append(at)
    limits = np.array([_room(row, hall, taken) for row in rows], dtype=np.float64)
    found = milp(
        -np.array([weights[pair] for pair, _ in places], dtype=np.float64),
        constraints=LinearConstraint(_matrix(list(rows.values()), len(places)), -np.inf, limits),
        integrality=np.ones(len(places), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    total = sum(weights[pair] for pair in {pair for pair, _ in places})
    dual = getattr(found, "mip_dual_bound", None)
    bound = total if dual is None or not np.isfinite(dual) else min(total, int(-dual + _ROUNDING))
    chosen = (
        []
        if found.x is None
        else [place for place, chance in zip(places, found.x, strict=True) if chance > 0.5]
    )
    return chosen, bound


def _room(row: Hashable, hall: Hall, taken: _Taken) -> int:
    if isinstance(row, tuple) and row[0] == "tables" and hall.tables is not None:
        return hall.tables - taken.tables[row[1]]
    return 1


def _matrix(rows: Sequence[Sequence[int]], columns: int) -> sparse.csr_array:
    starts: NDArray[np.int64] = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    entries = np.concatenate([np.asarray(row, dtype=np.int64) for row in rows])
    return sparse.csr_array((np.ones(len(entries)), entries, starts), shape=(len(rows), columns))


def _unmet(weights: Mapping[_Pair, int], meetings: Sequence[Meeting], hall: Hall) -> dict[_Pair, Text]:
    taken = _Taken(meetings)
    why = {}
    for pair in weights:
        if pair in taken.pairs:
            continue
        both = hall.there(pair[0]) & hall.there(pair[1])
        if not both:
            why[pair] = Text("双方没有共同在场的时段", "there is no slot in which both are there")
        elif all(not {(pair[0], slot), (pair[1], slot)}.isdisjoint(taken.busy) for slot in both):
            why[pair] = Text(
                "双方共同在场的时段都已排满，改排不会使满足的意愿更多",
                "whenever both are there one of them is taken, and moving meetings would grant no more",
            )
        else:
            why[pair] = Text("其余时段没有空桌", "no table is left in the slots that remain")
    return why
