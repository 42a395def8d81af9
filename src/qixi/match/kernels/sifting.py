"""One pass over a shard's sums: the best documents of the need, and the best needs of each document."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.back import Back, offer_back
from qixi.match.kernels.compiling import compiled, estimating
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.squashing import Squash, squashed

TILE = 4096
"""Documents at a time: their totals stay in the first cache."""


class Blend(NamedTuple):
    """How a sum becomes a generating total: base + share x squash(sum + lift) + business + portfolio.

    `lift` is the sum of the scorers' offsets and `base` what is the same for all documents (a fit that
    is not known). `business` and `portfolio` are float32 (documents,), weighted already; `portfolio`
    may be empty. A document that has -inf in either is barred.
    """

    lift: float
    base: float
    share: float
    business: NDArray[np.float32]
    portfolio: NDArray[np.float32]


class Seen(NamedTuple):
    """Whose totals these are: row `row` of the block, need `need`; the shard's documents from `first` on."""

    row: int
    need: int
    first: int


class _Tile(NamedTuple):
    """Documents from `begin` of the shard on: sums, totals, and 1 for those to look at, 0 after the last."""

    begin: int
    acc: NDArray[np.float32]
    totals: NDArray[np.float32]
    passed: NDArray[np.uint8]


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
    for begin in range(0, acc.size, TILE):
        end = min(begin + TILE, acc.size)
        tile = _Tile(begin, acc[begin:end], totals[: end - begin], passed)
        blended(tile.acc, blend, squash, begin, tile.totals)
        _pass(tile.totals, forward.least[seen.row], back.least[begin:end], passed)
        passed[end - begin :] = 0
        _offer(tile, np.float32(blend.lift), seen, forward, back)


@compiled
def blended(
    acc: NDArray[np.float32], blend: Blend, squash: Squash, begin: int, out: NDArray[np.float32]
) -> None:
    """Write the generating totals of the documents from number `begin` of the shard on to `out`."""
    squashed(acc, np.float32(blend.lift), squash, out)
    business = blend.business[begin : begin + out.size]
    _add(out, np.float32(blend.share), np.float32(blend.base), business)
    if blend.portfolio.size:
        _add(out, np.float32(1), np.float32(0), blend.portfolio[begin : begin + out.size])


@estimating
def _add(
    totals: NDArray[np.float32], share: np.float32, base: np.float32, addend: NDArray[np.float32]
) -> None:
    for i in range(totals.size):
        totals[i] = share * totals[i] + (base + addend[i])


@compiled
def _pass(
    totals: NDArray[np.float32],
    least: np.float32,
    back_least: NDArray[np.float32],
    passed: NDArray[np.uint8],
) -> None:
    for i in range(totals.size):
        limit = back_least[i] if back_least[i] < least else least
        passed[i] = totals[i] >= limit


@compiled
def _offer(tile: _Tile, lift: np.float32, seen: Seen, forward: Forward, back: Back) -> None:
    begin, acc, totals, passed = tile
    row, first = seen.row, seen.first + begin
    scores, sums, documents = forward.scores[row], forward.sums[row], forward.documents[row]
    count, least, last = forward.held[row], forward.least[row], forward.last[row]
    back_least = back.least[begin : begin + totals.size]
    eights = passed.view(np.uint64)
    for eight in range(eights.size):
        if eights[eight] == 0:
            continue
        for i in range(8 * eight, 8 * eight + 8):
            if not passed[i]:
                continue
            score = totals[i]
            if score > least or (score == least and first + i < last):
                scores[count], sums[count], documents[count] = score, acc[i] + lift, first + i
                count += 1
                if count == scores.size:
                    forward.held[row] = count
                    trim(forward, row)
                    count, least, last = forward.held[row], forward.least[row], forward.last[row]
            if score >= back_least[i]:
                offer_back(back, begin + i, score, seen.need)
    forward.held[row] = count
