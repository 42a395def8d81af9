"""The best needs of each document of a shard, seen in any order."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.forward import LOWEST, NOBODY


class Back(NamedTuple):
    """The best needs of each document: `scores` float32 and `needs` int32, (documents, depth), best first.

    Free places score what a need must have at least, with need `NOBODY`; `least` float32 (documents,)
    is the score in the last place. An equal score goes to the lower need number.
    """

    scores: NDArray[np.float32]
    needs: NDArray[np.int32]
    least: NDArray[np.float32]

    @classmethod
    def of(cls, documents: int, depth: int, least: NDArray[np.float32] | None = None) -> Self:
        """Make free rows; `depth` 0 keeps nothing at all.

        `least` float32 (documents,) is the score below which nothing is kept; None keeps everything.
        """
        if depth == 0:
            least = np.full(documents, np.float32(np.inf))
        elif least is None:
            least = np.full(documents, LOWEST)
        return cls(
            np.repeat(least[:, None], depth, axis=1),
            np.full((documents, depth), NOBODY),
            least.copy(),
        )

    def part(self, begin: int, end: int) -> Back:
        """Return the rows of some documents, without copying."""
        return Back(self.scores[begin:end], self.needs[begin:end], self.least[begin:end])


@compiled
def offer_back(back: Back, document: int, score: np.float32, need: int) -> None:
    """Put one need into the row of `document` if it is above the last of it."""
    scores, needs = back.scores, back.needs
    depth = scores.shape[1]
    place = depth
    while place > 0 and (
        score > scores[document, place - 1]
        or (score == scores[document, place - 1] and need < needs[document, place - 1])
    ):
        place -= 1
        if place + 1 < depth:
            scores[document, place + 1] = scores[document, place]
            needs[document, place + 1] = needs[document, place]
    if place == depth:
        return
    scores[document, place] = score
    needs[document, place] = need
    back.least[document] = scores[document, depth - 1]
