"""The auction's inner loop: firms bid for seats with talkers until nobody wants to bid on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.seats import Seats, entered, replaced

Counts = NDArray[np.int64]
Places = NDArray[np.int32]
Reals = NDArray[np.float32]
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

AT_ONCE = 16
"""Bids that a firm places after one look at its pairs."""


class Offers(NamedTuple):
    """What is fixed: pairs by need and needs by firm, and what the floors owe; see Market.

    `broker` has no element where nobody carries anything. `limited` says of each talker whether the
    room is less than the pairs; seats exist for these alone, from seat_start on.
    """

    start: Counts
    firm_start: Counts
    firm_of_need: Places
    likelihood: Reals
    talker: Places
    broker: Places
    owed: Flags
    limited: Flags
    seat_start: Counts


class Terms(NamedTuple):
    """The terms of one auction: prices of brokers, bonuses of needs, a serious likelihood, steps.

    `shortfall` is what giving an owed need its serious pair is worth beside the likelihood, `step` by how
    much a bid goes beyond the point of indifference.
    """

    broker_price: Values
    bonus: Values
    serious: np.float32
    shortfall: float
    step: float


class Hall(NamedTuple):
    """What changes: room left by firm, serious pairs by need, who holds what, and who waits to bid.

    `taken` seats of a talker are a heap, lowest bid first. `price` is that bid where all are taken, else
    0. `queue` is a ring of firms; `ring` holds its first place and its length.
    """

    free: Counts
    covered: Counts
    held: Flags
    taken: Counts
    seats: Seats
    price: Values
    queue: Places
    ring: Counts
    waiting: Flags


class Wish(NamedTuple):
    """A firm's best pairs at one look, best first: value, what else it could have, price seen, place."""

    value: Values
    instead: Values
    asked: Values
    pair: Counts
    need: Places


@compiled
def settle(offers: Offers, terms: Terms, hall: Hall, looks: int) -> int:
    """Let waiting firms look and bid, `looks` times at most; return how many still wait."""
    size = AT_ONCE + 1
    wish = Wish(
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int32),
    )
    for _ in range(looks):
        if hall.ring[1] == 0:
            break
        firm = hall.queue[hall.ring[0]]
        hall.ring[0] = (hall.ring[0] + 1) % hall.queue.size
        hall.ring[1] -= 1
        hall.waiting[firm] = False
        if hall.free[firm] == 0:
            continue
        wanted = min(hall.free[firm], AT_ONCE)
        found = _look(offers, terms, hall, wish, firm, wanted)
        outside = max(0.0, wish.value[wanted]) if found > wanted else 0.0
        for place in range(min(found, wanted)):
            margin = wish.value[place] - max(outside, wish.instead[place])
            bid = wish.asked[place] + margin + terms.step
            _bid(offers, terms, hall, wish.pair[place], wish.need[place], firm, bid)
        if hall.free[firm] > 0 and found > 0:
            _enqueue(hall, firm)
    return int(hall.ring[1])


@compiled
def _look(offers: Offers, terms: Terms, hall: Hall, wish: Wish, firm: int, wanted: int) -> int:
    """Fill `wish` with the best pairs that the firm does not hold, one more than wanted; return how many."""
    found = 0
    carried = offers.broker.size > 0
    for need in range(offers.firm_start[firm], offers.firm_start[firm + 1]):
        lacking = offers.owed[need] and hall.covered[need] == 0
        best, next_best, chosen = -np.inf, -np.inf, -1
        for pair in range(offers.start[need], offers.start[need + 1]):
            if hall.held[pair]:
                continue
            value = offers.likelihood[pair] + terms.bonus[need] - hall.price[offers.talker[pair]]
            if carried and offers.broker[pair] >= 0:
                value -= terms.broker_price[offers.broker[pair]]
            if lacking and offers.likelihood[pair] >= terms.serious:
                if value > best:
                    # The one that was best so far goes on as any other.
                    value, best = best, value
                    pair, chosen = chosen, pair  # noqa: PLW2901
                    next_best = value
                else:
                    next_best = max(next_best, value)
            if value > 0:
                asked = hall.price[offers.talker[pair]]
                found = _noted(wish, found, wanted, value, 0.0, asked, (pair, need))
        if best + terms.shortfall > 0 and chosen >= 0:
            instead = max(0.0, next_best + terms.shortfall)
            asked = hall.price[offers.talker[chosen]]
            best += terms.shortfall
            found = _noted(wish, found, wanted, best, instead, asked, (chosen, need))
    return found


@compiled
def _noted(
    wish: Wish, found: int, wanted: int, value: float, instead: float, asked: float, where: tuple[int, int]
) -> int:
    """Put a pair in its place among the best `wanted` + 1; return how many there are."""
    pair, need = where
    place = found
    while place > 0 and (
        value > wish.value[place - 1] or (value == wish.value[place - 1] and pair < wish.pair[place - 1])
    ):
        place -= 1
    if place > wanted:
        return found
    for behind in range(min(found, wanted), place, -1):
        wish.value[behind] = wish.value[behind - 1]
        wish.instead[behind] = wish.instead[behind - 1]
        wish.asked[behind] = wish.asked[behind - 1]
        wish.pair[behind] = wish.pair[behind - 1]
        wish.need[behind] = wish.need[behind - 1]
    wish.value[place], wish.instead[place] = value, instead
    wish.asked[place] = asked
    wish.pair[place], wish.need[place] = pair, need
    return min(found + 1, wanted + 1)


@compiled
def _bid(offers: Offers, terms: Terms, hall: Hall, pair: int, need: int, firm: int, bid: float) -> None:
    """Take the pair, from the lowest bidder where no seat is left; nothing where that one bid as much."""
    who = offers.talker[pair]
    if offers.limited[who]:
        begin, end = offers.seat_start[who], offers.seat_start[who + 1]
        if hall.taken[who] == end - begin:
            if bid <= hall.price[who]:
                return
            _dismiss(offers, terms, hall, hall.seats.pair[begin], hall.seats.need[begin])
            replaced(hall.seats, begin, end, bid, pair, need)
        else:
            entered(hall.seats, begin, hall.taken[who], bid, pair, need)
            hall.taken[who] += 1
        if hall.taken[who] == end - begin:
            hall.price[who] = hall.seats.bid[begin]
    hall.held[pair] = True
    hall.free[firm] -= 1
    if offers.likelihood[pair] >= terms.serious:
        hall.covered[need] += 1


@compiled
def _dismiss(offers: Offers, terms: Terms, hall: Hall, pair: int, need: int) -> None:
    hall.held[pair] = False
    if offers.likelihood[pair] >= terms.serious:
        hall.covered[need] -= 1
    firm = offers.firm_of_need[need]
    hall.free[firm] += 1
    _enqueue(hall, firm)


@compiled
def _enqueue(hall: Hall, firm: int) -> None:
    if not hall.waiting[firm]:
        hall.waiting[firm] = True
        hall.queue[(hall.ring[0] + hall.ring[1]) % hall.queue.size] = firm
        hall.ring[1] += 1
