"""Exact scores of weighted queries over all shards of a corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numba.core import config
from numpy.typing import NDArray

from qixi.match.kernels.adding import add_up
from qixi.match.sparse import Matrix, Weights

Task = TypeVar("Task")

_TOGETHER = 16
"""Queries of one task."""


def exact(shards: Sequence[Matrix], weights: Weights) -> NDArray[np.float64]:
    """Return s(q, d) of every query and document, float64 (queries, documents over all shards).

    Each is summed from the offset in the order of terms, over single-precision worths.
    """
    columns = np.cumsum([0, *(shard.documents for shard in shards)])
    asked = weights.questions()
    out = np.empty((weights.size, int(columns[-1])))
    tasks = [
        (shard, int(column), first, min(first + _TOGETHER, weights.size))
        for shard, column in zip(shards, columns, strict=False)
        for first in range(0, weights.size, _TOGETHER)
    ]

    def add(task: tuple[Matrix, int, int, int]) -> None:
        shard, column, first, last = task
        rows = shard.by_term
        lists = rows.lists()
        add_up(asked, first, last, lists, column, shard.documents, out)

    side_by_side(add, tasks)
    return out


def side_by_side(do: Callable[[Task], object], tasks: Sequence[Task]) -> None:
    """Do all tasks, on as many threads as numba is set to; they must not touch the same cells."""
    threads = min(config.NUMBA_NUM_THREADS, len(tasks))  # type: ignore[attr-defined]  # set at import
    if threads < 2:
        for task in tasks:
            do(task)
        return
    with ThreadPoolExecutor(threads) as pool:
        done: Iterable[object] = pool.map(do, tasks)
        for _ in done:
            pass
