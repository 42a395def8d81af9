"""Filling what room is left, pair by pair in a given order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

Places = NDArray[np.int32]
Counts = NDArray[np.int64]


@compiled
def fill(
    order: Counts,
    firm: Places,
    talker: Places,
    broker: Places,
    room: tuple[Counts, Counts, Counts],
    held: NDArray[np.bool_],
) -> None:
    """Hold the pairs of `order` that find room; firm, talker and broker (-1 none) lie beside `order`.

    `room` is what firms, talkers and brokers have left, and is used up.
    """
    reads, talks, carries = room
    for place in range(order.size):
        carrier = broker[place]
        if reads[firm[place]] > 0 and talks[talker[place]] > 0 and (carrier < 0 or carries[carrier] > 0):
            reads[firm[place]] -= 1
            talks[talker[place]] -= 1
            if carrier >= 0:
                carries[carrier] -= 1
            held[order[place]] = True
