"""Cosines as standard deviations above what a mean technology of the corpus has for the same query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_PRIOR = 100.0
"""How many imagined technologies stand beside those of the corpus, so that few of them say little."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What a cosine is like in general: mean and standard deviation."""

    mean: float
    deviation: float


def standing(cosines: NDArray[np.float64], usual: Usual) -> NDArray[np.float64]:
    """Return cosines, shape (queries, technologies), in standard deviations above each row's mean."""
    mean, deviation = spread(cosines.sum(axis=1), (cosines**2).sum(axis=1), cosines.shape[1], usual)
    return np.asarray((cosines - mean[:, None]) / deviation[:, None])


def spread(
    sums: NDArray[np.float64], squares: NDArray[np.float64], size: int, usual: Usual
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and deviation of `size` cosines and the imagined ones, from both their sums."""
    total = size + _PRIOR
    mean = (sums + _PRIOR * usual.mean) / total
    square = _PRIOR * (usual.deviation**2 + usual.mean**2)
    return mean, np.sqrt((squares + square) / total - mean**2)
