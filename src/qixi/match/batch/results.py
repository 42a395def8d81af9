"""What a block of needs comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MICRO = 1_000_000
"""Scores of the back lists are whole millionths, the digits that scores are rounded to anyway."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Forward:
    """The best technologies of each need of a block, as columns of one length, needs in order.

    `need` int32 is the number of the need in the block, `place` int32 that of the technology, `rank`
    int32 from 1; `score`, `business`, `fit`, `portfolio` and `known` are float64 as in `ranking.Match`.
    """

    need: NDArray[np.int32]
    place: NDArray[np.int32]
    rank: NDArray[np.int32]
    score: NDArray[np.float64]
    business: NDArray[np.float64]
    fit: NDArray[np.float64]
    portfolio: NDArray[np.float64]
    known: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Back:
    """The best needs of each technology among those of a block, best first.

    Shapes (technologies, depth): `need` int32 is the need's number in the run, NOBODY where the list
    ends; `score` int32 in millionths.
    """

    need: NDArray[np.int32]
    score: NDArray[np.int32]

    @classmethod
    def empty(cls, technologies: int, depth: int) -> Back:
        """Return lists with nobody in them."""
        shape = (technologies, depth)
        return cls(np.full(shape, NOBODY, dtype=np.int32), np.full(shape, -1, dtype=np.int32))


class Found(NamedTuple):
    """Both directions of a block; no back lists where none are asked for."""

    forward: Forward
    back: Back | None


def merged(parts: list[Back], depth: int) -> Back:
    """Return the best `depth` needs of each technology over all parts, a tie to the lower number."""
    need = np.concatenate([part.need for part in parts], axis=1)
    score = np.concatenate([part.score for part in parts], axis=1)
    # One whole number orders both: higher scores first, then lower needs; nobody comes last.
    key = (score.astype(np.int64) << 32) - need
    order = np.argsort(-key, axis=1, kind="stable")[:, :depth]
    return Back(np.take_along_axis(need, order, axis=1), np.take_along_axis(score, order, axis=1))
