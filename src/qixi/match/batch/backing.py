"""The back lists of a block: the needs that each technology kept, scored in full and put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from qixi.match.batch.results import MICRO, NOBODY, SLACK, Back, merged
from qixi.match.finding.pairs import Fits
from qixi.match.finding.prepared import Prepared
from qixi.match.kernels import back as kept
from qixi.match.kernels.forward import NOBODY as FREE
from qixi.match.kernels.grouping import by_row

_PAIRS = 2**19
"""About how many pairs are scored in one go: all pairs of a block at once would be gigabytes."""
_RANGE = 65_536
"""Technologies whose lists are put in order at once."""


def back_lists(
    found: kept.Back,
    prepared: Prepared,
    first: int,
    fits: Fits,
    depth: int,
    step: Callable[[], object],
    *,
    exact: bool,
) -> Back:
    """Return the best `depth` needs of each technology; `first` is the number of the block's first need.

    `step` is called now and then. With `exact`, technologies for which a need that was not kept might
    belong into the list are scored with all needs of the block.
    """
    scores = np.full(found.needs.shape, NOBODY, dtype=np.int32)
    flat = scores.reshape(-1)
    for queries, entries in _in_turn(found, prepared, first):
        total = fits.exact(prepared, queries, entries // found.needs.shape[1]).total
        flat[entries] = np.rint(total * MICRO)
        step()
    lists = Back.empty(found.least.size, depth)
    for at in range(0, found.least.size, _RANGE):
        part = slice(at, at + _RANGE)
        needs = np.where(found.needs[part] == FREE, np.int32(NOBODY), found.needs[part])
        best = merged([Back(needs, scores[part], found.scores[part])], depth)
        lists.need[part], lists.score[part], lists.found[part] = best.need, best.score, best.found
    if exact:
        cut = lists.score[:, -1] / MICRO - SLACK
        for place in np.flatnonzero((found.needs[:, -1] != FREE) & (cut <= found.scores[:, -1])):
            best = _of_all(int(place), prepared, first, fits, depth)
            lists.need[place], lists.score[place], lists.found[place] = best.need, best.score, best.found
            step()
    return lists


def _of_all(place: int, prepared: Prepared, first: int, fits: Fits, depth: int) -> Back:
    """Return the back list of one technology from all needs of the block but its holder's own."""
    own = [i for i, places in prepared.own.items() if place in places]
    needs = prepared.order[~np.isin(prepared.order, own)]
    total = fits.exact(prepared, needs, np.full(needs.size, place)).total
    score = np.rint(total * MICRO).astype(np.int32)
    whole = Back((needs + first).astype(np.int32)[None], score[None], total.astype(np.float32)[None])
    free = Back.empty(1, depth)
    return merged([whole, free], depth)


def _in_turn(
    found: kept.Back, prepared: Prepared, first: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the entries of `found`, numbered row by row, and their needs' rows, need after need."""
    start, entries = by_row(found.needs.reshape(-1), first, len(prepared.needs))
    sizes = np.diff(start)[prepared.order]
    ends = np.cumsum(sizes)
    cuts = np.flatnonzero(np.diff(ends // _PAIRS)) + 1
    for part in np.split(prepared.order, cuts):
        mine = [entries[start[need] : start[need + 1]] for need in part]
        yield np.repeat(part, np.diff(start)[part]), np.concatenate(mine).astype(np.int64)
