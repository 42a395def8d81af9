"""Which terms of a query look for candidates: those that tell most for each posting that must be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.shapes import Questions

Float = NDArray[np.float64]


class Usual(NamedTuple):
    """What each term of a scorer is worth over the corpus: float64 (terms,) each.

    `mean` and `variance` of its worth in a document, and `held`, the documents that hold it.
    """

    mean: Float
    variance: Float
    held: Float


def spared(parts: Sequence[Questions], usual: Sequence[Usual], left: float) -> tuple[Questions, ...]:
    """Return the queries of each scorer without the terms that need not look for candidates.

    Terms of all scorers together are taken in order of weight^2 x variance / documents that hold the
    term, until those not taken make up at most the share `left` (0..1) of the query's variance; equal
    ones in the order of scorers and terms. What is left out counts at its mean, in the offset; `left` 0
    keeps every term that varies. Terms are taken as independent, so the share is an estimate.
    """
    query = np.concatenate([np.repeat(np.arange(_size(part)), np.diff(part.start)) for part in parts])
    gain = np.concatenate([p.weights**2 * u.variance[p.terms] for p, u in zip(parts, usual, strict=True)])
    count = np.concatenate([u.held[p.terms] for p, u in zip(parts, usual, strict=True)])
    order = np.lexsort((-gain / np.maximum(count, 1.0), query))
    kept = np.zeros(gain.size, dtype=np.bool_)
    _take(order, np.bincount(query, minlength=_size(parts[0])), gain, left, kept)
    bounds = np.cumsum([0, *(part.terms.size for part in parts)])
    return tuple(
        _without(part, known.mean, kept[begin:end])
        for part, known, begin, end in zip(parts, usual, bounds, bounds[1:], strict=False)
    )


@compiled
def _take(
    order: NDArray[np.int64], sizes: NDArray[np.int64], gain: Float, left: float, kept: NDArray[np.bool_]
) -> None:
    end = 0
    for size in sizes:
        begin, end = end, end + size
        total = 0.0
        for i in order[begin:end]:
            total += gain[i]
        enough, taken = (1.0 - left) * total, 0.0
        for i in order[begin:end]:
            if left > 0.0 and taken >= enough:
                break
            kept[i] = gain[i] > 0.0
            taken += gain[i]


def _size(part: Questions) -> int:
    return int(part.offset.size)


def _without(part: Questions, mean: Float, kept: NDArray[np.bool_]) -> Questions:
    """Leave out terms and add what they are worth in the mean document to the offset."""
    query = np.repeat(np.arange(_size(part)), np.diff(part.start))
    worth = np.where(kept, 0.0, part.weights * mean[part.terms])
    offset = part.offset + np.bincount(query, worth, minlength=_size(part))
    start = np.concatenate(([0], np.cumsum(kept)))[part.start].astype(np.int64)
    return Questions.of(start, part.terms[kept], part.weights[kept], offset)
