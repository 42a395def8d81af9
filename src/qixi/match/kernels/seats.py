"""Seats kept as a heap in three arrays side by side, the lowest bid first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Places = NDArray[np.int32]


class Seats(NamedTuple):
    """Bids, their pairs and their needs, side by side."""

    bid: Values
    pair: Counts
    need: Places


@compiled
def _below(seats: Seats, one: int, bid: float, pair: int) -> bool:
    """Say whether the seat at `one` goes before this bid: it is lower, or equal and of a later pair."""
    return bool(seats.bid[one] < bid or (seats.bid[one] == bid and seats.pair[one] > pair))


@compiled
def _copied(seats: Seats, source: int, target: int) -> None:
    seats.bid[target] = seats.bid[source]
    seats.pair[target] = seats.pair[source]
    seats.need[target] = seats.need[source]


@compiled
def entered(seats: Seats, begin: int, size: int, bid: float, pair: int, need: int) -> None:
    """Add a bid to the heap of `size` seats from `begin` on."""
    hole = size
    while hole > 0:
        above = (hole - 1) // 2
        if _below(seats, begin + above, bid, pair):
            break
        _copied(seats, begin + above, begin + hole)
        hole = above
    seats.bid[begin + hole], seats.pair[begin + hole], seats.need[begin + hole] = bid, pair, need


@compiled
def replaced(seats: Seats, begin: int, end: int, bid: float, pair: int, need: int) -> None:
    """Put a bid in the place of the lowest in the heap from `begin` up to `end`."""
    size, hole = end - begin, 0
    while True:
        below = 2 * hole + 1
        if below >= size:
            break
        last = begin + below + 1
        if below + 1 < size and _below(seats, last, seats.bid[last - 1], seats.pair[last - 1]):
            below += 1
        if not _below(seats, begin + below, bid, pair):
            break
        _copied(seats, begin + below, begin + hole)
        hole = below
    seats.bid[begin + hole], seats.pair[begin + hole], seats.need[begin + hole] = bid, pair, need
