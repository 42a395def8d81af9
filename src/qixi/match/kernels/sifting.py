"""One pass over a shard's sums that keeps the best documents of the need and the best needs of each document."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.back import Back, offer_back
from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.forward import Forward, offer
from qixi.match.kernels.squashing import Squash, squashed

TILE = 4096
"""Documents at a time: their totals stay in the first cache."""


class Blend(NamedTuple):
    """How a sum becomes a generating total: base + share x squash(sum + lift) + business + portfolio.

    `lift` is the sum of the scorers' offsets and `base` what is the same for all documents (a fit that
    is not known). `business` and `portfolio` are float32 (documents,), weighted already; `portfolio`
    may be empty. A document that scores -inf in either is barred.
    """

    lift: float
    base: float
    share: float
    business: NDArray[np.float32]
    portfolio: NDArray[np.float32]


class Seen(NamedTuple):
    """Whose totals these are: row `row` of the block, need number `need`, documents from number `first` on."""

    row: int
    need: int
    first: int


@compiled
def sift(
    acc: NDArray[np.float32], blend: Blend, squash: Squash, seen: Seen, forward: Forward, back: Back
) -> None:
    """Turn sums into generating totals and offer each to the need and to the document.

    `acc` float32 (documents,) holds the sums without `blend.lift` and is left as it is. Results do not
    depend on the order in which needs and shards are seen.
    """
    totals = np.empty(TILE, dtype=np.float32)
    passed = np.zeros(TILE, dtype=np.uint8)
    eights = passed.view(np.uint64)
    lift = np.float32(blend.lift)
    for begin in range(0, acc.size, TILE):
        end = min(begin + TILE, acc.size)
        size = end - begin
        squashed(acc[begin:end], lift, squash, totals[:size])
        _blend(totals[:size], blend, begin)
        _pass(totals[:size], forward.least[seen.row], back.least[begin:end], passed)
        passed[size:] = 0
        for eight in range((size + 7) // 8):
            if eights[eight] == 0:
                continue
            for i in range(8 * eight, 8 * eight + 8):
                if passed[i]:
                    document = begin + i
                    offer(forward, seen.row, totals[i], acc[document] + lift, seen.first + document)
                    if totals[i] >= back.least[document]:
                        offer_back(back, document, totals[i], seen.need)


@compiled
def _blend(totals: NDArray[np.float32], blend: Blend, begin: int) -> None:
    base, share = np.float32(blend.base), np.float32(blend.share)
    business = blend.business[begin : begin + totals.size]
    for i in range(totals.size):
        totals[i] = base + share * totals[i] + business[i]
    if blend.portfolio.size:
        portfolio = blend.portfolio[begin : begin + totals.size]
        for i in range(totals.size):
            totals[i] += portfolio[i]


@compiled
def _pass(
    totals: NDArray[np.float32],
    least: np.float32,
    back_least: NDArray[np.float32],
    passed: NDArray[np.uint8],
) -> None:
    for i in range(totals.size):
        passed[i] = totals[i] >= min(least, back_least[i])
