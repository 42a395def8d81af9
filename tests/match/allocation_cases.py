"""Small markets drawn at random, ties and empty sides included."""

from __future__ import annotations

from itertools import product

import numpy as np

from qixi.match.assign.certificate import fits, shortfalls, total
from qixi.match.assign.market import Market, Room, Sides, market


def small_market(source: np.random.Generator, most: int = 8, *, outer: bool = True) -> Market:
    """Draw a market of up to `most` needs and technologies; with `outer`, brokers and groups as well."""
    needs = [f"d{n}" for n in range(int(source.integers(1, most + 1)))]
    items = [f"s{n}" for n in range(int(source.integers(1, most + 1)))]
    need, item = np.nonzero(source.random((len(needs), len(items))) < 0.7)
    tied = source.random() < 0.5
    likelihood = source.integers(0, 11, need.size) / 10 if tied else source.random(need.size)

    def of(names: list[str], letter: str, count: int) -> dict[str, str]:
        return {name: f"{letter}{int(source.integers(0, count))}" for name in names}

    carried = outer and source.random() < 0.5
    sides = Sides(
        of(needs, "f", max(1, len(needs) // 2)),
        of(items, "v", len(items)),
        of(needs, "k", 2) if carried and source.random() < 0.5 else {},
        of(items, "k", 2) if carried else {},
        of(needs[::2], "g", 2) if outer else {},
    )
    reads, talks, carries = (int(source.integers(0, top)) for top in (4, 4, 7))
    floors = (0.5 if source.random() < 0.7 else None, {"g0": 2} if outer and source.random() < 0.4 else {})
    pairs = (need.astype(np.int32), item.astype(np.int32))
    return market(needs, items, likelihood, pairs, sides, Room(reads, talks, carries), floors)


def enumerated(given: Market) -> tuple[int, float]:
    """Return the least that is owed and the greatest likelihood with it, by trying everything."""
    best = (0, 0.0)
    for number, taken in enumerate(product([False, True], repeat=given.pairs)):
        chosen = np.array(taken, dtype=np.bool_)
        if fits(given, chosen):
            missed = int(sum(part.sum() for part in shortfalls(given, chosen)))
            best = min(best, (missed, -total(given, chosen))) if number else (missed, -total(given, chosen))
    return best[0], -best[1]
