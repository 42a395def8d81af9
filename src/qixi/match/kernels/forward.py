"""The best documents of each need of a block, seen shard after shard in any order."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled

NOBODY = np.int32(2**31 - 1)
"""The number above every document and every need."""
LOWEST = np.float32(np.finfo(np.float32).min)
"""What everything passes but the barred, who score -inf."""


class Forward(NamedTuple):
    """What is kept for each need of a block; row r of each array belongs to need r.

    `scores` and `sums` float32 and `documents` int32, (needs, room): the generating total, the sum of
    standard deviations before squashing, and the document, `count[r]` of them, in no order. At least
    the `keep` best seen so far are among them. What is seen must be above (`least[r]`, `last[r]`):
    score, then the lower document number.
    """

    scores: NDArray[np.float32]
    sums: NDArray[np.float32]
    documents: NDArray[np.int32]
    count: NDArray[np.int64]
    least: NDArray[np.float32]
    last: NDArray[np.int32]
    keep: int

    @classmethod
    def of(cls, needs: int, keep: int) -> Self:
        """Make room for `keep` documents of each of `needs`, and for as many more before it is cleared out."""
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
        self.count[:] = 0
        self.least[:] = LOWEST
        self.last[:] = NOBODY


@compiled
def offer(forward: Forward, row: int, score: np.float32, total: np.float32, document: int) -> None:
    """Keep one document of need `row` if it is above what is kept; `total` is its sum before squashing."""
    least = forward.least[row]
    if score < least or (score == least and document > forward.last[row]):
        return
    count = forward.count[row]
    forward.scores[row, count] = score
    forward.sums[row, count] = total
    forward.documents[row, count] = document
    forward.count[row] = count + 1
    if count + 1 == forward.scores.shape[1]:
        trim(forward, row)


@compiled
def trim(forward: Forward, row: int) -> None:
    """Cut need `row` to the `keep` best: higher score first, then the lower document number."""
    count, keep = forward.count[row], forward.keep
    if count <= keep:
        return
    scores, sums, documents = forward.scores[row], forward.sums[row], forward.documents[row]
    least = np.partition(scores[:count], count - keep)[count - keep]
    tied = np.empty(count, dtype=np.int32)
    above = ties = 0
    for i in range(count):
        if scores[i] > least:
            above += 1
        elif scores[i] == least:
            tied[ties] = documents[i]
            ties += 1
    last = np.sort(tied[:ties])[keep - above - 1]
    to = 0
    for i in range(count):
        if scores[i] > least or (scores[i] == least and documents[i] <= last):
            scores[to], sums[to], documents[to] = scores[i], sums[i], documents[i]
            to += 1
    forward.count[row] = to
    forward.least[row] = least
    forward.last[row] = last


@compiled
def merge(into: Forward, other: Forward) -> None:
    """Offer everything that another thread kept for the same needs, of other shards."""
    for row in range(other.count.size):
        for i in range(other.count[row]):
            offer(into, row, other.scores[row, i], other.sums[row, i], other.documents[row, i])
