"""The best documents of each need of a block, seen shard after shard in any order."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.ordering import keyed, nth

NOBODY = np.int32(2**31 - 1)
"""The number above every document and every need."""
LOWEST = np.float32(np.finfo(np.float32).min)
"""What everything passes but the barred, who score -inf."""


class Forward(NamedTuple):
    """What is kept for each need of a block; row r of each array belongs to need r.

    `scores` and `sums` float32 and `documents` int32, (needs, room): the generating total, the sum of
    standard deviations before squashing, and the document, `held[r]` of them, in no order. At least
    the `keep` best seen so far are among them. What is seen must be above (`least[r]`, `last[r]`):
    score, then the lower document number.
    """

    scores: NDArray[np.float32]
    sums: NDArray[np.float32]
    documents: NDArray[np.int32]
    held: NDArray[np.int64]
    least: NDArray[np.float32]
    last: NDArray[np.int32]
    keep: int

    @classmethod
    def of(cls, needs: int, keep: int) -> Self:
        """Make room for `keep` documents of each of `needs`, and for as many that wait to be cut."""
        if keep < 1:
            msg = f"at least 1 document is kept, not {keep}"
            raise ValueError(msg)
        shape = (needs, 2 * keep)
        return cls(
            np.empty(shape, dtype=np.float32),
            np.empty(shape, dtype=np.float32),
            np.empty(shape, dtype=np.int32),
            np.zeros(needs, dtype=np.int64),
            np.full(needs, LOWEST),
            np.full(needs, NOBODY),
            keep,
        )

    def clear(self) -> None:
        """Forget everything, for the next block."""
        self.held[:] = 0
        self.least[:] = LOWEST
        self.last[:] = NOBODY


@compiled
def offer(forward: Forward, row: int, score: np.float32, total: np.float32, document: int) -> None:
    """Keep one document of need `row` if it is above what is kept; `total` is its sum before squashing."""
    least = forward.least[row]
    if score < least or (score == least and document >= forward.last[row]):
        return
    held = forward.held[row]
    forward.scores[row, held] = score
    forward.sums[row, held] = total
    forward.documents[row, held] = document
    forward.held[row] = held + 1
    if held + 1 == forward.scores.shape[1]:
        trim(forward, row)


@compiled
def trim(forward: Forward, row: int) -> None:
    """Cut need `row` to the `keep` best: higher score first, then the lower document number."""
    held, keep = forward.held[row], forward.keep
    if held <= keep:
        return
    scores, sums, documents = forward.scores[row], forward.sums[row], forward.documents[row]
    keys = np.empty(held, dtype=np.int64)
    keyed(scores[:held], documents, keys)
    limit = nth(keys.copy(), keep)
    to = np.uint64(0)  # unsigned, so that the index needs no look at its sign
    for i in range(held):
        score, total, document, key = scores[i], sums[i], documents[i], keys[i]
        scores[to], sums[to], documents[to] = score, total, document
        if key == limit:
            forward.least[row], forward.last[row] = score, document
        to += np.uint64(key >= limit)
    forward.held[row] = keep
