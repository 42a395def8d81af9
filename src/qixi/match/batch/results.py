"""What a block of needs comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.forward import LOWEST

MICRO = 1_000_000
"""Scores of the back lists are whole millionths, the digits that scores are rounded to anyway."""
NOBODY = -1
SLACK = np.float32(1e-4)
"""Rather more than the totals by which candidates are found are off by rounding."""


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
    ends; `score` int32 in millionths; `found` float32 is the total by which it was found, which leaves
    out terms that do not look for candidates.
    """

    need: NDArray[np.int32]
    score: NDArray[np.int32]
    found: NDArray[np.float32]

    @classmethod
    def empty(cls, technologies: int, depth: int) -> Back:
        """Return lists with nobody in them."""
        shape = (technologies, depth)
        return cls(np.full(shape, NOBODY, np.int32), np.full(shape, -1, np.int32), np.full(shape, LOWEST))

    def least(self) -> NDArray[np.float32]:
        """Return the least total, float32 (technologies,), by which a need is found that comes into a list.

        It must score what the last of a full list does, and is taken to be found by no less below its
        score than any of that list is; LOWEST while there is room.
        """
        full = (self.need != NOBODY).all(axis=1)
        score = self.score.astype(np.float32) / np.float32(MICRO)
        least = score.min(axis=1) - (score - self.found).max(axis=1) - SLACK
        return np.where(full, least, LOWEST)


class Found(NamedTuple):
    """Both directions of a block; no back lists where none are asked for."""

    forward: Forward
    back: Back | None


def merged(parts: list[Back], depth: int) -> Back:
    """Return the best `depth` needs of each technology over all parts, a tie to the lower number."""
    whole = Back(*(np.concatenate(each, axis=1) for each in zip(*map(_planes, parts), strict=True)))
    # One whole number orders both: higher scores first, then lower needs; nobody comes last.
    key = -((whole.score.astype(np.int64) << 32) - whole.need)
    if key.shape[1] > 2 * depth:
        chosen = np.argpartition(key, depth - 1, axis=1)[:, :depth]
        whole, key = _taken(whole, chosen), np.take_along_axis(key, chosen, axis=1)
    return _taken(whole, np.argsort(key, axis=1, kind="stable")[:, :depth])


def _planes(back: Back) -> tuple[NDArray[Any], ...]:
    return back.need, back.score, back.found


def _taken(back: Back, order: NDArray[np.intp]) -> Back:
    return Back(*(np.take_along_axis(plane, order, axis=1) for plane in _planes(back)))
