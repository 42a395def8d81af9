"""The back lists of a block: the needs that each technology kept, scored in full and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.fits import Fits, runs
from qixi.match.batch.prepared import Prepared
from qixi.match.batch.results import MICRO, Back
from qixi.match.kernels import back as kept
from qixi.match.kernels.forward import NOBODY as FREE

_PAIRS = 2**20
"""Pairs scored in one go."""


def back_lists(shards: Sequence[kept.Back], prepared: Prepared, first: int, fits: Fits, depth: int) -> Back:
    """Return the best `depth` needs of each technology."""
    size = sum(shard.least.size for shard in shards)
    out = Back.empty(size, depth)
    queries, documents = _entries(shards, prepared, first)
    score = np.empty(queries.size, dtype=np.int32)
    for part in _cuts(queries):
        total = fits.exact(prepared, queries[part], documents[part]).total
        score[part] = np.rint(total * MICRO)
    # Technologies in order, in each the best first, a tie to the lower need.
    order = np.lexsort((queries, -score, documents))
    queries, documents, score = queries[order], documents[order], score[order]
    begin = np.searchsorted(documents, np.arange(size))
    rank = np.arange(documents.size) - begin[documents]
    shown = rank < depth
    out.need[documents[shown], rank[shown]] = queries[shown] + first
    out.score[documents[shown], rank[shown]] = score[shown]
    return out


def _entries(
    shards: Sequence[kept.Back], prepared: Prepared, first: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (need of the block, technology) of everything kept, needs in the block's best order."""
    queries, documents = [], []
    at = 0
    for shard in shards:
        rows, columns = np.nonzero(shard.needs != FREE)
        queries.append(shard.needs[rows, columns].astype(np.int64) - first)
        documents.append(rows + at)
        at += shard.least.size
    query, document = np.concatenate(queries), np.concatenate(documents)
    turn = np.empty(len(prepared.needs), dtype=np.int64)
    turn[prepared.order] = np.arange(prepared.order.size)
    order = np.lexsort((document, turn[query]))
    return query[order], document[order]


def _cuts(queries: NDArray[np.int64]) -> list[slice]:
    """Cut pairs so that those of one need stay together."""
    cuts = [0]
    for start, _ in runs(queries):
        if start - cuts[-1] >= _PAIRS:
            cuts.append(start)
    return [slice(a, b) for a, b in pairwise([*cuts, queries.size]) if a < b]
