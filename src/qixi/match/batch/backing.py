"""The back lists of a block: the needs that each technology kept, scored in full and put in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.fits import Fits
from qixi.match.batch.prepared import Prepared
from qixi.match.batch.results import MICRO, NOBODY, Back, merged
from qixi.match.kernels import back as kept
from qixi.match.kernels.forward import NOBODY as FREE

Places = NDArray[np.int64]

_TOGETHER = 1024
"""Needs whose pairs are scored in one go: all pairs of a block at once would be gigabytes."""


def back_lists(shards: Sequence[kept.Back], prepared: Prepared, first: int, fits: Fits, depth: int) -> Back:
    """Return the best `depth` needs of each technology; `first` is the number of the block's first need."""
    scores = [np.full(shard.needs.shape, NOBODY, dtype=np.int32) for shard in shards]
    for at in range(0, prepared.order.size, _TOGETHER):
        part = prepared.order[at : at + _TOGETHER]
        queries, places = _entries(shards, part, len(prepared.needs), first)
        documents = np.concatenate([rows + begin for begin, rows, _ in places])
        order = np.argsort(queries, kind="stable")
        total = np.empty(queries.size)
        total[order] = fits.exact(prepared, part[queries[order]], documents[order]).total
        ends = np.cumsum([rows.size for _, rows, _ in places])
        for score, (_, rows, columns), found in zip(scores, places, np.split(total, ends[:-1]), strict=True):
            score[rows, columns] = np.rint(found * MICRO)
    lists = [_ordered(shard, score, depth) for shard, score in zip(shards, scores, strict=True)]
    return Back(
        np.concatenate([each.need for each in lists]),
        np.concatenate([each.score for each in lists]),
        np.concatenate([each.found for each in lists]),
    )


def _entries(
    shards: Sequence[kept.Back], part: Places, needs: int, first: int
) -> tuple[Places, list[tuple[int, Places, Places]]]:
    """Return which of the needs `part` each entry is of, and by shard its first document, rows, columns."""
    # One place more, for the free ones.
    turn = np.full(needs + 1, NOBODY, dtype=np.int64)
    turn[part] = np.arange(part.size)
    queries, places, begin = [], [], 0
    for shard in shards:
        turns = turn[np.where(shard.needs == FREE, needs, shard.needs - first)]
        rows, columns = np.nonzero(turns != NOBODY)
        queries.append(turns[rows, columns])
        places.append((begin, rows, columns))
        begin += shard.least.size
    return np.concatenate(queries), places


def _ordered(shard: kept.Back, score: NDArray[np.int32], depth: int) -> Back:
    needs = np.where(shard.needs == FREE, np.int32(NOBODY), shard.needs)
    return merged([Back(needs, score, shard.scores)], depth)
