"""One need over one shard: the sums of all scorers, and what is kept of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.forward import Forward
from qixi.match.kernels.levels import Levels, add_levels
from qixi.match.kernels.shapes import Asked, Lists
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.squashing import Squash


@compiled
def seek(
    sums: NDArray[np.float32],
    common: Levels,
    parts: tuple[tuple[Lists, Asked], ...],
    blend: Blend,
    squash: Squash,
    seen: Seen,
    kept: tuple[Forward, Back],
) -> None:
    """Add up the need's terms of all scorers for the shard's documents and offer the totals both ways.

    `sums` float32 (documents,) is the thread's own and is written over. `common` are the need's common
    terms; `parts` holds for each scorer its lists by term and the need's other terms, with the scorer's
    weight in theirs; see `sift` for the rest. One call does what one of `add_levels`, one of `accumulate`
    for each scorer and one of `sift` would.
    """
    sums[:] = np.float32(0)
    add_levels(sums, common)
    for by_term, asked in parts:
        accumulate(sums, by_term, asked, 1.0)
    sift(sums, blend, squash, seen, kept[0], kept[1])
