"""Into which lotteries the difference of two allocations falls, so that any outcome keeps within room.

At each firm, talker and broker a pair that would come in is tied to one that would go out, unless there
is room for both. Pairs tied to each other are drawn together, and the ties of whole chains make a
lottery. Whichever lotteries are won, nobody then has more than room: who comes in has slack, or brings
somebody who goes out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.assign.certificate import Chosen, usage
from qixi.match.assign.market import NOBODY, Market, Places

Index = NDArray[np.int64]


def lotteries(market: Market, one: Chosen, other: Chosen) -> Places:
    """Return for each pair the number of its lottery, -1 where both allocations say the same of it.

    `one` and `other` keep within room. All differences at a need that is owed a pair, and in a group that is,
    are one lottery. Where both allocations give the most that can be given, so does any outcome: no
    lottery can give more, so none gives less.
    """
    pairs = np.flatnonzero(one != other)
    found = np.full(market.pairs, NOBODY, dtype=np.int32)
    if not pairs.size:
        return found
    need = market.need_of(pairs)
    ties = _Ties(list(range(pairs.size)))
    group = np.append(market.group_floor > 0, False)[market.group[need]]
    ties.all_of(np.where(market.owed()[need], need, NOBODY))
    ties.all_of(np.where(group, market.group[need], NOBODY))
    comes = other[pairs]
    rooms = (market.reads, market.talks, market.carries)
    places = (market.firm_of_need()[need], market.talker[pairs], market.broker[pairs])
    for place, room, used in zip(places, rooms, usage(market, one), strict=True):
        ties.in_and_out(place.astype(np.int64), comes, room - used)
    roots = np.array([ties.root(each) for each in range(pairs.size)])
    _, found[pairs] = np.unique(roots, return_inverse=True)
    return found


@dataclass(slots=True)
class _Ties:
    """Sets of differences that grow together; the lowest of a set stands for it."""

    above: list[int]

    def root(self, each: int) -> int:
        """Return the one that stands for the set of `each`."""
        while self.above[each] != each:
            self.above[each] = self.above[self.above[each]]
            each = self.above[each]
        return each

    def tie(self, one: int, other: int) -> None:
        """Make one set of two."""
        low, high = sorted((self.root(one), self.root(other)))
        self.above[high] = low

    def all_of(self, place: Index) -> None:
        """Tie all that are at the same place; NOBODY is no place."""
        first: dict[int, int] = {}
        for each in np.flatnonzero(place != NOBODY):
            self.tie(first.setdefault(int(place[each]), int(each)), int(each))

    def in_and_out(self, place: Index, comes: NDArray[np.bool_], slack: Index) -> None:
        """Tie who comes in to who goes out at the same place, as far as slack does not do."""
        order = np.argsort(place, kind="stable")
        begin = int(np.searchsorted(place, 0, sorter=order))  # NOBODY sorts first
        for part in np.split(order[begin:], np.flatnonzero(np.diff(place[order[begin:]])) + 1):
            if part.size:
                self._paired(part[comes[part]], part[~comes[part]], int(slack[place[part[0]]]))

    def _paired(self, enter: Index, leave: Index, slack: int) -> None:
        """Tie all who enter, but `slack` of them, to somebody who leaves; those tied already first."""
        free: dict[int, list[int]] = {}
        for each in leave[::-1]:
            free.setdefault(self.root(int(each)), []).append(int(each))
        alone = []
        for each in enter:
            mates = free.get(self.root(int(each)))
            if mates:
                mates.pop()
            else:
                alone.append(int(each))
        rest = sorted(mate for mates in free.values() for mate in mates)
        for each, mate in zip(alone[max(slack, 0) :], rest, strict=False):
            self.tie(each, mate)
