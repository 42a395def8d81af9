"""What each firm's room is worth at given prices: the value of the first pair it has no room for."""

from __future__ import annotations

import numpy as np

from qixi.match.kernels.bidding import Counts, Offers, Terms, Values
from qixi.match.kernels.compiling import compiled


@compiled
def firm_prices(offers: Offers, terms: Terms, price: Values, room: Counts, widest: int) -> Values:
    """Return for each firm the price of its room that makes the bound lowest, talkers' prices given.

    `room` is what firms read, `widest` the most pairs that a firm has.
    """
    found = np.zeros(room.size)
    values = np.empty(widest)
    carried = offers.broker.size > 0
    for firm in range(room.size):
        count = 0
        for need in range(offers.firm_start[firm], offers.firm_start[firm + 1]):
            best, place = -np.inf, -1
            for pair in range(offers.start[need], offers.start[need + 1]):
                value = offers.likelihood[pair] + terms.bonus[need] - price[offers.talker[pair]]
                if carried and offers.broker[pair] >= 0:
                    value -= terms.broker_price[offers.broker[pair]]
                values[count] = value
                if offers.owed[need] and offers.likelihood[pair] >= terms.serious and value > best:
                    best, place = value, count
                count += 1
            if place >= 0:
                values[place] = best + terms.shortfall
        if count > room[firm]:
            ranked = np.sort(values[:count])
            found[firm] = max(0.0, ranked[count - 1 - room[firm]])
    return found
